"""Entries for tests, written straight into the tables: what readers see must not depend on how it came in."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry, EntryVersion, ReleaseKey
from health_cloud.consent.models import Grant
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, system
from health_cloud.core.crypto import seal
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Role
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.models import Account
from health_cloud.records.models import Blob, Content, Document, Result
from health_cloud.records.service import blobs
from health_cloud.records.service.writer import SEALED, result_rows
from health_cloud.records.views.content import EntryContent, Paper, to_json
from health_cloud.visibility.models import Policy, Rule
from tests.people import Patient, Town, agreed

WRITER = system("tests")


def reader(patient: Patient) -> Actor:
    """Return the patient, signed in; the account is made at first use."""
    return db.perform(_patient_account, WRITER, patient)


def _patient_account(session: Session, actor: Actor, patient: Patient) -> Actor:
    account = session.exec(select(Account).where(Account.person_id == patient.person_id)).first()
    if account is None:
        account = Account(role="patient", person_id=patient.person_id, state="active", created_at=clock.now())
        session.add(account)
        session.flush()
        agreed(session, patient.person_id)
    return Actor(account.id, Role.PATIENT, person_id=patient.person_id, session_id=new_id())


def physician(town: Town, login: str = "chen") -> Actor:
    """Return a physician of the hospital, signed in."""
    return db.perform(_physician_account, WRITER, town, login)


def _physician_account(session: Session, actor: Actor, town: Town, login: str) -> Actor:
    account = session.exec(select(Account).where(Account.login == login)).first()
    if account is None:
        account = Account(
            role="physician",
            login=login,
            organization_id=town.organization_id,
            practitioner_id=town.doctors.get(login),
            name_zh="陈立",
            name_en="Chen Li",
            state="active",
            created_at=clock.now(),
        )
        session.add(account)
        session.flush()
    return Actor(account.id, Role.PHYSICIAN, organization_id=town.organization_id, session_id=new_id())


def grant(patient: Patient, town: Town, to: Actor, classes: str = ",".join(RecordClass), **given: Any) -> str:
    """Let somebody read."""
    return db.perform(_grant, WRITER, patient, town, to, classes, given)


def _grant(
    session: Session, actor: Actor, patient: Patient, town: Town, to: Actor, classes: str, given: dict[str, Any]
) -> str:
    values: dict[str, Any] = {
        "person_id": patient.person_id,
        "grantee_account_id": to.account_id,
        "organization_id": town.organization_id,
        "classes": classes,
        "purpose": "visit",
        "from_at": clock.now() - timedelta(seconds=1),
        "until_at": clock.now() + timedelta(days=7),
        **given,
    }
    row = Grant(**{name: value for name, value in values.items() if name in Grant.model_fields})
    session.add(row)
    session.flush()
    return row.id


def policy(town: Town, version: int, **rules: dict[str, Any]) -> None:
    """Publish a release policy; keywords are record classes with what their rule says."""
    db.perform(_policy, WRITER, town, version, rules)


def _policy(session: Session, actor: Actor, town: Town, version: int, rules: dict[str, dict[str, Any]]) -> None:
    row = Policy(organization_id=town.organization_id, version=version, published_at=clock.now(), published_by="tests")
    session.add(row)
    session.flush()
    for record_class, said in rules.items():
        session.add(Rule(policy_id=row.id, record_class=record_class, **said))


def put(
    town: Town,
    patient: Patient,
    record_class: str = "laboratory",
    *,
    occurred: datetime | None = None,
    outcome: datetime | None = None,
    content: EntryContent | None = None,
    original: tuple[bytes, str] | None = None,
    **columns: Any,
) -> str:
    """Write an entry; returns its id. `kind_group` and `visit_type` are of its release key."""
    return db.perform(_put, WRITER, town, patient, record_class, occurred, outcome, content, original, columns)


def _put(
    session: Session,
    actor: Actor,
    town: Town,
    patient: Patient,
    record_class: str,
    occurred: datetime | None,
    outcome: datetime | None,
    content: EntryContent | None,
    original: tuple[bytes, str] | None,
    columns: dict[str, Any],
) -> str:
    at = occurred or clock.now() - timedelta(days=1)
    entry_id = new_id()
    kind_group, visit_type = columns.pop("kind_group", ""), columns.pop("visit_type", "none")
    values: dict[str, Any] = {
        "source_type": "DiagnosticReport",
        "source_id": entry_id,
        "source_key": entry_id,
        "state": "published",
        "occurred_text": at.isoformat(),
        "title_zh": "血常规",
        "title_en": "Blood count",
        **columns,
    }
    record_id = session.exec(
        select(ChartEncounter.record_id).where(ChartEncounter.person_id == patient.person_id)
    ).first() or record_of(session, patient, town.organization_id)
    session.add(
        ChartEntry(
            id=entry_id,
            organization_id=town.organization_id,
            feed_id=town.feed_id,
            record_id=record_id,
            person_id=patient.person_id,
            record_class=record_class,
            release_key_id=_key(session, town, record_class, kind_group, visit_type),
            occurred_at=at,
            outcome_at=outcome or at,
            arrived_at=clock.now(),
            **values,
        )
    )
    session.flush()
    _version(session, entry_id, record_class, content or EntryContent(record_class=record_class), original)
    return entry_id


def _version(
    session: Session, entry_id: str, record_class: str, content: EntryContent, original: tuple[bytes, str] | None
) -> None:
    version_id, document_id = new_id(), new_id()
    session.add(EntryVersion(id=version_id, entry_id=entry_id, number=1, content_hash=new_id(), arrived_at=clock.now()))
    session.flush()
    if original is not None:
        body, content_type = original
        blob_id = blobs.store(body)
        if session.get(Blob, blob_id) is None:
            session.add(Blob(id=blob_id, size=len(body), content_type=content_type))
            session.flush()
        session.add(Document(id=document_id, entry_id=entry_id, blob_id=blob_id, content_type=content_type))
        paper = Paper(Words.same("report"), content_type, size=len(body), document_id=document_id)
        content = replace(content, papers=(*content.papers, paper))
    packed = zlib.compress(to_json(content).encode())
    session.add(Content(id=version_id, entry_id=entry_id, body=seal(packed, SEALED, version_id)))
    session.add_all(Result(**row) for row in result_rows(entry_id, content))


def record_of(session: Session, patient: Patient, organization_id: str = "") -> str:
    """Return the patient's record at the hospital, which has to be named where there are several."""
    from health_cloud.identity.models import Link, PatientRecord

    query = select(Link.record_id).where(Link.person_id == patient.person_id)
    if organization_id:
        query = query.join(PatientRecord, col(PatientRecord.id) == Link.record_id).where(
            PatientRecord.organization_id == organization_id
        )
    return session.exec(query).one()


def _key(session: Session, town: Town, record_class: str, kind_group: str, visit_type: str) -> str:
    found = session.exec(
        select(ReleaseKey.id).where(
            ReleaseKey.organization_id == town.organization_id,
            ReleaseKey.record_class == record_class,
            ReleaseKey.kind_group == kind_group,
            ReleaseKey.visit_type == visit_type,
        )
    ).first()
    if found is None:
        row = ReleaseKey(
            organization_id=town.organization_id,
            record_class=record_class,
            kind_group=kind_group,
            visit_type=visit_type,
        )
        session.add(row)
        session.flush()
        return row.id
    return found


def document_of(entry_id: str) -> str:
    """Return the id of an entry's original."""
    with db.reading() as session:
        return session.exec(select(Document.id).where(Document.entry_id == entry_id)).one()


def chain(patient: Patient) -> list[LedgerLine]:
    """Return the lines of a patient's chain, oldest first."""
    with db.reading() as session:
        found = session.exec(
            select(LedgerLine).where(LedgerLine.chain == f"person:{patient.person_id}").order_by(col(LedgerLine.seq))
        ).all()
        for line in found:
            session.expunge(line)
        return list(found)


def day(text: str) -> date:
    """Read an ISO day."""
    return date.fromisoformat(text)
