"""State of the desk's screen of treating teams: whether they may read the hospital's records of whom they treat."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.identity.state.proof import prove_first
from health_cloud.visibility.service import switch_teams, teams_page
from health_cloud.visibility.views import TeamsPage

_NOTHING = TeamsPage(False, 0, ())


class TeamSwitching(rx.State):
    """Whether treating teams may read, and who switched it.

    Attributes:
        page: how it stands.
        asking: whether the last question is open.
        switched: whether it was switched here just now.
    """

    page: TeamsPage = _NOTHING
    ready: bool = False
    asking: bool = False
    switched: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Load how it stands."""
        self.reset()
        await self._refresh()

    @rx.event
    def ask(self) -> None:
        """Ask the last question."""
        self.asking, self.problem = self.ready, ""

    @rx.event
    def keep(self) -> None:
        """Leave it as it is."""
        self.asking = False

    @rx.event
    async def switch(self, wanted: bool) -> None:
        """Let teams read, or no longer: in force for the very next read. What is wanted was said on the button."""
        self.asking = False
        try:
            await transact(switch_teams, acting(), self.page.version, open=wanted)
        except Unproved:
            await prove_first(self, TeamSwitching.switch, wanted=wanted)
            return
        except HealthCloudError as problem:
            self.problem, self.params = problem.key, {name: str(value) for name, value in problem.params.items()}
        else:
            self.problem, self.switched = "", True
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        page = await transact(teams_page, actor)
        if self.ready and page.version != self.page.version:
            self.asking = False  # somebody else has switched it: the question was another one
        self.page, self.ready = page, True
        topics = frozenset({f"organization:{actor.organization_id}"})
        registry.watch(Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics))
