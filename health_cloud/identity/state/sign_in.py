"""The screen of signing in: everything on one page and judged together."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from health_cloud.core.actors import visitor
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.identity.service.single_sign_on import provider
from health_cloud.identity.state.trouble import Trouble, text_of


class SignIn(Trouble, rx.State):
    """The form.

    Attributes:
        recovery: a recovery code is asked for instead of the authenticator's.
        entry: one-time code with which the browser fetches its cookie.
        provider: physicians and staff can sign in by the hospital's own provider.
    """

    recovery: bool = False
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
        self.recovery = not self.recovery
        self._lead("code")

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
            )
        except HealthCloudError as error:
            self._tell(error, "identifier")
