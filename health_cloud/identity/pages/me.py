"""Oneself: the hub of rows to every page of one's own, how the app looks on this device, signing out."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.policy import Need
from health_cloud.identity.pages.hub import PLACES, SECTIONS, Place, Section
from health_cloud.identity.pages.moving import SignOut
from health_cloud.identity.pages.recover import recovery_notice
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.marks import tile
from health_cloud.ui.preferences import language_switch, text_switch, theme_switch
from health_cloud.ui.rows import face, row, rows, section
from health_cloud.ui.shell import OWN_NAME, Shell

_ROLES = ("patient", "physician", "pharmacist", "staff", "auditor")


def me_page() -> rx.Component:
    """Show who is signed in, and where everything of one's own is."""
    return page(
        recovery_notice(),
        rx.el.div(
            face(OWN_NAME, large=True),
            rx.el.div(
                rx.el.p(OWN_NAME, class_name="t-title"),
                rx.el.p(
                    rx.match(Shell.role, *[(role, t(f"identity.me.{role}")) for role in _ROLES], ""),
                    class_name="t-small ink-2",
                ),
            ),
            class_name="pad own-name",
        ),
        *[_section(name) for name in SECTIONS],
        rx.el.div(
            SignOut.create(label=t("identity.me.sign_out"), failed=t("identity.me.still_in")),
            class_name="pad gap-top",
        ),
        heading=t("identity.me.title"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def _section(name: Section) -> rx.Component:
    """Show a section to those who have something in it."""
    places = [place for place in PLACES if place.section == name]
    shown = [
        *([rows(*[_row(place) for place in places], lead=True)] if places else []),
        *_OWN.get(name, tuple)(),
    ]
    if not shown:
        return rx.fragment()
    whole = rx.fragment(section(t(f"identity.me.{name}")), *shown)
    needs = {place.need for place in places}
    return whole if name in _OWN or Need.SIGNED_IN in needs else _to(needs, whole)


def _row(place: Place) -> rx.Component:
    shown = row(t(place.key), sub=t(f"{place.key}_sub"), lead=tile(place.icon), href=place.href, arrow=True)
    return shown if place.need is Need.SIGNED_IN else _to({place.need}, shown)


def _to(needs: set[Need], shown: rx.Component) -> rx.Component:
    """Show something to these roles; it hides, the pages guard."""
    return rx.fragment(rx.match(Shell.role, *[(need.value, shown) for need in sorted(needs)], rx.fragment()))


def _device() -> tuple[rx.Component, ...]:
    return (rx.el.div(language_switch(), text_switch(), theme_switch(), class_name="pad stack gap-top"),)


_OWN = {"app": _device}
"""What a section shows below its rows."""
