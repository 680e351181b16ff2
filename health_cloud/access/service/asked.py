"""A patient asks "Why did you open this?" of a line of their own ledger; the answer is owed by a clock.

Only what somebody did see can be asked about: of an attempt that was refused a question would tell whoever tried that
there was something.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session, col, func, select

from health_cloud.access.models import Question
from health_cloud.access.views import Why
from health_cloud.consent.service.wishes import text_of
from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.dialects import insert_missing
from health_cloud.core.errors import Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import READS, Action, Basis, Role
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import RecordClass
from health_cloud.identity.service.people import account_names
from health_cloud.identity.service.relations import decision_in

ASKED = "access.why_asked"
OPEN, ANSWERED = "open", "answered"
LONGEST_QUESTION = 300
NOT_ASKED, CAN_ASK = Why(), Why("can")
QUESTION, ANSWER = "access_question.question", "access_question.answer"
_A_DAY = timedelta(days=1)
_A_DAY_AT_MOST = 30
_OF_VISITS = (
    *(Action.READ_REASON, Action.READ_PREPARED, Action.READ_TALK, Action.READ_FILE, Action.READ_NOTE),
    *(Action.TAKE_TRACE, Action.READ_PRESCRIPTION, Action.REVIEW_PRESCRIPTION),
)
_LOOKS = frozenset(action.value for action in (*READS, Action.READ_PROFILE, Action.OPEN_EMERGENCY, *_OF_VISITS))
_AT_WORK = frozenset(role.value for role in (Role.PHYSICIAN, Role.PHARMACIST, Role.STAFF, Role.AUDITOR))
_GROUNDS = frozenset(basis.value for basis in (Basis.GRANT, Basis.TREATMENT, Basis.EMERGENCY, Basis.DUTY))


def can_be_asked(line: LedgerLine) -> bool:
    """Tell whether a line says that somebody at work in a hospital did look, on whatever ground."""
    return (
        line.action in _LOOKS
        and line.outcome in (ledger.ALLOWED, ledger.DONE)
        and line.basis in _GROUNDS
        and line.actor_role in _AT_WORK
        and line.actor_organization_id != ""
    )


def questions_of(session: Session, person_id: str, line_ids: Sequence[str]) -> dict[str, Why]:
    """Return what was asked of these lines of a person's chain, by line. The caller has asked the policy."""
    if not line_ids:
        return {}
    asked = select(Question).where(col(Question.line_id).in_(line_ids), Question.person_id == person_id)
    found = session.exec(asked).all()
    names = account_names(session, {row.answered_by for row in found if row.state == ANSWERED})
    made: dict[str, Why] = {}
    for row in found:
        by, department = names.get(row.answered_by, (NOT_ASKED.by, NOT_ASKED.department))
        made[row.line_id] = Why(
            state="answered" if row.state == ANSWERED else "overdue" if is_late(row) else "asked",
            asked_at=row.asked_at.isoformat(),
            due_at=row.due_at.isoformat(),
            answer=unseal_text(row.answer, ANSWER, row.id),
            answered_at=row.answered_at.isoformat() if row.answered_at else "",
            by=by,
            department=department,
            in_name=row.answered_by not in ("", row.reader_account_id),
        )
    return made


def is_late(row: Question) -> bool:
    """Tell whether an answer is owed no longer in time; by the clock, whether that was noted already or not."""
    return row.state == OPEN and clock.now() >= row.due_at


def ask_why(session: Session, actor: Actor, line_id: str, words: object = "") -> None:
    """Ask whoever looked why they did; asking again, from wherever, changes nothing.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who decides.
        line_id: which line of their own ledger.
        words: what they would like to add, at most 300 characters; may be empty.

    Raises:
        Denied: they have no ledger of their own.
        NotFound: no such line, somebody else's, or none of which this can be asked: never told apart.
        Invalid: too long, or too many questions within a day.
    """
    decision = decision_in(session, actor, Action.ASK_WHY)
    if not decision.allowed:
        raise Denied(action=Action.ASK_WHY.value, person_id=actor.subject_id)
    text = text_of(words, "question", LONGEST_QUESTION)
    line = line_to_ask(session, actor, line_id)
    if session.exec(select(Question.id).where(Question.line_id == line.id)).first() is not None:
        return
    now = clock.now()
    lately = Question.person_id == actor.subject_id, col(Question.asked_at) > now - _A_DAY
    if session.exec(select(func.count()).select_from(Question).where(*lately)).one() >= _A_DAY_AT_MOST:
        raise Invalid("access.why.too_many", field="question")
    question_id = new_id()
    insert_missing(
        session,
        Question,
        id=question_id,
        line_id=line.id,
        person_id=actor.subject_id,
        asker_account_id=actor.account_id,
        by_guardian=decision.basis is Basis.GUARDIAN,
        organization_id=line.actor_organization_id,
        reader_account_id=line.actor_account_id,
        record_class=line.record_class,
        read_at=line.at,
        question=seal_text(text, QUESTION, question_id) if text else None,
        asked_at=now,
        due_at=now + timedelta(hours=settings().why_hours),
        state=OPEN,
        answered_by="",
    )
    row = session.exec(select(Question).where(Question.line_id == line.id)).one()
    if row.id != question_id:  # somebody was faster at this very moment
        return
    detail: dict[str, str | int] = {"question": row.id, "line": line.id}
    ledger.write(
        session,
        actor,
        Action.ASK_WHY,
        ledger.DONE,
        person_id=row.person_id,
        decision=decision,
        record_class=line.record_class,
        detail=detail,
    )
    facts.emit(session, ASKED, question=row.id)
    tell_screens(session, row)


def line_to_ask(session: Session, actor: Actor, line_id: str) -> LedgerLine:
    """Return a line of the actor's own chain of which "Why?" can be asked; the caller has asked the policy.

    Raises:
        NotFound: there is none such, whatever the reason.
    """
    chain = ledger.person_chain(actor.subject_id)
    line = ledger.line_of(session, chain, line_id) if is_id(line_id) else None
    if line is None or not can_be_asked(line):
        raise NotFound(action=Action.ASK_WHY.value, person_id=actor.subject_id)
    return line


def own_words(session: Session, line_id: str) -> str:
    """Return what was added to the question of a line; the caller has found the line in the actor's chain."""
    row = session.exec(select(Question).where(Question.line_id == line_id)).first()
    return unseal_text(row.question, QUESTION, row.id) if row is not None else ""


def tell_screens(session: Session, row: Question) -> None:
    """Have the open screens of all sides look again."""
    topics = why_topic(row.person_id), owed_topic(row.reader_account_id), desk_topic(row.organization_id)
    changes.note(session, *topics)


def why_topic(person_id: str) -> str:
    """Return the topic of a person's questions: it moves their own ledger, and no chart."""
    return f"why:{person_id}"


def owed_topic(account_id: str) -> str:
    """Return the topic of the answers that somebody owes."""
    return f"owed:{account_id}"


def desk_topic(organization_id: str) -> str:
    """Return the topic of the answers that a hospital owes."""
    return f"owed-by:{organization_id}"


_NAMED = {
    Action.READ_REASON.value: "access.owed.what.reason",
    Action.READ_PREPARED.value: "access.owed.what.prepared",
    Action.READ_TALK.value: "access.owed.what.talk",
    Action.READ_FILE.value: "access.owed.what.file",
    Action.READ_NOTE.value: "access.owed.what.note",
    Action.TAKE_TRACE.value: "access.owed.what.trace",
    Action.READ_PRESCRIPTION.value: "access.owed.what.prescription",
    Action.REVIEW_PRESCRIPTION.value: "access.owed.what.prescription",
}


def what_was_read(session: Session, row: Question) -> str:
    """Return the key of what was opened: something of a follow-up, else what a record class is called."""
    line = ledger.line_of(session, ledger.person_chain(row.person_id), row.line_id)
    named = _NAMED.get(line.action, "") if line is not None else ""
    return named or named_class(row.record_class)


def named_class(record_class: str) -> str:
    """Return the key of what a record class is called, or of "records"."""
    return f"ui.class.{record_class}" if record_class in set(RecordClass) else "access.ledger.records"
