"""Break-glass (R13): who may, what it opens, when it ends, who is told, and that guessing leads nowhere."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, func
from sqlmodel import col, select

from health_cloud.access.service.grounds import ground_holds
from health_cloud.access.service.reading import chart_page, granted_list
from health_cloud.chart.service import open_chart
from health_cloud.consent.models import Emergency
from health_cloud.consent.service import breaking, emergencies, emergency_ends, reviewing
from health_cloud.consent.service.decisions import ended_grants, living_grants, restore_grant
from health_cloud.consent.service.ending import end_grants_to
from health_cloud.core import changes, clock, db, ledger
from health_cloud.core.clock import clock as hands
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, Contact, Person
from health_cloud.identity.service import accounts, agreements
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.throttle import Slowed
from health_cloud.notify.models import Outgoing, QuietHours
from tests.consent.emergencies import REASON, break_glass, lines, proved, review, row, told
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.sharing import Cast, found_cast, granted, guardian_of

NOBODYS_CARD = "V999999"


@pytest.fixture
def cast(database: Database) -> Cast:
    assert database
    return found_cast()


def _reads(physician, person_id: str) -> bool:
    def read(session, actor):
        with open_chart(session, actor, person_id) as chart:
            return len(chart.latest())

    try:
        return bool(db.perform(read, physician))
    except Denied:
        return False


def test_it_opens_all_six_classes_at_once_and_on_its_own_ground(cast):
    assert not _reads(cast.chen, cast.lin.person_id)
    emergency = break_glass(cast.chen, cast.town.lin.visit_card)
    page = db.perform(chart_page, cast.chen, emergency)
    assert all(tab.open for tab in page.tabs)
    assert {tab.record_class: tab.count for tab in page.tabs}["laboratory"] == 2
    assert (page.grant.emergency, page.grant.reason, page.grant.name.zh) == ("unconscious", REASON, "林秀兰")
    assert db.perform(granted_list, cast.chen, emergency, "laboratory").months
    counted = lines(cast.lin.person_id, Action.COUNT_ENTRIES)
    assert [(line.basis, line.basis_id) for line in counted] == [("emergency", emergency)]
    for somebody in (cast.sun, cast.gao):
        assert not _reads(somebody, cast.lin.person_id)
        with pytest.raises(NotFound):
            db.perform(chart_page, somebody, emergency)
    assert not _reads(cast.chen, cast.wang.person_id)


def test_by_national_id_and_at_another_hospital(cast):
    emergency = break_glass(cast.gao, cast.town.lin.national_id, by="national_id")
    assert db.perform(chart_page, cast.gao, emergency).grant.name.zh == "林秀兰"
    assert break_glass(cast.gao, cast.town.lin.visit_card) == "", "a visit card is its own hospital's"


def test_a_grant_of_less_shows_no_more_while_an_emergency_holds(cast):
    grant = granted(cast, classes=("laboratory",))
    emergency = break_glass(cast.chen, cast.town.lin.visit_card)
    opened = {tab.record_class for tab in db.perform(chart_page, cast.chen, grant).tabs if tab.open}
    assert opened == {"laboratory"}
    with pytest.raises(Denied):
        db.perform(granted_list, cast.chen, grant, "prescriptions")
    assert db.perform(granted_list, cast.chen, emergency, "prescriptions").months
    # what names no ground, such as an original by its address, is read in the emergency: its review sees it
    assert _reads(cast.chen, cast.lin.person_id)
    assert lines(cast.lin.person_id, Action.READ_ENTRIES)[-1].basis_id == emergency


def test_only_physicians_of_a_hospital(cast):
    for somebody in (cast.lin, cast.staff, replace(cast.chen, organization_id="")):
        with pytest.raises(Denied):
            break_glass(somebody, cast.town.lin.visit_card)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "curious"}, "code"),
        ({"code": None}, "code"),
        ({"reason": "急诊"}, "reason"),
        ({"reason": "急          诊     a   b"}, "reason"),
        ({"reason": "长" * 301}, "reason"),
        ({"reason": 7}, "reason"),
        ({"hours": 0}, "hours"),
        ({"hours": 5}, "hours"),
        ({"hours": True}, "hours"),
        ({"hours": "4"}, "hours"),
        ({"hours": 1.5}, "hours"),
        ({"by": "today"}, "card"),
        ({"by": "name"}, "card"),
        ({"card": ""}, "card"),
        ({"card": "12", "by": "national_id"}, "card"),
    ],
)
def test_what_is_missing_is_said_at_its_field(wrong, field):
    given = {"card": "V1", "by": "visit_card", "code": "unconscious", "reason": REASON, "hours": 4} | wrong
    with pytest.raises(Invalid) as caught:
        breaking.broken(given["card"], given["by"], given["code"], given["reason"], given["hours"])
    assert caught.value.field == field


def test_a_second_factor_just_now_and_one_for_each_chart(cast):
    minutes = settings().fresh_minutes
    for stale in (replace(cast.chen, proved_at=None), proved(cast.chen, timedelta(minutes=minutes))):
        with pytest.raises(Unproved):
            break_glass(stale, cast.town.lin.visit_card)
    fresh = proved(cast.chen)
    assert break_glass(fresh, cast.town.lin.visit_card)
    hands.advance(seconds=30)
    for card in (cast.town.wang.visit_card, NOBODYS_CARD):
        with pytest.raises(Unproved):  # whoever carries the number: it tells nothing of them
            break_glass(fresh, card)
    assert break_glass(proved(cast.chen), cast.town.wang.visit_card)


def test_it_ends_to_the_second_and_cannot_be_made_longer(cast):
    emergency = break_glass(cast.chen, cast.town.lin.visit_card, hours=1)
    hands.advance(minutes=30)
    with pytest.raises(Conflict):
        break_glass(proved(cast.chen), cast.town.lin.visit_card, hours=4)
    until = row(emergency).until_at
    hands.reset()
    hands.frozen = until - timedelta(milliseconds=1)
    assert _reads(cast.chen, cast.lin.person_id)
    assert db.perform(ground_holds, cast.chen, emergency)
    hands.frozen = until
    assert not _reads(cast.chen, cast.lin.person_id)
    assert not db.perform(ground_holds, cast.chen, emergency)
    with pytest.raises(Denied):
        db.perform(chart_page, cast.chen, emergency)
    (card,) = db.perform(emergencies.emergencies_of, cast.lin)
    assert (card.ended, card.ended_at) == ("time", until.isoformat())
    assert emergency_ends.note_ends() == 1
    assert emergency_ends.note_ends() == 0
    (line,) = lines(cast.lin.person_id, Action.END_EMERGENCY)
    assert json.loads(line.detail)["why"] == "time"
    assert break_glass(proved(cast.chen), cast.town.lin.visit_card)


@pytest.mark.parametrize("hours", [1, 2, 3, 4])
def test_for_as_long_as_was_said(cast, hours):
    kept = row(break_glass(cast.chen, cast.town.lin.visit_card, hours=hours))
    assert kept.until_at - kept.from_at == timedelta(hours=hours)
    assert kept.review_due_at - kept.from_at == timedelta(hours=72)


def test_the_physician_closes_it_and_nobody_else(cast):
    emergency = break_glass(cast.chen, cast.town.lin.visit_card)
    for somebody in (cast.sun, cast.gao):
        with pytest.raises(NotFound):
            db.perform(breaking.close_emergency, somebody, emergency)
    for somebody in (cast.lin, cast.staff):
        with pytest.raises(Denied):
            db.perform(breaking.close_emergency, somebody, emergency)
    topics: list[frozenset[str]] = []
    stop = changes.listen(topics.append)
    db.perform(breaking.close_emergency, cast.chen, emergency)
    stop()
    assert f"grant:{emergency}" in frozenset().union(*topics), "an open screen is emptied by this"
    assert not _reads(cast.chen, cast.lin.person_id)
    db.perform(breaking.close_emergency, cast.chen, emergency)
    assert [line.outcome for line in lines(cast.lin.person_id, Action.END_EMERGENCY)] == ["refused"] * 3 + ["done"]
    assert emergency_ends.note_ends() == 0
    hands.frozen = row(emergency).from_at  # a clock that is set back opens nothing again
    assert not _reads(cast.chen, cast.lin.person_id)


def test_an_account_that_is_disabled_ends_what_it_had_open(cast):
    emergency = break_glass(cast.chen, cast.town.lin.visit_card)
    break_glass(cast.sun, cast.town.lin.visit_card)
    with db.reading() as session:
        login = session.get_one(Account, cast.chen.account_id).login
    db.perform(accounts.disable, COMMAND_LINE, Named(login=login))
    with db.writing() as session:  # what app.py subscribes to the fact
        emergency_ends.end_of_account(session, {"account": cast.chen.account_id})
    assert (row(emergency).ended_reason, _reads(cast.sun, cast.lin.person_id)) == ("disabled", True)
    assert not _reads(cast.chen, cast.lin.person_id)


def test_what_was_given_to_an_account_that_is_disabled_ends_with_a_line_and_both_screens_hear(cast):
    granted(cast)
    (before,) = db.perform(living_grants, cast.lin)
    with db.reading() as session:
        login = session.get_one(Account, cast.chen.account_id).login
    heard: set[str] = set()
    stop = changes.listen(heard.update)
    db.perform(accounts.disable, COMMAND_LINE, Named(login=login))
    for _ in range(2):
        with db.writing() as session:  # what app.py subscribes to the fact, told twice maybe
            end_grants_to(session, {"account": cast.chen.account_id, "fact_id": "f"})
    stop()
    assert db.perform(living_grants, cast.lin) == []
    (over,) = db.perform(ended_grants, cast.lin)
    assert (over.id, over.ended) == (before.id, "disabled")
    assert {f"person:{cast.lin.person_id}", f"grant:{before.id}"} <= heard
    with db.reading() as session:
        said = col(LedgerLine.action) == Action.REVOKE_GRANT.value, LedgerLine.actor_role == "system"
        assert len(session.exec(select(LedgerLine).where(*said)).all()) == 1
    with pytest.raises(Conflict):
        db.perform(restore_grant, cast.lin, before.id)


def test_disabling_and_dying_are_heard():
    from health_cloud import app
    from health_cloud.core import facts

    assert app.app
    kinds = (accounts.DISABLED, "identity.closing", "identity.died")
    assert facts._subscribers[accounts.DISABLED]["consent.emergencies"] is emergency_ends.end_of_account
    heard = [kind for kind, each in facts._subscribers.items() if "consent.emergencies" in each]
    assert len(heard) == len(kinds)
    assert facts._subscribers[accounts.DISABLED]["consent.grants"] is end_grants_to


@pytest.mark.parametrize(
    "state", [{"deceased_at": "now"}, {"conflict": "birth_date"}, {"agreed": agreements.WITHDRAWN}]
)
def test_not_possible_and_unknown_look_the_same(cast, state):
    with db.writing() as session:
        person = session.get_one(Person, cast.lin.person_id)
        for name, value in state.items():
            setattr(person, name, clock.now() if value == "now" else value)
        session.add(person)
    break_glass(cast.chen, NOBODYS_CARD)  # the chains exist from here on
    break_glass(cast.chen, cast.town.lin.visit_card)
    unknown, known = (
        _statements(lambda card=card: break_glass(cast.chen, card)) for card in (NOBODYS_CARD, cast.town.lin.visit_card)
    )
    assert unknown == known
    assert _kept() == 0
    assert told(cast.lin.account_id) == []


def test_what_ends_a_person_ends_what_is_open(cast):
    emergency = break_glass(cast.chen, cast.town.lin.visit_card)
    with db.writing() as session:
        session.get_one(Person, cast.lin.person_id).deceased_at = clock.now()
    assert not _reads(cast.chen, cast.lin.person_id)
    with db.writing() as session:
        emergency_ends.end_of_person(session, {"person": cast.lin.person_id})
    assert row(emergency).ended_reason == "event"


def test_every_attempt_is_counted_and_in_the_ledger_and_the_reviewers_hear_of_guessing(cast):
    for _ in range(5):
        assert break_glass(cast.chen, NOBODYS_CARD) == ""
    assert told(cast.staff.account_id) == ["consent.news.emergency_guessing"]
    assert told(cast.other_staff.account_id) == []
    for card in (NOBODYS_CARD, cast.town.lin.visit_card):
        with pytest.raises(Slowed):
            break_glass(cast.chen, card)
    assert break_glass(cast.sun, cast.town.lin.visit_card), "a colleague at the same machine goes on"
    with db.reading() as session:
        refused = session.exec(
            select(func.count()).where(
                LedgerLine.action == Action.OPEN_EMERGENCY.value,
                LedgerLine.outcome == ledger.REFUSED,
                LedgerLine.actor_account_id == cast.chen.account_id,
            )
        ).one()
    assert refused == 5
    hands.advance(minutes=15)
    assert break_glass(cast.chen, cast.town.wang.visit_card)


def test_a_right_number_in_between_buys_no_more_guesses(cast):
    for _ in range(4):
        break_glass(cast.chen, NOBODYS_CARD)
    assert break_glass(cast.chen, cast.town.lin.visit_card)
    break_glass(cast.chen, NOBODYS_CARD)
    with pytest.raises(Slowed):
        break_glass(cast.chen, NOBODYS_CARD)


def test_who_is_told_in_the_same_transaction(cast):
    with db.writing() as session:  # who wants to sleep is woken for this
        session.add(QuietHours(owner=cast.lin.account_id, begins=0, ends=24 * 60 - 1))
    daughter = guardian_of(cast.lin.person_id).account_id
    reader = guardian_of(cast.lin.person_id, levels="read").account_id
    emergency = break_glass(cast.chen, cast.town.lin.visit_card)
    assert told(cast.lin.account_id) == ["consent.news.emergency"]
    assert told(daughter) == ["consent.news.emergency_of"]
    assert told(reader) == [], "who only looks after records does not see who can see them"
    assert told(cast.staff.account_id) == ["consent.news.emergency_review"]
    assert told(cast.other_staff.account_id) == []
    with db.reading() as session:
        due = session.exec(
            select(Outgoing.template, Outgoing.next_at).where(Outgoing.owner == cast.lin.account_id)
        ).all()
    assert due
    assert {key for key, _ in due} == {"notify.outside.emergency"}
    assert all(after is None or after <= row(emergency).from_at + timedelta(seconds=60) for _, after in due)
    review_line = lines(cast.lin.person_id, Action.OPEN_EMERGENCY)[0]
    assert json.loads(review_line.detail)["code"] == "unconscious"
    assert REASON not in review_line.detail


def test_who_has_neither_account_nor_guardian_is_told_by_the_contact_that_the_hospital_holds(cast):
    emergency = break_glass(cast.chen, cast.town.zhou.visit_card)
    with db.reading() as session:
        sent = session.exec(select(Outgoing).where(Outgoing.state == "waiting")).all()
        (message,) = [row for row in sent if row.owner == ""]
        address = unseal_text(message.address, "notify_outgoing.address", message.id)
        assert (message.channel, address) == ("sms", cast.town.zhou.phone)
        assert message.template == "notify.outside.emergency"
        assert unseal_text(message.params, "notify_outgoing.params", message.id) == "{}"
    assert db.perform(reviewing.review_page, cast.staff, emergency).told == "contact"


def test_that_nobody_could_be_told_stands_with_the_review_and_in_the_ledger(cast):
    with db.writing() as session:
        session.exec(delete(Contact))
    emergency = break_glass(cast.chen, cast.town.zhou.visit_card)
    assert db.perform(reviewing.review_page, cast.staff, emergency).told == "nobody"
    (line,) = lines(cast.town.zhou.person_id, Action.OPEN_EMERGENCY)
    assert json.loads(line.detail)["told"] == "nobody"
    guardian_of(cast.town.zhou.person_id)
    assert db.perform(reviewing.review_page, cast.staff, emergency).told == "nobody", "what was so at the opening"
    again = break_glass(cast.sun, cast.town.zhou.visit_card)
    assert db.perform(reviewing.review_page, cast.staff, again).told == "inbox"


def test_a_crash_leaves_neither_an_opening_nor_word_of_one(cast, monkeypatch):
    def broken(*_args, **_kwargs):
        raise OSError("no space")

    monkeypatch.setattr(breaking, "tell_family", broken)
    with pytest.raises(OSError, match="no space"):
        break_glass(cast.chen, cast.town.lin.visit_card)
    assert _kept() == 0
    assert lines(cast.lin.person_id, Action.OPEN_EMERGENCY) == []
    assert not _reads(cast.chen, cast.lin.person_id)


def test_two_workers_at_once_open_one(cast):
    found: list[object] = []

    def opens():
        try:
            found.append(break_glass(cast.chen, cast.town.lin.visit_card))
        except Conflict as refusal:
            found.append(refusal)

    threads = [threading.Thread(target=opens) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([each for each in found if isinstance(each, str) and each]) == 1
    assert len(found) == 6
    assert _kept() == 1
    assert told(cast.lin.account_id) == ["consent.news.emergency"]


def test_one_proof_of_two_workers_opens_one_of_two_charts(cast):
    fresh, found = proved(cast.chen), []

    def opens(card):
        try:
            found.append(break_glass(fresh, card))
        except Unproved:
            found.append("")

    cards = [cast.town.lin.visit_card, cast.town.wang.visit_card] * 3
    threads = [threading.Thread(target=opens, args=(card,)) for card in cards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([each for each in found if each]) == _kept() == 1


def test_many_in_a_day_are_an_alarm_and_no_refusal(cast, monkeypatch):
    monkeypatch.setattr(breaking, "settings", lambda: settings().model_copy(update={"emergency_alarm": 2}))
    for number in range(4):
        card = (cast.town.lin, cast.town.wang)[number % 2].visit_card
        db.perform(breaking.close_emergency, cast.chen, break_glass(cast.chen, card))
        hands.advance(minutes=1)
    assert told(cast.staff.account_id).count("consent.news.emergency_many") == 2
    hands.advance(hours=24)
    break_glass(cast.chen, cast.town.zhou.visit_card)
    assert told(cast.staff.account_id).count("consent.news.emergency_many") == 2


def test_the_patient_sees_who_and_why_and_may_not_end_it(cast):
    emergency = break_glass(cast.chen, cast.town.lin.visit_card)
    (card,) = db.perform(emergencies.emergencies_of, cast.lin)
    assert (card.id, card.physician.name.zh, card.code, card.reason) == (emergency, "陈立", "unconscious", REASON)
    assert (card.ended, card.verdict, card.name.zh) == ("", "", "")
    assert db.perform(emergencies.emergencies_of, cast.wang) == []
    for somebody in (cast.chen, cast.staff):
        with pytest.raises(Denied):
            db.perform(emergencies.emergencies_of, somebody)
    (own,) = db.perform(emergencies.own_emergencies, cast.chen)
    assert (own.id, own.name.zh) == (emergency, "林秀兰")
    assert db.perform(emergencies.own_emergencies, cast.sun) == []
    for somebody in (cast.lin, cast.staff):
        with pytest.raises(Denied):
            db.perform(emergencies.own_emergencies, somebody)


def test_the_text_is_sealed(cast):
    kept = row(break_glass(cast.chen, cast.town.lin.visit_card))
    hands.advance(hours=5)
    review(cast.staff, kept.id, "unjustified", "病历里没有抢救记录")
    kept = row(kept.id)
    for column in (kept.reason, kept.remark):
        assert column is not None
        assert REASON.encode() not in column
        assert "病历".encode() not in column


def _kept() -> int:
    with db.reading() as session:
        return session.exec(select(func.count()).select_from(Emergency)).one()


def _statements(act) -> list[str]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    return seen
