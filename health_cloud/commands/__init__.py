"""The command line: what an administrator does in a terminal; each command calls services and prints."""

from health_cloud.commands import serving, importing, remapping, people, guardians, formulary, standing, trail, keys  # noqa: I001 - as --help lists them
from health_cloud.commands.group import group

__all__ = [
    "formulary",
    "group",
    "guardians",
    "importing",
    "keys",
    "people",
    "remapping",
    "serving",
    "standing",
    "trail",
]
