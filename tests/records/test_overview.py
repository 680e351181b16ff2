"""A chart at a glance: what differs first, each part under the reader's own ground, no hospital named beyond it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from health_cloud.chart.models import Source
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.models import Organization
from health_cloud.records.service.overview import SHOWN, overview_page
from health_cloud.records.views.content import Coding
from health_cloud.records.views.overview import OverviewPage
from health_cloud.records.views.summary import SummaryGroup
from tests import charts, people
from tests.records.test_sheet import HBA1C, WEIGHT, put
from tests.records.test_summary import DIABETES, NOW, visit

NORMAL = replace(HBA1C, codes=(Coding("http://loinc.org", "2345-7"),), name=Words("葡萄糖", "Glucose"), flag="normal")


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def glance(town: people.Town, reader: Actor) -> OverviewPage:
    return db.perform(overview_page, reader, town.lin.person_id)


def treating(town: people.Town, *classes: RecordClass, login: str = "chen", **given: object) -> Actor:
    doctor = charts.physician(town, login)
    charts.grant(town.lin, town, doctor, ",".join(classes or RecordClass), **given)
    return doctor


def test_what_differs_comes_first_and_leads_to_its_course(town: people.Town) -> None:
    for days in (400, 300, 20):
        put(town, days, NORMAL)
    newest = put(town, 10, HBA1C)
    shown = glance(town, treating(town)).indicators
    assert [(each.name.zh, each.kind) for each in shown] == [("糖化血红蛋白", "high"), ("葡萄糖", "normal")]
    assert shown[0].trend == f"/records/laboratory/{newest}/0"
    assert len(shown[1].points) == 3


def test_what_differed_years_ago_comes_after_what_is_so_today(town: people.Town) -> None:
    put(town, 4000, HBA1C)
    put(town, 20, NORMAL)
    shown = glance(town, treating(town)).indicators
    assert [each.name for each in shown] == [NORMAL.name, HBA1C.name]


def test_there_are_no_more_than_a_screen_holds(town: people.Town) -> None:
    many = [replace(HBA1C, codes=(Coding("local", str(place)),)) for place in range(SHOWN + 3)]
    put(town, 3, *many)
    assert len(glance(town, treating(town)).indicators) == SHOWN


def test_each_class_counts_for_whoever_may_read_it(town: people.Town) -> None:
    visit(town, 3, DIABETES)
    put(town, 2, HBA1C)
    charts.put(town, town.lin, "check_ups", measures=(WEIGHT,), occurred=NOW - timedelta(days=1))
    visits = glance(town, treating(town, RecordClass.MEDICAL_RECORDS))
    assert (visits.indicators, visits.measured) == ([], False)
    assert [line.title for line in visits.summary.problems.current] == [DIABETES.title]
    results = glance(town, treating(town, RecordClass.LABORATORY, login="zhao"))
    assert [each.name for each in results.indicators] == [HBA1C.name]
    assert (results.summary.problems, results.summary.closed, results.measured) == (SummaryGroup(), True, True)
    said = RecordClass.MEDICAL_RECORDS, RecordClass.CHECK_UPS, RecordClass.PRESCRIPTIONS
    assert glance(town, treating(town, *said, login="qian")).summary.closed, "laboratory is locked, and that is said"
    assert not glance(town, treating(town, *said, RecordClass.LABORATORY, login="sun")).summary.closed


def test_days_that_were_not_given_are_not_in_it(town: people.Town) -> None:
    put(town, 500, NORMAL)
    visit(town, 500, DIABETES)
    put(town, 10, HBA1C)
    page = glance(town, treating(town, period_from=charts.day("2026-01-01")))
    assert [each.name for each in page.indicators] == [HBA1C.name]
    assert not page.summary.problems.any


def test_a_hospital_is_named_only_by_what_stands_there(town: people.Town, elsewhere: people.Town) -> None:
    def known(session: Session, _actor: Actor) -> None:
        session.get_one(Organization, elsewhere.organization_id).name_zh = "明湖医院"
        for each in (town, elsewhere):
            source = session.get(Source, each.feed_id) or Source(
                feed_id=each.feed_id, organization_id=each.organization_id
            )
            source.state, source.complete_to, source.cycle = "whole", NOW, "none"
            session.add(source)

    db.perform(known, charts.WRITER)
    visit(town, 3, DIABETES)
    doctor = treating(town)
    assert [line.name.zh for line in glance(town, doctor).summary.sources.whole] == ["松云医院"]
    visit(elsewhere, 2, DIABETES, at=town.lin)
    assert [line.name.zh for line in glance(town, doctor).summary.sources.whole] == ["松云医院", "明湖医院"]


def test_one_line_of_the_ledger_names_all_that_stands_on_it(town: people.Town) -> None:
    said, report = visit(town, 3, DIABETES), put(town, 2, HBA1C)
    visit(town, 1)
    doctor = treating(town)
    lines = len(charts.chain(town.lin))
    glance(town, doctor)
    (line,) = charts.chain(town.lin)[lines:]
    assert sorted(json.loads(line.detail)["entries"]) == sorted([said, report])


def test_nobody_reads_it_who_has_no_ground(town: people.Town) -> None:
    visit(town, 3, DIABETES)
    for stranger in (charts.reader(town.wang), charts.physician(town)):
        with pytest.raises(Denied):
            glance(town, stranger)
