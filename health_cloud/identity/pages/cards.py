"""A drawing of a card with the place of its number."""

from __future__ import annotations

import reflex as rx

from health_cloud.ui.i18n import t

_BARS = ((17, 18, 96, 11), (86, 48, 62, 8), (86, 64, 112, 8), (86, 80, 84, 8))


def card_picture(social: rx.Var[bool] | bool) -> rx.Component:
    """Show where the number stands on a social security card, or on a hospital's visit card."""
    svg = rx.el.svg
    return rx.el.svg(
        svg.rect(x=".75", y=".75", width="236", height="148.5", rx="10", class_name="pic-card"),
        svg.rect(x="17", y="46", width="54", height="66", rx="3", class_name="pic-well"),
        svg.circle(cx="44", cy="71", r="10", class_name="pic-bar"),
        svg.path(d="M26 105c2-13 9-19 18-19s16 6 18 19", class_name="pic-bar"),
        *[
            svg.rect(x=str(x), y=str(y), width=str(width), height=str(height), rx="2", class_name="pic-bar")
            for x, y, width, height in _BARS
        ],
        svg.rect(x="185", y="18", width="36", height="26", rx="4", class_name="pic-line"),
        svg.path(d="M185 31h36M203 18v26", class_name="pic-line"),
        svg.rect(x="80", y="113", width="144", height="25", rx="4", class_name="pic-here"),
        svg.text(rx.cond(social, "AB1234567", "V100001"), x="152", y="130", class_name="pic-number"),
        svg.path(d="M224 125.5h26", class_name="pic-lead"),
        svg.text(t("identity.verify.here"), x="256", y="121", class_name="pic-word"),
        svg.text(
            rx.cond(social, t("identity.verify.here_social"), t("identity.verify.here_visit")),
            x="256",
            y="141",
            class_name="pic-note",
        ),
        view_box="0 0 350 150",
        role="img",
        aria_label=t("identity.verify.picture"),
        class_name="pic",
    )
