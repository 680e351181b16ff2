"""State of the desk's formulary."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.prescribing.service import formulary
from health_cloud.prescribing.views.formulary import FormularyPage

_NOTHING = FormularyPage()


class FormularyDesk(rx.State):
    """The versions of what a hospital prescribes online.

    Attributes:
        page: the version in force, what is offered, what it changes.
        done: what was done here just now: `taken` or `left`.
    """

    page: FormularyPage = _NOTHING
    ready: bool = False
    done: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    @rx.event
    async def loaded(self) -> None:
        """Show what was loaded just now."""
        self.done = self.problem = ""
        await self._refresh()

    @rx.event
    async def take(self, formulary_id: str) -> None:
        """Prescribe from the offered version from now on."""
        await self._move(formulary.take_formulary, formulary_id, "taken")

    @rx.event
    async def drop(self, formulary_id: str) -> None:
        """Leave the offered version."""
        await self._move(formulary.leave_formulary, formulary_id, "left")

    async def _move(self, use_case: object, formulary_id: str, done: str) -> None:
        self.done = self.problem = ""
        try:
            await transact(use_case, acting(), formulary_id)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
        except HealthCloudError as problem:
            self.problem, self.params = problem.key, {name: str(value) for name, value in problem.params.items()}
        else:
            self.done = done
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.page, self.ready = await transact(formulary.formulary_page, actor), True
        topics = frozenset({formulary.formulary_topic(actor.organization_id)})
        registry.watch(Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics))
