"""The patient's screens of one physician's times: booking one, and moving a visit to another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import Actor, acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.followup import service
from health_cloud.followup.service.rows import IN_PERSON
from health_cloud.followup.state.watching import place_in, told, watch
from health_cloud.followup.views import MovePage, TimesPage
from health_cloud.identity.state.proof import prove_first


class TimesScreen(rx.State, mixin=True):
    """What both share: the days, the times of one of them, and the one that is chosen.

    Attributes:
        page: the days, and the times of one of them; what is held is what was picked.
        picked: a time was picked before: what was typed then stays, even when the hold is over.
        done: it is booked, for the time `done_at`.
        gone: no such physician offers times, or no such visit can be moved.
        turn: counts up when the reader is to be led to a problem.
    """

    page: TimesPage = TimesPage()
    picked: bool = False
    done: bool = False
    done_at: str = ""
    gone: bool = False
    ready: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    turn: int = 0

    @rx.event
    async def show(self, day: str) -> EventSpec | None:
        """Show the times of another day."""
        if any(day == each.day for each in self.page.days):
            await self._refresh(day)
        return self._back()

    @rx.event
    async def choose(self, slot_id: str) -> EventSpec | None:
        """Pick a time: it is held for some minutes."""
        day = self.page.day
        try:
            await self._hold(slot_id)
        except HealthCloudError as problem:
            self._tell(problem)
        else:
            self.field = self.problem = ""
            self.page = replace(self.page, held="")
            if slot_id == self.page.next:
                day = self.page.next_at[:10]
        await self._refresh(day)
        return self._back()

    def _tell(self, problem: HealthCloudError) -> None:
        self.field, self.problem, self.params = told(problem)
        self.turn += 1

    def _back(self) -> EventSpec | None:
        """Lead to what comes before booking, where that is not done, or is over."""
        return rx.redirect(self.page.step) if self.page.step else None

    def _begin(self, *, midway: bool, kind: str = "") -> None:
        """Empty the screen; what was chosen on the same page before a lost connection is still chosen."""
        before, picked = (self.page, self.picked) if midway else (TimesPage(), False)
        self.reset()
        self.page, self.picked = TimesPage(day=before.day, held=before.held, kind=before.kind or kind), picked

    async def _refresh(self, day: str = "") -> None:
        if self.done:
            return
        actor, before = acting(), self.page
        try:
            self.page = await self._look(actor, day or before.day)
        except HealthCloudError:
            self.page, self.gone = TimesPage(), True
        else:
            self.gone = False
        if before.held and not self.page.held and not self.problem:
            self.field, self.problem, self.params = "", "followup.error.hold_over", {}
        self.picked = self.picked or bool(self.page.held)
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, self._topics(actor), self.page.opens)

    async def _hold(self, slot_id: str) -> None:
        raise NotImplementedError

    async def _look(self, actor: Actor, day: str) -> TimesPage:
        raise NotImplementedError

    def _topics(self, actor: Actor) -> set[str]:
        raise NotImplementedError


class Times(TimesScreen, rx.State):
    """Booking a time of one physician, online or in person.

    Attributes:
        let: where the physician of a visit in person that was booked can be let read; empty else.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # no record is in it, and the picked time is the person's own doing

    let: str = ""

    _department: str = ""
    _physician: str = ""
    _way: str = ""

    @rx.event
    async def load(self) -> EventSpec | None:
        """Load the times of whom the address names; what comes before booking comes first."""
        department, physician = place_in(self.router.url.path)
        way = IN_PERSON if self.router.url.path.startswith("/followup/in-person/") else ""
        same = (department, physician, way) == (self._department, self._physician, self._way)
        self._begin(midway=same and self.ready and not self.done, kind=way)
        self._department, self._physician, self._way = department, physician, way
        await self._refresh()
        return self._back()

    @rx.event
    async def meet(self, kind: str) -> EventSpec | None:
        """Choose how to meet."""
        if kind in self.page.kinds:
            self.page = replace(self.page, kind=kind, held="")
            await self._refresh()
        return self._back()

    @rx.event
    async def book(self, form: dict[str, Any]) -> EventSpec | None:
        """Ask for the picked time."""
        try:
            made = await transact(service.book, acting(), self.page.held, form.get("reason", ""), self.page.kind)
        except HealthCloudError as problem:
            self._tell(problem)
            await self._refresh()
        else:
            self.done, self.done_at, self.field, self.problem = True, made.starts_at, "", ""
            self.let = made.may_let
        return self._back() if not self.done else None

    async def _hold(self, slot_id: str) -> None:
        await transact(service.hold, acting(), slot_id, self.page.kind)

    async def _look(self, actor: Actor, day: str) -> TimesPage:
        return await transact(service.times_page, actor, self._department, self._physician, day, self.page.kind)

    def _topics(self, actor: Actor) -> set[str]:
        return {f"followup:{self._department}", f"person:{actor.subject_id}"}


_NOTHING = MovePage()


class Moving(TimesScreen, rx.State):
    """Moving a visit to another time of its physician.

    Attributes:
        visit: the visit as it is, without the times.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # no record is in it, and the picked time is the person's own doing

    visit: MovePage = _NOTHING

    _appointment: str = ""
    _topic: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the visit that the address names, with the times to which it can go."""
        named = self.router.url.path.rstrip("/").rpartition("/")[2]
        midway = named == self._appointment and self.ready and not self.done
        self._begin(midway=midway)
        self._appointment = named
        await self._refresh()

    @rx.event
    async def move(self) -> None:
        """Move it to the picked time."""
        try:
            made = await transact(service.move_appointment, acting(), self._appointment, self.page.held)
        except Unproved:
            await prove_first(self, Moving.move)
        except HealthCloudError as problem:
            self._tell(problem)
            await self._refresh()
        else:
            self.done, self.done_at, self.field, self.problem = True, made.starts_at, "", ""

    async def _hold(self, slot_id: str) -> None:
        await transact(service.hold_to_move, acting(), self._appointment, slot_id)

    async def _look(self, actor: Actor, day: str) -> TimesPage:
        found = await transact(service.move_page, actor, self._appointment, day)
        self.visit, self._topic = replace(found, times=TimesPage(), topic=""), found.topic
        return found.times

    def _topics(self, actor: Actor) -> set[str]:
        return {self._topic, f"person:{actor.subject_id}"}
