"""The desk's screen: the hospital's own rules of online follow-up."""

from __future__ import annotations

from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import Conflict, HealthCloudError
from health_cloud.followup.service import ruling, ruling_page
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views.ruling import HospitalRules, RuleEffect

_NOTHING = HospitalRules()
_NO_EFFECT = RuleEffect()


class Ruling(rx.State):
    """What holds, what staff are working at, and putting it into force.

    Attributes:
        page: the rules; `effect` what they would have changed, once somebody has looked.
        done: number of the version that was published here just now.
        turn: counts up when the reader is to be led to a problem.
    """

    page: HospitalRules = _NOTHING
    effect: RuleEffect = _NO_EFFECT
    ready: bool = False
    done: int = 0
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    @rx.event
    async def limit(self, form: dict[str, Any]) -> None:
        """Set months and years."""
        await self._try(ruling.set_limits, form.get("months", ""), form.get("years", ""))

    @rx.event
    async def switch(self, name: str) -> None:
        """Take a shipped disease off the list, or put it back."""
        await self._try(ruling.switch_disease, name)

    @rx.event
    async def add(self, form: dict[str, Any]) -> None:
        """Put a disease of the hospital's own on the list."""
        await self._try(ruling.add_disease, form)

    @rx.event
    async def drop(self, name: str) -> None:
        """Take it off again."""
        await self._try(ruling.drop_disease, name)

    @rx.event
    async def ask(self, form: dict[str, Any]) -> None:
        """Ask about a further sign."""
        await self._try(ruling.add_flag, form)

    @rx.event
    async def drop_sign(self, name: str) -> None:
        """Ask about it no longer."""
        await self._try(ruling.drop_flag, name)

    @rx.event
    async def take_up(self, number: int) -> None:
        """Work on from an earlier version."""
        await self._try(ruling.take_up, number)

    @rx.event
    async def preview(self) -> None:
        """Judge the last checks by what is worked at."""
        self.done, self.field, self.problem = 0, "", ""
        try:
            self.effect = await transact(ruling_page.preview_rules, acting())
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)

    @rx.event
    async def publish(self, form: dict[str, Any]) -> None:
        """Put it into force."""
        made = await self._try(ruling.publish, form.get("day", ""))
        self.done = made if isinstance(made, int) else 0

    async def _try(self, use_case: Any, *given: Any) -> object:
        self.done, self.field, self.problem = 0, "", ""
        try:
            made = await transact(use_case, acting(), self.page.turn, *given)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
            if isinstance(problem, Conflict):
                await self._refresh()
            return None
        self.effect = _NO_EFFECT
        await self._refresh()
        return made

    async def _refresh(self) -> None:
        actor = acting()
        self.page = await transact(ruling_page.rules_page, actor)
        self.ready = True
        watch(
            self.router.session.client_token, self.get_full_name(), actor, (ruling.rules_topic(actor.organization_id),)
        )
