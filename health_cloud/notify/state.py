"""The States of the inbox: how much is new, on the bell of every screen, and what it is."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import Actor, acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.policy import Need
from health_cloud.notify.service import inbox
from health_cloud.notify.views import NewsRow
from health_cloud.ui.shell import Shell

PATH = "/notifications"
"""Address of the inbox."""


def _watch(state: rx.State, actor: Actor) -> None:
    topics = frozenset({inbox.topic(actor.account_id)})
    registry.watch(Watch(state.router.session.client_token, state.get_full_name(), actor.session_id, topics))


class Bell(rx.State):
    """How many lines of the inbox are new."""

    @rx.event
    async def load(self) -> None:
        """Count them, and go on counting."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        count = await transact(inbox.fresh_count, actor)
        shell = await self.get_state(Shell)
        shell.badges = {**shell.badges, "bell": count}
        _watch(self, actor)


class Inbox(rx.State):
    """What one has been told, newest first.

    Attributes:
        news: the lines.
        ready: whether they have come.
    """

    news: list[NewsRow] = []  # noqa: RUF012 - Reflex copies defaults
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the lines; new ones count as seen, and stay marked while the screen is open."""
        self.news = []
        await self._show()

    async def _refresh(self) -> None:
        """Look again while the inbox is on the screen."""
        if self.router.url.path.rstrip("/") != PATH:  # whoever has gone on to another page has not seen what came since
            registry.forget(self.router.session.client_token, self.get_full_name())
            self.reset()
            return
        await self._show()

    async def _show(self) -> None:
        actor = acting()
        marked = {row.id for row in self.news if row.fresh}
        rows = await transact(inbox.look, actor)
        self.news = [row if row.id not in marked else _still_fresh(row) for row in rows]
        self.ready = True
        _watch(self, actor)


def _still_fresh(row: NewsRow) -> NewsRow:
    return NewsRow(row.id, row.kind, row.key, row.params, row.link, row.at, fresh=True)


HANDLERS: dict[str, Need] = {"Bell.load": Need.SIGNED_IN, "Inbox.load": Need.SIGNED_IN}
