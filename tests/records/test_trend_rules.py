"""What may be joined through time, whatever hospitals send: never over a change that makes two values incomparable."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_cloud.chart.views import EarlierEntry
from health_cloud.core.words import Words
from health_cloud.records.service.trend import Found, Report, page_of
from health_cloud.records.views.content import Coding, Measured
from health_cloud.records.views.trend import TrendPage

EAST, WEST = Words("东院", "East"), Words("西院", "West")
BLOOD, SERUM = Words("全血", "Blood"), Words("血清", "Serum")
HPLC, IMMUNO = Words("HPLC", "HPLC"), Words("免疫比浊", "Immunoassay")
HBA1C = Measured(
    name=Words("糖化血红蛋白", "HbA1c"),
    codes=(Coding("http://loinc.org", "4548-4"),),
    kind="quantity",
    value="7.4",
    unit="%",
    specimen=BLOOD,
    method=HPLC,
    low="4.0",
    high="6.0",
)
_CHANGES: tuple[dict[str, Any], ...] = (
    *({"value": sent} for sent in ("7", "7.0", "7.40", "0.010", "-1", "1e2", "1:160", "NaN", "Infinity")),
    *({"comparator": sign} for sign in ("<", ">", "<=", ">=")),
    *({"unit": unit} for unit in ("mmol/mol", "")),
    *({"specimen": specimen} for specimen in (SERUM, Words())),
    *({"method": method} for method in (IMMUNO, Words())),
    *({"high": high} for high in ("6.2", "")),
    {"low": ""},
    {"low": "", "high": ""},
    {"kind": "text"},
    {"kind": "coded", "value": "", "unit": "", "words": Words("阳性", "Positive")},
)
_CHANGED = st.lists(st.sampled_from(_CHANGES), max_size=2)
"""What differs from the usual: mostly little, so that neighbours are often comparable but for one thing."""
_MEASURED = st.builds(lambda changes: replace(HBA1C, **{k: v for each in changes for k, v in each.items()}), _CHANGED)
_FOUND = st.lists(st.tuples(_MEASURED, st.sampled_from([EAST, EAST, WEST]), st.booleans()), min_size=1, max_size=9)


def found_of(sent: list[tuple[Measured, Words, bool]]) -> list[Found]:
    """Return values newest first, each on a day of its own, or on the day of the one after it."""
    day, found = 400, []
    for number, (measured, hospital, same_day) in enumerate(sent):
        day -= not same_day
        at = f"20{day // 28:02}-01-{day % 28 + 1:02}"
        found.append(Found(Report(EarlierEntry(f"e{number}", f"v{number}", at, hospital)), measured))
    return found


def page(found: list[Found]) -> TrendPage:
    return page_of(found[0].measured, found)


@given(_FOUND)
def test_a_line_joins_only_what_is_comparable(sent: list[tuple[Measured, Words, bool]]) -> None:
    found = found_of(sent)
    rows = page(found).rows
    for number, row in enumerate(rows):
        if not row.joined:
            continue
        now, was = found[number], found[number + 1]
        assert now.measured.comparator == was.measured.comparator == "", "what is only a limit stands alone"
        assert now.measured.kind == was.measured.kind == "quantity"
        assert now.measured.unit == was.measured.unit
        assert now.measured.specimen == was.measured.specimen
        assert now.measured.method == was.measured.method
        assert now.report.entry.occurred != was.report.entry.occurred
        assert rows[number + 1].plotted
        assert row.plotted
        if now.report.entry.organization != was.report.entry.organization:
            assert now.measured.method != Words()
            assert (now.measured.low, now.measured.high) == (was.measured.low, was.measured.high) != ("", "")


@given(_FOUND)
def test_every_value_is_there_exactly_as_sent(sent: list[tuple[Measured, Words, bool]]) -> None:
    found = found_of(sent)
    signs = {"<=": "≤", ">=": "≥"}
    rows = page(found).rows
    assert [row.id for row in rows] == [each.report.entry.id for each in found]
    for row, each in zip(rows, found, strict=True):
        one = each.measured
        sign = signs.get(one.comparator, one.comparator)
        expected = f"{sign} {one.value}".strip() if one.value else one.words.zh
        assert (row.value.zh, row.unit.zh, row.low, row.high) == (expected, one.unit, one.low, one.high)
        assert row.number in ("", one.value)
        assert row.organization == each.report.entry.organization


@given(_FOUND)
def test_what_is_drawn_has_one_unit_and_specimen(sent: list[tuple[Measured, Words, bool]]) -> None:
    found = found_of(sent)
    shown = page(found)
    drawn = {
        (each.measured.unit, each.measured.specimen) for row, each in zip(shown.rows, found, strict=True) if row.plotted
    }
    assert len(drawn) <= 1
    assert shown.plotted == sum(row.plotted for row in shown.rows)
    assert shown.breaks == sum(bool(row.broken) for row in shown.rows)


@pytest.mark.parametrize(
    ("other", "joined"),
    [
        ({}, True),
        ({"high": "6.2"}, False),
        ({"method": IMMUNO}, False),
        ({"method": Words()}, False),
    ],
)
def test_another_hospital_joins_where_method_and_range_are_the_same(other: dict[str, Any], joined: bool) -> None:
    found = found_of([(HBA1C, EAST, False), (replace(HBA1C, **other), WEST, False)])
    newest = page(found).rows[0]
    assert newest.joined is joined
    assert bool(newest.broken) is not joined
    unsaid = {"low": "", "high": ""} if not other else {"method": Words()}
    both = found_of([(replace(HBA1C, **unsaid), EAST, False), (replace(HBA1C, **unsaid), WEST, False)])
    assert page(both).rows[0].broken == "records.trend.broken.source", "what nobody says is not known to be the same"


def test_at_one_hospital_another_range_is_another_band_and_no_break() -> None:
    found = found_of([(HBA1C, EAST, False), (replace(HBA1C, high="6.2", low="4.2"), EAST, False)])
    newest = page(found).rows[0]
    assert (newest.joined, newest.broken) == (True, "")


_SIZES = {"g/L": Decimal(1), "g/dL": Decimal(10), "mg/dL": Decimal("0.01"), "mmol/L": None}
"""What a number is multiplied by to be one in g/L; none where it is another family."""
HEMOGLOBIN = replace(HBA1C, name=Words("血红蛋白", "Hemoglobin"), value="142", unit="g/L", ucum="g/L", low="", high="")


@given(st.lists(st.tuples(st.sampled_from(list(_SIZES)), st.integers(1, 10_000)), min_size=1, max_size=8))
def test_a_family_of_units_shares_an_axis_and_each_value_stays_as_sent(sent: list[tuple[str, int]]) -> None:
    values = [replace(HEMOGLOBIN, unit=unit, ucum=unit, value=str(number)) for unit, number in sent]
    shown = page_of(values[0], found_of([(value, EAST, False) for value in values]))
    family = _SIZES[sent[0][0]]
    for row, value in zip(shown.rows, values, strict=True):
        size = _SIZES[value.unit]
        assert (row.value.zh, row.unit.zh, row.number) == (value.value, value.unit, value.value)
        assert row.plotted == ((size is None) == (family is None))
        if row.plotted and size and family:
            assert Decimal(row.drawn) == Decimal(value.value) * size / family
        assert row.converted == (row.plotted and value.unit != values[0].unit)
    assert shown.converted == sum(row.converted for row in shown.rows)
    for row, value, before in zip(shown.rows, values, values[1:], strict=False):
        assert bool(row.broken) == ((_SIZES[value.unit] is None) != (_SIZES[before.unit] is None))


@pytest.mark.parametrize(("high", "joined"), [("16", True), ("16.1", False), ("", False)])
def test_ranges_of_two_hospitals_are_compared_in_one_unit(high: str, joined: bool) -> None:
    here = replace(HEMOGLOBIN, low="130.0", high="160")
    there = replace(HEMOGLOBIN, value="14.1", unit="g/dL", ucum="g/dL", low="13", high=high)
    shown = page_of(here, found_of([(here, EAST, False), (there, WEST, False)]))
    assert shown.rows[0].joined is joined
    assert [(row.drawn, row.drawn_low) for row in shown.rows] == [("142", "130"), ("141", "130")]
