"""The small React components of this room, linked side by side so that they can import each other."""

from __future__ import annotations

from typing import Final

import reflex as rx

PACKAGES: Final = ("i18next@27.1.2", "react-i18next@18.0.1")

I18N: Final = rx.asset("i18n.js", shared=True).importable_path
DATES: Final = rx.asset("dates.js", shared=True).importable_path
PLACE: Final = rx.asset("place.js", shared=True).importable_path
FRAME: Final = rx.asset("frame.js", shared=True).importable_path
MARKS: Final = rx.asset("marks.js", shared=True).importable_path
FORMS: Final = rx.asset("forms.js", shared=True).importable_path
FEEDBACK: Final = rx.asset("feedback.js", shared=True).importable_path
CLOCK: Final = rx.asset("clock.js", shared=True).importable_path
RESULTS: Final = rx.asset("results.js", shared=True).importable_path
SCALE: Final = rx.asset("scale.js", shared=True).importable_path
PLOT: Final = rx.asset("plot.js", shared=True).importable_path
AFTERWARDS: Final = rx.asset("afterwards.js", shared=True).importable_path
STRETCHES: Final = rx.asset("stretches.js", shared=True).importable_path
ORDER: Final = rx.asset("order.js", shared=True).importable_path
OVERLAYS: Final = rx.asset("overlays.js", shared=True).importable_path


class Local(rx.Component):
    """A React component of ours; all of them may speak, so all bring the language packages."""

    lib_dependencies: list[str] = list(PACKAGES)  # noqa: RUF012  a Reflex field, copied per component
