"""Who can see my records: what holds now, and who asks."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.pages.emergencies import before_seen, is_open, now_seen
from health_cloud.access.pages.parts import kinds, period, who
from health_cloud.access.pages.treating import no_teams, teams_rows
from health_cloud.access.state import Sharing
from health_cloud.consent.views import ENCOUNTER, OPENING, VISIT, GrantCard, RequestCard
from health_cloud.identity.views import GuardianFace
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, problem, toast
from health_cloud.ui.forms import button, tabs
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page, separated
from health_cloud.ui.overlays import bottom_sheet
from health_cloud.ui.rows import face, row, rows, section


def sharing_page() -> rx.Component:
    """Return the page."""
    views = [("now", t("access.now")), ("asked", t("access.asked"), Sharing.requests.length())]
    return page(
        problem(Sharing.problem, Sharing.params),
        tabs(t("access.title"), views, Sharing.tab, Sharing.pick),
        rx.cond(Sharing.ready, rx.cond(Sharing.tab == "now", _now(), _asked()), loading(3)),
        _longer(),
        toast(
            rx.cond(Sharing.revoked != "", t("access.revoked", name=words(Sharing.revoked_name)), ""),
            on_close=Sharing.close_toast,
            on_undo=Sharing.undo,
            seconds=8,
        ),
        heading=t("access.title"),
        role="patient",
        tab="access",
    )


def _now() -> rx.Component:
    return rx.fragment(
        now_seen(),
        rx.cond(
            Sharing.grants.length() == 0,
            rx.cond(
                no_teams() & ~is_open(),
                empty("shield_check", t("access.nobody"), t("access.nobody_text")),
                rx.fragment(),
            ),
            rx.el.ul(rx.foreach(Sharing.grants, _grant), class_name="rows grants"),
        ),
        teams_rows(),
        rx.cond(
            Sharing.guardians.length() > 0,
            rx.fragment(section(t("access.guardians")), rows(rx.foreach(Sharing.guardians, _guardian), lead=True)),
            rx.fragment(),
        ),
        before_seen(),
        rx.cond(
            Sharing.ended.length() > 0,
            rx.fragment(section(t("access.ended_title")), rows(rx.foreach(Sharing.ended, _ended), lead=True)),
            rx.fragment(),
        ),
        rows(
            row(t("access.code.title"), sub=t("access.code.link"), href="/access/code", arrow=True),
            row(t("access.choices.title"), sub=t("access.choices.link"), href="/access/choices", arrow=True),
            row(t("access.links"), sub=t("access.links_text"), href="/access/links", arrow=True),
            row(t("access.looked"), sub=t("access.looked_text"), href="/ledger", arrow=True),
        ),
    )


def _grant(grant: rx.Var[GrantCard]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            face(words(grant.grantee.name)),
            rx.el.div(
                rx.el.b(t("access.doctor", name=words(grant.grantee.name))),
                rx.el.p(who(grant.grantee), class_name="t-small ink-2"),
                rx.el.p(period(grant.period_from, grant.period_to), class_name="t-small ink-2"),
                kinds(grant.classes),
                _how(grant),
            ),
            button(
                t("access.revoke"),
                look="danger",
                small=True,
                on_click=Sharing.revoke(grant.id),
                aria_label=t("access.revoke_from", name=words(grant.grantee.name)),
            ),
            class_name="grant-head",
        ),
        rx.el.div(dates.clock(grant.until_at, since=grant.from_at), class_name="grant-clock"),
        _changes(grant),
        key=grant.id,
    )


def _changes(grant: rx.Var[GrantCard]) -> rx.Component:
    """Offer to give less of it, or for longer; like revoking each is one press away."""
    name = words(grant.grantee.name)
    return rx.el.div(
        button(
            t("access.narrow.short"),
            small=True,
            href="/access/grant/" + grant.id,
            aria_label=t("access.narrow.heading", name=name),
        ),
        rx.cond(
            grant.ends_with == OPENING,
            rx.fragment(),
            button(
                t("access.longer.short"),
                small=True,
                on_click=Sharing.ask_longer(grant.id),
                aria_label=t("access.longer.title", name=name),
            ),
        ),
        class_name="grant-acts",
    )


def _longer() -> rx.Component:
    """Say when it ends, and offer later ends, each with its instant."""
    return bottom_sheet(
        rx.el.div(
            rx.el.p(t("access.longer.now", at=dates.moment(Sharing.extending.until_at)), class_name="ink-2"),
            rx.cond(
                Sharing.extensions.length() == 0,
                rx.el.p(t("access.longer.most")),
                rx.foreach(
                    Sharing.extensions,
                    lambda each: button(
                        t("access.longer.by", by=t("access.for." + each.hours), at=dates.moment(each.until_at)),
                        on_click=Sharing.extend(each.hours),
                        wide=True,
                    ),
                ),
            ),
            class_name="longer",
        ),
        title=t("access.longer.title", name=words(Sharing.extending.grantee.name)),
        open=Sharing.extending.id != "",
        on_close=Sharing.leave_end,
    )


def _how(grant: rx.Var[GrantCard]) -> rx.Component:
    """Say what ends it besides the clock, and whether it was opened."""
    ends = rx.match(
        grant.ends_with,
        (OPENING, separated(t("access.ends.opening"), _opened(grant))),
        (VISIT, separated(t("access.ends.visit"), _opened(grant))),
        (ENCOUNTER, separated(t("access.ends.encounter"), _opened(grant))),
        rx.fragment(_opened(grant)),
    )
    return rx.el.p(ends, class_name="t-small ink-2")


def _opened(grant: rx.Var[GrantCard]) -> rx.Var[str]:
    return rx.cond(
        grant.opened_at == "",
        t("access.opened.not"),
        t("access.opened.at", at=dates.near_moment(grant.opened_at)),
    )


def _ended(grant: rx.Var[GrantCard]) -> rx.Component:
    return row(
        t("access.doctor", name=words(grant.grantee.name)),
        sub=separated(t("access.ended." + grant.ended), dates.near_moment(grant.ended_at)),
        lead=face(words(grant.grantee.name)),
    )


def _guardian(guardian: rx.Var[GuardianFace]) -> rx.Component:
    return row(
        words(guardian.name),
        sub=separated(t(guardian.kin), t("access.guardian_until", at=dates.day(guardian.until))),
        lead=face(words(guardian.name)),
        href="/me/guardians",
        arrow=True,
    )


def _asked() -> rx.Component:
    return rx.cond(
        Sharing.requests.length() == 0,
        empty("shield_check", t("access.none_asked"), t("access.none_asked_text")),
        rows(rx.foreach(Sharing.requests, _request), lead=True),
    )


def _request(request: rx.Var[RequestCard]) -> rx.Component:
    return row(
        t("access.request.wants", name=words(request.asker.name)),
        sub=rx.fragment(
            t("access.purpose." + request.purpose),
            rx.el.i(class_name="sep"),
            dates.near_moment(request.created_at),
        ),
        href="/access/request/" + request.id,
        lead=face(words(request.asker.name)),
        fresh=True,
        arrow=True,
    )
