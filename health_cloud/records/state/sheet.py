"""State of the visit sheet."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.records.service.sheet import sheet_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.sheet import SheetPage

MOST = 12
"""So many indicators find room on a sheet beside medicines and allergies."""
_BEGUN = 6
_NOTHING = SheetPage()


class VisitSheet(rx.State):
    """What one takes to the doctor. What one wants to ask is not here: it never leaves the browser.

    Attributes:
        page: everything that can stand on it.
        chosen: keys of the indicators that do.
        ready: whether it is loaded.
        failure: key of what went wrong; `code` is to be read aloud.
    """

    page: SheetPage = _NOTHING
    chosen: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    ready: bool = False
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Load it; the indicators with the most values stand on it to begin with."""
        self.reset()
        await self._refresh()
        self.chosen = [each.key for each in self.page.indicators[:_BEGUN]]

    @rx.event
    def toggle(self, key: str) -> None:
        """Put an indicator on the sheet, or take it off."""
        if key in self.chosen:
            self.chosen = [each for each in self.chosen if each != key]
        elif len(self.chosen) < MOST and any(each.key == key for each in self.page.indicators):
            self.chosen = [*self.chosen, key]

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(sheet_page, actor, actor.subject_id)
        except HealthCloudError as problem:
            self.page, self.chosen = _NOTHING, []
            self.failure, self.code = failure_of(problem)
        else:
            self.page, self.failure, self.code = replace(page, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        self.ready = True
