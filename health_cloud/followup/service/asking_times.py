"""A hospital's rule for questions on past visits, and what nobody has answered in time."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from health_cloud.core import changes, clock, facts, jobs, ledger
from health_cloud.core.actors import Actor, system
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.policy import Action, Decision, decide
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, AskingRule, VisitQuestion
from health_cloud.followup.service import asking, rows
from health_cloud.followup.views import AskingTimesPage, LateQuestion
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name

JOB = "answers to questions on visits"
OVERDUE = "followup.question_overdue"
DAYS, ANSWER_DAYS = (0, 90), (1, 10)
_SECONDS = 20
_SHOWN = 50


def asking_times(session: Session, actor: Actor) -> tuple[AskingTimesPage, str]:
    """Return the rule to the hospital's staff, and what is late: where and since when, not whose and not what.

    Returns:
        The page, and when the clock changes it.

    Raises:
        Denied: not staff of a hospital.
    """
    _allow(actor)
    ours = (VisitQuestion.organization_id == actor.organization_id, VisitQuestion.state == asking.OPEN)
    late = session.exec(
        select(VisitQuestion)
        .where(*ours, col(VisitQuestion.due_at) <= clock.now())
        .order_by(col(VisitQuestion.due_at))
        .limit(_SHOWN)
    ).all()
    following = session.exec(
        select(VisitQuestion.due_at)
        .where(*ours, col(VisitQuestion.due_at) > clock.now())
        .order_by(col(VisitQuestion.due_at))
    ).first()
    row = session.get(AskingRule, actor.organization_id)
    zone = rows.zone_of(session, actor.organization_id)
    page = AskingTimesPage(
        rule=asking.rule_of(session, actor.organization_id),
        changed_by=account_card(session, row.changed_by).name if row else Words(),
        changed_at=row.changed_at.isoformat() if row else "",
        late=tuple(
            LateQuestion(
                each.id,
                department_name(session, each.department_id),
                account_card(session, each.physician_account_id).name,
                rows.local(each.due_at, zone),
            )
            for each in late
        ),
    )
    return page, following.isoformat() if following else ""


def set_asking(session: Session, actor: Actor, days: object, answer_days: object) -> None:
    """Decide for how many days after a visit one may ask, 0 for never, and within how many working days it is answered.

    What was asked already keeps the time that was said.

    Raises:
        Denied: not staff of a hospital.
        Invalid: not a number within its limits.
        Conflict: a colleague has decided at the same moment.
    """
    decision = _allow(actor)
    wanted, within = _number(days, DAYS, "days"), _number(answer_days, ANSWER_DAYS, "answer_days")
    row = session.get(AskingRule, actor.organization_id, with_for_update=True) or AskingRule(
        organization_id=actor.organization_id,
        days=wanted,
        answer_days=within,
        changed_by=actor.account_id,
        changed_at=clock.now(),
    )
    row.days, row.answer_days, row.changed_by, row.changed_at = wanted, within, actor.account_id, clock.now()
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # the first decision of two colleagues at once
        raise Conflict("followup.error.changed_meanwhile") from None
    detail: dict[str, str | int] = {"question_days": wanted, "answer_days": within}
    ledger.write(session, actor, Action.MANAGE_OPENING, ledger.DONE, decision=decision, detail=detail)
    changes.note(session, f"organization:{actor.organization_id}")


def note_overdue() -> int:
    """Note every answer that has become late, each once whatever workers do; returns how many there were."""
    late = select(VisitQuestion).where(
        VisitQuestion.state == asking.OPEN,
        col(VisitQuestion.overdue_at).is_(None),
        col(VisitQuestion.due_at) <= clock.now(),
    )
    return jobs.work_off(late.order_by(col(VisitQuestion.due_at)), _note)


def _note(session: Session, row: VisitQuestion) -> None:
    row.overdue_at = clock.now()
    session.add(row)
    appointment = session.get_one(Appointment, row.appointment_id)
    job = system(JOB, row.organization_id)
    detail: dict[str, str | int] = {"appointment": appointment.id, "question": row.id}
    ledger.write(session, job, Action.OWE_QUESTION, ledger.DONE, person_id=appointment.person_id, detail=detail)
    facts.emit(session, OVERDUE, question=row.id)
    asking.tell_screens(session, appointment.id, row.department_id, row.physician_account_id, row.organization_id)


async def run() -> None:
    """Note them every moment, in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, note_overdue)


TASKS = (run,)


def _allow(actor: Actor) -> Decision:
    decision = decide(actor, Action.MANAGE_OPENING)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=Action.MANAGE_OPENING.value)
    return decision


def _number(value: object, limits: tuple[int, int], field: str) -> int:
    text = str(value).strip()
    least, most = limits
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and least <= int(text) <= most):  # noqa: PLR2004
        raise Invalid("followup.error.number", field=field, least=least, most=most)
    return int(text)
