"""For whom one acts: the banner over every page, and the switch on the first one."""

from __future__ import annotations

import reflex as rx

from health_cloud.identity.state.guardians import Wards
from health_cloud.identity.views import GuardianRow
from health_cloud.ui.i18n import t, words
from health_cloud.ui.linked import linked
from health_cloud.ui.marks import icon
from health_cloud.ui.shell import FOR_NAME, Shell

Text = str | rx.Var[str]

_SCRIPT = linked(__file__, "acting.js")


class ActFor(rx.Component):
    """The button that changes for whom one acts, without a relation for oneself; `then` is shown next."""

    library = _SCRIPT
    tag = "ActFor"

    relation: rx.Var[str]
    label: rx.Var[str]
    failed: rx.Var[str]
    kind: rx.Var[str]
    then: rx.Var[str]


def act_for(relation: Text, label: rx.Var[str], *, kind: str, then: Text = "/") -> rx.Component:
    """Offer to act for somebody, and go on at a page of this app."""
    return ActFor.create(relation=relation, label=label, failed=t("identity.acting.failed"), kind=kind, then=then)


def acting_banner() -> rx.Component:
    """Say over every page for whom somebody acts, with the way back to themselves."""
    banner = rx.el.div(
        icon("users", size="m"),
        rx.el.span(t("identity.acting.banner", name=FOR_NAME)),
        act_for("", t("identity.acting.back"), kind="link act"),
        class_name="note info for-whom",
    )
    return rx.cond(Shell.for_name != "", rx.el.aside(banner, aria_label=t("identity.acting.label")), rx.fragment())


def switcher() -> rx.Component:
    """Offer the people for whom one can act, on the first screen of one's own."""
    offered = rx.el.div(
        rx.el.span(t("identity.acting.for"), class_name="t-small ink-2"),
        rx.foreach(Wards.others, _ward),
        class_name="pad wards",
        role="group",
        aria_label=t("identity.acting.label"),
    )
    return rx.cond((Shell.for_name == "") & (Wards.others.length() > 0), offered, rx.fragment())


def _ward(ward: rx.Var[GuardianRow]) -> rx.Component:
    label = t("identity.acting.who", kin=t(ward.kin), name=words(ward.name))
    return act_for(ward.id, label, kind="btn plain sm")
