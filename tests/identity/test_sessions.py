"""Sessions: R6 and R7 at the service."""

from __future__ import annotations

import pytest
from sqlmodel import select

from health_cloud.core import changes, db
from health_cloud.core.actors import NOBODY
from health_cloud.core.clock import clock
from health_cloud.core.errors import Invalid, NotFound
from health_cloud.core.policy import Role
from health_cloud.identity.models import SignInSession
from health_cloud.identity.service import activation, own_sessions, recovery, sessions
from health_cloud.identity.service.sign_in import sign_in
from tests.people import PASSWORD, Town, at, employee, enter, set_up, signed_up
from tests.people import prove as prove_identity


@pytest.fixture(autouse=True)
def _steady_clock() -> None:
    clock.frozen = clock.now()


def _in(town: Town, key, device: str = "browser-1"):
    clock.advance(seconds=30)
    return enter(at(device), sign_in(at(device), town.lin.national_id, PASSWORD, key.code()))


def test_the_secret_is_long_new_and_not_kept(town: Town) -> None:
    key = signed_up(at(), town.lin)
    secrets = set()
    for _ in range(3):
        clock.advance(seconds=30)
        code = sign_in(at(), town.lin.national_id, PASSWORD, key.code())
        secrets.add(db.perform(sessions.enter, NOBODY, code, at()).secret)
    assert len(secrets) == 3
    assert all(len(secret) >= 43 for secret in secrets)
    with db.reading() as session:
        kept = set(session.exec(select(SignInSession.token)).all())
    assert not kept & secrets


def test_an_entry_code_works_once_within_a_minute_in_its_browser(town: Town) -> None:
    key = signed_up(at(), town.lin)
    clock.advance(seconds=30)
    code = sign_in(at(), town.lin.national_id, PASSWORD, key.code())
    for device, given in (("another", code), ("", code), ("browser-1", code[:-1]), ("browser-1", "")):
        with pytest.raises(Invalid):
            db.perform(sessions.enter, NOBODY, given, at(device))
    assert db.perform(sessions.enter, NOBODY, code, at()).secret
    with pytest.raises(Invalid):
        db.perform(sessions.enter, NOBODY, code, at())
    clock.advance(seconds=30)
    late = sign_in(at(), town.lin.national_id, PASSWORD, key.code())
    clock.advance(seconds=60)
    with pytest.raises(Invalid):
        db.perform(sessions.enter, NOBODY, late, at())


def test_a_patient_is_out_after_an_hour_of_silence_and_a_day_in_all(town: Town) -> None:
    key = signed_up(at(), town.lin)
    actor = _in(town, key)
    clock.advance(minutes=59, seconds=59)
    assert sessions.actor_of_row(actor.session_id, at(), touch=False)
    clock.advance(seconds=1)
    assert sessions.actor_of_row(actor.session_id, at()) is None
    busy = _in(town, key)
    for _ in range(47):
        clock.advance(minutes=30)
        assert sessions.actor_of_row(busy.session_id, at())
    clock.advance(minutes=30)
    assert sessions.actor_of_row(busy.session_id, at()) is None


def test_staff_are_out_after_a_quarter_and_twelve_hours(town: Town) -> None:
    assert town
    key = employee(Role.STAFF, "records", at())
    clock.advance(seconds=30)
    actor = enter(at(), sign_in(at(), "records", PASSWORD, key.code()))
    clock.advance(minutes=14, seconds=59)
    assert sessions.actor_of_row(actor.session_id, at())
    clock.advance(minutes=15)
    assert sessions.actor_of_row(actor.session_id, at()) is None
    clock.advance(seconds=30)
    busy = enter(at(), sign_in(at(), "records", PASSWORD, key.code()))
    for _ in range(71):
        clock.advance(minutes=10)
        assert sessions.actor_of_row(busy.session_id, at())
    clock.advance(minutes=10)
    assert sessions.actor_of_row(busy.session_id, at()) is None


def test_asking_without_a_sign_of_life_keeps_nobody_in(town: Town) -> None:
    actor = _in(town, signed_up(at(), town.lin))
    for _ in range(59):
        clock.advance(minutes=1)
        assert sessions.actor_of_row(actor.session_id, at(), touch=False)
    clock.advance(minutes=1)
    assert sessions.actor_of_row(actor.session_id, at(), touch=False) is None


def test_signing_out_holds_at_once_and_is_published(town: Town) -> None:
    actor = _in(town, signed_up(at(), town.lin))
    heard: list[frozenset[str]] = []
    stop = changes.listen(heard.append)
    db.perform(sessions.sign_out, actor)
    stop()
    assert sessions.actor_of_row(actor.session_id, at()) is None
    assert {f"session:{actor.session_id}"} <= frozenset().union(*heard)


def test_one_sees_and_ends_ones_own_sessions_only(town: Town) -> None:
    key = signed_up(at(), town.lin)
    here, there = _in(town, key), _in(town, key, "browser-2")
    assert [row.here for row in db.perform(own_sessions.my_sessions, here)] == [True, False]
    doctor = employee(Role.PHYSICIAN, "dr.chen", at("ward"))
    clock.advance(seconds=30)
    stranger = enter(at("ward"), sign_in(at("ward"), "dr.chen", PASSWORD, doctor.code()))
    with pytest.raises(NotFound):  # someone else tries
        db.perform(own_sessions.end_other, stranger, there.session_id)
    db.perform(own_sessions.end_other, here, there.session_id)
    assert sessions.actor_of_row(there.session_id, at()) is None
    assert sessions.actor_of_row(here.session_id, at())


def test_new_factors_end_every_session(town: Town) -> None:
    """The authenticator is shown beside the whole of verification; R7."""
    key = signed_up(at(), town.lin)
    actor = _in(town, key)
    assert prove_identity(at("new phone"), town.lin).state == "proved"
    assert db.perform(activation.current, NOBODY, at("new phone")).state == "recover"
    recovery.show_factor(at("new phone"), key.recovery[0])
    assert db.perform(activation.current, NOBODY, at("new phone")).known
    fresh = set_up(at("new phone"), "another long walk")
    assert sessions.actor_of_row(actor.session_id, at()) is None
    clock.advance(seconds=30)
    with pytest.raises(Invalid):
        sign_in(at(), town.lin.national_id, PASSWORD, fresh.code())
    assert sign_in(at(), town.lin.national_id, "another long walk", fresh.code())


@pytest.mark.parametrize("row", ["", "nonsense", "0" * 36, "01a1fc47-8e49-75c1-aa29-aaa8f831ac68"])
def test_other_rows_are_nobodys(town: Town, row: str) -> None:
    assert town
    assert sessions.actor_of_row(row, at()) is None
    assert sessions.row_of_secret(row) == ""
