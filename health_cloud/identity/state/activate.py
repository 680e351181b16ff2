"""The screen of setting up an account: password, authenticator, recovery codes."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import NOBODY, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.words import Language, Words
from health_cloud.identity.service import activation
from health_cloud.identity.state.passkey_problems import answer_of, problem_key
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import ActivationPage


class Activate(Trouble, rx.State):
    """How far the new owner has come.

    Attributes:
        step: `none` (a code from the hospital is needed), `password`, `authenticator`, `recovery` or `enter`.
        name: whose account it is.
        known: it replaces what there was.
        keeps: the authenticator stays, only the password is new.
        secret: of the authenticator, for typing.
        address: the same as authenticator apps of this phone open it.
        picture: the same as path data of a QR code.
        size: side of the QR code in modules.
        recovery: recovery codes, shown this once.
        demo_code: what the authenticator would show; in the demo alone.
        options: what the browser is to make a passkey from.
        entry: one-time code with which the browser fetches its cookie.
    """

    step: str = ""
    name: Words = Words()
    known: bool = False
    keeps: bool = False
    secret: str = ""
    address: str = ""
    picture: str = ""
    size: int = 0
    recovery: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    demo_code: str = ""
    options: str = ""
    entry: str = ""

    @rx.event
    async def resume(self) -> EventSpec | None:
        """Go on where this browser left off; an account in use is recovered, which is another screen."""
        page = await transact(activation.current, NOBODY, visitor())
        self._show(page)
        return rx.redirect("/recover") if page.state == "recover" else None

    @rx.event
    async def claim(self, form: dict[str, Any]) -> None:
        """Take login and activation code of a physician or staff member."""
        self._clear()
        try:
            page = await asyncio.to_thread(
                activation.claim_account, visitor(), text_of(form, "login"), text_of(form, "code")
            )
        except HealthCloudError as error:
            self._tell(error, "code")
            return
        self._show(page)
        self._lead()

    @rx.event
    async def set_password(self, form: dict[str, Any]) -> None:
        """Take the password."""
        self._clear()
        password = text_of(form, "password", 1000)
        try:
            page = await asyncio.to_thread(activation.set_password, visitor(), password)
        except HealthCloudError as error:
            self._tell(error, "password")
            return
        self._show(page)
        self._lead()

    @rx.event
    async def confirm(self, form: dict[str, Any]) -> None:
        """Confirm the authenticator by its first code."""
        self._clear()
        try:
            page = await transact(
                activation.confirm,
                NOBODY,
                visitor(),
                text_of(form, "code"),
                cast("Language", visitor().language),
            )
        except HealthCloudError as error:
            self._show(await transact(activation.current, NOBODY, visitor()))  # the demo's code has moved on
            self._tell(error, "code")
            return
        self._show(page)
        self._lead()

    @rx.event
    async def ask_passkey(self) -> None:
        """Have the browser make a passkey in place of the authenticator."""
        self._clear()
        try:
            self.options = await transact(activation.ask_passkey, NOBODY, visitor())
        except HealthCloudError as error:
            self._tell(error, "passkey")

    @rx.event
    async def confirm_passkey(self, answer: str) -> None:
        """Keep the passkey that was made."""
        self._clear()
        try:
            page = await asyncio.to_thread(
                activation.confirm_passkey, visitor(), answer_of(answer), cast("Language", visitor().language)
            )
        except HealthCloudError as error:
            self._tell(error, "passkey")
            return
        self._show(page)
        self._lead()

    @rx.event
    def fail_passkey(self, word: str) -> None:
        """Say why there is no passkey."""
        self._clear()
        self.problem, self.field = problem_key(word), "passkey"

    @rx.event
    async def enter(self) -> None:
        """Sign in, once the recovery codes are kept."""
        self._clear()
        try:
            self.entry = await transact(activation.enter, NOBODY, visitor())
        except HealthCloudError as error:
            self._tell(error)
            return
        self.recovery = []

    def _show(self, page: ActivationPage) -> None:
        self.step = "recovery" if page.state == "done" and page.recovery else page.state
        self.name, self.known, self.keeps = page.name, page.known, page.keeps
        self.secret, self.address = page.secret, page.address
        self.picture, self.size = page.picture, page.size
        self.recovery = list(page.recovery)
        self.demo_code = page.demo_code
