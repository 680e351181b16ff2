"""State of the patient's first screen."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.policy import Need
from health_cloud.home.service import home_page
from health_cloud.home.views import HomePage
from health_cloud.records.state.screen import failure_of, watch

_NOTHING = HomePage()

HANDLERS = {"Home.load": Need.PATIENT}


class Home(rx.State):
    """The first screen."""

    page: HomePage = _NOTHING
    ready: bool = False
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Load it."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(home_page, actor)
        except HealthCloudError as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            # whose it is and when more opens is nobody's business but the server's
            self.page, self.failure, self.code = replace(page, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        self.ready = True
