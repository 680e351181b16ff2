"""The small React components of this room, linked side by side so that they can import each other."""

from __future__ import annotations

from typing import Final

import reflex as rx

from health_cloud.ui.linked import linked

PACKAGES: Final = ("i18next@27.1.2", "react-i18next@18.0.1")

I18N: Final = linked(__file__, "i18n.js")
DATES: Final = linked(__file__, "dates.js")
PLACE: Final = linked(__file__, "place.js")
FRAME: Final = linked(__file__, "frame.js")
MARKS: Final = linked(__file__, "marks.js")
FORMS: Final = linked(__file__, "forms.js")
FEEDBACK: Final = linked(__file__, "feedback.js")
CLOCK: Final = linked(__file__, "clock.js")
RESULTS: Final = linked(__file__, "results.js")
SCALE: Final = linked(__file__, "scale.js")
PLOT: Final = linked(__file__, "plot.js")
AFTERWARDS: Final = linked(__file__, "afterwards.js")
STRETCHES: Final = linked(__file__, "stretches.js")
ORDER: Final = linked(__file__, "order.js")
OVERLAYS: Final = linked(__file__, "overlays.js")


class Local(rx.Component):
    """A React component of ours; all of them may speak, so all bring the language packages."""

    lib_dependencies: list[str] = list(PACKAGES)  # noqa: RUF012  a Reflex field, copied per component
