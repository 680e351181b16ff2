"""The patient's screen of one request: narrow it, see what would become visible, decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import reflex as rx

from health_cloud.access.service.deciding import deny_and_block, request_page
from health_cloud.access.state.watching import told, watch
from health_cloud.access.views import RequestPage
from health_cloud.consent.service import decisions, wishes
from health_cloud.consent.views import RequestCard
from health_cloud.core import clock
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.identity.state.proof import prove_first

_NOTHING = RequestPage()


class Deciding(rx.State):
    """One request: narrow it, see what would become visible, decide.

    Attributes:
        page: the request with its counts.
        period_from, period_to: the days given, ISO text or empty.
        lasting: for how long, one of what the request offers.
        until_day, until_time: when it is over, where a time of one's own was chosen.
        field: which field a problem is about.
        ready: whether it is loaded; `gone` when nothing waits under this address.
        refusing: whether the sheet for a word to the asker is open.
        done: `approved`, `denied` or `blocked` when decided here.
        empty: whether no class is chosen, so that there is nothing to agree to.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # counts alone are in it, and what was narrowed must not widen by itself

    page: RequestPage = _NOTHING
    period_from: str = ""
    period_to: str = ""
    lasting: str = ""
    until_day: str = ""
    until_time: str = ""
    field: str = ""
    ready: bool = False
    gone: bool = False
    refusing: bool = False
    done: str = ""
    until: str = ""
    empty: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    _classes: frozenset[str] = frozenset()
    _request_id: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the request that the address names, as it was asked, or as it was being narrowed."""
        named = self.router.url.path.rstrip("/").rpartition("/")[2]
        midway = named == self._request_id and self.ready and not (self.done or self.gone)
        narrowed = (self._classes, self.period_from, self.period_to, self.refusing)
        lasting = (self.lasting, self.until_day, self.until_time)
        self.reset()
        self._request_id = named
        await self._show(None)
        request = self.page.request
        self._classes = frozenset(request.classes)
        self.period_from, self.period_to = request.period_from, request.period_to
        self._suggest_end(request)
        if midway and not self.gone:
            self._classes, self.period_from, self.period_to, self.refusing = narrowed
            self.lasting, self.until_day, self.until_time = lasting
            await self._narrow()

    def _suggest_end(self, request: RequestCard) -> None:
        """Begin with what was asked, so that a time of one's own begins with the latest there is."""
        if not request.offered:
            return
        asked = request.ends_with or str(request.hours or wishes.UNTIL)
        self.lasting = asked if asked in request.offered else request.offered[0]
        self.until_day, self.until_time = wishes.day_and_time(request.until_at)

    @rx.event
    async def toggle(self, record_class: str) -> None:
        """Give a class or keep it back."""
        if record_class in self.page.request.classes:
            self._classes = self._classes ^ {record_class}
            await self._narrow()

    @rx.event
    async def set_from(self, day: str) -> None:
        """Give only what happened from this day on."""
        self.period_from = day or self.page.request.period_from
        await self._narrow()

    @rx.event
    async def set_to(self, day: str) -> None:
        """Give only what happened until this day."""
        self.period_to = day or self.page.request.period_to
        await self._narrow()

    @rx.event
    def set_lasting(self, lasting: str) -> None:
        """Give for so long."""
        if lasting in self.page.request.offered:
            self.lasting, self.field, self.problem = lasting, "", ""

    @rx.event
    def set_until_day(self, day: str) -> None:
        """Give until this day."""
        self.until_day = day if wishes.is_day(day) else ""

    @rx.event
    def set_until_time(self, clock_time: str) -> None:
        """Give until this time of that day."""
        self.until_time = clock_time if wishes.is_time(clock_time) else ""

    @rx.event
    async def approve(self) -> None:
        """Agree to what is shown."""
        try:
            lasting = wishes.lasting_of(self.lasting, self.until_day, self.until_time)
            given = wishes.given(self._classes, (self.period_from, self.period_to), lasting)
            grant = await transact(decisions.approve_request, acting(), self._request_id, given)
        except Unproved:
            await prove_first(self, Deciding.approve)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
        else:
            self.field = ""
            self.done, self.until, self.problem = "approved", grant.until_at, ""

    @rx.event
    def ask_word(self) -> None:
        """Offer to say something to the asker before disagreeing."""
        self.refusing = True

    @rx.event
    def keep(self) -> None:
        """Go back to the request."""
        self.refusing = False

    @rx.event
    async def deny(self, form: dict[str, Any]) -> None:
        """Disagree, with or without a word."""
        reply = form.get("reply", "")
        try:
            await transact(decisions.deny_request, acting(), self._request_id, reply if isinstance(reply, str) else "")
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.done, self.problem = "denied", ""
        self.refusing = False

    @rx.event
    async def block(self, kind: str) -> None:
        """Disagree without a word, and let no more requests come from there."""
        try:
            await transact(deny_and_block, acting(), self._request_id, kind)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.done, self.problem = "blocked", ""
        self.refusing = False

    async def _narrow(self) -> None:
        self.empty = not self._classes
        if not self._classes:
            rows = tuple(replace(row, given=0, chosen=False) for row in self.page.rows)
            self.page = replace(self.page, rows=rows, total=0, fewer=sum(row.asked for row in rows))
            return
        try:
            await self._show(wishes.scope_of(self._classes, (self.period_from, self.period_to)))
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)

    async def _show(self, narrowed: Any) -> None:
        actor = acting()
        try:
            self.page = await transact(request_page, actor, self._request_id, narrowed)
        except HealthCloudError:
            self.page, self.gone = _NOTHING, True
        else:
            self.problem, self.gone = "", False
            topics = {f"person:{actor.subject_id}"}
            until = clock.now() + timedelta(days=3)
            watch(self.router.session.client_token, self.get_full_name(), actor, topics, until=until)
        self.ready = True

    async def _refresh(self) -> None:
        if self.done or not self._request_id:
            return
        if self._classes:
            await self._narrow()
        else:
            await self._show(None)
