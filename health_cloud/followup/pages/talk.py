# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""The talk of a visit, as both sides see it."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from health_cloud.followup.pages.attaching import attach_box, file_view
from health_cloud.followup.pages.booking import Download
from health_cloud.followup.pages.searching import talk_search
from health_cloud.followup.views import TalkLine
from health_cloud.ui import dates
from health_cloud.ui.feedback import note, problem
from health_cloud.ui.i18n import language, t, words
from health_cloud.ui.linked import linked
from health_cloud.ui.marks import icon
from health_cloud.ui.scripts import Local

_SCRIPT = linked(__file__, "visits.js")
Side = Literal["patient", "physician"]


class Composer(Local):
    """Writes messages and sends each until the server has it."""

    library = _SCRIPT
    tag = "Composer"

    visit: rx.Var[str]
    open: rx.Var[bool]
    done: rx.Var[list[str]]
    refused: rx.Var[str]
    label: rx.Var[str]
    act: rx.Var[str]
    waits: rx.Var[str]
    unsent: rx.Var[str]

    on_say: EventHandler[passthrough_event_spec(str, str)]


class Latest(Local):
    """Keeps the newest in sight."""

    library = _SCRIPT
    tag = "Latest"

    count: rx.Var[int]
    label: rx.Var[str]


class QueueKeys(Local):
    """Goes through the queue by J and K."""

    library = _SCRIPT
    tag = "QueueKeys"


def talk(state: Any, side: Side) -> rx.Component:
    """Show what was said, and while the visit is open where one writes."""
    room = state.room
    other = words(room.physician.name) if side == "patient" else words(room.patient)
    label = (
        t("followup.visit.write_physician", name=other)
        if side == "patient"
        else t("followup.visit.write_to", name=other)
    )
    return rx.el.div(
        rx.cond(room.talk.length() > 0, talk_search(side), rx.fragment()),
        Latest.create(
            rx.cond(
                room.talk.length() == 0,
                rx.el.p(t("followup.visit.nothing_said"), class_name="said-at"),
                rx.foreach(room.talk, lambda line: _line(line, side, room)),
            ),
            count=room.talk.length(),
            label=t("followup.visit.talk"),
        ),
        problem(state.problem, state.params),
        rx.cond(
            room.phase == "ended",
            rx.fragment(
                note(t("followup.visit.closed"), inset=True, name="check"),
                rx.el.div(
                    Download.create(
                        icon("download", size="s"),
                        t("followup.trace.take"),
                        href="/visit-file/" + room.id + "?language=" + language(),
                        class_name="btn plain sm",
                        custom_attrs={"download": ""},
                    ),
                    class_name="pad visit-ask",
                ),
            ),
            rx.fragment(),
        ),
        rx.cond(
            (room.phase == "open") | (room.phase == "ended"),
            Composer.create(
                visit=room.id,
                open=room.phase == "open",
                done=state.said,
                refused=state.refused,
                label=label,
                act=t("followup.visit.send"),
                waits=t("followup.visit.sending"),
                unsent=t("followup.visit.unsent"),
                on_say=state.say,
            ),
            rx.fragment(),
        ),
        attach_box(room.id, may=room.phase == "open"),
        class_name="talk-box",
    )


def _line(line: rx.Var[TalkLine], side: Side, room: Any) -> rx.Component:
    return rx.match(
        line.kind,
        ("said", _said(line, side, rx.el.p(line.text))),
        ("file", _said(line, side, file_view(room.id, line.file))),
        ("came", _event(line, t("followup.visit.came", name=words(room.patient)))),
        ("begun", _event(line, t("followup.visit.begun"))),
        _event(line, t("followup.visit.ended")),
    )


def _said(line: rx.Var[TalkLine], side: Side, what: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.span(
            rx.cond(line.side == side, t("followup.visit.you_said"), t("followup.visit.they_said")), class_name="sr"
        ),
        what,
        rx.el.span(
            rx.cond(words(line.by) != "", rx.fragment(words(line.by), rx.el.i(class_name="sep")), rx.fragment()),
            dates.time(line.at),
            class_name="said-when",
        ),
        key=line.id,
        id="said-" + line.id,
        class_name=rx.cond(line.side == side, "said me", "said them"),
    )


def _event(line: rx.Var[TalkLine], text: rx.Var[str]) -> rx.Component:
    return rx.el.p(dates.time(line.at), " ", text, key=line.id, class_name="said-at")
