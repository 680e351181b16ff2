"""The notice: asked before records are shown, purpose by purpose, withdrawn as easily, asked again when it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from health_cloud.chart.service import open_chart
from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.policy import Role
from health_cloud.identity.models import Agreement, Person
from health_cloud.identity.service import agreements, privacy_notice
from health_cloud.notify.models import Subscription
from tests import charts

NEEDED = ("identity", "records")


def read(session, actor, person_id):
    with open_chart(session, actor, person_id) as chart:
        return chart.counts()


@pytest.fixture
def lin(town):
    """Return 林, who has an account and has not been asked yet."""
    actor = charts.reader(town.lin)
    with db.writing() as session:
        session.get_one(Person, town.lin.person_id).agreed = 0
    return actor


def agree(actor, *purposes, version=0):
    return db.perform(agreements.agree, actor, version or privacy_notice.current_version(), purposes)


def refused(actor, person_id):
    with pytest.raises(Denied) as told:
        db.perform(read, actor, person_id)
    return told.value.key


def test_nothing_is_read_before_both_needed_purposes_are_agreed_to(lin):
    assert refused(lin, lin.person_id) == "identity.error.notice"
    for some in ((), ("identity",), ("records",), ("push",)):
        with pytest.raises(Invalid):
            agree(lin, *some)
    assert refused(lin, lin.person_id)
    assert agree(lin, *NEEDED).in_force
    assert db.perform(read, lin, lin.person_id)


def test_what_is_optional_is_off_until_it_is_given_and_changes_nothing_else(lin):
    page = agree(lin, *NEEDED)
    assert {row.key: bool(row.given_at) for row in page.purposes} == {"identity": True, "records": True, "push": False}
    assert agree(lin, "push").in_force
    page = db.perform(agreements.withdraw, lin, "push")
    assert page.in_force
    assert not next(row for row in page.purposes if row.key == "push").given_at


@pytest.mark.parametrize("purpose", NEEDED)
def test_withdrawing_a_needed_one_closes_reading_to_all_and_deletes_nothing(town, lin, purpose):
    entry = charts.put(town, town.lin)
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor)
    agree(lin, *NEEDED)
    assert db.perform(read, doctor, lin.person_id)
    assert db.perform(agreements.withdraw, lin, purpose).withdrawn
    assert refused(lin, lin.person_id) == "identity.error.notice"
    assert refused(doctor, lin.person_id) == "core.error.denied"
    agree(lin, *NEEDED)
    assert db.perform(read, doctor, lin.person_id)
    with db.reading() as session:
        from health_cloud.chart.models import ChartEntry

        assert session.get(ChartEntry, entry) is not None
        rows = session.exec(select(Agreement.withdrawn_at).where(Agreement.purpose == purpose)).all()
    assert sorted(at is None for at in rows) == [False, True]


def test_a_new_version_asks_its_owner_again_and_lets_those_allowed_go_on(town, lin, monkeypatch):
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor)
    agree(lin, *NEEDED)
    old = privacy_notice.current()
    newer = replace(old, version=old.version + 1, digest="0" * 64)
    monkeypatch.setattr(privacy_notice, "versions", lambda: (old, newer))
    page = db.perform(agreements.notice_page, lin)
    assert (page.in_force, page.again, page.withdrawn) == (False, True, False)
    assert refused(lin, lin.person_id)
    assert db.perform(read, doctor, lin.person_id)
    with pytest.raises(Conflict):
        agree(lin, *NEEDED, version=old.version)
    assert agree(lin, *NEEDED).in_force


def test_what_exactly_was_agreed_to_is_kept(town, lin):
    agree(lin, *NEEDED)
    with db.reading() as session:
        rows = session.exec(select(Agreement.version, Agreement.text_digest)).all()
    assert {tuple(row) for row in rows} == {(1, privacy_notice.current().digest)}
    lines = [line.action for line in charts.chain(town.lin)]
    assert lines.count("identity:consent:change") == len(NEEDED)


def test_nobody_agrees_for_somebody_else(town, lin):
    guardian = replace(lin, for_person_id=town.wang.person_id)
    physician = charts.physician(town)
    for other in (guardian, physician, Actor("x", Role.STAFF)):
        with pytest.raises(Denied):
            agree(other, *NEEDED)
        with pytest.raises(Denied):
            db.perform(agreements.withdraw, other, "records")


def test_withdrawing_push_forgets_the_browsers_and_switching_it_on_is_consent(lin):
    with db.writing() as session:
        session.add(Subscription(id="s", owner=lin.account_id, blind="b", created_at=clock.now()))
    with db.writing() as session:
        agreements.push_chosen(session, {"account": lin.account_id, "fact_id": "f"})
        agreements.push_chosen(session, {"account": lin.account_id, "fact_id": "f"})
    page = db.perform(agreements.notice_page, lin)
    assert next(row for row in page.purposes if row.key == "push").given_at
    assert not page.in_force  # a click elsewhere stands for nothing else
    db.perform(agreements.withdraw, lin, "push")
    with db.reading() as session:
        assert session.exec(select(Subscription)).first() is None


@pytest.mark.parametrize(
    ("path", "target"),
    [("/", "/me/notice"), ("/records/laboratory", "/me/notice"), ("/access", "/me/notice"), ("/mean", "/me/notice")]
    + [(path, "") for path in ("/me", "/me/notice", "/me/close", "/ledger", "/notifications")],
)
def test_pages_of_records_lead_to_the_notice_and_the_ways_out_stay_open(lin, path, target):
    assert agreements.stop_of(lin, path) == target
    agree(lin, *NEEDED)
    assert agreements.stop_of(lin, path) == ""


def test_each_version_is_written_in_both_languages_and_once():
    numbers = [notice.version for notice in privacy_notice.versions()]
    assert numbers == list(range(1, len(numbers) + 1))
    for notice in privacy_notice.versions():
        assert notice.needed == NEEDED
        for each in (*notice.parts, *notice.purposes):
            assert all((each.title.zh, each.title.en, each.text.zh, each.text.en))


def test_the_published_words_have_not_been_changed():
    """Whoever agreed, agreed to these: a change needs a new version, not another digest here."""
    assert [notice.digest[:16] for notice in privacy_notice.versions()] == ["d9b0ad627c731ba0"]


def test_time_does_not_end_it(lin):
    agree(lin, *NEEDED)
    clock.offset = timedelta(days=4000)
    try:
        assert db.perform(read, lin, lin.person_id)
    finally:
        clock.reset()
