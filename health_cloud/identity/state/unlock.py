"""The screen of a locked session: nothing of anybody is on it."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import visitor
from health_cloud.core.errors import Denied, HealthCloudError
from health_cloud.identity.service import sessions, unlocking
from health_cloud.identity.state.trouble import Trouble, text_of


class Unlock(Trouble, rx.State):
    """One field.

    Attributes:
        open: whether it was unlocked, so that the browser goes back to where it was.
    """

    open: bool = False

    @rx.event
    async def load(self) -> EventSpec | None:
        """Stay only where there is something to unlock."""
        self.reset()
        row = visitor().session_id
        if await asyncio.to_thread(sessions.is_locked, row):
            return None
        return rx.redirect("/" if row else "/sign-in")

    @rx.event
    async def submit(self, form: dict[str, Any]) -> EventSpec | None:
        """Judge password or code."""
        self._clear()
        try:
            await asyncio.to_thread(unlocking.unlock, visitor(), text_of(form, "secret", 1000))
        except Denied:
            return rx.redirect("/sign-in")
        except HealthCloudError as error:
            self._tell(error, "secret")
            return None
        self.open = True
        return None
