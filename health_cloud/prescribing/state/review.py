"""States of the pharmacist's screens: what waits, and one prescription."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid, NotFound, Unproved
from health_cloud.core.policy import Role
from health_cloud.identity.state.proof import prove_first
from health_cloud.prescribing.service import reviewing
from health_cloud.prescribing.service.rows import pharmacy_topic, prescription_topic
from health_cloud.prescribing.views.prescriptions import NO_REVIEW, ReviewPage, WaitingRow
from health_cloud.ui.shell import Shell

TAB = "review"


class PharmacyQueue(rx.State):
    """What waits for the pharmacists of a hospital."""

    waiting: list[WaitingRow] = []  # noqa: RUF012 - Reflex copies defaults
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load it."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.waiting, self.ready = await transact(reviewing.queue, actor), True
        topics = frozenset({pharmacy_topic(actor.organization_id)})
        registry.watch(Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics))


class PharmacyCount(rx.State):
    """How many prescriptions wait, at the pharmacist's place in the navigation."""

    count: int = 0

    @rx.event
    async def load(self) -> None:
        """Count them; for anybody else there are none."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        if actor.role is not Role.PHARMACIST:
            return
        self.count = await transact(reviewing.count_waiting, actor)
        shell = await self.get_state(Shell)
        shell.badges = {**shell.badges, TAB: self.count}
        topics = frozenset({pharmacy_topic(actor.organization_id)})
        registry.watch(Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics))


class PharmacyReview(rx.State):
    """One prescription before its pharmacist.

    Attributes:
        page: the prescription.
        returning: whether the reason for a return is being written.
        asking: whether the last question before approving is open.
        done: what was decided here just now: `approved` or `returned`.
    """

    page: ReviewPage = NO_REVIEW
    returning: bool = False
    done: str = ""
    ready: bool = False
    missing: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load the prescription that the address names."""
        self.reset()
        await self._refresh()

    @rx.event
    async def ask_word(self) -> None:
        """Ask why it is returned."""
        self.returning, self.problem, self.field = self.page.state == "signed", "", ""

    @rx.event
    async def keep(self) -> None:
        """Do not return it."""
        self.returning, self.problem, self.field = False, "", ""

    @rx.event
    async def approve(self, prescription: str, digest: str) -> None:
        """Approve what the pharmacist had before them as they pressed, after a second factor."""
        await self._decide(reviewing.approve, "approved", prescription, digest)

    @rx.event
    async def give_back(self, form: dict[str, Any]) -> None:
        """Return it with a reason."""
        await self._decide(reviewing.give_back, "returned", self.page.id, self.page.digest, form.get("word", ""))

    async def _decide(self, use_case: Any, done: str, prescription: str, digest: str, *given: Any) -> None:
        self.problem, self.field, self.params = "", "", {}
        try:
            await transact(use_case, acting(), prescription, digest, *given)
        except Unproved:
            await prove_first(self, PharmacyReview.approve, prescription=prescription, digest=digest)
            return
        except HealthCloudError as problem:
            self.field = problem.field if isinstance(problem, Invalid) else ""
            self.problem, self.params = problem.key, {name: str(value) for name, value in problem.params.items()}
        else:
            self.done, self.returning = done, False
            self.page = replace(self.page, state=done)
            return
        if not self.field:
            await self._refresh()

    def _address(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _refresh(self) -> None:
        actor, token = acting(), self.router.session.client_token
        try:
            self.page = await transact(reviewing.review, actor, self._address())
        except NotFound:
            registry.forget(token, self.get_full_name())
            self.reset()
            self.ready = self.missing = True
            return
        self.ready, self.missing = True, False
        ground = self.page.ground
        topics = frozenset({prescription_topic(self.page.visit), *({f"grant:{ground}"} if ground else ())})
        registry.watch(Watch(token, self.get_full_name(), actor.session_id, topics, empties=bool(ground)))
