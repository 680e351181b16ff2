"""Times are laid out from the weekly hours, each exactly once, by the clock and whenever hours change.

`lay` makes the calendar of some days equal to its plan and may be done again at any time: what the plan no longer
holds goes unless somebody has it, what it holds comes, and what a physician offered or closed by hand stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from health_cloud.core import clock, db, jobs
from health_cloud.followup.models import Clinic, DayOff, Hours, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.holding import promised
from health_cloud.followup.service.queueing import offer_freed
from health_cloud.followup.service.week import Planned, Weekly, first_moment, last_open_day, plan
from health_cloud.followup.views import Laid

JOB = "laying out times"
_SECONDS = 15
_ONE_DAY = timedelta(days=1)


def horizon(session: Session, organization_id: str) -> date:
    """Return the last day whose times are open now, on the hospital's calendar."""
    rule, zone = rows.rule_of(session, organization_id), rows.zone(session, organization_id)
    return last_open_day(clock.now(), zone, rule.days_ahead, time.fromisoformat(rule.opens_at))


def lay_on(session: Session, clinic: Clinic) -> Laid:
    """Lay out the days that have opened since the last time; the caller has locked the clinic."""
    until = horizon(session, clinic.organization_id)
    first = date.fromisoformat(clinic.laid_until) + _ONE_DAY if clinic.laid_until else _today(session, clinic)
    if until < first:
        return Laid()
    done = lay(session, clinic, first, until)
    clinic.laid_until = until.isoformat()
    session.add(clinic)
    return done


def lay_again(session: Session, clinic: Clinic) -> Laid:
    """Bring everything that is open to what the hours say now; the caller has locked the clinic."""
    if not clinic.laid_until:
        return lay_on(session, clinic)
    return lay(session, clinic, _today(session, clinic), date.fromisoformat(clinic.laid_until))


def lay_day(session: Session, clinic: Clinic, day: date) -> Laid:
    """Bring one day to what the hours say now, if it is open already; the caller has locked the clinic."""
    return lay(session, clinic, day, day) if day.isoformat() <= clinic.laid_until else Laid()


def lay(session: Session, clinic: Clinic, first: date, last: date) -> Laid:
    """Make the days from `first` to `last`, both included, equal to their plan; the caller has locked the clinic."""
    zone = rows.zone(session, clinic.organization_id)
    hours = {each.id: each for each in hours_of(session, clinic.physician_account_id)}
    weekly = tuple(weekly_of(each) for each in hours.values())
    off = days_off(session, clinic, first, last)
    days = [first + _ONE_DAY * n for n in range((last - first).days + 1)]
    now = clock.now()
    wanted = {each.starts_at: each for day in days for each in plan(weekly, day, zone, off) if each.starts_at > now}
    there = _there(
        session, clinic, max(now, first_moment(first, time(), zone)), first_moment(last + _ONE_DAY, time(), zone)
    )
    booked = _had(session, there)
    touched: dict[str, Slot] = {}
    withdrawn = 0
    for slot in there:
        if slot.hours_id and slot.state == "open" and slot.id not in booked and not _wanted(slot, wanted):
            slot.state = "withdrawn"
            session.add(slot)
            touched[slot.department_id] = slot
            withdrawn += 1
    kept = [slot for slot in there if slot.state == "open" or slot.id in booked]
    opened: list[Slot] = []
    for planned, slot in _to_open(wanted, there, kept):
        source = hours[planned.hours_id]
        made = slot or Slot(
            organization_id=clinic.organization_id,
            physician_account_id=clinic.physician_account_id,
            department_id=source.department_id,
            starts_at=planned.starts_at,
            ends_at=planned.ends_at,
        )
        made.department_id, made.hours_id, made.kinds = source.department_id, source.id, source.kinds
        made.ends_at, made.state, made.room = planned.ends_at, "open", source.room
        session.add(made)
        touched[made.department_id] = made
        opened.append(made)
    session.flush()
    offer_freed(session, opened)
    for slot in touched.values():
        rows.tell(session, slot)
    return Laid(len(opened), withdrawn, sum(slot.id in booked and not _wanted(slot, wanted) for slot in there))


def close_by_hand(session: Session, clinic: Clinic, day: date) -> int:
    """Take the free times of a day off that were offered by hand; returns how many. The clinic is locked."""
    zone = rows.zone(session, clinic.organization_id)
    first, before = first_moment(day, time(), zone), first_moment(day + _ONE_DAY, time(), zone)
    there = [slot for slot in _there(session, clinic, max(clock.now(), first), before) if not slot.hours_id]
    booked = _had(session, there)
    free = [slot for slot in there if slot.state == "open" and slot.id not in booked and slot.starts_at > clock.now()]
    for slot in free:
        slot.state = "closed"
        session.add(slot)
        rows.tell(session, slot)
    session.flush()
    return len(free)


def _had(session: Session, there: list[Slot]) -> set[str]:
    """Return which times somebody has, or is promised: they stay."""
    ids = [slot.id for slot in there]
    return {*rows.live_of(session, ids), *promised(session, ids)}


def _wanted(slot: Slot, wanted: dict[datetime, Planned]) -> bool:
    """Tell whether a time is as the plan has it, or none that hours have made."""
    planned = wanted.get(slot.starts_at)
    return not slot.hours_id or (
        planned is not None and (planned.hours_id, planned.ends_at) == (slot.hours_id, slot.ends_at)
    )


def _to_open(
    wanted: dict[datetime, Planned], there: list[Slot], kept: list[Slot]
) -> Iterable[tuple[Planned, Slot | None]]:
    """Give what is to be opened, with the row that was withdrawn at that moment; none that overlaps what is kept."""
    known = {slot.starts_at: slot for slot in there}
    for starts_at, planned in wanted.items():
        slot = known.get(starts_at)
        if slot is not None and slot.state != "withdrawn":
            continue
        if not any(planned.ends_at > each.starts_at and starts_at < each.ends_at for each in kept):
            yield planned, slot


def _there(session: Session, clinic: Clinic, first: datetime, before: datetime) -> list[Slot]:
    found = select(Slot).where(
        Slot.physician_account_id == clinic.physician_account_id, col(Slot.ends_at) > first, Slot.starts_at < before
    )
    # locked, so that nobody books a time at the very moment at which it goes
    return list(session.exec(found.order_by(col(Slot.starts_at)).with_for_update()).all())


def hours_of(session: Session, physician_account_id: str) -> list[Hours]:
    """Return the hours of a physician that hold or will hold, in the order of the week."""
    found = select(Hours).where(Hours.physician_account_id == physician_account_id, col(Hours.ended_at).is_(None))
    return list(session.exec(found.order_by(col(Hours.weekday), col(Hours.begins), col(Hours.id))).all())


def weekly_of(row: Hours) -> Weekly:
    """Return hours as the plan reads them."""
    return Weekly(
        row.id,
        row.weekday,
        time.fromisoformat(row.begins),
        time.fromisoformat(row.ends),
        row.minutes,
        row.quota,
        date.fromisoformat(row.valid_from),
        date.fromisoformat(row.valid_until) if row.valid_until else None,
    )


def days_off(session: Session, clinic: Clinic, first: date, last: date) -> frozenset[date]:
    """Return the days without regular hours: the physician's own and the hospital's."""
    found = session.exec(
        select(DayOff.day).where(
            DayOff.organization_id == clinic.organization_id,
            col(DayOff.physician_account_id).in_(("", clinic.physician_account_id)),
            DayOff.day >= first.isoformat(),
            DayOff.day <= last.isoformat(),
        )
    ).all()
    return frozenset(date.fromisoformat(each) for each in found)


def _today(session: Session, clinic: Clinic) -> date:
    return date.fromisoformat(rows.today(session, clinic.organization_id))


def open_due() -> int:
    """Lay out what has opened at each hospital since the last time; returns for how many physicians."""
    with db.reading() as session:
        hospitals = session.exec(select(Clinic.organization_id).distinct()).all()
        due = {each: horizon(session, each).isoformat() for each in hospitals}
    return sum(
        jobs.work_off(select(Clinic).where(Clinic.organization_id == hospital, Clinic.laid_until < until), lay_on)
        for hospital, until in due.items()
    )


async def run() -> None:
    """Open times at their hour, in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, open_due)


TASKS = (run,)
