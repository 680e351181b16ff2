"""The screen after the hospital's sign-in: our own second factor where it is owed, or why it did not work."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from health_cloud.core.actors import NOBODY, acting, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import Denied, HealthCloudError
from health_cloud.identity.service.single_sign_on import provider, second
from health_cloud.identity.service.single_sign_on.refusals import OVER, TEXTS, UNREADY
from health_cloud.identity.state.passkey_problems import answer_of, problem_key
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import SecondWays

_NONE = SecondWays()


class SingleSignOn(Trouble, rx.State):
    """The screen.

    Attributes:
        step: `wait`, `code`, or `told` when it did not work.
        told: key of the text that says why.
        unready: what is missing is a second factor of one's own.
        inside: somebody is signed in all the same: what did not work was a fresh proof.
        open: this installation has single sign-on, so it can be tried again.
        recovery: a recovery code is asked for instead of the authenticator's.
        ways: what can be shown here.
        options: what the browser is to ask a passkey.
        entry: one-time code with which the browser fetches its cookie.
    """

    step: str = "wait"
    told: str = ""
    unready: bool = False
    inside: bool = False
    open: bool = False
    recovery: bool = False
    ways: SecondWays = _NONE
    options: str = ""
    entry: str = ""

    @rx.event
    async def load(self) -> None:
        """Say why it did not work, or ask for the code."""
        self.reset()
        self.open, self.inside = provider.configured(), _is_inside()
        why = str(self.router.url.query_parameters.get("why", ""))
        ways = None if why else await transact(second.owed, NOBODY, visitor())
        if ways is not None:
            self.step, self.ways, self.recovery = "code", ways, not ways.authenticator
            return
        self.step, self.told, self.unready = "told", TEXTS.get(why, TEXTS[OVER]), why == UNREADY

    @rx.event
    def use_recovery(self) -> None:
        """Switch between the authenticator's code and a recovery code."""
        self._clear()
        self.recovery = not self.recovery
        self._lead("code")

    @rx.event
    async def ask_passkey(self) -> None:
        """Have the browser ask a passkey of theirs."""
        self._clear()
        try:
            self.options = await transact(second.ask_passkey, NOBODY, visitor())
        except HealthCloudError as error:
            self._tell(error)

    @rx.event
    async def show_passkey(self, answer: str) -> None:
        """Judge the passkey's answer."""
        self._clear()
        try:
            self.entry = await asyncio.to_thread(second.show_passkey, visitor(), answer_of(answer))
        except HealthCloudError as error:
            self._tell(error)

    @rx.event
    def fail_passkey(self, word: str) -> None:
        """Say why the passkey gave no answer."""
        self._clear()
        self.problem = problem_key(word)

    @rx.event
    async def submit(self, form: dict[str, Any]) -> None:
        """Judge the code."""
        self._clear()
        try:
            self.entry = await asyncio.to_thread(second.show, visitor(), text_of(form, "code", 40))
        except HealthCloudError as error:
            self._tell(error, "code")


def _is_inside() -> bool:
    try:
        return bool(acting())
    except Denied:
        return False
