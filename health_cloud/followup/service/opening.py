"""How a hospital opens its times: how far ahead and at which hour, until when one may cancel, and its holidays."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Decision, decide
from health_cloud.core.words import Words
from health_cloud.followup.models import Clinic, DayOff, Opening
from health_cloud.followup.service import laying, rows
from health_cloud.followup.views import OffRow, OpeningPage
from health_cloud.identity.service.faces import account_card

DAYS_AHEAD = (1, 60)
CANCEL_HOURS = (0, 72)
OFFER_MINUTES = (5, 120)
LONGEST_NAME = 40
_A_YEAR = timedelta(days=400)


def opening_page(session: Session, actor: Actor) -> OpeningPage:
    """Return a hospital's rule and its holidays from today on to its staff.

    Raises:
        Denied: not staff of a hospital.
    """
    _allow(actor)
    today = rows.today(session, actor.organization_id)
    found = session.exec(
        select(DayOff)
        .where(DayOff.organization_id == actor.organization_id, DayOff.physician_account_id == "", DayOff.day >= today)
        .order_by(col(DayOff.day))
    ).all()
    row = session.get(Opening, actor.organization_id)
    return OpeningPage(
        rule=rows.rule_of(session, actor.organization_id),
        holidays=tuple(OffRow(each.id, each.day, each.name) for each in found),
        today=today,
        changed_by=account_card(session, row.changed_by).name if row else Words(),
        changed_at=row.changed_at.isoformat() if row else "",
    )


def set_opening(
    session: Session,
    actor: Actor,
    days_ahead: object,
    opens_at: object,
    cancel_hours: object,
    offer_minutes: object = rows.SHIPPED.offer_minutes,
) -> None:
    """Decide how times open, until when one may cancel, and how long a freed one is offered; it holds at once.

    Times that are already open stay open.

    Raises:
        Denied: not staff of a hospital.
        Invalid: not a number within its limits, or no time.
    """
    decision = _allow(actor)
    days = _number(days_ahead, DAYS_AHEAD, "days_ahead")
    hour = clock_time(opens_at, "opens_at")
    hours = _number(cancel_hours, CANCEL_HOURS, "cancel_hours")
    minutes = _number(offer_minutes, OFFER_MINUTES, "offer_minutes")
    row = session.get(Opening, actor.organization_id, with_for_update=True)
    if row is None:
        row = Opening(
            organization_id=actor.organization_id,
            days_ahead=days,
            opens_at=hour,
            cancel_hours=hours,
            offer_minutes=minutes,
            changed_by=actor.account_id,
            changed_at=clock.now(),
        )
    row.days_ahead, row.opens_at, row.cancel_hours, row.offer_minutes = days, hour, hours, minutes
    row.changed_by, row.changed_at = actor.account_id, clock.now()
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # the first decision of two colleagues at once
        raise Conflict("followup.error.changed_meanwhile") from None
    detail: dict[str, str | int] = {
        "days_ahead": days,
        "opens_at": hour,
        "cancel_hours": hours,
        "offer_minutes": minutes,
    }
    ledger.write(session, actor, Action.MANAGE_OPENING, ledger.DONE, decision=decision, detail=detail)
    for clinic in _clinics(session, actor.organization_id):
        laying.lay_on(session, clinic)
    changes.note(session, f"organization:{actor.organization_id}")


def add_holiday(session: Session, actor: Actor, day: object, name: object) -> int:
    """Close the hospital's regular hours on a day; free times of them go. Returns how many booked ones stay.

    Raises:
        Denied: not staff of a hospital.
        Invalid: no day, one that is past or too far away, or a name that is missing or too long.
        Conflict: it is one already.
    """
    decision = _allow(actor)
    chosen = coming_day(session, actor.organization_id, day)
    text = name.strip() if isinstance(name, str) else ""
    if not text or not text.isprintable():
        raise Invalid("followup.error.holiday_name", field="name")
    if len(text) > LONGEST_NAME:
        raise Invalid("followup.error.too_long", field="name", longest=LONGEST_NAME)
    clinics = _clinics(session, actor.organization_id)
    session.add(
        DayOff(organization_id=actor.organization_id, day=chosen.isoformat(), name=text, created_at=clock.now())
    )
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("followup.error.off_already") from None
    detail: dict[str, str | int] = {"holiday": chosen.isoformat()}
    ledger.write(session, actor, Action.MANAGE_OPENING, ledger.DONE, decision=decision, detail=detail)
    changes.note(session, f"organization:{actor.organization_id}")
    return sum(laying.lay_day(session, clinic, chosen).standing for clinic in clinics)


def remove_holiday(session: Session, actor: Actor, holiday_id: str) -> None:
    """Hold the regular hours of a day after all; its times are open again at once.

    Raises:
        Denied: not staff of a hospital.
        NotFound: absent, or another hospital's.
    """
    decision = _allow(actor)
    clinics = _clinics(session, actor.organization_id)
    row = session.get(DayOff, holiday_id) if is_id(holiday_id) else None
    if row is None or row.organization_id != actor.organization_id or row.physician_account_id:
        raise NotFound(action=Action.MANAGE_OPENING.value)
    day = date.fromisoformat(row.day)
    session.delete(row)
    session.flush()
    detail: dict[str, str | int] = {"no_holiday": row.day}
    ledger.write(session, actor, Action.MANAGE_OPENING, ledger.DONE, decision=decision, detail=detail)
    changes.note(session, f"organization:{actor.organization_id}")
    for clinic in clinics:
        laying.lay_day(session, clinic, day)


def _clinics(session: Session, organization_id: str) -> list[Clinic]:
    """Lock the calendars of a hospital's physicians, always in the same order."""
    found = select(Clinic).where(Clinic.organization_id == organization_id).order_by(col(Clinic.physician_account_id))
    return list(session.exec(found.with_for_update()).all())


def coming_day(session: Session, organization_id: str, day: object) -> date:
    """Return a day that is not past on the hospital's calendar.

    Raises:
        Invalid: no day, past, or more than a year away.
    """
    try:
        chosen = date.fromisoformat(str(day))
    except ValueError:
        raise Invalid("followup.error.day", field="day") from None
    today = date.fromisoformat(rows.today(session, organization_id))
    if not today <= chosen <= today + _A_YEAR:
        raise Invalid("followup.error.coming_day", field="day")
    return chosen


def clock_time(value: object, field: str) -> str:
    """Return a time of the clock as HH:MM.

    Raises:
        Invalid: none.
    """
    try:
        found = time.fromisoformat(str(value))
    except ValueError:
        raise Invalid("followup.error.time", field=field) from None
    if found.tzinfo is not None or found.second or found.microsecond:
        raise Invalid("followup.error.time", field=field)
    return f"{found:%H:%M}"


def _number(value: object, limits: tuple[int, int], field: str) -> int:
    text = str(value).strip()
    least, most = limits
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and least <= int(text) <= most):  # noqa: PLR2004
        raise Invalid("followup.error.number", field=field, least=least, most=most)
    return int(text)


def _allow(actor: Actor) -> Decision:
    decision = decide(actor, Action.MANAGE_OPENING)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=Action.MANAGE_OPENING.value)
    return decision
