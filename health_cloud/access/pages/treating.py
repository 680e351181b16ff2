# pyright: reportAttributeAccessIssue=false
# A Var of a view has the attributes of the view at run time.
"""Treating teams on screens: a physician's ward, and who may see a patient while a visit is open."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.state import TreatingTeams, Ward
from health_cloud.chart.views import TeamFace, WardRow
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note, problem
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.marks import tile
from health_cloud.ui.rows import face, row, rows, section


def ward_page() -> rx.Component:
    """Return the physician's list of whom their department treats now."""
    return page(
        rx.cond(
            Ward.ready,
            rx.cond(
                Ward.page.allowed,
                rx.cond(
                    Ward.page.rows.length() == 0,
                    empty("users_round", t("access.ward.nobody"), t("access.ward.nobody_text")),
                    rows(rx.foreach(Ward.page.rows, _patient), lead=True),
                ),
                empty("lock", t("access.ward.off"), t("access.ward.off_text")),
            ),
            loading(4),
        ),
        heading=t("access.ward.title"),
        sub=rx.cond(Ward.page.allowed, t("access.ward.sub", department=words(Ward.page.department)), rx.fragment()),
        back="/physician",
        back_label=t("ui.nav.today"),
        role="physician",
        tab="today",
    )


def ward_link() -> rx.Component:
    """Lead to the ward from the physician's first screen, where the hospital lets teams read."""
    return rx.cond(
        Ward.page.allowed,
        rows(
            row(
                t("access.ward.title"),
                sub=t("access.ward.link", count=Ward.page.rows.length()),
                href="/physician/ward",
                lead=tile("users_round", "c-accent"),
                arrow=True,
            ),
            lead=True,
        ),
        rx.fragment(),
    )


def _patient(patient: rx.Var[WardRow]) -> rx.Component:
    born = rx.cond(patient.born != "", t("access.ward.born", day=dates.full_day(patient.born)), "")
    return row(
        words(patient.name),
        sub=separated(
            t("access.ward.visit." + patient.visit_type), t("access.ward.since", at=dates.near_day(patient.since)), born
        ),
        href="/physician/chart/" + patient.id,
        lead=face(words(patient.name)),
        arrow=True,
    )


def no_teams() -> rx.Var[bool]:
    """Tell whether no team may see the patient now."""
    return TreatingTeams.teams.length() == 0


def teams_rows() -> rx.Component:
    """Say which teams may see the patient now, and whether they have looked."""
    return rx.fragment(
        problem(TreatingTeams.problem),
        rx.cond(
            TreatingTeams.refused,
            note(t("access.teams.refused"), kind="info", name="check", inset=True, live=True),
            rx.fragment(),
        ),
        rx.cond(
            no_teams(),
            rx.fragment(),
            rx.fragment(
                section(t("access.teams.title")),
                rows(rx.foreach(TreatingTeams.teams, _team), lead=True),
            ),
        ),
    )


def _team(team: rx.Var[TeamFace]) -> rx.Component:
    return row(
        t("access.teams.of", department=words(team.department), organization=words(team.organization)),
        sub=separated(
            t("access.teams.while_open"),
            rx.cond(
                team.opened_at == "",
                t("access.opened.not"),
                t("access.opened.at", at=dates.near_moment(team.opened_at)),
            ),
            t("access.teams.until", at=dates.near_day(team.until)),
        ),
        lead=tile("users_round", "c-accent"),
        end=button(
            t("access.teams.refuse"),
            look="danger",
            small=True,
            on_click=TreatingTeams.refuse(team.department_id),
            aria_label=t("access.teams.refuse_from", department=words(team.department)),
        ),
    )
