"""Questions on past visits: who may ask, who reads and answers, by when, and what is erased."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from health_cloud.core import db, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.followup import service
from health_cloud.followup.models import DayOff, VisitQuestion
from health_cloud.followup.service import answering, asking, asking_times, keeping, telling
from health_cloud.followup.service.ending import cancel_appointments
from health_cloud.identity.models import Account, Practitioner
from health_cloud.notify.service import inbox
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.sharing import LONG_FRESH, Cast, found_cast, guardian_of
from tests.visiting import agreed

ASKED = "药饭前吃还是饭后吃？"
SAID = "早上血糖 7.5"


def _ended(cast: Cast) -> str:
    visit = agreed(cast.chen, cast.lin, 5)
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    db.perform(service.say_in_visit, cast.lin, visit, "0b9f3a9e-6a0e-4a53-9d4a-5a6d0f3a7c11", SAID)
    db.perform(service.end_visit, cast.chen, visit)
    return visit


def _ask(actor: Actor, visit: str, text: object = ASKED, follows: object = "") -> str:
    db.perform(asking.ask_team, actor, visit, text, follows)
    return db.perform(asking.questions_of, actor, visit)[0].questions[-1].id


def _of(actor: Actor, visit: str):
    return db.perform(asking.questions_of, actor, visit)[0]


def _owed(actor: Actor) -> list[str]:
    return [row.id for row in db.perform(answering.owed_questions, actor)[0]]


def _colleague(cast: Cast) -> Actor:
    """Return another physician of 陈's department."""
    return db.perform(_hired, COMMAND_LINE, cast)


def _hired(session: Session, _: Actor, cast: Cast) -> Actor:
    chen = session.get_one(Practitioner, cast.town.doctors["chen"])
    other = Practitioner(**chen.model_dump(exclude={"id"}) | {"name_zh": "李青", "source_id": "qing"})
    session.add(other)
    session.flush()
    account = Account(
        role=Role.PHYSICIAN.value,
        login="qing",
        name_zh="李青",
        organization_id=cast.town.organization_id,
        practitioner_id=other.id,
        state="active",
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return Actor(account.id, Role.PHYSICIAN, "", cast.town.organization_id, other.id, proved_at=LONG_FRESH)


def _lines(person_id: str) -> list[tuple[str, str]]:
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(person_id)
        lines = session.exec(select(LedgerLine).where(own).order_by(col(LedgerLine.seq))).all()
        ours = [each for each in lines if each.action.startswith("followup:question")]
        return [(each.action.rpartition(":")[2], each.actor_account_id) for each in ours]


def test_asked_read_and_answered(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 5)
    assert _of(cast.lin, visit).may == "not_yet"
    with pytest.raises(Conflict):
        _ask(cast.lin, visit)
    visit = _ended(cast)
    page = _of(cast.lin, visit)
    assert (page.may, page.left, page.answer_days, page.emergency) == ("yes", 3, 2, "120")
    question = _ask(cast.lin, visit)
    assert _ask(cast.lin, visit) == question, "the same words twice are one question"
    assert _owed(cast.chen) == [question]
    shown, _, _ = db.perform(answering.team_question, cast.chen, question)
    assert (shown.may, shown.asked.text, [line.text for line in shown.talk]) == ("take", ASKED, [SAID])
    db.perform(answering.take_question, cast.chen, question)
    assert _of(cast.lin, visit).questions[0].taken
    for _ in range(2):
        db.perform(answering.answer_question, cast.chen, question, "text", "饭后吃")
    (card,) = _of(cast.lin, visit).questions
    assert (card.state, card.answer, card.answered_by.zh, card.may_follow) == ("answered", "饭后吃", "陈立", True)
    assert _owed(cast.chen) == []
    lin, chen = cast.lin.account_id, cast.chen.account_id
    told = _lines(cast.lin.person_id)
    assert [each for each in told if each[1] == chen] == [
        ("read", chen),  # named in the list of what is owed
        ("read", chen),
        ("answer", chen),
        ("answer", chen),
    ]
    assert [each for each in told if each[1] == lin] == [("ask", lin), ("read", lin)]


def test_once_more_after_an_answer_and_no_more(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    question = _ask(cast.lin, visit)
    with pytest.raises(Conflict):
        _ask(cast.lin, visit, "没有回答就追问", question)
    db.perform(answering.answer_question, cast.chen, question, "text", "饭后吃")
    _ask(cast.lin, visit, "忘了一次怎么办", question)
    first, further = _of(cast.lin, visit).questions
    assert (first.may_follow, further.further, further.may_follow) == (False, True, False)
    db.perform(answering.answer_question, cast.chen, further.id, "book", "")
    assert _of(cast.lin, visit).questions[1].kind == "book"
    for follows in (question, further.id):
        with pytest.raises(Conflict):
            _ask(cast.lin, visit, "还想再问一次", follows)
    for follows in ("x", 7, visit):
        with pytest.raises(NotFound):
            _ask(cast.lin, visit, "问别人的回答", follows)


def test_the_hospital_says_for_how_long_and_how_often(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    for somebody in (cast.lin, cast.chen):
        with pytest.raises(Denied):
            db.perform(asking_times.set_asking, somebody, "1", "1")
    for days, answer_days in (("91", "2"), ("x", "2"), ("3", "0"), ("-1", "2")):
        with pytest.raises(Invalid):
            db.perform(asking_times.set_asking, cast.staff, days, answer_days)
    db.perform(asking_times.set_asking, cast.staff, "0", "2")
    assert _of(cast.lin, visit).may == "off"
    with pytest.raises(Conflict):
        _ask(cast.lin, visit)
    db.perform(asking_times.set_asking, cast.staff, "3", "2")
    for number in range(3):
        _ask(cast.lin, visit, f"第 {number} 个问题")
    assert (_of(cast.lin, visit).may, _of(cast.lin, visit).left) == ("full", 0)
    with pytest.raises(Conflict):
        _ask(cast.lin, visit, "第四个问题")
    clock.offset += timedelta(days=3, seconds=1)
    assert _of(cast.lin, visit).may == "late"
    with pytest.raises(Conflict):
        _ask(cast.lin, visit, "太晚的问题")
    for words in ("", "  药？ ", 7, None, "长" * 1001):
        with pytest.raises(Invalid):
            _ask(cast.lin, visit, words)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        pytest.param("2026-11-25T10:00:00+08:00", "2026-11-28T00:00:00+08:00", id="wednesday-to-friday"),
        pytest.param("2026-11-27T23:59:00+08:00", "2026-12-02T00:00:00+08:00", id="friday-night-over-the-weekend"),
        pytest.param("2026-11-28T10:00:00+08:00", "2026-12-02T00:00:00+08:00", id="saturday"),
        pytest.param("2026-12-30T10:00:00+08:00", "2027-01-05T00:00:00+08:00", id="over-a-holiday"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(database: Database, now: str, until: str):
    cast = found_cast()
    clock.offset += datetime.fromisoformat(now) - clock.now()
    with db.writing() as session:
        session.add(
            DayOff(organization_id=cast.town.organization_id, day="2027-01-01", name="元旦", created_at=clock.now())
        )
        session.flush()
        due = asking.due_at(session, cast.town.organization_id, asking.SHIPPED)
    assert due == datetime.fromisoformat(until)


def test_nobody_else_asks_reads_answers_or_learns_of_it(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    question = _ask(cast.lin, visit)
    for somebody in (cast.wang, cast.chen, cast.staff):
        with pytest.raises((NotFound, Denied)):
            _of(somebody, visit)
        with pytest.raises((NotFound, Denied)):
            db.perform(asking.ask_team, somebody, visit, ASKED)
    for somebody in (cast.sun, cast.gao):
        assert _owed(somebody) == []
    for somebody in (cast.sun, cast.gao, cast.lin, cast.staff):
        for act, given in (
            (answering.team_question, ()),
            (answering.look_at_question, ()),
            (answering.take_question, ()),
            (answering.leave_question, ()),
            (answering.answer_question, ("text", "别人的回答")),
        ):
            with pytest.raises((NotFound, Denied)):
                db.perform(act, somebody, question, *given)
    for odd in ("x", 7, None, visit):
        with pytest.raises(NotFound):
            db.perform(answering.team_question, cast.chen, odd)
    for kind, words in (("x", "回答"), (7, "回答"), ("text", " "), ("text", "长" * 1001)):
        with pytest.raises(Invalid):
            db.perform(answering.answer_question, cast.chen, question, kind, words)


def test_a_guardian_who_books_asks_and_one_who_reads_does_not(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    books, reads = (guardian_of(cast.lin.person_id, levels=levels) for levels in ("read,book", "read,decide"))
    books, reads = (replace(each, for_person_id=cast.lin.person_id) for each in (books, reads))
    question = _ask(books, visit)
    with db.reading() as session:
        assert session.get_one(VisitQuestion, question).speaker_id == books.person_id
    for act in (lambda: _of(reads, visit), lambda: _ask(reads, visit)):
        with pytest.raises(Denied):
            act()


def test_a_colleague_of_the_department_answers_and_two_do_not(database: Database):
    cast = found_cast()
    qing, visit = _colleague(cast), _ended(cast)
    question = _ask(cast.lin, visit)
    assert _owed(qing) == [question]
    db.perform(answering.take_question, qing, question)
    (row,) = db.perform(answering.owed_questions, cast.chen)[0]
    assert (row.taken, row.taken_by.zh) == ("other", "李青")
    for act, given in ((answering.take_question, ()), (answering.answer_question, ("text", "饭后吃"))):
        with pytest.raises(Conflict):
            db.perform(act, cast.chen, question, *given)
    clock.offset += answering.TAKEN_FOR
    db.perform(answering.take_question, cast.chen, question)
    db.perform(answering.leave_question, cast.chen, question)
    won: list[str] = []
    lost: list[str] = []

    def answer(actor: Actor, words: str) -> None:
        try:
            db.perform(answering.answer_question, actor, question, "text", words)
            won.append(words)
        except HealthCloudError:
            lost.append(words)

    threads = [threading.Thread(target=answer, args=each) for each in ((cast.chen, "饭后吃"), (qing, "饭前吃"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 1)
    assert _of(cast.lin, visit).questions[0].answer == won[0]
    page, _, _ = db.perform(answering.team_question, qing, question)
    assert page.may == "done"
    clock.offset += timedelta(days=2)
    seen = cast.chen if won[0] == "饭后吃" else qing
    assert db.perform(answering.team_question, seen, question)[0].may == "done"
    if seen is cast.chen:
        with pytest.raises(NotFound):
            db.perform(answering.team_question, qing, question)


def test_words_lie_sealed(database: Database):
    cast = found_cast()
    question = _ask(cast.lin, _ended(cast))
    db.perform(answering.answer_question, cast.chen, question, "text", "饭后吃")
    with db.reading() as session:
        row = session.get_one(VisitQuestion, question)
        assert row.text is not None
        assert row.answer is not None
        assert ASKED.encode() not in row.text
        assert "饭后吃".encode() not in row.answer


def test_late_is_noted_once_and_said_to_both_sides_and_the_desk(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    question = _ask(cast.lin, visit)
    assert asking_times.note_overdue() == 0
    assert db.perform(asking_times.asking_times, cast.staff)[0].late == ()
    clock.offset += timedelta(days=6)
    assert _of(cast.lin, visit).questions[0].overdue, "by the clock, not by the job"
    assert (asking_times.note_overdue(), asking_times.note_overdue()) == (1, 0)
    assert [what for what, _ in _lines(cast.lin.person_id)] == ["ask", "owe"]
    (late,) = db.perform(asking_times.asking_times, cast.staff)[0].late
    assert (late.id, late.physician.zh) == (question, "陈立")
    assert db.perform(asking_times.asking_times, cast.other_staff)[0].late == ()
    assert db.perform(answering.owed_questions, cast.chen)[0][0].overdue
    db.perform(answering.answer_question, cast.chen, question, "text", "饭后吃")
    assert db.perform(asking_times.asking_times, cast.staff)[0].late == ()


def test_each_side_is_told_and_a_guardian_who_books(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    guardian = guardian_of(cast.lin.person_id, levels="read,book")
    question = _ask(cast.lin, visit)
    payload = {"question": question, "fact_id": "x"}

    def told(kind: str) -> dict[str, list[str]]:
        with db.writing() as session:
            telling.SUBSCRIBERS[kind](session, payload)
        people = {"lin": cast.lin, "chen": cast.chen, "guardian": guardian, "staff": cast.staff, "wang": cast.wang}
        return {name: [each.key for each in db.perform(inbox.look, actor)] for name, actor in people.items()}

    late = told(asking.ASKED) and told(asking_times.OVERDUE)
    assert {name: keys[:1] for name, keys in late.items()} == {
        "lin": ["followup.news.answer_late"],
        "chen": ["followup.news.question_late"],
        "guardian": ["followup.news_of.answer_late"],
        "staff": ["followup.news.desk_late"],
        "wang": [],
    }
    assert late["chen"][1:] == ["followup.news.question"]
    db.perform(answering.answer_question, cast.chen, question, "text", "饭后吃")
    answered = told(asking.WAS_ANSWERED)
    assert (answered["lin"][0], answered["guardian"][0]) == ("followup.news.answered", "followup.news_of.answered")
    assert told(asking_times.OVERDUE) == answered, "what was answered meanwhile is not late"


def test_nobody_waits_any_more_when_the_account_ends(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    question = _ask(cast.lin, visit)
    with db.writing() as session:
        cancel_appointments(session, {"person": cast.lin.person_id, "fact_id": "x"})
    assert _owed(cast.chen) == []
    with pytest.raises(Conflict):
        db.perform(answering.answer_question, cast.chen, question, "text", "饭后吃")


def test_it_is_erased_with_the_talk_after_three_years(database: Database):
    cast = found_cast()
    _ask(cast.lin, _ended(cast))
    facts.deliver()
    clock.offset += timedelta(days=3 * 365 - 1)
    keeping.erase_due()
    with db.reading() as session:
        assert len(session.exec(select(VisitQuestion)).all()) == 1
    clock.offset += timedelta(days=3)
    keeping.erase_due()
    with db.reading() as session:
        assert session.exec(select(VisitQuestion)).all() == []


def test_whoever_sees_a_name_in_the_list_leaves_one_line_a_day(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    _ask(cast.lin, visit)
    colleague = _colleague(cast)

    def lines() -> int:
        with db.reading() as session:
            said = (
                LedgerLine.chain == f"person:{cast.lin.person_id}",
                LedgerLine.action == Action.READ_QUESTION.value,
                LedgerLine.actor_account_id == colleague.account_id,
            )
            return len(session.exec(select(LedgerLine).where(*said)).all())

    assert _owed(colleague)
    _owed(colleague)
    assert lines() == 1
    clock.advance(hours=25)
    _owed(colleague)
    assert lines() == 2
