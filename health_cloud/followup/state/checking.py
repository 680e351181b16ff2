"""The patient's screen before booking: what it is about, how one is, and whether that may be online."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import reflex as rx

from health_cloud.core import clock
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

Given = tuple[str, str, tuple[str, ...], bool, str]
"""Step, disease, symptoms, that there are none, whether a controlled medicine is wanted."""
_NONE_GIVEN: Given = (ABOUT, "", (), False, "")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_KEPT = timedelta(minutes=10)


class HalfAnswered(rx.State):
    """What was answered so far, through a lost connection; nothing of it is ever sent, and after a while it is gone."""

    keeps_on_reconnect: ClassVar[bool] = True  # nothing of it is ever sent, and whoever else comes finds it empty

    _place: tuple[str, str] = ("", "")
    _given: tuple[str, str, tuple[str, ...], bool, str] = _NONE_GIVEN
    _at: datetime = _NEVER

    def _keep(self, place: tuple[str, str], given: Given) -> None:
        self._place, self._given, self._at = place, given, clock.now()

    def _found(self, place: tuple[str, str]) -> Given:
        fresh = clock.now() - self._at < _KEPT
        return self._given if place == self._place and fresh else _NONE_GIVEN


class Checking(rx.State):
    """Three steps: what it is about, how one is, what the rules say.

    Attributes:
        page: with whom, and the diseases of one's own that it may be about.
        step: `about`, `how` or `answer`.
        disease: what it is about; `new` for something else.
        questions: the symptoms that are asked about, `said` those one has; `none` says that there are none.
        controlled: whether a controlled medicine is wanted, `yes`, `no` or not yet said.
        answer: what the rules said.
        times: where one goes on after a yes; `in_person` where the times in person of that department are.
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
    in_person: str = ""
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
        """Load with whom it would be, from the address; what was answered before a lost connection is still there."""
        self.reset()
        self._department, self._physician = place_in(self.router.url.path)
        await self._refresh()
        half = await self.get_state(HalfAnswered)
        step, disease, said, none, controlled = half._found((self._department, self._physician))  # noqa: SLF001
        if self.gone or disease not in {NEW, *(each.name for each in self.page.diseases)}:
            return
        self.step, self.disease, self.said, self.none, self.controlled = step, disease, list(said), none, controlled
        self.questions = await self._asked(disease) if step == HOW else []

    @rx.event
    async def choose(self, disease: str) -> None:
        """Say what it is about."""
        if disease == NEW or disease in {each.name for each in self.page.diseases}:
            if disease != self.disease:
                self.disease, self.said, self.none = disease, [], False
            await self._settle()

    @rx.event
    async def go_on(self) -> None:
        """Go on to how one is."""
        if not self.disease:
            self._lead("disease", "followup.check.error.disease")
            return
        self.questions, self.step = await self._asked(self.disease), HOW
        await self._settle()

    @rx.event
    async def toggle(self, flag: str) -> None:
        """Have a symptom, or not."""
        if flag in {each.name for each in self.questions}:
            self.said = [each for each in self.said if each != flag] if flag in self.said else [*self.said, flag]
            self.none = False
            await self._settle()

    @rx.event
    async def have_none(self) -> None:
        """Say that there is no such symptom, or take that back."""
        self.none, self.said = not self.none, []
        await self._settle()

    @rx.event
    async def want(self, controlled: str) -> None:
        """Say whether a controlled medicine is wanted."""
        if controlled in ("yes", "no"):
            self.controlled = controlled
            await self._settle()

    @rx.event
    async def ask(self) -> None:
        """Have the rules asked."""
        try:
            told_of = {"disease": self.disease, "flags": list(self.said), "none": self.none}
            given: dict[str, object] = {**told_of, "controlled": self.controlled}
            self.answer = await transact(service.ask, acting(), self._department, self._physician, given)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            self.turn += 1
        else:
            self.step = ANSWER
            await self._settle()

    @rx.event
    async def back(self) -> None:
        """Go back and answer otherwise."""
        self.step = HOW if self.step == ANSWER else ABOUT
        await self._settle()

    async def _asked(self, disease: str) -> list[FlagRow]:
        return await transact(service.questions_of, acting(), self._department, disease)

    async def _settle(self) -> None:
        self.field, self.problem, self.params = "", "", {}
        given = (self.step, self.disease, tuple(self.said), self.none, self.controlled)
        half = await self.get_state(HalfAnswered)  # answered in full, it is answered anew the next time
        half._keep((self._department, self._physician), _NONE_GIVEN if self.step == ANSWER else given)  # noqa: SLF001

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
            self.in_person = f"/followup/in-person/{self._department}"
        self.ready = True
        topics = (f"followup:{self._department}", f"person:{actor.subject_id}")
        watch(self.router.session.client_token, self.get_full_name(), actor, topics)
