"""A chart that was opened for one opening is over once its screen shows something else."""

from __future__ import annotations

import reflex as rx

from health_cloud.consent.service.lapsing import leave_opening
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.policy import Role

_CHARTS = "/physician/chart/"


class Opening(rx.State):
    """Nothing to show: every page of a physician tells that the screen has come to it."""

    @rx.event
    async def leave(self) -> None:
        """End the one opening that happens in this screen, unless this page is part of it."""
        actor = acting()
        if actor.role is not Role.PHYSICIAN:
            return
        path = self.router.url.path
        kept = path.removeprefix(_CHARTS).partition("/")[0] if path.startswith(_CHARTS) else ""
        await transact(leave_opening, actor, self.router.session.client_token, kept)
