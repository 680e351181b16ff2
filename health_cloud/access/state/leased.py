"""What pages of a chart share that stand beside it: shown while the ground holds, emptied before anything else."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import reflex as rx

from health_cloud.access.service.grounds import ground_holds
from health_cloud.access.state.watching import watch
from health_cloud.access.views import Leased
from health_cloud.consent.views import GrantCard
from health_cloud.core.actors import acting
from health_cloud.core.changes import registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, NotFound
from health_cloud.records.state.screen import failure_of

_NO_GROUND = GrantCard()


class LeasedPage(rx.State, mixin=True):
    """One page of a chart on a ground; the ground stands in its address before the page's own part.

    Attributes:
        grant: on whose word it is shown; `ground` says what that is.
        ready: whether it is loaded.
        over: whether the ground has ended or never was.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    grant: str = ""
    ground: GrantCard = _NO_GROUND
    ready: bool = False
    over: bool = False
    failure: str = ""
    code: str = ""

    _part: ClassVar[str]

    @rx.event
    async def load(self) -> None:
        """Load what the address names."""
        self.reset()
        await self._show()

    @abstractmethod
    async def _find(self, ground_id: str, entry_id: str, rest: str) -> Leased[Any]:
        """Return what the address names."""

    @abstractmethod
    def _put(self, page: Any) -> None:
        """Show it; without one, nothing."""

    async def _refresh(self) -> None:
        """Show what holds now. That a ground has ended is no attempt of the reader's: it leaves no refusal."""
        if await transact(ground_holds, acting(), self._address()[0]):
            await self._show()
        else:
            self._end()

    def _address(self) -> tuple[str, str, str]:
        """Return the ground, the entry and what of it the address names."""
        chart, _, inside = self.router.url.path.rstrip("/").partition(f"/{self._part}/")
        entry, _, rest = inside.partition("/")
        return chart.rpartition("/")[2], entry, rest

    async def _show(self) -> None:
        actor, (ground_id, entry_id, rest) = acting(), self._address()
        try:
            found = await self._find(ground_id, entry_id, rest)
        except NotFound as problem:
            self._put(None)
            self.ground = _NO_GROUND
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
        self._put(replace(found.page, topics=(), opens=""))
        self.grant, self.ground = ground_id, found.ground
        self.ready, self.over, self.failure, self.code = True, False, "", ""

    def _end(self) -> None:
        registry.forget(self.router.session.client_token, self.get_full_name())
        self.reset()
        self.ready = self.over = True
