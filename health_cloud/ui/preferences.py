"""Choices of this device: language, theme, large text; remembered in the browser, unknown to the server."""

from __future__ import annotations

from collections.abc import Sequence
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
    return _labelled("language", t("ui.language.label"), [("zh", "中文"), ("en", "English")])


def theme_switch() -> rx.Component:
    """Choose light, dark, or as the device says."""
    options = [("auto", t("ui.theme.auto")), ("light", t("ui.theme.light")), ("dark", t("ui.theme.dark"))]
    return _labelled("theme", t("ui.theme.label"), options)


def text_switch() -> rx.Component:
    """Choose large text."""
    return _labelled("text", t("ui.text.label"), [("normal", t("ui.text.normal")), ("large", t("ui.text.large"))])


def _labelled(
    name: Literal["language", "theme", "text"], label: rx.Var[str], options: Sequence[tuple[str, str | rx.Var[str]]]
) -> rx.Component:
    """Show what is chosen above the choice; those who hear it hear it with the group."""
    given = [{"value": value, "label": text} for value, text in options]
    return rx.el.div(
        rx.el.p(label, class_name="t-small ink-2", aria_hidden="true"),
        Preference.create(name=name, label=label, options=given),
        class_name="prefer",
    )
