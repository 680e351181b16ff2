"""State of the patient's screen of standing choices: who may never ask, and who always may."""

from __future__ import annotations

import reflex as rx

from health_cloud.access.state.watching import told, watch
from health_cloud.consent.service import standing
from health_cloud.consent.views import ALL, ChoicesPage
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError

_NOTHING = ChoicesPage()


class Choosing(rx.State):
    """What the patient says once and for all of requests.

    Attributes:
        page: what was said, and of whom else something can be said.
        counted: whether the number of requests that were kept away is shown; only where the patient asks for it.
    """

    page: ChoicesPage = _NOTHING
    ready: bool = False
    counted: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    @rx.event
    async def choose(self, kind: str, target: str, choice: str) -> None:
        """Say it, or take it back where nothing is chosen."""
        try:
            await transact(standing.choose, acting(), kind, target, choice)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.problem = ""
        await self._refresh()

    @rx.event
    async def set_nobody(self, wanted: bool) -> None:
        """Say that nobody may ask, but for exceptions; or that everybody may."""
        await transact(standing.choose, acting(), ALL, "", standing.NEVER if wanted else "")
        await self._refresh()

    @rx.event
    def count(self) -> None:
        """Show how many requests were kept away."""
        self.counted = True

    async def _refresh(self) -> None:
        actor = acting()
        try:
            self.page = await transact(standing.choices_page, actor)
        except HealthCloudError as problem:  # a guardian whom this is not given
            self.page = _NOTHING
            _, self.problem, self.params = told(problem)
        else:
            topics = (f"person:{actor.subject_id}",)
            watch(self.router.session.client_token, self.get_full_name(), actor, topics)
        self.ready = True
