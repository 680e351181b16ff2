"""State of one analyte through time."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.records.service.trend import trend_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.trend import TrendPage

_NOTHING = TrendPage()


class Trend(rx.State):
    """One analyte of one's own, over all its reports.

    Attributes:
        page: everything there is.
        ready: whether it is loaded.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    page: TrendPage = _NOTHING
    ready: bool = False
    failure: str = ""
    code: str = ""

    _entry_id: str = ""
    _place: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the analyte of the result that the address names."""
        self.reset()
        report, _, self._place = self.router.url.path.rstrip("/").rpartition("/")
        self._entry_id = report.rpartition("/")[2]
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(trend_page, actor, actor.subject_id, self._entry_id, self._place)
        except HealthCloudError as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            self.page, self.failure, self.code = replace(page, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        self.ready = True
