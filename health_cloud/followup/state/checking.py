"""The patient's screen before booking: what it is about, how one is, and whether that may be online."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.followup import service
from health_cloud.followup.service.checking import NEW
from health_cloud.followup.state.watching import place_in, told, watch
from health_cloud.followup.views import CheckPage, FlagRow, VerdictPage

_NOBODY = CheckPage()
_NOTHING = VerdictPage()
ABOUT, HOW, ANSWER = "about", "how", "answer"


class Checking(rx.State):
    """Three steps: what it is about, how one is, what the rules say.

    Attributes:
        page: with whom, and the diseases of one's own that it may be about.
        step: `about`, `how` or `answer`.
        disease: what it is about; `new` for something else.
        questions: the symptoms that are asked about, `said` those one has; `none` says that there are none.
        controlled: whether a controlled medicine is wanted, `yes`, `no` or not yet said.
        answer: what the rules said.
        times: where one goes on after a yes.
        gone: no such physician offers times.
        turn: counts up when the reader is to be led to a problem.
    """

    page: CheckPage = _NOBODY
    step: str = ABOUT
    disease: str = ""
    questions: list[FlagRow] = []  # noqa: RUF012 - Reflex copies defaults
    said: list[str] = []  # noqa: RUF012
    none: bool = False
    controlled: str = ""
    answer: VerdictPage = _NOTHING
    times: str = ""
    ready: bool = False
    gone: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012
    turn: int = 0

    _department: str = ""
    _physician: str = ""

    @rx.event
    async def load(self) -> None:
        """Load with whom it would be, from the address."""
        self.reset()
        self._department, self._physician = place_in(self.router.url.path)
        await self._refresh()

    @rx.event
    def choose(self, disease: str) -> None:
        """Say what it is about."""
        if disease == NEW or disease in {each.name for each in self.page.diseases}:
            self.disease, self.said, self.none = disease, [], False
            self._settle()

    @rx.event
    def go_on(self) -> None:
        """Go on to how one is."""
        if not self.disease:
            self._lead("disease", "followup.check.error.disease")
            return
        self.questions, self.step = service.questions_of(self.disease), HOW
        self._settle()

    @rx.event
    def toggle(self, flag: str) -> None:
        """Have a symptom, or not."""
        if flag in {each.name for each in self.questions}:
            self.said = [each for each in self.said if each != flag] if flag in self.said else [*self.said, flag]
            self.none = False
            self._settle()

    @rx.event
    def have_none(self) -> None:
        """Say that there is no such symptom, or take that back."""
        self.none, self.said = not self.none, []
        self._settle()

    @rx.event
    def want(self, controlled: str) -> None:
        """Say whether a controlled medicine is wanted."""
        if controlled in ("yes", "no"):
            self.controlled = controlled
            self._settle()

    @rx.event
    async def ask(self) -> None:
        """Have the rules asked."""
        try:
            answers = service.answers_of(self.disease, list(self.said), none=self.none, controlled=self.controlled)
            self.answer = await transact(service.check, acting(), self._department, self._physician, answers)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
        else:
            self.step = ANSWER
            self._settle()

    @rx.event
    def back(self) -> None:
        """Go back and answer otherwise."""
        self.step = HOW if self.step == ANSWER and self.disease != NEW else ABOUT
        self._settle()

    def _settle(self) -> None:
        self.field, self.problem, self.params = "", "", {}

    def _lead(self, field: str, problem: str) -> None:
        self.field, self.problem, self.params = field, problem, {}
        self.turn += 1

    async def _refresh(self) -> None:
        if self.step == ANSWER:
            return
        actor = acting()
        try:
            self.page = await transact(service.check_page, actor, self._department, self._physician)
        except HealthCloudError:
            self.page, self.gone = _NOBODY, True
        else:
            self.gone, self.times = False, f"/followup/give/{self._department}/{self._physician}"
        self.ready = True
        topics = (f"followup:{self._department}", f"person:{actor.subject_id}")
        watch(self.router.session.client_token, self.get_full_name(), actor, topics)
