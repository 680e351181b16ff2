"""State of one line of one's own ledger: asking why, and the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import reflex as rx

from health_cloud.access.service.asked import ask_why
from health_cloud.access.service.why import NO_LINE, WhyPage, why_page
from health_cloud.access.state.watching import told, watch
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, NotFound


class AskingWhy(rx.State):
    """One line, what was asked of it, and the answer.

    Attributes:
        page: the line.
        ready: whether it is loaded; `gone` when there is no such line of theirs.
        field, problem, params: what went wrong, and where.
    """

    page: WhyPage = NO_LINE
    ready: bool = False
    gone: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    _line: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the line that the address names."""
        self.reset()
        self._line = self.router.url.path.rstrip("/").rpartition("/")[2]
        await self._refresh()

    @rx.event
    async def send(self, form: dict[str, Any]) -> None:
        """Ask; what was asked already stays as it is."""
        try:
            await transact(ask_why, acting(), self._line, form.get("question", ""))
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
        else:
            self.field = self.problem = ""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(why_page, actor, self._line)
        except NotFound:
            self.page, self.gone = NO_LINE, True
        except HealthCloudError as problem:
            self.page, self.gone = NO_LINE, True
            self.field, self.problem, self.params = told(problem)
        else:
            # the id of a person is nobody's business but the server's
            self.page, self.gone = replace(page, topics=()), False
            why = self.page.row.why_asked
            late = datetime.fromisoformat(why.due_at) if why.state == "asked" else None
            token, name = self.router.session.client_token, self.get_full_name()
            watch(token, name, actor, page.topics, opens=late)
        self.ready = True


__all__ = ["AskingWhy"]
