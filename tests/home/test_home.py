"""The first screen: what is new, counts that the reader may know, and the last visits, in one use of the chart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Role
from health_cloud.home.service import home_page
from tests import charts, people


def test_it_is_one_line_in_the_ledger(town: people.Town) -> None:
    charts.put(town, town.lin)
    db.perform(home_page, charts.reader(town.lin))
    assert len(charts.chain(town.lin)) == 1


def test_new_is_what_came_lately_and_was_not_opened(town: people.Town) -> None:
    recent = charts.put(town, town.lin, occurred=clock.now() - timedelta(days=2))
    charts.put(town, town.lin, occurred=clock.now() - timedelta(days=200))
    page = db.perform(home_page, charts.reader(town.lin))
    assert [row.id for row in page.news if row.record_class == "laboratory"] == [recent]
    assert page.counts["laboratory"] == "2"
    assert page.topics[0] == f"person:{town.lin.person_id}"


def test_counting_stops_at_a_thousand(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from health_cloud.chart.service import door

    monkeypatch.setattr(door, "COUNT_LIMIT", 3)
    for _ in range(4):
        charts.put(town, town.lin)
    assert db.perform(home_page, charts.reader(town.lin)).counts["laboratory"] == "2+"


def test_nobody_without_records_of_their_own_has_a_home(town: people.Town) -> None:
    for actor in (charts.physician(town), Actor("nobody", Role.PATIENT)):
        with pytest.raises(Denied):
            db.perform(home_page, actor)


def test_a_person_with_an_identity_conflict_sees_nothing(town: people.Town) -> None:
    from health_cloud.identity.models import Person

    def conflict(session, actor):
        session.get_one(Person, town.lin.person_id).conflict = "birth_date"

    lin = charts.reader(town.lin)
    db.perform(conflict, charts.WRITER)
    with pytest.raises(Denied):
        db.perform(home_page, lin)
