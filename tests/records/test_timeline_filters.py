"""A filter leaves of a life exactly the visits that a patient reader would have picked out, at any place of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, delete

from health_cloud.chart.models import ChartEncounter, Opened
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.ids import new_id
from health_cloud.core.words import Words
from health_cloud.records.service import timeline
from health_cloud.records.service.categories import TIMELINE
from health_cloud.records.service.filters import asked_of, key_of
from health_cloud.records.service.reading import entry_page
from health_cloud.records.views.filters import UNFILTERED, Asked
from health_cloud.records.views.timeline import StopRow, TimelinePage
from tests import charts, people
from tests.records.test_filters import labels
from tests.records.test_stretches import forget
from tests.records.test_timeline import above, afresh, own, stops, visit, whole

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
HEART, HORMONES = "cardiology", "endocrinology"
TYPES = ("outpatient", "inpatient", "emergency", "none")
FLAGS = ("", "normal", "high", "critical")
PLACES = {name: Words(*people.DEPARTMENTS[name]) for name in (HEART, HORMONES)}


@pytest.fixture(autouse=True)
def _spring() -> Any:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days, minutes=1)


def came(town: people.Town, days: float, **given: Any) -> str:
    """Write a visit."""
    department = given.pop("department", "")
    return visit(town, town.lin, ago(days), department_id=town.departments.get(department), **given)


def put(town: people.Town, days: float, record_class: str = "laboratory", **given: Any) -> str:
    place = PLACES.get(given.pop("department", ""), Words())
    return charts.put(town, town.lin, record_class, occurred=ago(days), place_zh=place.zh, place_en=place.en, **given)


def ids(page: TimelinePage) -> list[str]:
    return [stop.id for stop in stops(page)]


def open_it(reader: Actor, entry_id: str) -> None:
    def write(session: Session, _actor: Actor) -> None:
        session.add(Opened(account_id=reader.account_id, entry_id=entry_id, at=clock.now()))

    db.perform(write, charts.WRITER)


def forget_all(session: Session, actor: Actor) -> None:
    session.exec(delete(Opened))
    forget(session, actor)
    session.exec(delete(ChartEncounter))


def literally(asked: Asked) -> Callable[[StopRow], bool]:
    """Return what a filter means, said of one stop as it stands on the screen."""

    def fits(stop: StopRow) -> bool:
        kind = ("other" if stop.kind == "none" else stop.kind) if stop.visit else "loose"
        return (
            (asked.only != "abnormal" or any(one.kind not in ("", "normal") for one in stop.made))
            and (asked.only != "new" or stop.fresh)
            and (not asked.kind or kind == asked.kind)
            and (not asked.department or key_of(stop.department) == asked.department)
        )

    return fits


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    visits=st.lists(
        st.tuples(st.integers(0, 200), st.sampled_from(TYPES), st.sampled_from(["", HEART, HORMONES]), st.booleans()),
        max_size=5,
    ),
    entries=st.lists(
        st.tuples(
            st.integers(-2, 4), st.integers(0, 200), st.sampled_from(FLAGS), st.booleans(),
            st.sampled_from(["", HEART, HORMONES]), st.sampled_from([None, None, "a"]),
        ),
        max_size=10,
    ),
    only=st.sampled_from(["", "abnormal", "new"]),
    department=st.sampled_from(["", "", HEART]),
    kind=st.sampled_from(["", "", "outpatient", "inpatient", "loose", "other"]),
    size=st.integers(1, 4),
)  # fmt: skip
def test_a_filter_is_what_it_says(
    town: people.Town,
    monkeypatch: pytest.MonkeyPatch,
    visits: list[tuple[int, str, str, bool]],
    entries: list[tuple[int, int, str, bool, str, str | None]],
    only: str,
    department: str,
    kind: str,
    size: int,
) -> None:
    monkeypatch.setattr(timeline, "SHOWN", 100)
    lin = charts.reader(town.lin)
    db.perform(forget_all, charts.WRITER)
    known = [came(town, days, visit_type=sort, department=where) for days, sort, where, _ in visits]
    for encounter_id, (days, _, _, opened) in zip(known, visits, strict=True):
        itself = put(town, days, "medical_records", encounter_id=encounter_id, source_type="Encounter")
        if opened:
            open_it(lin, itself)
    for which, days, flag, opened, where, group in entries:
        of = {"encounter_id": known[which]} if 0 <= which < len(known) else {"department": where, "group_key": group}
        name = "prescriptions" if of.get("group_key") else "laboratory"
        entry_id = put(town, days, name, flag=flag, flagged=int(flag not in ("", "normal")), **of)
        if opened:
            open_it(lin, entry_id)
    monkeypatch.setattr(timeline, "PAGE", 50)
    every = stops(own(lin))
    monkeypatch.setattr(timeline, "PAGE", size)
    asked = Asked(only=only, department=key_of(PLACES[department]) if department else "", kind=kind)
    fits = literally(asked)
    wanted = [stop.id for stop in every if fits(stop)]
    assert [stop.id for stop in whole(lin, asked)] == wanted
    page = own(lin, asked)
    if page.older:
        assert [stop.id for stop in above(lin, asked, page.older)] == wanted[:size]
    years = sorted({int(stop.occurred[:4]) for stop in every if fits(stop)})
    offered = [int(option.year) for option in page.jump.options if option.year]
    assert offered == (list(range(years[-1], years[0] - 1, -1)) if len(years) > 1 else [])
    filters = page.filters
    assert bool(filters.abnormal.href) is (only == "abnormal" or any(map(literally(Asked(only="abnormal")), every)))
    assert bool(filters.new.href) is (only == "new" or any(stop.fresh for stop in every))
    there = {("other" if stop.kind == "none" else stop.kind) if stop.visit else "loose" for stop in every}
    kinds = {option.text.rpartition(".")[2] for option in filters.kind.options} - {"every_kind"}
    assert kinds == (there | ({kind} - {""}) if kind or len(there) > 1 else set())


def test_hospitals_are_a_choice_where_there_are_two(town: people.Town, elsewhere: people.Town) -> None:
    lin = afresh(town.lin)
    here = came(town, 3, department=HEART)
    there = visit(elsewhere, town.lin, ago(2), department_id=elsewhere.departments[HORMONES])
    for hospital, encounter_id in ((town, here), (elsewhere, there)):
        charts.put(hospital, town.lin, occurred=ago(2), encounter_id=encounter_id)
    alone = charts.put(elsewhere, town.lin, occurred=ago(1), place_zh="心血管内科", place_en="Cardiology")
    filters = own(lin).filters
    assert len(filters.hospital.options) == 3
    assert labels(filters.department) == ["every_department", "内分泌科", "心血管内科"]
    assert ids(own(lin, Asked(hospital=elsewhere.organization_id))) == [alone, there]
    assert ids(own(lin, Asked(hospital=town.organization_id))) == [here]
    assert ids(own(lin, Asked(department=key_of(PLACES[HEART])))) == [alone, here], "a visit's, and an entry's of none"
    assert ids(own(lin, Asked(department=key_of(Words("没有", "None"))))) == []


@pytest.mark.parametrize("hidden", ["held", "closed", "other person"])
def test_what_is_hidden_is_no_choice(town: people.Town, elsewhere: people.Town, hidden: str) -> None:
    lin = afresh(town.lin)
    put(town, 40, encounter_id=came(town, 40))
    put(town, 30, encounter_id=came(town, 30))
    bare = own(lin).filters
    patient = elsewhere.wang if hidden == "other person" else town.lin
    given = {"flag": "critical", "flagged": 1, "state": "held" if hidden == "held" else "published"}
    stay = visit(elsewhere, patient, ago(900), visit_type="inpatient", department_id=elsewhere.departments[HEART])
    charts.put(elsewhere, patient, occurred=ago(900), outcome=ago(0), encounter_id=stay, **given)
    charts.put(elsewhere, patient, occurred=ago(900), outcome=ago(0), place_zh="心血管内科", **given)
    if hidden == "closed":
        charts.policy(elsewhere, 2, laboratory={"open": False})
    page = own(lin)
    assert (page.filters, page.jump.options) == (bare, [])
    for asked in (
        Asked(kind="inpatient"),
        Asked(kind="loose"),
        Asked(hospital=elsewhere.organization_id),
        Asked(department=key_of(PLACES[HEART])),
        Asked(only="abnormal"),
    ):
        assert ids(own(lin, asked)) == []


def test_a_visit_is_new_while_it_is_unopened_itself(town: people.Town) -> None:
    lin = afresh(town.lin)
    encounter_id = came(town, 2)
    itself = put(town, 2, "medical_records", encounter_id=encounter_id, source_type="Encounter")
    made = put(town, 2, encounter_id=encounter_id)
    db.perform(entry_page, lin, lin.person_id, made)
    (stop,) = stops(own(lin))
    assert (stop.fresh, [one.fresh for one in stop.made]) == (True, [False])
    assert ids(own(lin, Asked(only="new"))) == [encounter_id]
    db.perform(entry_page, lin, lin.person_id, itself)
    (stop,) = stops(own(lin))
    assert not stop.fresh
    assert not own(lin).filters.new.href


def test_what_is_sought_stands_first_below_its_visit(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "SHOWN", 2)
    lin = afresh(town.lin)
    encounter_id = came(town, 200)
    put(town, 300, encounter_id=came(town, 300), flag="normal")
    made = [put(town, 200 - hours / 24, encounter_id=encounter_id) for hours in range(3)]
    high = put(town, 199, encounter_id=encounter_id, flag="high", flagged=1)
    assert [one.id for one in stops(own(lin))[0].made] == made[:2]
    (stop,) = stops(own(lin, Asked(only="abnormal")))
    assert [one.id for one in stop.made] == [high, made[0]]
    assert stop.more == 2


def test_a_year_is_gone_to_within_what_is_left(town: people.Town) -> None:
    lin = afresh(town.lin)
    stays = [
        came(town, days, visit_type="inpatient", department=where)
        for days, where in ((2500, HORMONES), (1400, HEART), (700, HEART))
    ]
    for encounter_id in stays:
        put(town, 700, encounter_id=encounter_id)
    put(town, 4000)
    put(town, 1)
    asked = Asked(kind="inpatient")
    page = own(lin, asked)
    options = {option.year: option.href for option in page.jump.options}
    assert list(options) == ["", *[str(year) for year in range(2024, 2018, -1)]], "as far as there are stays"
    assert options[""] == page.at == "/visits?kind=inpatient"
    heart = own(lin, Asked(department=key_of(PLACES[HEART]))).jump.options
    assert [option.year for option in heart] == ["", "2024", "2023", "2022"]
    assert own(lin, Asked(hospital=new_id())).jump.options == []
    query = dict(parse_qsl(urlsplit(options["2022"]).query))
    assert asked_of(query, TIMELINE) == asked
    there = own(lin, asked, query["from"])
    assert ids(there) == [stays[1], stays[0]]
    assert there.jump.chosen == options["2022"]
    behind = dict(parse_qsl(urlsplit(own(lin).jump.options[-1].href).query))["from"]
    again = own(lin, asked, behind)
    assert (ids(again), again.start) == (stays[::-1], ""), "a place with nothing behind it is the newest"


def test_half_past_midnight_of_new_year_is_of_the_new_year(town: people.Town) -> None:
    lin = afresh(town.lin)
    new_year = datetime(2024, 12, 31, 16, 30, tzinfo=UTC)
    charts.put(town, town.lin, occurred=new_year, occurred_text="2025-01-01T00:30:00+08:00")
    charts.put(town, town.lin, occurred=datetime(2023, 5, 1, tzinfo=UTC))
    assert [option.year for option in own(lin).jump.options] == ["", "2025", "2024", "2023"]


@pytest.mark.parametrize(
    "query",
    [{"kind": "blood"}, {"kind": "none"}, {"period": "12m"}, {"period": "2024"}, {"only": "x"}, {"hospital": "x"}],
)
def test_what_is_no_filter_here_is_passed_over(query: dict[str, str]) -> None:
    assert asked_of(query, TIMELINE) == UNFILTERED


def test_the_ledger_says_which_filters_and_not_what_they_were(town: people.Town) -> None:
    lin = afresh(town.lin)
    hospital = new_id()
    own(lin, Asked(only="new", hospital=hospital, kind="inpatient"))
    line = charts.chain(town.lin)[-1]
    assert '"filters":"only,hospital,kind"' in line.detail
    assert hospital not in line.detail
    assert "inpatient" not in line.detail
