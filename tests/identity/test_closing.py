"""Closing an account: out at once, back by signing in, erased exactly once, and a new one later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from health_cloud.chart.models import ChartEntry
from health_cloud.consent.models import Grant
from health_cloud.consent.service.ending import end_grants
from health_cloud.core import db, facts
from health_cloud.core.actors import system
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, Denied, Invalid, Unproved
from health_cloud.core.settings import settings
from health_cloud.followup.models import Appointment, Slot
from health_cloud.followup.service.ending import cancel_appointments
from health_cloud.identity.models import Account, Agreement, Person
from health_cloud.identity.service import agreements, closing, privacy_notice, sessions, sign_in
from tests import charts, people

JOB = system(closing.JOB)


@pytest.fixture(autouse=True)
def _clock():
    yield
    clock.reset()


@pytest.fixture
def lin(town):
    visitor = people.at("browser-lin")
    key = people.signed_up(visitor, town.lin)
    return visitor, key, people.enter(visitor, _sign_in(town, key, visitor))


def _sign_in(town, key, visitor):
    people.forget_attempts()
    clock.offset += timedelta(seconds=60)
    return sign_in.sign_in(visitor, town.lin.national_id, people.PASSWORD, key.code())


def _later(days):
    clock.offset += timedelta(days=days, seconds=1)


def _left_of(account_id, person_id):
    """Return the tables in which something of the account stands, beside what is kept for good."""
    kept = {"identity_agreement", "identity_closing", "core_ledger", "core_fact"}
    found = set()
    with db.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            for name in {"account_id", "owner", "owner_id"} & set(table.c.keys()):
                rows = session.exec(select(table.c[name]).where(table.c[name].in_([account_id, person_id]))).all()
                found |= {table.name} if rows else set()
        if session.get(Account, account_id) is not None:
            found.add("identity_account")
    return found - kept


def test_it_asks_for_a_second_factor_shown_just_now(lin):
    _, _, actor = lin
    with pytest.raises(Unproved):
        db.perform(closing.close_account, replace(actor, proved_at=None))
    assert db.perform(closing.close_account, actor) == settings().closing_days
    with pytest.raises(Conflict):
        db.perform(closing.close_account, actor)


def test_at_once_sessions_end_and_what_was_allowed_and_booked_ends(town, lin):
    visitor, _, actor = lin
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor)
    appointment = db.perform(_booked, people.COMMAND_LINE, town, doctor)
    facts.subscribe(closing.CLOSING, "tests.grants", end_grants)
    facts.subscribe(closing.CLOSING, "tests.appointments", cancel_appointments)
    db.perform(closing.close_account, actor)
    assert sessions.actor_of_row(actor.session_id, visitor) is None
    facts.deliver()
    facts.deliver()
    with db.reading() as session:
        assert session.get_one(Grant, grant).ended_at
        assert session.get_one(Appointment, appointment).state == "cancelled"


def test_signing_in_brings_it_back_and_the_job_leaves_it_alone(town, lin):
    visitor, key, actor = lin
    db.perform(closing.close_account, actor)
    _later(settings().closing_days - 1)
    assert db.perform(closing.erase_due, JOB) == 0
    assert people.enter(visitor, _sign_in(town, key, visitor)).account_id == actor.account_id
    _later(settings().closing_days)
    assert db.perform(closing.erase_due, JOB) == 0
    assert _left_of(actor.account_id, town.lin.person_id)


def test_then_all_of_the_account_goes_and_the_record_stays(town, lin):
    visitor, key, actor = lin
    entry = charts.put(town, town.lin)
    db.perform(agreements.agree, actor, privacy_notice.current_version(), ("identity", "records"))
    db.perform(closing.close_account, actor)
    before = len(charts.chain(town.lin))
    _later(settings().closing_days)
    assert db.perform(closing.erase_due, JOB) == 1
    assert db.perform(closing.erase_due, JOB) == 0
    assert _left_of(actor.account_id, town.lin.person_id) == set()
    lines = charts.chain(town.lin)
    assert [line.action for line in lines[before:]] == ["identity:account:erase"]
    with db.reading() as session:
        assert session.get(ChartEntry, entry) is not None
        assert session.get_one(Person, town.lin.person_id).agreed == 0
        assert None not in session.exec(select(Agreement.withdrawn_at)).all()
    with pytest.raises(Invalid):
        _sign_in(town, key, visitor)


def test_the_person_may_come_back_with_a_new_account(town, lin):
    _, _, actor = lin
    db.perform(closing.close_account, actor)
    _later(settings().closing_days)
    db.perform(closing.erase_due, JOB)
    people.forget_attempts()
    visitor = people.at("browser-3")
    key = people.signed_up(visitor, town.lin)
    again = people.enter(visitor, _sign_in(town, key, visitor))
    assert again.person_id == actor.person_id
    assert again.account_id != actor.account_id


def test_many_workers_erase_it_once(town, lin):
    _, _, actor = lin
    db.perform(closing.close_account, actor)
    _later(settings().closing_days)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: db.perform(closing.erase_due, JOB), range(8)))
    assert sum(done) == 1
    assert [line.action for line in charts.chain(town.lin)].count("identity:account:erase") == 1


def test_nobody_closes_another_ones_account_and_no_person_runs_the_job(town, lin):
    _, _, actor = lin
    for other in (replace(actor, for_person_id=town.wang.person_id), charts.physician(town)):
        with pytest.raises(Denied):
            db.perform(closing.close_account, other)
        with pytest.raises(Denied):
            db.perform(closing.erase_due, other)


def _booked(session, actor, town, doctor):
    at = clock.now() + timedelta(days=3)
    slot = Slot(
        organization_id=town.organization_id,
        physician_account_id=doctor.account_id,
        department_id=town.departments["endocrinology"],
        starts_at=at,
        ends_at=at + timedelta(minutes=15),
    )
    session.add(slot)
    session.flush()
    row = Appointment(slot_id=slot.id, person_id=town.lin.person_id, created_at=clock.now(), changed_at=clock.now())
    session.add(row)
    session.flush()
    return row.id


def test_who_else_names_an_account_by_a_foreign_key():
    """Somebody's at work, which is never erased; what a patient has elsewhere is forgotten before (`closing.plug`)."""
    pointing = {
        f"{table.name}.{key.parent.name}"
        for table in SQLModel.metadata.sorted_tables
        if not table.name.startswith("identity_")
        for key in table.foreign_keys
        if key.column.table.name == "identity_account"
    }
    assert pointing == {
        "access_question.reader_account_id",
        "consent_emergency.account_id",
        "consent_emergency.reviewer_account_id",
        "consent_grant.grantee_account_id",
        "consent_request.asker_account_id",
        "followup_asking_rule.changed_by",
        "followup_checked.physician_account_id",
        "followup_clinic.physician_account_id",
        "followup_note.physician_account_id",
        "followup_opening.changed_by",
        "followup_question.physician_account_id",
        "followup_rule_version.changed_by",
        "followup_signed_note.physician_account_id",
        "followup_slot.physician_account_id",
        "followup_template.physician_account_id",
        "followup_visit.physician_account_id",
        "links_link.account_id",
        "prescribing_prescription.physician_account_id",
        "prescribing_signing.account_id",
        "prescribing_signing.reviewer_account_id",
    }
    app = Path(closing.__file__).parents[2] / "app.py"
    assert "closing.plug(links.forget_links)" in app.read_text()
