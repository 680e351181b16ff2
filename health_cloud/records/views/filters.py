"""Filters of a list: what the address asks for, and what may be chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class Asked:
    """A filter as the address has it; empty is everything. No name of anything stands there, only keys.

    Attributes:
        only: `abnormal` or `new`.
        hospital: its id.
        department: key of its name.
        kind: key of a kind in plain words.
        period: `12m`, `5y`, or a year.
    """

    only: str = ""
    hospital: str = ""
    department: str = ""
    kind: str = ""
    period: str = ""


UNFILTERED = Asked()


@dataclass(frozen=True)
class Option:
    """One of several: `href` is the address that chooses it; it is called by `label`, else by our own `text`."""

    href: str
    label: Words = NOTHING
    text: str = ""
    year: str = ""


@dataclass(frozen=True)
class Chip:
    """A filter that is on or off; `href` turns it over, and is empty where there is nothing to choose."""

    href: str = ""
    on: bool = False


NO_CHIP = Chip()


@dataclass(frozen=True)
class OneOf:
    """A choice among several, where there is one: the first option is all of them."""

    chosen: str = ""
    options: list[Option] = field(default_factory=list[Option])


NO_CHOICE = OneOf()


@dataclass(frozen=True)
class Filters:
    """All that a list may be narrowed by; `every` is its address without any filter."""

    every: str = ""
    narrowed: bool = False
    offered: bool = False
    abnormal: Chip = NO_CHIP
    new: Chip = NO_CHIP
    hospital: OneOf = NO_CHOICE
    department: OneOf = NO_CHOICE
    kind: OneOf = NO_CHOICE
    period: OneOf = NO_CHOICE


NO_FILTERS = Filters()
