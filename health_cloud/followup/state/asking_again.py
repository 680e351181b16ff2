"""What the rules say as a visit opens: to its patient in the room, to its physician on the desk."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.followup import service
from health_cloud.followup.service import asking_again
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views.ruling import AgainDesk, AgainRoom

_NO_ROOM = AgainRoom()
_NO_DESK = AgainDesk()


class AskedInRoom(rx.State):
    """The signs that are asked about anew, and what the rules say.

    Attributes:
        page: that.
        said: the signs one has; `none` says that there are none.
    """

    page: AgainRoom = _NO_ROOM
    said: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    none: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load it for the visit that the address names."""
        self.reset()
        await self._refresh()

    @rx.event
    async def toggle(self, flag: str) -> None:
        """Have a sign, or not."""
        if flag in {each.name for each in self.page.questions}:
            self.said = [each for each in self.said if each != flag] if flag in self.said else [*self.said, flag]
            self.none, self.problem = False, ""

    @rx.event
    async def have_none(self) -> None:
        """Say that there is none of them, or take that back."""
        self.none, self.said, self.problem = not self.none, [], ""

    @rx.event
    async def answer(self) -> None:
        """Send the answer."""
        try:
            await transact(asking_again.answer_again, acting(), self._address(), list(self.said), none=self.none)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.problem = ""
        await self._refresh()

    def _address(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _refresh(self) -> None:
        actor, visit = acting(), self._address()
        try:
            self.page = await transact(asking_again.again_room, actor, visit)
        except HealthCloudError:  # the room itself says so
            self.page = _NO_ROOM
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"visit:{visit}",))


class AskedOnDesk(rx.State):
    """The rule that says no as a visit opens, and going on all the same where it is the hospital's own."""

    page: AgainDesk = _NO_DESK
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Load it for the visit that the address names."""
        self.reset()
        await self._refresh()

    @rx.event
    async def go_on(self, form: dict[str, Any]) -> None:
        """Begin all the same, with a reason."""
        try:
            await transact(service.begin_visit, acting(), self._address(), form.get("again", ""))
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.problem = ""
        await self._refresh()

    def _address(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _refresh(self) -> None:
        actor, visit = acting(), self._address()
        try:
            self.page = await transact(asking_again.again_desk, actor, visit)
        except HealthCloudError:  # the desk itself says so
            self.page = _NO_DESK
        watch(self.router.session.client_token, self.get_full_name(), actor, (f"visit:{visit}",))
