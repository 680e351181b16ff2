"""State of the search in one's own records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid
from health_cloud.records.service.search import LONGEST, search
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.search import SearchPage

_NOTHING = SearchPage()


class Search(rx.State):
    """A search in one's own records; what was looked for stays in the tab, for coming back from an entry.

    Attributes:
        asked: what was looked for, empty before the first time.
        page: what was found.
        problem: key of what is wrong with the words.
        failure: key of what went wrong; `code` is to be read aloud.
    """

    asked: str = ""
    page: SearchPage = _NOTHING
    problem: str = ""
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Show again what was found, as it is now."""
        self.problem = ""
        await self._refresh()

    @rx.event
    async def find(self, form: dict[str, Any]) -> None:
        """Look for the words of the form."""
        query = form.get("query") if isinstance(form, dict) else None  # pyright: ignore[reportUnnecessaryIsInstance]
        self.asked, self.page = " ".join(str(query or "").split())[: LONGEST + 1], _NOTHING
        await self._look()

    async def _refresh(self) -> None:
        if self.asked:
            await self._look()

    async def _look(self) -> None:
        actor = acting()
        self.problem = self.failure = self.code = ""
        try:
            page = await transact(search, actor, actor.subject_id, self.asked)
        except Invalid as problem:
            self.asked, self.page, self.problem = "", _NOTHING, problem.key
        except HealthCloudError as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            self.page = replace(page, topics=(), opens="")
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
