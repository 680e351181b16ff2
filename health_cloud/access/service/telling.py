"""Word of questions and answers to all sides, and what goes with an account that is erased; by facts."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlmodel import Session, col

from health_cloud.access.models import Question
from health_cloud.access.service.answering import WAS_ANSWERED
from health_cloud.access.service.asked import ASKED, OPEN
from health_cloud.access.service.overdue import OVERDUE
from health_cloud.identity.service import alerts
from health_cloud.identity.service.people import person_name, working_accounts
from health_cloud.notify.views import Kind

_PAGES = {"physician": "/physician/questions", "staff": "/desk/questions"}


def asked(session: Session, payload: dict[str, str]) -> None:
    """Tell whoever looked that they are asked why; whose records it was is said on their screen alone."""
    _tell_reader(session, payload, "access.news.asked")


def answered(session: Session, payload: dict[str, str]) -> None:
    """Tell whoever asked that there is an answer."""
    _tell_asker(session, payload, "answered")


def overdue(session: Session, payload: dict[str, str]) -> None:
    """Tell both sides that an answer is late."""
    _tell_asker(session, payload, "overdue")
    _tell_reader(session, payload, "access.news.owed")


SUBSCRIBERS = {ASKED: asked, WAS_ANSWERED: answered, OVERDUE: overdue}


def _tell_reader(session: Session, payload: dict[str, str], key: str) -> None:
    row = session.get(Question, payload["question"])
    if row is not None and row.state == OPEN:
        role = working_accounts(session, {row.reader_account_id}).get(row.reader_account_id, "")
        named = key if role in _PAGES or not role else "access.news.asked_beside"  # the desk answers for them
        alerts.tell(session, row.reader_account_id, named, kind=Kind.ACCESS, link=_PAGES.get(role, ""))


def _tell_asker(session: Session, payload: dict[str, str], what: str) -> None:
    row = session.get(Question, payload["question"])
    if row is None:
        return
    link = f"/ledger/why/{row.line_id}"
    alerts.tell_person(session, row.person_id, f"access.news.{what}", kind=Kind.ACCESS, link=link)
    if row.by_guardian and row.asker_account_id:  # the way there leads through acting for that person
        name = person_name(session, row.person_id)
        alerts.tell(session, row.asker_account_id, f"access.news.{what}_for", kind=Kind.ACCESS, name=name)


def forget_questions(session: Session, payload: dict[str, str]) -> None:
    """Forget what an erased account asked: its words; and its questions altogether where nobody waits for an answer.

    That it was asked stays in the ledger, and so do answers: they are the hospital's word on who read. A subscriber,
    told twice maybe.
    """
    asked_by = col(Question.asker_account_id) == payload["account"]
    session.exec(delete(Question).where(asked_by, col(Question.state) == OPEN, col(Question.by_guardian).is_(False)))
    session.exec(update(Question).where(asked_by).values(question=None, asker_account_id=""))


def end_questions(session: Session, payload: dict[str, str]) -> None:
    """Ask nothing any more for somebody who has died; a subscriber, told twice maybe."""
    session.exec(delete(Question).where(col(Question.person_id) == payload["person"], col(Question.state) == OPEN))
