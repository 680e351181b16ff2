"""The desk's screen: how the hospital opens its times, and its holidays."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.followup import service
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import OpeningPage


class OpeningTimes(rx.State):
    """How far ahead times open, until when one may cancel, and on which days there is no clinic.

    Attributes:
        page: how it is.
        saved: the rule was changed here just now.
        standing: how many booked times a holiday has found that was entered here just now.
        turn: counts up when the reader is to be led to a problem.
    """

    page: OpeningPage = OpeningPage()
    ready: bool = False
    saved: bool = False
    standing: int = 0
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Load it."""
        self.reset()
        await self._refresh()

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Put another rule into force."""
        wanted = [form.get(name, "") for name in ("days_ahead", "opens_at", "cancel_hours", "offer_minutes")]
        self.saved = await self._try(service.set_opening, *wanted)
        await self._refresh()

    @rx.event
    async def add(self, form: dict[str, Any]) -> None:
        """Close regular hours on a day."""
        await self._try(service.add_holiday, form.get("day", ""), form.get("name", ""))
        await self._refresh()

    @rx.event
    async def remove(self, holiday_id: str) -> None:
        """Hold the hours of that day after all."""
        await self._try(service.remove_holiday, holiday_id)
        await self._refresh()

    async def _try(self, use_case: Any, *arguments: Any) -> bool:
        self.saved, self.standing = False, 0
        try:
            standing = await transact(use_case, acting(), *arguments)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
            return False
        self.field = self.problem = ""
        self.standing = standing if isinstance(standing, int) else 0
        return True

    async def _refresh(self) -> None:
        actor = acting()
        self.page = await transact(service.opening_page, actor)
        self.ready = True
        topics = (f"organization:{actor.organization_id}",)
        watch(self.router.session.client_token, self.get_full_name(), actor, topics)
