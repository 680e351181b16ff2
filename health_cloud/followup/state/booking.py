"""The patient's screens: one's appointments, and booking one."""

from __future__ import annotations

from typing import Any, ClassVar

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.words import Words
from health_cloud.followup import service
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import AppointmentCard, Offer


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
        cards = await transact(service.my_appointments, actor)
        self.coming = [card for card in reversed(cards) if card.can_cancel or card.can_come]
        self.past = [card for card in cards if not (card.can_cancel or card.can_come)]
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"person:{actor.subject_id}",))


class Booking(rx.State):
    """Booking a time.

    Attributes:
        offers: what can be booked, by physician.
        refused: departments with times that one cannot book, not having been seen there.
        chosen, chosen_at: the time that was picked; held until `held_until`.
        picked: a time was picked before: what was typed then stays, even when the hold is over.
        done: the appointment was asked for.
        turn: counts up when the reader is to be led to a problem.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # no record is in it, and the picked time is the person's own doing

    offers: list[Offer] = []  # noqa: RUF012
    refused: list[Words] = []  # noqa: RUF012
    chosen: str = ""
    chosen_at: str = ""
    held_until: str = ""
    picked: bool = False
    done: bool = False
    ready: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Load what is on offer; a time that is held is picked."""
        self.reset()
        await self._refresh()

    @rx.event
    async def choose(self, slot_id: str) -> None:
        """Pick a time: it is held for some minutes."""
        try:
            await transact(service.hold, acting(), slot_id)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
        else:
            self.field, self.problem, self.chosen = "", "", ""
        await self._refresh()

    @rx.event
    async def book(self, form: dict[str, Any]) -> None:
        """Ask for the picked time."""
        try:
            await transact(service.book, acting(), self.chosen, form.get("reason", ""))
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
            await self._refresh()
        else:
            self.done, self.field, self.problem = True, "", ""

    async def _refresh(self) -> None:
        if self.done:
            return
        actor = acting()
        page = await transact(service.offers, actor)
        self.offers, self.refused, self.ready = list(page.offers), list(page.refused), True
        if self.chosen and not page.held:
            self.field, self.problem, self.params = "", "followup.error.hold_over", {}
        self.chosen, self.chosen_at, self.held_until = page.held, page.held_at, page.held_until
        self.picked = self.picked or bool(page.held)
        topics = {f"followup:{department}" for department in page.departments} | {f"person:{actor.subject_id}"}
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, page.opens)
