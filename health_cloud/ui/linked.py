"""Scripts that lie beside the Python that uses them, found by the build through links among the assets.

`rx.asset(shared=True)` does the same, but learns who calls it by laying the whole stack of calls open, source included:
0.1 s for each of our scripts, more than half of the time to import the product.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Final

import reflex as rx

_ROOT: Final = Path(__file__).resolve().parents[2]
_ASSETS: Final = "assets"


def linked(module: str, name: str) -> str:
    """Link a script among the assets and return what a component's `library` calls it.

    Args:
        module: `__file__` of the module that uses it; the script lies in the same folder. Scripts of one module are
            linked side by side, so that they can import each other.
        name: the script's file name.

    Raises:
        FileNotFoundError: no such script lies there.
    """
    source = Path(module).resolve()
    path = Path("external") / source.relative_to(_ROOT).with_suffix("") / name
    _link(Path.cwd() / _ASSETS / path, source.with_name(name))
    return rx.asset(path.as_posix()).importable_path


def _link(link: Path, script: Path) -> None:
    """Let a link lead to a script. Several processes may do so at once: each makes its own and moves it into place."""
    if not script.is_file():
        raise FileNotFoundError(script)
    if link.is_symlink() and os.readlink(link) == str(script):  # noqa: PTH115  the text itself, not what it leads to
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        fresh.symlink_to(script)
        fresh.replace(link)
    finally:
        fresh.unlink(missing_ok=True)
