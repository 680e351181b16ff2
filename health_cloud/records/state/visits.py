"""State of the visits."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unavailable
from health_cloud.records.service.reading import visits_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.screens import VisitRow, VisitsPage
from health_cloud.records.views.sources import NO_SOURCES, Sources


class Visits(rx.State):
    """One's own visits."""

    visits: list[VisitRow] = []  # noqa: RUF012
    sources: Sources = NO_SOURCES
    older: str = ""
    ready: bool = False
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the newest."""
        self.reset()
        await self._refresh()

    @rx.event
    async def show_older(self) -> None:
        """Load the next page below."""
        if self.older and self.ready and (page := await self._page(self.older)) is not None:
            self.visits, self.older = [*self.visits, *page.visits], page.older

    async def _refresh(self) -> None:
        page = await self._page("")
        if page is not None:
            self.visits, self.older, self.sources = page.visits, page.older, page.sources
        self.ready = True

    async def _page(self, before: str) -> VisitsPage | None:
        actor = acting()
        try:
            page = await transact(visits_page, actor, actor.subject_id, before)
        except HealthCloudError as problem:
            if not isinstance(problem, Unavailable):
                self.visits, self.older = [], ""
            self.failure, self.code = failure_of(problem)
            return None
        self.failure = self.code = ""
        watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        return page
