"""The screen of the notice: what it says, what one agrees to, and taking that back."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service import agreements
from health_cloud.identity.state.trouble import Trouble
from health_cloud.identity.views import NoticePage

_NOTHING = NoticePage()


class Agreements(Trouble, rx.State):
    """The notice.

    Attributes:
        page: what it says, and what was agreed to.
        ready: whether it has come.
        done: what just happened, `given` or `withdrawn`; empty for nothing.
    """

    page: NoticePage = _NOTHING
    ready: bool = False
    done: str = ""

    @rx.event
    async def load(self) -> None:
        """Show it."""
        self._clear()
        self.done = ""
        self.page = await transact(agreements.notice_page, acting())
        self.ready = True

    @rx.event
    async def agree(self, form: dict[str, Any]) -> EventSpec | None:
        """Agree to what is ticked, and go on to the records."""
        self._clear()
        ticked = [each.key for each in self.page.purposes if form.get(each.key)]
        try:
            self.page = await transact(agreements.agree, acting(), self.page.version, ticked)
        except HealthCloudError as error:
            self.page = await transact(agreements.notice_page, acting())
            self._tell(error, "purposes")
            return None
        return rx.redirect("/")

    @rx.event
    async def give(self, purpose: str) -> None:
        """Agree to one more purpose."""
        await self._change("given", agreements.agree, self.page.version, [purpose])

    @rx.event
    async def withdraw(self, purpose: str) -> None:
        """Take one back."""
        await self._change("withdrawn", agreements.withdraw, purpose)

    async def _change(self, done: str, act: Any, *given: Any) -> None:
        self._clear()
        self.done = ""
        try:
            self.page = await transact(act, acting(), *given)
        except HealthCloudError as error:
            self._tell(error)
            return
        self.done = done
        self._lead()
