# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""The physician's visits of today, and the desk of one: queue, chart, talk and note side by side."""

from __future__ import annotations

from collections.abc import Callable

import reflex as rx

from health_cloud.access.pages.banner import ground_banner
from health_cloud.access.pages.overview import overview
from health_cloud.followup.pages.answering import questions_owed
from health_cloud.followup.pages.asking_again import asked_on_desk
from health_cloud.followup.pages.day import requests_waiting, tasks_owed, waiting_times
from health_cloud.followup.pages.kinds import kind_line, place_line
from health_cloud.followup.pages.noting import note_pane
from health_cloud.followup.pages.talk import QueueKeys, talk
from health_cloud.followup.pages.video import saw_each_other, video
from health_cloud.followup.service.rows import IN_PERSON
from health_cloud.followup.state import AskedOnDesk, Queue, VideoDesk, VisitChart, VisitDesk
from health_cloud.followup.views import QueueRow
from health_cloud.prescribing.pages.pane import prescription_pane
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.lease import lease
from health_cloud.ui.marks import icon
from health_cloud.ui.overlays import disclosed_confirm

_ROOM = VisitDesk.room
_GRANT = VisitChart.page.grant
PANES: tuple[Callable[[], rx.Component], ...] = (note_pane, prescription_pane)
"""What the physician does in a visit, one below the other in the column at the right; each brings its own State."""


def queue_page() -> rx.Component:
    """Return the page of today's visits."""
    return page(
        rx.cond(
            Queue.ready,
            rx.cond(
                Queue.queue.length() == 0,
                empty("calendar_clock", t("followup.visit.no_queue"), t("followup.visit.no_queue_text")),
                _queue(""),
            ),
            loading(4),
        ),
        requests_waiting(),
        questions_owed(),
        tasks_owed(),
        waiting_times(),
        heading=t("followup.visit.queue"),
        size="title",
        back="/physician/slots",
        back_label=t("followup.slots.title"),
        role="physician",
        tab="slots",
    )


def visit_page() -> rx.Component:
    """Return the desk of one visit."""
    return page(
        rx.cond(
            VisitDesk.ready,
            rx.cond(
                VisitDesk.missing,
                empty(
                    "calendar_clock",
                    t("followup.visit.none"),
                    t("followup.visit.none_text"),
                    action=button(t("followup.visit.queue"), href="/physician/visits"),
                ),
                _desk(),
            ),
            loading(5),
        ),
        heading=rx.cond(_ROOM.id != "", words(_ROOM.patient), t("followup.visit.title")),
        sub=rx.cond(
            _ROOM.id != "",
            rx.fragment(dates.visit(_ROOM.starts_at), rx.el.i(class_name="sep"), _ROOM.reason),
            rx.fragment(),
        ),
        size="title",
        back="/physician/visits",
        back_label=t("followup.visit.queue"),
        role="physician",
        tab="slots",
        wide=True,
    )


def _desk() -> rx.Component:
    return rx.fragment(
        _head(),
        rx.cond(_ROOM.phase == "waiting", asked_on_desk(), rx.fragment()),
        rx.el.div(
            rx.el.aside(
                rx.el.div(rx.el.h2(t("followup.visit.queue")), class_name="pane-head"),
                _queue(_ROOM.id),
                class_name="pane visit-queue",
                aria_label=t("followup.visit.queue"),
            ),
            rx.cond(_ROOM.kind == IN_PERSON, _before_one(), _talk()),
            rx.el.div(*[pane() for pane in PANES], class_name="pane white visit-work"),
            rx.el.section(
                rx.el.div(rx.el.h2(t("followup.visit.chart")), class_name="pane-head"),
                _chart(),
                class_name="pane visit-chart",
            ),
            class_name="visit-panes",
        ),
    )


def _talk() -> rx.Component:
    return rx.el.section(
        rx.el.div(rx.el.h2(t("followup.visit.talk")), class_name="pane-head"),
        video(VideoDesk, "physician", words(_ROOM.patient)),
        talk(VisitDesk, "physician"),
        class_name="pane white visit-talk",
    )


def _before_one() -> rx.Component:
    """Stand in the place of the talk, where the patient is in the room."""
    return rx.el.section(
        rx.el.div(rx.el.h2(t("followup.kind.in_person")), class_name="pane-head"),
        rx.el.div(
            rx.el.p(place_line(words(_ROOM.physician.organization), words(_ROOM.department), _ROOM.place)),
            rx.el.p(t("followup.reason_said", text=_ROOM.reason)),
            button(t("followup.prepare.read"), href="/physician/prepared/" + _ROOM.id, wide=True),
            class_name="before-one",
        ),
        class_name="pane white visit-talk",
    )


def _head() -> rx.Component:
    """Say where the visit stands, and bring it further."""
    return rx.match(
        _ROOM.phase,
        (
            "open",
            rx.el.div(
                icon("timer", size="m"),
                rx.el.span(t("followup.visit.since", at=dates.time(_ROOM.opened_at)), class_name="grow"),
                dates.clock(_ROOM.due_at, since=_ROOM.opened_at),
                disclosed_confirm(
                    button(
                        rx.cond(_ROOM.kind == IN_PERSON, t("followup.in_person.seen"), t("followup.visit.end")),
                        small=True,
                    ),
                    title=t("followup.visit.end_title", name=words(_ROOM.patient)),
                    lines=[
                        rx.cond(
                            _ROOM.kind == IN_PERSON, t("followup.in_person.end_note"), t("followup.visit.end_talk")
                        ),
                        t("followup.visit.end_grant"),
                    ],
                    act=t("followup.visit.end"),
                    cancel=t("followup.visit.go_on"),
                    on_act=VisitDesk.end,
                    danger=False,
                ),
                class_name="grant visit-head",
            ),
        ),
        ("waiting", rx.cond(_ROOM.kind == IN_PERSON, _arriving(), _waiting())),
        ("early", note(t("followup.visit.early", at=dates.near_moment(_ROOM.opens_at)), name="hourglass")),
        (
            "missed",
            note(
                rx.cond(
                    _ROOM.absent != "", t("followup.absent.physician_sees." + _ROOM.absent), t("followup.visit.missed")
                ),
                name="calendar_clock",
                action=rx.cond(
                    _ROOM.kind == IN_PERSON,
                    button(t("followup.in_person.came_after_all"), small=True, on_click=VisitDesk.begin),
                    rx.fragment(),
                ),
            ),
        ),
        ("over", note(t("followup.in_person.desk_over"), name="calendar_clock")),
        rx.fragment(
            note(t("followup.visit.ended_at", at=dates.time(_ROOM.ended_at)), name="check"), saw_each_other(_ROOM.seen)
        ),
    )


def _waiting() -> rx.Component:
    return rx.el.div(
        icon("clock", size="m"),
        rx.el.span(
            rx.cond(
                _ROOM.patient_came != "",
                t("followup.visit.waits_since", at=dates.time(_ROOM.patient_came)),
                t("followup.visit.not_come"),
            ),
            class_name="grow",
        ),
        button(
            t("followup.visit.begin"),
            look="primary",
            small=True,
            disabled=(_ROOM.patient_came == "") | (AskedOnDesk.page.state != ""),
            on_click=VisitDesk.begin,
        ),
        class_name="grant visit-head",
    )


def _arriving() -> rx.Component:
    """Note that the patient is here, or that nobody came: in person the physician alone can say."""
    return rx.el.div(
        icon("hospital", size="m"),
        rx.el.span(t("followup.in_person.awaited", at=dates.time(_ROOM.starts_at)), class_name="grow"),
        disclosed_confirm(
            button(t("followup.in_person.not_come"), small=True),
            title=t("followup.in_person.not_come_title", name=words(_ROOM.patient)),
            lines=[t("followup.in_person.not_come_told"), t("followup.in_person.not_come_undo")],
            act=t("followup.in_person.not_come"),
            on_act=VisitDesk.miss,
            danger=False,
        ),
        button(t("followup.in_person.here"), look="primary", small=True, on_click=VisitDesk.begin),
        class_name="grant visit-head",
    )


def _chart() -> rx.Component:
    """Show the chart while a grant holds; without one nothing of it."""
    missing = rx.el.div(
        note(
            rx.cond(_ROOM.kind == IN_PERSON, t("followup.in_person.no_grant_text"), t("followup.visit.no_grant_text")),
            kind="warn",
            strong=t("followup.visit.no_grant"),
            name="shield_x",
            inset=True,
        ),
        button(t("followup.visit.ask"), href="/physician/ask", wide=True),
        class_name="pad visit-ask",
    )
    held = rx.fragment(
        ground_banner(_GRANT),
        rx.cond(VisitChart.page.glance, overview(VisitChart.overview), rx.fragment()),
        rx.el.div(
            button(t("followup.visit.whole"), href="/physician/chart/" + _GRANT.id, wide=True),
            class_name="pad visit-ask",
        ),
    )
    return rx.cond(
        VisitChart.ready, rx.cond(VisitChart.granted, lease(held, kind="grant", ground=_GRANT.id), missing), loading(4)
    )


def _queue(chosen: rx.Var[str] | str) -> rx.Component:
    note_key: list[rx.Component | str | rx.Var[str]] = (
        [] if isinstance(chosen, str) else [" ", rx.el.kbd("N", class_name="kbd"), " ", t("followup.visit.key_note")]
    )
    return rx.fragment(
        rx.el.ul(rx.foreach(Queue.queue, lambda each: _queued(each, chosen)), class_name="queue"),
        rx.el.p(
            rx.el.kbd("J", class_name="kbd"),
            " ",
            rx.el.kbd("K", class_name="kbd"),
            " ",
            t("followup.visit.keys"),
            *note_key,
            class_name="t-micro ink-3 queue-keys",
        ),
        QueueKeys.create(),
    )


def _queued(each: rx.Var[QueueRow], chosen: rx.Var[str] | str) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(dates.time(each.starts_at), class_name="at"),
            rx.el.span(
                rx.el.b(words(each.patient)),
                rx.el.span(each.reason, class_name="ink-2 why-come"),
                rx.cond(
                    each.kind != "text",
                    rx.el.span(
                        kind_line(each.kind),
                        rx.cond(each.place != "", rx.fragment(rx.el.i(class_name="sep"), each.place), rx.fragment()),
                        class_name="stand",
                    ),
                    rx.fragment(),
                ),
                rx.el.span(_stand(each), class_name="stand"),
                rx.cond(
                    ~each.granted & (each.phase != "ended") & (each.phase != "missed"),
                    rx.el.span(icon("shield_x", size="s"), t("followup.visit.no_grant"), class_name="stand warn"),
                    rx.fragment(),
                ),
                class_name="who",
            ),
            href="/physician/visit/" + each.id,
            aria_current=rx.cond(each.id == chosen, "page", "false"),
        ),
        key=each.id,
    )


def _stand(each: rx.Var[QueueRow]) -> rx.Component:
    return rx.match(
        each.phase,
        ("ended", rx.fragment(icon("check", size="s"), t("followup.visit.stand.ended"))),
        ("open", rx.fragment(icon("messages_square", size="s"), rx.el.b(t("followup.visit.stand.open")))),
        ("missed", rx.fragment(icon("x", size="s"), t("followup.visit.stand.missed"))),
        ("over", rx.fragment(icon("x", size="s"), t("followup.visit.stand.over"))),
        rx.cond(
            each.came_at != "",
            rx.fragment(icon("clock", size="s"), t("followup.visit.stand.came", minutes=each.waits)),
            rx.fragment(
                icon("clock", size="s"),
                rx.cond(each.kind == IN_PERSON, t("followup.visit.stand.awaited"), t("followup.visit.stand.away")),
            ),
        ),
    )
