"""States of reviews: how many wait, which, and one of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import reflex as rx

from health_cloud.consent.service import reviewing
from health_cloud.consent.service.emergencies import reviews_topic
from health_cloud.consent.views import DoneLine, EmergencyCard, ReviewPage
from health_cloud.core.actors import Actor, acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.clock import now
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid, Unproved
from health_cloud.core.policy import Role
from health_cloud.desk.service import review_screen
from health_cloud.identity.state.proof import prove_first
from health_cloud.ui.shell import Shell

_NOTHING = ReviewPage()


class ToReview(rx.State):
    """How many emergencies wait for review, on the tab of every screen of the desk."""

    @rx.event
    async def load(self) -> None:
        """Count them, and go on counting."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        if actor.role is not Role.STAFF or not actor.organization_id:
            return
        shell = await self.get_state(Shell)
        shell.badges = {**shell.badges, "emergencies": await transact(reviewing.waiting_count, actor)}
        _watch(self, actor)


class Reviews(rx.State):
    """What waits for review, what is overdue above; and what was reviewed last.

    Attributes:
        waiting, done: the two lists.
        overdue: how many of those that wait are overdue.
    """

    waiting: list[EmergencyCard] = []  # noqa: RUF012 - Reflex copies defaults
    done: list[EmergencyCard] = []  # noqa: RUF012
    overdue: int = 0
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load both."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.waiting = await transact(reviewing.waiting_reviews, actor)
        self.done = await transact(reviewing.done_reviews, actor)
        self.overdue, self.ready = sum(card.late for card in self.waiting), True
        _watch(self, actor, self.waiting)


class Review(rx.State):
    """One emergency: who, why, when and how much was read; and the reviewer's word.

    Attributes:
        page, lines: what is known of it, and what was done.
        ready: whether it is loaded; `missing` where there is none.
        verdict: what the reviewer has chosen.
        field, problem, params: what to mend, beside its field.
    """

    page: ReviewPage = _NOTHING
    lines: list[DoneLine] = []  # noqa: RUF012
    ready: bool = False
    missing: bool = False
    verdict: str = ""
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load the one that the address names."""
        self.reset()
        await self._refresh()

    @rx.event
    def set_verdict(self, verdict: str) -> None:
        """Choose whether it was justified."""
        if verdict in reviewing.VERDICTS:
            self.verdict = verdict

    @rx.event
    async def decide(self, form: dict[str, Any]) -> None:
        """Say so, for good."""
        remark = form.get("remark", "")
        self.field, self.problem, self.params = "", "", {}
        try:
            await transact(reviewing.review, acting(), self._named(), self.verdict, remark)
        except Unproved:
            await prove_first(self, Review.decide, form={"remark": remark})
        except HealthCloudError as problem:
            self.field = problem.field if isinstance(problem, Invalid) else ""
            self.problem = problem.key
            self.params = {name: str(value) for name, value in problem.params.items()}
        else:
            await self._refresh()

    def _named(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _refresh(self) -> None:
        actor = acting()
        try:
            found = await transact(review_screen, actor, self._named())
        except HealthCloudError:
            self.page, self.lines, self.ready, self.missing = _NOTHING, [], True, True
            return
        self.page, self.lines, self.ready, self.missing = found.page, list(found.lines), True, False
        _watch(self, actor, [found.page.emergency])


def _watch(state: rx.State, actor: Actor, cards: list[EmergencyCard] | None = None) -> None:
    """Look again when one is opened, ends or is reviewed, and when one ends or falls overdue by the clock."""
    ends = [
        datetime.fromisoformat(at)
        for card in cards or []
        if not card.reviewed_at
        for at in (card.until_at, card.review_due_at)
    ]
    opens = min((at for at in ends if at > now()), default=None)
    topics = frozenset({reviews_topic(actor.organization_id)})
    token = state.router.session.client_token
    registry.watch(Watch(token, state.get_full_name(), actor.session_id, topics, opens=opens))
