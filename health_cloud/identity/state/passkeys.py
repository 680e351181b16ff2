"""The screen of one's passkeys."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.identity.service import passkeys
from health_cloud.identity.state.passkey_problems import answer_of, problem_key
from health_cloud.identity.state.proof import prove_first
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import PasskeyRow

_NONE = PasskeyRow("", "", "", "", backed_up=False, verifies=False, doubted=False)


class Passkeys(Trouble, rx.State):
    """One's own passkeys.

    Attributes:
        kept: all of them.
        loaded: they have been fetched.
        options: what the browser is to make one from.
        chosen: the one that is looked at.
        editing: its sheet is open.
        removing: the question before removing it is open.
        news: key of what has just happened.
    """

    kept: list[PasskeyRow] = []  # noqa: RUF012 - Reflex copies defaults
    loaded: bool = False
    options: str = ""
    chosen: PasskeyRow = _NONE
    editing: bool = False
    removing: bool = False
    news: str = ""

    @rx.event
    async def load(self) -> None:
        """Show them."""
        self.reset()
        await self._fetch()

    @rx.event
    async def ask(self) -> None:
        """Have the browser make one."""
        self._clear()
        try:
            self.options = await transact(passkeys.ask_to_add, acting(), visitor())
        except Unproved:
            await prove_first(self, Passkeys.ask)
        except HealthCloudError as error:
            self._tell(error)

    @rx.event
    async def add(self, answer: str) -> None:
        """Keep the one that was made, and offer to name it."""
        self._clear()
        try:
            made = await asyncio.to_thread(passkeys.add, acting(), visitor(), answer_of(answer))
        except HealthCloudError as error:
            self._tell(error)
            return
        await self._fetch()
        self.chosen, self.editing, self.news = made, True, "identity.passkey.added"

    @rx.event
    def fail(self, word: str) -> None:
        """Say why there is none."""
        self._clear()
        self.problem = problem_key(word)

    @rx.event
    def choose(self, passkey_id: str) -> None:
        """Open the sheet of one."""
        self._clear()
        self.news = ""
        self.chosen = next((row for row in self.kept if row.id == passkey_id), _NONE)
        self.editing = bool(self.chosen.id)

    @rx.event
    async def rename(self, form: dict[str, Any]) -> None:
        """Call it something else."""
        self._clear()
        try:
            await transact(passkeys.rename, acting(), self.chosen.id, text_of(form, "name"))
        except HealthCloudError as error:
            self._tell(error, "name")
            return
        self.editing, self.news = False, ""
        await self._fetch()

    @rx.event
    def ask_removal(self) -> None:
        """Ask before removing it."""
        self._clear()
        self.editing, self.removing = False, True

    @rx.event
    async def remove(self) -> None:
        """Remove it."""
        self._clear()
        self.removing = False
        try:
            await transact(passkeys.remove, acting(), self.chosen.id)
        except Unproved:
            await prove_first(self, Passkeys.remove)
            return
        except HealthCloudError as error:
            self._tell(error)
            return
        self.news = "identity.passkey.removed"
        await self._fetch()

    @rx.event
    def close(self) -> None:
        """Leave things as they are."""
        self._clear()
        self.editing = self.removing = False

    @rx.event
    def heard(self) -> None:
        """Put away what has just happened."""
        self.news = ""

    async def _fetch(self) -> None:
        self.kept = await transact(passkeys.mine, acting())
        self.loaded = True
