"""State of one entry."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.records.service.reading import entry_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.screens import EntryPage

_NOTHING = EntryPage()


class Entry(rx.State):
    """One of one's own entries.

    Attributes:
        page: everything there is.
        ready: whether it is loaded.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    page: EntryPage = _NOTHING
    ready: bool = False
    failure: str = ""
    code: str = ""

    _entry_id: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the entry that the address names."""
        self.reset()
        self._entry_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(entry_page, actor, actor.subject_id, self._entry_id)
        except HealthCloudError as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            self.page, self.failure, self.code = replace(page, topics=()), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics)
        self.ready = True
