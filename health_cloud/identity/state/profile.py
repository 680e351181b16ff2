"""What hospitals have on file: reading it, and saying what is wrong."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service import profile
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import Datum, HeldRecord

_NOTHING = Datum("", "")


class Profile(Trouble, rx.State):
    """The screen.

    Attributes:
        ready: it has been read.
        held: what each hospital has.
        asking: the question about one datum is open.
        asked: which datum.
    """

    ready: bool = False
    held: list[HeldRecord] = []  # noqa: RUF012 - Reflex copies defaults
    asking: bool = False
    asked: Datum = _NOTHING

    _record_id: str = ""

    @rx.event
    async def load(self) -> None:
        """Read what hospitals have on file."""
        self.reset()
        try:
            self.held = await transact(profile.records, acting())
        except HealthCloudError as error:
            self._tell(error)
        self.ready = True

    @rx.event
    def ask(self, record_id: str, name: str) -> None:
        """Ask what is wrong with one datum of those that are shown."""
        self._clear()
        data = next((each.data for each in self.held if each.id == record_id), ())
        found = next((each for each in data if each.name == name), None)
        if found is not None:
            self._record_id, self.asked, self.asking = record_id, found, True

    @rx.event
    def cancel(self) -> None:
        """Leave it."""
        self._clear()
        self.asking = False

    @rx.event
    async def send(self, form: dict[str, Any]) -> None:
        """Tell the hospital."""
        self._clear()
        reason, words = text_of(form, "reason", 20), text_of(form, "words", profile.LONGEST + 1)
        try:
            await transact(profile.report, acting(), self._record_id, self.asked.name, reason, words)
        except HealthCloudError as error:
            self._tell(error)
            return
        self.asking = False
        self.held = await transact(profile.records, acting())

    @rx.event
    async def withdraw(self, correction_id: str) -> None:
        """Take a report back."""
        self._clear()
        try:
            await transact(profile.withdraw, acting(), correction_id)
        except HealthCloudError as error:
            self._tell(error)
        self.held = await transact(profile.records, acting())
