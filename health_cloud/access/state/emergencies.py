"""States of emergencies: the physician breaks the glass, has charts open by it; the patient sees who and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import reflex as rx

from health_cloud.access.state.watching import told, watch
from health_cloud.consent.service import breaking, decisions, emergencies
from health_cloud.consent.service.grants import opened_topic
from health_cloud.consent.views import EmergencyCard
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.core.words import Words
from health_cloud.identity.state.proof import prove_first

_NOTHING_OPENED = "consent.error.emergency_none"


class Breaking(rx.State):
    """An emergency opening in the making; nothing that was typed stays here.

    Attributes:
        by: how the patient is named, one of `breaking.WAYS`.
        code: why it cannot wait, one of `breaking.CODES`, empty while none is chosen.
        hours: for so long.
        field, problem, params: what to mend, beside its field.
        ready: whether the form may be filled in: what was typed before would be gone with the screen left behind.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # nobody's data is in it, and who is in a hurry chooses once

    by: str = breaking.WAYS[0]
    code: str = ""
    hours: int = breaking.HOURS[0]
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    ready: bool = False

    @rx.event
    def load(self) -> None:
        """Begin; what was being chosen when the connection was lost stays."""
        self.ready = True

    @rx.event
    def set_by(self, by: str) -> None:
        """Name the patient in this way."""
        if by in breaking.WAYS:
            self.by, self.field, self.problem = by, "", ""

    @rx.event
    def set_code(self, code: str) -> None:
        """It cannot wait for this."""
        if code in breaking.CODES:
            self.code = code

    @rx.event
    def set_hours(self, length: int) -> None:
        """Open it for so many hours."""
        if length in breaking.HOURS:
            self.hours = length

    @rx.event
    async def send(self, form: dict[str, Any]) -> Any:
        """Open the chart and go there; a second factor is asked for first, and nothing has to be typed again."""
        self.field, self.problem, self.params = "", "", {}
        try:
            declared = breaking.broken(form.get("card", ""), self.by, self.code, form.get("reason", ""), self.hours)
            opened = await transact(breaking.open_emergency, acting(), declared)
        except Unproved:
            await prove_first(self, Breaking.send, form={name: form.get(name, "") for name in ("card", "reason")})
            return None
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            return None
        if not opened:
            self.field, self.problem = "card", _NOTHING_OPENED
            return None
        self.reset()
        return rx.redirect(f"/physician/chart/{opened}")


class OpenEmergencies(rx.State):
    """What the physician has open in emergencies, and what the reviews of earlier ones found.

    Attributes:
        opened: with the patient's name, while it is open.
        past: without it.
        problem: what went wrong.
    """

    opened: list[EmergencyCard] = []  # noqa: RUF012
    past: list[EmergencyCard] = []  # noqa: RUF012
    problem: str = ""

    @rx.event
    async def load(self) -> None:
        """Load them."""
        await self._refresh()

    @rx.event
    async def close(self, emergency_id: str) -> None:
        """Close one before its time; every screen with it is emptied."""
        try:
            await transact(breaking.close_emergency, acting(), emergency_id)
        except HealthCloudError as problem:
            _, self.problem, _ = told(problem)

    async def _refresh(self) -> None:
        actor = acting()
        self.opened, self.problem = await transact(emergencies.own_emergencies, actor), ""
        self.past = await transact(emergencies.own_past, actor)
        ends = [datetime.fromisoformat(card.until_at) for card in self.opened]
        topics = (f"account:{actor.account_id}",)
        # names of patients stand here: they go with the ground
        token, screen = self.router.session.client_token, self.get_full_name()
        watch(token, screen, actor, topics, until=min(ends, default=None), empties=True)


class Emergencies(rx.State):
    """Who opened the patient's records in an emergency: now, and before.

    Attributes:
        now: those that are open.
        before: those that are over, with what the review found.
    """

    now: list[EmergencyCard] = []  # noqa: RUF012
    before: list[EmergencyCard] = []  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load them, and go on looking."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        if not await transact(decisions.may_decide, actor):
            return  # a guardian who looks after records alone; asking would stand as a refusal in the ledger
        found = await transact(emergencies.emergencies_of, actor)
        cards = [replace(card, name=Words()) for card in found]
        self.now = [card for card in cards if not card.ended]
        self.before = [card for card in cards if card.ended]
        ends = [datetime.fromisoformat(card.until_at) for card in self.now]
        dues = [datetime.fromisoformat(card.review_due_at) for card in cards if not card.reviewed_at and not card.late]
        watch(
            self.router.session.client_token,
            self.get_full_name(),
            actor,
            (opened_topic(actor.subject_id),),
            until=min(ends, default=None),
            opens=min(dues, default=None),
        )
