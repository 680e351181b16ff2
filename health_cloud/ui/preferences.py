"""Choices of this device: language, theme, large text; remembered in the browser, unknown to the server."""

from __future__ import annotations

from typing import Literal

import reflex as rx

from health_cloud.ui import scripts
from health_cloud.ui.i18n import t


class Preference(scripts.Local):
    """A segmented choice kept in the browser."""

    library = scripts.FRAME
    tag = "Preference"

    name: rx.Var[Literal["language", "theme", "text"]]
    label: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]


def language_switch() -> rx.Component:
    """Choose Chinese or English; each names itself."""
    return Preference.create(
        name="language",
        label=t("ui.language.label"),
        options=[{"value": "zh", "label": "中文"}, {"value": "en", "label": "English"}],
    )


def theme_switch() -> rx.Component:
    """Choose light, dark, or as the device says."""
    return Preference.create(
        name="theme",
        label=t("ui.theme.label"),
        options=[
            {"value": "auto", "label": t("ui.theme.auto")},
            {"value": "light", "label": t("ui.theme.light")},
            {"value": "dark", "label": t("ui.theme.dark")},
        ],
    )


def text_switch() -> rx.Component:
    """Choose large text."""
    return Preference.create(
        name="text",
        label=t("ui.text.label"),
        options=[
            {"value": "normal", "label": t("ui.text.normal")},
            {"value": "large", "label": t("ui.text.large")},
        ],
    )
