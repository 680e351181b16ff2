"""The summary: everything said, each thing once with where it is said, and nothing that nobody said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from health_cloud.chart.service.background import sealed_background
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.service import summary
from health_cloud.records.service.reading import entry_page
from health_cloud.records.service.summary import summary_page
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured, Medicine, to_json
from health_cloud.records.views.summary import SummaryGroup, SummaryPage
from tests import charts, people

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
ICD = "http://hl7.org/fhir/sid/icd-10"
DIABETES = Item("diagnosis", Words("2型糖尿病", "Type 2 diabetes"), (Coding(ICD, "E11.9"),), status="active")
PENICILLIN = Item(
    "allergy", Words("青霉素", "Penicillin"), (Coding("http://snomed.info/sct", "91936005"),), status="active"
)
NONE_KNOWN = Item("allergy", Words("无已知过敏", "No known allergy"), (Coding("http://snomed.info/sct", "716186003"),))


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def visit(town: people.Town, days: int, *said: Item, at: people.Patient | None = None, **given: Any) -> str:
    """Write a visit so many days ago."""
    kind = given.pop("kind", "medical_records")
    parts = {name: given.pop(name) for name in ("measures", "medicines", "payment") if name in given}
    content = EntryContent(record_class=kind, items=said, **parts)
    columns = {"source_type": "Encounter", **given}
    return charts.put(town, at or town.lin, kind, content=content, occurred=NOW - timedelta(days=days), **columns)


def apart(town: people.Town, *said: Item, hours: int = 1, **given: Any) -> None:
    """Write what the hospital says apart from any visit."""
    body = to_json(EntryContent(record_class="medical_records", items=said, **given))

    def write(session: Session, actor: Actor) -> None:
        assert actor
        row = sealed_background(
            organization_id=town.organization_id,
            feed_id=town.feed_id,
            record_id=charts.record_of(session, town.lin),
            person_id=town.lin.person_id,
            digest="x",
            body=body,
            arrived_at=NOW - timedelta(hours=hours),
        )
        session.add(row)

    db.perform(write, charts.WRITER)


def shown(town: people.Town, *, reader: Actor | None = None, of: people.Patient | None = None) -> SummaryPage:
    return db.perform(summary_page, reader or charts.reader(town.lin), (of or town.lin).person_id)


def titles(group: SummaryGroup) -> tuple[list[str], list[str], list[str]]:
    return tuple([line.title.zh for line in part] for part in (group.current, group.stated, group.before))  # type: ignore[return-value]


def test_equal_things_are_one_line_with_every_record_that_says_them(town: people.Town) -> None:
    old = visit(town, 300, DIABETES)
    new = visit(town, 3, replace(DIABETES, at="2016"))
    line, *others = shown(town).problems.current
    assert not others
    assert (line.count, line.newest.href, line.since) == (2, f"/records/medical_records/{new}", "2016")
    assert [each.href for each in line.others] == [f"/records/medical_records/{old}"]
    assert line.newest.organization.zh
    assert line.newest.at.startswith("2026-04-11")
    assert line.status == "records.status.active"


@pytest.mark.parametrize(
    "other",
    [
        {"codes": (Coding(ICD, "E11.2"),)},
        {"codes": ()},
        {"title": Words("2型糖尿病伴肾病", "Type 2 diabetes")},
        {"title": Words("2型糖尿病", "")},
    ],
)
def test_another_code_or_another_name_is_another_line(town: people.Town, other: dict[str, Any]) -> None:
    visit(town, 300, DIABETES)
    visit(town, 3, replace(DIABETES, **other))
    assert len(shown(town).problems.current) == 2


def test_a_display_of_a_code_makes_no_other_thing(town: people.Town) -> None:
    visit(town, 300, DIABETES)
    visit(town, 3, replace(DIABETES, codes=(Coding(ICD, "E11.9", "Type 2 diabetes mellitus"),)))
    assert [line.count for line in shown(town).problems.current] == [2]


@pytest.mark.parametrize(
    ("given", "where", "status"),
    [
        ({"status": "resolved"}, 2, "records.status.resolved"),
        ({"status": "remission"}, 2, "records.status.remission"),
        ({"status": "", "until": "2020-01"}, 2, ""),
        ({"status": "", "until": ""}, 0, ""),
        ({"certainty": "refuted"}, 2, "records.status.refuted"),
        ({"certainty": "unconfirmed"}, 0, "records.status.unconfirmed"),
        ({"status": "recurrence"}, 0, "recurrence"),
    ],
)
def test_each_stands_where_its_status_puts_it(
    town: people.Town, given: dict[str, str], where: int, status: str
) -> None:
    visit(town, 3, replace(DIABETES, **given))
    group = shown(town).problems
    assert [len(part) for part in titles(group)] == [int(place == where) for place in range(3)]
    assert (*group.current, *group.before)[0].status == status


@pytest.mark.parametrize("given", [{"certainty": "entered-in-error"}, {"status": "entered-in-error"}])
def test_what_was_taken_back_is_nowhere(town: people.Town, given: dict[str, str]) -> None:
    visit(town, 3, replace(PENICILLIN, **given))
    assert shown(town).allergies == SummaryGroup()


def test_the_last_word_of_each_hospital_counts(town: people.Town) -> None:
    visit(town, 300, DIABETES)
    visit(town, 3, replace(DIABETES, status="resolved"))
    assert titles(shown(town).problems) == ([], [], ["2型糖尿病"])
    apart(town, DIABETES)
    line = shown(town).problems.current[0]
    assert (line.newest.href, line.count, line.differ) == ("", 3, False)


def test_one_hospital_does_not_end_what_another_says(town: people.Town) -> None:
    said = [
        summary.Statement(replace(PENICILLIN, status=status), summary.Source(at=at), hospital, past)
        for status, at, hospital, past in (("inactive", "2026", "b", True), ("active", "2020", "a", False))
    ]
    group = summary._group(said, "allergy")
    assert [(line.differ, line.newest.at) for line in group.current] == [(True, "2020")]
    assert group.before == []


def test_not_recorded_is_nothing_and_none_known_is_what_it_is(town: people.Town) -> None:
    assert shown(town).allergies == SummaryGroup()
    visit(town, 3, NONE_KNOWN)
    assert titles(shown(town).allergies) == ([], ["无已知过敏"], [])
    visit(town, 300, PENICILLIN)
    assert titles(shown(town).allergies) == (["青霉素"], ["无已知过敏"], [])


def test_what_is_said_apart_from_visits_is_there_with_its_day_and_without_an_address(town: people.Town) -> None:
    apart(town, PENICILLIN)
    line = shown(town).allergies.current[0]
    assert (line.newest.href, line.newest.at[:10]) == ("", "2026-04-14")
    assert charts.chain(town.lin)[-1].action == "records:entry:read"


@pytest.mark.parametrize(("rule", "there"), [({"open": False}, 0), ({"delay_hours": 2}, 0), ({"delay_hours": 1}, 1)])
def test_what_is_said_apart_from_visits_keeps_the_rules_of_medical_records(
    town: people.Town, rule: dict[str, Any], there: int
) -> None:
    apart(town, PENICILLIN)
    charts.policy(town, 2, medical_records=rule)
    assert len(shown(town).allergies.current) == there


def test_a_first_day_hides_what_is_dated_before_it(town: people.Town) -> None:
    apart(town, replace(PENICILLIN, at="2020-05"), replace(DIABETES, at="2025-03-01"))
    charts.policy(town, 2, medical_records={"from_date": charts.day("2021-01-01")})
    page = shown(town)
    assert (len(page.allergies.current), len(page.problems.current)) == (0, 1)


def test_the_latest_of_each_measure_with_blood_pressure_as_people_say_it(town: people.Town) -> None:
    def number(name: str, code: str, value: str, unit: str, *members: Measured) -> Measured:
        kind = "quantity" if value else "none"
        return Measured(Words(name), (Coding("http://loinc.org", code),), kind, value, unit=unit, members=members)

    pressure = number(
        "血压", "85354-9", "", "", number("收缩压", "8480-6", "128", "mmHg"), number("舒张压", "8462-4", "78", "mmHg")
    )
    visit(town, 300, measures=(number("体重", "29463-7", "61.0", "kg"), pressure))
    newest = visit(town, 3, kind="check_ups", measures=(number("体重", "29463-7", "60.5", "kg"),))
    found = {line.title.zh: line for line in shown(town).measures}
    assert {name: (line.value.zh, line.unit.zh) for name, line in found.items()} == {
        "体重": ("60.5", "kg"),
        "血压": ("128/78", "mmHg"),
    }
    assert found["体重"].newest.href == f"/records/check_ups/{newest}"


def test_people_are_those_who_saw_the_patient_last(town: people.Town) -> None:
    for days, name in ((300, "陈立"), (200, "赵敏"), (3, "陈立")):
        visit(town, days, practitioner_zh=name, place_zh="内分泌科")
    visit(town, 1, source_type="DocumentReference", practitioner_zh="钱进")
    found = shown(town).people
    assert [(each.name.zh, each.place.zh, each.at[:10]) for each in found] == [
        ("陈立", "内分泌科", "2026-04-11"),
        ("赵敏", "内分泌科", "2025-09-26"),
    ]


def test_medicines_are_those_of_prescriptions_that_last(town: people.Town) -> None:
    def prescribed(days: int, name: str, length: str) -> None:
        visit(
            town,
            days,
            kind="prescriptions",
            medicines=(Medicine(Words(name), days=length),),
            source_type="MedicationRequest",
        )

    prescribed(10, "二甲双胍", "30")
    prescribed(10, "阿莫西林", "7")
    assert [line.name.zh for line in shown(town).medicines] == ["二甲双胍"]


def test_given_during_a_stay_is_no_medicine_of_now_but_a_document_may_name_one(town: people.Town) -> None:
    given = Item("medicine", Words("肝素"), status="active")
    visit(town, 3, given)
    assert titles(shown(town).named) == ([], [], [])
    visit(town, 3, given, source_type="Composition")
    assert titles(shown(town).named) == (["肝素"], [], [])


def test_older_records_than_are_read_are_said_to_be(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "LOOKED", 2)
    visit(town, 300, PENICILLIN)
    visit(town, 3, DIABETES)
    assert not shown(town).older
    visit(town, 1)
    page = shown(town)
    assert (page.older, page.looked, page.allergies.any) == (True, 2, False)


def test_the_ledger_names_the_records_that_stand_on_the_page(town: people.Town) -> None:
    said = visit(town, 3, DIABETES)
    visit(town, 2)
    shown(town)
    line = charts.chain(town.lin)[-1]
    assert json.loads(line.detail)["entries"] == [said]
    assert line.record_class == "medical_records"


def test_what_is_closed_or_somebody_elses_is_not_in_it(town: people.Town) -> None:
    visit(town, 3, PENICILLIN, at=town.wang)
    visit(town, 3, DIABETES)
    charts.policy(town, 2, medical_records={"open": False})
    assert shown(town) == replace(SummaryPage(), topics=shown(town).topics)


def test_what_is_said_of_somebody_else_is_not_in_it(town: people.Town) -> None:
    apart(town, PENICILLIN)
    assert not shown(town, reader=charts.reader(town.wang), of=town.wang).allergies.any


def test_nobody_reads_it_who_has_no_ground(town: people.Town) -> None:
    visit(town, 3, DIABETES)
    apart(town, PENICILLIN)
    for stranger in (charts.reader(town.wang), charts.physician(town)):
        with pytest.raises(Denied):
            shown(town, reader=stranger)
    with pytest.raises(Denied):
        db.perform(summary_page, charts.reader(town.lin), "x")


def test_whoever_may_read_some_classes_reads_no_more(town: people.Town) -> None:
    visit(town, 3, DIABETES)
    apart(town, PENICILLIN)
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, classes=RecordClass.PRESCRIPTIONS.value)
    page = shown(town, reader=doctor)
    assert (page.closed, page.problems, page.allergies) == (True, SummaryGroup(), SummaryGroup())
    other = charts.physician(town, "zhao")
    charts.grant(town.lin, town, other)
    assert shown(town, reader=other).allergies.any


def test_the_record_itself_says_what_was_ruled_out(town: people.Town) -> None:
    said = visit(town, 3, replace(PENICILLIN, certainty="refuted"))
    page = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, said)
    assert page.groups[0].said[0].status == "records.status.refuted"
