# pyright: reportArgumentType=false, reportOperatorIssue=false, reportReturnType=false
# A Var of a view has the attributes of the view at run time.
"""The picture of a visit on both sides, and trying camera and microphone before it."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import EventHandler, passthrough_event_spec

from health_cloud.followup.views.video import Signal
from health_cloud.ui.feedback import problem
from health_cloud.ui.i18n import t
from health_cloud.ui.linked import linked
from health_cloud.ui.scripts import Local

_SCRIPT = linked(__file__, "video.js")
_NAMED = ("waits", "alone", "left", "them", "their_mic", "their_cam")
"""Texts that say the name of the other side."""
_PLAIN = (
    *("title", "text", "start", "again", "asking", "unrecorded", "me", "hang_up"),
    *("mic_on", "mic_off", "cam_on", "cam_off", "connecting", "connected", "unstable", "failed"),
    *("refused", "no_device", "busy", "no_rtc", "no_camera", "no_microphone", "elsewhere", "unsent"),
)
_CHECKING = (
    *("check", "check_title", "check_text", "check_done", "level", "me"),
    *("refused", "no_device", "busy", "no_rtc", "no_camera", "no_microphone"),
)


class Video(Local):
    """Shows the picture, and sees to the connection behind it."""

    library = _SCRIPT
    tag = "Video"

    visit: rx.Var[str]
    side: rx.Var[str]
    open: rx.Var[bool]
    mine: rx.Var[str]
    other: rx.Var[str]
    held: rx.Var[str]
    servers: rx.Var[str]
    signals: rx.Var[list[Signal]]
    words: rx.Var[dict[str, str]]

    on_join: EventHandler[passthrough_event_spec(str)]
    on_send: EventHandler[passthrough_event_spec(str, str, str)]
    on_taken: EventHandler[passthrough_event_spec(str, int)]
    on_say: EventHandler[passthrough_event_spec(str, bool)]
    on_leave: EventHandler[passthrough_event_spec(str, str)]


class DeviceCheck(Local):
    """Lets somebody see and hear themselves."""

    library = _SCRIPT
    tag = "DeviceCheck"

    words: rx.Var[dict[str, str]]


def video(state: Any, side: str, name: Any) -> rx.Component:
    """Show the picture of a visit where it was agreed on as one by video, and trying the devices before it begins.

    Args:
        state: a State of `VideoScreen`.
        side: `patient` or `physician`.
        name: of the other side.
    """
    stand = state.stand
    texts = {each: t("followup.video." + each) for each in _PLAIN}
    texts |= {each: t("followup.video." + each, name=name) for each in _NAMED}
    return rx.fragment(
        rx.cond(
            stand.id != "",
            rx.fragment(
                problem(stand.why, {}),
                problem(state.problem, state.params),
                Video.create(
                    visit=stand.id,
                    side=side,
                    open=stand.open,
                    mine=stand.mine,
                    other=stand.other,
                    held=state.held,
                    servers=state.servers,
                    signals=state.signals,
                    words=rx.Var.create(texts),
                    on_join=state.join,
                    on_send=state.send,
                    on_taken=state.taken,
                    on_say=state.say,
                    on_leave=state.leave,
                ),
            ),
            rx.fragment(),
        ),
        rx.cond(
            stand.waiting,
            DeviceCheck.create(words=rx.Var.create({each: t("followup.video." + each) for each in _CHECKING})),
            rx.fragment(),
        ),
    )


def saw_each_other(minutes: rx.Var[int]) -> rx.Component:
    """Say after a visit for how long its two sides saw each other; nothing where there was no picture."""
    said = rx.cond(minutes > 0, t("followup.video.lasted", count=minutes), t("followup.video.lasted_under"))
    return rx.cond(minutes >= 0, rx.el.p(said, class_name="pad t-small ink-2"), rx.fragment())
