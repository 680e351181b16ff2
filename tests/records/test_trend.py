"""An analyte through time: everything that this reader may see is there, and a line joins only what is comparable."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.words import Words
from health_cloud.records.service.reading import entry_page
from health_cloud.records.service.trend import trend_page
from health_cloud.records.views.content import Coding, EntryContent, Measured
from health_cloud.records.views.trend import TrendPage
from tests import charts, people

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
HBA1C = Measured(
    name=Words("糖化血红蛋白", "HbA1c"),
    codes=(Coding("http://loinc.org", "4548-4"), Coding("local", "HbA1c")),
    kind="quantity",
    value="7.4",
    unit="%",
    ucum="%",
    specimen=Words("全血", "Whole blood"),
    method=Words("HPLC", "HPLC"),
    low="4.0",
    high="6.0",
    flag="high",
)
TITRE: dict[str, Any] = {"kind": "text", "value": "", "unit": "", "ucum": "", "words": Words("1:160", "1:160")}


@pytest.fixture(autouse=True)
def _spring() -> Any:
    clock.clock.frozen = NOW + timedelta(days=2)
    yield
    clock.clock.reset()


def report(town: people.Town, value: str, days: int, /, *, at: people.Patient | None = None, **given: Any) -> str:
    return several(town, days, replace(HBA1C, **{"value": value, **given}), at=at)


def several(town: people.Town, days: int, *found: Measured, at: people.Patient | None = None) -> str:
    content = EntryContent(record_class="laboratory", results=found)
    return charts.put(town, at or town.lin, content=content, occurred=NOW - timedelta(days=days))


def trend(town: people.Town, entry_id: str, place: str = "0", *, reader: Actor | None = None) -> TrendPage:
    return db.perform(trend_page, reader or charts.reader(town.lin), town.lin.person_id, entry_id, place)


def said(page: TrendPage) -> list[tuple[str, bool]]:
    """Return the values, oldest first, and whether a line leads to each."""
    return [(row.value.zh, row.joined) for row in reversed(page.rows)]


def test_every_value_before_and_after_is_there_as_given(town: people.Town) -> None:
    old = report(town, "6.90", 400, low="4.2", high="6.2")
    middle = report(town, "7.10", 200, flag="")
    report(town, "5.2", 0, flag="normal")
    page = trend(town, middle)
    assert said(page) == [("6.90", False), ("7.10", True), ("5.2", True)]
    assert [(row.low, row.high, row.kind, row.word) for row in page.rows] == [
        ("4.0", "6.0", "normal", "records.flag.normal"),
        ("4.0", "6.0", "", ""),
        ("4.2", "6.2", "high", "records.flag.high"),
    ]
    assert (page.name.zh, page.code, page.specimen.en, page.unit.zh) == ("糖化血红蛋白", "HbA1c", "Whole blood", "%")
    assert (page.newest.value.zh, page.plotted, page.breaks, page.more) == ("5.2", 3, 0, False)
    assert page.rows[-1].href == f"/records/laboratory/{old}"
    assert page.back == f"/records/laboratory/{middle}"
    assert page.rows[-1].at.startswith("2025-03-10")


@pytest.mark.parametrize(
    ("other", "broken", "was", "plotted"),
    [
        ({"unit": "mmol/mol", "ucum": "mmol/mol"}, "unit", "mmol/mol", 1),
        ({"unit": "", "ucum": ""}, "unit_unsaid", "", 1),
        ({"specimen": Words("毛细血管血", "Capillary blood")}, "specimen", "毛细血管血", 1),
        ({"method": Words("免疫比浊", "Immunoassay")}, "method", "免疫比浊", 2),
        ({"method": Words()}, "method_unsaid", "", 2),
    ],
)
def test_what_changed_parts_the_line_and_is_said(
    town: people.Town, other: dict[str, Any], broken: str, was: str, plotted: int
) -> None:
    report(town, "6.9", 300, **other)
    page = trend(town, report(town, "7.4", 0))
    assert said(page) == [("6.9", False), ("7.4", False)]
    row = page.rows[0]
    assert row.broken == f"records.trend.broken.{broken}"
    assert was in ("", row.was.zh)
    assert (page.plotted, page.breaks) == (plotted, 1)


def test_equal_units_are_one_however_they_are_printed(town: people.Town) -> None:
    report(town, "6.9", 300, unit="％(NGSP)")
    assert said(trend(town, report(town, "7.4", 0))) == [("6.9", False), ("7.4", True)]


def test_another_unit_between_parts_what_is_on_both_sides(town: people.Town) -> None:
    report(town, "6.9", 300)
    report(town, "53", 200, unit="mmol/mol", ucum="mmol/mol")
    page = trend(town, report(town, "7.4", 0))
    assert said(page) == [("6.9", False), ("53", False), ("7.4", False)]
    assert [row.plotted for row in page.rows] == [True, False, True]


def test_a_censored_value_stands_alone(town: people.Town) -> None:
    report(town, "6.9", 300)
    report(town, "14.0", 200, comparator=">")
    report(town, "7.0", 100)
    page = trend(town, report(town, "7.4", 0))
    assert said(page) == [("6.9", False), ("> 14.0", False), ("7.0", False), ("7.4", True)]
    assert (page.rows[2].censored, page.rows[2].plotted, page.breaks) == (">", True, 0)


def test_words_and_titres_are_listed_and_never_drawn(town: people.Town) -> None:
    report(town, "6.9", 300)
    words = report(town, "", 200, **TITRE)
    report(town, "7.4", 0)
    page = trend(town, words)
    assert said(page) == [("6.9", False), ("1:160", False), ("7.4", False)]
    assert [row.plotted for row in page.rows] == [True, False, True]
    assert page.breaks == 0, "words are no change of unit"
    assert page.unit.zh == "%", "the numbers have the plot, whichever the reader came from"


def test_words_alone_have_no_plot(town: people.Town) -> None:
    report(town, "", 100, **TITRE)
    page = trend(town, report(town, "", 0, **TITRE))
    assert (page.plotted, len(page.rows), page.newest.value.zh, page.unit.zh) == (0, 2, "1:160", "")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1,234", "7.4 左右"])
def test_what_is_no_number_has_no_place_on_the_plot(town: people.Town, value: str) -> None:
    page = trend(town, report(town, value, 0))
    assert (page.rows[0].value.zh, page.rows[0].plotted) == (value, False)


def test_another_analyte_stays_out_and_a_result_is_named_by_its_place(town: people.Town) -> None:
    glucose = replace(HBA1C, name=Words("葡萄糖", "Glucose"), codes=(Coding("http://loinc.org", "2345-7"),), value="5")
    panel = Measured(name=Words("组套", "Panel"), members=(HBA1C, glucose))
    report(town, "6.9", 100)
    entry_id = several(town, 0, panel)
    assert said(trend(town, entry_id, "0")) == [("6.9", False), ("7.4", True)]
    assert said(trend(town, entry_id, "1")) == [("5", False)]


def test_two_values_of_one_moment_are_not_joined(town: people.Town) -> None:
    entry_id = several(town, 0, HBA1C, replace(HBA1C, value="7.6"))
    assert said(trend(town, entry_id)) == [("7.4", False), ("7.6", False)]


def test_a_line_of_the_report_leads_there(town: people.Town) -> None:
    uncoded = replace(HBA1C, codes=())
    entry_id = several(town, 0, HBA1C, uncoded)
    own = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, entry_id)
    assert [line.trend for line in own.results] == [f"/records/laboratory/{entry_id}/0", ""]


@pytest.mark.parametrize("place", ["1", "-1", "", "x", "٠", "99999", "1e0"])
def test_there_is_no_such_result(town: people.Town, place: str) -> None:
    entry_id = report(town, "7.4", 0)
    with pytest.raises(NotFound):
        trend(town, entry_id, place)


def test_a_check_up_has_none(town: people.Town) -> None:
    content = EntryContent(record_class="check_ups", results=(HBA1C,))
    with pytest.raises(NotFound):
        trend(town, charts.put(town, town.lin, "check_ups", content=content))


def test_hidden_entries_and_somebody_elses_are_never_there(town: people.Town) -> None:
    report(town, "6.8", 100, at=town.wang)
    hidden = report(town, "6.9", 900)
    held = charts.put(
        town, town.lin, content=EntryContent(record_class="laboratory", results=(HBA1C,)), state="withdrawn"
    )
    report(town, "7.0", 50)
    today = report(town, "7.4", 0)
    charts.policy(town, 2, laboratory={"open": True, "from_date": charts.day("2025-01-01")})
    page = trend(town, today)
    assert said(page) == [("7.0", False), ("7.4", True)]
    for entry_id in (hidden, held):
        with pytest.raises(NotFound):
            trend(town, entry_id)


def test_what_is_delayed_comes_when_it_opens(town: people.Town) -> None:
    report(town, "7.0", 50)
    charts.policy(town, 2, laboratory={"open": True, "delay_hours": 72})
    older = report(town, "7.2", 40)
    fresh = report(town, "7.4", 0)
    assert said(trend(town, older)) == [("7.0", False), ("7.2", True)]
    assert trend(town, older).opens.startswith("2026-04-17")
    clock.clock.frozen = NOW + timedelta(days=4)
    assert said(trend(town, fresh)) == [("7.0", False), ("7.2", True), ("7.4", True)]


def test_a_grantee_gets_no_more_than_the_period_given_and_nobody_else_anything(town: people.Town) -> None:
    report(town, "6.9", 500)
    report(town, "7.1", 100)
    today = report(town, "7.4", 0)
    doctor = charts.physician(town)
    with pytest.raises(Denied):
        trend(town, today, reader=doctor)
    with pytest.raises(Denied):
        trend(town, today, reader=charts.reader(town.wang))
    charts.grant(town.lin, town, doctor, "laboratory", period_from=charts.day("2025-06-01"))
    assert said(trend(town, today, reader=doctor)) == [("7.1", False), ("7.4", True)]


def test_one_line_of_the_ledger_names_the_reports_whose_values_were_shown(town: people.Town) -> None:
    before = report(town, "6.9", 100)
    unlike = several(town, 90, replace(HBA1C, codes=(Coding("http://loinc.org", "1-1"),)))
    today = report(town, "7.4", 0)
    lines = len(charts.chain(town.lin))
    trend(town, today)
    written = charts.chain(town.lin)[lines:]
    assert len(written) == 1
    assert before in written[0].detail
    assert today in written[0].detail
    assert unlike not in written[0].detail
    assert written[0].record_class == "laboratory", "the patient reads which class it was"


def test_it_says_when_there_are_older_ones_than_it_shows(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("health_cloud.records.service.trend.MOST", 2)
    for days in (300, 200):
        report(town, "7.0", days)
    several(town, 100, replace(HBA1C, codes=(Coding("http://loinc.org", "1-1"),)))
    page = trend(town, report(town, "7.4", 0))
    assert (len(page.rows), page.more) == (2, True)


def test_a_check_up_s_measures_are_followed_through_check_ups_alone(town: people.Town) -> None:
    weight = replace(HBA1C, codes=(Coding("http://loinc.org", "29463-7"),), unit="kg", ucum="kg", value="60.2")
    pressure = Measured(name=Words("血压", "Blood pressure"), members=(replace(weight, codes=(Coding("l", "S"),)),))

    def check_up(value: str, days: int) -> str:
        found = (replace(weight, value=value), pressure)
        content = EntryContent(record_class="check_ups", measures=found, results=(HBA1C,))
        return charts.put(town, town.lin, "check_ups", content=content, occurred=NOW - timedelta(days=days))

    old = check_up("60.2", 365)
    report(town, "7.4", 100)
    several(town, 90, replace(weight, value="55"))
    today = check_up("61.0", 0)
    own = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, today)
    followed = [line.trend for line in own.measures if not line.heading]
    assert followed == [f"/records/check_ups/{today}/{place}" for place in (0, 1)]
    assert [line.trend for line in own.results] == [""], "its results count where they were made"
    page = trend(town, today)
    assert said(page) == [("60.2", False), ("61.0", True)]
    assert {row.href for row in page.rows} == {f"/records/check_ups/{entry_id}" for entry_id in (old, today)}
    assert (page.record_class, page.back) == ("check_ups", f"/records/check_ups/{today}")
    with pytest.raises(NotFound):
        trend(town, today, "2")


UPPER = Measured(
    name=Words("收缩压", "Systolic"),
    codes=(Coding("http://loinc.org", "8480-6"),),
    kind="quantity",
    value="129",
    unit="mmHg",
    ucum="mm[Hg]",
    low="90",
    high="139",
    flag="normal",
)
LOWER = replace(
    UPPER, name=Words("舒张压", "Diastolic"), codes=(Coding("http://loinc.org", "8462-4"),), low="60", high="89"
)
PRESSURE = Measured(name=Words("血压", "Blood pressure"), codes=(Coding("http://loinc.org", "85354-9"),))


def pressure(town: people.Town, record_class: str, days: int, upper: str, lower: str, /, **given: Any) -> str:
    """Write a check-up or a visit with a blood pressure; an empty number was not measured."""
    both = [replace(each, value=value, **given) for each, value in ((UPPER, upper), (LOWER, lower)) if value]
    content = EntryContent(record_class=record_class, measures=(replace(PRESSURE, members=tuple(both)),))
    return charts.put(town, town.lin, record_class, content=content, occurred=NOW - timedelta(days=days))


def pairs(page: TrendPage) -> list[tuple[str, str]]:
    return [(row.value.zh, row.second.zh) for row in page.rows]


@pytest.mark.parametrize("place", ["0", "1"])
def test_a_blood_pressure_is_two_numbers_from_check_ups_and_visits(town: people.Town, place: str) -> None:
    check_up = pressure(town, "check_ups", 400, "129", "84")
    visit = pressure(town, "medical_records", 30, "131", "79")
    alone = pressure(town, "medical_records", 20, "", "81")
    for entry_id in (check_up, visit):
        page = trend(town, entry_id, place)
        assert pairs(page) == [("", "81"), ("131", "79"), ("129", "84")]
        assert (page.name.zh, page.pair.zh) == ("收缩压", "舒张压")
        assert [row.href.split("/")[2] for row in page.rows] == ["medical_records", "medical_records", "check_ups"]
        assert (page.newest.value.zh, page.newest.second.zh) == ("131", "79")
        assert [(row.drawn, row.joined) for row in page.beside] == [("81", True), ("79", True), ("84", False)]
        assert [(row.drawn, row.joined) for row in page.rows[1:]] == [("131", True), ("129", False)]
        assert (page.rows[1].second_low, page.rows[1].second_high) == ("60", "89")
    assert trend(town, alone).pair == Words(), "measured alone it is shown alone"
    assert [row.value.zh for row in trend(town, alone).rows] == ["81", "79", "84"]


def test_two_units_are_no_pair_and_a_change_of_either_parts_both(town: people.Town) -> None:
    old = pressure(town, "check_ups", 400, "129", "84")
    new = pressure(town, "check_ups", 30, "131", "79", method=Words("示波法", "Oscillometry"))
    page = trend(town, new)
    assert [bool(row.broken) for row in page.rows] == [True, False]
    assert page.breaks == 1
    odd = replace(LOWER, unit="kPa", ucum="kPa", value="11")
    content = EntryContent(record_class="check_ups", measures=(replace(UPPER, method=Words("示波法", "O")), odd))
    mixed = charts.put(town, town.lin, "check_ups", content=content, occurred=NOW)
    assert trend(town, old).pair.zh == "舒张压"
    assert trend(town, mixed).pair == Words()


def test_a_measure_is_given_out_with_its_entry_in_the_ledger(town: people.Town) -> None:
    check_up = pressure(town, "check_ups", 400, "129", "84")
    visit = pressure(town, "medical_records", 30, "", "79")
    apart = charts.put(town, town.lin, "medical_records", content=EntryContent("medical_records"))
    trend(town, check_up)
    detail = charts.chain(town.lin)[-1].detail
    assert check_up in detail
    assert visit in detail
    assert apart not in detail
