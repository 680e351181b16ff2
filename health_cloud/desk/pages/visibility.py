"""The desk: what patients may see, in words, with its effect before and after."""

from __future__ import annotations

import reflex as rx

from health_cloud.chart.views import ReleaseEffect
from health_cloud.core.vocabulary import RecordClass
from health_cloud.desk.state import Visibility
from health_cloud.ui import dates
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, choice, choices, date_field, pair
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import class_icon
from health_cloud.ui.overlays import confirm
from health_cloud.ui.rows import class_name, row, rows, section, sheet
from health_cloud.visibility.views import VersionRow


def visibility_page() -> rx.Component:
    """Return the page."""
    return page(
        rx.cond(Visibility.field == "", problem(Visibility.problem, Visibility.params), rx.fragment()),
        rx.cond(
            Visibility.published > 0,
            note(
                t("desk.published_text", gained=Visibility.told_gained, lost=Visibility.told_lost),
                strong=t("desk.published", version=Visibility.published),
                kind="info",
                name="check",
                inset=True,
                live=True,
            ),
            rx.fragment(),
        ),
        rx.cond(
            Visibility.ready,
            rx.el.div(_rules(), rx.el.div(_effect(), _history()), class_name="desk-policy"),
            loading(6),
        ),
        rows(
            row(t("desk.teams.title"), sub=t("desk.teams.link"), href="/desk/teams", arrow=True),
            row(t("followup.opening.title"), sub=t("followup.opening.link"), href="/desk/times", arrow=True),
            row(t("followup.rules.title"), sub=t("followup.rules.link"), href="/desk/rules", arrow=True),
            row(
                t("prescribing.formulary.desk"), sub=t("prescribing.formulary.link"), href="/desk/formulary", arrow=True
            ),
            row(t("prescribing.unfit.desk"), sub=t("prescribing.unfit.link"), href="/desk/payments", arrow=True),
        ),
        _question(),
        heading=t("desk.title"),
        sub=t("desk.in_force", version=Visibility.version),
        role="staff",
        tab="visibility",
        wide=True,
    )


def _rules() -> rx.Component:
    return sheet(
        rx.el.p(
            rx.cond(
                Visibility.from_date != "",
                t("desk.sentence", day=dates.full_day(Visibility.from_date)),
                t("desk.sentence_all"),
            ),
            rx.cond(
                Visibility.from_date != Visibility.old_date,
                rx.fragment(
                    rx.el.span(t("desk.changed"), class_name="changed"),
                    " ",
                    rx.el.span(
                        rx.cond(Visibility.old_date != "", dates.full_day(Visibility.old_date), t("desk.no_date")),
                        class_name="was",
                    ),
                ),
                rx.fragment(),
            ),
            class_name="sentence",
        ),
        date_field(
            t("desk.from"),
            name="from_date",
            hint=t("desk.from_hint"),
            error=rx.cond(Visibility.field == "from_date", t(Visibility.problem, Visibility.params), ""),
            default_value=Visibility.from_date,
            on_blur=Visibility.set_date,
        ),
        choices(
            *[_class(name.value) for name in RecordClass], legend=t("desk.classes"), legend_hidden=False, sheet=False
        ),
        title=t("desk.rules"),
        note=t("desk.rules_note"),
    )


def _class(name: str) -> rx.Component:
    is_open, was_open = Visibility.open.contains(name), Visibility.was_open.contains(name)
    return choice(
        rx.fragment(
            class_name(name),
            rx.cond(is_open != was_open, rx.el.span(t("desk.changed"), class_name="changed"), rx.fragment()),
        ),
        many=True,
        checked=is_open,
        on_change=Visibility.toggle(name),
        lead=class_icon(name),
        end=rx.cond(is_open, t("desk.open"), t("desk.closed")),
    )


def _effect() -> rx.Component:
    return rx.fragment(
        section(t("desk.effect")),
        rx.cond(
            Visibility.changed,
            rx.el.div(
                rx.el.div(
                    rx.el.p(rx.el.b(dates.number(Visibility.gained)), t("desk.gained")),
                    rx.el.p(rx.el.b(dates.number(Visibility.lost)), t("desk.lost")),
                    class_name="desk-numbers",
                    role="status",
                ),
                rx.el.table(
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th(t("desk.column.class"), scope="col"),
                            rx.el.th(t("desk.column.gained"), scope="col", class_name="num"),
                            rx.el.th(t("desk.column.lost"), scope="col", class_name="num"),
                            rx.el.th(t("desk.column.patients"), scope="col", class_name="num col-opt"),
                        )
                    ),
                    rx.el.tbody(rx.foreach(Visibility.effects, _line)),
                    class_name="dense",
                ),
                rx.el.div(
                    pair(
                        button(t("desk.discard"), on_click=Visibility.discard),
                        button(t("desk.publish"), look="primary", on_click=Visibility.ask),
                    ),
                    class_name="preview",
                ),
                class_name="pad",
            ),
            rx.el.p(t("desk.nothing_changed"), class_name="pad ink-2"),
        ),
    )


def _line(effect: rx.Var[ReleaseEffect]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(class_name(effect.record_class), scope="row"),
        rx.el.td(_number(effect.gained, effect.more), class_name="num"),
        rx.el.td(_number(effect.lost, effect.more), class_name="num"),
        rx.el.td(_number(effect.patients, effect.more), class_name="num col-opt"),
    )


def _number(count: rx.vars.NumberVar[int], more: rx.Var[bool]) -> rx.Component:
    return rx.fragment(dates.number(count), rx.cond(more & (count >= 10000), "+", ""))  # noqa: PLR2004 - counted so far


def _history() -> rx.Component:
    return rx.fragment(
        section(t("desk.history")),
        rows(
            rx.foreach(Visibility.versions, _version),
            row(t("desk.version", version=1), sub=t("desk.history_first")),
        ),
    )


def _version(version: rx.Var[VersionRow]) -> rx.Component:
    return row(
        t("desk.version", version=version.version),
        sub=rx.fragment(
            words(version.by),
            rx.el.i(class_name="sep"),
            dates.near_moment(version.published_at),
            rx.cond(
                version.moved,
                rx.fragment(
                    rx.el.i(class_name="sep"),
                    rx.cond(
                        version.from_date != "",
                        t("desk.did_date", day=dates.full_day(version.from_date)),
                        t("desk.did_no_date"),
                    ),
                ),
                rx.fragment(),
            ),
            rx.foreach(
                version.opened,
                lambda name: rx.fragment(rx.el.i(class_name="sep"), t("desk.did_open", name=class_name(name))),
            ),
            rx.foreach(
                version.closed,
                lambda name: rx.fragment(rx.el.i(class_name="sep"), t("desk.did_close", name=class_name(name))),
            ),
        ),
    )


def _question() -> rx.Component:
    return confirm(
        title=t("desk.ask", version=Visibility.version + 1),
        lines=[
            t("desk.ask_gain", count=Visibility.gained),
            t("desk.ask_lose", count=Visibility.lost),
            t("desk.ask_now"),
        ],
        act=t("desk.publish"),
        on_act=Visibility.publish,
        open=Visibility.asking,
        on_cancel=Visibility.keep,
        danger=False,
    )
