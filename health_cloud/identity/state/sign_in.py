"""The screen of signing in: everything on one page and judged together."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from health_cloud.core.actors import NOBODY, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service import passkey_uses
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.identity.service.single_sign_on import provider
from health_cloud.identity.state.passkey_problems import answer_of, problem_key
from health_cloud.identity.state.trouble import Trouble, text_of


class SignIn(Trouble, rx.State):
    """The form.

    Attributes:
        recovery: a recovery code is asked for instead of the authenticator's.
        beside: a passkey is asked for instead of either.
        options: what the browser is to ask a passkey.
        entry: one-time code with which the browser fetches its cookie.
        provider: physicians and staff can sign in by the hospital's own provider.
    """

    recovery: bool = False
    beside: bool = False
    options: str = ""
    entry: str = ""
    provider: bool = False

    @rx.event
    def fresh(self) -> None:
        """Begin with an empty form."""
        self.reset()
        self.provider = provider.configured()

    @rx.event
    def use_recovery(self) -> None:
        """Switch between the authenticator's code and a recovery code."""
        self._clear()
        self.recovery, self.beside = not self.recovery, False
        self._lead("code")

    @rx.event
    def use_beside(self) -> None:
        """Switch between a code and a passkey beside the password."""
        self._clear()
        self.recovery, self.beside = False, not self.beside

    @rx.event
    async def ask(self) -> None:
        """Have the browser ask a passkey of anybody's: alone, or beside the password."""
        self._clear()
        question = passkey_uses.ask_beside_password if self.beside else passkey_uses.ask_to_sign_in
        try:
            self.options = await transact(question, NOBODY, visitor())
        except HealthCloudError as error:
            self._tell(error)

    @rx.event
    async def show(self, answer: str) -> None:
        """Sign in with a passkey alone."""
        self._clear()
        try:
            self.entry = await asyncio.to_thread(passkey_uses.sign_in, visitor(), answer_of(answer))
        except HealthCloudError as error:
            self._tell(error)

    @rx.event
    def fail(self, word: str) -> None:
        """Say why the passkey gave no answer."""
        self._clear()
        self.problem = problem_key(word)

    @rx.event
    async def submit(self, form: dict[str, Any]) -> None:
        """Judge identifier, password and code together."""
        self._clear()
        try:
            self.entry = await asyncio.to_thread(
                sign_in,
                visitor(),
                text_of(form, "identifier"),
                text_of(form, "password", 1000),
                text_of(form, "code"),
                answer_of(form.get("passkey")),
            )
        except HealthCloudError as error:
            self._tell(error, "identifier")
