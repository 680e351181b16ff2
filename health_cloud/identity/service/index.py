"""The patient index as the import writes it: records, their numbers and contacts, and who is the same person."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from health_cloud.core import changes
from health_cloud.core.clock import now
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.ids import new_id
from health_cloud.core.normal import is_filler, plain
from health_cloud.core.words import Words
from health_cloud.identity.models import (
    Account,
    Contact,
    Identifier,
    Link,
    PatientRecord,
    Person,
    RecordKey,
)
from health_cloud.identity.service import deaths
from health_cloud.identity.service.numbers import (
    MEDICAL_RECORD,
    NATIONAL_ID,
    blind_birth,
    blind_contact,
    blind_identifier,
    normalised,
)

IDENTITY_CONFLICT = "identity_conflict"
WRONG_PATIENT = "wrong_patient"
DUPLICATE = "duplicate"
_SEALED = "identity_patient_record.demographics"
_BOTH = 2
"""Weight of conflicts from which on it is taken for somebody else: a birth date, or name and sex."""


@dataclass(frozen=True)
class Number:
    """An identifier as a hospital gives it; `system` keeps numbers of several assigners apart."""

    kind: str
    value: str
    system: str = ""

    @property
    def spelled(self) -> str:
        """What is blinded: with its system where only that makes it one number."""
        return f"{self.system}|{self.value}" if self.kind in (MEDICAL_RECORD, "other") and self.system else self.value


@dataclass(frozen=True)
class PatientFacts:
    """What one Patient resource says.

    Attributes:
        keys: digests of the ids under which the feed names the record, the first one its own.
        birth_date: as given, maybe partial.
        source_at: when the source last changed it, where it says so.
    """

    keys: tuple[str, ...]
    name: Words
    sex: str = ""
    birth_date: str = ""
    address: str = ""
    numbers: tuple[Number, ...] = ()
    contacts: tuple[tuple[str, str], ...] = ()
    deceased_at: datetime | None = None
    source_at: datetime | None = None


@dataclass
class Indexed:
    """What became of it.

    Attributes:
        problems: (rule, other record id) of data-quality cases.
        moved: (record id, new person id): what hangs on the record has to follow.
    """

    record_id: str
    person_id: str
    problems: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    moved: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def put_patient(session: Session, organization_id: str, feed_id: str, facts: PatientFacts, by: str) -> Indexed:
    """Write a patient as one hospital's feed knows them; the same facts twice change nothing.

    The same record is the one with the same (feed, id) or the hospital's medical record number. The same
    person is equal national ID *and* birth date; other equal numbers only suggest it.
    """
    record = _known(session, organization_id, feed_id, facts)
    if record is None:
        record, person_id = _new_record(session, organization_id, facts, by)
        indexed, somebody_else = Indexed(record.id, person_id), False
    else:
        indexed = Indexed(record.id, person_of(session, record.id))
        somebody_else = _update(session, record, facts, indexed)
    _name_keys(session, feed_id, facts.keys, record.id)
    if not somebody_else:
        _add_numbers(session, record, facts)
        _add_contacts(session, record, facts)
        session.flush()
        _match(session, record, indexed, by)
    if facts.deceased_at and not somebody_else:
        deaths.died(session, indexed.person_id, facts.deceased_at)
    session.flush()
    return indexed


def person_of(session: Session, record_id: str) -> str:
    """Return the person that a record is linked to now."""
    return session.exec(select(Link.person_id).where(Link.record_id == record_id, col(Link.to_at).is_(None))).one()


def record_at(session: Session, person_id: str, organization_id: str) -> str:
    """Return a person's record at a hospital, of several the one that it changed last; nothing where it has none."""
    return (
        session.exec(
            select(PatientRecord.id)
            .join(Link, col(Link.record_id) == PatientRecord.id)
            .where(
                Link.person_id == person_id,
                col(Link.to_at).is_(None),
                PatientRecord.organization_id == organization_id,
            )
            .order_by(col(PatientRecord.updated_at).desc(), col(PatientRecord.id).desc())
            .limit(1)
        ).first()
        or ""
    )


def record_of_key(session: Session, feed_id: str, source_key: str) -> tuple[str, str] | None:
    """Return (record id, person id) of a patient that a feed names so, or nothing."""
    return session.exec(
        select(RecordKey.record_id, Link.person_id)
        .join(Link, col(Link.record_id) == RecordKey.record_id)
        .where(RecordKey.feed_id == feed_id, RecordKey.source_key == source_key, col(Link.to_at).is_(None))
    ).first()


def keys_of_record(session: Session, feed_id: str, record_id: str) -> list[str]:
    """Return all digests under which a feed names a record."""
    return list(
        session.exec(
            select(RecordKey.source_key).where(RecordKey.feed_id == feed_id, RecordKey.record_id == record_id)
        ).all()
    )


def record_of_number(session: Session, organization_id: str, kind: str, system: str, value: str) -> str:
    """Return the record that carries a number in a hospital, or nothing where none or several do."""
    wanted = blind_identifier(kind, Number(kind, value, system).spelled, organization_id)
    found = session.exec(
        select(Identifier.record_id)
        .join(PatientRecord, col(PatientRecord.id) == Identifier.record_id)
        .where(Identifier.kind == kind, Identifier.blind == wanted, PatientRecord.organization_id == organization_id)
    ).all()
    return found[0] if len(found) == 1 else ""


def birth_date_of(session: Session, record_id: str) -> str:
    """Return a record's birth date as given, for checks of the import."""
    return str(_told(session.get_one(PatientRecord, record_id)).get("birth_date") or "")


def _known(session: Session, organization_id: str, feed_id: str, facts: PatientFacts) -> PatientRecord | None:
    record_id = session.exec(
        select(RecordKey.record_id).where(RecordKey.feed_id == feed_id, col(RecordKey.source_key).in_(facts.keys))
    ).first()
    for number in facts.numbers:
        if record_id is None and number.kind == MEDICAL_RECORD:
            record_id = record_of_number(session, organization_id, number.kind, number.system, number.value) or None
    return session.get(PatientRecord, record_id) if record_id else None


def _new_record(session: Session, organization_id: str, facts: PatientFacts, by: str) -> tuple[PatientRecord, str]:
    instant = now()
    person = Person(created_at=instant)
    record = PatientRecord(
        organization_id=organization_id,
        birth_blind=blind_birth(facts.birth_date),
        source_at=facts.source_at,
        updated_at=instant,
    )
    record.demographics = _sealed(record.id, facts)
    session.add_all((person, record))
    session.flush()
    session.add(Link(person_id=person.id, record_id=record.id, method="new", by=by, from_at=instant))
    session.flush()
    return record, person.id


def _sealed(record_id: str, facts: PatientFacts) -> bytes:
    told = {
        "name_zh": facts.name.zh,
        "name_en": facts.name.en,
        "sex": facts.sex,
        "birth_date": facts.birth_date,
        "address": facts.address,
    }
    return seal_text(json.dumps(told, ensure_ascii=False, sort_keys=True), _SEALED, record_id)


def _told(record: PatientRecord) -> dict[str, str]:
    return json.loads(unseal_text(record.demographics, _SEALED, record.id) or "{}")


def _update(session: Session, record: PatientRecord, facts: PatientFacts, indexed: Indexed) -> bool:
    """Take over newer facts; returns whether this is somebody else under the same number: then nobody is shown."""
    conflicts = _conflicts(_told(record), facts)
    if conflicts:
        indexed.problems.append((WRONG_PATIENT, record.id))
    if conflicts >= _BOTH:
        _close(session, indexed.person_id, WRONG_PATIENT)
        return True
    if record.source_at and facts.source_at and facts.source_at < record.source_at:
        return False
    record.demographics = _sealed(record.id, facts)
    record.birth_blind = blind_birth(facts.birth_date)
    record.source_at = facts.source_at or record.source_at
    record.updated_at = now()
    return False


def _conflicts(told: dict[str, str], facts: PatientFacts) -> int:
    known = ("male", "female")
    sexes = told.get("sex") in known and facts.sex in known and told["sex"] != facts.sex
    before, after = told.get("birth_date", ""), facts.birth_date
    shared = min(len(before), len(after))
    births = bool(shared) and before[:shared] != after[:shared]
    return sexes + _BOTH * births + _names_differ(Words(told.get("name_zh", ""), told.get("name_en", "")), facts.name)


def _names_differ(one: Words, other: Words) -> bool:
    """Tell whether two names have nothing in common, in a language that both are given in."""
    pairs = [(a, b) for a, b in ((one.zh, other.zh), (one.en, other.en)) if a and b]
    return bool(pairs) and not any(_parts(a) & _parts(b) for a, b in pairs)


def _parts(name: str) -> set[str]:
    parts = {plain(part) for part in name.replace(",", " ").split()}
    return parts | ({plain(name)[:1]} if not name.isascii() else set())


def _name_keys(session: Session, feed_id: str, keys: tuple[str, ...], record_id: str) -> None:
    for key in dict.fromkeys(keys):
        if session.get(RecordKey, (feed_id, key)) is None:
            session.add(RecordKey(feed_id=feed_id, source_key=key, record_id=record_id))


def _add_numbers(session: Session, record: PatientRecord, facts: PatientFacts) -> None:
    query = select(Identifier.kind, Identifier.blind).where(Identifier.record_id == record.id)
    held = {(kind, found) for kind, found in session.exec(query).all()}
    for number in facts.numbers:
        if is_filler(normalised(number.kind, number.value)):
            continue
        wanted = blind_identifier(number.kind, number.spelled, record.organization_id)
        if (number.kind, wanted) not in held:
            held.add((number.kind, wanted))
            row_id = new_id()
            sealed = seal_text(number.value, "identity_identifier.value", row_id)
            session.add(Identifier(id=row_id, record_id=record.id, kind=number.kind, value=sealed, blind=wanted))


def _add_contacts(session: Session, record: PatientRecord, facts: PatientFacts) -> None:
    query = select(Contact.kind, Contact.blind).where(Contact.record_id == record.id)
    held = {(kind, found) for kind, found in session.exec(query).all()}
    for kind, value in facts.contacts:
        wanted = blind_contact(kind, value)
        if normalised(kind, value) and (kind, wanted) not in held:
            held.add((kind, wanted))
            row_id = new_id()
            sealed = seal_text(value, "identity_contact.value", row_id)
            session.add(Contact(id=row_id, record_id=record.id, kind=kind, value=sealed, blind=wanted))


def _match(session: Session, record: PatientRecord, indexed: Indexed, by: str) -> None:
    """Find the same person under another record, or a conflict, or what looks like a duplicate."""
    mine = session.exec(select(Identifier).where(Identifier.record_id == record.id)).all()
    if not mine:
        return
    others = session.exec(
        select(Identifier.kind, Identifier.record_id, PatientRecord.birth_blind, Link.person_id)
        .join(PatientRecord, col(PatientRecord.id) == Identifier.record_id)
        .join(Link, col(Link.record_id) == PatientRecord.id)
        .where(
            col(Identifier.blind).in_([row.blind for row in mine]),
            Identifier.record_id != record.id,
            col(Link.to_at).is_(None),
        )
    ).all()
    for kind, other_record, birth, person_id in sorted(others, key=lambda row: row[0] != NATIONAL_ID):
        if person_id == indexed.person_id:
            continue
        if kind != NATIONAL_ID or not birth or not record.birth_blind:
            indexed.problems.append((DUPLICATE, other_record))
        elif birth != record.birth_blind:
            indexed.problems.append((IDENTITY_CONFLICT, other_record))
            _close(session, indexed.person_id, IDENTITY_CONFLICT)
            _close(session, person_id, IDENTITY_CONFLICT)
        else:
            _join(session, indexed, person_id, by)


def _join(session: Session, indexed: Indexed, person_id: str, by: str) -> None:
    """Make two persons one. The one with an account stays; two accounts are for the desk to decide."""
    with_account = {
        each
        for each in session.exec(
            select(Account.person_id).where(col(Account.person_id).in_([indexed.person_id, person_id]))
        ).all()
        if each
    }
    if len(with_account) == _BOTH:
        indexed.problems.append((DUPLICATE, indexed.record_id))
        return
    stays, goes = (
        (indexed.person_id, person_id) if indexed.person_id in with_account else (person_id, indexed.person_id)
    )
    instant = now()
    for link in session.exec(select(Link).where(Link.person_id == goes, col(Link.to_at).is_(None))).all():
        link.to_at = instant
        session.flush()
        session.add(Link(person_id=stays, record_id=link.record_id, method=NATIONAL_ID, by=by, from_at=instant))
        indexed.moved.append((link.record_id, stays))
    closed = session.get_one(Person, goes).conflict
    if closed:
        _close(session, stays, closed)
    indexed.person_id = stays
    changes.note(session, *changes.of_person(stays), *changes.of_person(goes))
    session.flush()


def _close(session: Session, person_id: str, rule: str) -> None:
    person = session.get_one(Person, person_id)
    person.conflict = person.conflict or rule
    changes.note(session, *changes.of_person(person_id))
