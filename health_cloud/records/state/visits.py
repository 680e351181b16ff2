"""State of the visits, with what they made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.records.service.categories import TIMELINE
from health_cloud.records.service.filters import asked_of
from health_cloud.records.service.timeline import visits_newer, visits_older, visits_page
from health_cloud.records.state.stretch import Edge, Part, Stretch
from health_cloud.records.views.filters import NO_CHOICE, NO_FILTERS, UNFILTERED, Asked, Filters, OneOf
from health_cloud.records.views.sources import NO_SOURCES, Sources
from health_cloud.records.views.timeline import TimelinePage, Year


class Visits(Stretch, rx.State):
    """One's own life in order.

    Attributes:
        years: the part that came last.
        jump: the years one may go to at once.
        filters: what it may be narrowed by.
        sources: up to when it is complete.
        proof: why it can be seen.
    """

    years: list[Year] = []  # noqa: RUF012 - Reflex copies defaults
    jump: OneOf = NO_CHOICE
    filters: Filters = NO_FILTERS
    sources: Sources = NO_SOURCES
    proof: Proof = NO_PROOF

    _asked: Asked = UNFILTERED

    @rx.event
    async def load(self) -> None:
        """Load the newest under the filter of the address, or the stretch that it names."""
        self.reset()
        query = self.router.url.query_parameters
        self._asked = asked_of({key: str(value) for key, value in query.items()}, TIMELINE)
        await self._come(query)

    async def _read(self, start: str, count: int) -> Part:
        actor = acting()
        page = await transact(visits_page, actor, actor.subject_id, self._asked, start, count)
        self.at, self.jump, self.filters = page.at, page.jump, page.filters
        self.sources, self.proof = page.sources, page.proof
        return _part(page)

    async def _read_beyond(self, edge: Edge, cursor: str) -> Part:
        actor = acting()
        use_case = visits_older if edge == "older" else visits_newer
        return _part(await transact(use_case, actor, actor.subject_id, self._asked, cursor))

    def _put(self, groups: Sequence[Any]) -> None:
        self.years = [*groups]

    def _fail(self, problem: HealthCloudError) -> None:
        super()._fail(problem)
        if not self.turn:
            self.jump, self.filters = NO_CHOICE, NO_FILTERS
            self.sources, self.proof = NO_SOURCES, NO_PROOF


def _part(page: TimelinePage) -> Part:
    return Part(page.years, page.older, page.start, page.topics, page.opens)
