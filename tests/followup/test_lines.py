"""What somebody else reads of a patient's words leaves a line in the patient's ledger, each time it is read."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from health_cloud.consent.service.decisions import living_grants, restore_grant, revoke_grant
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict
from health_cloud.core.models import LedgerLine
from health_cloud.followup import service
from health_cloud.followup.views import AppointmentCard
from tests.databases import Database
from tests.followup.eligibility import free_times, may_book
from tests.sharing import Cast, found_cast, guardian_of
from tests.visiting import agreed

REASON = "followup:reason:read"
TALK = "followup:talk:read"


@pytest.fixture
def cast(database: Database) -> Cast:
    """People who see each other today."""
    assert database
    return found_cast()


def _readers(person_id: str, action: str) -> list[str]:
    with db.reading() as session:
        said = select(LedgerLine.actor_account_id).where(
            LedgerLine.chain == ledger.person_chain(person_id), LedgerLine.action == action
        )
        return list(session.exec(said.order_by(col(LedgerLine.seq))).all())


def _booked(cast: Cast) -> AppointmentCard:
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, cast.chen, day, "09:00", "10:00", 15)
    may_book(cast.town, cast.lin, cast.chen)
    slot = free_times(cast.lin)[0]
    return db.perform(service.book, cast.lin, slot, "想调药")


def _daughter(cast: Cast) -> Actor:
    """Return somebody who books for 林, and does."""
    person = cast.lin.person_id
    return replace(guardian_of(person, levels="read,book"), for_person_id=person)


def test_a_reason_in_the_queue_is_read_with_a_line_when_it_comes_before_the_physician(cast: Cast):
    first = agreed(cast.chen, cast.lin, 10)
    (row,) = db.perform(service.todays_queue, cast.chen).rows
    assert (row.id, _readers(cast.lin.person_id, REASON)) == (first, [cast.chen.account_id])
    second = agreed(cast.chen, cast.wang, 40)
    db.perform(service.todays_queue, cast.chen, {first})
    assert _readers(cast.lin.person_id, REASON) == [cast.chen.account_id]
    assert _readers(cast.wang.person_id, REASON) == [cast.chen.account_id]
    db.perform(service.todays_queue, cast.chen, {first, second})
    assert _readers(cast.wang.person_id, REASON) == [cast.chen.account_id]


def test_a_reason_among_the_times_is_read_with_a_line_too(cast: Cast):
    made = _booked(cast)
    (waiting,) = db.perform(service.slots_page, cast.chen).waiting
    assert waiting.reason == "想调药"
    db.perform(service.slots_page, cast.chen, {made.id})
    assert _readers(cast.lin.person_id, REASON) == [cast.chen.account_id]


def test_who_acts_for_a_patient_reads_why_with_a_line_and_the_patient_without(cast: Cast):
    made = _booked(cast)
    guardian = _daughter(cast)
    db.perform(service.my_appointments, cast.lin)
    assert _readers(cast.lin.person_id, REASON) == []
    db.perform(service.my_appointments, guardian)
    db.perform(service.my_appointments, guardian, {made.id})
    assert _readers(cast.lin.person_id, REASON) == [guardian.account_id]


def test_who_acts_for_a_patient_reads_what_was_prepared_with_a_line(cast: Cast):
    made = _booked(cast)
    db.perform(service.prepare, cast.lin, made.id, {"text": "晚上口干"})
    guardian = _daughter(cast)
    db.perform(service.preparation, cast.lin, made.id)
    assert db.perform(service.preparation, guardian, made.id).text == "晚上口干"
    assert _readers(cast.lin.person_id, "followup:preparation:read") == [guardian.account_id]


def test_each_new_message_of_somebody_else_is_read_with_a_line(cast: Cast):
    visit = agreed(cast.chen, cast.lin, 5)
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)

    def say(actor: Actor) -> None:
        db.perform(service.say_in_visit, actor, visit, str(uuid.uuid4()), "空腹血糖 7.5")

    say(cast.lin)
    db.perform(service.look_at_visit, cast.lin, visit, 0)  # one's own
    assert _readers(cast.lin.person_id, TALK) == []
    db.perform(service.look_at_visit, cast.chen, visit, 0)
    db.perform(service.look_at_visit, cast.chen, visit, 1)  # it was before them already
    assert _readers(cast.lin.person_id, TALK) == [cast.chen.account_id]
    say(cast.chen)
    db.perform(service.look_at_visit, cast.chen, visit, 1)
    db.perform(service.look_at_visit, cast.lin, visit, 1)
    assert _readers(cast.lin.person_id, TALK) == [cast.chen.account_id, cast.lin.account_id]


def test_agreeing_to_online_care_is_a_line_that_says_what_was_chosen(cast: Cast):
    _booked(cast)
    with db.reading() as session:
        line = session.exec(select(LedgerLine).where(LedgerLine.action == "followup:online:agree")).one()
        assert (line.actor_account_id, line.chain) == (cast.lin.account_id, ledger.person_chain(cast.lin.person_id))
        assert cast.chen.account_id in line.detail
        assert "laboratory" in line.detail


@pytest.mark.parametrize("called_off", [True, False])
def test_a_revocation_is_not_undone_when_its_visit_is_called_off(cast: Cast, called_off: bool):
    made = _booked(cast)
    (grant,) = db.perform(living_grants, cast.lin)
    db.perform(revoke_grant, cast.lin, grant.id)
    if not called_off:
        assert db.perform(restore_grant, cast.lin, grant.id).id
        return
    db.perform(service.cancel_appointment, cast.chen, made.id)
    with pytest.raises(Conflict):
        db.perform(restore_grant, cast.lin, grant.id)
    assert db.perform(living_grants, cast.lin) == []
