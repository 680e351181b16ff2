"""The screen of verification: one thing a page, everything kept in the database, judged at the end."""

from __future__ import annotations

import re
from typing import Any, ClassVar, cast

import reflex as rx
from reflex.event import EventSpec

from health_cloud.core.actors import NOBODY, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid
from health_cloud.core.words import Language, Words
from health_cloud.identity.service import typed, verification
from health_cloud.identity.service.questions import FORGOTTEN, OPEN
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import Question, VerificationPage

DOCUMENTS = typed.DOCUMENTS
_LONGEST_OPTION = 3
_PLACE = re.compile(r"-?[0-9]{1,2}")
_NO_QUESTION = Question("", Words(), [], OPEN)


class Verify(Trouble, rx.State):
    """How far this browser has come.

    Attributes:
        step: `document`, `card`, `question`, `code`, `young` or `failed`.
        age: from which age on one has an account of one's own.
        document: kind of identity document.
        card: kind of card.
        tail: last characters of the document's number.
        index: which question is asked.
        asked: that question.
        questions: all of them, with the answers given.
        tries: how many codes may still be tried.
        sent: a code was asked for.
        desk: the person has a code from the desk.
        sends: whether this installation can send codes.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # a phone that locks loses its connection; nobody should begin again

    step: str = "document"
    document: str = "national_id"
    card: str = "social_security_card"
    tail: str = ""
    index: int = 0
    asked: Question = _NO_QUESTION
    questions: list[Question] = []  # noqa: RUF012 - Reflex copies defaults
    tries: int = 0
    sent: bool = False
    desk: bool = False
    sends: bool = True
    age: int = 0

    _number: str = ""

    @rx.event
    async def resume(self) -> EventSpec | None:
        """Go on where this browser left off."""
        page = await transact(verification.current, NOBODY, visitor())
        if page.state == "none":
            self.sends = page.sends
            return None
        return self._show(page)

    @rx.event
    def pick_document(self, kind: str) -> None:
        """Choose the kind of identity document."""
        self._clear()
        if kind in typed.DOCUMENTS:
            self.document = kind

    @rx.event
    def give_document(self, form: dict[str, Any]) -> None:
        """Take the document's number; only its form is judged."""
        self._clear()
        try:
            self._number = typed.document_number(self.document, text_of(form, "number"))
        except Invalid as error:
            self._tell(error)
            return
        self.tail = self._number[-4:]
        self.step = "card"
        self._lead()

    @rx.event
    def pick_card(self, kind: str) -> None:
        """Choose which card."""
        self._clear()
        if kind in typed.CARDS:
            self.card = kind

    @rx.event
    async def give_card(self, form: dict[str, Any]) -> EventSpec | None:
        """Take the card's number and draw the questions."""
        self._clear()
        try:
            page = await transact(
                verification.begin,
                NOBODY,
                visitor(),
                self.document,
                self._number,
                self.card,
                text_of(form, "card"),
            )
        except HealthCloudError as error:
            self._tell(error, "card")
            return None
        self._number = ""
        return self._show(page)

    @rx.event
    async def answer(self, form: dict[str, Any]) -> EventSpec | None:
        """Keep the answer and go on; after the last one the questions are closed."""
        self._clear()
        chosen = text_of(form, "answer", _LONGEST_OPTION)
        try:
            if not _PLACE.fullmatch(chosen):
                raise Invalid("identity.error.choose")
            page = await transact(verification.answer, NOBODY, visitor(), self.index, max(int(chosen), FORGOTTEN))
            if all(question.chosen != OPEN for question in page.questions):
                page = await transact(verification.finish_questions, NOBODY, visitor())
        except HealthCloudError as error:
            self._tell(error)
            return None
        return self._show(page, self.index)

    @rx.event
    async def back(self) -> None:
        """Go one step back; codes that were asked for cannot be taken back."""
        self._clear()
        if self.step == "question" and self.index > 0:
            self._ask(self.index - 1)
        elif self.step == "question":
            await transact(verification.give_up, NOBODY, visitor())
            self.step, self.questions = "document", []
        else:
            self.step = "document"
        self._lead()

    @rx.event
    async def send(self) -> None:
        """Ask for a code to the contact that the hospital holds."""
        self._clear()
        try:
            page = await transact(verification.send_code, NOBODY, visitor(), cast("Language", visitor().language))
        except HealthCloudError as error:
            self._tell(error)
            return
        self.tries, self.sent, self.desk = page.tries, True, False
        self._lead("code")

    @rx.event
    def use_desk(self) -> None:
        """Switch between the code that was sent and the one from the desk."""
        self._clear()
        self.desk = not self.desk
        self._lead("code" if self.desk or self.sent else "heading")

    @rx.event
    async def prove(self, form: dict[str, Any]) -> EventSpec | None:
        """Judge everything."""
        self._clear()
        code = text_of(form, "code")
        try:
            if not code.strip():
                raise Invalid("identity.error.code", field="code")
            page = await transact(verification.prove, NOBODY, visitor(), code)
        except HealthCloudError as error:
            self._tell(error)
            return None
        if page.state == "code":
            self.tries = page.tries
            self._tell(Invalid("identity.error.unproved", field="code", count=page.tries))
            return None
        return self._show(page)

    @rx.event
    async def start_again(self) -> None:
        """Drop this attempt."""
        await transact(verification.give_up, NOBODY, visitor())
        turn = self.turn
        self.reset()
        self.turn = turn
        self._lead()

    def _ask(self, index: int) -> None:
        self.index, self.asked = index, self.questions[index]

    def _show(self, page: VerificationPage, after: int = -1) -> EventSpec | None:
        if page.state in ("proved", "activated"):
            self.reset()
            return rx.redirect("/activate")
        self.questions, self.tail, self.tries = list(page.questions), page.tail, page.tries
        self.document, self.sends = page.document, page.sends
        self.sent, self.age = bool(page.resend_at), page.age
        self.desk = not page.sends
        self.step = "question" if page.state == "questions" else page.state
        if self.step == "question":
            open_ones = [place for place, each in enumerate(self.questions) if each.chosen == OPEN]
            later = [place for place in open_ones if place > after]
            self._ask((later or open_ones or [0])[0])
        self._lead()
        return None
