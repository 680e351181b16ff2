"""The screen of closing one's account."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.core.settings import settings
from health_cloud.identity.service import closing
from health_cloud.identity.state.proof import prove_first
from health_cloud.identity.state.trouble import Trouble


class Leaving(Trouble, rx.State):
    """Closing.

    Attributes:
        days: how long one can think it over.
        ready: whether that has come.
    """

    days: int = 0
    ready: bool = False

    @rx.event
    def load(self) -> None:
        """Show what it means."""
        self._clear()
        self.days, self.ready = settings().closing_days, True

    @rx.event
    async def close(self) -> None:
        """Close it, once the person has proved themselves; their session ends with it."""
        self._clear()
        try:
            await transact(closing.close_account, acting())
        except Unproved:
            await prove_first(self, Leaving.close)
        except HealthCloudError as error:
            self._tell(error)
