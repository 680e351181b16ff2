"""The picture of a visit, for its patient and for its physician: what their browsers tell each other goes through here.

What one browser sends comes to the one tab of the other side and to no other screen; it is gone when that has taken it.
"""

from __future__ import annotations

from typing import ClassVar

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, NotFound
from health_cloud.core.ids import is_id
from health_cloud.followup.service.video import signalling, turn
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views.video import Signal, VideoStand

_NOTHING = VideoStand()


class VideoScreen(rx.State, mixin=True):
    """What both sides of a picture share.

    Attributes:
        stand: how it stands.
        held: the tab for which this screen has the seat; empty for none.
        signals: what came for it and is not taken yet.
        servers: the configuration for its browser, JSON.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # nothing of a record is in it, and whoever talks goes on talking

    stand: VideoStand = _NOTHING
    held: str = ""
    signals: list[Signal] = []  # noqa: RUF012 - Reflex copies defaults
    servers: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Look whether the visit that the address names has a picture."""
        if self.stand.id != self._address():  # after a lost connection it goes on where it was
            self.reset()
        await self._refresh()

    @rx.event
    async def join(self, tab: str) -> None:
        """Take this side's seat for a tab."""
        try:
            await transact(signalling.take_seat, acting(), self._address(), tab)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.held, self.signals, self.problem = tab, [], ""
            self.servers = turn.servers(tab)
        await self._refresh()

    @rx.event
    async def send(self, tab: str, to: str, body: str) -> None:
        """Send something to the other browser."""
        try:
            await transact(signalling.send, acting(), self._address(), tab, to, body)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)

    @rx.event
    async def taken(self, tab: str, number: int) -> None:
        """Forget what the tab has taken, all up to a number."""
        try:
            await transact(signalling.taken, acting(), self._address(), tab, number)
        except HealthCloudError:
            return
        self.signals = [each for each in self.signals if each.number > number]

    @rx.event
    async def say(self, tab: str, connected: bool) -> None:
        """Note that the two see each other, or no longer."""
        try:
            await transact(signalling.say_connected, acting(), self._address(), tab, connected)
        except HealthCloudError:
            return

    @rx.event
    async def leave(self, visit: str, tab: str) -> None:
        """Give up a visit's seat, also where another page is open by now; the visit goes on in writing."""
        try:
            await transact(signalling.leave, acting(), visit, tab)
        except HealthCloudError:
            return
        self.problem = ""
        await self._refresh()

    def _address(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _refresh(self) -> None:
        actor, token = acting(), self.router.session.client_token
        known = max((each.number for each in self.signals), default=0)
        look = signalling.look_at_video
        try:
            stand, came, topics = await transact(look, actor, self._address(), self.held, known)
        except NotFound:
            registry.forget(token, self.get_full_name())
            self.reset()
            return
        self.stand = stand
        if not is_id(self.held) or stand.mine != self.held:
            self.held, self.signals, self.servers = "", [], ""
        elif came:
            self.signals = [*self.signals, *came]
        watch(token, self.get_full_name(), actor, topics, stand.looks_again)


class VideoRoom(VideoScreen, rx.State):
    """The picture of a visit, for its patient."""


class VideoDesk(VideoScreen, rx.State):
    """The picture of a visit, on its physician's desk."""
