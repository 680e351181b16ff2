"""What makes the demo's follow-up worth a look: its physician holds hours, and there is a visit that can begin today.

Both go through the services that everybody uses, in the names of the invented people, in demo mode alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from health_cloud.core import clock, db, jobs
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.errors import Conflict, HealthCloudError, Invalid
from health_cloud.core.policy import Role, Scope
from health_cloud.core.settings import settings
from health_cloud.demo.service import cards
from health_cloud.demo.showing import SEED
from health_cloud.followup.models import Appointment, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.followup.service.booking import book
from health_cloud.followup.service.checking import ask, check_page, steps_before
from health_cloud.followup.service.giving import USUAL, agree
from health_cloud.followup.service.hours import WantedHours, add_hours
from health_cloud.followup.service.slots import answer_appointment, open_slots
from health_cloud.followup.service.times import times_page
from health_cloud.identity.service import directory
from health_cloud.identity.service.faces import department_of, worker
from health_cloud.identity.service.lookup import account_by_identifier
from health_cloud.identity.service.sessions import plain_actor

JOB = "the demo's visit of today"
PHYSICIAN, PATIENT = "dr.chen", "lin"
REASON, WORD = "最近早上空腹血糖 7.5 左右，想问要不要调药", "请把这几天的血糖记下来"
_WORKDAYS = range(5)
_TUESDAY = 1
_SECONDS = 20
_SOONEST, _LATEST = timedelta(minutes=3), timedelta(minutes=15)
_PAUSE = timedelta(minutes=30)
"""So long after one has ended, or was called off, the next is made."""
_STEP = timedelta(minutes=5)


def hold_hours(session: Session, payload: dict[str, str]) -> None:
    """Give a physician of the demo who has just begun a usual week; a subscriber of facts."""
    actor = worker(session, payload["account"])
    if actor is None or actor.role is not Role.PHYSICIAN or not department_of(session, actor.practitioner_id):
        return
    for weekday in _WORKDAYS:
        add_hours(session, actor, WantedHours(weekday, "16:00", "17:30", "15", ["text"]))
    add_hours(session, actor, WantedHours(_TUESDAY, "11:00", "12:00", "20", ["text"], quota="3"))


def make_visit() -> bool:
    """Let the demo's patient have a visit with its physician that can begin now, where they have none of today.

    Nothing happens before both have set up their accounts, nor where the patient cannot book now: it is tried again.

    Returns:
        Whether one was made.
    """
    if settings().mode != "demo":
        return False
    with db.reading() as session:
        both = _both(session)
        if both is None or _has_one(session, *both):
            return False
    try:
        db.perform(_book_now, *both)
    except HealthCloudError:  # as many visits as one may have, a time that is taken: whoever plays with it comes first
        return False
    return True


def _both(session: Session) -> tuple[Actor, Actor] | None:
    """Return the demo's physician and patient once they can sign in; nobody where there is a real hospital."""
    if not directory.only_demo(session):
        return None
    card = next(each for each in cards(SEED) if each.key == PATIENT)
    found = [account_by_identifier(session, text) for text in (PHYSICIAN, card.national_id)]
    if any(each is None or each.state != "active" for each in found):
        return None
    chen, lin = (plain_actor(each, Visitor()) for each in found if each is not None)
    return chen, lin


def _has_one(session: Session, chen: Actor, lin: Actor) -> bool:
    """Tell whether they have a visit of today that is not over, or had one just now."""
    now, zone = clock.now(), ZoneInfo(rows.zone_of(session, chen.organization_id))
    midnight = (now.astimezone(zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    found = session.exec(
        select(Appointment.id)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .join(Visit, col(Visit.appointment_id) == Appointment.id, isouter=True)
        .where(
            Appointment.person_id == lin.person_id,
            Slot.physician_account_id == chen.account_id,
            or_(
                col(Appointment.state).in_(rows.LIVE)
                & (col(Slot.starts_at) < midnight)
                & (col(Slot.ends_at) > now - rows.LATEST)
                & (col(Visit.ended_at).is_(None)),
                (col(Visit.ended_at) > now - _PAUSE),
                (col(Appointment.state).in_(("cancelled", "declined")) & (col(Appointment.changed_at) > now - _PAUSE)),
            ),
        )
        .limit(1)
    )
    return found.first() is not None


def _book_now(session: Session, chen: Actor, lin: Actor) -> None:
    """Offer a time, ask the rules, agree, book and accept, as the two would.

    Raises:
        HealthCloudError: anything of it is refused; nothing is left of it then.
    """
    lin = replace(lin, proved_at=clock.now())
    department = department_of(session, chen.practitioner_id)
    slot_id = _time(session, chen, lin, department)
    place = department, chen.account_id
    if place not in steps_before(session, lin):
        disease = check_page(session, lin, *place).diseases[0].name
        ask(session, lin, *place, {"disease": disease, "flags": [], "none": True, "controlled": "no"})
    agree(session, lin, *place, Scope(USUAL), True)
    made = book(session, lin, slot_id, REASON)
    answer_appointment(session, chen, made.id, True, WORD)


def _time(session: Session, chen: Actor, lin: Actor, department: str) -> str:
    """Return a time that begins soon: a new one or, where there are some already, the next free one."""
    zone = ZoneInfo(rows.zone_of(session, chen.organization_id))
    begin = _soon(clock.now().astimezone(zone))
    day, ends = begin.date().isoformat(), begin + timedelta(minutes=15)
    try:
        open_slots(session, chen, day, f"{begin:%H:%M}", f"{ends:%H:%M}", "15", department, ("text", "video"))
    except Conflict:
        page = times_page(session, lin, department, chen.account_id, day)
        found = [each for each in (*page.morning, *page.afternoon) if each.starts_at <= (begin + _LATEST).isoformat()]
        if not found:
            raise Invalid("followup.error.no_slot") from None
        return found[0].id
    query = select(Slot.id).where(Slot.physician_account_id == chen.account_id, Slot.starts_at == begin)
    return session.exec(query).one()


def _soon(now: datetime) -> datetime:
    """Return the next five minutes of the clock that are at least three away."""
    least = now + _SOONEST
    over = timedelta(minutes=least.minute % 5, seconds=least.second, microseconds=least.microsecond)
    return least + (_STEP - over if over else timedelta())


async def run() -> None:
    """Look after it in one worker, until the server stops; nothing outside the demo."""
    await jobs.attend(JOB, _SECONDS, make_visit)


TASKS = (run,)
