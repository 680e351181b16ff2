"""The patient's screen before a time is picked: what the physician will be able to read, and online care."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import reflex as rx
from reflex.event import EventSpec

from health_cloud.consent.service import wishes
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, NotFound, Unproved
from health_cloud.core.policy import Scope
from health_cloud.followup import service
from health_cloud.followup.service.checking import UNCHECKED
from health_cloud.followup.service.giving import USUAL
from health_cloud.followup.state.watching import place_in, told, watch
from health_cloud.followup.views import GivePage
from health_cloud.identity.state.proof import prove_first

_NOTHING = GivePage()


class Giving(rx.State):
    """What a physician may read until the visit is over.

    Attributes:
        page: the physician, with counts by class.
        period_from, period_to: the days given, ISO text or empty.
        online: online care is agreed to.
        empty: no class is chosen, so that there is nothing to agree to.
        again: where the rules are asked, if they have not said yes within a day.
        in_person: it is for a visit in person that is booked already.
        gone: there is no such visit, or it is agreed to, called off or over.
        turn: counts up when the reader is to be led to a problem.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # counts alone are in it, and what was left out must not come back

    page: GivePage = _NOTHING
    period_from: str = ""
    period_to: str = ""
    online: bool = False
    empty: bool = False
    again: str = ""
    in_person: bool = False
    gone: bool = False
    ready: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    turn: int = 0

    _classes: frozenset[str] = frozenset()
    _department: str = ""
    """Of a visit in person: the visit."""
    _physician: str = ""

    @rx.event
    async def load(self) -> None:
        """Load it as it is usually given, or as it was being chosen."""
        department, physician = place_in(self.router.url.path)
        in_person = self.router.url.path.startswith("/followup/let-read/")
        midway = (department, physician) == (self._department, self._physician) and self.ready and not self.again
        chosen = (self._classes, self.period_from, self.period_to, self.online)
        self.reset()
        self._department, self._physician, self.in_person = department, physician, in_person
        self._classes = frozenset(each.value for each in USUAL)
        if midway:
            self._classes, self.period_from, self.period_to, self.online = chosen
        await self._refresh()

    @rx.event
    async def toggle(self, record_class: str) -> None:
        """Give a class, or keep it back."""
        if record_class in {row.record_class for row in self.page.rows}:
            self._classes = self._classes ^ {record_class}
            await self._refresh()

    @rx.event
    async def set_from(self, day: str) -> None:
        """Give only what happened from this day on."""
        self.period_from = day if wishes.is_day(day) else ""
        await self._refresh()

    @rx.event
    async def set_to(self, day: str) -> None:
        """Give only what happened until this day."""
        self.period_to = day if wishes.is_day(day) else ""
        await self._refresh()

    @rx.event
    def agree_online(self) -> None:
        """Agree to online care, or take that back."""
        self.online = not self.online
        self.field = self.problem = ""

    @rx.event
    async def agree(self) -> EventSpec | None:
        """Agree to what is shown, and go on to the times."""
        try:
            chosen = wishes.scope_of(self._classes, (self.period_from, self.period_to))
            if self.in_person:
                await transact(service.let_read, acting(), self._department, chosen)
            else:
                await transact(service.agree, acting(), self._department, self._physician, chosen, self.online)
        except Unproved:
            await prove_first(self, Giving.agree)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
        else:
            self.field = self.problem = ""
            if self.in_person:
                return rx.redirect("/followup")
            return rx.redirect(f"/followup/book/{self._department}/{self._physician}")
        return None

    async def _refresh(self) -> None:
        actor = acting()
        self.empty = not self._classes
        self.field = self.problem = ""
        try:
            chosen = self._chosen()
            if self.in_person:
                page = await transact(service.let_page, actor, self._department, chosen)
            else:
                page = await transact(service.give_page, actor, self._department, self._physician, chosen)
            self.page, self.again, self.gone = page, "", False
        except HealthCloudError as problem:
            if not self.page.rows and problem.key == UNCHECKED:
                self.again = f"/followup/check/{self._department}/{self._physician}"
            self.field, self.problem, self.params = told(problem)
            if self.in_person and isinstance(problem, Conflict | Denied | NotFound):
                self.page, self.gone, self.problem = _NOTHING, True, ""
        if self.empty:
            rows = tuple(replace(row, given=0, chosen=False) for row in self.page.rows)
            self.page = replace(self.page, rows=rows, total=0)
        self.ready = True
        topics = (f"person:{actor.subject_id}",)
        watch(self.router.session.client_token, self.get_full_name(), actor, topics)

    def _chosen(self) -> Scope | None:
        return wishes.scope_of(self._classes, (self.period_from, self.period_to)) if self._classes else None
