"""The sheet on the physician's times in which another time is proposed for a visit."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.ids import is_id
from health_cloud.followup import service
from health_cloud.followup.state.watching import told
from health_cloud.followup.views import ProposePage

_NOTHING = ProposePage()


class Proposing(rx.State):
    """Proposing another time.

    Attributes:
        page: the visit, and the physician's free times; open while there is a visit in it.
        turn: counts up when the reader is to be led to a problem.
    """

    page: ProposePage = _NOTHING
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    turn: int = 0

    @rx.event
    def load(self) -> None:
        """Begin with the sheet closed."""
        self.reset()

    @rx.event
    async def ask(self, appointment_id: str) -> None:
        """Open the sheet for a visit."""
        self.reset()
        if not is_id(appointment_id):
            return
        try:
            self.page = await transact(service.propose_page, acting(), appointment_id)
        except HealthCloudError as problem:
            self._tell(problem)

    @rx.event
    def leave(self) -> None:
        """Close it without a proposal."""
        self.reset()

    @rx.event
    async def send(self, form: dict[str, Any]) -> None:
        """Propose the chosen time; what was typed stays where it cannot be."""
        visit = self.page.card.id
        try:
            await transact(service.propose_time, acting(), visit, form.get("time", ""), form.get("word", ""))
        except HealthCloudError as problem:
            self._tell(problem)
            try:
                self.page = await transact(service.propose_page, acting(), visit)
            except HealthCloudError:  # the visit itself is over: the reason stays to be read
                self.page = _NOTHING
        else:
            self.reset()

    def _tell(self, problem: HealthCloudError) -> None:
        self.field, self.problem, self.params = told(problem)
        self.turn += 1
