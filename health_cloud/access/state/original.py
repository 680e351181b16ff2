"""State of one original under a grant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import reflex as rx

from health_cloud.access.service.grounds import ground_holds
from health_cloud.access.service.originals import granted_original
from health_cloud.access.state.watching import watch
from health_cloud.core.actors import acting
from health_cloud.core.changes import registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, NotFound
from health_cloud.records.state.screen import failure_of
from health_cloud.records.views.original import OriginalPage

_NOTHING = OriginalPage()


class GrantedOriginal(rx.State):
    """One original of a chart under a grant. When the grant ends, it is emptied before anything else.

    Attributes:
        page: what it is and where its bytes come from.
        grant: on whose word it is shown.
        ready: whether it is loaded.
        over: whether the grant has ended or never was.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    page: OriginalPage = _NOTHING
    grant: str = ""
    ready: bool = False
    over: bool = False
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the original that the address names."""
        self.reset()
        await self._show()

    async def _refresh(self) -> None:
        """Show what holds now. That a grant has ended is no attempt of the physician's: it leaves no refusal."""
        if await transact(ground_holds, acting(), self._address()[0]):
            await self._show()
        else:
            self._end()

    def _address(self) -> tuple[str, str, str]:
        """Return the grant, the entry and the original that the address names."""
        chart, _, inside = self.router.url.path.rstrip("/").partition("/original/")
        entry, _, document = inside.partition("/")
        return chart.rpartition("/")[2], entry, document

    async def _show(self) -> None:
        actor, (grant_id, entry_id, document_id) = acting(), self._address()
        try:
            found = await transact(
                granted_original,
                actor,
                grant_id,
                entry_id,
                document_id,
                screen=self.router.session.client_token,
            )
        except NotFound as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
            self.ready = True
            return
        except HealthCloudError:
            self._end()
            return
        watch(
            self.router.session.client_token,
            self.get_full_name(),
            actor,
            found.page.topics,
            until=datetime.fromisoformat(found.until_at),
            empties=True,
            opens=datetime.fromisoformat(found.page.opens) if found.page.opens else None,
        )
        self.page, self.grant = replace(found.page, topics=(), opens=""), grant_id
        self.ready, self.over, self.failure, self.code = True, False, "", ""

    def _end(self) -> None:
        registry.forget(self.router.session.client_token, self.get_full_name())
        self.reset()
        self.ready = self.over = True
