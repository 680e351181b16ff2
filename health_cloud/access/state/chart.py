"""State of a chart under a grant: the overview, six classes, an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

import reflex as rx

from health_cloud.access.service.grounds import ground_holds
from health_cloud.access.service.overview import granted_overview
from health_cloud.access.service.reading import chart_page, granted_entry, granted_list, granted_newer
from health_cloud.access.state.watching import watch
from health_cloud.access.views import ChartPage
from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.actors import acting
from health_cloud.core.changes import registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid
from health_cloud.records.state.stretch import Edge, Part, Stretch
from health_cloud.records.views.overview import OverviewPage
from health_cloud.records.views.screens import EntryPage, ListPage, Month

OVERVIEW = "overview"
ONCE = ("consent.error.opened_once", "consent.error.opening_left")
_NO_CHART = ChartPage()
_NO_OVERVIEW = OverviewPage()
_NO_ENTRY = EntryPage()


class GrantedChart(Stretch, rx.State):
    """A chart under a grant. When the grant ends, everything here is emptied before anything else.

    Attributes:
        page: by whose leave, what, until when, how many.
        record_class: the class shown, or `overview`.
        overview: the chart at a glance, while that is shown.
        proof: why the list can be read.
        months: the part of the list of a class that came last.
        entry: the entry opened, `entry_open` while it is.
        narrowed: the patient has left less of the grant while it is on the screen.
        over: whether the grant has ended or never was; `urgent` tells that it was an emergency, `once` is the key of
            what became of the only opening, empty where there were more.
    """

    keeps_place: ClassVar[tuple[str, ...]] = ("record_class", "_opened", "urgent", "_scope")

    page: ChartPage = _NO_CHART
    record_class: str = ""
    overview: OverviewPage = _NO_OVERVIEW
    proof: Proof = NO_PROOF
    months: list[Month] = []  # noqa: RUF012
    entry: EntryPage = _NO_ENTRY
    entry_open: bool = False
    narrowed: bool = False
    over: bool = False
    urgent: bool = False
    once: str = ""

    _opened: str = ""
    _scope: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the chart that the address names, open at an entry that it names on the way back from an original."""
        self.reset()
        asked = self.router.url.query_parameters
        self.record_class = asked.get("class", "")
        await self._show()
        if (entry_id := asked.get("entry", "")) and not self.over:
            await self._open(entry_id)

    @rx.event
    async def pick(self, record_class: str) -> None:
        """Show another class, or the overview."""
        self._shut()
        if record_class in _shown_of(self.page):
            self.record_class = record_class
            await self._look({})

    @rx.event
    async def open_entry(self, entry_id: str) -> None:
        """Open one entry."""
        await self._open(entry_id)

    async def _open(self, entry_id: str) -> None:
        try:
            self.entry = await transact(
                granted_entry, acting(), self._grant_id(), entry_id, screen=self.router.session.client_token
            )
        except HealthCloudError:
            self._shut()
            await self._refresh()
        else:
            self.entry_open, self._opened = True, entry_id

    @rx.event
    def close_entry(self) -> None:
        """Back to the list."""
        self._shut()

    def _shut(self) -> None:
        self.entry, self.entry_open, self._opened = _NO_ENTRY, False, ""

    def _grant_id(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _refresh(self) -> None:
        """Show what holds now. That a grant has ended is no attempt of the physician's: it leaves no refusal."""
        if await transact(ground_holds, acting(), self._grant_id()):
            await self._show()
            # no longer among these rows it may have been withheld since: asking for it would be an attempt
            listed = {row.id for month in self.months for row in month.rows}
            if self._opened in listed:
                await self._open(self._opened)
            else:
                self._shut()
        else:
            self._end()

    async def _show(self) -> None:
        """Show the chart, and its list from where the address had the reader last."""
        actor, shown = acting(), self.record_class
        try:
            page = await transact(chart_page, actor, self._grant_id(), self.router.session.client_token)
        except HealthCloudError as problem:
            self._end(urgent=problem.key == "consent.error.emergency_over")
            self.once = problem.key if problem.key in ONCE else ""
            return
        watch(
            self.router.session.client_token,
            self.get_full_name(),
            actor,
            page.topics,
            until=datetime.fromisoformat(page.grant.until_at),
            empties=True,
            opens=datetime.fromisoformat(page.opens) if page.opens else None,
        )
        # whose it is and when more opens is nobody's business but the server's
        self.page, self.ready, self.over = replace(page, topics=(), opens=""), True, False
        self.urgent = page.grant.emergency != ""
        scope = "|".join((*page.grant.classes, page.grant.period_from, page.grant.period_to))
        self._scope = self._scope or scope
        self.narrowed = self._scope != scope
        self.record_class = shown if shown in _shown_of(page) else next(iter(_shown_of(page)), "")
        query = self.router.url.query_parameters
        await self._look(query if self.record_class == query.get("class", self.record_class) else {})

    async def _look(self, query: Mapping[str, Any]) -> None:
        """Show the overview, or a class from where the address had the reader last."""
        if self.record_class != OVERVIEW:
            self.overview = _NO_OVERVIEW
            await self._come(query)
            return
        self._clear()
        self.at = f"/physician/chart/{self._grant_id()}"
        try:
            self.overview = await transact(
                granted_overview, acting(), self._grant_id(), screen=self.router.session.client_token
            )
        except HealthCloudError as problem:
            self._fail(problem)

    async def _read(self, start: str, count: int) -> Part:
        if self.record_class == OVERVIEW:  # a list that the browser had before
            return Part([], "", "", ())
        self.at = f"/physician/chart/{self._grant_id()}?{urlencode({'class': self.record_class})}"
        given = (acting(), self._grant_id(), self.record_class)
        try:
            page = await transact(granted_list, *given, start, count, screen=self.router.session.client_token)
        except Invalid:  # an address is the client's word
            start, page = "", await transact(granted_list, *given, screen=self.router.session.client_token)
        self.proof = page.proof
        return _part(page, start)

    async def _read_beyond(self, edge: Edge, cursor: str) -> Part:
        given = (acting(), self._grant_id(), self.record_class, cursor)
        if edge == "older":
            return _part(await transact(granted_list, *given, screen=self.router.session.client_token), cursor)
        page = await transact(granted_newer, *given, screen=self.router.session.client_token)
        return _part(page, page.newer)

    def _put(self, groups: Sequence[Any]) -> None:
        self.months = [*groups]

    def _watch(self, found: Part) -> None:
        """Leave it at the chart's own watch: a part has no other ground than the whole."""

    def _fail(self, problem: HealthCloudError) -> None:
        del problem
        self._end()

    def _end(self, *, urgent: bool = False) -> None:
        urgent = urgent or self.urgent
        registry.forget(self.router.session.client_token, self.get_full_name())
        self.reset()
        self.ready = self.over = True
        self.urgent = urgent


def _shown_of(page: ChartPage) -> list[str]:
    """Return what a chart can be opened at: the overview first, then classes, those with something in them first."""
    opened = sorted((tab for tab in page.tabs if tab.open), key=lambda tab: not tab.count)
    return [*([OVERVIEW] if page.glance else []), *(tab.record_class for tab in opened)]


def _part(page: ListPage, start: str) -> Part:
    return Part(page.months, page.older, start, ())
