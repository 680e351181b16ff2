"""The patient's screens: one's appointments, and booking one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.core.words import Words
from health_cloud.followup import service
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import AppointmentCard, Offer
from health_cloud.identity.state.proof import prove_first


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
        await self._try(service.cancel_appointment, appointment_id)

    @rx.event
    async def take(self, appointment_id: str) -> None:
        """Take the time that the physician proposes instead."""
        await self._try(service.take_proposed, appointment_id)

    @rx.event
    async def refuse(self, appointment_id: str) -> None:
        """Say that the proposed time does not suit."""
        await self._try(service.refuse_proposed, appointment_id)

    async def _try(self, use_case: Any, appointment_id: str) -> None:
        try:
            await transact(use_case, acting(), appointment_id)
        except Unproved:
            await prove_first(self, Appointments.take, appointment_id=appointment_id)
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
        opens = min(
            (card.proposed_until for card in cards if card.proposed_until), key=datetime.fromisoformat, default=""
        )
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"person:{actor.subject_id}",), opens)


class Booking(rx.State):
    """With whom one can book.

    Attributes:
        offers: what can be booked, by physician; the times themselves are on the next page.
        refused: departments with times that one cannot book, not having been seen there.
        may_give: whether who may read is this reader's to decide, without which nothing new is booked.
    """

    offers: list[Offer] = []  # noqa: RUF012
    refused: list[Words] = []  # noqa: RUF012
    may_give: bool = True
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        page = await transact(service.offers, actor)
        self.offers = list(page.offers)
        self.refused, self.may_give, self.ready = list(page.refused), page.may_give, True
        topics = {f"followup:{department}" for department in page.departments} | {f"person:{actor.subject_id}"}
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, page.opens)
