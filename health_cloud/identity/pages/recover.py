# pyright: reportAttributeAccessIssue=false, reportArgumentType=false
# A Var of a view has the attributes of the view at run time.
"""A lost account: the ways back in, the wait, and the notice on the owner's own screens."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.identity.pages.moving import Lead
from health_cloud.identity.state.recover import OwnRecovery, Recover
from health_cloud.ui.dates import clock, lasting, moment
from health_cloud.ui.feedback import loading, note, problem
from health_cloud.ui.forms import button, field, form, link_button, pair
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page, step_bar
from health_cloud.ui.marks import tile
from health_cloud.ui.rows import row, rows, section

_FORM = "show"
_ENDINGS = ("stopped", "signed_in", "replaced", "lapsed")


def recover_page() -> rx.Component:
    """Show how a lost account stands in this browser."""
    at = Recover.page
    return page(
        rx.cond(
            Recover.ready,
            rx.fragment(
                rx.match(
                    at.state,
                    ("ways", _ways()),
                    ("choose", _choose()),
                    ("elsewhere", _elsewhere()),
                    ("closed", _told("closed")),
                    ("waiting", _waiting()),
                    ("ready", _ready()),
                    *[(state, _told(state, at.over_at)) for state in _ENDINGS],
                    _ways(),
                )
            ),
            loading(3),
        ),
        rx.cond(Recover.field == "", problem(Recover.problem, Recover.problem_params), rx.fragment()),
        Lead.create(target=Recover.focus, turn=Recover.turn),
        bar=step_bar(t("identity.recovery.title"), back="/sign-in"),
        role="guest",
        helped=True,
        actions=(
            rx.fragment(
                rx.match(
                    at.state,
                    ("choose", _primary(t("identity.recovery.show"), submit=True, form=_FORM)),
                    ("elsewhere", _primary(t("identity.recovery.show"), submit=True, form=_FORM)),
                    ("closed", _primary(t("identity.recovery.show"), submit=True, form=_FORM)),
                    ("waiting", button(t("identity.recovery.leave"), wide=True, on_click=Recover.leave)),
                    ("ready", _primary(t("identity.recovery.finish"), on_click=Recover.come_back)),
                    *[(state, _understood()) for state in _ENDINGS],
                    rx.fragment(),
                )
            ),
        ),
    )


def recovery_notice() -> rx.Component:
    """Tell the owner of a recovery of their account, with one tap to stop it; nothing where there is none."""
    told = OwnRecovery.notice
    seen = moment(told.began)
    stop = button(
        t("identity.recovery.not_me"),
        look="danger",
        small=True,
        on_click=OwnRecovery.stop(told.id),
    )
    mine = button(t("identity.recovery.was_me"), small=True, on_click=OwnRecovery.acknowledge(told.id))
    close = button(t("identity.recovery.understood"), small=True, on_click=OwnRecovery.acknowledge(""))
    return rx.el.div(
        rx.fragment(
            rx.match(
                told.state,
                (
                    "waiting",
                    _notice(
                        t("identity.recovery.own"),
                        t("identity.recovery.own_text", at=seen, agent=told.agent, until=moment(told.ready_at)),
                        stop,
                    ),
                ),
                (
                    "signed_in",
                    _notice(
                        t("identity.recovery.own_signed_in"),
                        t("identity.recovery.own_signed_in_text", at=seen, agent=told.agent),
                        mine,
                        stop,
                    ),
                ),
                (
                    "stopped",
                    _notice(t("identity.recovery.own_stopped"), t("identity.recovery.own_stopped_text"), close),
                ),
                rx.fragment(),
            )
        ),
        problem(OwnRecovery.problem, OwnRecovery.problem_params),
        aria_live="polite",
    )


LOADS = (OwnRecovery.load,)
"""Events of a page that shows the notice."""


def _notice(title: rx.Var[str], text: rx.Var[str], *acts: rx.Component) -> rx.Component:
    return rx.el.div(
        note(rx.fragment(" ", text), strong=title, kind="warn", name="shield_alert", inset=True),
        rx.el.div(*([pair(*acts)] if len(acts) > 1 else acts), class_name="pad gap-top"),
        class_name="gap-under",
    )


def _primary(text: rx.Var[str], **props: Any) -> rx.Component:
    return button(text, look="primary", wide=True, **props)


def _understood() -> rx.Component:
    return _primary(t("identity.recovery.understood"), on_click=Recover.leave)


def _head(title: rx.Var[str], sub: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        rx.el.h1(title, class_name="t-display"),
        rx.el.p(sub, class_name="ink-2 heading-sub"),
        class_name="pad heading",
    )


def _wait() -> rx.Var[str]:
    return rx.cond(
        Recover.page.hours > 0,
        lasting(Recover.page.hours),
        t("identity.recovery.minutes", count=Recover.page.minutes),
    ).to(str)


def _ways() -> rx.Component:
    return rx.fragment(
        _head(t("identity.recovery.heading"), t("identity.recovery.sub")),
        rows(
            _way("fingerprint", "passkey", "/sign-in"),
            _way("key_round", "code", "/sign-in"),
            _way("lock", "password", "/verify"),
            _way("life_buoy", "everything", "/verify", wait=_wait()),
            _way("building_2", "desk", "/verify"),
            _way("stethoscope", "work", "/activate"),
            lead=True,
        ),
    )


def _way(mark: str, name: str, href: str, **params: rx.Var[str]) -> rx.Component:
    return row(
        t(f"identity.recovery.way.{name}"),
        sub=t(f"identity.recovery.way.{name}_text", **params),
        lead=tile(mark),
        href=href,
        arrow=True,
    )


def _choose() -> rx.Component:
    begin = button(t("identity.recovery.begin"), wide=True, on_click=Recover.begin)
    return rx.fragment(
        _head(t("identity.recovery.known"), t("identity.recovery.known_text")),
        _shown(),
        section(t("identity.recovery.lost")),
        rx.el.p(t("identity.recovery.lost_text", wait=_wait()), class_name="pad ink-2"),
        rx.el.div(begin, class_name="pad gap-top"),
        _desk(),
    )


def _elsewhere() -> rx.Component:
    anew = button(t("identity.recovery.anew"), wide=True, on_click=Recover.begin_anew)
    return rx.fragment(
        _head(
            t("identity.recovery.elsewhere"),
            t("identity.recovery.elsewhere_text", at=moment(Recover.page.began)),
        ),
        _shown(),
        section(t("identity.recovery.lost")),
        rx.el.p(t("identity.recovery.anew_text", wait=_wait()), class_name="pad ink-2"),
        rx.el.div(anew, class_name="pad gap-top"),
        _desk(),
    )


def _shown() -> rx.Component:
    """Ask for what is still at hand."""
    return rx.fragment(
        form(
            field(
                t("identity.recovery.code"),
                name="code",
                hint=t("identity.recovery.code_hint"),
                error=rx.cond(Recover.field == "code", t(Recover.problem, Recover.problem_params), "").to(str),
                auto_complete="one-time-code",
                auto_capitalize="characters",
                spell_check=False,
                max_length=20,
            ),
            on_submit=Recover.show,
            id=_FORM,
            no_validate=True,
        ),
        rx.cond(
            Recover.page.demo_code != "",
            rx.el.div(
                note(t("identity.activate.demo_code", code=Recover.page.demo_code), kind="info", inset=True),
                class_name="gap-top",
            ),
            rx.fragment(),
        ),
    )


def _waiting() -> rx.Component:
    at = Recover.page
    return rx.fragment(
        _head(t("identity.recovery.waiting"), t("identity.recovery.waiting_text", at=moment(at.ready_at))),
        rx.el.div(clock(at.ready_at, since=at.began, on_end=Recover.load), class_name="pad gap-under"),
        rx.el.ul(
            rx.el.li(t("identity.recovery.come_back", at=moment(at.ends_at))),
            rx.el.li(t("identity.recovery.why_wait")),
            rx.el.li(t("identity.recovery.stops")),
            class_name="pad ink-2 ways",
        ),
        rx.cond(at.proved, rx.fragment(section(t("identity.recovery.found")), _shown(), _submit()), _found()),
        _desk(),
    )


def _submit() -> rx.Component:
    return rx.el.div(button(t("identity.recovery.show"), wide=True, submit=True, form=_FORM), class_name="pad")


def _found() -> rx.Component:
    return rx.el.p(
        t("identity.recovery.found"),
        " ",
        rx.el.a(t("identity.recovery.again"), href="/verify", class_name="link"),
        class_name="pad t-small ink-2 gap-top",
    )


def _ready() -> rx.Component:
    return rx.fragment(
        _head(t("identity.recovery.ready"), t("identity.recovery.ready_text", at=moment(Recover.page.ends_at))),
        rx.el.div(link_button(t("identity.recovery.leave"), on_click=Recover.leave), class_name="pad"),
    )


def _told(state: str, at: Any = "") -> rx.Component:
    text = (
        t(f"identity.recovery.{state}_text", at=moment(at)) if state != "closed" else t("identity.recovery.closed_text")
    )
    return rx.fragment(
        _head(t(f"identity.recovery.{state}"), text),
        *([_shown()] if state == "closed" else []),
        _desk(),
    )


def _desk() -> rx.Component:
    return rx.el.p(t("identity.recovery.desk"), class_name="pad t-small ink-2 gap-top")
