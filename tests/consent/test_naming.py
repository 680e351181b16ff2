"""How a physician names whom they ask: by a number, or by an own follow-up of today; never by looking through names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from health_cloud.access.state import Asking, TodaysVisits
from health_cloud.consent.service import decisions, requests, visits, wishes
from health_cloud.consent.views import TodaysVisit
from health_cloud.core import clock, db
from health_cloud.core.actors import act_as
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.ids import new_id
from health_cloud.core.words import Words
from health_cloud.followup import service as followup
from health_cloud.followup.service.between import next_between, todays_of
from tests import states
from tests.databases import Database
from tests.followup.eligibility import free_slots, may_book
from tests.sharing import Cast, ask, found_cast

NOBODYS = "110101198501010016"
ALL = ("laboratory",)


@pytest.fixture
def cast(database: Database) -> Cast:
    """Everybody."""
    assert database
    return found_cast()


def _ask_by(physician, number: str, by: str) -> str:
    asked = wishes.asked(number, "follow_up", ALL, ("", ""), 24, "", by)
    return db.perform(requests.ask_for_access, physician, asked)


def _waiting(patient) -> list[str]:
    return [each.id for each in db.perform(decisions.waiting_requests, patient)]


def _statements(act):
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    return seen


def test_a_national_id_number_reaches_its_owner_and_nobody_else(cast):
    request = _ask_by(cast.chen, cast.town.lin.national_id, "national_id")
    assert _waiting(cast.lin) == [request]
    assert _waiting(cast.wang) == []
    from_elsewhere = _ask_by(cast.gao, cast.town.lin.national_id.lower(), "national_id")
    assert set(_waiting(cast.lin)) == {request, from_elsewhere}, "one number for all hospitals"


def test_one_kind_of_number_is_not_the_other(cast):
    _ask_by(cast.chen, cast.town.lin.national_id, "visit_card")
    assert _waiting(cast.lin) == []
    with pytest.raises(Invalid):
        _ask_by(cast.chen, cast.town.lin.visit_card, "national_id")


def test_a_number_that_nobody_has_looks_the_same_in_statements_and_in_what_the_asker_sees(cast):
    for number in (cast.town.lin.national_id, NOBODYS):  # the ledger's chains exist from here on
        _ask_by(cast.chen, number, "national_id")
    known = _statements(lambda: _ask_by(cast.chen, cast.town.lin.national_id, "national_id"))
    unknown = _statements(lambda: _ask_by(cast.chen, NOBODYS, "national_id"))
    by_card = _statements(lambda: ask(cast.chen, cast.town.lin.visit_card))
    assert known == unknown == by_card
    rows = db.perform(requests.sent_requests, cast.chen)
    told = {replace(row, id="", asked_for="", created_at="", lapses_at="", classes=(), asked_by="") for row in rows}
    assert len(told) == 1


def test_a_national_id_number_is_shown_back_in_part_alone(cast):
    _ask_by(cast.chen, cast.town.lin.national_id, "national_id")
    (row,) = db.perform(requests.sent_requests, cast.chen)
    number = cast.town.lin.national_id
    assert (row.asked_by, row.asked_for) == ("national_id", f"{number[:3]}…{number[-4:]}")


@pytest.mark.parametrize("number", ["", "1101", "11010119590307002", "11010119590307002XX", "V100001"])
def test_only_the_form_of_a_number_is_judged(number):
    with pytest.raises(Invalid):
        wishes.asked(number, "follow_up", ALL, ("", ""), 24, "", "national_id")


@pytest.mark.parametrize("by", ["name", "", None, "phone"])
def test_there_is_no_other_way(by):
    with pytest.raises(Invalid):
        wishes.asked("V1", "follow_up", ALL, ("", ""), 24, "", by)


@pytest.fixture
def noon(cast):
    """Stand at noon of the hospital's day."""
    here = ZoneInfo("Asia/Shanghai")
    tomorrow = datetime.now(here).date() + timedelta(days=1)
    clock.clock.frozen = datetime.combine(tomorrow, datetime.min.time(), here).replace(hour=12).astimezone(UTC)
    return tomorrow


@pytest.fixture
def booked(cast, noon, monkeypatch):
    """林 has an accepted follow-up with 陈 today at three, and one with them tomorrow; 王 one that waits."""
    monkeypatch.setattr(visits, "_finders", [])
    monkeypatch.setattr(visits, "_days", [])
    visits.plug(next_between, todays_of)
    made = {}
    for name, patient, day, accepts in (
        ("today", cast.lin, noon, True),
        ("waits", cast.wang, noon, False),
        ("tomorrow", cast.lin, noon + timedelta(days=1), True),
    ):
        hour = {"today": 15, "waits": 16, "tomorrow": 9}[name]
        db.perform(followup.open_slots, cast.chen, day.isoformat(), f"{hour:02}:00", f"{hour:02}:30", "30")
        times = [slot.id for slot in free_slots(patient) if slot.starts_at.startswith(f"{day.isoformat()}T{hour:02}")]
        may_book(cast.town, patient, cast.chen)
        made[name] = db.perform(followup.book, patient, times[0], "复诊").id
        if accepts:
            db.perform(followup.answer_appointment, cast.chen, made[name], True)
    return made


def test_todays_own_follow_ups_and_no_others_are_there_to_ask_by(cast, booked):
    (visit,) = db.perform(requests.own_todays_visits, cast.chen)
    assert (visit.id, visit.name.zh, visit.person_id) == (booked["today"], "林秀兰", "")
    assert db.perform(requests.own_todays_visits, cast.sun) == []
    for somebody in (cast.lin, cast.staff):
        with pytest.raises(Denied):
            db.perform(requests.own_todays_visits, somebody)


def test_asking_by_a_follow_up_reaches_its_patient_and_takes_ones_own_of_today(cast, booked):
    request = _ask_by(cast.chen, booked["today"], "today")
    assert _waiting(cast.lin) == [request]
    for name in ("waits", "tomorrow"):
        with pytest.raises(Invalid):
            _ask_by(cast.chen, booked[name], "today")
    with pytest.raises(Invalid):
        _ask_by(cast.sun, booked["today"], "today")
    with pytest.raises(Invalid):
        _ask_by(cast.chen, new_id(), "today")
    with pytest.raises(Invalid):
        wishes.asked("V1", "follow_up", ALL, ("", ""), 24, "", "today")
    (row,) = db.perform(requests.sent_requests, cast.chen)
    assert (row.asked_by, row.asked_for[11:16], row.name.zh) == ("today", "15:00", "")


def test_a_grant_until_the_end_of_the_real_follow_up(cast, booked):
    request = ask(cast.chen, cast.town.lin.visit_card)
    card = db.perform(decisions.waiting_request, cast.lin, request)
    assert (clock.now() + timedelta(hours=3, minutes=30)).isoformat() == card.visit_ends_at
    assert db.perform(decisions.waiting_request, cast.lin, ask(cast.sun, cast.town.lin.visit_card)).visit_ends_at == ""


def test_the_form_asks_by_what_was_picked_and_shows_no_card_of_another_way(cast, monkeypatch):
    visit = TodaysVisit(new_id(), cast.town.lin.person_id, clock.now().isoformat(), Words("林秀兰", "Lin"))
    monkeypatch.setattr(visits, "_days", [lambda *_: [visit]])
    act_as(cast.chen)
    shown = states.of(TodaysVisits)
    states.sent(shown, "_refresh")
    assert [each.person_id for each in shown.visits] == [""]
    tab = states.of(Asking)
    for handler, given in (("set_by", "today"), ("pick_visit", visit.id)):
        Asking.event_handlers[handler].fn(tab, given)
    states.sent(tab, "send", {"card": cast.town.wang.visit_card})
    assert tab.sent
    assert (len(_waiting(cast.lin)), _waiting(cast.wang)) == (1, [])
