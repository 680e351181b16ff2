from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_cloud.core.actors import Actor
from health_cloud.core.policy import (
    READS,
    Action,
    Basis,
    GrantFact,
    Need,
    RelationFact,
    Role,
    Scope,
    Situation,
    decide,
)
from health_cloud.core.vocabulary import RecordClass

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
PERSON, OTHER = "person", "other"
HOUR = timedelta(hours=1)


def actor(role: Role, *, person_id: str = "") -> Actor:
    return Actor(account_id="me", role=role, person_id=person_id)


def grant(**changes) -> GrantFact:
    facts = {"id": "g", "grantee_account_id": "me", "scope": Scope(), "from_at": NOW - HOUR, "until_at": NOW + HOUR}
    return GrantFact(**(facts | changes))


@pytest.mark.parametrize(("role", "action"), list(product(Role, sorted(READS))))
def test_without_a_basis_nobody_reads(role, action):
    assert not decide(actor(role), action, Situation(PERSON, NOW)).allowed
    assert not decide(actor(role), action).allowed


@pytest.mark.parametrize(("role", "action"), list(product(Role, sorted(READS))))
def test_only_the_person_owns_and_only_as_patient(role, action):
    own = decide(actor(role, person_id=PERSON), action, Situation(PERSON, NOW))
    assert own.allowed == (role is Role.PATIENT)
    assert not decide(actor(role, person_id=OTHER), action, Situation(PERSON, NOW)).allowed


def test_an_empty_person_is_nobody():
    assert not decide(actor(Role.PATIENT), Action.READ_ENTRIES, Situation("", NOW)).allowed


@pytest.mark.parametrize("role", Role)
def test_a_grant_serves_its_physician_alone(role):
    granted = Situation(PERSON, NOW, grants=(grant(),))
    assert decide(actor(role), Action.READ_ENTRIES, granted).allowed == (role is Role.PHYSICIAN)
    foreign = Situation(PERSON, NOW, grants=(grant(grantee_account_id="someone else"),))
    assert not decide(actor(role), Action.READ_ENTRIES, foreign).allowed


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({"until_at": NOW + timedelta(microseconds=1)}, True),
        ({"until_at": NOW}, False),
        ({"from_at": NOW}, True),
        ({"from_at": NOW + timedelta(microseconds=1)}, False),
        ({"ended_at": NOW}, False),
        ({"ended_at": NOW + timedelta(microseconds=1)}, True),
    ],
)
def test_a_grant_ends_to_the_instant(changes, holds):
    decision = decide(actor(Role.PHYSICIAN), Action.READ_ENTRIES, Situation(PERSON, NOW, grants=(grant(**changes),)))
    assert decision.allowed is holds


def test_a_grant_opens_its_scope_and_no_more():
    scope = Scope(frozenset({RecordClass.LABORATORY}))
    situation = Situation(PERSON, NOW, grants=(grant(scope=scope),))
    decision = decide(actor(Role.PHYSICIAN), Action.READ_ENTRIES, situation)
    assert (decision.scope, decision.basis, decision.basis_id) == (scope, Basis.GRANT, "g")


@pytest.mark.parametrize("action", [Action.DECIDE_REQUEST, Action.REVOKE_GRANT, Action.READ_OWN_LEDGER])
def test_a_physician_with_a_grant_decides_nothing_for_the_patient(action):
    assert not decide(actor(Role.PHYSICIAN), action, Situation(PERSON, NOW, grants=(grant(),))).allowed


def test_a_closed_person_is_closed_to_everyone():
    situation = Situation(PERSON, NOW, grants=(grant(),), closed="core.reason.conflict")
    assert not decide(actor(Role.PATIENT, person_id=PERSON), Action.READ_ENTRIES, situation).allowed
    assert not decide(actor(Role.PHYSICIAN), Action.READ_ENTRIES, situation).allowed


@pytest.mark.parametrize("basis", [Basis.GUARDIAN, Basis.TREATMENT, Basis.EMERGENCY])
def test_other_ties_name_their_basis_and_end(basis):
    tie = RelationFact("r", basis, "me", Scope(organization_id="own"), NOW - HOUR, NOW + HOUR, "own")
    reader = replace(actor(Role.PHYSICIAN), organization_id="own")
    reader = replace(reader, for_person_id=PERSON if basis is Basis.GUARDIAN else "")
    decision = decide(reader, Action.READ_ENTRIES, Situation(PERSON, NOW, relations=(tie,)))
    assert (decision.allowed, decision.basis, decision.until) == (True, basis, NOW + HOUR)
    late = Situation(PERSON, NOW + HOUR, relations=(tie,))
    assert not decide(reader, Action.READ_ENTRIES, late).allowed


def test_a_guardian_reads_only_while_acting_for_that_person():
    tie = RelationFact("r", Basis.GUARDIAN, "me", Scope(), NOW - HOUR, NOW + HOUR)
    situation = Situation(PERSON, NOW, relations=(tie,))
    for acting_for, allowed in ((PERSON, True), (OTHER, False), ("", False)):
        guardian = replace(actor(Role.PATIENT, person_id="own"), for_person_id=acting_for)
        assert decide(guardian, Action.READ_ENTRIES, situation).allowed is allowed


@pytest.mark.parametrize("action", [Action.BOOK_APPOINTMENT, Action.CANCEL_APPOINTMENT, Action.DECIDE_REQUEST])
def test_in_another_persons_affairs_nothing_is_duty(action):
    tie = RelationFact("r", Basis.GUARDIAN, "me", Scope(), NOW - HOUR, NOW + HOUR)  # reads, and no more
    guardian = replace(actor(Role.PATIENT, person_id="own"), for_person_id=PERSON)
    assert not decide(guardian, action, Situation(PERSON, NOW, relations=(tie,))).allowed
    assert decide(guardian, action, Situation("own", NOW)).allowed


@given(st.sampled_from(Role), st.sampled_from(Action))
def test_an_allowed_decision_always_names_its_basis(role: Role, action: Action):
    for situation in (None, Situation(PERSON, NOW), Situation(PERSON, NOW, grants=(grant(),))):
        decision = decide(actor(role, person_id=PERSON), action, situation)
        assert decision.allowed == (decision.basis is not None)
        assert decision.reason


@pytest.mark.parametrize(("need", "role"), list(product(Need, Role)))
def test_needs_are_met_by_their_role_alone(need, role):
    met = need.met_by(role, demo=False)
    if need is Need.ANYONE:
        assert met
    elif need is Need.SIGNED_IN:
        assert met == (role not in (Role.VISITOR, Role.SYSTEM))
    else:
        assert met == (need.value == role.value)


def test_the_demo_door_exists_in_the_demo_alone():
    assert Need.DEMO.met_by(Role.VISITOR, demo=True)
    assert not Need.DEMO.met_by(Role.STAFF, demo=False)


@pytest.mark.parametrize("role", Role)
def test_an_emergency_serves_its_physician_alone(role):
    tie = RelationFact("e", Basis.EMERGENCY, "me", Scope(), NOW - HOUR, NOW + HOUR)
    situation = Situation(PERSON, NOW, relations=(tie,))
    assert decide(actor(role), Action.READ_ENTRIES, situation).allowed is (role is Role.PHYSICIAN)
    assert not decide(actor(role), Action.REVOKE_GRANT, situation).allowed
    foreign = Situation(PERSON, NOW, relations=(replace(tie, account_id="someone else"),))
    assert not decide(actor(role), Action.READ_ENTRIES, foreign).allowed


@pytest.mark.parametrize(("ground", "basis"), [("", Basis.EMERGENCY), ("e", Basis.EMERGENCY), ("g", Basis.GRANT)])
def test_a_page_that_names_its_ground_rests_on_no_other(ground, basis):
    tie = RelationFact("e", Basis.EMERGENCY, "me", Scope(), NOW - HOUR, NOW + HOUR)
    both = Situation(PERSON, NOW, grants=(grant(),), relations=(tie,))
    reader = replace(actor(Role.PHYSICIAN), ground=ground)
    assert decide(reader, Action.READ_ENTRIES, both).basis is basis
    assert not decide(replace(reader, ground="another"), Action.READ_ENTRIES, both).allowed


@pytest.mark.parametrize("role", Role)
def test_who_breaks_the_glass_never_reviews(role):
    opens, reviews = (decide(actor(role), each).allowed for each in (Action.OPEN_EMERGENCY, Action.REVIEW_EMERGENCY))
    assert (opens, reviews) == (role is Role.PHYSICIAN, role is Role.STAFF)
