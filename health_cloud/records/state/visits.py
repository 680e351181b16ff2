"""State of the visits, with what they made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.records.service.timeline import AT, visits_newer, visits_page
from health_cloud.records.state.stretch import Edge, Part, Stretch
from health_cloud.records.views.filters import NO_CHOICE, OneOf
from health_cloud.records.views.sources import NO_SOURCES, Sources
from health_cloud.records.views.timeline import TimelinePage, Year


class Visits(Stretch, rx.State):
    """One's own life in order.

    Attributes:
        years: the part that came last.
        jump: the years one may go to at once.
        sources: up to when it is complete.
    """

    years: list[Year] = []  # noqa: RUF012 - Reflex copies defaults
    jump: OneOf = NO_CHOICE
    sources: Sources = NO_SOURCES

    @rx.event
    async def load(self) -> None:
        """Load the newest, or the stretch that the address names."""
        self.reset()
        await self._come(self.router.url.query_parameters)

    async def _read(self, start: str, count: int) -> Part:
        actor = acting()
        page = await transact(visits_page, actor, actor.subject_id, start, count)
        self.at, self.jump, self.sources = AT, page.jump, page.sources
        return _part(page)

    async def _read_beyond(self, edge: Edge, cursor: str) -> Part:
        actor = acting()
        if edge == "older":
            return _part(await transact(visits_page, actor, actor.subject_id, cursor))
        return _part(await transact(visits_newer, actor, actor.subject_id, cursor))

    def _put(self, groups: Sequence[Any]) -> None:
        self.years = [*groups]


def _part(page: TimelinePage) -> Part:
    return Part(page.years, page.older, page.start, page.topics, page.opens)
