# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportReturnType=false, reportOperatorIssue=false
# A Var of a view has the attributes of the view at run time.
"""For how long a medicine was prescribed, in the words of a sentence; never whether it is taken."""

from __future__ import annotations

import reflex as rx

from health_cloud.records.views.medicines import Supply
from health_cloud.ui import dates
from health_cloud.ui.i18n import t, words


def lasting(supply: rx.Var[Supply]) -> rx.Component:
    """Say from when, for how long and until when, and where the source's status says otherwise."""
    start, until = dates.full_day(supply.at), dates.full_day(supply.until)
    over = (supply.state == "ended") | (supply.state == "overdue")
    said = words(supply.lasts)
    days = rx.cond(
        over,
        rx.cond(
            said != "",
            t("records.supply.lasts_over", lasts=said, start=start, until=until),
            t("records.supply.days_over", count=supply.days, start=start, until=until),
        ),
        rx.cond(
            said != "",
            t("records.supply.lasts", lasts=said, start=start, until=until),
            t("records.supply.days", count=supply.days, start=start, until=until),
        ),
    )
    given = t("records.supply.given", start=start, until=until)
    unknown = rx.cond(
        said != "",
        t("records.supply.lasts_alone", lasts=said, start=start),
        rx.cond(
            supply.days > 0,
            t("records.supply.days_alone", count=supply.days, start=start),
            t("records.supply.unknown", start=start),
        ),
    )
    repeats = rx.fragment(_DOT, t("records.supply.repeats", count=supply.repeats))
    return rx.fragment(
        rx.cond(supply.until == "", unknown, rx.cond(supply.given_until, given, days)),
        rx.cond(supply.repeats > 0, repeats, rx.fragment()),
        rx.match(
            supply.state,
            ("overdue", rx.fragment(_DOT, t("records.supply.overdue"))),
            ("stopped", rx.fragment(_DOT, t("records.supply.stopped"))),
            rx.fragment(),
        ),
    )


_DOT = rx.el.i(class_name="sep")
