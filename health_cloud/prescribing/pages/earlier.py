# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""What the checks of a prescription rest on, and the medicines prescribed before, beside what is being written."""

from __future__ import annotations

import reflex as rx

from health_cloud.prescribing.pages.parts import unseen
from health_cloud.prescribing.state import EarlierMedicines, Prescribing
from health_cloud.prescribing.views.prescriptions import Earlier
from health_cloud.records.pages.why import proof_line
from health_cloud.ui import dates
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.lease import lease
from health_cloud.ui.marks import icon

_PANE = Prescribing.pane
_SEEN = EarlierMedicines.page


def looked() -> rx.Component:
    """Say what the checks rest on, and what they could not see."""
    return rx.el.div(
        rx.cond(
            _PANE.looked_at != "",
            rx.fragment(
                rx.el.p(
                    icon("eye", size="s"),
                    rx.cond(
                        _SEEN.seen,
                        t("prescribing.pane.checked", at=dates.near_moment(_PANE.looked_at)),
                        t("prescribing.pane.checked_then", at=dates.near_moment(_PANE.looked_at)),
                    ),
                    class_name="t-small ink-2 rx-looked",
                ),
                unseen(_PANE.unseen),
            ),
            rx.cond(
                EarlierMedicines.ready & ~_SEEN.seen,
                rx.el.p(
                    icon("eye_off", size="s"),
                    t("prescribing.pane.not_checked"),
                    class_name="t-small warn-ink rx-looked",
                ),
                rx.fragment(),
            ),
        ),
        class_name="pad rx-basis",
    )


def earlier() -> rx.Component:
    """Show earlier medicines while a grant holds: each is renewed by one press."""
    shown = rx.el.details(
        rx.el.summary(t("prescribing.pane.earlier", count=_SEEN.medicines.length())),
        rx.cond(
            _SEEN.allergies.length() > 0,
            rx.el.p(
                icon("triangle_alert", size="s"),
                t("prescribing.pane.allergies"),
                rx.foreach(_SEEN.allergies, lambda name: rx.el.b(words(name), " ")),
                class_name="t-small rx-allergies",
            ),
            rx.cond(
                _SEEN.none_known,
                rx.el.p(t("prescribing.pane.no_allergies"), class_name="t-small ink-2"),
                rx.fragment(),
            ),
        ),
        unseen(_SEEN.unseen),
        rx.el.ul(rx.foreach(_SEEN.medicines, _earlier_one), class_name="rx-earlier"),
        proof_line(_SEEN.proof),
        class_name="further pad",
    )
    return rx.cond(
        _SEEN.seen & (_SEEN.medicines.length() > 0),
        lease(shown, kind="grant", ground=_SEEN.ground),
        rx.fragment(),
    )


def _earlier_one(each: rx.Var[Earlier]) -> rx.Component:
    taken = rx.cond(
        each.code != "",
        button(
            t("prescribing.pane.renew"),
            small=True,
            on_click=Prescribing.renew(each.entry, each.place),
            aria_label=t("prescribing.pane.renew_this", name=words(each.name)),
        ),
        rx.el.span(t("prescribing.pane.not_in_formulary"), class_name="t-micro ink-3"),
    )
    return rx.el.li(
        rx.el.div(
            rx.el.b(words(each.name)),
            rx.el.p(words(each.dose), class_name="t-small ink-2"),
            rx.el.p(
                dates.day(each.at),
                rx.cond(
                    each.now,
                    rx.fragment(
                        rx.el.i(class_name="sep"),
                        rx.cond(
                            each.until != "",
                            t("prescribing.pane.lasts", day=dates.day(each.until)),
                            t("prescribing.pane.now"),
                        ),
                    ),
                    rx.fragment(),
                ),
                class_name="t-micro ink-2",
            ),
        ),
        taken,
    )
