"""Questions on past visits: the patient's side, the team's list and one of them, and the desk's rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.followup.service import answering, asking, asking_times
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import AskingTimes, AskingTimesPage, OwedQuestion, QuestionsPage, TeamQuestion

_NOTHING, _NO_QUESTION = QuestionsPage(), TeamQuestion()
_NO_RULE = AskingTimesPage(AskingTimes(0, 0))


class Questions(rx.State):
    """What a patient asked on the visit that the address names.

    Attributes:
        page: the questions; of no visit where none can be asked or was.
        sent: one was sent just now.
        further: the answered question after which one more is being asked; empty while none is.
        field, problem, params: what went wrong, and where.
    """

    page: QuestionsPage = _NOTHING
    sent: bool = False
    further: str = ""
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    _appointment: str = ""

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        self._appointment = self.router.url.path.rstrip("/").rpartition("/")[2]
        await self._refresh()

    @rx.event
    def begin(self, question_id: str) -> None:
        """Begin to ask once more after an answer."""
        if any(each.id == question_id and each.may_follow for each in self.page.questions):
            self.further, self.sent, self.field, self.problem = question_id, False, "", ""

    @rx.event
    def leave(self) -> None:
        """Not ask once more after all."""
        self.further = self.field = self.problem = ""

    @rx.event
    async def ask(self, form: dict[str, Any]) -> None:
        """Ask; what cannot be sent stays in the field."""
        await self._send(form.get("text", ""), "")

    @rx.event
    async def ask_further(self, form: dict[str, Any]) -> None:
        """Ask once more after an answer."""
        await self._send(form.get("text", ""), self.further)

    async def _send(self, text: object, follows: str) -> None:
        try:
            await transact(asking.ask_team, acting(), self._appointment, text, follows)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.sent = False
        else:
            self.sent, self.further, self.field, self.problem = True, "", "", ""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        known = [f"{each.id}/{each.state}" for each in self.page.questions]
        try:
            self.page, topics, opens = await transact(asking.questions_of, actor, self._appointment, known)
        except HealthCloudError:
            self.page, topics, opens = _NOTHING, (f"visit:{self._appointment}",), ""
        watch(self.router.session.client_token, self.get_full_name(), actor, _named(topics), opens)


class QuestionsOwed(rx.State):
    """The questions that wait for a physician or their department, the latest first."""

    owed: list[OwedQuestion] = []  # noqa: RUF012 - Reflex copies defaults
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.owed, topics, opens = await transact(answering.owed_questions, actor)
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, opens)


class AnsweringQuestion(rx.State):
    """One question before somebody of the team.

    Attributes:
        page: the question with the words of its visit.
        missing: there is no such question for this reader.
        was_open: it waited for an answer when it came before them: what is typed stays in sight from then on.
        sent: it was answered here just now.
        field, problem, params: what went wrong, and where; what was typed stays.
    """

    page: TeamQuestion = _NO_QUESTION
    ready: bool = False
    missing: bool = False
    was_open: bool = False
    sent: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    _question: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the question that the address names."""
        self.reset()
        self._question = self.router.url.path.rstrip("/").rpartition("/")[2]
        await self._show(answering.team_question)
        self.was_open = self.page.may not in ("", "done")

    @rx.event
    async def take(self) -> None:
        """Take it upon oneself."""
        await self._try(answering.take_question)

    @rx.event
    async def leave(self) -> None:
        """Give it back to the team."""
        await self._try(answering.leave_question)

    @rx.event
    async def answer(self, form: dict[str, Any]) -> None:
        """Answer it in words."""
        self.sent = await self._try(answering.answer_question, "text", form.get("answer", ""))

    @rx.event
    async def ask_to_come(self, form: dict[str, Any]) -> None:
        """Answer it by asking the patient to come to a visit, with or without a word."""
        self.sent = await self._try(answering.answer_question, "book", form.get("word", ""))

    async def _try(self, use_case: Any, *given: Any) -> bool:
        try:
            await transact(use_case, acting(), self._question, *given)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            done = False
        else:
            self.field = self.problem = ""
            done = True
        await self._refresh()
        return done

    async def _refresh(self) -> None:
        await self._show(answering.look_at_question if self.page.id else answering.team_question)

    async def _show(self, use_case: Any) -> None:
        actor = acting()
        try:
            self.page, topics, opens = await transact(use_case, actor, self._question)
        except HealthCloudError:
            self.page, self.missing, topics, opens = _NO_QUESTION, True, (), ""
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, opens)


class AskingRules(rx.State):
    """The desk: for how long one may ask after a visit, by when it is answered, and what is late.

    Attributes:
        page: the rule, and what is late.
        saved: the rule was changed here just now.
        field, problem, params: what went wrong, and where.
    """

    page: AskingTimesPage = _NO_RULE
    ready: bool = False
    saved: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    @rx.event
    async def load(self) -> None:
        """Load it."""
        self.reset()
        await self._refresh()

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Put another rule into force."""
        try:
            days, answer_days = form.get("days", ""), form.get("answer_days", "")
            await transact(asking_times.set_asking, acting(), days, answer_days)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.saved = False
        else:
            self.field, self.problem, self.saved = "", "", True
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.page, opens = await transact(asking_times.asking_times, actor)
        self.ready = True
        topics = (f"organization:{actor.organization_id}",)
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, opens)


def _named(topics: Iterable[str]) -> tuple[str, ...]:
    """Leave out topics of nothing: an address need not name a visit."""
    return tuple(each for each in topics if not each.endswith(":"))
