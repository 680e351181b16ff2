"""The screen about oneself: where one is signed in."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service import sessions
from health_cloud.identity.state.trouble import Trouble
from health_cloud.identity.views import SessionRow


class Me(Trouble, rx.State):
    """One's own sessions."""

    places: list[SessionRow] = []  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Show where one is signed in."""
        self._clear()
        self.places = await transact(sessions.my_sessions, acting())

    @rx.event
    async def end(self, session_id: str) -> None:
        """End another of one's own sessions."""
        self._clear()
        try:
            await transact(sessions.end_other, acting(), session_id)
        except HealthCloudError as error:
            self._tell(error)
        self.places = await transact(sessions.my_sessions, acting())
