"""A list in parts: from wherever one begins, up and down give every line once, and each part travels once."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import reflex as rx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from health_cloud.chart.models import ChartEntry, EntryVersion
from health_cloud.core import db
from health_cloud.core.actors import Actor, act_as
from health_cloud.core.errors import Denied, Unavailable
from health_cloud.records.models import Content
from health_cloud.records.service import lists, reading
from health_cloud.records.state import ClassList, Search, listing
from health_cloud.records.views.filters import UNFILTERED
from health_cloud.records.views.screens import ListPage
from tests import charts, people, states
from tests.states import sent

START = datetime(2020, 1, 1, tzinfo=UTC)
CLASS = "laboratory"


def forget(session: Any, _actor: Actor) -> None:
    for table in (Content, EntryVersion, ChartEntry):
        session.exec(delete(table))


def hide(session: Any, _actor: Actor, entry_id: str) -> None:
    session.get_one(ChartEntry, entry_id).state = "held"


def ids(page: ListPage) -> list[str]:
    return [row.id for month in page.months for row in month.rows]


def beyond(actor: Actor, use_case: Any, cursor: str) -> ListPage:
    return db.perform(use_case, actor, actor.person_id, CLASS, UNFILTERED, cursor)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    days=st.lists(st.integers(0, 6), min_size=1, max_size=16),
    size=st.integers(1, 5),
    begin=st.integers(0, 15),
    coming=st.lists(st.integers(0, 6), max_size=5),
    turns=st.lists(st.booleans(), max_size=12),
)
def test_up_and_down_from_anywhere_give_every_line_once_while_others_come(
    town: people.Town,
    monkeypatch: pytest.MonkeyPatch,
    days: list[int],
    size: int,
    begin: int,
    coming: list[int],
    turns: list[bool],
) -> None:
    """Many share an instant; more arrive between two parts, above, below and within what is shown already."""
    monkeypatch.setattr(reading, "PAGE", size)
    db.perform(forget, charts.WRITER)
    lin = charts.reader(town.lin)
    made = [charts.put(town, town.lin, occurred=START + timedelta(days=day)) for day in days]
    with db.reading() as session:
        rows = dict(session.exec(select(ChartEntry.id, ChartEntry.occurred_at)).all())
    order = sorted(made, key=lambda one: (rows[one], one), reverse=True)
    before = order[begin % len(order)]
    cursor = f"{rows[before].isoformat()}~{before}"
    stretch = db.perform(lists.own_list, lin, lin.person_id, CLASS, UNFILTERED, cursor)
    shown, older, newer = ids(stretch.page), stretch.page.older, stretch.start
    wanted = iter(turns)
    arriving = iter(coming)
    while older or newer:
        if (day := next(arriving, None)) is not None:
            charts.put(town, town.lin, occurred=START + timedelta(days=day))
        if newer and (not older or next(wanted, True)):
            page = beyond(lin, lists.own_newer, newer)
            shown, newer = [*ids(page), *shown], page.newer
        else:
            page = beyond(lin, lists.own_older, older)
            shown, older = [*shown, *ids(page)], page.older
    assert len(set(shown)) == len(shown)
    assert [one for one in shown if one in rows] == order, "each that was there from the first, in order"


def test_little_comes_first_and_more_at_a_time_after_it(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FIRST", 3)
    monkeypatch.setattr(reading, "PAGE", 5)
    db.perform(forget, charts.WRITER)
    lin = charts.reader(town.lin)
    made = [charts.put(town, town.lin, occurred=START + timedelta(days=day)) for day in range(12)]
    stretch = db.perform(lists.own_list, lin, lin.person_id, CLASS)
    assert [*ids(stretch.page)] == made[:-4:-1]
    parts, older = [], stretch.page.older
    while older:
        page = beyond(lin, lists.own_older, older)
        parts.append(len([*ids(page)]))
        older = page.older
    assert parts == [5, 4]
    again = db.perform(lists.own_list, lin, lin.person_id, CLASS, UNFILTERED, "", 8)
    assert [*ids(again.page)] == made[:-9:-1], "whoever had more comes back to as much"


def test_what_is_hidden_stands_in_no_part_above(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    seen = [charts.put(town, town.lin, occurred=START + timedelta(days=day)) for day in range(3)]
    charts.put(town, town.lin, occurred=START + timedelta(days=1), state="held")
    charts.put(town, town.wang, occurred=START + timedelta(days=1))
    stretch = db.perform(lists.own_list, lin, lin.person_id, CLASS)
    last = stretch.page.months[0].rows[-1]
    page = beyond(lin, lists.own_newer, f"{last.occurred}~{last.id}")
    assert ids(page) == seen[::-1]
    with pytest.raises(Denied):
        db.perform(
            lists.own_newer, charts.reader(town.wang), lin.person_id, CLASS, UNFILTERED, f"{last.occurred}~{last.id}"
        )


@pytest.fixture
def root(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> rx.State:
    """The States of a tab, of a person with 19 lines, five a part."""
    monkeypatch.setattr(reading, "PAGE", 5)
    db.perform(forget, charts.WRITER)
    for day in range(19):
        charts.put(town, town.lin, occurred=START + timedelta(days=day))
    act_as(charts.reader(town.lin))
    return states.root()


@pytest.fixture
def tab(root: rx.State) -> ClassList:
    """The list of a class."""
    state = states.of(ClassList, root)
    state.record_class = CLASS
    return state


def rows_of(delta: dict[str, Any]) -> list[str]:
    return [row.id for month in delta["months"] for row in month.rows]


def test_each_part_is_sent_once_and_alone(tab: ClassList) -> None:
    whole = sent(tab, "_fill", "", 0)
    parts = [sent(tab, "show_older") for _ in range(3)]
    assert [part["part"] for part in parts] == [1, 2, 3]
    for part in parts:
        assert set(part) == {"months", "part", "start", "older"}
    lines = [rows_of(part) for part in (whole, *parts)]
    assert [len(each) for each in lines] == [5, 5, 5, 4]
    assert len({one for each in lines for one in each}) == 19
    sizes = [len(json.dumps([asdict(month) for month in part["months"]])) for part in parts[:2]]
    assert max(sizes) < min(sizes) * 1.1, "a later part is no heavier than the first"
    assert sent(tab, "show_older") == {}, "nothing lies beyond the last"


def test_from_the_middle_one_goes_both_ways(tab: ClassList) -> None:
    sent(tab, "_fill", "", 0)
    start = sent(tab, "show_older")["older"]
    assert len(rows_of(sent(tab, "_fill", start, 0))) == 5
    above = sent(tab, "show_newer")
    assert (above["part"], tab.part) == (-1, -1)
    assert sent(tab, "show_newer")["part"] == -2
    assert sent(tab, "show_older")["part"] == 1
    assert tab.newer == "", "at the newest"


def test_what_changes_has_all_read_anew_where_the_browser_is(tab: ClassList) -> None:
    sent(tab, "_fill", "", 0)
    start, turn = tab.older, tab.turn
    before = rows_of(sent(tab, "show_older"))
    db.perform(hide, charts.WRITER, before[1])
    changed = sent(tab, "_refresh")
    assert (changed["stale"], changed["part"]) == (1, 1)
    assert rows_of(changed) == [before[0], *before[2:], rows_of(sent(tab, "show_older"))[0]], "no line that is gone"
    assert tab.turn == turn, "the browser takes nothing until it has said where it is"
    again = sent(tab, "renew", start, 10)
    assert len(rows_of(again)) == 10
    assert again["part"] == 0
    assert again["turn"] != turn


def test_what_changes_in_a_single_part_is_there_at_once(tab: ClassList) -> None:
    before = rows_of(sent(tab, "_fill", sent(tab, "_fill", "", 0)["older"], 0))
    start, turn = tab.start, tab.turn
    db.perform(hide, charts.WRITER, before[1])
    changed = sent(tab, "_refresh")
    assert rows_of(changed)[:4] == [before[0], *before[2:]]
    assert (tab.start, tab.stale) == (start, 0), "it begins where it began, and the browser is not asked"
    assert changed["turn"] != turn


def test_a_search_goes_on_in_parts_and_is_found_again_when_its_page_is_loaded_anew(root: rx.State) -> None:
    tab = states.of(Search, root)
    whole = sent(tab, "find", {"query": "血常规"})
    parts = [sent(tab, "show_older") for _ in range(3)]
    assert whole["total"] == len({one for part in (whole, *parts) for one in rows_of(part)}) == 19
    assert [set(part) for part in parts] == [{"months", "part", "start", "older"}] * 3
    assert "血常规" not in whole["at"]
    tab.reset()  # as the gate does when a tab connects
    again = sent(tab, "load")
    assert (again["asked"], rows_of(again)) == ("血常规", rows_of(whole))
    assert sent(tab, "find", {"query": "血小板"})["at"] != whole["at"]
    assert sent(tab, "find", {"query": " "})["problem"] == "records.search.empty"
    assert sent(tab, "load")["asked"] == "", "nothing is looked for"


@pytest.mark.parametrize("given", [("x", 5), ("", 10**9), ("", -1), ("", "many"), (None, None)])
def test_a_place_that_is_none_is_the_newest(tab: ClassList, given: tuple[Any, Any]) -> None:
    sent(tab, "_fill", "", 0)
    assert rows_of(sent(tab, "renew", *given))[0] == rows_of({"months": tab.months})[0]
    assert tab.failure == ""


@pytest.mark.parametrize("shown", ["1" * 5000, "-1", "²", "many"])
def test_an_address_with_a_number_that_is_none_begins_at_the_newest(tab: ClassList, shown: str) -> None:
    assert len(rows_of(sent(tab, "_come", {"shown": shown}))) == 5
    assert tab.failure == ""


def test_a_part_that_does_not_come_leaves_what_is_there(tab: ClassList, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(tab, "_fill", "", 0)

    def down(*_given: Any) -> ListPage:
        raise Unavailable("a", "core.error.unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(listing, "own_older", down)
        said = sent(tab, "show_older")
    assert set(said) == {"held"}, "no line goes, and it says why"
    assert said["held"]
    assert tab.months
    assert sent(tab, "show_older")["held"] == ""
