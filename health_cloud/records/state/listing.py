"""States of the lists: one class by month, and visits."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid, Unavailable
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service.reading import list_page, visits_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.screens import ListPage, Month, VisitRow, VisitsPage

_MOST = 300
"""So many lines stay on the screen; going on from there starts a new stretch, as a turned page does."""


class ClassList(rx.State):
    """One class of one's own records.

    Attributes:
        record_class: which.
        months: what is shown.
        older: cursor of the next page, empty at the end.
        turned: whether the newest lines have been left behind.
        ready: whether it is loaded.
        busy: whether older lines are on their way.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    record_class: str = ""
    months: list[Month] = []  # noqa: RUF012 - Reflex copies defaults
    older: str = ""
    turned: bool = False
    ready: bool = False
    busy: bool = False
    failure: str = ""
    code: str = ""

    _from: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the class that the address names."""
        self.reset()
        name = self.router.url.path.rstrip("/").rpartition("/")[2]
        self.record_class = name if name in set(RecordClass) else ""
        await self._fill("")

    @rx.event
    async def show_older(self) -> None:
        """Load the next page below, or in its place where the screen is full."""
        if not self.older or not self.ready:
            return
        page = await self._page(self.older)
        if page is None:
            return
        if sum(len(month.rows) for month in self.months) >= _MOST:
            self.months, self.turned, self._from = page.months, True, self.older
        else:
            self.months = joined(self.months, page.months)
        self.older = page.older

    async def _refresh(self) -> None:
        """Load again what is shown, as one page: new lines stand at its top."""
        await self._fill(self._from)

    async def _fill(self, before: str) -> None:
        page = await self._page(before)
        if page is not None:
            self.months, self.older = page.months, page.older
        self.ready = True

    async def _page(self, before: str) -> ListPage | None:
        actor = acting()
        try:
            page = await transact(list_page, actor, actor.subject_id, self.record_class, before)
        except Invalid:
            self.failure, self.code = "missing", ""
            return None
        except HealthCloudError as problem:
            if not isinstance(problem, Unavailable):
                self.months, self.older = [], ""  # no longer allowed is no longer there
            self.failure, self.code = failure_of(problem)
            return None
        self.failure = self.code = ""
        watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        return page


class Visits(rx.State):
    """One's own visits."""

    visits: list[VisitRow] = []  # noqa: RUF012
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
            self.visits, self.older = page.visits, page.older
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
