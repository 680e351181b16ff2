"""A time that somebody chose and let go is offered to who waits; news of visits reach the guardians who book."""

from __future__ import annotations

import pytest
from sqlmodel import select

from health_cloud.core import clock, db
from health_cloud.followup import service
from health_cloud.followup.service import queueing, telling
from health_cloud.notify.models import News
from tests.databases import Database
from tests.followup.eligibility import book, may_book
from tests.followup.test_reminding import _keys
from tests.followup.test_waiting import _offered, _open, _slots, _wait
from tests.sharing import Cast, found_cast, guardian_of


@pytest.fixture
def cast(database: Database) -> Cast:
    """陈 offers eight times in three days; 林 and 王 may book."""
    assert database
    made = found_cast()
    _open(made.chen, 3, "09:00", "11:00")
    for patient in (made.lin, made.wang):
        may_book(made.town, patient, made.chen)
    return made


def test_what_runs_out_is_offered_to_who_waits(cast: Cast):
    clock.clock.frozen = clock.now()
    slot = _slots()[0]
    db.perform(service.hold, cast.lin, slot)
    _wait(cast, cast.wang)
    assert queueing.offer_let_go() == 0  # it is kept still
    clock.clock.advance(minutes=5)
    assert (queueing.offer_let_go(), queueing.offer_let_go()) == (1, 0)
    assert _offered() == {cast.wang.person_id: slot}
    clock.clock.advance(minutes=31)
    assert queueing.pass_on() == 1
    assert queueing.offer_let_go() == 0  # offered to all in turn it is free for everybody
    assert _offered() == {}


def test_what_is_left_for_another_time_is_offered_too_and_not_to_who_left_it(cast: Cast):
    clock.clock.frozen = clock.now()
    first, second = _slots()[:2]
    db.perform(service.hold, cast.lin, first)
    _wait(cast, cast.lin)
    clock.clock.advance(seconds=1)
    db.perform(service.hold, cast.lin, second)
    clock.clock.advance(seconds=1)
    assert queueing.offer_let_go() == 0
    _wait(cast, cast.wang)
    book(cast.lin, second)  # what was left before is not forgotten with the booking
    assert queueing.offer_let_go() == 1
    assert _offered() == {cast.wang.person_id: first}


def test_what_was_booked_meanwhile_is_offered_to_nobody(cast: Cast):
    clock.clock.frozen = clock.now()
    slot = _slots()[0]
    db.perform(service.hold, cast.lin, slot)
    _wait(cast, cast.wang)
    book(cast.lin, slot)
    clock.clock.advance(minutes=6)
    assert queueing.offer_let_go() == 0


@pytest.mark.parametrize(("levels", "told"), [("read,book", True), ("read,decide", True), ("read", False)])
def test_guardians_who_book_hear_of_a_visit(cast: Cast, levels: str, *, told: bool):
    visit = book(cast.lin, _slots()[0])
    guardian = guardian_of(cast.lin.person_id, levels=levels)
    payload = {"appointment": visit.id}
    with db.writing() as session:
        for word in (telling.accepted, telling.declined, telling.proposed, telling.begun, telling.cancelled):
            word(session, payload)
    with db.reading() as session:
        keys = session.exec(select(News.key).where(News.owner == guardian.account_id)).all()
    said = {key for key in keys if key.startswith("followup.news_of.")}
    assert len(said) == (5 if told else 0)
    assert "accepted" in _keys(cast.lin.account_id)
