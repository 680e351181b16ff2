"""The patient's screen on which a living grant is made smaller: what it opens, what it would still open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from health_cloud.access.service.deciding import narrowing_page
from health_cloud.access.state.sharing import clock_time
from health_cloud.access.state.watching import told, watch
from health_cloud.access.views import NarrowingPage
from health_cloud.consent.service import changing, wishes
from health_cloud.core.actors import acting
from health_cloud.core.changes import registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError

_NOTHING = NarrowingPage()


class Narrowing(rx.State):
    """One living grant: leave classes or days out, see the difference, confirm it.

    Attributes:
        page: the grant with its counts.
        period_from, period_to: the days that are left, ISO text or empty.
        ready: whether it is loaded; `gone` when no such grant lives.
        empty: whether no class is left, which is what revoking is for.
        done: whether it was narrowed here.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # counts alone are in it, and what was left out must not come back

    page: NarrowingPage = _NOTHING
    period_from: str = ""
    period_to: str = ""
    ready: bool = False
    gone: bool = False
    empty: bool = False
    done: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    _classes: frozenset[str] = frozenset()
    _grant_id: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the grant that the address names, as it is, or as it was being narrowed."""
        named = self.router.url.path.rstrip("/").rpartition("/")[2]
        midway = named == self._grant_id and self.ready and not (self.done or self.gone)
        narrowed = (self._classes, self.period_from, self.period_to)
        self.reset()
        self._grant_id = named
        await self._begin()
        if midway and not self.gone:
            self._classes, self.period_from, self.period_to = narrowed
            await self._narrow()

    @rx.event
    async def toggle(self, record_class: str) -> None:
        """Leave a class out, or in."""
        if record_class in self.page.grant.classes:
            self._classes = self._classes ^ {record_class}
            await self._narrow()

    @rx.event
    async def set_from(self, day: str) -> None:
        """Leave only what happened from this day on."""
        self.period_from = day or self.page.grant.period_from
        await self._narrow()

    @rx.event
    async def set_to(self, day: str) -> None:
        """Leave only what happened until this day."""
        self.period_to = day or self.page.grant.period_to
        await self._narrow()

    @rx.event
    async def confirm(self) -> None:
        """Leave what is shown, and nothing else."""
        try:
            scope = wishes.scope_of(self._classes, (self.period_from, self.period_to))
            await transact(changing.narrow_grant, acting(), self._grant_id, scope)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            registry.forget(self.router.session.client_token, self.get_full_name())
            self.done, self.problem = True, ""

    async def _begin(self) -> None:
        await self._show(None)
        grant = self.page.grant
        self._classes = frozenset(grant.classes)
        self.period_from, self.period_to = grant.period_from, grant.period_to

    async def _narrow(self) -> None:
        self.empty = not self._classes
        if self.empty:
            rows = tuple(replace(row, given=0, chosen=False) for row in self.page.rows)
            self.page = replace(self.page, rows=rows, total=0, same=True)
            return
        try:
            await self._show(wishes.scope_of(self._classes, (self.period_from, self.period_to)))
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)

    async def _show(self, narrowed: Any) -> None:
        actor = acting()
        try:
            self.page = await transact(narrowing_page, actor, self._grant_id, narrowed)
        except HealthCloudError:
            self.page, self.gone = _NOTHING, True
        else:
            self.problem, self.gone = "", False
            topics = {f"person:{actor.subject_id}", f"grant:{self._grant_id}"}
            until = clock_time(self.page.grant.until_at)
            watch(self.router.session.client_token, self.get_full_name(), actor, topics, until=until)
        self.ready = True

    async def _refresh(self) -> None:
        """Look again, as it was being narrowed; after the end by the clock nothing is left of it."""
        if self.done or not self._grant_id:
            return
        if self._classes:
            await self._narrow()
        else:
            await self._begin()
