"""State of one's own ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from health_cloud.access.service.ledger import LedgerDay, LedgerPage, own_ledger, own_ledger_newer
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.policy import Need
from health_cloud.records.state.stretch import Edge, Part, Stretch

AT = "/ledger"
HANDLERS = {f"OwnLedger.{name}": Need.PATIENT for name in ("load", "show_older", "show_newer", "renew")}


class OwnLedger(Stretch, rx.State):
    """Who did what with one's records.

    Attributes:
        days: the part that came last.
    """

    days: list[LedgerDay] = []  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Load the newest rows, or the stretch that the address names."""
        self.reset()
        self.at = AT
        await self._come(self.router.url.query_parameters)

    async def _read(self, start: str, count: int) -> Part:
        return _part(await transact(own_ledger, acting(), start, count))

    async def _read_beyond(self, edge: Edge, cursor: str) -> Part:
        if edge == "older":
            return _part(await transact(own_ledger, acting(), cursor))
        return _part(await transact(own_ledger_newer, acting(), cursor))

    def _put(self, groups: Sequence[Any]) -> None:
        self.days = [*groups]


def _part(page: LedgerPage) -> Part:
    return Part(page.days, page.older, page.start, page.topics)
