"""The screens of a visit: its room for the patient, the queue and the desk for the physician."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import reflex as rx

from health_cloud.access.service.grounds import ground_holds
from health_cloud.access.service.overview import granted_overview
from health_cloud.access.service.reading import chart_page
from health_cloud.access.views import ChartPage
from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, NotFound
from health_cloud.core.ids import is_id
from health_cloud.followup import service
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import QueueRow, VisitRoom
from health_cloud.records.views.overview import OverviewPage

_NO_ROOM = VisitRoom()
_NO_CHART = ChartPage()
_NO_OVERVIEW = OverviewPage()


class VisitScreen(rx.State, mixin=True):
    """What both sides of a visit share: the talk, and saying something in it.

    Attributes:
        room: the visit.
        said: keys of what this account has said here: the browser need not send it again.
        refused: key of a message that was not taken, with `problem`.
        missing: there is no such visit for this reader.
    """

    room: VisitRoom = _NO_ROOM
    said: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    refused: str = ""
    ready: bool = False
    missing: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Come to the visit that the address names."""
        self.reset()
        await self._enter()

    @rx.event
    async def say(self, key: str, text: str) -> None:
        """Say something; the browser sends it again until it is said."""
        await self._try(service.say_in_visit, key, text, of=key)

    async def _try(self, use_case: Any, *given: Any, of: str = "") -> None:
        try:
            await transact(use_case, acting(), self._address(), *given)
        except NotFound:
            await self._enter()
            return
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
            self.refused = of if is_id(of) else ""
        else:
            self.problem = self.refused = ""
        await self._refresh()

    def _address(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _enter(self) -> None:
        await self._show(service.enter_visit)

    async def _refresh(self) -> None:
        """Show what is so now; who waited for the room to open has come with that."""
        if self.room.phase in ("", "early"):
            await self._enter()
        else:
            known = [sum(line.kind == kind for line in self.room.talk) for kind in ("said", "file")]
            await self._show(service.look_at_visit, *known)

    async def _show(self, use_case: Any, *given: Any) -> None:
        actor = acting()
        try:
            room, topics = await transact(use_case, actor, self._address(), *given)
        except NotFound:
            registry.forget(self.router.session.client_token, self.get_full_name())
            self.reset()
            self.ready = self.missing = True
            return
        self.room, self.ready, self.missing = room, True, False
        self.said = [line.key for line in room.talk if line.key]
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, room.looks_again)


class Room(VisitScreen, rx.State):
    """A visit's room, for its patient."""


class VisitDesk(VisitScreen, rx.State):
    """A visit on its physician's desk."""

    @rx.event
    async def begin(self) -> None:
        """Begin it."""
        await self._try(service.begin_visit)

    @rx.event
    async def end(self) -> None:
        """End it."""
        await self._try(service.end_visit)

    @rx.event
    async def miss(self) -> None:
        """Note that nobody came to one in person."""
        await self._try(service.note_absent)


class VisitChart(rx.State):
    """The patient's chart at a glance beside a visit, while a grant holds; emptied before anything else when it ends.

    Attributes:
        page: by whose leave; `overview` the chart.
        granted: whether there is a grant.
    """

    page: ChartPage = _NO_CHART
    overview: OverviewPage = _NO_OVERVIEW
    granted: bool = False
    ready: bool = False

    _ground: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the chart beside the visit that the address names."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor, token = acting(), self.router.session.client_token
        visit_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        ground = await transact(service.visit_ground, actor, visit_id)
        self.reset()
        if not ground or not await transact(ground_holds, actor, ground):
            self.ready = True
            watch(token, self.get_full_name(), actor, (f"account:{actor.account_id}",))
            return
        try:
            page = await transact(chart_page, actor, ground, token)
            shown = await transact(granted_overview, actor, ground, screen=token) if page.glance else _NO_OVERVIEW
        except HealthCloudError:  # it has ended in between
            self.ready = True
            watch(token, self.get_full_name(), actor, (f"account:{actor.account_id}",))
            return
        registry.watch(
            Watch(
                token,
                self.get_full_name(),
                actor.session_id,
                frozenset(page.topics) | {f"account:{actor.account_id}"},
                until=datetime.fromisoformat(page.grant.until_at),
                empties=True,
                opens=datetime.fromisoformat(page.opens) if page.opens else None,
            )
        )
        self.page, self.overview = replace(page, topics=(), opens=""), shown
        self.ready = self.granted = True


class Queue(rx.State):
    """A physician's visits of today, beside the one that is open too."""

    queue: list[QueueRow] = []  # noqa: RUF012 - Reflex copies defaults
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        found = await transact(service.todays_queue, actor, {row.id for row in self.queue})
        self.queue, self.ready = list(found.rows), True
        topics = {f"account:{actor.account_id}", service.queue_topic(actor.account_id)}
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, found.looks_again)
