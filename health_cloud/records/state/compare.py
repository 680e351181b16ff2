"""State of two reports side by side."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.records.service.comparing import compare_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.compare import ComparePage

_NOTHING = ComparePage()
_PARTS = 5
"""records, class, entry, compare, other."""


class Compare(rx.State):
    """Two reports of one's own, of one kind.

    Attributes:
        page: everything there is.
        ready: whether it is loaded.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    page: ComparePage = _NOTHING
    ready: bool = False
    failure: str = ""
    code: str = ""

    _record_class: str = ""
    _entry_id: str = ""
    _other_id: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the two that the address names."""
        self.reset()
        parts = self.router.url.path.strip("/").split("/")
        if len(parts) == _PARTS:
            _, self._record_class, self._entry_id, _, self._other_id = parts
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(
                compare_page, actor, actor.subject_id, self._record_class, self._entry_id, self._other_id
            )
        except HealthCloudError as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            self.page, self.failure, self.code = replace(page, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        self.ready = True
