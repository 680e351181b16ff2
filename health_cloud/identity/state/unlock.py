"""The screen of a locked session: nothing of anybody is on it."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import NOBODY, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import Denied, HealthCloudError
from health_cloud.identity.service import sessions, unlocking
from health_cloud.identity.state.passkey_problems import answer_of, problem_key
from health_cloud.identity.state.trouble import Trouble, text_of


class Unlock(Trouble, rx.State):
    """A passkey or one field.

    Attributes:
        open: whether it was unlocked, so that the browser goes back to where it was.
        passkey: whether the owner has one.
        options: what the browser is to ask it.
    """

    open: bool = False
    passkey: bool = False
    options: str = ""

    @rx.event
    async def load(self) -> EventSpec | None:
        """Stay only where there is something to unlock."""
        self.reset()
        row = visitor().session_id
        if await asyncio.to_thread(sessions.is_locked, row):
            return await self._look()
        return rx.redirect("/" if row else "/sign-in")

    @rx.event
    async def ask_passkey(self) -> EventSpec | None:
        """Have the browser ask a passkey of the owner's."""
        self._clear()
        try:
            self.options = await transact(unlocking.ask_passkey, NOBODY, visitor())
        except Denied:
            return rx.redirect("/sign-in")
        except HealthCloudError as error:
            self._tell(error)
        return None

    @rx.event
    async def show_passkey(self, answer: str) -> EventSpec | None:
        """Judge the passkey's answer."""
        self._clear()
        try:
            await asyncio.to_thread(unlocking.unlock_by_passkey, visitor(), answer_of(answer))
        except Denied:
            return rx.redirect("/sign-in")
        except HealthCloudError as error:
            self._tell(error)
            return None
        self.open = True
        return None

    @rx.event
    def fail_passkey(self, word: str) -> None:
        """Say why the passkey gave no answer."""
        self._clear()
        self.problem = problem_key(word)

    async def _look(self) -> EventSpec | None:
        try:
            self.passkey = await transact(unlocking.has_passkey, NOBODY, visitor())
        except Denied:  # it ended just now
            return rx.redirect("/sign-in")
        return None

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
