"""State of one's own ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from health_cloud.access.service.ledger import LedgerDay, LedgerPage, own_ledger, own_ledger_newer
from health_cloud.access.service.ledger_filters import NO_FILTERS, UNFILTERED, Asked, LedgerFilters, address, asked_of
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.policy import Need
from health_cloud.records.state.stretch import Edge, Part, Stretch

HANDLERS = {f"OwnLedger.{name}": Need.PATIENT for name in ("load", "show_older", "show_newer", "renew")}


class OwnLedger(Stretch, rx.State):
    """Who did what with one's records.

    Attributes:
        filters: what it may be narrowed by.
        days: the part that came last.
    """

    filters: LedgerFilters = NO_FILTERS
    days: list[LedgerDay] = []  # noqa: RUF012 - Reflex copies defaults

    _asked: Asked = UNFILTERED

    @rx.event
    async def load(self) -> None:
        """Load the newest rows under the filter of the address, or the stretch that it names."""
        self.reset()
        query = self.router.url.query_parameters
        self._asked = asked_of({key: str(value) for key, value in query.items()})
        self.at = address(self._asked)
        await self._come(query)

    async def _read(self, start: str, count: int) -> Part:
        found = await transact(own_ledger, acting(), start, count, self._asked)
        self.filters = found.filters
        return _part(found)

    async def _read_beyond(self, edge: Edge, cursor: str) -> Part:
        if edge == "older":
            return _part(await transact(own_ledger, acting(), cursor, 0, self._asked))
        return _part(await transact(own_ledger_newer, acting(), cursor, self._asked))

    def _put(self, groups: Sequence[Any]) -> None:
        self.days = [*groups]

    def _fail(self, problem: HealthCloudError) -> None:
        super()._fail(problem)
        if not self.turn:
            self.filters = NO_FILTERS


def _part(page: LedgerPage) -> Part:
    return Part(page.days, page.older, page.start, page.topics, page.opens)
