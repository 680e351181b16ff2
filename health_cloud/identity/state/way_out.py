"""The screen for those who cannot prove who they are here: where the hospital's desk is."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.settings import settings
from health_cloud.core.words import Words


class WayOut(rx.State):
    """What the hospital has set about its desk; empty where it has not.

    Attributes:
        place: where it is.
        hours: when it is open.
        phone: its number.
        age: from which age on one has an account of one's own.
        ready: whether all this has come.
    """

    place: Words = Words()
    hours: Words = Words()
    phone: str = ""
    age: int = 0
    ready: bool = False

    @rx.event
    def load(self) -> None:
        """Read the settings."""
        own = settings()
        self.place = Words(own.desk_place, own.desk_place_en)
        self.hours = Words(own.desk_hours, own.desk_hours_en)
        self.phone, self.age, self.ready = own.desk_phone, own.own_account_age, True
