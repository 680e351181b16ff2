"""The physician's screen: times on offer, who asks, who comes."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.policy import Role
from health_cloud.core.words import Words
from health_cloud.followup import service
from health_cloud.followup.service.slots import MINUTES
from health_cloud.followup.service.week import KINDS
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import AppointmentCard, SlotDay
from health_cloud.ui.shell import Shell


class Asked(rx.State):
    """How many requests wait for the physician's answer, on the tab of every screen."""

    @rx.event
    async def load(self) -> None:
        """Count them, and go on counting."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        if actor.role is not Role.PHYSICIAN:
            return
        count, first = await transact(service.waiting_appointments, actor)
        shell = await self.get_state(Shell)
        shell.badges = {**shell.badges, "slots": count}
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"account:{actor.account_id}",), first)


class Slots(rx.State):
    """Times on offer, and the answers they need.

    Attributes:
        waiting: requests without an answer; `coming`: accepted.
        days: the times from now on.
        minutes: how long a visit takes.
        declining: the request that is being declined, with a word.
        opened: how many times were added just now.
        turn: counts up when the reader is to be led to a problem.
    """

    waiting: list[AppointmentCard] = []  # noqa: RUF012 - Reflex copies defaults
    coming: list[AppointmentCard] = []  # noqa: RUF012
    days: list[SlotDay] = []  # noqa: RUF012
    department: str = ""
    department_names: list[Words] = []  # noqa: RUF012
    department_ids: list[str] = []  # noqa: RUF012
    today: str = ""
    minutes: str = "15"
    declining: str = ""
    opened: int = 0
    ready: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    @rx.event
    def set_minutes(self, minutes: str) -> None:
        """Choose how long each visit takes."""
        if minutes in {str(each) for each in MINUTES}:
            self.minutes = minutes

    @rx.event
    async def open(self, form: dict[str, Any]) -> None:
        """Offer more times."""
        day, begin, end = (form.get(name, "") for name in ("day", "begin", "end"))
        department = form.get("department", "")
        await self._try(
            service.open_slots,
            day,
            begin,
            end,
            self.minutes,
            department if isinstance(department, str) else "",
            [kind for kind in KINDS if form.get(f"kind_{kind}")],
            form.get("room", ""),
        )

    @rx.event
    async def close(self, slot_id: str) -> None:
        """Take a time off that nobody has asked for."""
        await self._try(service.close_slot, slot_id)

    @rx.event
    async def accept(self, appointment_id: str) -> None:
        """Accept a request."""
        await self._try(service.answer_appointment, appointment_id, True)

    @rx.event
    def ask_word(self, appointment_id: str) -> None:
        """Offer to say why not."""
        self.declining = appointment_id

    @rx.event
    def keep(self) -> None:
        """Go back without an answer."""
        self.declining = ""

    @rx.event
    async def decline(self, form: dict[str, Any]) -> None:
        """Decline a request with a word."""
        await self._try(service.answer_appointment, self.declining, False, form.get("word", ""))
        self.declining = ""

    @rx.event
    async def cancel(self, appointment_id: str) -> None:
        """Cancel a visit that was accepted."""
        await self._try(service.cancel_appointment, appointment_id)

    async def _try(self, use_case: Any, *arguments: Any) -> None:
        try:
            done = await transact(use_case, acting(), *arguments)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.opened = 0
            self.turn += 1
        else:
            self.field = self.problem = ""
            self.opened = done if isinstance(done, int) else 0
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        known = {card.id for card in (*self.waiting, *self.coming)}
        page = await transact(service.slots_page, actor, known)
        self.waiting, self.coming, self.days = list(page.waiting), list(page.coming), list(page.days)
        self.department, self.today = page.department, page.today
        self.department_names, self.department_ids = list(page.department_names), list(page.department_ids)
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"account:{actor.account_id}",))
