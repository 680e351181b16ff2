"""The screen of one's own sessions, and when this device locks."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service import own_sessions
from health_cloud.identity.state.trouble import Trouble
from health_cloud.identity.views import SessionRow

_CHOICES = frozenset(str(minutes) for minutes in own_sessions.LOCKS)


class Places(Trouble, rx.State):
    """Where one is signed in.

    Attributes:
        places: the sessions, the one at hand first.
        ready: whether they are loaded.
        others: whether there are further ones, in sight or run out.
        asking: whether the last question is open.
        ended: how many were just ended.
        lock: minutes after which this device locks, as text.
    """

    places: list[SessionRow] = []  # noqa: RUF012 - Reflex copies defaults
    ready: bool = False
    others: bool = False
    asking: bool = False
    ended: int = 0
    lock: str = "0"

    @rx.event
    async def load(self) -> None:
        """Show where one is signed in."""
        self.reset()
        await self._refresh()

    @rx.event
    async def end(self, session_id: str) -> None:
        """End another of one's own sessions."""
        self._clear()
        try:
            await transact(own_sessions.end_other, acting(), session_id)
            self.ended = 1
        except HealthCloudError as error:
            self._tell(error)
        await self._refresh()

    @rx.event
    def ask(self) -> None:
        """Ask before all others end."""
        self.asking = True

    @rx.event
    def keep(self) -> None:
        """Leave them."""
        self.asking = False

    @rx.event
    async def end_others(self) -> None:
        """End all but this one."""
        self._clear()
        self.asking = False
        self.ended = await transact(own_sessions.end_others, acting())
        await self._refresh()

    @rx.event
    def close_toast(self) -> None:
        """Let the toast go."""
        self.ended = 0

    @rx.event
    async def set_lock(self, minutes: str) -> None:
        """Choose when this device locks."""
        if minutes in _CHOICES:
            await transact(own_sessions.set_lock, acting(), int(minutes))
            self.lock = minutes

    async def _refresh(self) -> None:
        actor = acting()
        self.places = await transact(own_sessions.my_sessions, actor)
        self.others = await transact(own_sessions.any_others, actor)
        self.lock = str(await transact(own_sessions.lock_minutes, actor))
        self.ready = True
        topics = frozenset({f"account:{actor.account_id}"})
        registry.watch(Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics))
