"""What opens by the clock alone appears by itself; that it waits is never told to the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from health_cloud.chart.models import ChartEntry
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.home.service import home_page
from health_cloud.records.service.lists import own_list
from health_cloud.records.service.reading import entry_page, list_page
from health_cloud.records.service.timeline import visits_page
from health_cloud.records.views.filters import Asked
from tests import charts, people

DELAYED = {"open": True, "delay_hours": 24}


@pytest.fixture
def told(town: people.Town):
    """Tell when more opens to the patient, as the list of reports knows it."""

    def when() -> str:
        lin = charts.reader(town.lin)
        return db.perform(list_page, lin, lin.person_id, "laboratory").opens

    return when


def test_nothing_waits_where_there_is_no_delay(town: people.Town, told) -> None:
    charts.put(town, town.lin)
    assert told() == ""


def test_the_first_of_those_that_wait_is_known_to_its_instant(town: people.Town, told) -> None:
    now = clock.now()
    charts.policy(town, 2, laboratory=DELAYED)
    for hours in (2, 20, 30):
        charts.put(town, town.lin, outcome=now - timedelta(hours=hours))
    charts.put(town, town.wang, outcome=now - timedelta(hours=23))
    opens = (now + timedelta(hours=4)).isoformat()
    lin = charts.reader(town.lin)
    assert told() == opens
    assert db.perform(visits_page, lin, lin.person_id).opens == opens
    assert db.perform(home_page, lin).opens == opens
    clock.clock.offset = timedelta(hours=4)
    try:
        page = db.perform(list_page, lin, lin.person_id, "laboratory")
        assert sum(len(month.rows) for month in page.months) == 2, "at its instant it is there"
        assert page.opens == (now + timedelta(hours=22)).isoformat()
    finally:
        clock.clock.reset()


@pytest.mark.parametrize(
    "rule",
    [{"open": False, "delay_hours": 24}, {"open": True, "delay_hours": 24, "from_date": charts.day("2999-01-01")}],
)
def test_what_no_clock_opens_does_not_wait(town: people.Town, told, rule: dict) -> None:
    charts.policy(town, 2, laboratory=rule)
    charts.put(town, town.lin, outcome=clock.now() - timedelta(hours=2))
    assert told() == ""


def test_a_reader_with_a_period_waits_for_nothing_outside_it(town: people.Town) -> None:
    charts.policy(town, 2, laboratory=DELAYED)
    charts.put(town, town.lin, outcome=clock.now() - timedelta(hours=2))
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, "laboratory", period_to=charts.day("2020-01-01"))
    assert db.perform(list_page, doctor, town.lin.person_id, "laboratory").opens == ""


def test_home_says_who_can_see_it_now_and_looks_again_when_that_ends(town: people.Town) -> None:
    lin, now = charts.reader(town.lin), clock.now()
    assert db.perform(home_page, lin).can_see == 0
    for login, hours in (("chen", 5), ("sun", 3), ("qian", 9)):
        charts.grant(town.lin, town, charts.physician(town, login), until_at=now + timedelta(hours=hours))
    charts.grant(town.lin, town, charts.physician(town, "gao"), until_at=now - timedelta(hours=1))
    charts.grant(town.wang, town, charts.physician(town, "chen"))
    page = db.perform(home_page, lin)
    assert (page.can_see, len(page.seers)) == (3, 2)
    assert page.opens == (now + timedelta(hours=3)).isoformat()


def _corrected(session: Session, _actor: Actor, entry_id: str) -> None:
    entry = session.get_one(ChartEntry, entry_id)
    entry.version, entry.flag = entry.version + 1, "critical"


def _marks(reader: Actor, record_class: str = "laboratory") -> list[tuple[bool, str]]:
    page = db.perform(list_page, reader, reader.person_id, record_class)
    return [(line.fresh, line.mark) for month in page.months for line in month.rows]


def _news(reader: Actor, entry_id: str) -> list[str]:
    return [each.mark for each in db.perform(home_page, reader).news if each.id == entry_id]


def test_a_correction_of_what_was_opened_is_new_again_and_says_so(town: people.Town) -> None:
    lin, entry_id = charts.reader(town.lin), charts.put(town, town.lin)
    assert _marks(lin) == [(True, "ui.row.new")]
    db.perform(entry_page, lin, lin.person_id, entry_id)
    assert (_marks(lin), _news(lin, entry_id)) == ([(False, "")], [])
    db.perform(_corrected, lin, entry_id)
    assert _marks(lin) == [(True, "ui.row.corrected")]
    assert _news(lin, entry_id) == ["ui.row.corrected"]
    new = db.perform(own_list, lin, lin.person_id, "laboratory", Asked(only="new"))
    assert [line.id for month in new.page.months for line in month.rows] == [entry_id]
    stops = [stop for year in db.perform(visits_page, lin, lin.person_id).years for stop in year.rows]
    assert [(stop.fresh, each.mark) for stop in stops for each in stop.made if each.id == entry_id] == [
        (True, "ui.row.corrected")
    ]
    for _ in range(2):
        db.perform(entry_page, lin, lin.person_id, entry_id)
        assert (_marks(lin), _news(lin, entry_id)) == ([(False, "")], [])


def test_a_prescription_that_goes_on_is_no_correction(town: people.Town) -> None:
    lin, entry_id = charts.reader(town.lin), charts.put(town, town.lin, "prescriptions")
    db.perform(entry_page, lin, lin.person_id, entry_id)
    db.perform(_corrected, lin, entry_id)
    assert _marks(lin, "prescriptions") == [(True, "ui.row.changed")]


def test_what_one_account_opened_stays_new_to_another(town: people.Town) -> None:
    lin, entry_id, doctor = charts.reader(town.lin), charts.put(town, town.lin), charts.physician(town)
    charts.grant(town.lin, town, doctor, "laboratory")
    db.perform(entry_page, lin, lin.person_id, entry_id)
    page = db.perform(list_page, doctor, lin.person_id, "laboratory")
    assert [line.mark for month in page.months for line in month.rows] == ["ui.row.new"]
