"""The physician's day beside the queue: what waits for them, and how long patients have waited."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.followup.service.day import day_page
from health_cloud.followup.state.watching import watch
from health_cloud.followup.views import DayPage

_NOTHING = DayPage()


class Day(rx.State):
    """Requests to answer, tasks owed, and one's own waiting times."""

    page: DayPage = _NOTHING
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load it."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.page, topics, opens = await transact(day_page, actor)
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, opens)
