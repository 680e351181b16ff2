"""What new resources change beside their own rows: the patient index, the directory, and whom to decide again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows
from stdnum.cn import ric

from health_cloud.core.normal import is_filler, national_id
from health_cloud.identity.service.index import PatientFacts, keys_of_record, put_patient
from health_cloud.ingest.models import Awaited, Resource
from health_cloud.ingest.service import cases
from health_cloud.ingest.service.context import Feeding, newest_last
from health_cloud.ingest.service.hospital import DIRECTORY, put_in_directory
from health_cloud.ingest.service.mapping import patients
from health_cloud.ingest.service.mapping.fhir import Json, objs, text
from health_cloud.ingest.service.rows import RESOURCE, portions, undecide

Row = dict[str, Any]
"""A row of the history, before it is one."""
_FULL_NUMBER = 18
"""Length of a resident ID number (GB 11643-1999)."""


def take_in(session: Session, feeding: Feeding, fresh: list[tuple[Row, Json]]) -> None:
    """Index new contents, and note every patient whom they concern."""
    problems: list[cases.Problem] = []
    for row, resource in fresh:
        if row["type"] == "Patient":
            problems += _put_patient(session, feeding, row, resource)
        elif row["type"] in DIRECTORY:
            put_in_directory(session, feeding.organization_id, resource, row["source_key"])
    rows = [row for row, _ in fresh]
    undecide(session, feeding.feed_id, {row["patient_key"] for row in rows} | _waiting_for(session, feeding, rows))
    cases.put_cases(session, feeding, problems)
    _settle_owners(session, feeding, rows)


def bring_out(session: Session, feeding: Feeding, row_id: str, patient_key: str) -> None:
    """Let what a document alone had brought count for itself from now on."""
    session.connection().execute(update(RESOURCE).where(RESOURCE.c.id == row_id).values(within=False))
    undecide(session, feeding.feed_id, [patient_key])


def _put_patient(session: Session, feeding: Feeding, row: Row, resource: Json) -> list[cases.Problem]:
    numbers = [
        feeding.keys.of(f"Patient?identifier={text(each.get('system'))}|{text(each.get('value'))}")
        for each in objs(resource.get("identifier"))
        if text(each.get("value"))
    ]
    keys = tuple(key for key in (row["source_key"], row["alias_key"], *numbers) if key)
    told = patients.facts(resource, keys, feeding.zone, feeding.national_id_systems)
    indexed = put_patient(session, feeding.organization_id, feeding.feed_id, told, "ingest")
    for record_id, person_id in indexed.moved:
        feeding.writer.move(session, record_id, person_id)
    undecide(session, feeding.feed_id, keys_of_record(session, feeding.feed_id, indexed.record_id))
    about = f"Patient/{text(resource.get('id'))}"
    return [
        cases.Problem(rule, about, other, row["message_id"], indexed.record_id, again=other)
        for rule, other in indexed.problems
    ] + [cases.Problem("national_id", about, "", row["message_id"], indexed.record_id) for _ in _impossible(told)]


def _impossible(told: PatientFacts) -> list[str]:
    """Return national ID numbers that cannot be, or that say another birth date than the Patient does."""
    found: list[str] = []
    for number in told.numbers:
        spelled = national_id(number.value) if number.kind == "national_id" else ""
        if len(spelled) == _FULL_NUMBER and not is_filler(spelled):
            born = f"{spelled[6:10]}-{spelled[10:12]}-{spelled[12:14]}"
            if not ric.is_valid(spelled) or (len(told.birth_date) == len(born) and born != told.birth_date):
                found.append(spelled)
    return found


def _waiting_for(session: Session, feeding: Feeding, rows: list[Row]) -> set[str]:
    """Return the patients whose records name something that has arrived now."""
    arrived = [key for row in rows if _may_be_awaited(row) for key in (row["source_key"], row["alias_key"]) if key]
    found: set[str] = set()
    for some in portions(arrived):
        query = select_rows(Awaited.patient_key).where(
            Awaited.feed_id == feeding.feed_id, col(Awaited.source_key).in_(some)
        )
        found.update(session.exec(query).all())
    return found


def _may_be_awaited(row: Row) -> bool:
    return not row["patient_key"] or row["type"] in ("Patient", "Medication")


def _settle_owners(session: Session, feeding: Feeding, fresh: list[Row]) -> None:
    """Find resources whose contents name different patients: the newest content decides whose they are."""
    keys = sorted({row["source_key"] for row in fresh if row["patient_key"]})
    found: list[tuple[str, str]] = []
    for some in portions(keys):
        query = (
            select(RESOURCE.c.source_key, RESOURCE.c.type)
            .where(RESOURCE.c.source_key.in_(some), RESOURCE.c.patient_key != "")
            .group_by(RESOURCE.c.source_key, RESOURCE.c.type)
            .having(func.count(RESOURCE.c.patient_key.distinct()) > 1)
        )
        found += [(key, kind) for key, kind in session.connection().execute(query)]
    counts = (RESOURCE.c.within.is_(False) | (RESOURCE.c.type == "Composition")) & (RESOURCE.c.patient_key != "")
    for key, kind in found:
        condition = (RESOURCE.c.source_key == key) & (RESOURCE.c.type == kind) & counts
        rows = list(session.exec(select_rows(Resource).where(condition).order_by(Resource.id)).all())
        if not rows:
            continue
        owner = newest_last(rows)[-1].patient_key
        for row in rows:
            values = {"owner_key": "" if row.patient_key == owner else owner}
            session.connection().execute(update(RESOURCE).where(RESOURCE.c.id == row.id).values(values))
        undecide(session, feeding.feed_id, [row.patient_key for row in rows])
