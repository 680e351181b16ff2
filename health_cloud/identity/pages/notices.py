"""How one is told things: by subject and channel, with quiet hours, and pushes to this device."""

from __future__ import annotations

from typing import Any, Final, TypedDict

import reflex as rx
from reflex.event import EventHandler, no_args_event_spec, passthrough_event_spec

from health_cloud.identity.pages.moving import Lead
from health_cloud.identity.state.notices import Notices
from health_cloud.notify.views import ChoiceRow
from health_cloud.ui.feedback import announce, loading, problem
from health_cloud.ui.forms import button, choice, choices, field, form, link_button
from health_cloud.ui.i18n import t
from health_cloud.ui.layout import page
from health_cloud.ui.linked import linked
from health_cloud.ui.rows import section
from health_cloud.ui.shell import Shell

_SCRIPT = linked(__file__, "push.js")
_SUBJECTS: Final = ("security", "access", "appointment", "records")
_MISSING: Final = {
    "sms": "identity.notifications.no_sms",
    "email": "identity.notifications.no_email",
    "push": "identity.notifications.no_push",
}
_REST = "quiet-hours"


class Given(TypedDict):
    """A PushSubscription as JSON."""

    endpoint: str
    keys: dict[str, str]


class PushSwitch(rx.Component):
    """Switches pushes on and off for this browser."""

    library = _SCRIPT
    tag = "PushSwitch"

    public_key: rx.Var[str]
    here: rx.Var[bool]
    on_words: rx.Var[str]
    off_words: rx.Var[str]
    failed: rx.Var[str]
    refused: rx.Var[str]
    missing: rx.Var[str]

    on_given: EventHandler[passthrough_event_spec(Given)]
    on_ended: EventHandler[no_args_event_spec]


def notices_page() -> rx.Component:
    """Show what is chosen."""
    return page(
        rx.cond(Notices.ready, rx.fragment(_chosen(), _quiet(), _here()), loading(4, days=False)),
        announce(rx.cond(Notices.kept, t("identity.notifications.kept"), "")),
        Lead.create(target=Notices.focus, turn=Notices.turn),
        heading=t("identity.notifications.title"),
        sub=t("identity.notifications.sub"),
        back="/me",
        back_label=t("ui.nav.me"),
        role=Shell.role,  # pyright: ignore[reportArgumentType] - on a State class it is a Var
        tab="me",
    )


def _chosen() -> rx.Component:
    return rx.fragment(
        problem(rx.cond(Notices.field.contains("s"), "", Notices.problem), Notices.problem_params),
        rx.foreach(Notices.subjects, _subject),
    )


def _subject(chosen: rx.Var[ChoiceRow]) -> rx.Component:
    def of(text: str) -> rx.Component:
        return rx.fragment(
            rx.match(
                chosen.subject,
                *[(name, rx.el.span(t(f"identity.notifications.{name}{text}"))) for name in _SUBJECTS],
                rx.fragment(),
            )
        )

    return rx.el.div(
        rx.el.div(
            rx.el.h2(of(""), class_name="t-heading"), rx.el.p(of("_sub"), class_name="t-small ink-2"), class_name="pad"
        ),
        choices(
            _channel(chosen, "sms"),
            _channel(chosen, "email"),
            rx.cond(Notices.public_key != "", _channel(chosen, "push"), rx.fragment()),
            legend=of(""),
            sheet=False,
        ),
        class_name="gap-top",
    )


def _channel(chosen: rx.Var[ChoiceRow], name: str) -> rx.Component:
    there: Any = {"sms": Notices.sms, "email": Notices.email, "push": Notices.push}[name]
    wanted: Any = {"sms": chosen.sms, "email": chosen.email, "push": chosen.push}[name]
    return choice(
        t(f"identity.notifications.{name}"),
        many=True,
        checked=wanted & there,
        disabled=~there,
        on_change=lambda now: Notices.choose(chosen.subject, name, now),
        sub=rx.cond(there, "", t(_MISSING[name])),
    )


def _quiet() -> rx.Component:
    def error(name: str) -> rx.Var[str]:
        return rx.cond(Notices.field == name, t(Notices.problem, Notices.problem_params), "")

    return rx.fragment(
        section(t("identity.notifications.quiet")),
        rx.el.p(t("identity.notifications.quiet_text"), class_name="pad t-small ink-2"),
        form(
            rx.el.div(
                field(
                    t("identity.notifications.begins"),
                    name="begins",
                    type="time",
                    error=error("begins"),
                    default_value=Notices.begins,
                    key=Notices.begins,
                ),
                field(
                    t("identity.notifications.ends"),
                    name="ends",
                    type="time",
                    error=error("ends"),
                    default_value=Notices.ends,
                    key=Notices.ends,
                ),
                class_name="pair",
            ),
            on_submit=Notices.rest,
            id=_REST,
            no_validate=True,
        ),
        rx.el.div(
            button(t("identity.notifications.keep_quiet"), submit=True, form=_REST, wide=True),
            rx.cond(Notices.kept, rx.el.p(t("identity.notifications.kept"), class_name="t-small ink-2"), rx.fragment()),
            rx.cond(
                Notices.begins != "",
                link_button(t("identity.notifications.no_quiet"), on_click=Notices.no_rest),
                rx.fragment(),
            ),
            class_name="pad stack gap-top",
        ),
    )


def _here() -> rx.Component:
    switch = rx.fragment(
        rx.el.p(t("identity.notifications.here_text"), class_name="t-small ink-2"),
        PushSwitch.create(
            public_key=Notices.public_key,
            here=Notices.here,
            on_words=t("identity.notifications.turn_on"),
            off_words=t("identity.notifications.turn_off"),
            failed=t("identity.notifications.push_failed"),
            refused=t("identity.notifications.push_refused"),
            missing=t("identity.notifications.push_missing"),
            on_given=Notices.subscribe,
            on_ended=Notices.unsubscribe,
        ),
    )
    unset = rx.el.p(t("identity.notifications.push_unset"), class_name="t-small ink-2")
    return rx.fragment(
        section(t("identity.notifications.here")),
        rx.el.div(rx.cond(Notices.public_key != "", switch, unset), class_name="pad stack"),
    )
