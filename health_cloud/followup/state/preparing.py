"""Before the visit: what the patient writes, and what its physician reads of that."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.followup import service
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import PreparedPage

_NOTHING = PreparedPage()


class Preparing(rx.State):
    """The patient writes how they are, and what they measured.

    Attributes:
        page: the visit, and what is written so far.
        gone: there is no such visit of theirs.
        saved: it was kept just now.
        turn: counts up when the reader is to be led to a problem.
    """

    page: PreparedPage = _NOTHING
    ready: bool = False
    gone: bool = False
    saved: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    turn: int = 0

    _appointment: str = ""

    @rx.event
    async def load(self) -> None:
        """Load what is written so far for the visit in the address."""
        self.reset()
        self._appointment = self.router.url.path.rstrip("/").rpartition("/")[2]
        await self._refresh()

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Keep it for the physician."""
        try:
            self.page = await transact(service.prepare, acting(), self._appointment, form)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.saved = False
            self.turn += 1
        else:
            self.field, self.problem, self.saved = "", "", True

    async def _refresh(self) -> None:
        actor = acting()
        try:
            self.page = await transact(service.preparation, actor, self._appointment)
        except HealthCloudError:
            self.page, self.gone = _NOTHING, True
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"person:{actor.subject_id}",))


class ReadPrepared(rx.State):
    """The physician of a visit reads what its patient has prepared.

    Attributes:
        page: the visit, and what is written.
        gone: there is no such visit of theirs.
    """

    page: PreparedPage = _NOTHING
    ready: bool = False
    gone: bool = False

    _appointment: str = ""

    @rx.event
    async def load(self) -> None:
        """Load what was prepared for the visit in the address."""
        self.reset()
        self._appointment = self.router.url.path.rstrip("/").rpartition("/")[2]
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            self.page = await transact(service.read_preparation, actor, self._appointment)
        except HealthCloudError:
            self.page, self.gone = _NOTHING, True
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"account:{actor.account_id}",))
