"""The team's side of questions on past visits: what is owed, taking one, and answering it.

Whoever answers reads the words of that visit (talk, note, prescription) and nothing else of the patient: the grant has
ended with the visit, and nothing here opens a chart.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from health_cloud.core import clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Decision, Role, decide
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Slot, Visit, VisitQuestion
from health_cloud.followup.service import asking, rows
from health_cloud.followup.service.allowing import line
from health_cloud.followup.service.asking import ANSWER, ANSWERED, LONGEST, OPEN, WAS_ANSWERED, tell_screens
from health_cloud.followup.service.noting.signed import signed_rows
from health_cloud.followup.service.waiting import room_of
from health_cloud.followup.views import OwedQuestion, TeamQuestion
from health_cloud.identity.service.faces import account_card, department_of
from health_cloud.identity.service.people import person_name
from health_cloud.prescribing.service.told import medicines_of_visit

SHORTEST = 2
TAKEN_FOR = timedelta(hours=4)
"""So long a question is whoever took it; then somebody else may take it."""
_LATELY = timedelta(hours=24)
_SHOWN = 100


def owed_questions(session: Session, actor: Actor) -> tuple[list[OwedQuestion], tuple[str, ...], str]:
    """Return what waits for a physician or their department, the latest first, its topics, and when the clock acts.

    It says who asks, on whose visit, by when; what was asked is read on its own page, with a line. One line a day by
    each reader in the chain of each patient named: that somebody has a question tells something.

    Raises:
        Denied: not a physician.
    """
    decision = _allow(actor)
    department = department_of(session, actor.practitioner_id)
    found = session.exec(
        select(VisitQuestion, Appointment)
        .join(Appointment, col(Appointment.id) == VisitQuestion.appointment_id)
        .where(
            VisitQuestion.state == OPEN,
            VisitQuestion.organization_id == actor.organization_id,
            _is_theirs(actor, department),
        )
        .order_by(col(VisitQuestion.due_at), col(VisitQuestion.id))
        .limit(_SHOWN)
    ).all()
    named = {of.person_id: {"question": row.id, "appointment": of.id} for row, of in reversed(found)}
    ledger.note_listed(session, actor, Action.READ_QUESTION, decision, named)
    shown = [
        OwedQuestion(
            id=row.id,
            patient=person_name(session, appointment.person_id),
            physician=account_card(session, row.physician_account_id).name,
            asked_at=row.asked_at.isoformat(),
            due_at=row.due_at.isoformat(),
            overdue=asking.is_late(row),
            taken=_taken(row, actor),
            taken_by=account_card(session, row.taken_by).name if _taken(row, actor) == "other" else Words(),
            further=bool(row.follows),
        )
        for row, appointment in found
    ]
    topics = (f"account:{actor.account_id}", *((asking.team_topic(department),) if department else ()))
    coming = [at for row, _ in found for at in (row.due_at, _free_at(row)) if at is not None and at > clock.now()]
    return shown, topics, min(coming).isoformat() if coming else ""


def team_question(session: Session, actor: Actor, question_id: object) -> tuple[TeamQuestion, tuple[str, ...], str]:
    """Return a question with the words of its visit, to somebody of the team; the ledger says that it was read.

    Raises:
        Denied: not a physician.
        NotFound: absent, another department's, or nothing that waits for them any more; never told apart.
    """
    row, appointment, slot, decision = _found(session, actor, question_id, Action.READ_QUESTION)
    line(session, actor, Action.READ_QUESTION, appointment, decision, ledger.ALLOWED, question=row.id)
    return _shown(session, actor, row, appointment, slot)


def look_at_question(session: Session, actor: Actor, question_id: object) -> tuple[TeamQuestion, tuple[str, ...], str]:
    """Return the same as it is now to somebody who has it before them already.

    Raises:
        Denied: not a physician.
        NotFound: see `team_question`.
    """
    row, appointment, slot, _ = _found(session, actor, question_id, Action.READ_QUESTION)
    return _shown(session, actor, row, appointment, slot)


def take_question(session: Session, actor: Actor, question_id: object) -> None:
    """Take a question upon oneself, so that no two of the team write the same answer; it is free again after 4 hours.

    Raises:
        Denied: not a physician.
        NotFound: absent, or another department's.
        Conflict: somebody else has taken or answered it.
    """
    row, appointment, _, decision = _found(session, actor, question_id, Action.ANSWER_QUESTION)
    _require_free(actor, row)
    if row.taken_by == actor.account_id and _taken(row, actor):
        return
    row.taken_by, row.taken_at = actor.account_id, clock.now()
    session.add(row)
    line(session, actor, Action.ANSWER_QUESTION, appointment, decision, question=row.id, step="take")
    _tell(session, row)


def leave_question(session: Session, actor: Actor, question_id: object) -> None:
    """Give a question back to the team.

    Raises:
        Denied: not a physician.
        NotFound: absent, or another department's.
    """
    row, _, _, _ = _found(session, actor, question_id, Action.ANSWER_QUESTION)
    if row.state == OPEN and row.taken_by == actor.account_id:
        row.taken_by, row.taken_at = "", None
        session.add(row)
        _tell(session, row)


def answer_question(session: Session, actor: Actor, question_id: object, kind: object, words: object) -> None:
    """Answer a question; who comes first has answered, the same words twice are one answer.

    Args:
        session: the transaction.
        actor: a physician of the team.
        question_id: which.
        kind: `text`, or `book`: the patient is asked to come to a visit, with or without a word.
        words: the answer, up to 1,000 characters.

    Raises:
        Denied: not a physician.
        NotFound: absent, or another department's.
        Invalid: no such kind, nothing said, or too much; `field` is `answer`.
        Conflict: somebody else has taken or answered it; nothing of theirs is replaced.
    """
    row, appointment, _, decision = _found(session, actor, question_id, Action.ANSWER_QUESTION)
    text = words.strip() if isinstance(words, str) else ""
    if not isinstance(kind, str) or kind not in ("text", "book"):
        raise Invalid
    if len(text) > LONGEST:
        raise Invalid("followup.error.too_long", field="answer", longest=LONGEST)
    if kind == "text" and len(text) < SHORTEST:
        raise Invalid("followup.ask.error.no_answer", field="answer")
    before = unseal_text(row.answer, ANSWER, row.id)
    if row.answered_by == actor.account_id and (row.kind, before) == (kind, text):
        return
    _require_free(actor, row)
    row.state, row.kind, row.answer = ANSWERED, kind, seal_text(text, ANSWER, row.id)
    row.answered_by, row.answered_at = actor.account_id, clock.now()
    session.add(row)
    session.flush()
    line(session, actor, Action.ANSWER_QUESTION, appointment, decision, question=row.id, step="answer")
    facts.emit(session, WAS_ANSWERED, question=row.id)
    _tell(session, row)


def _shown(
    session: Session, actor: Actor, row: VisitQuestion, appointment: Appointment, slot: Slot
) -> tuple[TeamQuestion, tuple[str, ...], str]:
    zone = rows.zone_of(session, slot.organization_id)
    rule = asking.rule_of(session, slot.organization_id)
    earlier = [each for each in asking.asked_of(session, appointment.id) if each.number < row.number]
    room = room_of(session, actor, appointment, slot, session.get(Visit, appointment.id))
    taken = _taken(row, actor)
    page = TeamQuestion(
        id=row.id,
        may="done" if row.state != OPEN else {"me": "answer", "other": "other", "": "take"}[taken],
        patient=room.patient,
        visit_at=room.starts_at,
        physician=room.physician.name,
        reason=room.reason,
        asked=asking.card_of(session, row, zone),
        taken_by=account_card(session, row.taken_by).name if taken == "other" else Words(),
        earlier=asking.cards(session, earlier, zone, rule),
        talk=tuple(each for each in room.talk if each.kind == "said"),
        notes=signed_rows(session, appointment, zone)[:1],
        medicines=medicines_of_visit(session, appointment.id),
    )
    coming = [at for at in (row.due_at, _free_at(row)) if at is not None and at > clock.now()]
    return page, (f"visit:{appointment.id}",), min(coming).isoformat() if coming else ""


def _found(
    session: Session, actor: Actor, question_id: object, action: Action
) -> tuple[VisitQuestion, Appointment, Slot, Decision]:
    """Return a question of the actor's team, locked.

    What is open is the whole department's; what is answered its physician's and whoever's who answered it, and for a
    day everybody's who may still have it before them.
    """
    decision = _allow(actor, action)
    named = isinstance(question_id, str) and is_id(question_id)
    query = select(VisitQuestion).where(VisitQuestion.id == question_id).with_for_update()
    row = session.exec(query).first() if named else None
    if row is None:
        raise NotFound(action=action.value)
    appointment = session.get_one(Appointment, row.appointment_id)
    department = department_of(session, actor.practitioner_id)
    team = row.organization_id == actor.organization_id and (
        row.physician_account_id == actor.account_id or (department != "" and row.department_id == department)
    )
    own = actor.account_id in (row.physician_account_id, row.answered_by)
    lately = row.answered_at is not None and clock.now() < row.answered_at + _LATELY
    if not team or not (row.state == OPEN or own or lately):
        raise NotFound(action=action.value, person_id=appointment.person_id)
    return row, appointment, session.get_one(Slot, appointment.slot_id), decision


def _require_free(actor: Actor, row: VisitQuestion) -> None:
    if row.state != OPEN:
        raise Conflict("followup.ask.error.answered" if row.answered_by else "followup.ask.error.ended")
    if _taken(row, actor) == "other":
        raise Conflict("followup.ask.error.taken")


def _taken(row: VisitQuestion, actor: Actor) -> str:
    if not row.taken_by or (free := _free_at(row)) is None or free <= clock.now():
        return ""
    return "me" if row.taken_by == actor.account_id else "other"


def _free_at(row: VisitQuestion) -> datetime | None:
    return row.taken_at + TAKEN_FOR if row.taken_at is not None else None


def _is_theirs(actor: Actor, department: str) -> ColumnElement[bool]:
    mine = col(VisitQuestion.physician_account_id) == actor.account_id
    return or_(mine, col(VisitQuestion.department_id) == department) if department else mine


def _allow(actor: Actor, action: Action = Action.READ_QUESTION) -> Decision:
    decision = decide(actor, action)
    if not decision.allowed or actor.role is not Role.PHYSICIAN:
        raise Denied(action=action.value)
    return decision


def _tell(session: Session, row: VisitQuestion) -> None:
    tell_screens(session, row.appointment_id, row.department_id, row.physician_account_id, row.organization_id)
