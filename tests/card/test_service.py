"""What stands on an emergency card: what was chosen, with where it is said, and nothing that nobody said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from health_cloud.card.service import MOST, PARTS, card_page, keep_card
from health_cloud.card.views import CardPart, EmergencyCard
from health_cloud.core import clock, db
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.words import Words
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured, Medicine
from tests import charts, people

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
PENICILLIN = Item(
    "allergy", Words("青霉素", "Penicillin"), (Coding("http://snomed.info/sct", "91936005"),), status="active"
)
NONE_KNOWN = Item("allergy", Words("无已知过敏", "No known allergy"), (Coding("http://snomed.info/sct", "716186003"),))
DIABETES = Item(
    "diagnosis",
    Words("2型糖尿病", "Type 2 diabetes"),
    (Coding("http://hl7.org/fhir/sid/icd-10", "E11.9"),),
    status="active",
)


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def visit(town: people.Town, days: int, *said: Item, kind: str = "medical_records", **parts: Any) -> str:
    content = EntryContent(record_class=kind, items=said, **parts)
    return charts.put(
        town, town.lin, kind, content=content, occurred=NOW - timedelta(days=days), source_type="Encounter"
    )


def blood(town: people.Town, days: int, value: str) -> str:
    answer = Measured(
        Words("ABO 血型", "ABO blood group"), (Coding("http://loinc.org", "883-9"),), "text", words=Words(value)
    )
    content = EntryContent(record_class="laboratory", results=(answer,))
    return charts.put(town, town.lin, content=content, occurred=NOW - timedelta(days=days))


def card(town: people.Town) -> EmergencyCard:
    return db.perform(card_page, charts.reader(town.lin))


def part(shown: EmergencyCard, name: str) -> CardPart:
    (found,) = [each for each in shown.parts if each.name == name]
    return found


def titles(shown: EmergencyCard, name: str) -> list[str]:
    return [line.title.zh for line in part(shown, name).lines]


def test_each_thing_with_where_and_when_it_was_said(town: people.Town) -> None:
    visit(town, 300, PENICILLIN)
    visit(town, 3, PENICILLIN, DIABETES)
    visit(town, 2, kind="prescriptions", medicines=(Medicine(Words("二甲双胍"), days="30", dose=Words("每日两次")),))
    blood(town, 40, "A 型")
    shown = card(town)
    assert (shown.person.zh, shown.born, shown.at[:10]) == ("林秀兰", "1959-03-07", "2026-04-14")
    assert [each.name for each in shown.parts] == ["blood", "allergies", "medicines", "problems"]
    (allergy,) = part(shown, "allergies").lines
    assert (allergy.title.en, allergy.where.zh, allergy.at[:10]) == ("Penicillin", "松云医院", "2026-04-11")
    assert allergy.told == []  # that it is so now goes without saying
    (medicine,) = part(shown, "medicines").lines
    assert (medicine.title.zh, [each.zh for each in medicine.told], medicine.at[:10]) == (
        "二甲双胍",
        ["每日两次"],
        "2026-04-12",
    )
    assert titles(shown, "problems") == ["2型糖尿病"]
    (group,) = part(shown, "blood").lines
    assert (group.title.zh, group.told, group.where.en, group.at[:10]) == (
        "ABO 血型 A 型",
        [],
        "Songyun Hospital",
        "2026-03-05",
    )


def test_nothing_recorded_is_no_line_and_none_known_is_one(town: people.Town) -> None:
    empty = card(town)
    assert [(each.name, each.lines, each.more) for each in empty.parts] == [(name, [], 0) for name in PARTS[2:]]
    assert "不等于没有" in empty.labels["none"].zh
    visit(town, 3, NONE_KNOWN)
    assert titles(card(town), "allergies") == ["无已知过敏"]


@pytest.mark.parametrize(
    "given",
    [{"status": "resolved"}, {"certainty": "refuted"}, {"status": "entered-in-error"}],
    ids=["over", "ruled out", "taken back"],
)
def test_what_holds_no_more_is_not_on_it(town: people.Town, given: dict[str, str]) -> None:
    visit(town, 3, replace(PENICILLIN, **given))
    assert titles(card(town), "allergies") == []


def test_reports_that_differ_in_the_blood_group_are_all_there_and_said_to(town: people.Town) -> None:
    blood(town, 300, "B 型")
    blood(town, 200, "A 型")
    blood(town, 40, "A 型")
    lines = part(card(town), "blood").lines
    assert [(line.title.zh, line.at[:10]) for line in lines] == [
        ("ABO 血型 A 型", "2026-03-05"),
        ("ABO 血型 B 型", "2025-06-18"),
    ]
    assert all(line.told for line in lines)


def test_what_finds_no_room_is_counted(town: people.Town) -> None:
    visit(town, 3, *(replace(PENICILLIN, title=Words(f"药{number}")) for number in range(MOST + 3)))
    shown = part(card(town), "allergies")
    assert (len(shown.lines), shown.more) == (MOST, 3)


def test_only_what_was_chosen_leaves_and_the_ledger_says_that_it_was_kept(town: people.Town) -> None:
    said = visit(town, 3, PENICILLIN)
    other = visit(town, 2, DIABETES)
    group = blood(town, 40, "A 型")
    card(town)
    assert charts.chain(town.lin)[-1].action == "records:entry:read"
    kept = db.perform(keep_card, charts.reader(town.lin), ["allergies"])
    assert (kept.card.person, kept.card.born, [each.name for each in kept.card.parts]) == (Words(), "", ["allergies"])
    line = charts.chain(town.lin)[-1]
    detail = json.loads(line.detail)
    assert (line.action, detail["parts"], detail["entries"]) == ("records:card:keep", "allergies", [said])
    assert not {other, group} & set(detail["entries"])
    assert kept.token


def test_what_the_hospital_hides_is_not_on_it(town: people.Town) -> None:
    visit(town, 3, PENICILLIN, DIABETES)
    visit(town, 2, kind="prescriptions", medicines=(Medicine(Words("二甲双胍"), days="30"),))
    blood(town, 40, "A 型")
    charts.policy(town, 2, medical_records={"open": False}, laboratory={"open": False}, prescriptions={"open": False})
    assert [each.lines for each in card(town).parts] == [[], [], [], []]
    charts.policy(town, 3, medical_records={"delay_hours": 24 * 4}, laboratory={}, prescriptions={})
    shown = card(town)
    assert [bool(each.lines) for each in shown.parts] == [True, False, True, False]


@pytest.mark.parametrize("parts", [[], ["everything"], ["allergies", ""], ["contact"]], ids=str)
def test_nothing_else_can_be_asked_for(town: people.Town, parts: list[str]) -> None:
    with pytest.raises(Invalid):
        db.perform(keep_card, charts.reader(town.lin), parts)


def test_it_is_its_owners_alone(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor)
    for reader in (replace(lin, for_person_id=town.wang.person_id), doctor):
        for use in (card_page, lambda session, actor: keep_card(session, actor, ["allergies"])):
            with pytest.raises(Denied):
                db.perform(use, reader)
