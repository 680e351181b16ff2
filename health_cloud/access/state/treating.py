"""States of treating teams: a physician's own ward, and the teams that may see a patient now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import reflex as rx

from health_cloud.access.service import treating
from health_cloud.access.state.watching import told, watch
from health_cloud.access.views import TeamsNow
from health_cloud.chart.views import TeamFace, WardPage
from health_cloud.consent.service import standing
from health_cloud.consent.views import DEPARTMENT, NEVER
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError

_NOBODY = WardPage()


class Ward(rx.State):
    """The patients whom the physician's department treats now; names go before anything else when that changes.

    Attributes:
        page: who they are; nobody where the hospital does not let teams read.
        ready: whether it is loaded.
    """

    page: WardPage = _NOBODY
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        page = await transact(treating.ward, actor)
        watch(
            self.router.session.client_token,
            self.get_full_name(),
            actor,
            page.topics,
            until=datetime.fromisoformat(page.until) if page.until else None,
            empties=True,
        )
        # whose ids these are is nobody's business but the server's
        self.page, self.ready = replace(page, topics=(), until=""), True


class TreatingTeams(rx.State):
    """The teams that may see the patient now, while a visit is open.

    Attributes:
        teams: which.
        refused: whether one of them was just told never.
        problem: key of what went wrong.
    """

    teams: list[TeamFace] = []  # noqa: RUF012 - Reflex copies defaults
    refused: bool = False
    problem: str = ""

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    @rx.event
    async def refuse(self, department: str) -> None:
        """Say never to a team, once and for all; taken back among the standing choices."""
        try:
            await transact(standing.choose, acting(), DEPARTMENT, department, NEVER)
        except HealthCloudError as problem:
            _, self.problem, _ = told(problem)
        else:
            self.problem, self.refused = "", True
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page: TeamsNow = await transact(treating.teams_now, actor)
        except HealthCloudError:  # a guardian whom this is not given; the page says so once
            self.teams = []
            return
        self.teams = page.teams
        watch(
            self.router.session.client_token,
            self.get_full_name(),
            actor,
            page.topics,
            until=datetime.fromisoformat(page.until) if page.until else None,
        )
