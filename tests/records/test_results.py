"""Results as lines: what the hospital gave, nothing more and nothing less."""

from __future__ import annotations

import dataclasses

import pytest

from health_cloud.core.words import Words
from health_cloud.records.service import results
from health_cloud.records.views.content import Coding, Measured

HBA1C = Measured(
    name=Words("糖化血红蛋白", "HbA1c"),
    codes=(Coding("http://loinc.org", "4548-4"), Coding("local", "HbA1c")),
    kind="quantity",
    value="7.40",
    unit="%",
    low="4.0",
    high="6.0",
    flag="high",
)


def line(each: Measured) -> results.ResultLine:
    return next(results.lines([each]))


def test_numbers_keep_their_text() -> None:
    shown = line(HBA1C)
    assert (shown.value.zh, shown.unit.zh, shown.low, shown.high, shown.code) == ("7.40", "%", "4.0", "6.0", "HbA1c")
    assert (shown.kind, shown.word) == ("high", "records.flag.high")


def test_units_are_in_the_languages_of_the_source() -> None:
    pulse = Measured(kind="quantity", value="72", unit="次/分", unit_words=Words("次/分", "/min"))
    assert (line(pulse).unit.pick("zh"), line(pulse).unit.pick("en")) == ("次/分", "/min")
    given = line(dataclasses.replace(pulse, unit_words=Words()))
    assert given.unit.pick("en") == "次/分", "what nobody translated stays as given"


def test_a_flag_that_was_not_given_is_not_invented() -> None:
    shown = line(dataclasses.replace(HBA1C, flag=""))
    assert (shown.kind, shown.word) == ("", "")
    found = [line(dataclasses.replace(HBA1C, flag="")), line(dataclasses.replace(HBA1C, flag="normal"))]
    said = results.headline(found).say
    assert said == "records.headline.plain"


@pytest.mark.parametrize(
    ("flags", "say"),
    [
        (("high",), ""),
        (("normal", "normal"), "records.headline.normal"),
        (("high", "normal"), "records.headline.high_rest"),
        (("high", ""), "records.headline.high"),
        (("high", "low"), "records.headline.flagged_rest"),
        (("critical_high", "normal"), "records.headline.critical_rest"),
        (("positive", "negative"), "records.headline.flagged_rest"),
    ],
)
def test_the_headline_says_what_the_flags_say(flags: tuple[str, ...], say: str) -> None:
    assert results.headline(line(dataclasses.replace(HBA1C, flag=flag)) for flag in flags).say == say


def test_a_range_that_was_not_given_is_not_drawn() -> None:
    shown = line(dataclasses.replace(HBA1C, low="", high=""))
    assert not shown.ranged
    assert results.headline([shown]).unranged


def test_comparators_and_words_are_shown_as_what_they_are() -> None:
    assert line(dataclasses.replace(HBA1C, value="0.4", comparator="<")).value.en == "< 0.4"
    assert line(dataclasses.replace(HBA1C, value="100", comparator=">=")).value.en == "≥ 100"
    said = line(Measured(name=Words("尿糖", ""), kind="text", words=Words("阳性（2+）", "")))
    assert said.value.zh == "阳性（2+）"
    assert not said.numeric


def test_members_stand_below_their_panel() -> None:
    panel = Measured(name=Words("血压", "Blood pressure"), members=(HBA1C, HBA1C))
    found = list(results.lines([panel]))
    assert [each.heading for each in found] == [True, False, False]
    assert [each.inner for each in found] == [False, True, True]


def test_organisms_stand_against_antibiotics() -> None:
    def answer(name: str, flag: str, value: str = "16") -> Measured:
        return Measured(name=Words.same(name), codes=(Coding("loinc", name),), value=value, unit="mg/L", flag=flag)

    coli = Measured(
        name=Words.same("culture"),
        words=Words("大肠埃希菌", "E. coli"),
        members=(answer("A", "susceptible"), answer("B", "resistant")),
    )
    other = dataclasses.replace(coli, words=Words.same("E. faecalis"), members=(answer("A", "intermediate"),))
    shown = results.grid([coli, other])
    assert [each.name.en for each in shown.organisms] == ["E. coli", "E. faecalis"]
    assert [row.name.en for row in shown.rows] == ["A", "B"]
    assert [[cell.kind for cell in row.cells] for row in shown.rows] == [
        ["susceptible", "intermediate"],
        ["resistant", ""],
    ]
    assert not shown.rows[1].cells[1].tested, "what nobody tested is never called susceptible"
    assert shown.unit.en == "mg/L"
    assert not list(results.lines([coli, other])), "and stands there alone"
