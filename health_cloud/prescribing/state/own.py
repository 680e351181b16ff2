"""State of what was prescribed in a visit, as its patient sees it there."""

from __future__ import annotations

from datetime import datetime

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.clock import now
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.prescribing.service.paying import pay_in_demo
from health_cloud.prescribing.service.rows import prescription_topic
from health_cloud.prescribing.service.seeing import own_prescription
from health_cloud.prescribing.views.prescriptions import NO_OWN, OwnPrescription


class Prescribed(rx.State):
    """The prescription of a visit: how it stands, what it costs and where it is paid."""

    own: OwnPrescription = NO_OWN
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Load what was prescribed in the visit that the address names."""
        self.reset()
        await self._refresh()

    @rx.event
    async def pay(self) -> None:
        """Do in the demonstration what a hospital's cashier would."""
        await self._move("payment")

    @rx.event
    async def refund(self) -> None:
        """Take it back in the demonstration, as a cashier would."""
        await self._move("refund")

    async def _move(self, kind: str) -> None:
        self.problem = ""
        try:
            await transact(pay_in_demo, acting(), self._address(), kind)
        except HealthCloudError as problem:
            self.problem, self.params = problem.key, {name: str(value) for name, value in problem.params.items()}
        await self._refresh()

    def _address(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _refresh(self) -> None:
        actor, token, visit = acting(), self.router.session.client_token, self._address()
        try:
            self.own = await transact(own_prescription, actor, visit, self.own.shown)
        except HealthCloudError:  # the page of the visit itself says so
            self.own = NO_OWN
        until = datetime.fromisoformat(self.own.until) if self.own.until else None
        topics = frozenset({prescription_topic(visit), f"person:{actor.subject_id}"})
        opens = until if until is not None and until > now() else None
        registry.watch(Watch(token, self.get_full_name(), actor.session_id, topics, opens=opens))
