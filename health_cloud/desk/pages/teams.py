# pyright: reportAttributeAccessIssue=false
# A Var of a view has the attributes of the view at run time.
"""The desk's screen of treating teams: how it stands, what it means, and who switched it."""

from __future__ import annotations

import reflex as rx

from health_cloud.desk.state import TeamSwitching
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.overlays import confirm
from health_cloud.ui.rows import row, rows, section, sheet
from health_cloud.visibility.views import SwitchRow

_OPEN = TeamSwitching.page.open


def teams_page() -> rx.Component:
    """Return the page."""
    return page(
        problem(TeamSwitching.problem, TeamSwitching.params),
        rx.cond(
            TeamSwitching.switched & (TeamSwitching.problem == ""),
            note(
                rx.cond(_OPEN, t("desk.teams.now_on"), t("desk.teams.now_off")),
                kind="info",
                name="check",
                inset=True,
                live=True,
            ),
            rx.fragment(),
        ),
        rx.cond(TeamSwitching.ready, rx.fragment(_state(), _history()), loading(4, days=False)),
        _question(),
        heading=t("desk.teams.title"),
        back="/desk",
        back_label=t("desk.title"),
        role="staff",
        tab="visibility",
    )


def _state() -> rx.Component:
    return sheet(
        rx.el.p(rx.cond(_OPEN, t("desk.teams.on"), t("desk.teams.off")), class_name="sentence"),
        rx.el.ul(
            *[rx.el.li(t(f"desk.teams.rule.{name}")) for name in ("who", "what", "when", "told", "never")],
            class_name="consequences pad",
        ),
        rx.el.div(
            rx.cond(
                _OPEN,
                button(t("desk.teams.switch_off"), look="danger", on_click=TeamSwitching.ask),
                button(t("desk.teams.switch_on"), look="primary", on_click=TeamSwitching.ask),
            ),
            class_name="pad switching",
        ),
        title=rx.cond(_OPEN, t("desk.teams.is_on"), t("desk.teams.is_off")),
    )


def _history() -> rx.Component:
    return rx.fragment(
        section(t("desk.history")),
        rows(
            rx.foreach(TeamSwitching.page.changes, _change),
            row(t("desk.teams.did_off"), sub=t("desk.teams.history_first")),
        ),
    )


def _change(change: rx.Var[SwitchRow]) -> rx.Component:
    return row(
        rx.cond(change.open, t("desk.teams.did_on"), t("desk.teams.did_off")),
        sub=separated(words(change.by), dates.near_moment(change.changed_at)),
    )


def _question() -> rx.Component:
    """Ask before either; what is asked for is what the button says, whatever others do meanwhile."""
    return rx.cond(
        _OPEN,
        confirm(
            title=t("desk.teams.ask_off"),
            lines=[t("desk.teams.ask_off_now"), t("desk.teams.ask_off_grants"), t("desk.teams.ask_again")],
            act=t("desk.teams.switch_off"),
            on_act=TeamSwitching.switch(False),
            open=TeamSwitching.asking,
            on_cancel=TeamSwitching.keep,
        ),
        confirm(
            title=t("desk.teams.ask_on"),
            lines=[t("desk.teams.rule.who"), t("desk.teams.rule.told"), t("desk.teams.ask_again")],
            act=t("desk.teams.switch_on"),
            on_act=TeamSwitching.switch(True),
            open=TeamSwitching.asking,
            on_cancel=TeamSwitching.keep,
            danger=False,
        ),
    )
