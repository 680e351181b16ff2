"""A death ends access at once, is said in honest words to who knows the factors alone, and can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from health_cloud.chart.service import open_chart
from health_cloud.consent.service.ending import end_grants
from health_cloud.core import clock, db, facts
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.policy import Role
from health_cloud.identity.service import accounts, deaths, index, sessions, sign_in
from health_cloud.identity.service.accounts import Named
from tests import charts, people
from tests.people import COMMAND_LINE


@pytest.fixture
def lin(town):
    visitor = people.at("browser-lin")
    return Named(national_id=town.lin.national_id), visitor, people.signed_up(visitor, town.lin)


def _sign_in(town, key, visitor=None, password=people.PASSWORD, code=""):
    people.forget_attempts()
    clock.clock.offset += timedelta(seconds=60)
    return sign_in.sign_in(visitor or people.at("browser-2"), town.lin.national_id, password, code or key.code())


@pytest.fixture(autouse=True)
def _clock():
    yield
    clock.clock.reset()


def test_sessions_end_and_sign_in_is_refused_in_honest_words(town, lin):
    named, visitor, key = lin
    actor = people.enter(visitor, _sign_in(town, key, visitor))
    assert db.perform(deaths.report_death, COMMAND_LINE, named) == 1
    assert sessions.actor_of_row(actor.session_id, visitor) is None
    with pytest.raises(Invalid) as told:
        _sign_in(town, key)
    assert told.value.key == "identity.error.deceased"


@pytest.mark.parametrize(("password", "code"), [("another long walk", ""), (people.PASSWORD, "000000")])
def test_who_lacks_a_factor_is_told_nothing_of_it(town, lin, password, code):
    named, _, key = lin
    db.perform(deaths.report_death, COMMAND_LINE, named)
    with pytest.raises(Invalid) as told:
        _sign_in(town, key, password=password, code=code)
    assert told.value.key == "identity.error.sign_in"


def test_nobody_reads_any_more_and_grants_end(town, lin):
    named, _, _ = lin
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor)
    facts.subscribe(deaths.DIED, "tests.grants", end_grants)
    db.perform(deaths.report_death, COMMAND_LINE, named)
    with pytest.raises(Denied):
        db.perform(_read, doctor, town.lin.person_id)
    facts.deliver()
    from health_cloud.consent.models import Grant

    with db.reading() as session:
        assert session.get_one(Grant, grant).ended_reason == "event"


def test_a_mistake_is_taken_back_and_what_was_allowed_stays_ended(town, lin):
    named, visitor, key = lin
    db.perform(deaths.report_death, COMMAND_LINE, named)
    with pytest.raises(Conflict):
        db.perform(deaths.report_death, COMMAND_LINE, named)
    db.perform(deaths.take_back, COMMAND_LINE, named)
    assert people.enter(visitor, _sign_in(town, key, visitor)).person_id == town.lin.person_id
    with pytest.raises(Conflict):
        db.perform(deaths.take_back, COMMAND_LINE, named)


def test_a_disabled_account_stays_disabled_through_a_mistake(town, lin):
    named, _, key = lin
    db.perform(accounts.disable, COMMAND_LINE, named)
    db.perform(deaths.report_death, COMMAND_LINE, named)
    db.perform(deaths.take_back, COMMAND_LINE, named)
    with pytest.raises(Invalid) as told:
        _sign_in(town, key)
    assert told.value.key == "identity.error.sign_in"


def test_the_feed_may_say_it(town, lin):
    _, visitor, key = lin
    actor = people.enter(visitor, _sign_in(town, key, visitor))
    fact = index.PatientFacts(
        keys=("another-key",),
        name=town.lin.name,
        birth_date="1959-03-07",
        numbers=(index.Number("national_id", town.lin.national_id),),
        deceased_at=clock.now() - timedelta(days=1),
    )
    db.perform(_put, COMMAND_LINE, town, fact)
    assert sessions.actor_of_row(actor.session_id, visitor) is None


def test_somebody_else_may_not_report_it_and_nobody_is_named_by_a_strange_number(town, lin):
    named, visitor, key = lin
    actor = people.enter(visitor, _sign_in(town, key, visitor))
    for other in (actor, charts.physician(town)):
        assert other.role in (Role.PATIENT, Role.PHYSICIAN)
        with pytest.raises(Denied):
            db.perform(deaths.report_death, other, named)
        with pytest.raises(Denied):
            db.perform(deaths.take_back, other, named)
    with pytest.raises(NotFound):
        db.perform(deaths.report_death, COMMAND_LINE, Named(national_id=people.STRANGER))


def _read(session, actor, person_id):
    with open_chart(session, actor, person_id) as chart:
        return chart.counts()


def _put(session, actor, town, fact):
    return index.put_patient(session, town.organization_id, "another-feed", fact, "test")
