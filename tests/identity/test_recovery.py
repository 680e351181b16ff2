"""A lost account: at once with the authenticator or at the desk, else after a wait that its owner can stop."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from health_cloud.core import changes, clock, db
from health_cloud.core.actors import NOBODY, Actor
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Role
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, Recovery
from health_cloud.identity.service import accounts, activation, recovery, sessions, throttle, verification
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.sign_in import sign_in
from health_cloud.notify.models import News, Outgoing
from tests.people import (
    COMMAND_LINE,
    PASSWORD,
    Key,
    Town,
    answer_truly,
    at,
    begin,
    employee,
    enter,
    forget_attempts,
    prove,
    sent_code,
    set_up,
    signed_up,
)

NEW = "another long walk home"
clock_ = clock.clock


@pytest.fixture
def owned(town: Town) -> tuple[Town, Key, Actor]:
    """An account in use, with its owner signed in on a phone."""
    key = signed_up(at("phone"), town.lin)
    clock_.advance(seconds=30)
    return town, key, enter(at("phone"), sign_in(at("phone"), town.lin.national_id, PASSWORD, key.code()))


def _proved(town: Town, device: str = "laptop") -> None:
    forget_attempts()
    assert prove(at(device), town.lin).state == "proved"


def _begun(town: Town, device: str = "laptop", *, anew: bool = False) -> None:
    _proved(town, device)
    assert db.perform(recovery.begin, NOBODY, at(device), anew=anew).state == "waiting"


def _state(device: str = "laptop") -> str:
    return db.perform(recovery.current, NOBODY, at(device)).state


def _finish(device: str = "laptop") -> Key:
    forget_attempts()
    db.perform(recovery.come_back, NOBODY, at(device))
    assert db.perform(verification.prove, NOBODY, at(device), sent_code(at(device))).state == "proved"
    return set_up(at(device), NEW)


def _signs_in(town: Town, key: Key, password: str) -> bool:
    forget_attempts()
    clock_.advance(seconds=60)
    try:
        return bool(sign_in(at("anywhere"), town.lin.national_id, password, key.code()))
    except Invalid:
        return False


def test_verifying_again_does_not_replace_the_factors(owned: tuple[Town, Key, Actor]) -> None:
    town, key, _ = owned
    _proved(town)
    assert db.perform(activation.current, NOBODY, at("laptop")).state == "recover"
    with pytest.raises(Conflict):
        set_up(at("laptop"), NEW)
    with pytest.raises(Conflict):
        db.perform(activation.enter, NOBODY, at("laptop"))
    assert _signs_in(town, key, PASSWORD)


def test_everything_lost_waits_and_then_asks_for_a_code_again(owned: tuple[Town, Key, Actor]) -> None:
    town, key, actor = owned
    _begun(town)
    for _ in range(2):
        with pytest.raises(Conflict):
            db.perform(recovery.come_back, NOBODY, at("laptop"))
        with pytest.raises(HealthCloudError):
            set_up(at("laptop"), NEW)
        clock_.advance(seconds=settings().recovery_delay.total_seconds() / 2 - 1)
    assert _state() == "waiting"
    clock_.advance(seconds=3)
    assert _state() == "ready"
    with pytest.raises(Conflict):  # another browser has no part in it
        db.perform(recovery.come_back, NOBODY, at("elsewhere"))
    with pytest.raises(HealthCloudError):  # ready, but nothing shown yet
        set_up(at("laptop"), NEW)
    fresh = _finish()
    assert len(fresh.recovery) == 10
    assert sessions.actor_of_row(actor.session_id, at()) is None
    assert not _signs_in(town, key, PASSWORD)
    assert _signs_in(town, fresh, NEW)
    assert _state() == "ways"


def test_the_wait_is_as_the_hospital_chose(owned: tuple[Town, Key, Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    town, *_ = owned
    monkeypatch.setenv("HEALTH_CLOUD_RECOVERY_DELAY_HOURS", "24")
    settings.cache_clear()
    _begun(town)
    clock_.advance(hours=23, minutes=58)
    assert _state() == "waiting"
    clock_.advance(minutes=3)
    assert _state() == "ready"
    clock_.advance(days=7)
    assert _state() == "lapsed"
    with pytest.raises(Conflict):
        db.perform(recovery.come_back, NOBODY, at("laptop"))
    _begun(town)


def test_the_owner_is_told_and_stops_it_with_one_tap(owned: tuple[Town, Key, Actor]) -> None:
    town, key, actor = owned
    employee(Role.STAFF, "desk", at("counter"))
    heard: list[frozenset[str]] = []
    stop = changes.listen(heard.append)
    _begun(town)
    told = db.perform(recovery.notice, actor)
    assert (told.state, bool(told.ready_at)) == ("waiting", True)
    with db.reading() as session:
        assert "notify.outside.recovery" in session.exec(select(Outgoing.template)).all()
        assert session.exec(select(News.key).where(News.owner == actor.account_id)).all() == ["identity.recovery.told"]
    _proved(town, "tablet")
    db.perform(recovery.stop, actor, told.id)
    stop()
    assert {f"account:{actor.account_id}"} <= frozenset().union(*heard)
    assert db.perform(recovery.notice, actor).state == ""
    assert _state() == "stopped"
    with db.reading() as session:
        assert "identity.recovery.told_desk" in session.exec(select(News.key)).all()
    clock_.advance(seconds=settings().recovery_delay.total_seconds() + 1)
    for device in ("laptop", "tablet"):  # who was half through is out
        with pytest.raises(HealthCloudError):
            db.perform(recovery.come_back, NOBODY, at(device))
        with pytest.raises(HealthCloudError):
            db.perform(recovery.begin, NOBODY, at(device))
    _proved(town, "tablet")
    assert _state("tablet") == "closed"
    with pytest.raises(Conflict, match="closed"):
        db.perform(recovery.begin, NOBODY, at("tablet"))
    assert _signs_in(town, key, PASSWORD)
    clock_.advance(days=31)
    _begun(town, "tablet")


def test_stopped_between_the_code_and_the_password(owned: tuple[Town, Key, Actor]) -> None:
    town, key, actor = owned
    _begun(town)
    clock_.advance(seconds=settings().recovery_delay.total_seconds() + 1)
    forget_attempts()
    db.perform(recovery.come_back, NOBODY, at("laptop"))
    db.perform(verification.prove, NOBODY, at("laptop"), sent_code(at("laptop")))
    page = activation.set_password(at("laptop"), NEW)
    db.perform(recovery.stop, actor, db.perform(recovery.notice, actor).id)
    with pytest.raises(Conflict):
        db.perform(activation.confirm, NOBODY, at("laptop"), Key(page.secret.replace(" ", ""), ()).code(), "zh")
    assert _signs_in(town, key, PASSWORD)


def test_signing_in_stops_it_and_says_so(owned: tuple[Town, Key, Actor]) -> None:
    town, key, actor = owned
    _begun(town)
    assert _signs_in(town, key, PASSWORD)
    assert _state() == "signed_in"
    told = db.perform(recovery.notice, actor)
    assert told.state == "signed_in"
    db.perform(recovery.acknowledge, actor, told.id)
    assert db.perform(recovery.notice, actor).state == ""
    clock_.advance(seconds=settings().recovery_delay.total_seconds() + 1)
    with pytest.raises(Conflict):
        db.perform(recovery.come_back, NOBODY, at("laptop"))


def test_not_me_can_still_be_said_after_signing_in(owned: tuple[Town, Key, Actor]) -> None:
    town, key, actor = owned
    _begun(town)
    assert _signs_in(town, key, PASSWORD)
    db.perform(recovery.stop, actor, db.perform(recovery.notice, actor).id)
    _proved(town)
    assert _state() == "closed"


def test_a_forgotten_password_with_the_authenticator_at_hand(owned: tuple[Town, Key, Actor]) -> None:
    town, key, actor = owned
    _proved(town)
    assert _state() == "choose"
    clock_.advance(seconds=60)
    with pytest.raises(Invalid, match="not_shown"):
        recovery.show_factor(at("laptop"), "000000" if key.code() != "000000" else "111111")
    recovery.show_factor(at("laptop"), key.code())
    done = activation.set_password(at("laptop"), NEW)
    assert (done.state, done.recovery) == ("done", ())
    assert sessions.actor_of_row(actor.session_id, at()) is None
    assert _signs_in(town, key, NEW)
    assert sign_in(at("x"), town.lin.national_id, NEW, key.recovery[0])


def test_with_a_recovery_code_both_are_set_anew(owned: tuple[Town, Key, Actor]) -> None:
    town, key, _ = owned
    _proved(town)
    recovery.show_factor(at("laptop"), key.recovery[0].lower())
    fresh = set_up(at("laptop"), NEW)
    assert not _signs_in(town, key, NEW)
    assert _signs_in(town, fresh, NEW)
    _proved(town, "tablet")
    with pytest.raises(Invalid):  # spent, and gone with the old ones
        recovery.show_factor(at("tablet"), key.recovery[0])


def test_the_desk_recovers_at_once_and_opens_recovery_again(owned: tuple[Town, Key, Actor]) -> None:
    town, key, actor = owned
    _begun(town)
    db.perform(recovery.stop, actor, db.perform(recovery.notice, actor).id)
    code = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=town.lin.national_id)).code
    forget_attempts()
    answer_truly(at("laptop"), begin(at("laptop"), town.lin))
    assert db.perform(verification.prove, NOBODY, at("laptop"), code).state == "proved"
    fresh = set_up(at("laptop"), NEW)
    assert not _signs_in(town, key, PASSWORD)
    assert _signs_in(town, fresh, NEW)
    _begun(town, "tablet")


def test_one_at_a_time_and_beginning_anew_waits_anew(owned: tuple[Town, Key, Actor]) -> None:
    town, _, actor = owned
    _begun(town)
    began = db.perform(recovery.notice, actor)
    clock_.advance(seconds=settings().recovery_delay.total_seconds() - 10)
    _proved(town, "tablet")
    assert _state("tablet") == "elsewhere"
    with pytest.raises(Conflict, match="elsewhere"):
        db.perform(recovery.begin, NOBODY, at("tablet"))
    db.perform(recovery.begin, NOBODY, at("tablet"), anew=True)
    clock_.advance(seconds=20)
    assert (_state(), _state("tablet")) == ("replaced", "waiting")
    assert db.perform(recovery.notice, actor).ready_at > began.ready_at
    with pytest.raises(Conflict):
        db.perform(recovery.come_back, NOBODY, at("laptop"))


def test_two_at_once_begin_one(owned: tuple[Town, Key, Actor]) -> None:
    town, *_ = owned
    devices = [f"tablet-{number}" for number in range(4)]
    for device in devices:
        _proved(town, device)

    def attempt(device: str) -> bool:
        try:
            db.perform(recovery.begin, NOBODY, at(device))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, devices)) == 1
    with db.reading() as session:
        assert len(session.exec(select(Recovery).where(Recovery.state == "waiting")).all()) == 1


def test_two_browsers_at_a_first_activation(town: Town) -> None:
    """Both were proved while there was no account: the second replaces nothing."""
    _proved(town, "one")
    _proved(town, "two")
    key = set_up(at("one"))
    with pytest.raises(Conflict):
        set_up(at("two"), NEW)
    assert _signs_in(town, key, PASSWORD)


def test_guessing_the_authenticator_is_slowed_and_ends(owned: tuple[Town, Key, Actor]) -> None:
    town, *_ = owned
    _proved(town)
    for _ in range(throttle.LIMITS["identifier"]):
        with pytest.raises(Invalid, match="not_shown"):
            recovery.show_factor(at("laptop"), "no code")
    with pytest.raises(throttle.Slowed):
        recovery.show_factor(at("laptop"), "no code")
    prove(at("tablet", "192.0.2.9"), town.lin)
    with pytest.raises(throttle.Slowed):  # whatever browser it comes from
        recovery.show_factor(at("tablet", "192.0.2.9"), "no code")
    db.perform(accounts.unlock, COMMAND_LINE, Named(national_id=town.lin.national_id))
    with pytest.raises(Invalid, match="not_shown"):
        recovery.show_factor(at("tablet", "192.0.2.9"), "no code")
    with db.writing() as session:
        session.exec(select(Account).where(Account.person_id == town.lin.person_id)).one().failures = 99
    forget_attempts()
    with pytest.raises(Invalid):
        recovery.show_factor(at("laptop"), "no code")
    clock_.advance(seconds=60)
    forget_attempts()
    with pytest.raises(Invalid):  # R3: after a hundred it opens nothing, even right
        recovery.show_factor(at("laptop"), owned[1].code())


def test_physicians_and_staff_have_the_desk_alone(town: Town) -> None:
    doctor = employee(Role.PHYSICIAN, "dr.chen", at("ward"), practitioner="chen")
    clock_.advance(seconds=30)
    actor = enter(at("ward"), sign_in(at("ward"), "dr.chen", PASSWORD, doctor.code()))
    assert town
    with pytest.raises(Conflict):
        db.perform(recovery.begin, NOBODY, at("ward"))
    with pytest.raises(Denied):
        db.perform(recovery.stop, actor, "0" * 36)


def test_somebody_elses_recovery_is_not_there(owned: tuple[Town, Key, Actor]) -> None:
    town, *_ = owned
    _begun(town)
    with db.reading() as session:
        row_id = session.exec(select(Recovery.id)).one()
    desk = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=town.wang.national_id)).code
    forget_attempts()
    answer_truly(at("w"), begin(at("w"), town.wang))
    db.perform(verification.prove, NOBODY, at("w"), desk)
    set_up(at("w"))
    wang = enter(at("w"), db.perform(activation.enter, NOBODY, at("w")))
    assert db.perform(recovery.notice, wang).state == ""
    for act in (recovery.stop, recovery.acknowledge):
        for each in (row_id, "0" * 36, "nonsense", ""):
            with pytest.raises(NotFound):
                db.perform(act, wang, each)
    assert _state() == "waiting"


def test_each_act_leaves_its_line_and_nothing_is_kept(owned: tuple[Town, Key, Actor]) -> None:
    town, _, actor = owned
    _begun(town)
    db.perform(recovery.stop, actor, db.perform(recovery.notice, actor).id)

    def read(session: Session, _actor: Actor) -> tuple[list[str], list[bytes | None]]:
        lines = session.exec(select(LedgerLine.action).where(LedgerLine.chain == f"person:{town.lin.person_id}")).all()
        return list(lines), list(session.exec(select(Recovery.content)).all())

    lines, kept = db.perform(read, NOBODY)
    assert lines.count("identity:recovery:begin") == lines.count("identity:recovery:stop") == 1
    assert kept == [None]


def test_leaving_it_shows_the_ways_again(owned: tuple[Town, Key, Actor]) -> None:
    town, _, actor = owned
    _begun(town)
    db.perform(recovery.give_up, NOBODY, at("laptop"))
    assert _state() == "ways"
    assert db.perform(recovery.notice, actor).state == ""
