"""State of one's own ledger."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.access.service.ledger import LedgerDay, LedgerPage, own_ledger
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unavailable
from health_cloud.core.policy import Need
from health_cloud.records.state.screen import failure_of, watch

HANDLERS = {"OwnLedger.load": Need.PATIENT, "OwnLedger.show_older": Need.PATIENT}


class OwnLedger(rx.State):
    """Who did what with one's records."""

    days: list[LedgerDay] = []  # noqa: RUF012 - Reflex copies defaults
    before: int = 0
    ready: bool = False
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the newest lines."""
        self.reset()
        await self._refresh()

    @rx.event
    async def show_older(self) -> None:
        """Load the next page below."""
        if not self.before or not self.ready:
            return
        page = await self._page(self.before)
        if page is not None:
            self.days, self.before = _joined(self.days, page.days), page.before

    async def _refresh(self) -> None:
        page = await self._page(0)
        if page is not None:
            self.days, self.before = page.days, page.before
        self.ready = True

    async def _page(self, before: int) -> LedgerPage | None:
        actor = acting()
        try:
            page = await transact(own_ledger, actor, before)
        except HealthCloudError as problem:
            if not isinstance(problem, Unavailable):
                self.days, self.before = [], 0
            self.failure, self.code = failure_of(problem)
            return None
        self.failure = self.code = ""
        watch(self.router.session.client_token, self.get_full_name(), actor, page.topics)
        return page


def _joined(shown: list[LedgerDay], more: list[LedgerDay]) -> list[LedgerDay]:
    if shown and more and shown[-1].day == more[0].day:
        same = replace(shown[-1], rows=[*shown[-1].rows, *more[0].rows])
        return [*shown[:-1], same, *more[1:]]
    return [*shown, *more]
