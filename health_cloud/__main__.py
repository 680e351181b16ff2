"""The command line: `python -m health_cloud COMMAND`."""

from __future__ import annotations

import io
import sys

_NO_PACKAGES = (
    "{name} is not installed in this Python: use .venv/bin/python -m health_cloud; make run makes and mends .venv.\n"
    "这个 Python 里没有 {name}：请用 .venv/bin/python -m health_cloud；make run 会建好或修好 .venv。\n"
)


def main() -> None:
    """Run the command, or say that this Python is not the one with the product's packages."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows question marks, no traceback
    try:
        from health_cloud.commands import group

        group(prog_name="python -m health_cloud")
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] == "health_cloud":
            raise
        sys.stderr.write(_NO_PACKAGES.format(name=(missing.name or "-").partition(".")[0]))
        sys.exit(1)


if __name__ == "__main__":
    main()
