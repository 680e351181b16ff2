"""A filter leaves exactly what a reader with patience would have picked out, and offers nothing of what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from health_cloud.chart.models import Opened
from health_cloud.core import clock, db, i18n
from health_cloud.core.actors import Actor
from health_cloud.core.ids import new_id
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.ingest.service.rules import codes
from health_cloud.records.service import lists, reading
from health_cloud.records.service.categories import OTHER, called, kind_of, shelf_of
from health_cloud.records.service.filters import address, asked_of, key_of
from health_cloud.records.views.filters import UNFILTERED, Asked, OneOf
from health_cloud.records.views.screens import ListPage, ListRow, OwnList
from tests import charts, people
from tests.records.test_lists import _forget

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
PLACES = (Words("内分泌科", "Endocrinology"), Words("心血管内科", "Cardiology"), Words("急诊", ""), Words("门诊", ""))
HEART = PLACES[1]
LABORATORY = shelf_of("laboratory")


@pytest.fixture(autouse=True)
def _spring() -> Any:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def put(town: people.Town, patient: people.Patient, days: int, **given: Any) -> str:
    place = given.pop("place", PLACES[0])
    at = NOW - timedelta(days=days, minutes=1)
    return charts.put(town, patient, occurred=at, place_zh=place.zh, place_en=place.en, **given)


def own(actor: Actor, asked: Asked = UNFILTERED, start: str = "", count: int = 0, name: str = "laboratory") -> OwnList:
    return db.perform(lists.own_list, actor, actor.person_id, name, asked, start, count)


def ids(page: ListPage) -> list[str]:
    return [row.id for row in lines(page)]


def lines(page: ListPage) -> list[ListRow]:
    return [row for month in page.months for row in month.rows]


def walked(actor: Actor, asked: Asked, name: str = "laboratory") -> list[str]:
    """Return all that a filter leaves, page by page."""
    page = own(actor, asked, name=name).page
    found = ids(page)
    while page.older:
        page = db.perform(lists.own_older, actor, actor.person_id, name, asked, page.older)
        found += ids(page)
    return found


def labels(one: OneOf) -> list[str]:
    return [option.label.zh or option.year or option.text.removeprefix("records.filter.") for option in one.options]


KINDS = {
    "laboratory": (("HM", "blood"), ("CH", "chemistry"), ("", "other"), ("X-9", "other")),
    "prescriptions": (
        ("outpatient", "outpatient"),
        ("emergency", "emergency"),
        ("none", "loose"),
        ("inpatient", "inpatient"),
    ),
}
"""Codes that entries of a class come with, and what they are called."""
BY = {"laboratory": "kind_group", "prescriptions": "visit_type"}


def literally(asked: Asked, place: Words, kinds: Mapping[str, str]) -> Callable[[ListRow], bool]:
    """Return what a filter means, said of one line as it stands on the screen; its kind by its id."""
    spans = {"12m": 365, "5y": 5 * 365 + 1}

    def fits(row: ListRow) -> bool:
        recent = asked.period not in spans or row.occurred >= (NOW - timedelta(spans[asked.period])).isoformat()
        return (
            (asked.only != "abnormal" or row.kind not in ("", "normal"))
            and (asked.only != "new" or row.fresh)
            and (not asked.department or row.place == place)
            and (not asked.kind or kinds[row.id] == asked.kind)
            and recent
            and (not asked.period.isdecimal() or row.occurred.startswith(asked.period))
        )

    return fits


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    written=st.lists(
        st.tuples(
            st.integers(0, 2200), st.sampled_from(PLACES), st.sampled_from(["", "normal", "high", "low", "critical"]),
            st.booleans(), st.sampled_from([None, None, "a", "b"]), st.integers(0, 3),
        ),
        max_size=16,
    ),
    name=st.sampled_from(["laboratory", "prescriptions"]),
    only=st.sampled_from(["", "abnormal", "new"]),
    place=st.sampled_from([None, *PLACES]),
    kind=st.integers(-3, 3),
    period=st.sampled_from(["", "12m", "5y", "2026", "2025", "2021"]),
    size=st.integers(1, 5),
)  # fmt: skip
def test_a_filter_is_what_it_says(
    town: people.Town,
    monkeypatch: pytest.MonkeyPatch,
    written: list[tuple[int, Words, str, bool, str | None, int]],
    name: str,
    only: str,
    place: Words | None,
    kind: int,
    period: str,
    size: int,
) -> None:
    db.perform(_forget_all, charts.WRITER)
    lin = charts.reader(town.lin)
    kinds: dict[str, str] = {}
    for days, at, flag, opened, group, sort in written:
        entry_id = put(
            town, town.lin, days, record_class=name, place=at, flag=flag, flagged=int(flag not in ("", "normal")),
            group_key=group if name == "prescriptions" else None, **{BY[name]: KINDS[name][sort][0]},
        )  # fmt: skip
        kinds[entry_id] = KINDS[name][sort][1]
        if opened:
            db.perform(_open, charts.WRITER, lin, entry_id)
    monkeypatch.setattr(reading, "PAGE", 50)
    every = lines(db.perform(reading.list_page, lin, lin.person_id, name))
    monkeypatch.setattr(reading, "PAGE", size)
    wanted = KINDS[name][kind][1] if kind >= 0 else ""
    asked = Asked(only=only, department=key_of(place) if place else "", kind=wanted, period=period)
    fits = literally(asked, place or PLACES[0], kinds)
    assert walked(lin, asked, name) == [row.id for row in every if fits(row)]
    filters = own(lin, asked, name=name).filters
    assert bool(filters.abnormal.href) is (only == "abnormal" or any(row.kind not in ("", "normal") for row in every))
    assert bool(filters.new.href) is (only == "new" or any(row.fresh for row in every))
    said = {row.place.zh for row in every}
    if len(said) > 1:
        assert set(labels(filters.department)) >= said
    there = {kinds[row.id] for row in every}
    offered = {option.text.rpartition(".")[2] for option in filters.kind.options} - {"every_kind"}
    assert offered == (there | ({wanted} - {""}) if wanted or len(there) > 1 else set())


def _forget_all(session: Session, actor: Actor) -> None:
    from sqlmodel import delete

    session.exec(delete(Opened))
    _forget(session, actor)


def _open(session: Session, _actor: Actor, reader: Actor, entry_id: str) -> None:
    session.add(Opened(account_id=reader.account_id, entry_id=entry_id, at=clock.now()))


def test_a_department_goes_on_over_the_edge_of_a_page(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 1)
    lin = charts.reader(town.lin)
    made = [put(town, town.lin, days, place=PLACES[2 + days % 2]) for days in range(4)]
    assert walked(lin, Asked(department=key_of(PLACES[2]))) == [made[0], made[2]]
    assert walked(lin, Asked(department=key_of(PLACES[3]))) == [made[1], made[3]]


def test_kinds_stand_in_plain_words_and_one_is_no_choice(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    urine = put(town, town.lin, 1, kind_group="URN")
    assert own(lin).filters.kind.options == []
    blood = put(town, town.lin, 2, kind_group="HM")
    own_code = put(town, town.lin, 3, kind_group="LAB")
    options = own(lin).filters.kind.options
    assert [option.text for option in options] == [
        "records.filter.every_kind", "records.kind.blood", "records.kind.urine", "records.kind.other",
    ]  # fmt: skip
    asked = [asked_of(dict(parse_qsl(urlsplit(option.href).query)), LABORATORY) for option in options]
    assert [walked(lin, each) for each in asked] == [[urine, blood, own_code], [blood], [urine], [own_code]]
    assert options[1].href == "/records/laboratory?kind=blood"


@pytest.mark.parametrize("record_class", list(RecordClass))
def test_each_section_that_makes_a_class_has_its_kind_or_says_no_more_than_the_class(record_class: RecordClass) -> None:
    kinds = shelf_of(record_class).kinds
    vague = {"LAB", "OSL", "LP29693-6", "26436-6", "OTH", "IMG", "RAD", "LP29684-5", "18748-4"}
    sections = [code for code, name in codes.SERVICES.items() if name is record_class]
    assert [code for code in sections if kind_of(kinds, code) == OTHER] == [code for code in sections if code in vague]
    every = [code for each in kinds.values() for code in each]
    assert len(every) == len(set(every)), "a code is of one kind"
    assert {called(key) for key in (*kinds, OTHER)} <= set(i18n.texts())


def test_a_prescription_is_new_with_any_medicine_of_it(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    first, second = (put(town, town.lin, days, record_class="prescriptions", group_key="rx") for days in (3, 2))
    db.perform(_open, charts.WRITER, lin, first)
    assert walked(lin, Asked(only="new"), "prescriptions") == [first]
    assert own(lin, name="prescriptions").filters.new.href
    db.perform(_open, charts.WRITER, lin, second)
    assert walked(lin, Asked(only="new"), "prescriptions") == []
    assert not own(lin, name="prescriptions").filters.new.href


def test_a_year_is_the_one_that_the_line_says(town: people.Town) -> None:
    """Half past midnight of New Year in the hospital is yesterday in UTC; an undated line stands under its arrival."""
    lin = charts.reader(town.lin)
    new_year = datetime(2024, 12, 31, 16, 30, tzinfo=UTC)
    first = charts.put(town, town.lin, occurred=new_year, occurred_text="2025-01-01T00:30:00+08:00")
    undated = charts.put(town, town.lin, occurred=datetime(2024, 5, 1, tzinfo=UTC), occurred_text="")
    partial = charts.put(town, town.lin, occurred=datetime(2022, 12, 31, 16, tzinfo=UTC), occurred_text="2023")
    west = datetime(2025, 1, 1, 4, tzinfo=UTC)
    last = charts.put(town, town.lin, occurred=west, occurred_text="2024-12-31T20:00:00-08:00")
    assert labels(own(lin).filters.period) == ["every_period", "2025", "2024", "2023"]
    assert walked(lin, Asked(period="2025")) == [first]
    assert walked(lin, Asked(period="2024")) == [last, undated]
    assert walked(lin, Asked(period="2023")) == [partial]
    assert walked(lin, Asked(period="2022")) == []


def test_hospitals_are_a_choice_where_there_are_two(town: people.Town, elsewhere: people.Town) -> None:
    lin = charts.reader(town.lin)
    here = put(town, town.lin, 1)
    assert own(lin).filters.hospital.options == []
    there = put(elsewhere, town.lin, 2, place=HEART)
    filters = own(lin).filters
    assert len(filters.hospital.options) == 3
    assert labels(filters.department) == ["every_department", "内分泌科", "心血管内科"]
    assert walked(lin, Asked(hospital=elsewhere.organization_id)) == [there]
    narrowed = own(lin, Asked(hospital=town.organization_id))
    assert ids(narrowed.page) == [here]
    assert narrowed.filters.department.options == [], "this hospital has one department"
    assert narrowed.at == f"/records/laboratory?hospital={town.organization_id}"


@pytest.mark.parametrize("hidden", ["closed", "delayed", "withdrawn", "other person", "other class"])
def test_what_is_hidden_is_no_choice_and_asking_for_it_is_as_asking_for_nothing_there_is(
    town: people.Town, elsewhere: people.Town, hidden: str
) -> None:
    lin = charts.reader(town.lin)
    put(town, town.lin, 40, flag="normal", kind_group="HM")
    put(town, town.lin, 400, flag="normal", place=PLACES[2], kind_group="HM")
    bare = replace(own(lin).filters, new=own(lin).filters.new)
    given: dict[str, Any] = {"place": HEART, "flag": "critical", "flagged": 1, "kind_group": "URN"}
    patient, name = town.lin, "laboratory"
    if hidden == "withdrawn":
        given["state"] = "withdrawn"
    elif hidden == "other person":
        patient = elsewhere.wang
    elif hidden == "other class":
        name = "imaging"
    put(elsewhere, patient, 2000, record_class=name, outcome=NOW - timedelta(minutes=1), **given)
    if hidden in ("closed", "delayed"):
        rule = {"open": False} if hidden == "closed" else {"open": True, "delay_hours": 24}
        charts.policy(elsewhere, 2, laboratory=rule)
    assert own(lin).filters == bare
    for reach, absent in (
        (Asked(hospital=elsewhere.organization_id), Asked(hospital=new_id())),
        (Asked(department=key_of(HEART)), Asked(department=key_of(Words("没有", "None")))),
        (Asked(kind="urine"), Asked(kind="genes")),
        (Asked(period="2020"), Asked(period="2019")),
        (Asked(only="abnormal"), Asked(only="abnormal")),
    ):
        got, none = own(lin, reach), own(lin, absent)
        assert (ids(got.page), got.page.older) == ([], "")
        assert told(got, reach) == told(none, absent)


def told(found: OwnList, asked: Asked) -> str:
    """Return all that a list says, without what was asked for."""
    text = str(replace(found, page=replace(found.page, topics=(), opens="")))
    for value in (asked.hospital, asked.department, asked.kind, asked.period):
        text = text.replace(value, "?") if value else text
    return text


def test_an_address_names_nothing_and_leads_back(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    put(town, town.lin, 1)
    found = put(town, town.lin, 2, place=HEART, flag="high", flagged=1)
    option = next(option for option in own(lin).filters.department.options if option.label == HEART)
    assert HEART.zh not in option.href
    assert "Cardiology" not in option.href
    asked = asked_of(dict(parse_qsl(urlsplit(option.href).query)), LABORATORY)
    narrowed = own(lin, asked)
    assert (ids(narrowed.page), narrowed.at) == ([found], option.href)
    assert narrowed.filters.abnormal.href == address(LABORATORY, replace(asked, only="abnormal"))
    assert narrowed.filters.every == "/records/laboratory"


@pytest.mark.parametrize(
    "query",
    [
        {"only": "everything", "hospital": "' OR 1=1 --", "department": "x", "period": "-1"},
        {"hospital": "a" * 36, "department": "é" * 16, "period": "٢٠٢٤"},
        {"period": "0000"},
        {"period": "2024 "},
        {"ONLY": "new"},
        {"kind": "HM"},
        {"kind": "ct"},
        {"kind": "' OR 1=1 --"},
    ],
)
def test_what_is_no_filter_is_passed_over(query: dict[str, str]) -> None:
    assert asked_of(query, LABORATORY) == UNFILTERED


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar_are_years(town: people.Town, year: str) -> None:
    assert walked(charts.reader(town.lin), Asked(period=year)) == []


def test_coming_back_gives_as_much_as_there_was(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    monkeypatch.setattr(reading, "MOST", 6)
    lin = charts.reader(town.lin)
    made = [put(town, town.lin, days) for days in range(9)]
    again = own(lin, count=4)
    assert ids(again.page) == made[:4]
    assert ids(own(lin, count=10**6).page) == made[:6], "no address asks for more than a screen holds"
    deep = own(lin, start=again.page.older, count=3)
    assert (ids(deep.page), deep.start) == (made[4:7], again.page.older)


@pytest.mark.parametrize("start", ["x", "2026-01-01~a", "' OR 1=1 --"])
def test_a_place_that_is_none_of_ours_is_the_newest(town: people.Town, start: str) -> None:
    lin = charts.reader(town.lin)
    made = put(town, town.lin, 1)
    found = own(lin, start=start)
    assert (ids(found.page), found.start) == ([made], "")


def test_the_ledger_says_which_filters_and_not_what_they_were(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    put(town, town.lin, 1, place=HEART)
    own(lin, Asked(only="new", department=key_of(HEART), kind="urine", period="2026"))
    line = charts.chain(town.lin)[-1]
    assert '"filters":"only,department,kind,period"' in line.detail
    assert key_of(HEART) not in line.detail
    assert "urine" not in line.detail
    assert "2026" not in line.detail
