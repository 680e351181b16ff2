"""Where one waits for a time: in the list of one's visits, and joining beside the times of a physician."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Unproved
from health_cloud.core.ids import is_id
from health_cloud.followup import service
from health_cloud.followup.state.watching import place_in, told, watch
from health_cloud.followup.views import WaitingCard


class Waitlist(rx.State):
    """Waiting for a time.

    Attributes:
        cards: where one waits; with a time that is one's own to take, if there is one.
        joined: one has just joined, beside the times of a physician.
        turn: counts up when the reader is to be led to a problem.
    """

    cards: list[WaitingCard] = []  # noqa: RUF012 - Reflex copies defaults
    joined: bool = False
    ready: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Load where one waits."""
        self.reset()
        await self._refresh()

    @rx.event
    async def join(self, form: dict[str, Any]) -> None:
        """Wait for a time of the physician whom the address names, or of anybody in the department."""
        place = place_in(self.router.url.path)
        wanted = {name: form.get(name, "") for name in ("until", "why", "anybody", "kind")}
        self.joined = await self._try(service.wait_for, *place, {**wanted, "reason": wanted["why"]})

    @rx.event
    async def leave(self, waiting_id: str) -> None:
        """Wait no longer."""
        await self._try(service.leave_list, waiting_id)

    @rx.event
    async def pass_over(self, waiting_id: str) -> None:
        """Let the offered time go to the next, and wait on."""
        await self._try(service.pass_over, waiting_id)

    @rx.event
    async def take(self, waiting_id: str) -> EventSpec | None:
        """Book the offered time; where something comes before booking, go there: the time is kept meanwhile."""
        page = ""
        try:
            slot, reason, page, kind = await transact(
                service.offered_to, acting(), waiting_id if is_id(waiting_id) else ""
            )
            await transact(service.book, acting(), slot, reason, kind)
        except (Denied, Unproved) as problem:
            if page:
                return rx.redirect(page)
            self._tell(problem)
        except HealthCloudError as problem:
            self._tell(problem)
        else:
            self.field = self.problem = ""
        await self._refresh()
        return None

    async def _try(self, use_case: Any, *given: Any) -> bool:
        try:
            await transact(use_case, acting(), *given)
        except HealthCloudError as problem:
            self._tell(problem)
            done = False
        else:
            self.field = self.problem = ""
            done = True
        await self._refresh()
        return done

    def _tell(self, problem: HealthCloudError) -> None:
        self.field, self.problem, self.params = told(problem)
        self.turn += 1
        if isinstance(problem, Conflict):
            self.joined = False

    async def _refresh(self) -> None:
        actor = acting()
        self.cards = await transact(service.my_waiting, actor)
        self.ready = True
        ends = min(
            (card.offered_until for card in self.cards if card.offered_until), key=datetime.fromisoformat, default=""
        )
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"person:{actor.subject_id}",), ends)
