"""Changing a contact: never quicker or quieter than its owner can object (R1)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlmodel import Session

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, Invalid, NotFound, Unproved
from health_cloud.core.policy import Action
from health_cloud.identity.service import activation, addresses, contacts, lookup
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.index import Number, PatientFacts, put_patient
from health_cloud.identity.views import ContactsPage
from health_cloud.notify.service import inbox, sending
from tests.people import COMMAND_LINE, Town, at, enter, signed_up

NEW = "13900000039"
OLD = "+8613800000026"


@pytest.fixture
def lin(town: Town) -> Actor:
    """Somebody signed in just now."""
    signed_up(at(), town.lin)
    return enter(at(), db.perform(activation.enter, NOBODY, at()))


def messages(to: str) -> list[str]:
    sending.deliver()
    return [row.text for row in db.perform(sending.outbox, NOBODY) if row.address == to]


def code_for(to: str) -> str:
    return next(text[:6] for text in messages(to) if text[:6].isdigit())


def begin(actor: Actor, value: str = NEW, kind: str = "phone") -> ContactsPage:
    return db.perform(contacts.begin, actor, kind, value, "zh")


def changed(actor: Actor, value: str = NEW) -> ContactsPage:
    page = begin(actor, value)
    return db.perform(contacts.confirm, actor, page.waiting_id, code_for(f"+86{value}"))


def possession(town: Town) -> str:
    with db.reading() as session:
        return lookup.contact_of(session, town.lin.person_id)[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def stop_code() -> str:
    found = [re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", text) for text in messages(OLD)]
    return next(each[0] for each in found if each)


def test_counts_only_after_the_delay(town: Town, lin: Actor) -> None:
    page = changed(lin)
    assert page.lines[0].masked == "138****0026"
    assert page.lines[0].pending == "139****0039"
    clock.advance(hours=71, minutes=59)
    assert possession(town) == OLD
    clock.advance(minutes=1)
    assert possession(town) == f"+86{NEW}"
    assert db.perform(contacts.page, lin).lines[0].source == "own"


def test_the_old_one_is_told_and_can_stop_it(town: Town, lin: Actor) -> None:
    changed(lin)
    contacts.stop_by_code(at("another browser"), stop_code().lower())
    clock.advance(days=4)
    assert possession(town) == OLD
    keys = [row.key for row in db.perform(inbox.look, lin)]
    assert keys[:2] == ["identity.alert.contact_stopped", "identity.alert.contact_changing"]


def test_a_stop_code_opens_once_and_not_after_the_delay(town: Town, lin: Actor) -> None:
    changed(lin)
    code = stop_code()
    clock.advance(hours=73)
    with pytest.raises(Invalid):
        contacts.stop_by_code(at(), code)
    assert possession(town) == f"+86{NEW}"


def test_any_session_of_its_owner_can_stop_it(town: Town, lin: Actor) -> None:
    change = changed(lin).lines[0].pending_id
    clock.advance(minutes=30)  # no fresh proof is needed to stay as one was
    assert db.perform(contacts.cancel, lin, change).lines[0].pending == ""
    clock.advance(days=4)
    assert possession(town) == OLD


def test_needs_a_fresh_proof_at_both_steps(lin: Actor) -> None:
    page = begin(lin)
    clock.advance(minutes=11)
    with pytest.raises(Unproved):
        begin(lin)
    with pytest.raises(Unproved):
        db.perform(contacts.confirm, lin, page.waiting_id, "000000")


def test_a_code_is_guessed_five_times_and_no_more(town: Town, lin: Actor) -> None:
    page = begin(lin)
    code = code_for(f"+86{NEW}")
    for _ in range(contacts.TRIES):
        db.perform(contacts.confirm, lin, page.waiting_id, wrong(code))
    with pytest.raises(Conflict):
        db.perform(contacts.confirm, lin, page.waiting_id, code)
    clock.advance(days=4)
    assert possession(town) == OLD


def test_a_code_dies_after_ten_minutes(lin: Actor) -> None:
    page = begin(lin)
    code = code_for(f"+86{NEW}")
    with db.writing() as session:
        session.get_one(contacts.OwnContact, page.waiting_id).expires_at = clock.now()
    with pytest.raises(Conflict):
        db.perform(contacts.confirm, lin, page.waiting_id, code)


def test_another_change_takes_the_place_of_the_one_before(town: Town, lin: Actor) -> None:
    changed(lin)
    clock.advance(minutes=1)
    changed(lin, "13900000040")
    clock.advance(hours=72)
    assert possession(town) == "+8613900000040"


def test_a_stopped_change_leaves_the_one_in_effect(town: Town, lin: Actor) -> None:
    changed(lin)
    clock.advance(hours=72)
    again = replace(lin, proved_at=clock.now())
    page = changed(again, "13900000040")
    db.perform(contacts.cancel, again, page.lines[0].pending_id)
    clock.advance(hours=72)
    assert possession(town) == f"+86{NEW}"


def test_nobody_changes_somebody_elses(town: Town, lin: Actor) -> None:
    change = begin(lin).waiting_id
    stranger = Actor("somebody", lin.role, person_id=town.wang.person_id, proved_at=clock.now())
    with pytest.raises(NotFound):
        db.perform(contacts.cancel, stranger, change)
    with pytest.raises(NotFound):
        db.perform(contacts.confirm, stranger, change, code_for(f"+86{NEW}"))


def test_the_desk_changes_it_at_once_and_the_old_one_is_told(town: Town, lin: Actor) -> None:
    named = Named(national_id=town.lin.national_id)
    db.perform(contacts.set_at_desk, COMMAND_LINE, named, "phone", NEW)
    assert possession(town) == f"+86{NEW}"
    assert any("联系方式" in text for text in messages(OLD))
    assert db.perform(inbox.look, lin)[0].key == "identity.alert.contact_desk"
    with db.reading() as session:
        lines = ledger.lines_of(session, ledger.person_chain(town.lin.person_id), limit=5)
        assert lines[0].action == Action.CHANGE_CONTACT


def test_what_the_hospital_sends_later_does_not_take_it_back(town: Town, lin: Actor) -> None:
    changed(lin)
    clock.advance(hours=72)

    def arrives(session: Session, _actor: Actor) -> None:
        facts = PatientFacts(
            keys=("x" * 22,),
            name=town.lin.name,
            sex="female",
            birth_date="1959-03-07",
            numbers=(Number("national_id", town.lin.national_id),),
            contacts=(("phone", "+8613800000099"),),
            source_at=clock.now(),
        )
        put_patient(session, town.organization_id, town.feed_id, facts, "test")

    db.perform(arrives, COMMAND_LINE)
    assert possession(town) == f"+86{NEW}"


@pytest.mark.parametrize("value", ["", "12345", "110", "+86123", "a@b", "x" * 300, "+999999999999999999"])
@pytest.mark.parametrize("kind", contacts.KINDS)
def test_what_cannot_be_a_number_or_address_is_refused(kind: str, value: str) -> None:
    with pytest.raises(Invalid):
        addresses.checked(kind, value)


def test_sign_in_knows_the_new_number_once_it_counts(town: Town, lin: Actor) -> None:
    changed(lin)
    for hours, known in ((0, False), (72, True)):
        clock.advance(hours=hours)
        with db.reading() as session:
            assert (lookup.account_by_identifier(session, NEW) is not None) is known
