"""The patient's screens: one's appointments, and booking one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.followup import service
from health_cloud.followup.state.watching import place_in, told, watch
from health_cloud.followup.views import AppointmentCard, InPersonPage, Offer, RefusedRow
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
        refused: departments with times that one cannot book online, not having been seen there.
        in_person: with whom one can meet at the hospital.
        may_give: whether who may read is this reader's to decide, without which nothing new is booked.
    """

    offers: list[Offer] = []  # noqa: RUF012
    refused: list[RefusedRow] = []  # noqa: RUF012
    in_person: list[Offer] = []  # noqa: RUF012
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
        self.offers, self.in_person = list(page.offers), list(page.in_person)
        self.refused, self.may_give, self.ready = list(page.refused), page.may_give, True
        topics = {f"followup:{department}" for department in page.departments} | {f"person:{actor.subject_id}"}
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, page.opens)


_NONE = InPersonPage()


class InPerson(rx.State):
    """With whom one can meet at the hospital in one department.

    Attributes:
        page: the department, and the next free times.
        gone: no such department of a hospital of one's own.
    """

    page: InPersonPage = _NONE
    ready: bool = False
    gone: bool = False

    @rx.event
    async def load(self) -> None:
        """Load them for the department that the address names."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        department = place_in(self.router.url.path)[0]
        try:
            page = await transact(service.offers_in_person, actor, department)
        except HealthCloudError:
            self.page, self.gone, self.ready = _NONE, True, True
            return
        self.page, self.gone, self.ready = replace(page, topic="", opens=""), False, True
        topics = {page.topic, f"person:{actor.subject_id}"}
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, page.opens)
