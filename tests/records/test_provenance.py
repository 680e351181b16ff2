"""Where an entry comes from: who, when, by which delivery, and what each version changed of the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from health_cloud.chart.models import EntryVersion
from health_cloud.core import db
from health_cloud.core.words import Words
from health_cloud.records.service.changes import changes
from health_cloud.records.service.clocks import clocked
from health_cloud.records.service.reading import entry_page
from health_cloud.records.views.changes import NOT_SAID, Change, Said
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured, Medicine, Paper, Person, Section
from health_cloud.records.views.screens import EntryPage, Field
from tests import charts, people

NAME, DRUG = Words("血钾", "Potassium"), Words("头孢曲松", "Ceftriaxone")
COLI = Words("大肠埃希菌", "Escherichia coli")
POTASSIUM = Measured(
    name=NAME,
    codes=(Coding("http://loinc.org", "2823-3"),),
    kind="quantity",
    value="6.10",
    unit="mmol/L",
    low="3.5",
    high="5.3",
    flag="high",
)
REPORT = EntryContent(record_class="laboratory", status="final", conclusion=Words("偏高", "High"), results=(POTASSIUM,))
NOTHING = Words()


def told(was: EntryContent, now: EntryContent) -> list[tuple[str, str, Said, Said]]:
    return [(each.label, each.name.zh, each.was, each.now) for each in changes(was, now)]


def test_a_version_that_says_the_same_changes_nothing() -> None:
    assert changes(REPORT, replace(REPORT, category="HM", source_ids=("DiagnosticReport/r",))) == []


def test_a_corrected_value_stands_as_it_was_sent_with_its_unit_and_flag() -> None:
    now = replace(REPORT, results=(replace(POTASSIUM, value="4.60", flag="normal"),))
    assert told(REPORT, now) == [
        (
            "",
            "血钾",
            Said(Words.same("6.10 mmol/L"), "records.flag.high"),
            Said(Words.same("4.60 mmol/L"), "records.flag.normal"),
        )
    ]


@pytest.mark.parametrize(
    ("part", "label", "was", "now"),
    [
        ({"high": "5.5"}, "records.change.range", "3.5–5.3", "3.5–5.5"),
        ({"low": ""}, "records.change.range", "3.5–5.3", "≤ 5.3"),
        ({"high": ""}, "records.change.range", "3.5–5.3", "≥ 3.5"),
        ({"range_words": Words.same("3-6")}, "records.change.range", "3.5–5.3", "3-6"),
        ({"specimen": Words.same("血清")}, "records.field.specimen", "", "血清"),
        ({"method": Words.same("电极法")}, "records.field.method", "", "电极法"),
        ({"note": Words.same("溶血")}, "records.medicine.note", "", "溶血"),
    ],
)
def test_what_stands_beside_a_value_is_a_change_of_its_own(part: dict[str, Any], label: str, was: str, now: str):
    found = told(REPORT, replace(REPORT, results=(replace(POTASSIUM, **part),)))
    assert found == [(label, "血钾", Said(Words.same(was)) if was else NOT_SAID, Said(Words.same(now)))]


def test_a_result_that_came_or_went_is_not_there_on_the_other_side() -> None:
    without = replace(REPORT, results=())
    assert [(each.was.given, each.now.given) for each in changes(without, REPORT)] == [(False, True)] * 2
    assert [(each.was.given, each.now.given) for each in changes(REPORT, without)] == [(True, False)] * 2


def test_of_two_results_of_one_name_each_is_compared_with_its_own() -> None:
    first, second = replace(POTASSIUM, value="4.4"), POTASSIUM
    was = replace(REPORT, results=(first, second))
    now = replace(REPORT, results=(replace(first, value="4.5"), second))
    assert [(each.was.words.zh, each.now.words.zh) for each in changes(was, now)] == [("4.4 mmol/L", "4.5 mmol/L")]


def test_an_antibiotic_is_named_with_its_organism() -> None:
    def culture(flag: str) -> EntryContent:
        drug = Measured(name=DRUG, codes=(Coding("l", "1"),), flag=flag)
        return replace(REPORT, results=(Measured(kind="coded", words=COLI, members=(drug,)),))

    (change,) = changes(culture("susceptible"), culture("resistant"))
    assert change.name == Words("大肠埃希菌，头孢曲松", "Escherichia coli, Ceftriaxone")
    assert (change.was.key, change.now.key) == ("records.flag.susceptible", "records.flag.resistant")


PLACE, SENTENCE = Words.same("检验科"), Words("一天一次", "Once a day")
MEDICINE = Medicine(name=DRUG, dose=SENTENCE, quantity=Words.same("7 片"), from_at="2024-05-01", status="active")
CONDITION = Item("diagnosis", NAME, severity="Severe (severity modifier) (qualifier value)", at="2024-05-01")
WHOLES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"status": "final"}, {"status": "corrected"}, "records.change.status"),
    ({"title": NAME}, {"title": DRUG}, "records.change.title"),
    ({"place": (PLACE,)}, {"place": (PLACE, NAME)}, "records.change.place"),
    ({"reason": NAME}, {"reason": DRUG}, "records.field.reason"),
    ({"conclusion": NAME}, {"conclusion": DRUG}, "records.passage.conclusion"),
    ({"findings": NAME}, {"findings": DRUG}, "records.passage.findings"),
    ({"missing_results": 2}, {"missing_results": 0}, "records.change.missing"),
    ({"occurred": "2024-05-01"}, {"occurred": "2024-05-02"}, "records.change.occurred"),
    ({"ended": "2024-05-01"}, {"ended": "2024-05-02"}, "records.field.ended"),
    ({"issued": "2024-05-01"}, {"issued": "2024-05-02"}, "records.field.issued"),
    ({"people": (Person(NAME, "author"),)}, {"people": (Person(DRUG, "author"),)}, "records.person.author"),
    ({"sections": (Section(NAME, NAME),)}, {"sections": (Section(NAME, DRUG),)}, ""),
    ({"measures": (POTASSIUM,)}, {"measures": (replace(POTASSIUM, value="5"),)}, ""),
    ({"medicines": (MEDICINE,)}, {"medicines": (replace(MEDICINE, dose=NAME),)}, "records.change.dose"),
    ({"medicines": (MEDICINE,)}, {"medicines": (replace(MEDICINE, quantity=NAME),)}, "records.medicine.quantity"),
    ({"medicines": (MEDICINE,)}, {"medicines": (replace(MEDICINE, from_at="2024-05-02"),)}, "records.medicine.from"),
    ({"medicines": (MEDICINE,)}, {"medicines": (replace(MEDICINE, status="stopped"),)}, "records.item.medicine"),
    ({"items": (Item("diagnosis", NAME),)}, {"items": (Item("diagnosis", DRUG),)}, "records.item.diagnosis"),
    ({"items": (Item("odd", NAME),)}, {"items": (Item("odd", NAME, status="active"),)}, "records.item.other"),
    ({"items": (CONDITION,)}, {"items": (replace(CONDITION, severity="Mild"),)}, "records.item.diagnosis"),
    ({"items": (CONDITION,)}, {"items": (replace(CONDITION, until="2024-06-01"),)}, "records.item.diagnosis"),
    ({"items": (CONDITION,)}, {"items": (replace(CONDITION, certainty="refuted"),)}, "records.item.diagnosis"),
    ({"items": (CONDITION,)}, {"items": (replace(CONDITION, people=(Person(NAME),)),)}, "records.item.diagnosis"),
    ({"medicines": (MEDICINE,)}, {"medicines": (replace(MEDICINE, to_at="2024-06-01"),)}, "records.medicine.to"),
    ({"papers": (Paper(NAME, size=2048),)}, {"papers": (Paper(NAME, size=4096),)}, "records.part.originals"),
    ({"papers": (Paper(NAME, missing=True),)}, {"papers": (Paper(NAME, document_id="a"),)}, "records.part.originals"),
    (
        {"papers": (Paper(NAME, document_id="a"),)},
        {"papers": (Paper(DRUG, document_id="a"),)},
        "records.part.originals",
    ),
    ({"papers": (Paper(NAME, document_id="a"),)}, {"papers": ()}, "records.part.originals"),
]


@pytest.mark.parametrize(("was", "now", "label"), WHOLES)
def test_every_part_of_an_entry_can_be_seen_to_change(was: dict[str, Any], now: dict[str, Any], label: str) -> None:
    found = changes(EntryContent(**was), EntryContent(**now))
    assert {each.label for each in found} == {label}
    assert all(each.was != each.now for each in found)


def test_other_bytes_are_another_document_however_equal_all_that_is_said_of_it_is() -> None:
    first, second, other = (Paper(NAME, "application/pdf", "2024-05-01", 2048, name) for name in "abc")
    (change,) = changes(EntryContent(papers=(first, second)), EntryContent(papers=(second, other)))
    assert (change.label, change.name) == ("records.change.replaced", NAME)
    assert changes(EntryContent(papers=(first, second)), EntryContent(papers=(second, first))) == []


def test_how_bad_and_until_when_something_was_is_said_on_both_sides() -> None:
    now = replace(CONDITION, severity="轻度", until="2024-06-01", status="resolved")
    (change,) = changes(EntryContent(items=(CONDITION,)), EntryContent(items=(now,)))
    assert change.was == Said(at="2024-05-01", severity="records.severity.severe")
    assert change.now == Said(
        key="records.status.resolved", at="2024-05-01", until="2024-06-01", severity="records.severity.mild"
    )
    odd = replace(CONDITION, severity="III 级")
    (change,) = changes(EntryContent(items=(CONDITION,)), EntryContent(items=(odd,)))
    assert change.now.severity == "III 级"


def _page(town: people.Town, *contents: tuple[str, EntryContent], **columns: Any) -> EntryPage:
    """Return the page of an entry with these versions, oldest first, a day apart."""
    entry_id = charts.put(town, town.lin, content=contents[0][1], **columns)
    with db.writing() as session:
        for _, content in contents[1:]:
            charts._version(session, entry_id, "laboratory", content, None)
        query = select(EntryVersion).where(EntryVersion.entry_id == entry_id).order_by(EntryVersion.id)
        rows = session.exec(query).all()
        for number, (row, (status, _)) in enumerate(zip(rows, contents, strict=True), start=1):
            row.number, row.status, row.current = number, status, number == len(contents)
            row.source_at = datetime(2024, 5, number, 2, tzinfo=UTC)
            row.arrived_at = row.source_at + timedelta(hours=1)
            session.add(row)
    return db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, entry_id)


def _value(value: str) -> EntryContent:
    return replace(REPORT, results=(replace(POTASSIUM, value=value),))


def _change(was: str, now: str) -> Change:
    flag = "records.flag.high"
    return Change("", NAME, Said(Words.same(f"{was} mmol/L"), flag), Said(Words.same(f"{now} mmol/L"), flag))


def test_each_version_says_what_it_changed_of_the_one_before(town: people.Town) -> None:
    page = _page(town, ("final", _value("1")), ("amended", _value("2")), ("corrected", _value("3")))
    assert [(each.number, each.changes) for each in page.versions] == [
        (3, [_change("2", "3")]),
        (2, [_change("1", "2")]),
        (1, []),
    ]
    assert page.changed == [_change("2", "3")]
    assert [each.compared for each in page.versions] == [True, True, False]


def test_what_was_not_given_out_yet_is_not_compared(town: people.Town) -> None:
    page = _page(town, ("preliminary", _value("1")), ("final", _value("2")))
    assert [(each.changes, each.compared) for each in page.versions] == [([], False), ([], False)]


def test_an_entry_says_who_made_it_when_and_with_which_delivery_it_came(town: people.Town) -> None:
    place, doctor = {"place_zh": "检验科", "place_en": ""}, {"practitioner_zh": "陈立", "practitioner_en": "Chen Li"}
    issued = replace(REPORT, issued="2024-05-01T09:00:00+08:00")
    page = _page(town, ("final", issued), ("corrected", issued), **place, **doctor)
    said = {each.name.removeprefix("records.source."): each.words.zh or each.at for each in page.source}
    assert said == {
        "hospital": page.organization.zh,
        "department": "检验科",
        "practitioner": "陈立",
        "happened": page.occurred,
        "issued": "2024-05-01T09:00:00+08:00",
        "recorded": "2024-05-02T10:00:00",
        "received": page.why.arrived_at,
        "renewed": "2024-05-02T11:00:00",
        "opened": page.why.released_at,
    }


def test_what_is_not_known_is_left_out(town: people.Town) -> None:
    page = _page(town, ("final", REPORT), place_zh="", practitioner_zh="")
    names = [each.name.removeprefix("records.source.") for each in page.source]
    assert not {"department", "practitioner", "issued"} & {*names}


@pytest.mark.parametrize(
    ("written", "shown", "zone"),
    [
        ("2024-05-01T23:30:00Z", "2024-05-02T07:30:00", ""),
        ("2024-05-01T23:30:00+00:00", "2024-05-02T07:30:00", ""),
        ("2024-05-01T09:00:00+08:00", "2024-05-01T09:00:00+08:00", ""),
        ("2024-05-01T09:00:00-05:00", "2024-05-01T09:00:00-05:00", "UTC−5"),
        ("2024-05-01T09:00:00+05:30", "2024-05-01T09:00:00+05:30", "UTC+5:30"),
        ("2024-05-01T09:00:00", "2024-05-01T09:00:00", ""),
        ("2024-05-01", "2024-05-01", ""),
        ("2024", "2024", ""),
    ],
)
def test_a_traveller_reads_the_hospitals_clock_or_the_other_ones_name(written: str, shown: str, zone: str) -> None:
    assert clocked(Field("happened", at=written), "Asia/Shanghai") == Field("happened", Words.same(zone), shown)


def test_no_time_of_where_it_came_from_depends_on_the_readers_zone(town: people.Town) -> None:
    """A browser moves what is written in UTC to its own zone, and nothing else."""
    at = "2024-05-01T23:30:00Z"
    first = replace(REPORT, issued=at, occurred=at)
    page = _page(town, ("final", first), ("corrected", replace(first, issued="2024-05-02T23:30:00Z")), occurred_text=at)
    changed = [side.at for line in page.versions for change in line.changes for side in (change.was, change.now)]
    times = [
        *(each.at for each in (*page.source, *page.fields)),
        *(each.arrived for each in page.versions),
        *(page.why.outcome_at, page.why.released_at, page.why.arrived_at, page.why.until),
        *(page.occurred, page.issued, *changed),
    ]
    shown = [each for each in times if "T" in each]
    assert page.occurred == "2024-05-02T07:30:00"
    assert "2024-05-03T07:30:00" in changed
    assert len(shown) > 12
    assert [each for each in shown if each.endswith(("Z", "+00:00"))] == []
