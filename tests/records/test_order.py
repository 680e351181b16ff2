"""Abnormal first: every line names its panel and keeps all that was said of it, wherever it goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from health_cloud.core.words import Words
from health_cloud.records.service.results import lines, sortable, told_once
from health_cloud.records.views.content import Measured

SERUM = Words("血清", "Serum")


def one(name: str, flag: str = "normal", specimen: Words = SERUM) -> Measured:
    return Measured(name=Words.same(name), kind="quantity", value="1", flag=flag, specimen=specimen)


@pytest.mark.parametrize(
    ("flags", "moves"),
    [
        (("normal", "high"), True),
        (("", "low"), True),
        (("high", "critical_high"), True),
        (("high", "normal", "low"), True),
        (("high", "low", "normal", ""), False),
        (("critical_low", "abnormal", "normal"), False),
        (("normal", "", "normal"), False),
        (("high",), False),
        ((), False),
    ],
)
def test_the_choice_is_offered_where_it_makes_a_difference(flags: tuple[str, ...], moves: bool) -> None:
    assert sortable(lines([one(str(place), flag) for place, flag in enumerate(flags)])) is moves


def test_a_heading_is_no_result() -> None:
    panel = Measured(name=Words.same("P"), members=(one("a", "high"),))
    assert not sortable(lines([panel, one("b")]))
    assert sortable(lines([one("b"), panel]))


def test_a_member_keeps_the_name_of_its_own_panel() -> None:
    inner = Measured(name=Words.same("inner"), members=(one("a"),))
    valued = replace(one("valued"), members=(one("c"),))
    outer = Measured(name=Words.same("outer"), members=(inner, one("b")))
    shown = [(line.name.zh, line.panel.zh) for line in lines([outer, valued]) if not line.heading]
    assert shown == [("a", "inner"), ("b", "outer"), ("valued", ""), ("c", "valued")]


def test_what_the_line_above_said_is_not_lost_when_a_line_moves() -> None:
    shown = list(told_once(lines([one("a"), one("b"), one("c", specimen=Words())])))
    assert [line.remarks for line in shown] == [[SERUM], [], []]
    assert [line.whole for line in shown] == [[], [SERUM], []]
    assert [line.place for line in shown] == [0, 1, 2]
