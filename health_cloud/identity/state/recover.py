"""The screens of a lost account: the ways for whoever cannot sign in, and the notice to whoever owns it."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import NOBODY, acting, visitor
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service import recovery
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import RecoveryNotice, RecoveryPage

_NO_PAGE = RecoveryPage()
_NO_NOTICE = RecoveryNotice()


class Recover(Trouble, rx.State):
    """How a lost account stands in this browser.

    Attributes:
        page: what there is to show.
        ready: whether it has come.
    """

    page: RecoveryPage = _NO_PAGE
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Show how it stands."""
        self._clear()
        await self._look()

    @rx.event
    async def show(self, form: dict[str, Any]) -> EventSpec | None:
        """Take a code of the authenticator, or a recovery code."""
        self._clear()
        try:
            await asyncio.to_thread(recovery.show_factor, visitor(), text_of(form, "code"))
        except HealthCloudError as error:
            await self._look()
            self._tell(error, "code")
            return None
        return rx.redirect("/activate")

    @rx.event
    async def begin(self) -> None:
        """Begin to wait."""
        await self._begin(anew=False)

    @rx.event
    async def begin_anew(self) -> None:
        """Begin to wait here, in place of another browser."""
        await self._begin(anew=True)

    @rx.event
    async def come_back(self) -> EventSpec | None:
        """Go on once the wait is over: a code is asked for."""
        self._clear()
        try:
            await transact(recovery.come_back, NOBODY, visitor())
        except HealthCloudError as error:
            await self._look()
            self._tell(error)
            return None
        return rx.redirect("/verify")

    @rx.event
    async def leave(self) -> None:
        """Give it up, or put away how it ended."""
        self._clear()
        await transact(recovery.give_up, NOBODY, visitor())
        await self._look()
        self._lead()

    async def _begin(self, *, anew: bool) -> None:
        self._clear()
        try:
            await transact(recovery.begin, NOBODY, visitor(), anew=anew)
        except HealthCloudError as error:
            await self._look()
            self._tell(error)
            return
        await self._look()
        self._lead()

    async def _look(self) -> None:
        self.page = await transact(recovery.current, NOBODY, visitor())
        self.ready = True


class OwnRecovery(Trouble, rx.State):
    """What the owner of an account is told while somebody recovers it."""

    notice: RecoveryNotice = _NO_NOTICE

    @rx.event
    async def load(self) -> None:
        """Look whether one waits, and go on looking."""
        self._clear()
        await self._refresh()

    @rx.event
    async def stop(self, recovery_id: str) -> None:
        """Say "this is not me"."""
        self._clear()
        try:
            await transact(recovery.stop, acting(), recovery_id)
        except HealthCloudError as error:
            self._tell(error)
            return
        self.notice = RecoveryNotice(state="stopped")

    @rx.event
    async def acknowledge(self, recovery_id: str) -> None:
        """Put the notice away."""
        self._clear()
        if recovery_id:
            try:
                await transact(recovery.acknowledge, acting(), recovery_id)
            except HealthCloudError as error:
                self._tell(error)
                return
        self.notice = _NO_NOTICE

    async def _refresh(self) -> None:
        actor = acting()
        found = await transact(recovery.notice, actor)
        if found.state or self.notice.state != "stopped":
            self.notice = found
        topics = frozenset({f"account:{actor.account_id}"})
        registry.watch(Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics))
