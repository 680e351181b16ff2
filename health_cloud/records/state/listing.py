"""State of the list of one class, by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service.categories import shelf_of
from health_cloud.records.service.filters import asked_of
from health_cloud.records.service.lists import own_list, own_newer, own_older
from health_cloud.records.state.stretch import Edge, Part, Stretch
from health_cloud.records.views.filters import NO_FILTERS, UNFILTERED, Asked, Filters
from health_cloud.records.views.screens import ListPage, Month
from health_cloud.records.views.sources import NO_SOURCES, Sources


class ClassList(Stretch, rx.State):
    """One class of one's own records.

    Attributes:
        record_class: which.
        filters: what it may be narrowed by.
        sources: up to when it is complete.
        proof: why it can be seen.
        months: the part that came last.
    """

    record_class: str = ""
    filters: Filters = NO_FILTERS
    sources: Sources = NO_SOURCES
    proof: Proof = NO_PROOF
    months: list[Month] = []  # noqa: RUF012 - Reflex copies defaults

    _asked: Asked = UNFILTERED

    @rx.event
    async def load(self) -> None:
        """Load the class that the address names, under its filter, as far as it had been read."""
        self.reset()
        name = self.router.url.path.rstrip("/").rpartition("/")[2]
        self.record_class = name if name in set(RecordClass) else ""
        query = self.router.url.query_parameters
        self._asked = asked_of({key: str(value) for key, value in query.items()}, shelf_of(self.record_class))
        await self._come(query)

    async def _read(self, start: str, count: int) -> Part:
        actor = acting()
        found = await transact(own_list, actor, actor.subject_id, self.record_class, self._asked, start, count)
        self.at, self.filters, self.sources, self.proof = found.at, found.filters, found.sources, found.page.proof
        return _part(found.page, found.start)

    async def _read_beyond(self, edge: Edge, cursor: str) -> Part:
        actor = acting()
        use_case = own_older if edge == "older" else own_newer
        page = await transact(use_case, actor, actor.subject_id, self.record_class, self._asked, cursor)
        return _part(page, cursor if edge == "older" else page.newer)

    def _put(self, groups: Sequence[Any]) -> None:
        self.months = [*groups]

    def _fail(self, problem: HealthCloudError) -> None:
        super()._fail(problem)
        if not self.turn:
            self.filters, self.sources, self.proof = NO_FILTERS, NO_SOURCES, NO_PROOF
        if isinstance(problem, Invalid):
            self.failure, self.code = "missing", ""


def _part(page: ListPage, start: str) -> Part:
    return Part(page.months, page.older, start, page.topics, page.opens)
