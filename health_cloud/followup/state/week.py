"""The physician's screen of regular hours: the week, days off, and what stands in the way."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.words import Words
from health_cloud.followup import service
from health_cloud.followup.service.week import KINDS
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import HoursRow, Laid, WeekPage

_NEW = HoursRow("", 0, "09:00", "12:00", 15, ("text",), 0, Words(), "", "", starts_later=False)


class Week(rx.State):
    """Regular hours, and changing them.

    Attributes:
        page: the week as it is.
        editing: whether the sheet of hours is open; `edited` is what it holds, without an id when they are new.
        done: what the last change did; `changed` that there was one.
        turn: counts up when the reader is to be led to a problem.
    """

    page: WeekPage = WeekPage()
    ready: bool = False
    editing: bool = False
    edited: HoursRow = _NEW
    changed: bool = False
    done: Laid = Laid()
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Load it."""
        self.reset()
        await self._refresh()

    @rx.event
    def edit(self, hours_id: str) -> None:
        """Open the sheet, for hours there are or, with no id of them, for new ones."""
        known = {row.id: row for day in self.page.days for row in day.hours}
        self.edited = known.get(hours_id, _NEW) if isinstance(hours_id, str) else _NEW
        self.editing = self.ready
        self.field = self.problem = ""

    @rx.event
    def leave(self) -> None:
        """Close the sheet without a change."""
        self.editing, self.field, self.problem = False, "", ""

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Put the hours of the sheet into force."""
        names = ("weekday", "begins", "ends", "minutes", "quota", "valid_from", "valid_until", "department_id", "room")
        kinds = [kind for kind in KINDS if form.get(f"kind_{kind}")]
        wanted = service.WantedHours(kinds=kinds, **{name: form.get(name, "") for name in names})
        if self.edited.id:
            await self._try(service.change_hours, self.edited.id, wanted)
        else:
            await self._try(service.add_hours, wanted)

    @rx.event
    async def end(self, hours_id: str) -> None:
        """Hold these hours no longer."""
        await self._try(service.end_hours, hours_id)

    @rx.event
    async def take_off(self, form: dict[str, Any]) -> None:
        """Be away on a day."""
        await self._try(service.take_day_off, form.get("day", ""))

    @rx.event
    async def work(self, off_id: str) -> None:
        """Hold the hours of a day that was off."""
        await self._try(service.work_after_all, off_id)

    async def _try(self, use_case: Any, *arguments: Any) -> None:
        try:
            done = await transact(use_case, acting(), *arguments)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.changed = False
            self.turn += 1
        else:
            self.field = self.problem = ""
            self.done, self.changed, self.editing = done, True, False
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.page = await transact(service.week_page, actor)
        self.ready = True
        topics = (f"account:{actor.account_id}", f"organization:{actor.organization_id}")
        watch(self.router.session.client_token, self.get_full_name(), actor, topics)
