"""A physician's own week: regular hours, and days off. Free times follow at once; a booked one never goes by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Decision, decide
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Clinic, DayOff, Hours, Slot
from health_cloud.followup.service import laying, rows
from health_cloud.followup.service.opening import clock_time, coming_day
from health_cloud.followup.service.slots import chosen_department, chosen_kinds, chosen_minutes, chosen_room
from health_cloud.followup.service.week import plan
from health_cloud.followup.views import AppointmentCard, HoursRow, Laid, OffRow, WeekDay, WeekPage
from health_cloud.identity.service.faces import department_of, departments_in
from health_cloud.identity.service.people import department_name

_MOST_HOURS = 40
_MOST_QUOTA = 60
_MONDAY = date(2024, 1, 1)
_LOOKED_AT = timedelta(days=400)


@dataclass(frozen=True)
class WantedHours:
    """What a physician has filled in; each part as the browser sent it."""

    weekday: object
    begins: object
    ends: object
    minutes: object
    kinds: object
    quota: object = ""
    valid_from: object = ""
    valid_until: object = ""
    department_id: object = ""
    room: object = ""


def week_page(session: Session, actor: Actor) -> WeekPage:
    """Return a physician's own week, days off, and the booked times that it no longer holds.

    Raises:
        Denied: not a physician of a hospital.
    """
    _allow(actor)
    today = rows.today(session, actor.organization_id)
    hours = laying.hours_of(session, actor.account_id)
    known = departments_in(session, actor.organization_id)
    clinic = session.get(Clinic, actor.account_id)
    off = session.exec(
        select(DayOff)
        .where(
            DayOff.organization_id == actor.organization_id,
            col(DayOff.physician_account_id).in_(("", actor.account_id)),
            DayOff.day >= today,
        )
        .order_by(col(DayOff.day))
    ).all()
    return WeekPage(
        days=tuple(
            WeekDay(
                (_MONDAY + timedelta(days=weekday)).isoformat(),
                tuple(_row(session, each, today) for each in hours if each.weekday == weekday),
            )
            for weekday in sorted({each.weekday for each in hours})
        ),
        off=tuple(OffRow(each.id, each.day) for each in off if each.physician_account_id),
        holidays=tuple(OffRow(each.id, each.day, each.name) for each in off if not each.physician_account_id),
        standing=tuple(_standing(session, clinic)) if clinic else (),
        rule=rows.rule_of(session, actor.organization_id),
        department=department_of(session, actor.practitioner_id),
        department_names=tuple(name for _, name in known),
        department_ids=tuple(row_id for row_id, _ in known),
        today=today,
    )


def _row(session: Session, row: Hours, today: str) -> HoursRow:
    return HoursRow(
        id=row.id,
        weekday=row.weekday,
        begins=row.begins,
        ends=row.ends,
        minutes=row.minutes,
        kinds=tuple(row.kinds.split(",")),
        quota=row.quota,
        department=department_name(session, row.department_id) if row.department_id else Words(),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        starts_later=row.valid_from > today,
        room=row.room,
    )


def _standing(session: Session, clinic: Clinic) -> list[AppointmentCard]:
    """Show booked times, laid out from hours, which the week as it is now would not offer."""
    booked = session.exec(
        select(Appointment, Slot)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(
            Slot.physician_account_id == clinic.physician_account_id,
            col(Slot.hours_id).is_not(None),
            col(Slot.starts_at) > clock.now(),
            col(Appointment.state).in_(rows.LIVE),
        )
        .order_by(col(Slot.starts_at))
    ).all()
    zone = rows.zone(session, clinic.organization_id)
    weekly = tuple(laying.weekly_of(each) for each in laying.hours_of(session, clinic.physician_account_id))
    today = clock.now().astimezone(zone).date()
    off = laying.days_off(session, clinic, today, today + _LOOKED_AT)
    return [
        rows.card(session, appointment, slot)
        for appointment, slot in booked
        if not any(
            (each.starts_at, each.ends_at) == (slot.starts_at, slot.ends_at)
            for each in plan(weekly, slot.starts_at.astimezone(zone).date(), zone, off)
        )
    ]


def add_hours(session: Session, actor: Actor, wanted: WantedHours) -> Laid:
    """Hold regular hours on a weekday; their times are laid out at once as far as the hospital has opened.

    Raises:
        Denied: not a physician of a hospital.
        Invalid: no such day, time, length, kind, number or department, or an end before the beginning.
        Conflict: they overlap others of that day.
    """
    decision = _allow(actor)
    clinic = _locked(session, actor)
    others = laying.hours_of(session, actor.account_id)
    if len(others) >= _MOST_HOURS:
        raise Invalid("followup.error.many_hours", most=_MOST_HOURS)
    row = _checked(session, actor, wanted)
    _part(row, others)
    session.add(row)
    session.flush()
    return _told(session, actor, decision, clinic, {"hours": row.id})


def change_hours(session: Session, actor: Actor, hours_id: str, wanted: WantedHours) -> Laid:
    """Put other hours in the place of these; free times follow, booked ones stay and are named.

    Raises:
        Denied: not a physician of a hospital.
        NotFound: absent, ended, or another physician's.
        Invalid, Conflict: as `add_hours`.
    """
    decision = _allow(actor)
    clinic = _locked(session, actor)
    old = _own(session, actor, hours_id)
    row = _checked(session, actor, wanted)
    _part(row, [each for each in laying.hours_of(session, actor.account_id) if each.id != old.id])
    old.ended_at = clock.now()
    session.add(old)
    session.add(row)
    session.flush()
    return _told(session, actor, decision, clinic, {"hours": row.id, "instead_of": old.id})


def end_hours(session: Session, actor: Actor, hours_id: str) -> Laid:
    """Hold these hours no longer: their free times go, booked ones stay and are named.

    Raises:
        Denied: not a physician of a hospital.
        NotFound: absent, ended, or another physician's.
    """
    decision = _allow(actor)
    clinic = _locked(session, actor)
    row = _own(session, actor, hours_id)
    row.ended_at = clock.now()
    session.add(row)
    session.flush()
    return _told(session, actor, decision, clinic, {"ended": row.id})


def take_day_off(session: Session, actor: Actor, day: object) -> Laid:
    """Be away on a day: its free times go, those offered by hand too; booked ones stay and are named.

    Raises:
        Denied: not a physician of a hospital.
        Invalid: no day, past, or more than a year away.
        Conflict: it is off already.
    """
    decision = _allow(actor)
    clinic = _locked(session, actor)
    chosen = coming_day(session, actor.organization_id, day)
    row = DayOff(
        organization_id=actor.organization_id,
        physician_account_id=actor.account_id,
        day=chosen.isoformat(),
        created_at=clock.now(),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("followup.error.off_already") from None
    by_hand = laying.close_by_hand(session, clinic, chosen)
    done = laying.lay_day(session, clinic, chosen)
    return _written(session, actor, decision, replace(done, withdrawn=done.withdrawn + by_hand), {"off": row.day})


def work_after_all(session: Session, actor: Actor, off_id: str) -> Laid:
    """Hold the regular hours of a day that was off.

    Raises:
        Denied: not a physician of a hospital.
        NotFound: absent, or somebody else's.
    """
    decision = _allow(actor)
    clinic = _locked(session, actor)
    row = session.get(DayOff, off_id) if is_id(off_id) else None
    if row is None or row.physician_account_id != actor.account_id:
        raise NotFound(action=Action.MANAGE_SLOTS.value)
    day = date.fromisoformat(row.day)
    session.delete(row)
    session.flush()
    return _written(session, actor, decision, laying.lay_day(session, clinic, day), {"on": row.day})


def _locked(session: Session, actor: Actor) -> Clinic:
    """Return the physician's calendar, locked: changes of it come one after the other."""
    found = session.exec(
        select(Clinic).where(Clinic.physician_account_id == actor.account_id).with_for_update()
    ).first()
    if found is not None:
        return found
    made = Clinic(physician_account_id=actor.account_id, organization_id=actor.organization_id)
    session.add(made)
    try:
        session.flush()
    except IntegrityError:  # the same person, on another screen
        raise Conflict("followup.error.changed_meanwhile") from None
    return made


def _own(session: Session, actor: Actor, hours_id: str) -> Hours:
    row = session.get(Hours, hours_id) if is_id(hours_id) else None
    if row is None or row.physician_account_id != actor.account_id or row.ended_at is not None:
        raise NotFound(action=Action.MANAGE_SLOTS.value)
    return row


def _checked(session: Session, actor: Actor, wanted: WantedHours) -> Hours:
    begins, ends = clock_time(wanted.begins, "begins"), clock_time(wanted.ends, "ends")
    minutes = chosen_minutes(wanted.minutes)
    if _since_midnight(ends) < _since_midnight(begins) + minutes.total_seconds() // 60:
        raise Invalid("followup.error.end", field="ends")
    today = rows.today(session, actor.organization_id)
    first = _day(wanted.valid_from, "valid_from") or today
    last = _day(wanted.valid_until, "valid_until")
    if last and last < max(first, today):
        raise Invalid("followup.error.last_day", field="valid_until")
    department = wanted.department_id if isinstance(wanted.department_id, str) else ""
    return Hours(
        organization_id=actor.organization_id,
        physician_account_id=actor.account_id,
        department_id=chosen_department(session, actor, department),
        weekday=_number(wanted.weekday, 6, "weekday"),
        begins=begins,
        ends=ends,
        minutes=int(minutes.total_seconds() // 60),
        kinds=chosen_kinds(wanted.kinds),
        room=chosen_room(wanted.room),
        quota=_number(wanted.quota, _MOST_QUOTA, "quota") if str(wanted.quota).strip() else 0,
        valid_from=first,
        valid_until=last,
        created_at=clock.now(),
    )


def _since_midnight(shown: str) -> int:
    found = time.fromisoformat(shown)
    return found.hour * 60 + found.minute


def _day(value: object, field: str) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid("followup.error.day", field=field) from None


def _number(value: object, most: int, field: str) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= most):  # noqa: PLR2004 - no huge text
        raise Invalid("followup.error.number", field=field, least=0, most=most)
    return int(text)


def _part(row: Hours, others: list[Hours]) -> None:
    """Refuse hours that overlap others: nobody holds two clinics at once."""
    for each in others:
        apart = (
            each.weekday != row.weekday
            or row.ends <= each.begins
            or each.ends <= row.begins
            or (each.valid_until and each.valid_until < row.valid_from)
            or (row.valid_until and row.valid_until < each.valid_from)
        )
        if not apart:
            raise Conflict("followup.error.overlap", begins=each.begins, ends=each.ends)


def _told(session: Session, actor: Actor, decision: Decision, clinic: Clinic, detail: dict[str, str | int]) -> Laid:
    return _written(session, actor, decision, laying.lay_again(session, clinic), detail)


def _written(session: Session, actor: Actor, decision: Decision, done: Laid, detail: dict[str, str | int]) -> Laid:
    counts: dict[str, str | int] = {"added": done.added, "withdrawn": done.withdrawn, "standing": done.standing}
    ledger.write(session, actor, Action.MANAGE_SLOTS, ledger.DONE, decision=decision, detail=detail | counts)
    changes.note(session, f"account:{actor.account_id}")
    return done


def _allow(actor: Actor) -> Decision:
    decision = decide(actor, Action.MANAGE_SLOTS)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=Action.MANAGE_SLOTS.value)
    return decision
