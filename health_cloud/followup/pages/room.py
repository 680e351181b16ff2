# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""A visit's room for its patient: when one may come, who is before one, how late it is, the talk."""

from __future__ import annotations

import reflex as rx

from health_cloud.followup.pages.asking import visit_questions
from health_cloud.followup.pages.asking_again import asked_in_room
from health_cloud.followup.pages.kinds import kind_line, place_line
from health_cloud.followup.pages.noting import after_visit
from health_cloud.followup.pages.talk import talk
from health_cloud.followup.pages.video import saw_each_other, video
from health_cloud.followup.service.rows import IN_PERSON
from health_cloud.followup.state import Room, VideoRoom
from health_cloud.prescribing.pages.own import own_prescription
from health_cloud.ui import dates
from health_cloud.ui.feedback import empty, loading, note
from health_cloud.ui.forms import button
from health_cloud.ui.i18n import t, words
from health_cloud.ui.layout import page
from health_cloud.ui.marks import icon
from health_cloud.ui.rows import face

_ROOM = Room.room
_SOON = 3
"""Minutes of delay from which on it is told."""


def room_page() -> rx.Component:
    """Return the page."""
    to_list = button(t("followup.visit.to_list"), href="/followup")
    return page(
        rx.cond(
            Room.ready,
            rx.cond(
                Room.missing,
                empty("calendar_clock", t("followup.visit.none"), t("followup.visit.none_text"), action=to_list),
                rx.fragment(_with(), _video(), _body()),
            ),
            loading(4),
        ),
        heading=rx.cond(_ROOM.kind == IN_PERSON, t("followup.in_person.visit"), t("followup.visit.title")),
        size="title",
        back="/followup",
        back_label=t("followup.title"),
        role="patient",
        tab="followup",
    )


def _with() -> rx.Component:
    name = t("access.doctor", name=words(_ROOM.physician.name))
    return rx.el.div(
        face(words(_ROOM.physician.name)),
        rx.el.div(
            rx.el.b(name),
            rx.el.p(
                words(_ROOM.department),
                rx.el.i(class_name="sep"),
                dates.visit(_ROOM.starts_at),
                rx.el.i(class_name="sep"),
                kind_line(_ROOM.kind),
                class_name="t-small ink-2",
            ),
        ),
        class_name="grant-head pad",
    )


def _video() -> rx.Component:
    """Show the picture where there is one; who comes to the hospital needs none."""
    return rx.cond(_ROOM.kind == IN_PERSON, rx.fragment(), _picture())


def _picture() -> rx.Component:
    return video(VideoRoom, "patient", t("access.doctor", name=words(_ROOM.physician.name)))


def _body() -> rx.Component:
    return rx.cond(_ROOM.kind == IN_PERSON, _in_person(), _online())


def _in_person() -> rx.Component:
    """Say where to come and when; after it, what was written."""
    where = rx.el.section(
        rx.el.h2(t("followup.in_person.come"), class_name="t-heading"),
        rx.el.ul(
            rx.el.li(icon("clock", size="m"), rx.el.span(dates.visit(_ROOM.starts_at))),
            rx.el.li(
                place_line(words(_ROOM.physician.organization), words(_ROOM.department), _ROOM.place),
            ),
            class_name="waiting-facts",
        ),
        rx.el.p(t("followup.in_person.bring"), class_name="t-small ink-2"),
        button(t("followup.prepare.start"), href="/followup/prepare/" + _ROOM.id, wide=True),
        class_name="waiting-room",
    )
    after = rx.fragment(after_visit(), own_prescription(), visit_questions())
    return rx.match(
        _ROOM.phase,
        ("open", rx.fragment(_said(note(t("followup.in_person.now"), name="hospital", inset=True, live=True)), after)),
        ("ended", rx.fragment(_said(note(_ended(), name="check", inset=True)), after)),
        ("missed", _missed()),
        ("over", _said(note(t("followup.in_person.over"), name="calendar_clock", inset=True))),
        where,
    )


def _said(what: rx.Component) -> rx.Component:
    return rx.el.div(what, class_name="in-person-said")


def _ended() -> rx.Var[str]:
    return t("followup.in_person.ended", at=dates.time(_ROOM.ended_at))


def _missed() -> rx.Component:
    return empty(
        "calendar_clock",
        t("followup.visit.missed"),
        rx.cond(
            Room.room.absent != "",
            t("followup.absent.patient_sees." + Room.room.absent),
            t("followup.visit.missed_text"),
        ),
        action=button(t("followup.book.start"), look="primary", href="/followup/book"),
    )


def _online() -> rx.Component:
    return rx.match(
        _ROOM.phase,
        (
            "early",
            empty(
                "hourglass",
                t("followup.visit.early", at=dates.near_moment(_ROOM.opens_at)),
                t("followup.visit.early_text"),
            ),
        ),
        ("waiting", rx.fragment(asked_in_room(), _waiting())),
        ("missed", _missed()),
        rx.fragment(
            saw_each_other(_ROOM.seen), after_visit(), own_prescription(), talk(Room, "patient"), visit_questions()
        ),
    )


def _waiting() -> rx.Component:
    return rx.el.section(
        rx.el.h2(t("followup.visit.waiting"), class_name="t-heading"),
        rx.el.div(
            rx.el.ul(
                rx.el.li(
                    icon("users_round", size="m"),
                    rx.cond(
                        _ROOM.ahead == 0,
                        t("followup.visit.next"),
                        t("followup.visit.ahead", count=_ROOM.ahead),
                    ),
                ),
                rx.el.li(icon("timer", size="m"), _delay()),
                class_name="waiting-facts",
            ),
            role="status",
        ),
        rx.el.p(t("followup.visit.waiting_text"), class_name="t-small ink-2"),
        class_name="waiting-room",
    )


def _delay() -> rx.Var[str]:
    name = t("access.doctor", name=words(_ROOM.physician.name))
    return rx.cond(
        _ROOM.late < 0,
        t("followup.visit.not_here", name=name),
        rx.cond(
            _ROOM.late >= _SOON,
            t("followup.visit.late", minutes=_ROOM.late, at=dates.time(_ROOM.starts_at)),
            t("followup.visit.on_time", at=dates.time(_ROOM.starts_at)),
        ),
    )
