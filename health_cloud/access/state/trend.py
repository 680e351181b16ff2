"""State of one analyte through time under a grant."""

from __future__ import annotations

from typing import ClassVar

import reflex as rx

from health_cloud.access.service.overview import granted_trend
from health_cloud.access.state.leased import LeasedPage
from health_cloud.access.views import Leased
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.records.views.trend import TrendPage

_NOTHING = TrendPage()


class GrantedTrend(LeasedPage, rx.State):
    """One analyte of a chart under a grant. When the grant ends, it is emptied before anything else.

    Attributes:
        page: everything that the grant opens of it.
    """

    page: TrendPage = _NOTHING

    _part: ClassVar[str] = "trend"

    async def _find(self, ground_id: str, entry_id: str, rest: str) -> Leased[TrendPage]:
        given = (acting(), ground_id, entry_id, rest)
        return await transact(granted_trend, *given, screen=self.router.session.client_token)

    def _put(self, page: TrendPage | None) -> None:
        self.page = page or _NOTHING
