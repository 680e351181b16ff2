"""Fresh proof at the provider: the same person, seen just now, by two factors; in the session that asked alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock, now
from health_cloud.core.errors import Unproved
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.core.proof import require_fresh
from health_cloud.identity.models import SignInSession
from health_cloud.identity.service import factors, passkeys, proving, sessions
from health_cloud.identity.service.single_sign_on import anew, flow, started
from health_cloud.identity.service.single_sign_on.flow import Answer, Finished
from health_cloud.identity.service.single_sign_on.refusals import Refused
from tests.authenticator import Device
from tests.identity.single_sign_on.coming import link, sign_in
from tests.identity.single_sign_on.provider import Provider
from tests.identity.test_passkeys import added
from tests.people import Town, at

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PAGE = "/physician/chart/7c9e6679"


@pytest.fixture
def doctor(town: Town, provider: Provider) -> Actor:
    """Somebody who came by single sign-on half an hour ago."""
    assert town
    actor = sign_in(provider)
    clock.advance(minutes=14)
    return actor


def _proof(actor: Actor, page: str = PAGE) -> anew.Proof:
    found = db.perform(anew.proof_of, actor, page)
    assert found is not None
    return found


def _prove(provider: Provider, proof: anew.Proof, device: str = "browser-1") -> Finished:
    begun = flow.begin(at(device), proof=proof)
    back = provider.consent(begun.address)
    return flow.finish(at(device), Answer(back["state"], back["code"], back["iss"]), begun.secret)


def _now(actor: Actor) -> Actor:
    found = sessions.actor_of_row(actor.session_id, actor.visitor)
    assert found is not None
    return found


def _lines() -> list[tuple[str, str]]:
    with db.reading() as session:
        rows = session.exec(select(LedgerLine).where(LedgerLine.action == Action.PROVE_SELF.value)).all()
        return [(row.outcome, json.loads(row.detail).get("check", "")) for row in rows]


def _refused(actor: Actor, check: str, act: Callable[[], object]) -> None:
    """Nothing is proved by it, and it is written down."""
    before = _now(actor).proved_at
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.cause == check
    assert _now(actor).proved_at == before
    assert _lines() == [(ledger.FAILED, check)]


def _sessions() -> int:
    with db.reading() as session:
        return len(session.exec(select(SignInSession.id)).all())


def test_the_provider_sees_them_anew_and_they_go_on_where_they_were(doctor: Actor, provider: Provider) -> None:
    with pytest.raises(Unproved):
        require_fresh(_now(doctor))
    assert db.perform(proving.ways, doctor).provider
    begun = flow.begin(at(), proof=_proof(doctor))
    assert "prompt=login" in begun.address
    assert "max_age=0" in begun.address
    clock.advance(minutes=5)
    back = provider.consent(begun.address)
    provider.claims = {"auth_time": int(now().timestamp()) - 60}
    finished = flow.finish(at(), Answer(back["state"], back["code"], back["iss"]), begun.secret)
    assert finished == Finished(to=PAGE)
    proved = _now(doctor)
    require_fresh(proved)
    with db.reading() as session:
        factors.require_shown_again(session, proved)
    assert proved.proved_at is not None
    assert 60 <= (now() - proved.proved_at).total_seconds() < 62, "as old as the provider says"
    assert _sessions() == 1
    assert _lines() == [(ledger.DONE, "")]


HOSTILE: dict[str, tuple[str, dict[str, object], tuple[str, ...]]] = {
    "somebody else": ("other", {"sub": "doctor-2"}, ()),
    "seen this morning": ("auth_time", {"auth_time": -3600}, ()),
    "seen before it was asked": ("auth_time", {"auth_time": -62}, ()),
    "never said when": ("auth_time", {}, ("auth_time",)),
    "seen in words": ("auth_time", {"auth_time": "now"}, ()),
    "seen tomorrow": ("auth_time", {"auth_time": 86_400}, ()),
    "one factor": ("one_factor", {"amr": ["pwd"]}, ()),
    "left the group": ("role", {"groups": ["cooks"]}, ()),
    "another nonce": ("nonce", {"nonce": "of another answer"}, ()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_proves_nothing(doctor: Actor, provider: Provider, name: str) -> None:
    check, claims, provider.without = HOSTILE[name]
    at_ = claims.get("auth_time")
    provider.claims = claims | ({"auth_time": int(now().timestamp()) + at_} if isinstance(at_, int) else {})
    _refused(doctor, check, lambda: _prove(provider, _proof(doctor)))
    assert _sessions() == 1, "and nobody is signed in by it, or made"


def test_a_colleague_at_the_open_screen(doctor: Actor, provider: Provider) -> None:
    """Someone else tries, with an account of their own here."""
    link("wang.min", "doctor-1b")
    provider.claims = {"sub": "doctor-2", "preferred_username": "li"}
    colleague = sign_in(provider, "browser-2")
    provider.claims = {}
    doctor = sign_in(provider)
    provider.claims = {"sub": "doctor-2"}
    _refused(doctor, "other", lambda: _prove(provider, _proof(doctor)))
    provider.claims = {"sub": "doctor-1b"}
    clock.advance(seconds=1)
    assert _prove(provider, _proof(doctor)), "another subject of the same account is the same person"
    assert _now(colleague).proved_at == colleague.proved_at


def test_a_session_that_has_ended_meanwhile(doctor: Actor, provider: Provider) -> None:
    proof = _proof(doctor)
    begun = flow.begin(at(), proof=proof)
    back = provider.consent(begun.address)
    db.perform(sessions.sign_out, doctor)
    after = sign_in(provider)
    with pytest.raises(Refused) as refused:
        flow.finish(at(), Answer(back["state"], back["code"], back["iss"]), begun.secret)
    assert refused.value.cause == "session"
    assert _now(after).proved_at == after.proved_at
    assert _lines() == []


def test_an_answer_in_another_browser_or_a_second_time(doctor: Actor, provider: Provider) -> None:
    begun = flow.begin(at(), proof=_proof(doctor))
    back = provider.consent(begun.address)
    answer = Answer(back["state"], back["code"], back["iss"])
    for device, secret in (("browser-2", begun.secret), ("browser-1", "guessed")):
        with pytest.raises(Refused):
            flow.finish(at(device), answer, secret)
    with pytest.raises(Unproved):
        require_fresh(_now(doctor))
    assert flow.finish(at(), answer, begun.secret).to
    with pytest.raises(Refused) as refused:
        flow.finish(at(), answer, begun.secret)
    assert refused.value.cause == "state"


def test_of_another_s_session_nothing_is_proved(doctor: Actor, provider: Provider) -> None:
    """A proof that names a session of somebody else's is none."""
    other = replace(_proof(doctor), account_id="somebody")
    with pytest.raises(Refused) as refused:
        _prove(provider, other)
    assert refused.value.cause == "session"
    with pytest.raises(Unproved):
        require_fresh(_now(doctor))


def test_whoever_has_a_factor_here_shows_that(
    doctor: Actor, provider: Provider, configure: Callable[..., None]
) -> None:
    proof = _proof(doctor)
    device = Device()
    added(doctor, at(), device)
    clock.advance(minutes=12)
    assert not db.perform(proving.ways, doctor).provider
    assert db.perform(anew.proof_of, doctor, PAGE) is None
    with pytest.raises(Refused) as refused:
        _prove(provider, proof)
    assert refused.value.cause == "factor"
    with pytest.raises(Unproved):
        require_fresh(_now(doctor))


def test_where_the_second_factor_is_ours_the_provider_proves_none(
    doctor: Actor, provider: Provider, configure: Callable[..., None]
) -> None:
    configure(second_factor="here")
    assert db.perform(anew.proof_of, doctor, PAGE) is None
    configure(second_factor="provider", issuer="")
    assert db.perform(anew.proof_of, doctor, PAGE) is None


def test_nobody_known_to_another_provider_alone(
    doctor: Actor, provider: Provider, configure: Callable[..., None]
) -> None:
    configure(issuer="https://other.example")
    assert not db.perform(proving.ways, doctor).provider


def test_a_locked_or_disabled_account_proves_nothing(doctor: Actor, provider: Provider) -> None:
    proof = _proof(doctor)
    with db.writing() as session:
        session.exec(update(SignInSession).where(col(SignInSession.id) == doctor.session_id).values(lock_minutes=1))
    clock.advance(minutes=2)
    with pytest.raises(Refused) as refused:
        _prove(provider, proof)
    assert refused.value.cause == "session"


def test_the_provider_s_new_session_ends_ours(doctor: Actor, provider: Provider) -> None:
    provider.claims = {"sid": "after the proof"}
    _prove(provider, _proof(doctor))
    clock.advance(seconds=2)
    assert started.provider_ends(provider.logout_token(sid="their-session")) == 0
    assert started.provider_ends(provider.logout_token(sid="after the proof")) == 1
    assert sessions.actor_of_row(doctor.session_id, doctor.visitor) is None


def test_after_the_proof_a_passkey_can_be_added(doctor: Actor, provider: Provider) -> None:
    with pytest.raises(Unproved):
        db.perform(passkeys.ask_to_add, _now(doctor), at())
    _prove(provider, _proof(doctor))
    assert db.perform(passkeys.ask_to_add, _now(doctor), at())
