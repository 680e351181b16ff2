"""Flags and icons: a flag is a shape first, and always comes with its word."""

from __future__ import annotations

from typing import Final, Literal

import reflex as rx

from health_cloud.ui import scripts

Kind = Literal[
    "normal", "high", "low", "critical", "abnormal", "censored", "intermediate", "resistant", "susceptible", "none"
]
KINDS: Final[tuple[Kind, ...]] = Kind.__args__

Text = str | rx.Var[str]

# Class of records -> icon and colour class, as in the design
CLASS_ICONS: Final = {
    "laboratory": ("flask_conical", "c-lab"),
    "examinations": ("scan_search", "c-exam"),
    "prescriptions": ("pill", "c-rx"),
    "check_ups": ("heart_pulse", "c-checkup"),
    "imaging": ("layers", "c-imaging"),
    "medical_records": ("notebook_text", "c-record"),
}


class Mark(scripts.Local):
    """The shape alone; only where a legend or the word stands beside it."""

    library = scripts.MARKS
    tag = "Mark"

    kind: rx.Var[str]


class Flag(scripts.Local):
    """The shape with its word."""

    library = scripts.MARKS
    tag = "Flag"

    kind: rx.Var[str]


def flag(kind: Kind | rx.Var[str], word: Text) -> rx.Component:
    """Show a flag.

    Args:
        kind: which shape and colour.
        word: what it means, in words; required, since shape and colour only repeat it.

    Raises:
        ValueError: the word is empty.
    """
    if isinstance(word, str) and not word.strip():
        msg = "a flag needs its word"
        raise ValueError(msg)
    return Flag.create(word, kind=kind)


def icon(name: str, *, size: Literal["", "s", "m"] = "", class_name: str = "") -> rx.Component:
    """Show a Lucide icon, drawn for the eye only: the words beside it say the same."""
    classes = " ".join(part for part in ("ic", size, class_name) if part)
    return rx.icon(name, class_name=classes, custom_attrs={"aria-hidden": "true"})


def class_icon(cls: str | rx.Var[str], *, size: Literal["", "s", "m"] = "") -> rx.Component:
    """Show the icon of a record class in its colour."""
    if isinstance(cls, str):
        name, colour = CLASS_ICONS[cls]
        return rx.el.span(icon(name, size=size), class_name=f"tinted {colour}")
    return _by_class(cls, {key: class_icon(key, size=size) for key in CLASS_ICONS}, icon("file_text", size=size))


def class_tile(cls: str | rx.Var[str]) -> rx.Component:
    """Show the tile that leads a row of mixed records."""
    if isinstance(cls, str):
        return tile(*CLASS_ICONS[cls])
    return _by_class(cls, {key: class_tile(key) for key in CLASS_ICONS}, tile("file_text"))


def tile(name: str, colour: Text = "c-quiet") -> rx.Component:
    """Show any icon on a tile; colours: c-quiet, c-accent, c-warn, c-crit."""
    return rx.el.span(icon(name), class_name=f"tile {colour}")


def _by_class(cls: rx.Var[str], shown: dict[str, rx.Component], other: rx.Component) -> rx.Component:
    return rx.fragment(rx.match(cls, *shown.items(), other))


def seal() -> rx.Component:
    """Draw the seal: the character 云, four strokes on jade."""
    strokes = ("M9.2 8.6h9.6", "M6.4 13.4h15.2", "M12.2 13.4 8.6 20.1l9.4-.7", "m16.4 16.6 3.4 4.2")
    return rx.el.svg(
        rx.el.rect(width="28", height="28", rx="6", class_name="seal-ground"),
        *[rx.el.path(d=stroke, class_name="seal-stroke") for stroke in strokes],
        view_box="0 0 28 28",
        class_name="seal",
        custom_attrs={"aria-hidden": "true"},
    )
