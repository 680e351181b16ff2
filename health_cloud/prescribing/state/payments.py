"""State of the desk's payments that do not fit."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.prescribing.service import unfit
from health_cloud.prescribing.views.payments import NO_UNFIT, UnfitPage


class UnfitPayments(rx.State):
    """What a cashier reported and was refused, until somebody has seen to it."""

    page: UnfitPage = NO_UNFIT
    ready: bool = False
    problem: str = ""

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    @rx.event
    async def settle(self, payment: str) -> None:
        """Say that one has been seen to."""
        self.problem = ""
        try:
            await transact(unfit.settle, acting(), payment)
        except HealthCloudError as problem:
            self.problem = problem.key
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.page, self.ready = await transact(unfit.unfit_page, actor), True
        topics = frozenset({unfit.unfit_topic(actor.organization_id)})
        registry.watch(Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics))
