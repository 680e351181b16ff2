"""State of the search in one's own records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import reflex as rx

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid
from health_cloud.core.ids import new_id
from health_cloud.records.service.search import LONGEST, search, search_newer
from health_cloud.records.state.stretch import Edge, Part, Stretch
from health_cloud.records.views.search import FoundMonth, SearchPage
from health_cloud.records.views.sources import NO_SOURCES, Sources

AT = "/search"


class Sought(rx.State):
    """What this tab looked for last, on the server alone: a search is found again after its page was loaded anew."""

    keeps_on_reconnect: ClassVar[bool] = True  # nothing of it is ever sent, and whoever else comes finds it empty

    _words: str = ""


class Search(Stretch, rx.State):
    """A search in one's own records.

    Attributes:
        asked: what was looked for, empty before the first time.
        months: the part of what was found that came last.
        total: how much was found.
        unread: whether some entries could not be looked into yet.
        sources: up to when the records are complete.
        proof: why it can be seen.
        problem: key of what is wrong with the words.
    """

    asked: str = ""
    months: list[FoundMonth] = []  # noqa: RUF012 - Reflex copies defaults
    total: int = 0
    unread: bool = False
    sources: Sources = NO_SOURCES
    proof: Proof = NO_PROOF
    problem: str = ""

    @rx.event
    async def load(self) -> None:
        """Show again what was found, as it is now, as far as it had been read."""
        self.reset()
        self.asked, self.at = (await self.get_state(Sought))._words, AT  # noqa: SLF001 - of this file
        if self.asked:
            await self._come(self.router.url.query_parameters)

    @rx.event
    async def find(self, form: dict[str, Any]) -> None:
        """Look for the words of the form."""
        query = form.get("query") if isinstance(form, dict) else None  # pyright: ignore[reportUnnecessaryIsInstance]
        self.reset()
        # another list at the same address: nobody stays at a line of the one before
        self.asked, self.at = " ".join(str(query or "").split())[: LONGEST + 1], f"{AT}#{new_id()}"
        await self._fill("", 0)
        (await self.get_state(Sought))._words = self.asked  # noqa: SLF001

    async def _refresh(self) -> None:
        if self.asked:
            await super()._refresh()

    async def _read(self, start: str, count: int) -> Part:
        actor = acting()
        page = await transact(search, actor, actor.subject_id, self.asked, start, count)
        self.total, self.unread, self.sources, self.proof = page.total, page.unread, page.sources, page.proof
        return _part(page)

    async def _read_beyond(self, edge: Edge, cursor: str) -> Part:
        actor = acting()
        if edge == "older":
            return _part(await transact(search, actor, actor.subject_id, self.asked, cursor))
        return _part(await transact(search_newer, actor, actor.subject_id, self.asked, cursor))

    def _put(self, groups: Sequence[Any]) -> None:
        self.months = [*groups]

    def _fail(self, problem: HealthCloudError) -> None:
        super()._fail(problem)
        if isinstance(problem, Invalid):
            self.asked, self.problem, self.failure, self.code = "", problem.key, "", ""


def _part(page: SearchPage) -> Part:
    return Part(page.months, page.older, page.start, page.topics, page.opens)
