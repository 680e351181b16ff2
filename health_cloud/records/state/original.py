"""State of one original."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.records.service.originals import original_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.original import OriginalPage

_NOTHING = OriginalPage()


class Original(rx.State):
    """One original of one's own entries.

    Attributes:
        page: what it is and where its bytes come from; the bytes never pass through here.
        ready: whether it is loaded.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    page: OriginalPage = _NOTHING
    ready: bool = False
    failure: str = ""
    code: str = ""

    _entry_id: str = ""
    _document_id: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the original that the address names."""
        self.reset()
        entry, _, self._document_id = self.router.url.path.rstrip("/").rpartition("/original/")
        self._entry_id = entry.rpartition("/")[2]
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(original_page, actor, actor.subject_id, self._entry_id, self._document_id)
        except HealthCloudError as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            self.page, self.failure, self.code = replace(page, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        self.ready = True
