"""Search in the talk of a visit, for both sides; no word of it stands in any address."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.followup.service.searching import search_talk
from health_cloud.followup.state.watching import told
from health_cloud.followup.views import FoundTalk

_NOTHING = FoundTalk()


class TalkSearch(rx.State):
    """What was found with the words that were typed last.

    Attributes:
        found: where they stand.
        done: a search was made.
        field, problem, params: what went wrong, and where.
    """

    found: FoundTalk = _NOTHING
    done: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    def load(self) -> None:
        """Begin with nothing."""
        self.reset()

    @rx.event
    async def find(self, form: dict[str, Any]) -> None:
        """Search; `everywhere` is ticked for all visits."""
        visit = self.router.url.path.rstrip("/").rpartition("/")[2]
        everywhere = bool(form.get("everywhere"))
        try:
            self.found = await transact(search_talk, acting(), visit, form.get("words", ""), everywhere=everywhere)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.found, self.done = _NOTHING, False
        else:
            self.field, self.problem, self.done = "", "", True

    @rx.event
    def leave(self) -> None:
        """Put what was found away."""
        self.reset()
