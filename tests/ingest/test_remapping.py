"""Mapping anew what is kept: a better mapping shows, nothing is new, and a second run changes nothing."""

from __future__ import annotations

import base64
import fcntl
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from health_cloud.chart.models import Background, ChartEntry, EntryVersion
from health_cloud.core import db
from health_cloud.core.errors import Conflict, NotFound
from health_cloud.core.words import Words
from health_cloud.identity.models import RecordKey
from health_cloud.ingest.models import Undecided
from health_cloud.ingest.service import remapping
from health_cloud.ingest.service.mapping import items, papers
from health_cloud.ingest.service.remapping import remap
from health_cloud.ingest.service.rules import prescriptions
from health_cloud.ingest.service.standing import lock_file
from health_cloud.ingest.views import Remapped
from health_cloud.records.service.reading import entry_page, list_page
from tests import charts, people
from tests.ingest.feed import (
    Feeder,
    content,
    encounter,
    entries,
    everything,
    patient,
    persons,
    prescription,
    report,
    resource,
    versions,
)  # fmt: skip

DOSE = {"dosageInstruction": [{"text": "一次一片，一天两次"}]}
OLD = Words("旧的说法")
SETTLED = {"prescriptions": "settled"}


@pytest.fixture
def earlier(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have doses read as an earlier mapping did; call it to have them read as now."""
    read = prescriptions.medicine

    def as_it_was(*given: Any) -> Any:
        return replace(read(*given), dose=OLD)

    for module in (prescriptions, items):
        monkeypatch.setattr(module, "medicine", as_it_was)

    def as_now() -> None:
        for module in (prescriptions, items):
            monkeypatch.setattr(module, "medicine", read)

    return as_now


def _done(**given: int) -> list[Remapped]:
    return [
        Remapped(
            "songyun", **{**dict.fromkeys(("records", "total", "entries", "versions", "summaries", "left"), 0), **given}
        )
    ]


def _columns() -> list[dict[str, Any]]:
    """Everything that makes an entry or a version new to somebody, or tells when it came."""
    with db.reading() as session:
        rows = [*session.exec(select(ChartEntry).order_by(ChartEntry.id)).all()]
        rows += session.exec(select(EntryVersion).order_by(EntryVersion.id)).all()
        return [each.model_dump(exclude={"content_hash"}) for each in rows]


def test_a_better_dose_shows_and_nothing_is_new(feeder: Feeder, earlier: Callable[[], None]):
    feeder.feed(patient(), encounter(), prescription(**DOSE), **SETTLED)
    (person,) = persons()
    reader = charts.reader(people.Patient(person.id, "", "", "", "", Words()))
    (entry,) = [each for each in entries() if each.record_class == "prescriptions"]
    db.perform(entry_page, reader, person.id, entry.id)
    before = _columns()
    assert content(entry).medicines[0].dose == OLD
    earlier()
    assert remap() == _done(records=1, total=1, entries=1, versions=1)
    assert content(entry).medicines[0].dose.zh == "一次一片，一天两次"
    assert _columns() == before
    page = db.perform(entry_page, reader, person.id, entry.id)
    assert (page.medicines[0].dose.zh, page.version, page.changed) == ("一次一片，一天两次", 1, [])
    rows = db.perform(list_page, reader, person.id, "prescriptions").months[0].rows
    assert [each.fresh for each in rows] == [False]


def test_a_second_run_changes_nothing_and_a_later_import_neither(feeder: Feeder, earlier: Callable[[], None]):
    sent = (patient(), encounter(), prescription(**DOSE))
    feeder.feed(*sent, **SETTLED)
    earlier()
    remap()
    told, columns = everything(), _columns()
    assert remap("songyun") == _done(records=1, total=1)
    feeder.feed(patient(gender="other"), **SETTLED)  # decides this patient anew
    assert _columns() == columns
    assert [each for each in everything() if "旧的说法" in each] == []
    assert len([each for each in told if "一次一片" in each]) == len(
        [each for each in everything() if "一次一片" in each]
    )


def test_each_version_is_mapped_as_it_was_sent(feeder: Feeder, earlier: Callable[[], None]):
    for number, dose in enumerate(("一次一片", "一次两片"), start=1):
        meta = {"meta": {"lastUpdated": f"2024-05-0{number}T10:00:00Z"}}
        feeder.feed(
            patient(),
            encounter(),
            prescription(dosageInstruction=[{"text": dose}], repeats=number, note=[{"text": dose}], **meta),
            **SETTLED,
        )
    earlier()
    (done,) = remap()
    (entry,) = [each for each in entries() if each.record_class == "prescriptions"]
    assert [shown.medicines[0].dose.zh for _, shown in versions(entry)] == ["一次一片", "一次两片"]
    assert (done.entries, done.versions, entry.version) == (1, 2, 2)


def test_what_is_said_apart_from_visits_keeps_the_day_it_came(feeder: Feeder, earlier: Callable[[], None]):
    statement = resource(
        "MedicationStatement",
        "s",
        status="active",
        medicationCodeableConcept={"text": "二甲双胍"},
        dosage=[{"text": "一天两次"}],
    )
    feeder.feed(patient(), statement, **SETTLED)

    def row() -> tuple[str, Any]:
        with db.reading() as session:
            one = session.exec(select(Background)).one()
            return one.digest, one.arrived_at

    before = row()
    earlier()
    assert remap() == _done(records=1, summaries=1)
    assert row()[0] != before[0]
    assert row()[1] == before[1]


def test_what_the_hospital_changed_is_left_to_the_next_import(feeder: Feeder, earlier: Callable[[], None]):
    feeder.feed(patient(), encounter(), prescription(**DOSE), **SETTLED)
    _arrived()
    earlier()
    assert remap() == _done(records=1, total=1, left=1)
    (entry,) = [each for each in entries() if each.record_class == "prescriptions"]
    assert content(entry).medicines[0].dose == OLD


def _arrived() -> None:
    """Note the patient as one about whom something has arrived, as an import does that was killed after reading."""
    with db.writing() as session:
        for each in session.exec(select(RecordKey)).all():
            session.add(Undecided(feed_id=each.feed_id, patient_key=each.source_key))


def test_a_replaced_original_is_a_version_of_the_next_import_and_not_lost(
    feeder: Feeder, monkeypatch: pytest.MonkeyPatch
):
    def form(content: bytes) -> list[dict[str, Any]]:
        return [{"contentType": "application/pdf", "data": base64.b64encode(content).decode()}]

    feeder.feed(patient(), report(presentedForm=form(b"%PDF-1")))
    decoded = papers.decoded
    monkeypatch.setattr(papers, "decoded", lambda data: (decoded(data) or b"") + b" otherwise")
    assert remap() == _done(records=1, total=1, left=1)
    (entry,) = entries()
    assert len(versions(entry)) == 1
    feeder.feed(patient(gender="other"))
    assert len(versions(entry)) == 2


def test_a_killed_run_goes_on_where_it_was(
    feeder: Feeder, earlier: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    for number in range(3):
        who = {"reference": f"Patient/p{number}"}
        feeder.feed(
            patient(id=f"p{number}", name=[{"text": f"王{number}"}], birthDate=f"1990-01-0{number + 1}"),
            encounter(f"e{number}", subject=who),
            prescription(f"m{number}", subject=who, encounter={"reference": f"Encounter/e{number}"}, **DOSE),
            **SETTLED,
        )
    earlier()
    record, seen = remapping._record, []

    def killed(*given: Any) -> None:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(given[2])
        record(*given)

    monkeypatch.setattr(remapping, "_record", killed)
    with pytest.raises(KeyboardInterrupt):
        remap()
    monkeypatch.setattr(remapping, "_record", lambda *given: (seen.append(given[2]), record(*given)))
    assert remap() == _done(records=3, total=3, entries=3, versions=3)
    assert len(seen) == len(set(seen)) == 3
    assert remap() == _done(records=3, total=3)


def test_an_import_and_a_mapping_wait_for_each_other(feeder: Feeder):
    feeder.feed(patient(), encounter(), prescription(**DOSE), **SETTLED)
    (entry,) = [each for each in entries() if each.record_class == "prescriptions"]
    with lock_file(entry.feed_id).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Conflict):
            remap()
    with pytest.raises(NotFound):
        remap("nowhere")
