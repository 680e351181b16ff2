"""What each hospital holds of a patient, shown to its owner alone, with their own word where it is wrong.

Nothing is changed here: a hospital mends its own system, and its feed brings what it has mended (GB/T 35273, 8.2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, func, select

from health_cloud.core import facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Decision, Situation, decide
from health_cloud.core.words import Words
from health_cloud.identity.models import (
    Contact,
    Correction,
    Identifier,
    Link,
    Organization,
    PatientRecord,
    Person,
    RecordKey,
)
from health_cloud.identity.service import addresses, people
from health_cloud.identity.service.numbers import (
    EMAIL,
    FOREIGN_RESIDENT,
    HK_MACAU_PERMIT,
    MEDICAL_RECORD,
    NATIONAL_ID,
    PASSPORT,
    PHONE,
    SOCIAL_SECURITY_CARD,
    TAIWAN_PERMIT,
    VISIT_CARD,
)
from health_cloud.identity.views import CorrectionFact, Datum, HeldRecord

REPORTED, ENDED = "identity.correction_reported", "identity.correction_ended"
REASONS: Final = ("mistaken", "outdated", "not_mine")
LONGEST = 500
A_DAY = 10
"""Reports of one person in a day; a record has some ten data."""

_TOLD: Final = ("name", "sex", "birth_date", "address")
_KINDS: Final = (
    *_TOLD,
    NATIONAL_ID,
    PASSPORT,
    HK_MACAU_PERMIT,
    TAIWAN_PERMIT,
    FOREIGN_RESIDENT,
    SOCIAL_SECURITY_CARD,
    VISIT_CARD,
    MEDICAL_RECORD,
    "other",
    PHONE,
    EMAIL,
)
"""In the order in which they are shown."""
_SEALED = "identity_patient_record.demographics"
_WORDS = "identity_correction.words"
_LONG, _TAIL, _SHORT_TAIL = 8, 4, 2


def records(session: Session, actor: Actor) -> list[HeldRecord]:
    """Return what each hospital holds of the actor, by hospital; the use stands in the ledger.

    Raises:
        Denied: not a patient, or nothing of this person is shown to anybody.
    """
    decision = _allow(session, actor, Action.READ_PROFILE)
    found = [_held(session, record, hospital) for record, hospital in _own(session, actor)]
    ledger.write(
        session,
        actor,
        Action.READ_PROFILE,
        ledger.ALLOWED,
        person_id=actor.person_id,
        decision=decision,
        detail={"records": len(found)},
    )
    return found


def report(session: Session, actor: Actor, record_id: str, name: str, reason: str, words: str) -> None:
    """Say that a datum is wrong; the hospital gets a data-quality case of it.

    Raises:
        Invalid: no such reason, too long, or too many in a day.
        NotFound: no such datum of the actor's.
        Conflict: it is reported already, and has not changed since.
    """
    decision = _allow(session, actor, Action.CORRECT_PROFILE)
    if reason not in REASONS:
        raise Invalid("identity.profile.error.reason", field="reason")
    if len(words) > LONGEST:
        raise Invalid("identity.profile.error.long", field="words", count=LONGEST)
    session.exec(select(Person.id).where(Person.id == actor.person_id).with_for_update()).one()
    at = now()
    held = next((each for each in _own(session, actor) if each[0].id == record_id), None)
    value = dict(_values(session, held[0])).get(name) if held else None
    if held is None or not value:
        raise NotFound(action=Action.CORRECT_PROFILE.value, person_id=actor.person_id)
    today = select(func.count()).where(
        Correction.person_id == actor.person_id, col(Correction.created_at) > at - timedelta(days=1)
    )
    if session.exec(today).one() >= A_DAY:
        raise Invalid("identity.profile.error.often")
    before = _open(session, record_id).get(name)
    if before is not None:
        if before.held == _digest(record_id, value):
            raise Conflict("identity.profile.error.reported")
        _end(session, before)
    row_id = new_id()
    session.add(
        Correction(
            id=row_id,
            record_id=record_id,
            person_id=actor.person_id,
            datum=name,
            reason=reason,
            words=seal_text(words.strip(), _WORDS, row_id),
            held=_digest(record_id, value),
            created_at=at,
        )
    )
    session.flush()
    facts.emit(session, REPORTED, id=row_id)
    _note(session, actor, row_id, decision)


def withdraw(session: Session, actor: Actor, correction_id: str) -> None:
    """Take a report back.

    Raises:
        NotFound: no such open report of the actor's.
    """
    decision = _allow(session, actor, Action.CORRECT_PROFILE)
    row = session.get(Correction, correction_id) if is_id(correction_id) else None
    if row is None or row.person_id != actor.person_id or row.ended_at is not None:
        raise NotFound(action=Action.CORRECT_PROFILE.value, person_id=actor.person_id)
    _end(session, row)
    _note(session, actor, row.id, decision)


def correction(session: Session, correction_id: str) -> CorrectionFact | None:
    """Return a report for the data quality of its hospital, or nothing where the record has no feed."""
    found = session.exec(
        select(Correction, PatientRecord.organization_id, RecordKey.feed_id)
        .join(PatientRecord, col(PatientRecord.id) == Correction.record_id)
        .join(RecordKey, col(RecordKey.record_id) == Correction.record_id)
        .where(Correction.id == correction_id)
        .order_by(col(RecordKey.feed_id))
        .limit(1)
    ).first()
    if found is None:
        return None
    row, organization_id, feed_id = found
    return CorrectionFact(
        id=row.id,
        organization_id=organization_id,
        feed_id=feed_id,
        record_id=row.record_id,
        kind=_kind(row.datum),
        reason=row.reason,
        ended=row.ended_at is not None,
    )


def _allow(session: Session, actor: Actor, action: Action) -> Decision:
    """Ask the policy about the actor's own person; whose affairs they see to otherwise is not meant here."""
    person = people.person_state(session, actor.person_id) if actor.person_id else None
    if person is None:
        raise Denied(action=action.value)
    closed = "core.reason.conflict" if person.conflict else ""
    decision = decide(actor, action, Situation(person_id=actor.person_id, now=now(), closed=closed))
    if not decision.allowed:
        raise Denied(action=action.value, person_id=actor.person_id)
    return decision


def _own(session: Session, actor: Actor) -> list[tuple[PatientRecord, Organization]]:
    return list(
        session.exec(
            select(PatientRecord, Organization)
            .join(Link, col(Link.record_id) == PatientRecord.id)
            .join(Organization, col(Organization.id) == PatientRecord.organization_id)
            .where(Link.person_id == actor.person_id, col(Link.to_at).is_(None))
            .order_by(col(Organization.id), col(PatientRecord.id))
        ).all()
    )


def _held(session: Session, record: PatientRecord, hospital: Organization) -> HeldRecord:
    reports = _open(session, record.id)
    return HeldRecord(
        id=record.id,
        hospital=Words(hospital.name_zh, hospital.name_en),
        as_of=record.source_at.isoformat() if record.source_at else "",
        arrived=record.updated_at.isoformat(),
        data=tuple(_datum(record.id, name, value, reports.get(name)) for name, value in _values(session, record)),
    )


def _datum(record_id: str, name: str, value: str, said: Correction | None) -> Datum:
    kind = _kind(name)
    return Datum(
        name=name,
        kind=kind,
        text="" if kind == "name" else _shown(kind, value) if ":" in name else value,
        words=Words(*value.split("\n")) if kind == "name" and value else Words(),
        correction_id=said.id if said else "",
        reason=said.reason if said else "",
        reported=said.created_at.isoformat() if said else "",
        changed=said is not None and said.held != _digest(record_id, value),
    )


def _values(session: Session, record: PatientRecord) -> Iterator[tuple[str, str]]:
    """Give each datum of a record with its whole value, in the order in which they are shown."""
    told = json.loads(unseal_text(record.demographics, _SEALED, record.id) or "{}")
    names = [str(told.get(key) or "") for key in ("name_zh", "name_en")]
    yield "name", "\n".join(names) if any(names) else ""
    for key in _TOLD[1:]:
        yield key, str(told.get(key) or "")
    for table, column in ((Identifier, "identity_identifier.value"), (Contact, "identity_contact.value")):
        query = select(table).where(table.record_id == record.id).order_by(col(table.id))
        for row in sorted(session.exec(query).all(), key=lambda each: _KINDS.index(_kind(each.kind))):
            yield f"{row.kind}:{row.id}", unseal_text(row.value, column, row.id)


def _shown(kind: str, value: str) -> str:
    """Show enough of a number or contact for its owner to know it, and too little for whoever looks over a shoulder."""
    if kind in (PHONE, EMAIL):
        return addresses.masked(kind, value)
    return f"****{value[-_TAIL:] if len(value) >= _LONG else value[-_SHORT_TAIL:]}"


def _open(session: Session, record_id: str) -> dict[str, Correction]:
    query = select(Correction).where(Correction.record_id == record_id, col(Correction.ended_at).is_(None))
    return {row.datum: row for row in session.exec(query).all()}


def _end(session: Session, row: Correction) -> None:
    row.ended_at = now()
    session.add(row)
    session.flush()
    facts.emit(session, ENDED, id=row.id)


def _note(session: Session, actor: Actor, correction_id: str, decision: Decision) -> None:
    ledger.write(
        session,
        actor,
        Action.CORRECT_PROFILE,
        ledger.DONE,
        person_id=actor.person_id,
        decision=decision,
        detail={"correction": correction_id},
    )


def _kind(name: str) -> str:
    kind = name.partition(":")[0]
    return kind if kind in _KINDS else "other"


def _digest(record_id: str, value: str) -> str:
    return blind(value, "identity_correction.held", record_id)
