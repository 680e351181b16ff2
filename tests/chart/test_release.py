"""What is not released is neither listed nor counted nor found, to the second, for every reader (security.md, R14)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.vocabulary import RecordClass
from health_cloud.home.service import home_page
from health_cloud.records.service.reading import entry_page, list_page
from tests import charts, people

NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


def listed(actor: Actor, person_id: str, record_class: str) -> set[str]:
    page = db.perform(list_page, actor, person_id, record_class)
    return {row.id for month in page.months for row in month.rows}


def opens(actor: Actor, person_id: str, entry_id: str) -> bool:
    try:
        return db.perform(entry_page, actor, person_id, entry_id).id == entry_id
    except NotFound:
        return False


@pytest.fixture(params=["own", "grant"])
def who(request: pytest.FixtureRequest, town: people.Town) -> Actor:
    """The patient, or a physician whom the patient lets read."""
    clock.frozen = NOON
    if request.param == "own":
        return charts.reader(town.lin)
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, from_at=NOON - timedelta(days=1), until_at=NOON + timedelta(days=60))
    return doctor


@pytest.mark.parametrize("record_class", [name.value for name in RecordClass])
def test_a_delay_ends_on_the_second(town: people.Town, who: Actor, record_class: str) -> None:
    charts.policy(town, 2, **{record_class: {"delay_hours": 48}})
    entry_id = charts.put(town, town.lin, record_class, occurred=NOON, outcome=NOON)
    for seconds, seen in ((0, False), (48 * 3600 - 1, False), (48 * 3600, True), (48 * 3600 + 1, True)):
        clock.frozen = NOON + timedelta(seconds=seconds)
        assert (entry_id in listed(who, town.lin.person_id, record_class)) is seen
        assert opens(who, town.lin.person_id, entry_id) is seen


def test_a_closed_class_is_closed_at_the_very_next_read_and_not_counted(town: people.Town) -> None:
    clock.frozen = NOON
    lin = charts.reader(town.lin)
    entry_id = charts.put(town, town.lin, occurred=NOON - timedelta(days=1))
    assert db.perform(home_page, lin).counts["laboratory"] == "1"
    charts.policy(town, 2, laboratory={"open": False})
    page = db.perform(home_page, lin)
    assert page.counts["laboratory"] == "0"
    assert entry_id not in {row.id for row in [*page.news, *page.recent]}
    assert not opens(lin, town.lin.person_id, entry_id)
    charts.policy(town, 3, laboratory={"open": True})
    assert db.perform(home_page, lin).counts["laboratory"] == "1"


def test_open_data_from_this_date_begins_at_midnight_in_the_hospitals_zone(town: people.Town) -> None:
    clock.frozen = NOON
    lin = charts.reader(town.lin)
    midnight = datetime(2026, 4, 30, 16, 0, tzinfo=UTC)  # 1 May in Shanghai
    before = charts.put(town, town.lin, occurred=midnight - timedelta(seconds=1))
    after = charts.put(town, town.lin, occurred=midnight)
    charts.policy(town, 2, laboratory={"from_date": charts.day("2026-05-01")})
    assert listed(lin, town.lin.person_id, "laboratory") == {after}
    assert not opens(lin, town.lin.person_id, before)


@pytest.mark.parametrize("state", ["held", "withdrawn"])
def test_what_is_no_outcome_is_seen_by_nobody(town: people.Town, who: Actor, state: str) -> None:
    entry_id = charts.put(town, town.lin, "prescriptions", occurred=NOON, state=state)
    assert entry_id not in listed(who, town.lin.person_id, "prescriptions")
    assert not opens(who, town.lin.person_id, entry_id)


def test_a_hidden_entry_of_a_visit_is_not_among_its_parts(town: people.Town) -> None:
    clock.frozen = NOON
    lin = charts.reader(town.lin)
    with db.reading() as session:
        from sqlmodel import select

        from health_cloud.chart.models import ChartEncounter

        visit = session.exec(select(ChartEncounter.id).where(ChartEncounter.person_id == town.lin.person_id)).first()
    shown = charts.put(town, town.lin, occurred=NOON - timedelta(days=3), encounter_id=visit)
    hidden = charts.put(town, town.lin, "imaging", occurred=NOON - timedelta(days=3), encounter_id=visit)
    charts.policy(town, 2, imaging={"open": False})
    page = db.perform(entry_page, lin, town.lin.person_id, shown)
    assert hidden not in {row.id for row in page.beside}


def test_a_grant_opens_its_classes_and_its_period_alone(town: people.Town) -> None:
    clock.frozen = NOON
    doctor = charts.physician(town)
    early = charts.put(town, town.lin, occurred=NOON - timedelta(days=400))
    late = charts.put(town, town.lin, occurred=NOON - timedelta(days=4))
    imaging = charts.put(town, town.lin, "imaging", occurred=NOON - timedelta(days=4))
    charts.grant(town.lin, town, doctor, "laboratory", period_from=charts.day("2026-01-01"))
    assert listed(doctor, town.lin.person_id, "laboratory") == {late}
    assert not opens(doctor, town.lin.person_id, early)
    assert not opens(doctor, town.lin.person_id, imaging)
    with pytest.raises(Denied):
        listed(doctor, town.lin.person_id, "imaging")


def test_a_grant_ends_on_the_second(town: people.Town) -> None:
    clock.frozen = NOON
    doctor = charts.physician(town)
    charts.put(town, town.lin, occurred=NOON - timedelta(days=4))
    charts.grant(town.lin, town, doctor, until_at=NOON + timedelta(hours=1))
    clock.frozen = NOON + timedelta(seconds=3599)
    assert listed(doctor, town.lin.person_id, "laboratory")
    clock.frozen = NOON + timedelta(seconds=3600)
    with pytest.raises(Denied):
        listed(doctor, town.lin.person_id, "laboratory")
