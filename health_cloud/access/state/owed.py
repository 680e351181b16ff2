"""States of the answers that are owed: by a physician, and by a hospital."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Any

import reflex as rx

from health_cloud.access.service.answering import answer_question, answers_waiting, desk_answers, owed_answers
from health_cloud.access.service.asked import desk_topic, owed_topic
from health_cloud.access.state.watching import told, watch
from health_cloud.access.views import OwedRow
from health_cloud.core.actors import Actor, acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.policy import Role
from health_cloud.ui.shell import Shell

_TABS = {Role.PHYSICIAN: "today", Role.STAFF: "questions"}


class OwedCount(rx.State):
    """How many answers wait for whoever is at work, on the tab of every screen."""

    @rx.event
    async def load(self) -> None:
        """Count them, and go on counting."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        if actor.role not in _TABS:
            return
        count, changes_at = await transact(answers_waiting, actor)
        shell = await self.get_state(Shell)
        shell.badges = {**shell.badges, _TABS[actor.role]: count}
        watch(self.router.session.client_token, self.get_full_name(), actor, (_topic(actor),), opens=changes_at)


def _topic(actor: Actor) -> str:
    return desk_topic(actor.organization_id) if actor.role is Role.STAFF else owed_topic(actor.account_id)


class Answering(rx.State, mixin=True):
    """Questions that wait, and the answer in the making.

    Attributes:
        owed: what waits, the latest first.
        done: what was answered last.
        answering: the question that is being answered, `asked` what it is.
        sent: whether an answer was sent just now.
        field, problem, params: what went wrong, and where.
    """

    owed: list[OwedRow] = []  # noqa: RUF012 - Reflex copies defaults
    done: list[OwedRow] = []  # noqa: RUF012
    answering: str = ""
    sent: bool = False
    ready: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load what waits."""
        self.reset()
        await self._refresh()

    @rx.event
    def begin(self, question_id: str) -> None:
        """Begin to answer one of them."""
        if any(row.id == question_id and row.may_answer for row in self.owed):
            self.answering, self.sent, self.field, self.problem = question_id, False, "", ""

    @rx.event
    def keep(self) -> None:
        """Go back without an answer."""
        self.answering = self.field = self.problem = ""

    @rx.event
    async def send(self, form: dict[str, Any]) -> None:
        """Send the answer; what cannot be sent stays in the field."""
        try:
            await transact(answer_question, acting(), self.answering, form.get("answer", ""))
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
        else:
            self.answering, self.sent, self.field, self.problem = "", True, "", ""
        await self._refresh()

    @abstractmethod
    async def _read(self, actor: Actor) -> tuple[list[OwedRow], list[OwedRow]]:
        """Return what waits, and what was answered last."""

    async def _refresh(self) -> None:
        actor = acting()
        self.owed, self.done = await self._read(actor)
        if self.answering and self.answering not in {row.id for row in self.owed}:  # somebody else has answered
            self.answering = ""
        self.ready = True
        late = [datetime.fromisoformat(row.due_at) for row in self.owed if not row.overdue]
        token, name = self.router.session.client_token, self.get_full_name()
        watch(token, name, actor, (_topic(actor),), opens=min(late, default=None))


class Owed(Answering, rx.State):
    """The answers that a physician owes."""

    async def _read(self, actor: Actor) -> tuple[list[OwedRow], list[OwedRow]]:
        return await transact(owed_answers, actor)


class DeskOwed(Answering, rx.State):
    """The answers that a hospital owes."""

    async def _read(self, actor: Actor) -> tuple[list[OwedRow], list[OwedRow]]:
        return await transact(desk_answers, actor), []


__all__ = ["Answering", "DeskOwed", "Owed", "OwedCount"]
