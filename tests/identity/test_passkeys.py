"""R5: passkeys are made, used and removed; nothing that is forged, changed, late or somebody else's is accepted."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlmodel import select

from health_cloud.core import db
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, HealthCloudError, Invalid, NotFound, Unproved
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.identity.models import Account, Passkey, PasskeyChallenge
from health_cloud.identity.service import activation, ceremony, passkey_uses, passkeys, proving, sessions
from health_cloud.identity.service.sign_in import sign_in
from tests import people
from tests.authenticator import PRESENT, VERIFIED, Device, b64, raw
from tests.people import PASSWORD, Town, at, employee, enter, forget_attempts, prove, signed_up

HOME, LAPTOP = at(), at("laptop")


@pytest.fixture(autouse=True)
def _steady_clock() -> None:
    clock.frozen = clock.now()


def activated(town: Town, device: Device, visitor: Visitor = HOME) -> tuple[str, ...]:
    """Set up 林秀兰's account with a passkey; returns her recovery codes."""
    assert prove(visitor, town.lin).state == "proved"
    activation.set_password(visitor, PASSWORD)
    made = device.make(db.perform(activation.ask_passkey, NOBODY, visitor))
    return activation.confirm_passkey(visitor, made, "zh").recovery


def asked(visitor: Visitor = HOME) -> str:
    return db.perform(passkey_uses.ask_to_sign_in, NOBODY, visitor)


def signed_in(device: Device, visitor: Visitor = HOME) -> Actor:
    return enter(visitor, passkey_uses.sign_in(visitor, device.answer(asked(visitor))))


def again(actor: Actor, visitor: Visitor) -> Actor:
    """Return the actor after a second factor was shown once more in this session."""
    clock.advance(seconds=1)
    db.perform(proving.note_proved, actor, "authenticator")
    fresh = sessions.actor_of_row(actor.session_id, visitor)
    assert fresh is not None
    return fresh


def added(actor: Actor, visitor: Visitor, device: Device) -> str:
    actor = again(actor, visitor)
    made = device.make(db.perform(passkeys.ask_to_add, actor, visitor))
    return passkeys.add(actor, visitor, made).id


def lines(action: Action) -> list[str]:
    with db.reading() as session:
        return [line.outcome for line in session.exec(select(LedgerLine).where(LedgerLine.action == action)).all()]


def test_activated_with_a_passkey_and_signed_in_with_it_alone(town: Town) -> None:
    phone = Device()
    recovery = activated(town, phone)
    assert len(recovery) == 10
    actor = signed_in(phone)
    assert actor.person_id == town.lin.person_id
    assert actor.proved_at == clock.now()
    clock.advance(seconds=30)
    assert sign_in(HOME, town.lin.phone, PASSWORD, recovery[0])
    with pytest.raises(Invalid):
        sign_in(HOME, town.lin.phone, PASSWORD, "123456")


def test_staff_too(town: Town) -> None:
    assert town
    employee(Role.PHYSICIAN, "dr.chen", at("ward"))
    doctor, key = at("ward"), Device()
    actor = enter(doctor, db.perform(activation.enter, NOBODY, doctor))
    added(actor, doctor, key)
    assert signed_in(key, at("elsewhere")).role is Role.PHYSICIAN


def test_a_device_that_does_not_verify_ends_no_set_up(town: Town) -> None:
    with pytest.raises(Invalid):
        activated(town, Device(verifies=False))
    with db.reading() as session:
        assert session.exec(select(Account)).all() == []


OTHER = b"somebody else's handle, 36 bytes long"
FORGED: dict[str, dict[str, Any]] = {
    "type": {"type": "webauthn.create"},
    "challenge": {"challenge": b64(b"x" * 32)},
    "no challenge": {"challenge": ""},
    "origin": {"origin": "https://health-cloud.example"},
    "another port": {"origin": "http://localhost:1"},
    "framed": {"framed": True},
    "party": {"rp": "health-cloud.example"},
    "nobody present": {"flags": VERIFIED},
    "nobody verified": {"flags": PRESENT},
    "no flags": {"flags": 0},
    "signature": {"signed": False},
    "handle": {"handle": OTHER},
    "no handle": {"handle": None},
    "counter fell back": {"count": 1},
    "counter at nothing": {"count": 0},
}


@pytest.mark.parametrize("name", FORGED)
def test_no_changed_answer_is_accepted(town: Town, name: str) -> None:
    phone = Device()
    activated(town, phone)
    signed_in(phone)
    with pytest.raises(Invalid):
        passkey_uses.sign_in(HOME, phone.answer(asked(), **FORGED[name]))


def test_any_byte_turned_is_refused(town: Town) -> None:
    phone = Device(counts=False)
    activated(town, phone)

    @tried(max_examples=60, deadline=None, database=None)
    @given(
        st.sampled_from(("clientDataJSON", "authenticatorData", "signature")), st.integers(0, 400), st.integers(1, 255)
    )
    def turned(part: str, place: int, change: int) -> None:
        answer = json.loads(phone.answer(asked()))
        content = bytearray(raw(answer["response"][part]))
        content[place % len(content)] ^= change
        answer["response"][part] = b64(bytes(content))
        with pytest.raises(Invalid):
            passkey_uses.sign_in(HOME, json.dumps(answer))

    turned()
    assert signed_in(phone)


PARTS = (
    "id",
    "rawId",
    "type",
    "response",
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
    "transports",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PARTS), inner, max_size=9),
)


@tried(max_examples=150, deadline=None, database=None)
@given(st.text(max_size=60) | JSON.map(json.dumps))
def test_nonsense_is_one_thing(text: str) -> None:
    for read in (ceremony.read_answer, ceremony.read_new):
        with pytest.raises(Invalid):
            read(text)


def test_replayed_late_and_from_another_browser(town: Town) -> None:
    phone = Device(counts=False)
    activated(town, phone)
    answer = phone.answer(asked())
    assert passkey_uses.sign_in(HOME, answer)
    with pytest.raises(Invalid, match="over"):
        passkey_uses.sign_in(HOME, answer)
    with pytest.raises(Invalid, match="over"):
        passkey_uses.sign_in(LAPTOP, phone.answer(asked()))
    late = phone.answer(asked())
    clock.advance(minutes=5)
    with pytest.raises(Invalid, match="over"):
        passkey_uses.sign_in(HOME, late)
    with pytest.raises(Invalid, match="no_cookie"):
        passkey_uses.sign_in(at(""), phone.answer(asked()))


def test_a_wrong_answer_uses_its_challenge_up(town: Town) -> None:
    phone = Device(counts=False)
    activated(town, phone)
    options = asked()
    with pytest.raises(Invalid, match="unfit"):
        passkey_uses.sign_in(HOME, phone.answer(options, flags=PRESENT))
    with pytest.raises(Invalid, match="over"):
        passkey_uses.sign_in(HOME, phone.answer(options))


def test_of_64_at_once_one_opens(town: Town) -> None:
    phone = Device(counts=False)
    activated(town, phone)
    answer = phone.answer(asked())

    def attempt(_: int) -> bool:
        try:
            return bool(passkey_uses.sign_in(HOME, answer))
        except Invalid:
            return False

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(64))) == 1


def test_an_answer_to_one_question_answers_no_other(town: Town) -> None:
    phone = Device(counts=False)
    activated(town, phone)
    actor = signed_in(phone)
    beside = db.perform(passkey_uses.ask_beside_password, NOBODY, HOME)
    proof = db.perform(passkey_uses.ask_to_prove, actor, HOME)
    for options in (beside, proof):
        with pytest.raises(Invalid, match="over"):
            passkey_uses.sign_in(HOME, phone.answer(options))
    with pytest.raises(Invalid, match="over"):
        passkey_uses.prove(actor, HOME, phone.answer(asked()))
    with pytest.raises(Invalid, match="over"):
        sign_in(HOME, town.lin.phone, PASSWORD, "", phone.answer(asked()))


def test_a_copy_is_refused_told_and_ends_every_session(town: Town) -> None:
    phone = Device()
    activated(town, phone)
    live = signed_in(phone)
    signed_in(phone)
    copy = Device(credential_id=phone.credential_id, handle=phone.handle, key=phone.key, count=0)
    with pytest.raises(Invalid, match="unfit"):
        passkey_uses.sign_in(LAPTOP, copy.answer(asked(LAPTOP)))
    assert sessions.actor_of_row(live.session_id, HOME) is None
    with pytest.raises(Invalid):
        signed_in(phone)
    assert lines(Action.DOUBT_PASSKEY) == ["done"]


def test_a_forged_counter_doubts_nobody(town: Town) -> None:
    """Without a right signature a low counter says nothing: nobody switches off somebody else's passkey."""
    phone = Device()
    activated(town, phone)
    signed_in(phone)
    with pytest.raises(Invalid):
        passkey_uses.sign_in(LAPTOP, phone.answer(asked(LAPTOP), count=0, signed=False))
    assert lines(Action.DOUBT_PASSKEY) == []
    assert signed_in(phone)


def test_beside_the_password(town: Town) -> None:
    """A security key without PIN is a second factor, never the only one."""
    signed_up(HOME, town.lin)
    actor = enter(HOME, db.perform(activation.enter, NOBODY, HOME))
    key = Device(verifies=False)
    added(actor, HOME, key)
    with pytest.raises(Invalid):
        signed_in(key)

    def beside(password: str, device: Device, who: str = town.lin.phone) -> str:
        options = db.perform(passkey_uses.ask_beside_password, NOBODY, LAPTOP)
        return sign_in(LAPTOP, who, password, "", device.answer(options))

    assert beside(PASSWORD, key)
    for password, device, who in (
        ("wrong", key, town.lin.phone),
        (PASSWORD, Device(credential_id=b"x" * 32, handle=key.handle), town.lin.phone),
        (PASSWORD, key, town.wang.national_id),
        (PASSWORD, key, people.STRANGER),
    ):
        forget_attempts()
        with pytest.raises(Invalid, match=r"error\.sign_in"):
            beside(password, device, who)


def test_somebody_elses_passkey_beside_ones_own_password(town: Town) -> None:
    signed_up(HOME, town.lin)
    phone = Device()
    employee(Role.STAFF, "desk", at("desk"))
    staff = enter(at("desk"), db.perform(activation.enter, NOBODY, at("desk")))
    added(staff, at("desk"), phone)
    options = db.perform(passkey_uses.ask_beside_password, NOBODY, HOME)
    with pytest.raises(Invalid, match=r"error\.sign_in"):
        sign_in(HOME, town.lin.phone, PASSWORD, "", phone.answer(options))


def test_a_flood_of_guesses_does_not_hold_back_a_passkey(town: Town) -> None:
    """R3: neither waiting nor the lock after a hundred failures."""
    phone = Device()
    activated(town, phone)
    with db.writing() as session:
        session.exec(select(Account)).one().failures = 100
    for number in range(25):
        with pytest.raises(Invalid):
            sign_in(at(HOME.device, HOME.address), town.lin.phone, f"guess {number}", "000000")
    assert signed_in(phone).person_id == town.lin.person_id


def test_a_closed_account_opens_with_nothing(town: Town) -> None:
    phone = Device()
    activated(town, phone)
    with db.writing() as session:
        session.exec(select(Account)).one().state = "disabled"
    with pytest.raises(Invalid, match="unfit"):
        passkey_uses.sign_in(HOME, phone.answer(asked()))


def test_fresh_proof(town: Town) -> None:
    phone, other = Device(), Device()
    activated(town, phone)
    actor = signed_in(phone)
    clock.advance(minutes=11)
    stale = sessions.actor_of_row(actor.session_id, HOME)
    assert stale is not None
    with pytest.raises(Unproved):
        db.perform(passkeys.ask_to_add, stale, HOME)
    other.credential_id, other.handle = phone.credential_id, phone.handle
    with pytest.raises(Invalid, match="unfit"):
        passkey_uses.prove(stale, HOME, other.answer(db.perform(passkey_uses.ask_to_prove, stale, HOME)))
    passkey_uses.prove(stale, HOME, phone.answer(db.perform(passkey_uses.ask_to_prove, stale, HOME)))
    fresh = sessions.actor_of_row(actor.session_id, HOME)
    assert fresh is not None
    assert db.perform(passkeys.ask_to_add, fresh, HOME)


def test_signing_in_is_no_proof_for_another_passkey(town: Town) -> None:
    """Whoever finds a screen that was left open adds nothing and removes nothing."""
    phone = Device()
    activated(town, phone)
    actor = signed_in(phone)
    with pytest.raises(Unproved):
        db.perform(passkeys.ask_to_add, actor, HOME)
    with pytest.raises(Unproved):
        db.perform(passkeys.remove, actor, db.perform(passkeys.mine, actor)[0].id)


def test_removed_is_gone_and_ends_the_other_sessions(town: Town) -> None:
    phone, laptop = Device(), Device()
    activated(town, phone)
    actor = signed_in(phone)
    laptop_id = added(actor, HOME, laptop)
    there = signed_in(laptop, LAPTOP)
    db.perform(passkeys.remove, again(actor, HOME), laptop_id)
    assert sessions.actor_of_row(there.session_id, LAPTOP) is None
    assert sessions.actor_of_row(actor.session_id, HOME) is not None
    with pytest.raises(Invalid, match="unfit"):
        signed_in(laptop, LAPTOP)
    assert [row.id == laptop_id for row in db.perform(passkeys.mine, actor)] == [False]
    assert (lines(Action.ADD_PASSKEY), lines(Action.REMOVE_PASSKEY)) == (["done"], ["done"])


def test_never_the_last_factor(town: Town) -> None:
    phone, key = Device(), Device(verifies=False)
    activated(town, phone)
    actor = again(signed_in(phone), HOME)
    phone_id = db.perform(passkeys.mine, actor)[0].id
    with pytest.raises(Conflict, match="last"):
        db.perform(passkeys.remove, actor, phone_id)
    added(actor, HOME, key)
    db.perform(passkeys.remove, actor, phone_id)  # password and key are two factors
    with pytest.raises(Conflict, match="last"):
        db.perform(passkeys.remove, actor, db.perform(passkeys.mine, actor)[0].id)


def test_of_two_removed_at_once_one_stays(town: Town) -> None:
    phone, laptop = Device(), Device()
    activated(town, phone)
    actor = signed_in(phone)
    added(actor, HOME, laptop)
    actor = again(actor, HOME)

    def attempt(passkey_id: str) -> bool:
        try:
            db.perform(passkeys.remove, actor, passkey_id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(attempt, [row.id for row in db.perform(passkeys.mine, actor)])) == 1


def test_somebody_elses_is_not_found(town: Town) -> None:
    phone = Device()
    activated(town, phone)
    passkey_id = db.perform(passkeys.mine, signed_in(phone))[0].id
    employee(Role.STAFF, "desk", at("desk"))
    staff = again(enter(at("desk"), db.perform(activation.enter, NOBODY, at("desk"))), at("desk"))
    for act, rest in ((passkeys.remove, ()), (passkeys.rename, ("mine now",))):
        with pytest.raises(NotFound):
            db.perform(act, staff, passkey_id, *rest)
    assert db.perform(passkeys.mine, staff) == []
    mine = phone.answer(db.perform(passkey_uses.ask_to_sign_in, NOBODY, at("desk")))
    with pytest.raises(HealthCloudError):
        passkey_uses.prove(staff, at("desk"), mine)


def test_names(town: Town) -> None:
    phone = Device()
    activated(town, phone)
    actor = signed_in(phone)
    row = db.perform(passkeys.mine, actor)[0]
    db.perform(passkeys.rename, actor, row.id, "  我的\u202e 手机\n" + "x" * 500)
    assert db.perform(passkeys.mine, actor)[0].name == ("我的 手机 " + "x" * 500)[:60]
    with pytest.raises(Invalid, match="name"):
        db.perform(passkeys.rename, actor, row.id, " \n")


def test_set_up_anew_ends_the_passkeys_there_were(town: Town) -> None:
    old, new = Device(), Device()
    activated(town, old)
    with db.writing() as session:
        session.exec(select(Account)).one().state = "new"
    clock.advance(minutes=2)
    activated(town, new, LAPTOP)
    with pytest.raises(Invalid, match="unfit"):
        signed_in(old)
    assert signed_in(new, LAPTOP)


def test_the_same_question_for_everybody_and_old_ones_are_swept(town: Town) -> None:
    """R2: what a stranger is asked names no credential and differs in the challenge alone."""
    activated(town, Device())
    mine, strangers = (json.loads(asked(each)) for each in (HOME, at("never seen")))
    assert mine.pop("challenge") != strangers.pop("challenge")
    assert mine == strangers
    assert not mine.get("allowCredentials")
    assert mine["userVerification"] == "required"
    clock.advance(minutes=6)
    asked()
    with db.reading() as session:
        assert len(session.exec(select(PasskeyChallenge)).all()) == 1


def test_nothing_personal_lies_in_clear(town: Town) -> None:
    phone = Device()
    activated(town, phone)
    with db.reading() as session:
        row = session.exec(select(Passkey)).one()
        handle, kept = row.handle, row.public_key or b""
    assert handle.encode() == phone.handle
    assert kept
    assert phone.key.public_key().public_numbers().x.to_bytes(32) not in kept
