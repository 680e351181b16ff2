"""Before the visit: how one is, in one's own words, and what was measured at home; for this visit's physician alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.policy import Action, decide
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Prepared, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow, line
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.checking import verdict_at
from health_cloud.followup.service.eligibility.rules import shipped
from health_cloud.followup.service.measures import measures
from health_cloud.followup.views import MeasureRow, PreparedPage

LONGEST = 2000
_OLDEST = timedelta(days=60)
_BODY = "followup_prepared.body"
_LIMIT = "recent"
"""The rule whose words name the hospital's limit, which is no secret."""


def preparation(session: Session, actor: Actor, appointment_id: str) -> PreparedPage:
    """Return what a patient has prepared for a visit of theirs, to go on with.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent or somebody else's.
    """
    decision = allow(session, actor, Action.PREPARE_VISIT)
    appointment, slot = found_for(session, actor, appointment_id, Action.PREPARE_VISIT)
    if actor.for_person_id:  # somebody else's words
        line(session, actor, Action.READ_PREPARED, appointment, decision, ledger.ALLOWED)
    return prepared_for(session, appointment, slot)


def prepare(session: Session, actor: Actor, appointment_id: str, form: Mapping[str, object]) -> PreparedPage:
    """Keep what a patient has prepared; it replaces what they had written before.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent or somebody else's.
        Conflict: the visit is over or called off.
        Invalid: nothing at all, too much, no number, or one that cannot be; `field` says which.
    """
    decision = allow(session, actor, Action.PREPARE_VISIT)
    appointment, slot = found_for(session, actor, appointment_id, Action.PREPARE_VISIT)
    if not _can_change(appointment, slot):
        raise Conflict("followup.prepare.error.over")
    told = _read(form, rows.local(clock.now(), rows.zone_of(session, slot.organization_id))[:10])
    body = seal_text(json.dumps(told, ensure_ascii=False), _BODY, appointment.id)
    session.merge(
        Prepared(appointment_id=appointment.id, account_id=actor.account_id, body=body, changed_at=clock.now())
    )
    session.flush()
    line(session, actor, Action.PREPARE_VISIT, appointment, decision, measures=len(told["values"]))
    rows.tell(session, slot, appointment.person_id)
    return prepared_for(session, appointment, slot)


def read_preparation(session: Session, actor: Actor, appointment_id: str) -> PreparedPage:
    """Return what a patient has prepared, and what the rules said, to the physician of this very visit.

    Raises:
        Denied: not a physician.
        NotFound: absent, another physician's, or called off; the attempt is in the ledger.
    """
    decision = decide(actor, Action.READ_PREPARED)
    if not decision.allowed:
        raise Denied(action=Action.READ_PREPARED.value)
    appointment, slot = found_for(session, actor, appointment_id, Action.READ_PREPARED)
    if appointment.state not in rows.LIVE:
        raise NotFound(action=Action.READ_PREPARED.value, person_id=appointment.person_id)
    line(session, actor, Action.READ_PREPARED, appointment, decision, ledger.ALLOWED)
    page = prepared_for(session, appointment, slot)
    # what a check rests on stands in records, of whatever hospital, that this physician may not have been given
    checks = tuple(
        replace(each, day="", say="", what=each.what if each.name == _LIMIT else Words())
        for each in page.verdict.checks
    )
    return replace(page, verdict=replace(page.verdict, checks=checks))


def _can_change(appointment: Appointment, slot: Slot) -> bool:
    return appointment.state in rows.LIVE and slot.ends_at > clock.now()


def _read(form: Mapping[str, object], today: str) -> dict[str, Any]:
    said = form.get("text")
    text = said.strip() if isinstance(said, str) else ""
    if len(text) > LONGEST:
        raise Invalid("followup.error.too_long", field="text", longest=LONGEST)
    typed = {name: each.read(form.get(name)) for name, each in measures().items()}
    values = {name: value for name, value in typed.items() if value}
    upper, lower = (float(values.get(name, "0")) for name in ("systolic", "diastolic"))
    if bool(upper) != bool(lower) or (upper and upper <= lower):
        raise Invalid("followup.prepare.error.pair", field="diastolic")
    if not text and not values:
        raise Invalid("followup.prepare.error.empty", field="text")
    return {"text": text, "values": values, "day": _day(form.get("day"), today) if values else ""}


def _day(given: object, today: str) -> str:
    last = date.fromisoformat(today)
    try:
        day = date.fromisoformat(str(given)) if given else last
    except ValueError:
        raise Invalid("followup.prepare.error.day", field="day") from None
    if not last - _OLDEST <= day <= last:
        raise Invalid("followup.prepare.error.day", field="day")
    return day.isoformat()


def prepared_for(session: Session, appointment: Appointment, slot: Slot) -> PreparedPage:
    """Show what was prepared for a visit; the caller has asked whose it is."""
    row = session.get(Prepared, appointment.id)
    zone = rows.zone_of(session, slot.organization_id)
    told: dict[str, Any] = json.loads(unseal_text(row.body, _BODY, appointment.id)) if row is not None else {}
    values: dict[str, str] = told.get("values", {})
    lines = tuple(
        MeasureRow(
            name=each.name,
            words=each.words,
            unit=each.unit,
            value=values.get(each.name, ""),
            urgent=each.name in values and each.is_urgent(values[each.name]),
        )
        for each in measures().values()
    )
    return PreparedPage(
        appointment=rows.card(session, appointment, slot),
        text=told.get("text", ""),
        day=told.get("day", ""),
        measures=lines,
        urgent=any(each.urgent for each in lines),
        emergency=shipped().emergency,
        saved_at=rows.local(row.changed_at, zone) if row is not None else "",
        can_change=_can_change(appointment, slot),
        today=rows.local(clock.now(), zone)[:10],
        verdict=verdict_at(session, appointment.id),
    )
