"""The screen of how one signs in: password, authenticator, recovery codes."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import Conflict, HealthCloudError, Unproved
from health_cloud.identity.service import factors
from health_cloud.identity.state.proof import prove_first
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import AuthenticatorOffer, SecurityPage

_NOTHING = SecurityPage()
_NO_OFFER = AuthenticatorOffer()


class Security(Trouble, rx.State):
    """How one signs in, and one change at a time.

    Attributes:
        page: what there is.
        step: `` (the overview), `password`, `authenticator` or `recovery`.
        offer: the new authenticator.
        codes: new recovery codes, shown this once.
        done: what was just changed, empty for nothing.
    """

    page: SecurityPage = _NOTHING
    ready: bool = False
    step: str = ""
    offer: AuthenticatorOffer = _NO_OFFER
    codes: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    done: str = ""

    @rx.event
    async def load(self) -> None:
        """Show what there is."""
        self.reset()
        await self._show()

    @rx.event
    async def begin_password(self) -> None:
        """Ask for another password, once the person has proved themselves."""
        self._clear()
        self.done = ""
        try:
            await transact(factors.require_shown_again, acting())
        except Unproved:
            await prove_first(self, Security.begin_password)
            return
        self.step = "password"
        self._lead("password")

    @rx.event
    async def change_password(self, form: dict[str, Any]) -> None:
        """Take another password."""
        self._clear()
        try:
            await asyncio.to_thread(factors.change_password, acting(), text_of(form, "password", 1000))
        except Unproved:
            await prove_first(self)  # the field keeps what was typed; the person sends it again
            return
        except HealthCloudError as error:
            self._tell(error, "password")
            return
        await self._changed("password")

    @rx.event
    async def begin_authenticator(self) -> None:
        """Show the key of a new authenticator, once the person has proved themselves."""
        self._clear()
        self.done = ""
        try:
            self.offer = await transact(factors.offer_authenticator, acting())
        except Unproved:
            await prove_first(self, Security.begin_authenticator)
            return
        self.step = "authenticator"
        self._lead("code")

    @rx.event
    async def confirm_authenticator(self, form: dict[str, Any]) -> None:
        """Confirm the new authenticator by its first code."""
        self._clear()
        try:
            await transact(factors.confirm_authenticator, acting(), text_of(form, "code", 40))
        except Unproved:
            await prove_first(self)
            return
        except HealthCloudError as error:
            if isinstance(error, Conflict):
                self.step, self.offer = "", _NO_OFFER
            self._tell(error, "code")
            return
        await self._changed("authenticator")

    @rx.event
    async def renew_codes(self) -> None:
        """Replace the recovery codes, once the person has proved themselves."""
        self._clear()
        self.done = ""
        try:
            self.codes = await transact(factors.new_recovery_codes, acting())
        except Unproved:
            await prove_first(self, Security.renew_codes)
            return
        await self._show()
        self.step = "recovery"
        self._lead()

    @rx.event
    async def leave(self) -> None:
        """Go back to the overview; nothing is changed by it."""
        self._clear()
        self.step, self.offer, self.codes = "", _NO_OFFER, []
        await self._show()
        self._lead()

    async def _changed(self, what: str) -> None:
        self.step, self.offer, self.done = "", _NO_OFFER, what
        await self._show()
        self._lead()

    async def _show(self) -> None:
        self.page = await transact(factors.security_page, acting())
        self.ready = True
