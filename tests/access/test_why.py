"""Why did you open this? From a ledger line: who may ask whom, what each side sees, an answer owed by a clock."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from health_cloud.access.models import Question
from health_cloud.access.service import answering, asked, overdue, telling
from health_cloud.access.service.ledger import own_ledger
from health_cloud.access.service.ledger_words import LedgerRow
from health_cloud.access.service.why import why_page
from health_cloud.core import changes, clock, db, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.ids import new_id
from health_cloud.core.models import Fact, LedgerLine
from health_cloud.core.policy import Action, Basis, Decision, Role
from health_cloud.core.settings import settings
from health_cloud.followup import service as followup
from health_cloud.identity.models import Account, Guardian
from health_cloud.identity.service import closing
from health_cloud.records.service.reading import list_page
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.prescribing.ward import pharmacist_of
from tests.sharing import Cast, found_cast, granted
from tests.visiting import agreed

WORDS = "我那天没去看病"
ANSWER = "您复诊前我核对了化验结果，方便调药。"
SECOND = timedelta(seconds=1)


@pytest.fixture
def cast(database: Database) -> Cast:
    """Everybody, on a clock that stands still; 陈 has looked at what 林 granted."""
    assert database
    made = found_cast()
    clock.clock.frozen = clock.now()
    granted(made)
    db.perform(list_page, made.chen, made.lin.person_id, "laboratory")
    return made


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """Gather (who, key, link) of what is told, by facts of these questions alone."""
    heard: list[tuple[str, str, str]] = []

    def tell(_session: Session, who: str, key: str, **more: Any) -> None:
        heard.append((who, key, more.get("link", "")))

    monkeypatch.setattr(telling.alerts, "tell", tell)
    monkeypatch.setattr(telling.alerts, "tell_person", tell)
    monkeypatch.setattr(facts, "_subscribers", {})
    for kind, subscriber in telling.SUBSCRIBERS.items():
        facts.subscribe(kind, "word", subscriber)
    return heard


def rows(actor: Actor) -> list[LedgerRow]:
    return [row for day in db.perform(own_ledger, actor).days for row in day.rows]


def looked(actor: Actor) -> LedgerRow:
    """Return the newest line of somebody's looking."""
    return next(row for row in rows(actor) if row.icon == "looked")


def written(person_id: str, action: Action) -> list[LedgerLine]:
    with db.reading() as session:
        chain = LedgerLine.chain == ledger.person_chain(person_id)
        found = session.exec(select(LedgerLine).where(chain, LedgerLine.action == action.value)).all()
        session.expunge_all()
    return list(found)


def questions() -> list[Question]:
    with db.reading() as session:
        found = session.exec(select(Question).order_by(col(Question.id))).all()
        session.expunge_all()
    return list(found)


def ask(actor: Actor, words: str = WORDS) -> str:
    """Ask of the newest line; returns the question's id."""
    line = looked(actor).id
    db.perform(asked.ask_why, actor, line, words)
    return next(row.id for row in questions() if row.line_id == line)


def late() -> None:
    clock.clock.advance(hours=settings().why_hours)


def disabled(actor: Actor) -> None:
    with db.writing() as session:
        session.get_one(Account, actor.account_id).state = "disabled"


def test_a_question_is_asked_owed_and_answered_on_the_line(cast: Cast) -> None:
    assert looked(cast.lin).why_asked.state == "can"
    ask(cast.lin)
    row = looked(cast.lin).why_asked
    assert (row.state, row.asked_at) == ("asked", clock.now().isoformat())
    assert row.due_at == (clock.now() + timedelta(hours=settings().why_hours)).isoformat()
    (owed,), done = db.perform(answering.owed_answers, cast.chen)
    assert (owed.name.zh, owed.what, owed.question, done) == ("林**", "ui.class.laboratory", WORDS, [])
    clock.clock.advance(hours=1)
    db.perform(answering.answer_question, cast.chen, owed.id, f"  {ANSWER} ")
    row = looked(cast.lin).why_asked
    assert (row.state, row.answer, row.by.zh, row.department.zh) == ("answered", ANSWER, "陈立", "内分泌科")
    assert (row.answered_at, row.in_name) == (clock.now().isoformat(), False)
    page = db.perform(why_page, cast.lin, looked(cast.lin).id)
    assert (page.question, page.row.why_asked.answer) == (WORDS, ANSWER)
    owing, (said,) = db.perform(answering.owed_answers, cast.chen)
    assert (owing, said.answer) == ([], ANSWER)


def test_asking_and_answering_are_lines_of_the_ledger_without_a_word_of_them(cast: Cast) -> None:
    question = ask(cast.lin)
    db.perform(answering.answer_question, cast.chen, question, ANSWER)
    (asking,), (answering_,) = (written(cast.lin.person_id, each) for each in (Action.ASK_WHY, Action.ANSWER_WHY))
    assert (asking.actor_account_id, asking.basis) == (cast.lin.account_id, "own")
    assert (answering_.actor_account_id, answering_.basis) == (cast.chen.account_id, "duty")
    assert WORDS not in asking.detail
    assert ANSWER not in answering_.detail
    newest, before = rows(cast.lin)[:2]
    assert (newest.say, newest.who.zh) == ("access.ledger.they.why_answer", "陈立")
    assert (before.say, before.why_asked.state) == ("access.ledger.you.why_ask", "")


def test_words_lie_sealed_and_the_question_may_have_none(cast: Cast) -> None:
    question = ask(cast.lin, "")
    assert questions()[0].question is None
    db.perform(answering.answer_question, cast.chen, question, ANSWER)
    sealed = questions()[0].answer
    assert sealed
    assert ANSWER.encode() not in sealed


@pytest.mark.parametrize("again", [WORDS, "又想起一句"])
def test_asking_twice_is_asking_once(cast: Cast, told: list[Any], again: str) -> None:
    ask(cast.lin)
    ask(cast.lin, again)
    facts.deliver()
    assert [len(questions()), len(written(cast.lin.person_id, Action.ASK_WHY)), len(told)] == [1, 1, 1]
    (owed,), _ = db.perform(answering.owed_answers, cast.chen)
    assert owed.question == WORDS


def test_of_parallel_presses_one_asks(cast: Cast) -> None:
    line = looked(cast.lin).id
    together(8, lambda _: db.perform(asked.ask_why, cast.lin, line, WORDS))
    assert [len(questions()), len(written(cast.lin.person_id, Action.ASK_WHY))] == [1, 1]


def together(count: int, work: Any) -> None:
    start = threading.Barrier(count)

    def one(number: int) -> None:
        start.wait()
        work(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_somebody_elses_line_and_none_are_the_same(cast: Cast) -> None:
    line = looked(cast.lin).id
    heard = []
    for wanted in (line, new_id(), "x", "", "0" * 5000):
        with pytest.raises(NotFound) as refusal:
            db.perform(asked.ask_why, cast.wang, wanted, WORDS)
        heard.append((refusal.value.key, refusal.value.params, refusal.value.person_id))
    assert len({str(each) for each in heard}) == 1
    refused = written(cast.wang.person_id, Action.ASK_WHY)
    assert {(each.outcome, each.reason, each.detail) for each in refused} == {("refused", refusal.value.key, "{}")}
    assert len(refused) == 5
    assert written(cast.lin.person_id, Action.ASK_WHY) == []
    with pytest.raises(NotFound):
        db.perform(why_page, cast.wang, line)
    assert questions() == []


def test_only_what_somebody_at_work_did_see_can_be_asked_about(cast: Cast) -> None:
    db.perform(list_page, cast.lin, cast.lin.person_id, "laboratory")
    with suppress(HealthCloudError):
        db.perform(list_page, cast.sun, cast.lin.person_id, "laboratory")
    states = {row.icon: row.why_asked.state for row in rows(cast.lin)}
    assert (states["you"], states["refused"], states["looked"]) == ("", "", "can")
    refused = next(row for row in rows(cast.lin) if row.icon == "refused")
    with pytest.raises(NotFound):
        db.perform(asked.ask_why, cast.lin, refused.id)


@pytest.mark.parametrize(
    ("role", "action", "basis", "can"),
    [
        (Role.PHYSICIAN, Action.READ_ENTRIES, Basis.TREATMENT, True),
        (Role.PHYSICIAN, Action.OPEN_EMERGENCY, Basis.EMERGENCY, True),
        (Role.PHARMACIST, Action.READ_DOCUMENT, Basis.DUTY, True),
        (Role.STAFF, Action.READ_PROFILE, Basis.DUTY, True),
        (Role.PHYSICIAN, Action.READ_REASON, Basis.DUTY, True),
        (Role.PHYSICIAN, Action.READ_PREPARED, Basis.DUTY, True),
        (Role.PHYSICIAN, Action.READ_TALK, Basis.DUTY, True),
        (Role.PHYSICIAN, Action.READ_FILE, Basis.DUTY, True),
        (Role.PHYSICIAN, Action.READ_NOTE, Basis.DUTY, True),
        (Role.PHYSICIAN, Action.TAKE_TRACE, Basis.DUTY, True),
        (Role.PHYSICIAN, Action.READ_PRESCRIPTION, Basis.DUTY, True),
        (Role.PHARMACIST, Action.REVIEW_PRESCRIPTION, Basis.DUTY, True),
        (Role.PATIENT, Action.READ_TALK, Basis.GUARDIAN, False),
        (Role.PHYSICIAN, Action.WRITE_NOTE, Basis.DUTY, False),
        (Role.PATIENT, Action.READ_ENTRIES, Basis.GUARDIAN, False),
        (Role.SYSTEM, Action.READ_ENTRIES, Basis.DUTY, False),
        (Role.PHYSICIAN, Action.CREATE_REQUEST, Basis.DUTY, False),
        (Role.PHYSICIAN, Action.READ_ENTRIES, Basis.GUARDIAN, False),
    ],
)
def test_on_whatever_ground(cast: Cast, role: Role, action: Action, basis: Basis, can: bool) -> None:
    reader = replace(cast.chen, role=role)

    def write(session: Session, actor: Actor) -> str:
        decision = Decision(allowed=True, basis=basis)
        return ledger.write(session, actor, action, ledger.ALLOWED, person_id=cast.lin.person_id, decision=decision)

    line = db.perform(write, reader)
    if can:
        db.perform(asked.ask_why, cast.lin, line)
        assert [row.line_id for row in questions()] == [line]
    else:
        with pytest.raises(NotFound):
            db.perform(asked.ask_why, cast.lin, line)


def test_a_refusal_on_a_ground_is_no_look(cast: Cast) -> None:
    def write(session: Session, actor: Actor) -> str:
        decision = Decision(allowed=False, basis=Basis.GRANT)
        person = cast.lin.person_id
        return ledger.write(session, actor, Action.READ_ENTRIES, ledger.REFUSED, person_id=person, decision=decision)

    with pytest.raises(NotFound):
        db.perform(asked.ask_why, cast.lin, db.perform(write, cast.chen))


def test_only_whoever_looked_sees_and_answers(cast: Cast) -> None:
    question = ask(cast.lin)
    for stranger in (cast.sun, cast.gao):
        assert db.perform(answering.owed_answers, stranger) == ([], [])
        assert db.perform(answering.answers_waiting, stranger)[0] == 0
        with pytest.raises(NotFound):
            db.perform(answering.answer_question, stranger, question, ANSWER)
    assert [line.outcome for line in written(cast.lin.person_id, Action.ANSWER_WHY)] == ["refused", "refused"]
    for nobody in (
        cast.lin,
        cast.wang,
        replace(cast.chen, role=Role.PHARMACIST),
        replace(cast.staff, role=Role.AUDITOR),
    ):
        for use_case in (answering.owed_answers, answering.desk_answers):
            with pytest.raises(Denied):
                db.perform(use_case, nobody)
        with pytest.raises(Denied):
            db.perform(answering.answer_question, nobody, question, ANSWER)
    assert questions()[0].state == "open"


def test_a_physician_whose_grant_has_ended_answers_and_reads_nothing(cast: Cast) -> None:
    question = ask(cast.lin)
    clock.clock.advance(hours=71)
    with db.writing() as session:
        from health_cloud.consent.models import Grant

        for grant in session.exec(select(Grant)).all():
            grant.ended_at, grant.ended_reason = clock.now(), "revoked"
    db.perform(answering.answer_question, cast.chen, question, ANSWER)
    with pytest.raises(Denied):
        db.perform(list_page, cast.chen, cast.lin.person_id, "laboratory")


def test_the_desk_sees_that_an_answer_is_owed_and_gives_it_only_when_it_is_late(cast: Cast) -> None:
    question = ask(cast.lin)
    (row,) = db.perform(answering.desk_answers, cast.staff)
    assert (row.name.zh, row.reader.zh, row.question, row.may_answer) == ("林**", "陈立", "", False)
    assert db.perform(answering.answers_waiting, cast.staff) == (0, clock.now() + timedelta(hours=72))
    with pytest.raises(Denied):
        db.perform(answering.answer_question, cast.staff, question, ANSWER)
    late()
    (row,) = db.perform(answering.desk_answers, cast.staff)
    assert (row.question, row.may_answer, row.overdue) == (WORDS, True, True)
    assert db.perform(answering.answers_waiting, cast.staff) == (1, None)
    db.perform(answering.answer_question, cast.staff, question, ANSWER)
    why = looked(cast.lin).why_asked
    assert (why.state, why.by.zh, why.in_name) == ("answered", "何佳", True)
    with pytest.raises(Conflict):
        db.perform(answering.answer_question, cast.chen, question, "还是由我自己来说明一下原因。")


def test_the_desk_answers_at_once_for_whoever_cannot(cast: Cast) -> None:
    question = ask(cast.lin)
    disabled(cast.chen)
    (row,) = db.perform(answering.desk_answers, cast.staff)
    assert (row.disabled, row.may_answer, row.question) == (True, True, WORDS)
    assert db.perform(answering.answers_waiting, cast.staff)[0] == 1
    db.perform(answering.answer_question, cast.staff, question, ANSWER)
    assert looked(cast.lin).why_asked.in_name


def test_of_a_pharmacists_review_the_desk_answers_at_once(cast: Cast, told: list[tuple[str, str, str]]) -> None:
    def write(session: Session, actor: Actor) -> tuple[str, Actor]:
        pharmacist = pharmacist_of(session, cast.town.organization_id)
        decision = Decision(allowed=True, basis=Basis.DUTY)
        given = {"person_id": cast.lin.person_id, "decision": decision}
        return ledger.write(session, pharmacist, Action.REVIEW_PRESCRIPTION, ledger.ALLOWED, **given), pharmacist

    line, pharmacist = db.perform(write, COMMAND_LINE)
    db.perform(asked.ask_why, cast.lin, line, WORDS)
    facts.deliver()
    assert told == [(pharmacist.account_id, "access.news.asked_beside", "")]
    (row,) = db.perform(answering.desk_answers, cast.staff)
    assert (row.what, row.question, row.may_answer) == ("access.owed.what.prescription", WORDS, True)
    assert (row.disabled, row.without_screen, row.reader.zh) == (False, True, "许静")
    assert db.perform(answering.answers_waiting, cast.staff)[0] == 1
    db.perform(answering.answer_question, cast.staff, row.id, ANSWER)
    assert db.perform(why_page, cast.lin, line).row.why_asked.answer == ANSWER


def test_what_of_a_follow_up_was_read_stands_with_the_question(cast: Cast) -> None:
    visit = agreed(cast.chen, cast.lin, 5)
    db.perform(followup.todays_queue, cast.chen)
    (line,) = written(cast.lin.person_id, Action.READ_REASON)
    db.perform(asked.ask_why, cast.lin, line.id, "")
    (row,), _ = db.perform(answering.owed_answers, cast.chen)
    assert (row.what, bool(visit)) == ("access.owed.what.reason", True)


def test_staff_of_another_hospital_see_and_do_nothing(cast: Cast) -> None:
    question = ask(cast.lin)
    late()
    assert db.perform(answering.desk_answers, cast.other_staff) == []
    assert db.perform(answering.answers_waiting, cast.other_staff) == (0, None)
    with pytest.raises(NotFound) as theirs:
        db.perform(answering.answer_question, cast.other_staff, question, ANSWER)
    with pytest.raises(NotFound) as none:
        db.perform(answering.answer_question, cast.other_staff, new_id(), ANSWER)
    assert (theirs.value.key, theirs.value.params) == (none.value.key, none.value.params)


def test_the_same_answer_twice_is_one_and_another_is_refused(cast: Cast, told: list[Any]) -> None:
    question = ask(cast.lin)
    for _ in range(2):
        db.perform(answering.answer_question, cast.chen, question, ANSWER)
    with pytest.raises(Conflict):
        db.perform(answering.answer_question, cast.chen, question, "想改一下，其实是另一个原因。")
    facts.deliver()
    assert looked(cast.lin).why_asked.answer == ANSWER
    assert len(written(cast.lin.person_id, Action.ANSWER_WHY)) == 1
    assert [key for _, key, _ in told].count("access.news.answered") == 1


def test_reader_and_desk_at_once_give_one_answer(cast: Cast) -> None:
    question = ask(cast.lin)
    late()
    outcomes: list[str] = []

    def answer(number: int) -> None:
        try:
            db.perform(answering.answer_question, (cast.chen, cast.staff)[number % 2], question, f"{ANSWER}{number}")
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")

    together(6, answer)
    assert sorted(outcomes) == ["conflict"] * 5 + ["done"]
    assert len(written(cast.lin.person_id, Action.ANSWER_WHY)) == 1


@pytest.mark.parametrize(("words", "field"), [("问" * 301, "question"), (None, "question"), ({"a": 1}, "question")])
def test_a_question_that_is_none(cast: Cast, words: object, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        db.perform(asked.ask_why, cast.lin, looked(cast.lin).id, words)
    assert refusal.value.field == field
    assert questions() == []
    db.perform(asked.ask_why, cast.lin, looked(cast.lin).id, "问" * 300)


@pytest.mark.parametrize("words", ["", " " * 20, "短" * 9, "长" * 501, None, ["十个字以上十个字以上"]])
def test_an_answer_that_is_none(cast: Cast, words: object) -> None:
    question = ask(cast.lin)
    with pytest.raises(Invalid) as refusal:
        db.perform(answering.answer_question, cast.chen, question, words)
    assert refusal.value.field == "answer"
    assert questions()[0].state == "open"
    for fine in ("刚" * 10, "刚" * 500):
        with suppress(Conflict):
            db.perform(answering.answer_question, cast.chen, question, fine)


def test_a_flood_of_questions_has_an_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_A_DAY_AT_MOST", 2)
    for _ in range(2):
        db.perform(list_page, cast.chen, cast.lin.person_id, "laboratory")
        ask(cast.lin)
    db.perform(list_page, cast.chen, cast.lin.person_id, "laboratory")
    with pytest.raises(Invalid):
        ask(cast.lin)
    clock.clock.advance(hours=24)
    clock.clock.advance(seconds=1)
    ask(cast.lin)
    assert len(questions()) == 3


def test_late_to_the_second_noted_once_and_told_to_both(cast: Cast, told: list[tuple[str, str, str]]) -> None:
    ask(cast.lin)
    clock.clock.offset += timedelta(hours=settings().why_hours) - SECOND
    assert (looked(cast.lin).why_asked.state, overdue.note_overdue()) == ("asked", 0)
    clock.clock.offset += SECOND
    assert looked(cast.lin).why_asked.state == "overdue"
    facts.deliver()
    told.clear()
    assert [overdue.note_overdue(), overdue.note_overdue()] == [1, 0]
    facts.deliver()
    link = f"/ledger/why/{looked(cast.lin).id}"
    assert told == [
        (cast.lin.person_id, "access.news.overdue", link),
        (cast.chen.account_id, "access.news.owed", "/physician/questions"),
    ]
    assert len(written(cast.lin.person_id, Action.OWE_ANSWER)) == 1
    db.perform(answering.answer_question, cast.chen, questions()[0].id, ANSWER)
    assert looked(cast.lin).why_asked.state == "answered"


def test_several_workers_note_each_late_answer_once(cast: Cast) -> None:
    for _ in range(5):
        db.perform(list_page, cast.chen, cast.lin.person_id, "laboratory")
        ask(cast.lin)
    late()
    noted: list[int] = []
    together(4, lambda _: noted.append(overdue.note_overdue()))
    assert sum(noted) == 5
    assert len(written(cast.lin.person_id, Action.OWE_ANSWER)) == 5
    with db.reading() as session:
        assert len(session.exec(select(Fact).where(Fact.kind == overdue.OVERDUE)).all()) == 5


def test_a_worker_that_dies_midway_leaves_nothing_half(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(cast.lin)
    late()
    with monkeypatch.context() as patched:

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(overdue, "tell_screens", die)
        with pytest.raises(KeyboardInterrupt):
            overdue.note_overdue()
    assert written(cast.lin.person_id, Action.OWE_ANSWER) == []
    assert questions()[0].overdue_at is None
    assert overdue.note_overdue() == 1


def test_what_was_answered_in_time_is_never_late(cast: Cast) -> None:
    db.perform(answering.answer_question, cast.chen, ask(cast.lin), ANSWER)
    late()
    assert (overdue.note_overdue(), looked(cast.lin).why_asked.state) == (0, "answered")


def test_word_to_each_side_names_nobody(cast: Cast, told: list[tuple[str, str, str]]) -> None:
    question = ask(cast.lin)
    facts.deliver()
    assert told == [(cast.chen.account_id, "access.news.asked", "/physician/questions")]
    told.clear()
    db.perform(answering.answer_question, cast.chen, question, ANSWER)
    facts.deliver()
    assert told == [(cast.lin.person_id, "access.news.answered", f"/ledger/why/{looked(cast.lin).id}")]


def test_every_screen_concerned_is_told_and_no_chart(cast: Cast) -> None:
    heard: set[str] = set()
    stop = changes.listen(heard.update)
    try:
        question = ask(cast.lin)
        db.perform(answering.answer_question, cast.chen, question, ANSWER)
    finally:
        stop()
    wanted = {
        asked.why_topic(cast.lin.person_id),
        asked.owed_topic(cast.chen.account_id),
        asked.desk_topic(cast.staff.organization_id),
    }
    assert wanted <= heard
    assert f"person:{cast.lin.person_id}" not in heard
    assert wanted & set(db.perform(own_ledger, cast.lin).topics)


@pytest.mark.parametrize("levels", ["read", "read,decide"])
def test_a_guardian_asks_who_may_decide(cast: Cast, told: list[tuple[str, str, str]], levels: str) -> None:
    with db.writing() as session:
        session.add(
            Guardian(
                person_id=cast.lin.person_id,
                guardian_id=cast.wang.person_id,
                relation="child",
                levels=levels,
                state="living",
                from_at=clock.now(),
                until_at=clock.now() + timedelta(days=300),
                proof="desk",
                created_at=clock.now(),
            )
        )
    line = looked(cast.lin).id
    guardian = replace(cast.wang, for_person_id=cast.lin.person_id)
    if levels == "read":
        with pytest.raises(Denied):
            db.perform(asked.ask_why, guardian, line)
        return
    db.perform(asked.ask_why, guardian, line)
    assert looked(cast.lin).why_asked.state == "asked"
    db.perform(answering.answer_question, cast.chen, questions()[0].id, ANSWER)
    facts.deliver()
    assert [(who, key) for who, key, _ in told] == [
        (cast.lin.person_id, "access.news.answered"),
        (cast.wang.account_id, "access.news.answered_for"),
    ]


def test_words_go_with_the_account_and_answers_stay(cast: Cast) -> None:
    db.perform(answering.answer_question, cast.chen, ask(cast.lin), ANSWER)
    db.perform(list_page, cast.chen, cast.lin.person_id, "laboratory")
    ask(cast.lin)
    for _ in range(2):
        with db.writing() as session:
            telling.forget_questions(session, {"account": cast.lin.account_id, "fact_id": "f"})
    (left,) = questions()
    assert (left.state, left.question, left.asker_account_id) == ("answered", None, "")
    assert left.answer
    assert db.perform(answering.owed_answers, cast.chen)[0] == []


def test_an_account_with_questions_can_be_erased(cast: Cast) -> None:
    ask(cast.lin)
    db.perform(closing.close_account, cast.lin)
    clock.clock.advance(days=settings().closing_days)
    assert db.perform(closing.erase_due, replace(COMMAND_LINE, role=Role.SYSTEM)) == 1


def test_nothing_is_asked_for_the_dead(cast: Cast) -> None:
    ask(cast.lin)
    with db.writing() as session:
        telling.end_questions(session, {"person": cast.lin.person_id, "fact_id": "f"})
    assert questions() == []


def test_names_are_masked() -> None:
    from health_cloud.core.words import Words

    assert answering.masked(Words("林秀兰", "Xiulan Lin")) == Words("林**", "X. L.")
    assert answering.masked(Words("", "")) == Words("", "")
    assert answering.masked(Words("李", "")) == Words("李", "")
