"""The screen on which one chooses how to be told things."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service import notices
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import NoticesPage
from health_cloud.notify.views import ChoiceRow


class Notices(Trouble, rx.State):
    """What is chosen, and what can reach one; see `NoticesPage`.

    Attributes:
        kept: the quiet hours were saved just now.
        ready: whether it has come.
    """

    subjects: list[ChoiceRow] = []  # noqa: RUF012 - Reflex copies defaults
    sms: bool = False
    email: bool = False
    push: bool = False
    begins: str = ""
    ends: str = ""
    here: bool = False
    public_key: str = ""
    kept: bool = False
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Show it."""
        self._clear()
        self.kept = False
        self._show(await transact(notices.page, acting(), visitor()))

    @rx.event
    async def choose(self, subject: str, channel: str, wanted: bool) -> None:
        """Choose whether to be told of a subject by a channel."""
        await self._do(notices.choose, subject, channel, wanted)

    @rx.event
    async def rest(self, form: dict[str, Any]) -> None:
        """Set the quiet hours."""
        await self._do(notices.rest, text_of(form, "begins", 5), text_of(form, "ends", 5))
        self.kept = not self.problem

    @rx.event
    async def no_rest(self) -> None:
        """End the quiet hours."""
        await self._do(notices.rest, "", "")

    @rx.event
    async def subscribe(self, given: dict[str, Any]) -> None:
        """Take the subscription that this browser was given."""
        await self._do(notices.subscribe, given)

    @rx.event
    async def unsubscribe(self) -> None:
        """Send nothing more to this browser."""
        await self._do(notices.unsubscribe)

    async def _do(self, use_case: Any, *arguments: Any) -> None:
        self._clear()
        self.kept = False
        try:
            self._show(await transact(use_case, acting(), visitor(), *arguments))
        except HealthCloudError as error:
            self._tell(error)
            self._show(await transact(notices.page, acting(), visitor()))

    def _show(self, page: NoticesPage) -> None:
        self.subjects, self.sms, self.email, self.push = list(page.subjects), page.sms, page.email, page.push
        self.begins, self.ends, self.here, self.public_key = page.begins, page.ends, page.here, page.public_key
        self.ready = True
