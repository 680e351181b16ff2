"""The patient's screens: one's appointments, and booking one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.words import Words
from health_cloud.followup import service
from health_cloud.followup.state.watching import place_in, told, watch
from health_cloud.followup.views import AppointmentCard, Offer, TimesPage


class Appointments(rx.State):
    """One's own follow-up visits: those to come, and those that are over."""

    coming: list[AppointmentCard] = []  # noqa: RUF012 - Reflex copies defaults
    past: list[AppointmentCard] = []  # noqa: RUF012
    ready: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    @rx.event
    async def cancel(self, appointment_id: str) -> None:
        """Cancel one that has not begun."""
        try:
            await transact(service.cancel_appointment, acting(), appointment_id)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.problem = ""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        known = {card.id for card in (*self.coming, *self.past)}
        cards = await transact(service.my_appointments, actor, known)
        self.coming = [card for card in reversed(cards) if card.can_cancel or card.can_come]
        self.past = [card for card in cards if not (card.can_cancel or card.can_come)]
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"person:{actor.subject_id}",))


class Booking(rx.State):
    """With whom one can book.

    Attributes:
        offers: what can be booked, by physician; the times themselves are on the next page.
        refused: departments with times that one cannot book, not having been seen there.
    """

    offers: list[Offer] = []  # noqa: RUF012
    refused: list[Words] = []  # noqa: RUF012
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        page = await transact(service.offers, actor)
        self.offers = [replace(offer, days=()) for offer in page.offers]
        self.refused, self.ready = list(page.refused), True
        topics = {f"followup:{department}" for department in page.departments} | {f"person:{actor.subject_id}"}
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, page.opens)


class Times(rx.State):
    """Booking a time of one physician.

    Attributes:
        page: the days, and the times of one of them; what is held is what was picked.
        picked: a time was picked before: what was typed then stays, even when the hold is over.
        done: the appointment was asked for, for the time `done_at`.
        gone: no such physician offers times.
        turn: counts up when the reader is to be led to a problem.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # no record is in it, and the picked time is the person's own doing

    page: TimesPage = TimesPage()
    picked: bool = False
    done: bool = False
    done_at: str = ""
    gone: bool = False
    ready: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012
    turn: int = 0

    _department: str = ""
    _physician: str = ""

    @rx.event
    async def load(self) -> EventSpec | None:
        """Load the times of whom the address names; what comes before booking comes first."""
        self.reset()
        self._department, self._physician = place_in(self.router.url.path)
        await self._refresh()
        return self._back()

    def _back(self) -> EventSpec | None:
        """Lead to what comes before booking, where that is not done, or is over."""
        return rx.redirect(self.page.step) if self.page.step else None

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
            await transact(service.hold, acting(), slot_id)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
        else:
            self.field = self.problem = ""
            self.page = replace(self.page, held="")
            if slot_id == self.page.next:
                day = self.page.next_at[:10]
        await self._refresh(day)
        return self._back()

    @rx.event
    async def book(self, form: dict[str, Any]) -> EventSpec | None:
        """Ask for the picked time."""
        try:
            made = await transact(service.book, acting(), self.page.held, form.get("reason", ""))
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
            await self._refresh()
        else:
            self.done, self.done_at, self.field, self.problem = True, made.starts_at, "", ""
        return self._back() if not self.done else None

    async def _refresh(self, day: str = "") -> None:
        if self.done:
            return
        actor = acting()
        before = self.page
        try:
            self.page = await transact(service.times_page, actor, self._department, self._physician, day or before.day)
        except HealthCloudError:
            self.page, self.gone = TimesPage(), True
        else:
            self.gone = False
        if before.held and not self.page.held and not self.problem:
            self.field, self.problem, self.params = "", "followup.error.hold_over", {}
        self.picked = self.picked or bool(self.page.held)
        self.ready = True
        topics = {f"followup:{self._department}", f"person:{actor.subject_id}"}
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, self.page.opens)
