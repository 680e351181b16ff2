"""The times of one physician in one department: the next free one, the days, and what is free on one of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.followup.models import Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.checking import Place, place_of, steps_before
from health_cloud.followup.service.holding import MINUTES, held_by_others, next_end, own_holds
from health_cloud.followup.service.week import KINDS
from health_cloud.followup.views import TimesDay, TimesPage
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name

_AHEAD = timedelta(days=61)
_NOON = 12


def times_page(
    session: Session, actor: Actor, department_id: str, physician_account_id: str, day: str = "", kind: str = ""
) -> TimesPage:
    """Return what of one physician's times a patient can book.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who books.
        department_id: where.
        physician_account_id: with whom.
        day: the day whose times are shown, ISO text; where none of it is free, the day of what one holds, or the next.
        kind: how one would meet; else in the first way there is, online before in person, where nothing comes before.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: no such physician offers times there.
    """
    place = place_of(session, actor, department_id, physician_account_id)
    page = times_of(session, actor, place, day, kind)
    known = {} if page.kind != rows.IN_PERSON else {(department_id, physician_account_id): ""}
    step = (known or steps_before(session, actor)).get((department_id, physician_account_id), "check")
    return replace(page, step=f"/followup/{step}/{department_id}/{physician_account_id}" if step else "")


def times_of(session: Session, actor: Actor, place: Place, day: str = "", kind: str = "") -> TimesPage:
    """Return the same to a caller who has asked the policy, and sees to what comes before."""
    department_id, physician_account_id = place.department_id, place.physician_account_id
    now, zone = clock.now(), rows.zone(session, place.organization_id)
    every = list(
        session.exec(
            select(Slot)
            .where(
                Slot.physician_account_id == physician_account_id,
                Slot.department_id == department_id,
                Slot.state == "open",
                col(Slot.starts_at) > now,
                col(Slot.starts_at) < now + _AHEAD,
            )
            .order_by(col(Slot.starts_at))
        ).all()
    )
    kinds = [each for each in KINDS if any(rows.kind_at(slot, each) for slot in every)]
    chosen = kind if kind in kinds else next(iter(kinds), rows.ONLINE[0])
    there = [slot for slot in every if rows.kind_at(slot, chosen)]
    gone = _gone(session, actor, [slot.id for slot in there])
    free = [slot for slot in there if slot.id not in gone]
    own, by_id = own_holds(session, actor.subject_id), {slot.id: slot for slot in free}
    mine = next((by_id[slot_id] for slot_id in own if slot_id in by_id), None)
    held = own[mine.id] if mine else None
    days = _days([_day(slot, zone) for slot in there], [_day(slot, zone) for slot in free], now.astimezone(zone).date())
    open_days = {each.day for each in days if each.free}
    shown = day if day in open_days else _day(mine or free[0], zone).isoformat() if free else ""
    of_day = [slot for slot in free if _day(slot, zone).isoformat() == shown]
    about = mine or (free[0] if free else None)
    name = str(zone)
    return TimesPage(
        physician=account_card(session, physician_account_id),
        department=department_name(session, department_id),
        days=tuple(days),
        day=shown,
        morning=tuple(rows.slot_row(slot, name) for slot in of_day if slot.starts_at.astimezone(zone).hour < _NOON),
        afternoon=tuple(rows.slot_row(slot, name) for slot in of_day if slot.starts_at.astimezone(zone).hour >= _NOON),
        next=free[0].id if free else "",
        next_at=rows.local(free[0].starts_at, name) if free else "",
        kind=chosen,
        kinds=tuple(kinds),
        place=about.room if about and chosen == rows.IN_PERSON else "",
        minutes=int((about.ends_at - about.starts_at).total_seconds() // 60) if about else 0,
        cancel_hours=rows.rule_of(session, place.organization_id).cancel_hours,
        today=rows.local(now, name)[:10],
        held=mine.id if mine else "",
        held_at=rows.local(mine.starts_at, name) if mine else "",
        held_since=(held.until_at - timedelta(minutes=MINUTES)).isoformat() if held else "",
        held_until=held.until_at.isoformat() if held else "",
        reads_until=rows.local(mine.ends_at + rows.LATEST, name) if mine and chosen != rows.IN_PERSON else "",
        opens=next_end(session, [department_id]),
    )


def _gone(session: Session, actor: Actor, slot_ids: list[str]) -> set[str]:
    """Return which of these times are booked, or held by somebody else."""
    booked = rows.live_of(session, slot_ids).keys()
    held = session.exec(
        select(Slot.id).where(col(Slot.id).in_(slot_ids), held_by_others(actor.subject_id, clock.now()))
    ).all()
    return {*booked, *held}


def _day(slot: Slot, zone: ZoneInfo) -> date:
    return slot.starts_at.astimezone(zone).date()


def _days(there: list[date], free: list[date], today: date) -> list[TimesDay]:
    """Give every day from today to the last one that is open, with how many times of it are free."""
    if not there:
        return []
    counted, held = Counter(free), set(there)
    every = [today + timedelta(days=n) for n in range((there[-1] - today).days + 1)]
    return [
        TimesDay(each.isoformat(), counted[each], "free" if counted[each] else "full" if each in held else "none")
        for each in every
    ]
