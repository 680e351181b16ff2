"""The review of emergencies (R13): by somebody else, within 72 hours, and what came late stays late."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from health_cloud.access.service.ledger import own_ledger
from health_cloud.access.service.reading import chart_page, granted_list
from health_cloud.chart.service import open_chart
from health_cloud.consent.service import breaking, emergencies, emergency_ends, reviewing
from health_cloud.core import clock, db
from health_cloud.core.clock import clock as hands
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.i18n import texts
from health_cloud.core.policy import Action, Role
from health_cloud.identity.models import Account
from health_cloud.notify.models import News
from tests.consent.emergencies import REASON, break_glass, lines, proved, review, row, told
from tests.databases import Database
from tests.sharing import Cast, _account, found_cast


@pytest.fixture
def cast(database: Database) -> Cast:
    assert database
    return found_cast()


@pytest.fixture
def closed(cast: Cast) -> str:
    """Return an emergency in which 陈 has read a list, and that is over."""
    emergency = break_glass(cast.chen, cast.town.lin.visit_card, hours=1)
    db.perform(chart_page, cast.chen, emergency)
    db.perform(granted_list, cast.chen, emergency, "laboratory")
    db.perform(granted_list, cast.chen, emergency, "laboratory")
    db.perform(granted_list, cast.chen, emergency, "prescriptions")
    db.perform(breaking.close_emergency, cast.chen, emergency)
    return emergency


def test_the_reviewer_sees_who_why_when_and_how_much_and_no_record(cast, closed):
    (waiting,) = db.perform(reviewing.waiting_reviews, cast.staff)
    assert (waiting.id, waiting.physician.name.zh, waiting.code) == (closed, "陈立", "unconscious")
    assert (waiting.reason, waiting.name.zh) == ("", ""), "no patient and no free text in a list"
    page = db.perform(reviewing.review_page, cast.staff, closed)
    assert (page.emergency.reason, page.emergency.name.zh, page.emergency.ended) == (REASON, "林秀兰", "closed")
    assert [(each.record_class, each.looks, each.shown) for each in page.classes] == [
        ("laboratory", 2, 2),
        ("prescriptions", 1, 1),
    ]
    done = db.perform(reviewing.done_in_emergency, cast.staff, closed)
    assert [line.act for line in done] == ["opened", "counted", "looked", "looked", "looked", "closed"]
    assert [line.shown for line in done] == [0, 0, 2, 2, 1, 0]
    assert len(lines(cast.lin.person_id, Action.READ_EMERGENCY)) == 1, "the patient reads that somebody looked"
    assert db.perform(reviewing.waiting_count, cast.staff) == 1


def test_what_was_read_on_another_ground_is_not_this_review(cast, closed):
    again = break_glass(cast.chen, cast.town.lin.visit_card)
    db.perform(granted_list, cast.chen, again, "laboratory")
    classes = db.perform(reviewing.review_page, cast.staff, closed).classes
    assert [each.looks for each in classes] == [2, 1]
    assert [each.looks for each in db.perform(reviewing.review_page, cast.staff, again).classes] == [1]


def test_it_is_decided_once_and_told(cast, closed):
    review(cast.staff, closed, "unjustified", "没有抢救记录")
    for verdict in ("justified", "unjustified"):
        with pytest.raises(Conflict):
            review(cast.staff, closed, verdict, "再来一次")
    kept = row(closed)
    assert (kept.verdict, kept.reviewer_account_id) == ("unjustified", cast.staff.account_id)
    assert told(cast.lin.account_id)[-1] == "consent.news.emergency_unjustified"
    assert told(cast.chen.account_id)[-1] == "consent.news.emergency_unjustified_yours"
    (card,) = db.perform(emergencies.emergencies_of, cast.lin)
    assert (card.verdict, card.remark, card.late) == ("unjustified", "没有抢救记录", False)
    (own,) = db.perform(emergencies.own_past, cast.chen)
    assert (own.remark, own.reason, own.name.zh) == ("没有抢救记录", "", "")
    assert db.perform(reviewing.waiting_reviews, cast.staff) == []
    assert [each.id for each in db.perform(reviewing.done_reviews, cast.staff)] == [closed]
    (line,) = lines(cast.lin.person_id, Action.REVIEW_EMERGENCY)
    facts = json.loads(line.detail)
    assert (facts["verdict"], facts["late"]) == ("unjustified", 0)


def test_the_ledger_says_why_and_what_was_found(cast, closed):
    review(cast.staff, closed)
    rows = [line for day in db.perform(own_ledger, cast.lin).days for line in day.rows]
    said = {line.say: line.why for line in rows}
    assert said["access.ledger.they.emergency_open"] == "access.emergency.code.unconscious"
    assert said["access.ledger.they.emergency_review"] == "access.emergency.verdict.justified"
    assert "access.ledger.they.unknown" not in said
    assert set(said.values()) - {""} <= set(texts())


@pytest.mark.parametrize("who", ["chen", "sun", "gao", "lin"])
def test_only_staff_review(cast, closed, who):
    somebody = getattr(cast, who)
    for use_case in (reviewing.review_page, reviewing.done_in_emergency):
        with pytest.raises(Denied):
            db.perform(use_case, somebody, closed)
    for use_case in (reviewing.waiting_reviews, reviewing.done_reviews, reviewing.waiting_count):
        with pytest.raises(Denied):
            db.perform(use_case, somebody)
    with pytest.raises(Denied):
        review(somebody, closed)
    assert row(closed).verdict == ""


def test_another_hospitals_staff_find_nothing(cast, closed):
    for use_case in (reviewing.review_page, reviewing.done_in_emergency):
        with pytest.raises(NotFound):
            db.perform(use_case, cast.other_staff, closed)
    with pytest.raises(NotFound):
        review(cast.other_staff, closed)
    assert db.perform(reviewing.waiting_reviews, cast.other_staff) == []
    assert db.perform(reviewing.waiting_count, cast.other_staff) == 0


def test_never_by_the_same_human_being(cast, closed):
    """The physician's own account turned staff, another account of theirs, and the patient who works at the desk."""
    with db.writing() as session:
        doctor = session.get_one(Account, cast.chen.account_id)
        twin = _account(session, Role.STAFF, "陈立", cast.town.organization_id, doctor.practitioner_id or "")
    same = (replace(cast.chen, role=Role.STAFF), twin, replace(cast.staff, account_id=cast.lin.account_id))
    for somebody in same:
        with pytest.raises(Denied) as caught:
            review(somebody, closed)
        assert caught.value.key == "consent.error.review_own"
    assert db.perform(reviewing.review_page, twin, closed).own
    assert not db.perform(reviewing.review_page, cast.staff, closed).own
    assert row(closed).verdict == ""
    assert [line.outcome for line in lines(cast.lin.person_id, Action.REVIEW_EMERGENCY)] == ["refused"] * 3


def test_a_fresh_proof_and_a_whole_answer(cast, closed):
    with pytest.raises(Unproved):
        review(proved(cast.staff, timedelta(hours=1)), closed)
    for verdict, remark, field in (
        ("", "", "verdict"),
        ("maybe", "", "verdict"),
        (["justified"], "", "verdict"),
        ("unjustified", "", "remark"),
        ("unjustified", "   ", "remark"),
        ("justified", "长" * 301, "remark"),
        ("justified", 7, "remark"),
    ):
        with pytest.raises(Invalid) as caught:
            review(cast.staff, closed, verdict, remark)
        assert caught.value.field == field
    assert row(closed).verdict == ""
    review(proved(cast.staff), closed)


def test_not_while_it_is_open(cast):
    emergency = break_glass(cast.chen, cast.town.lin.visit_card, hours=1)
    with pytest.raises(Conflict):
        review(cast.staff, emergency)
    hands.advance(hours=1)
    review(cast.staff, emergency)


def test_overdue_is_said_once_and_stays_for_ever(cast, closed):
    hands.advance(hours=70)
    later = break_glass(proved(cast.sun), cast.town.wang.visit_card)
    hands.reset()
    due = row(closed).review_due_at
    hands.frozen = due - timedelta(seconds=1)
    assert emergency_ends.note_overdue() == 0
    assert not db.perform(reviewing.waiting_reviews, cast.staff)[0].late
    hands.frozen = due
    first, second = db.perform(reviewing.waiting_reviews, cast.staff)
    assert ((first.id, first.late), (second.id, second.late)) == ((closed, True), (later, False))
    counted: list[int] = []
    threads = [threading.Thread(target=lambda: counted.append(emergency_ends.note_overdue())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counted) == 1
    assert told(cast.staff.account_id).count("consent.news.emergency_overdue") == 1
    assert len(lines(cast.lin.person_id, Action.MISS_REVIEW)) == 1
    hands.advance(hours=1)
    review(cast.staff, closed)
    assert emergency_ends.note_overdue() == 0
    hands.advance(hours=24 * 30)
    (done,) = db.perform(reviewing.done_reviews, cast.staff)
    assert (done.late, done.verdict) == (True, "justified")
    assert db.perform(emergencies.emergencies_of, cast.lin)[0].late
    assert json.loads(lines(cast.lin.person_id, Action.REVIEW_EMERGENCY)[0].detail)["late"] == 1


def test_two_reviewers_at_once_one_verdict(cast, closed):
    with db.writing() as session:
        other = _account(session, Role.STAFF, "许宁", cast.town.organization_id)
    found: list[str] = []

    def decides(staff, verdict):
        try:
            review(staff, closed, verdict, "看过了")
            found.append(verdict)
        except Conflict:
            found.append("")

    given = [(cast.staff, "justified"), (other, "unjustified")] * 3
    threads = [threading.Thread(target=decides, args=each) for each in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    decided = [each for each in found if each]
    assert decided == [row(closed).verdict]
    assert len(lines(cast.lin.person_id, Action.REVIEW_EMERGENCY)) == 1


def test_all_words_are_there(cast, closed):
    """Each line of an inbox is a text of ours."""
    for _ in range(5):
        break_glass(cast.sun, "V999999")
    hands.advance(hours=73)
    emergency_ends.note_overdue()
    review(cast.staff, closed, "unjustified", "没有抢救记录")
    with db.reading() as session:
        keys = set(session.exec(select(News.key)).all())
    assert {"consent.news.emergency_guessing", "consent.news.emergency_overdue"} <= keys
    assert keys <= set(texts())
    assert {f"access.emergency.code.{code}" for code in breaking.CODES} <= set(texts())


def test_a_reviewers_look_is_no_read_of_the_chart(cast, closed):
    db.perform(reviewing.review_page, cast.staff, closed)

    def read(session, actor):
        with open_chart(session, actor, cast.lin.person_id) as chart:
            return chart.latest()

    with pytest.raises(Denied):
        db.perform(read, cast.staff)
    assert clock.now() < row(closed).review_due_at
