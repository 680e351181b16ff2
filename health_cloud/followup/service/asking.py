"""Between visits: a patient asks about a past one, within the hospital's days; its department answers, by a clock.

What was asked goes to the visit's physician and the physicians of that department; the patient is told so before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Invalid, NotFound
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action, Decision
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, AskingRule, DayOff, Slot, Visit, VisitQuestion
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow, line
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.eligibility.rules import shipped
from health_cloud.followup.views import AskingTimes, QuestionCard, QuestionsPage
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name, person_name

OPEN, ANSWERED, ENDED = "open", "answered", "ended"
ASKED, WAS_ANSWERED = "followup.question_asked", "followup.question_answered"
SHIPPED = AskingTimes(days=14, answer_days=2)
AT_MOST = 3
"""Questions on one visit, those that follow an answer not counted."""
SHORTEST, LONGEST = 5, 1000
TEXT, ANSWER = "followup_question.text", "followup_question.answer"
_WEEKEND = 5
_A_DAY = timedelta(days=1)


def rule_of(session: Session, organization_id: str) -> AskingTimes:
    """Return for how long a hospital's patients may ask, and within which time it answers."""
    row = session.get(AskingRule, organization_id)
    return AskingTimes(row.days, row.answer_days) if row else SHIPPED


def team_topic(department_id: str) -> str:
    """Return the topic of the questions that a department owes answers to."""
    return f"questions:{department_id}"


def questions_of(
    session: Session, actor: Actor, appointment_id: str, known: Collection[str] = ()
) -> tuple[QuestionsPage, tuple[str, ...], str]:
    """Return what was asked on a visit to its patient, the topics on which it depends, and when the clock changes it.

    Args:
        session: the transaction.
        actor: the patient, or who books for them: what others wrote they read with a line.
        appointment_id: which visit.
        known: `id/state` of the questions that are before them already.

    Raises:
        Denied: neither.
        NotFound: absent, or somebody else's.
    """
    decision, appointment, slot, visit = _theirs(session, actor, appointment_id, Action.READ_QUESTION)
    found = asked_of(session, appointment.id)
    new = [row for row in found if f"{row.id}/{row.state}" not in known]
    if any(row.answer or row.account_id != actor.account_id for row in new):
        line(session, actor, Action.READ_QUESTION, appointment, decision, ledger.ALLOWED)
    zone, rule, now = rows.zone_of(session, slot.organization_id), rule_of(session, slot.organization_id), clock.now()
    left = AT_MOST - sum(not row.follows for row in found)
    until = _until(visit, rule)
    coming = [row.due_at for row in found if row.state == OPEN] + ([until] if until else [])
    clocked = min((at for at in coming if at > now), default=None)
    where = "in-person" if appointment.kind == rows.IN_PERSON else "book"
    page = QuestionsPage(
        id=appointment.id,
        may=_may(visit, rule, left),
        until=rows.local(until - timedelta(seconds=1), zone)[:10] if rule.days and until else "",
        due_at=rows.local(due_at(session, slot.organization_id, rule) - timedelta(seconds=1), zone),
        answer_days=rule.answer_days,
        left=max(0, left),
        department=department_name(session, slot.department_id),
        physician=account_card(session, slot.physician_account_id),
        emergency=shipped().emergency,
        book=f"/followup/{where}/{slot.department_id}/{slot.physician_account_id}",
        questions=cards(session, found, zone, rule),
    )
    return page, (f"visit:{appointment.id}",), clocked.isoformat() if clocked else ""


def ask_team(session: Session, actor: Actor, appointment_id: str, text: object, follows: object = "") -> None:
    """Ask about a past visit, or once more after an answer; the same words twice are one question.

    Args:
        session: the transaction.
        actor: the patient, or who books for them.
        appointment_id: which visit.
        text: 5 to 1,000 characters.
        follows: the answered question after which this one is asked; empty for a new one.

    Raises:
        Denied: neither.
        NotFound: absent, somebody else's, or no such answer.
        Invalid: too short or too long; `field` is `text`.
        Conflict: not yet, or not any more: the days are over, as many were asked as can be, or the hospital takes none.
    """
    decision, appointment, slot, visit = _theirs(session, actor, appointment_id, Action.ASK_TEAM)
    words = _words(text)
    found = asked_of(session, appointment.id)
    waiting = [row for row in found if row.state == OPEN and row.account_id == actor.account_id]
    if any(unseal_text(row.text, TEXT, row.id) == words for row in waiting):
        return
    rule = rule_of(session, slot.organization_id)
    if follows:
        before = next((row for row in found if row.id == follows), None)
        if before is None:
            raise NotFound(action=Action.ASK_TEAM.value, person_id=appointment.person_id)
        if not _may_follow(before, found, rule):
            raise Conflict("followup.ask.error.followed")
    else:
        may = _may(visit, rule, AT_MOST - sum(not row.follows for row in found))
        if may != "yes":
            raise Conflict(f"followup.ask.error.{may}", days=rule.days, most=AT_MOST)
    made = new_id()
    session.add(
        VisitQuestion(
            id=made,
            appointment_id=appointment.id,
            number=len(found) + 1,
            organization_id=slot.organization_id,
            department_id=slot.department_id,
            physician_account_id=slot.physician_account_id,
            account_id=actor.account_id,
            speaker_id=actor.person_id if actor.for_person_id else "",
            follows=str(follows) if follows else "",
            text=seal_text(words, TEXT, made),
            asked_at=clock.now(),
            due_at=due_at(session, slot.organization_id, rule),
        )
    )
    try:
        session.flush()
    except IntegrityError:  # the same press twice, side by side
        raise Conflict("followup.ask.error.followed") from None
    line(session, actor, Action.ASK_TEAM, appointment, decision, question=made)
    facts.emit(session, ASKED, question=made)
    tell_screens(session, appointment.id, slot.department_id, slot.physician_account_id, slot.organization_id)


def asked_of(session: Session, appointment_id: str) -> Sequence[VisitQuestion]:
    """Return what was asked on a visit, in its order; the caller has asked whose it is."""
    query = select(VisitQuestion).where(VisitQuestion.appointment_id == appointment_id)
    return session.exec(query.order_by(col(VisitQuestion.number))).all()


def cards(session: Session, found: Sequence[VisitQuestion], zone: str, rule: AskingTimes) -> tuple[QuestionCard, ...]:
    """Show questions with their answers, a further one after the answer that it follows."""
    first = [row for row in found if not row.follows]
    ordered = [row for each in first for row in (each, *(other for other in found if other.follows == each.id))]
    return tuple(card_of(session, row, zone, may_follow=_may_follow(row, found, rule)) for row in ordered)


def card_of(session: Session, row: VisitQuestion, zone: str, *, may_follow: bool = False) -> QuestionCard:
    """Show one question."""
    return QuestionCard(
        id=row.id,
        text=unseal_text(row.text, TEXT, row.id),
        asked_at=rows.local(row.asked_at, zone),
        by=person_name(session, row.speaker_id) if row.speaker_id else Words(),
        state=row.state,
        due_at=rows.local(row.due_at - timedelta(seconds=1), zone),
        overdue=is_late(row),
        taken=bool(row.taken_by),
        kind=row.kind,
        answer=unseal_text(row.answer, ANSWER, row.id),
        answered_at=rows.local(row.answered_at, zone) if row.answered_at else "",
        answered_by=account_card(session, row.answered_by).name if row.answered_by else Words(),
        further=bool(row.follows),
        may_follow=may_follow,
    )


def is_late(row: VisitQuestion) -> bool:
    """Tell whether an answer is owed longer than the hospital says."""
    return row.state == OPEN and row.due_at <= clock.now()


def due_at(session: Session, organization_id: str, rule: AskingTimes) -> datetime:
    """Return by when what is asked now is answered: the end of so many working days after today, on its calendar."""
    zone = rows.zone(session, organization_id)
    day = clock.now().astimezone(zone).date()
    off = {
        date.fromisoformat(each)
        for each in session.exec(
            select(DayOff.day).where(
                DayOff.organization_id == organization_id, DayOff.physician_account_id == "", DayOff.day > str(day)
            )
        )
    }
    left = rule.answer_days
    while left > 0:
        day += _A_DAY
        left -= day.weekday() < _WEEKEND and day not in off
    return datetime.combine(day + _A_DAY, datetime.min.time(), zone)


def tell_screens(
    session: Session, appointment_id: str, department_id: str, physician_account_id: str, organization_id: str
) -> None:
    """Have every screen that shows a question look again: its patient's, the team's, the desk's."""
    changes.note(
        session,
        f"visit:{appointment_id}",
        team_topic(department_id),
        f"account:{physician_account_id}",
        f"organization:{organization_id}",
    )


def end_questions(session: Session, person_id: str) -> None:
    """Let nobody wait for an answer any more: its patient has died, or closes the account."""
    found = session.exec(
        select(VisitQuestion)
        .join(Appointment, col(Appointment.id) == VisitQuestion.appointment_id)
        .where(Appointment.person_id == person_id, func.coalesce(col(VisitQuestion.state), "") == OPEN)
    ).all()
    for row in found:
        row.state = ENDED
        session.add(row)
        tell_screens(session, row.appointment_id, row.department_id, row.physician_account_id, row.organization_id)


def _theirs(
    session: Session, actor: Actor, appointment_id: str, action: Action
) -> tuple[Decision, Appointment, Slot, Visit | None]:
    decision = allow(session, actor, action)
    appointment, slot = found_for(session, actor, appointment_id, action)
    return decision, appointment, slot, session.get(Visit, appointment.id)


def _until(visit: Visit | None, rule: AskingTimes) -> datetime | None:
    return visit.ended_at + timedelta(days=rule.days) if visit is not None and visit.ended_at else None


def _may(visit: Visit | None, rule: AskingTimes, left: int) -> str:
    until = _until(visit, rule)
    if until is None:
        return "not_yet"
    if not rule.days:
        return "off"
    if clock.now() >= until:
        return "late"
    return "yes" if left > 0 else "full"


def _may_follow(row: VisitQuestion, found: Sequence[VisitQuestion], rule: AskingTimes) -> bool:
    """Tell whether one further question can be asked: after an answer to a first one, once, within the same days."""
    if row.follows or row.answered_at is None or any(other.follows == row.id for other in found):
        return False
    return clock.now() < row.answered_at + timedelta(days=rule.days)


def _words(text: object) -> str:
    words = text.strip() if isinstance(text, str) else ""
    if len(words) < SHORTEST:
        raise Invalid("followup.ask.error.short", field="text")
    if len(words) > LONGEST:
        raise Invalid("followup.error.too_long", field="text", longest=LONGEST)
    return words
