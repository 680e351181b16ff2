"""States of the lists: one class by month, and visits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid, Unavailable
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service.filters import asked_of
from health_cloud.records.service.lists import MOST, own_list, own_older
from health_cloud.records.service.reading import visits_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.filters import UNFILTERED, Asked, Filters
from health_cloud.records.views.screens import ListPage, Month, VisitRow, VisitsPage
from health_cloud.records.views.sources import NO_SOURCES, Sources

Found = TypeVar("Found")

_NO_FILTERS = Filters()


class ClassList(rx.State):
    """One class of one's own records.

    Attributes:
        record_class: which.
        at: its address with the filter, without the place in it; empty until it is loaded.
        start: where the stretch begins that is shown: cursor of the line before it, empty at the newest.
        shown: how many lines of it there are.
        filters: what it may be narrowed by.
        sources: up to when it is complete.
        months: what is shown.
        older: cursor of the next page, empty at the end.
        ready: whether it is loaded.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    record_class: str = ""
    at: str = ""
    start: str = ""
    shown: int = 0
    filters: Filters = _NO_FILTERS
    sources: Sources = NO_SOURCES
    months: list[Month] = []  # noqa: RUF012 - Reflex copies defaults
    older: str = ""
    ready: bool = False
    failure: str = ""
    code: str = ""

    _asked: Asked = UNFILTERED

    @rx.event
    async def load(self) -> None:
        """Load the class that the address names, under its filter, as far as it had been read."""
        self.reset()
        name = self.router.url.path.rstrip("/").rpartition("/")[2]
        self.record_class = name if name in set(RecordClass) else ""
        query = {key: str(value) for key, value in self.router.url.query_parameters.items()}
        self._asked = asked_of(query)
        number = query.get("shown", "")
        await self._fill(query.get("from", ""), int(number) if number.isascii() and number.isdecimal() else 0)

    @rx.event
    async def show_older(self) -> None:
        """Load the next page below, or in its place where the screen is full."""
        if not self.older or not self.ready:
            return
        page = await self._read(own_older, self._asked, self.older)
        if page is None:
            return
        count = sum(len(month.rows) for month in page.months)
        if self.shown >= MOST:
            self.months, self.start, self.shown = page.months, self.older, count
        else:
            self.months, self.shown = joined(self.months, page.months), self.shown + count
        self.older = page.older
        self._watch(page)

    async def _refresh(self) -> None:
        """Load again what is shown: new lines stand at its top."""
        await self._fill(self.start, self.shown)

    async def _fill(self, start: str, count: int) -> None:
        found = await self._read(own_list, self._asked, start, count)
        if found is not None:
            self.at, self.start, self.shown, self.filters = found.at, found.start, found.shown, found.filters
            self.months, self.older, self.sources = found.page.months, found.page.older, found.sources
            self._watch(found.page)
        self.ready = True

    async def _read(self, use_case: Callable[..., Found], *given: object) -> Found | None:
        actor = acting()
        try:
            found = await transact(use_case, actor, actor.subject_id, self.record_class, *given)
        except Invalid:
            self.failure, self.code = "missing", ""
            return None
        except HealthCloudError as problem:
            if not isinstance(problem, Unavailable):
                self.months, self.older, self.filters = [], "", _NO_FILTERS  # no longer allowed is no longer there
            self.failure, self.code = failure_of(problem)
            return None
        self.failure = self.code = ""
        return found

    def _watch(self, page: ListPage) -> None:
        watch(self.router.session.client_token, self.get_full_name(), acting(), page.topics, page.opens)


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


def joined(shown: list[Month], more: list[Month]) -> list[Month]:
    """Put a page below what is shown; a month that goes on over the edge stays one month."""
    months = [*shown]
    for month in more:
        if months and months[-1].month == month.month:
            last = months.pop()
            months.append(replace(month, rows=[*last.rows, *month.rows]))
        else:
            if months:
                months[-1] = replace(months[-1], whole=True)
            months.append(month)
    return months
