"""Whom the provider's word lets in: linked by the desk or made by a rule, with two factors, until it ends."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlmodel import select

from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock, now
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import Settings
from health_cloud.identity.models import Account, Department, Practitioner, ProviderSession
from health_cloud.identity.service import accounts, sessions
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.single_sign_on import linking, second, started
from health_cloud.identity.service.single_sign_on.refusals import Refused
from health_cloud.identity.service.throttle import Slowed
from tests.identity.single_sign_on.coming import come, link, sign_in
from tests.identity.single_sign_on.provider import Provider
from tests.people import COMMAND_LINE, Town, at, employee, enter, forget_attempts, signed_up

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _alive(actor: Actor) -> bool:
    return sessions.actor_of_row(actor.session_id, actor.visitor) is not None


def _why(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.why


def test_the_first_sign_in_makes_what_the_rule_says(town: Town, provider: Provider) -> None:
    actor = sign_in(provider)
    assert (actor.role, actor.organization_id, actor.name) == (Role.PHYSICIAN, town.organization_id, "王敏")
    with db.reading() as session:
        entry = session.get_one(Practitioner, actor.practitioner_id)
        assert session.get_one(Department, entry.department_id).source_id == "cardiology"
    assert sign_in(provider, "browser-2").account_id == actor.account_id


def test_a_claim_may_name_the_physician_that_the_feed_knows(
    town: Town, provider: Provider, configure: Callable[..., None]
) -> None:
    configure(practitioner_claim="staff_number")
    provider.claims = {"staff_number": "zhao"}
    assert sign_in(provider).practitioner_id == town.doctors["zhao"]
    provider.claims = {"staff_number": "zhao", "sub": "doctor-2"}
    assert not sign_in(provider).practitioner_id, "an entry that somebody has already is nobody else's"


def test_nobody_is_made_where_the_hospital_makes_accounts_itself(
    town: Town, provider: Provider, configure: Callable[..., None]
) -> None:
    configure(create="false")
    assert _why(lambda: come(provider)) == "nobody"
    employee(Role.STAFF, "wang", at())
    link("wang")
    assert sign_in(provider).role is Role.STAFF, "what the desk said stands, whatever the groups are"


def test_a_name_or_an_address_finds_nobody(town: Town, provider: Provider) -> None:
    """Someone else tries: a new subject with the login and e-mail address of an account that is there."""
    employee(Role.STAFF, "wang.min", at())
    provider.claims = {"sub": "somebody else", "email": "wang.min", "email_verified": True}
    actor = sign_in(provider)
    with db.reading() as session:
        rows = {row.login: row.id for row in session.exec(select(Account)).all()}
    assert actor.account_id != rows["wang.min"]
    assert actor.role is Role.PHYSICIAN


def test_the_mapping_keeps_its_word(town: Town, provider: Provider, configure: Callable[..., None]) -> None:
    """Whoever leaves the group, or moves to another, does not keep what the group gave."""
    sign_in(provider)
    provider.claims = {"groups": ["cooks"]}
    assert _why(lambda: come(provider)) == "nobody"
    configure(mapping=[{"claim": "groups", "value": "cooks", "role": "auditor"}])
    assert _why(lambda: come(provider)) == "nobody"


def test_a_rule_reads_into_objects(town: Town, provider: Provider, configure: Callable[..., None]) -> None:
    configure(mapping=[{"claim": "realm_access.roles", "value": "audit", "role": "auditor"}])
    provider.claims = {"realm_access": {"roles": ["audit"]}}
    assert sign_in(provider).role is Role.AUDITOR


def test_no_rule_makes_a_patient(town: Town) -> None:
    with pytest.raises(ValueError, match="role"):
        Settings(oidc_mapping=[{"claim": "groups", "value": "all", "role": "patient"}])  # type: ignore[arg-type]


def test_a_patient_is_not_linked(town: Town, provider: Provider) -> None:
    signed_up(at(), town.lin)
    with db.writing() as session:
        row = session.exec(select(Account)).one()
        row.login = "lin"
        session.add(row)
    with pytest.raises(NotFound):
        link("lin")


def test_linking_is_for_those_who_make_accounts(town: Town, provider: Provider) -> None:
    actor = sign_in(provider)
    with pytest.raises(Denied):
        db.perform(linking.link, actor, "wang.min", "", "me too")


def test_linking_ends_what_is_open_and_is_refused_where_it_is_nothing(town: Town, provider: Provider) -> None:
    before = sign_in(provider)
    link("wang.min", "doctor-1b")
    assert not _alive(before)
    with pytest.raises(Conflict):
        link("wang.min", "doctor-1")
    with pytest.raises(Invalid):
        link("wang.min", "")
    provider.claims = {"sub": "doctor-1b"}
    after = sign_in(provider)
    assert after.account_id == before.account_id
    assert db.perform(linking.unlink, COMMAND_LINE, "wang.min") == 2
    assert not _alive(after)


def test_a_disabled_account_stays_closed(town: Town, provider: Provider) -> None:
    actor = sign_in(provider)
    db.perform(accounts.disable, COMMAND_LINE, Named(login="wang.min"))
    assert not _alive(actor)
    assert _why(lambda: come(provider)) == "closed"


def test_our_own_second_factor(town: Town, provider: Provider, configure: Callable[..., None]) -> None:
    configure(second_factor="here")
    key = employee(Role.STAFF, "wang", at())
    link("wang")
    clock.advance(seconds=30)
    assert come(provider) == ""
    assert db.perform(second.owed, COMMAND_LINE, at())
    assert not db.perform(second.owed, COMMAND_LINE, at("browser-2"))
    with pytest.raises(Invalid):
        second.show(at("browser-2"), key.code())
    with pytest.raises(Invalid):
        second.show(at(), "000000")
    actor = enter(at(), second.show(at(), key.code()))
    require_fresh(actor)
    assert not db.perform(second.owed, COMMAND_LINE, at())
    clock.advance(seconds=30)
    with pytest.raises(Invalid):
        second.show(at(), key.code())


def test_our_own_second_factor_is_not_guessed(town: Town, provider: Provider, configure: Callable[..., None]) -> None:
    configure(second_factor="here")
    employee(Role.STAFF, "wang", at())
    link("wang")
    come(provider, "browser-2")
    for _ in range(5):
        with pytest.raises(Invalid):
            second.show(at("browser-2"), "000000")
    with pytest.raises(Slowed):
        second.show(at("browser-2"), "000000")
    forget_attempts()
    clock.advance(minutes=10)
    with pytest.raises(Invalid):
        second.show(at("browser-2"), "000000")


def test_without_a_second_factor_nobody_comes_in(
    town: Town, provider: Provider, configure: Callable[..., None]
) -> None:
    configure(second_factor="here")
    assert _why(lambda: come(provider)) == "unready"
    assert not db.perform(second.owed, COMMAND_LINE, at())


def test_a_proof_is_as_old_as_the_provider_says(town: Town, provider: Provider) -> None:
    """A session there of this morning is no proof of now; being asked again there is."""
    provider.claims = {"auth_time": int(now().timestamp()) - 3600}
    with pytest.raises(Unproved):
        require_fresh(sign_in(provider))
    assert _why(lambda: come(provider, again=True)) == "untrusted"
    provider.claims = {}
    require_fresh(enter(at(), come(provider, again=True)))
    provider.without = ("auth_time",)
    with pytest.raises(Unproved):
        require_fresh(sign_in(provider))


class TestEndings:
    """The provider's session and ours end together."""

    def test_the_provider_ends_what_it_began(self, town: Town, provider: Provider) -> None:
        here, there = sign_in(provider), sign_in(provider, "browser-2")
        clock.advance(seconds=2)
        assert started.provider_ends(provider.logout_token(sub="doctor-1")) == 2
        assert not _alive(here)
        assert not _alive(there)
        with db.reading() as session:
            rows = session.exec(select(LedgerLine).where(LedgerLine.action == Action.SIGN_OUT.value)).all()
            assert {row.outcome for row in rows} == {ledger.DONE}
            assert [json.loads(row.detail)["by"] for row in rows] == ["provider"] * 2

    def test_one_session_by_its_name(self, town: Town, provider: Provider) -> None:
        here = sign_in(provider)
        provider.claims = {"sid": "another"}
        there = sign_in(provider, "browser-2")
        clock.advance(seconds=2)
        assert started.provider_ends(provider.logout_token(sid="another")) == 1
        assert (_alive(here), _alive(there)) == (True, False)

    def test_shown_again_it_ends_nothing_new(self, town: Town, provider: Provider) -> None:
        sign_in(provider)
        clock.advance(seconds=2)
        token = provider.logout_token(sub="doctor-1")
        assert started.provider_ends(token) == 1
        clock.advance(seconds=5)
        after = sign_in(provider)
        assert started.provider_ends(token) == 0
        assert _alive(after)

    @pytest.mark.parametrize(
        "claims",
        [
            {},
            {"sub": "doctor-1", "nonce": "x"},
            {"sub": "doctor-1", "events": {}},
            {"sub": "doctor-1", "aud": "another"},
            {"sub": "doctor-1", "iss": "https://other.example"},
            {"sub": "doctor-1", "iat": 1},
            {"sid": 7},
        ],
    )
    def test_a_word_that_does_not_hold(self, town: Town, provider: Provider, claims: dict[str, object]) -> None:
        here = sign_in(provider)
        clock.advance(seconds=2)
        with pytest.raises(Refused):
            started.provider_ends(provider.logout_token(**claims))
        assert _alive(here)

    def test_an_id_token_is_no_word_of_an_end(self, town: Town, provider: Provider) -> None:
        here = sign_in(provider)
        token = db.perform(started.farewell, here)
        with pytest.raises(Refused):
            started.provider_ends(token)
        assert _alive(here)

    def test_signing_out_leads_to_the_provider(self, town: Town, provider: Provider) -> None:
        here = sign_in(provider)
        way = started.way_out(db.perform(started.farewell, here))
        assert way.startswith(f"{provider.url}/leave?id_token_hint=")
        with db.reading() as session:
            assert session.exec(select(ProviderSession)).all() == []
        assert started.way_out("") == ""
