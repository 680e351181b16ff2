"""Whoever looked answers; where they cannot, or let the time pass, the desk answers in the department's name.

Neither sees anything of the record: only who asks, masked, and what was opened when, which they know.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from health_cloud.access.models import Question
from health_cloud.access.service.asked import ANSWER, ANSWERED, OPEN, QUESTION, is_late, tell_screens, what_was_read
from health_cloud.access.views import OwedRow
from health_cloud.consent.service.wishes import text_of
from health_cloud.core import clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Decision, Role, decide
from health_cloud.core.words import Words
from health_cloud.identity.service.people import account_names, person_name, working_accounts

WAS_ANSWERED = "access.why_answered"
SHORTEST_ANSWER, LONGEST_ANSWER = 10, 500
_SHOWN, _LATELY = 100, 10
_WITH_SCREEN = (Role.PHYSICIAN.value, Role.STAFF.value)
"""Who has a screen to answer on; for pharmacists and auditors the desk answers."""


def owed_answers(session: Session, actor: Actor) -> tuple[list[OwedRow], list[OwedRow]]:
    """Return the questions that the actor owes answers to, the latest first, and those answered last.

    Raises:
        Denied: not a physician.
    """
    if actor.role is not Role.PHYSICIAN:
        raise Denied(action=Action.ANSWER_WHY.value)
    _decision(actor)
    mine = Question.reader_account_id == actor.account_id
    owed = session.exec(
        select(Question)
        .where(mine, Question.state == OPEN)
        .order_by(col(Question.due_at), col(Question.id))
        .limit(_SHOWN)
    ).all()
    done = session.exec(
        select(Question)
        .where(mine, Question.state == ANSWERED)
        .order_by(col(Question.answered_at).desc(), col(Question.id).desc())
        .limit(_LATELY)
    ).all()
    return [_row(session, row, question=True) for row in owed], [_row(session, row, question=True) for row in done]


def desk_answers(session: Session, actor: Actor) -> list[OwedRow]:
    """Return the questions to which the actor's hospital owes answers, the latest first.

    What a patient wrote is shown where the desk may answer; until then it is between them and whoever looked.

    Raises:
        Denied: not staff of a hospital.
    """
    if actor.role is not Role.STAFF:
        raise Denied(action=Action.ANSWER_WHY.value)
    _decision(actor)
    owed = session.exec(
        select(Question)
        .where(Question.organization_id == actor.organization_id, Question.state == OPEN)
        .order_by(col(Question.due_at), col(Question.id))
        .limit(_SHOWN)
    ).all()
    readers = {row.reader_account_id for row in owed}
    names, silent = account_names(session, readers), cannot_answer(session, readers)
    living = working_accounts(session, readers)
    made: list[OwedRow] = []
    for row in owed:
        cannot = row.reader_account_id in silent
        may = is_late(row) or cannot or row.reader_account_id == actor.account_id
        reader, department = names.get(row.reader_account_id, (Words(), Words()))
        made.append(
            replace(
                _row(session, row, question=may, may_answer=may, reader=reader, department=department),
                disabled=row.reader_account_id not in living,
                without_screen=cannot and row.reader_account_id in living,
            )
        )
    return made


def answers_waiting(session: Session, actor: Actor) -> tuple[int, datetime | None]:
    """Return how many answers wait for the actor, and when the clock alone changes that; nobody else owes any."""
    if not decide(actor, Action.ANSWER_WHY).allowed:
        return 0, None
    now = clock.now()
    count = select(func.count()).select_from(Question).where(Question.state == OPEN)
    if actor.role is Role.PHYSICIAN:
        return session.exec(count.where(Question.reader_account_id == actor.account_id)).one(), None
    ours = Question.organization_id == actor.organization_id, Question.state == OPEN
    readers = set(session.exec(select(Question.reader_account_id).where(*ours, col(Question.due_at) > now).distinct()))
    theirs = {*cannot_answer(session, readers), actor.account_id}
    mine = or_(col(Question.due_at) <= now, col(Question.reader_account_id).in_(theirs))
    next_late = session.exec(select(func.min(Question.due_at)).where(*ours, col(Question.due_at) > now)).one()
    return session.exec(count.where(Question.organization_id == actor.organization_id, mine)).one(), next_late


def answer_question(session: Session, actor: Actor, question_id: str, words: object) -> None:
    """Answer a patient's question, as whoever looked or in the department's name; the same words twice are one answer.

    Args:
        session: the transaction.
        actor: a physician, or staff of the hospital for which they looked.
        question_id: which.
        words: the answer, 10 to 500 characters.

    Raises:
        Denied: neither; or the desk, while whoever looked can still answer in time.
        NotFound: no such question, or another's.
        Invalid: too short or too long.
        Conflict: it was answered already.
    """
    decision = _decision(actor)
    text = text_of(words, "answer", LONGEST_ANSWER)
    if len(text) < SHORTEST_ANSWER:
        raise Invalid("access.why.too_short", field="answer", shortest=SHORTEST_ANSWER)
    asked = select(Question).where(Question.id == question_id).with_for_update()
    row = session.exec(asked).first() if is_id(question_id) else None
    if row is None or not _is_theirs(row, actor):
        raise NotFound(action=Action.ANSWER_WHY.value, person_id=row.person_id if row is not None else "")
    if row.state == ANSWERED:
        if (row.answered_by, unseal_text(row.answer, ANSWER, row.id)) == (actor.account_id, text):
            return
        raise Conflict("access.why.answered_already")
    reader = row.reader_account_id
    if reader != actor.account_id and not (is_late(row) or cannot_answer(session, {reader})):
        raise Denied("access.why.not_yet", action=Action.ANSWER_WHY.value, person_id=row.person_id)
    row.state, row.answered_at, row.answered_by = ANSWERED, clock.now(), actor.account_id
    row.answer = seal_text(text, ANSWER, row.id)
    session.add(row)
    ledger.write(
        session,
        actor,
        Action.ANSWER_WHY,
        ledger.DONE,
        person_id=row.person_id,
        decision=decision,
        record_class=row.record_class,
        detail={"question": row.id, "line": row.line_id},
    )
    facts.emit(session, WAS_ANSWERED, question=row.id)
    tell_screens(session, row)


def _decision(actor: Actor) -> Decision:
    decision = decide(actor, Action.ANSWER_WHY)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=Action.ANSWER_WHY.value)
    return decision


def _is_theirs(row: Question, actor: Actor) -> bool:
    if row.reader_account_id == actor.account_id:
        return True
    return actor.role is Role.STAFF and row.organization_id == actor.organization_id


def _row(
    session: Session,
    row: Question,
    *,
    question: bool,
    may_answer: bool = True,
    reader: Words | None = None,
    department: Words | None = None,
) -> OwedRow:
    return OwedRow(
        id=row.id,
        name=masked(person_name(session, row.person_id)),
        read_at=row.read_at.isoformat(),
        what=what_was_read(session, row),
        question=unseal_text(row.question, QUESTION, row.id) if question else "",
        asked_at=row.asked_at.isoformat(),
        due_at=row.due_at.isoformat(),
        overdue=is_late(row),
        may_answer=may_answer,
        answer=unseal_text(row.answer, ANSWER, row.id),
        answered_at=row.answered_at.isoformat() if row.answered_at else "",
        reader=reader or Words(),
        department=department or Words(),
    )


def cannot_answer(session: Session, account_ids: set[str]) -> set[str]:
    """Return those of these accounts that are disabled, or have no screen to answer on."""
    able = working_accounts(session, account_ids)
    return {account_id for account_id in account_ids if able.get(account_id) not in _WITH_SCREEN}


def masked(name: Words) -> Words:
    """Return a name as those see it who may no longer know whose it is: 林** and X. L."""
    initials = " ".join(f"{part[0]}." for part in name.en.split())
    return Words(name.zh[:1] + "*" * (len(name.zh) - 1), initials)
