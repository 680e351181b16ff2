"""The grant in the same flow: made with the booking, ends with the visit, and with whatever calls it off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from health_cloud.chart.service import open_chart
from health_cloud.consent.models import Grant
from health_cloud.consent.service import giving as consent_giving
from health_cloud.consent.service.decisions import living_grants, revoke_grant
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid, Unproved
from health_cloud.core.policy import Action, Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.followup import service
from health_cloud.followup.models import Appointment
from health_cloud.followup.service.giving import USUAL
from health_cloud.followup.views import AppointmentCard
from tests import charts
from tests.databases import Database
from tests.followup.eligibility import agreed, answered, diagnosed, free_times
from tests.sharing import Cast, found_cast, guardian_of

REASON = "血糖最近偏高，想调一下药"


@pytest.fixture
def cast(database: Database) -> Cast:
    """陈 offers times; 林 may be seen online."""
    assert database
    made = found_cast()
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, made.chen, day, "09:00", "10:00", 15)
    diagnosed(made.town, made.town.lin)
    assert answered(made.lin, made.chen, _department(made)).verdict.met
    return made


def _department(cast: Cast) -> str:
    return cast.town.departments["endocrinology"]


def _slot(patient: Actor) -> str:
    return free_times(patient)[0]


def _book(cast: Cast, patient: Actor | None = None) -> AppointmentCard:
    return db.perform(service.book, patient or cast.lin, _slot(patient or cast.lin), REASON)


def _counts(session: Session, actor: Actor, person_id: str) -> dict[str, int]:
    with open_chart(session, actor, person_id, Action.COUNT_ENTRIES) as chart:
        return {each.record_class: each.count for each in chart.counts()}


def _sees(cast: Cast, physician: Actor | None = None) -> dict[str, int]:
    return db.perform(_counts, physician or cast.chen, cast.town.lin.person_id)


def _grants() -> list[Grant]:
    with db.reading() as session:
        found = list(session.exec(select(Grant).order_by(Grant.id)).all())
        session.expunge_all()
        return found


def test_the_booking_lets_its_physician_read_until_the_visit_is_over(cast: Cast):
    with pytest.raises(Denied):
        _sees(cast)
    agreed(cast.lin, cast.chen, _department(cast))
    with pytest.raises(Denied):  # nothing is given before the booking
        _sees(cast)
    made = _book(cast)
    (grant,) = db.perform(living_grants, cast.lin)
    assert (grant.grantee.id, grant.ends_with, grant.purpose) == (cast.chen.account_id, "visit", "follow_up")
    latest = datetime.fromisoformat(made.ends_at) + timedelta(hours=2)
    assert datetime.fromisoformat(grant.until_at) == latest
    assert set(_sees(cast)) == USUAL
    with pytest.raises(Denied):
        _sees(cast, cast.sun)
    clock.clock.frozen = latest - timedelta(seconds=1)
    assert _sees(cast)
    clock.clock.advance(seconds=1)
    with pytest.raises(Denied):
        _sees(cast)


def test_what_the_page_counts_is_what_the_physician_sees(cast: Cast):
    scope = Scope(frozenset({RecordClass.LABORATORY, RecordClass.IMAGING}), clock.now().date() - timedelta(days=100))
    page = db.perform(service.give_page, cast.lin, _department(cast), cast.chen.account_id, scope)
    promised = {row.record_class: row.given for row in page.rows if row.chosen}
    assert promised == {"laboratory": 1, "imaging": 0}
    assert (page.total, page.rule.number, page.held_until) == (1, 7, "")
    agreed(cast.lin, cast.chen, _department(cast), scope)
    _book(cast)
    assert _sees(cast) == promised


def test_it_begins_with_the_usual_classes(cast: Cast):
    page = db.perform(service.give_page, cast.lin, _department(cast), cast.chen.account_id)
    assert {row.record_class for row in page.rows if row.chosen} == USUAL
    assert len(page.rows) == len(RecordClass)


def test_rule_7_without_the_grant_there_is_no_booking(cast: Cast):
    with pytest.raises(Denied) as refusal:
        _book(cast)
    assert refusal.value.key == "followup.rule.grant"
    with db.reading() as session:
        assert session.exec(select(Appointment)).all() == []
    offer = db.perform(service.offers, cast.lin).offers[0]
    assert offer.check == f"/followup/give/{_department(cast)}/{cast.chen.account_id}"
    agreed(cast.lin, cast.chen, _department(cast))
    assert db.perform(service.offers, cast.lin).offers[0].check == ""


def test_what_was_agreed_to_goes_with_the_answers(cast: Cast):
    agreed(cast.lin, cast.chen, _department(cast))
    assert answered(cast.lin, cast.chen, _department(cast)).verdict.met
    with pytest.raises(Denied) as refusal:
        _book(cast)
    assert refusal.value.key == "followup.rule.grant"


def test_a_booking_that_fails_gives_nothing(cast: Cast):
    agreed(cast.lin, cast.chen, _department(cast))
    slot = _slot(cast.lin)
    _book(cast)
    before = len(_grants())
    with pytest.raises(Conflict):
        db.perform(service.book, cast.lin, slot, REASON)
    assert len(_grants()) == before


@pytest.mark.parametrize("how", ["declined", "cancelled by the patient", "cancelled by the physician"])
def test_it_ends_with_what_calls_the_visit_off(cast: Cast, how: str):
    agreed(cast.lin, cast.chen, _department(cast))
    made = _book(cast)
    if how == "declined":
        db.perform(service.answer_appointment, cast.chen, made.id, False, "请来门诊")
    else:
        db.perform(service.cancel_appointment, cast.lin if "patient" in how else cast.chen, made.id)
    assert db.perform(living_grants, cast.lin) == []
    with pytest.raises(Denied):
        _sees(cast)


def test_taken_back_it_is_over_and_the_visit_stays(cast: Cast):
    agreed(cast.lin, cast.chen, _department(cast))
    _book(cast)
    (grant,) = db.perform(living_grants, cast.lin)
    db.perform(revoke_grant, cast.lin, grant.id)
    with pytest.raises(Denied):
        _sees(cast)
    assert db.perform(service.my_appointments, cast.lin)[0].state == "requested"


def test_who_may_read_as_much_for_as_long_is_not_given_it_twice(cast: Cast):
    wide = charts.grant(cast.town.lin, cast.town, cast.chen, until_at=clock.now() + timedelta(days=20))
    page = db.perform(service.give_page, cast.lin, _department(cast), cast.chen.account_id)
    assert page.held_until
    agreed(cast.lin, cast.chen, _department(cast))
    made = _book(cast)
    assert [each.id for each in db.perform(living_grants, cast.lin)] == [wide]
    db.perform(service.cancel_appointment, cast.lin, made.id)
    assert _sees(cast)  # it was given apart from the visit, and stays


@pytest.mark.parametrize(
    "known", [{"classes": "laboratory"}, {"until_at": timedelta(hours=1)}, {"period_from": date(2026, 1, 1)}]
)
def test_less_than_that_is_replaced(cast: Cast, known: dict[str, Any]):
    until = clock.now() + known.get("until_at", timedelta(days=20))
    old = charts.grant(cast.town.lin, cast.town, cast.chen, **known | {"until_at": until})
    agreed(cast.lin, cast.chen, _department(cast))
    made = _book(cast)
    (grant,) = db.perform(living_grants, cast.lin)
    assert grant.id != old
    assert {each.id: each.ended_reason for each in _grants()} == {old: "replaced", grant.id: ""}
    assert {each.visit_id for each in _grants() if each.id == grant.id} == {made.id}


def test_what_was_agreed_to_serves_one_booking(cast: Cast):
    agreed(cast.lin, cast.chen, _department(cast))
    _book(cast)
    (grant,) = db.perform(living_grants, cast.lin)
    db.perform(revoke_grant, cast.lin, grant.id)
    with pytest.raises(Denied) as refusal:
        _book(cast)
    assert refusal.value.key == "followup.rule.grant"
    assert db.perform(living_grants, cast.lin) == []
    with pytest.raises(Denied):
        _sees(cast)


def test_what_somebody_else_agreed_to_is_not_given_in_ones_own_name(cast: Cast):
    person = cast.town.lin.person_id
    daughter = replace(guardian_of(person, levels="read,book,decide"), for_person_id=person)
    agreed(daughter, cast.chen, _department(cast))
    with pytest.raises(Denied) as refusal:
        _book(cast)
    assert refusal.value.key == "followup.rule.grant"
    agreed(cast.lin, cast.chen, _department(cast))
    assert _book(cast)


def test_each_visit_has_what_was_given_for_it(cast: Cast):
    department, made = _department(cast), []
    for _ in range(2):
        agreed(cast.lin, cast.chen, department)
        made.append(_book(cast).id)
    given = {each.visit_id: each for each in _grants()}
    assert set(given) == set(made)
    assert [each.ended_at for each in given.values()] == [None, None]
    db.perform(service.cancel_appointment, cast.lin, made[1])
    ended = {each.visit_id: each.ended_at is not None for each in _grants()}
    assert ended == {made[0]: False, made[1]: True}
    assert _sees(cast)


def test_a_guardian_gives_only_where_they_may_decide(cast: Cast):
    person = cast.town.lin.person_id
    books = replace(guardian_of(person, levels="read,book"), for_person_id=person)
    for refused in (
        lambda: agreed(books, cast.chen, _department(cast)),
        lambda: db.perform(service.give_page, books, _department(cast), cast.chen.account_id),
    ):
        with pytest.raises(Denied) as refusal:
            refused()
        assert refusal.value.key == "followup.give.error.not_yours"
    agreed(cast.lin, cast.chen, _department(cast))
    with pytest.raises(Denied):
        _book(cast, books)
    decides = replace(guardian_of(person, levels="read,book,decide"), for_person_id=person)
    agreed(decides, cast.chen, _department(cast))
    _book(cast, decides)
    assert set(_sees(cast)) == USUAL


def test_online_care_is_agreed_to_expressly(cast: Cast):
    for word in (False, None, "yes", 1):
        with pytest.raises(Invalid) as refusal:
            db.perform(service.agree, cast.lin, _department(cast), cast.chen.account_id, Scope(USUAL), word)
        assert refusal.value.field == "online"


def test_where_the_hospital_asks_for_it_a_second_factor_is_shown_first(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(consent_giving, "settings", type("Settings", (), {"fresh_for_access": True}))
    stale = replace(cast.lin, proved_at=None)
    with pytest.raises(Unproved):
        agreed(stale, cast.chen, _department(cast))


def test_somebody_else_tries(cast: Cast):
    for somebody in (cast.wang, cast.chen, cast.staff):
        with pytest.raises(Denied):
            agreed(somebody, cast.chen, _department(cast))
    assert _grants() == []
