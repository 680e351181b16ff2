"""State of one's own summary."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.records.service.summary import summary_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.summary import SummaryPage

_NOTHING = SummaryPage()


class Summary(rx.State):
    """What hospitals have said of oneself.

    Attributes:
        page: everything there is.
        ready: whether it is loaded.
        failure: key of what went wrong; `code` is to be read aloud.
    """

    page: SummaryPage = _NOTHING
    ready: bool = False
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Load it."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(summary_page, actor, actor.subject_id)
        except HealthCloudError as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            self.page, self.failure, self.code = replace(page, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        self.ready = True
