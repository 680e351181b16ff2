"""Proving who one is: R1, one mistake, equal pages, and what never becomes a question."""

from __future__ import annotations

import pytest
from sqlmodel import select

from health_cloud.core import db
from health_cloud.core.actors import NOBODY
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.identity.models import Person
from health_cloud.identity.service import accounts, activation, verification
from health_cloud.identity.service.accounts import Named
from health_cloud.visibility.models import Policy, Rule
from tests.people import (
    COMMAND_LINE,
    STRANGER,
    Town,
    answer_truly,
    at,
    begin,
    prove,
    sent_code,
    with_check_digit,
)


def _prove(device: str, code: str) -> str:
    return db.perform(verification.prove, NOBODY, at(device), code).state


def test_everything_right_opens(town: Town) -> None:
    assert prove(at(), town.lin).state == "proved"


def test_one_mistake_is_allowed_two_are_not(town: Town) -> None:
    answer_truly(at("a"), begin(at("a"), town.lin), mistakes=1)
    assert _prove("a", sent_code(at("a"))) == "proved"
    clock.advance(minutes=31)
    answer_truly(at("b"), begin(at("b"), town.lin), mistakes=2)
    assert sent_code(at("b")) == "", "nothing is sent to a contact unless all before it was right"
    assert _prove("b", "") == "code"


def test_without_the_code_nothing_opens(town: Town) -> None:
    """R1: identity document, card and all answers right, five guesses at the code."""
    answer_truly(at(), begin(at(), town.lin))
    code = sent_code(at())
    for guess in range(4):
        assert _prove("browser-1", f"{(int(code) + guess + 1) % 10**6:06d}") == "code"
    assert _prove("browser-1", f"{(int(code) + 99) % 10**6:06d}") == "failed"
    with pytest.raises(Conflict):
        _prove("browser-1", code)
    assert db.perform(activation.current, NOBODY, at()).state == "none"


def test_a_code_works_ten_minutes_and_once(town: Town) -> None:
    answer_truly(at(), begin(at(), town.lin))
    code = sent_code(at())
    assert len(code.strip()) == 6
    assert code.isdecimal()
    clock.advance(minutes=10)
    assert _prove("browser-1", code) == "code"
    again = sent_code(at())
    assert _prove("browser-1", again) == "proved"
    with pytest.raises(Conflict):
        _prove("browser-1", again)


def test_a_new_code_ends_the_one_before(town: Town) -> None:
    answer_truly(at(), begin(at(), town.lin))
    first = sent_code(at())
    with pytest.raises(Invalid, match="sent_soon"):
        sent_code(at())
    clock.advance(minutes=2)
    second = sent_code(at())
    assert _prove("browser-1", first) == ("proved" if first == second else "code")
    assert _prove("browser-1", second) == "proved"


def test_the_desks_code_opens_once_within_a_week(town: Town) -> None:
    issued = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=town.wang.national_id)).code
    assert len(issued.replace("-", "")) >= 8
    answer_truly(at("a"), begin(at("a"), town.wang))
    assert _prove("a", issued.lower().replace("-", " ")) == "proved"
    answer_truly(at("b"), begin(at("b"), town.wang))
    assert _prove("b", issued) == "code"
    late = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=town.wang.national_id)).code
    clock.advance(days=7)
    answer_truly(at("c"), begin(at("c"), town.wang))
    assert _prove("c", late) == "code"


def test_the_desks_code_of_somebody_else_opens_nothing(town: Town) -> None:
    for_zhou = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=town.zhou.national_id)).code
    answer_truly(at(), begin(at(), town.lin))
    assert _prove("browser-1", for_zhou) == "code"


def test_who_has_no_visits_needs_the_desk(town: Town) -> None:
    answer_truly(at("a"), begin(at("a"), town.zhou))
    assert sent_code(at("a")) == ""
    issued = db.perform(accounts.issue_code, COMMAND_LINE, Named(national_id=town.zhou.national_id)).code
    assert _prove("a", issued) == "proved"


def test_another_browser_does_not_go_on_with_it(town: Town) -> None:
    """Someone else tries."""
    page = begin(at("mine"), town.lin)
    with pytest.raises(Conflict):
        db.perform(verification.answer, NOBODY, at("theirs"), 0, 0)
    answer_truly(at("mine"), page)
    code = sent_code(at("mine"))
    with pytest.raises(Conflict):
        _prove("theirs", code)
    assert _prove("mine", code) == "proved"
    assert db.perform(activation.current, NOBODY, at("theirs")).state == "none"
    with pytest.raises(Conflict):
        activation.set_password(at("theirs"), "a password of theirs")


def test_without_a_cookie_nothing_begins(town: Town) -> None:
    with pytest.raises(Invalid, match="no_cookie"):
        begin(at(""), town.lin)


def test_a_card_of_somebody_else_leads_nowhere(town: Town) -> None:
    answer_truly(at(), begin(at(), town.lin, card=town.wang.visit_card))
    assert sent_code(at()) == ""


def test_who_is_in_conflict_or_dead_is_not_verified(town: Town) -> None:
    with db.writing() as session:
        session.get_one(Person, town.lin.person_id).conflict = "identity_conflict"
        session.get_one(Person, town.wang.person_id).deceased_at = clock.now()
    for device, patient in (("a", town.lin), ("b", town.wang)):
        answer_truly(at(device), begin(at(device), patient))
        assert sent_code(at(device)) == ""


def test_somebody_unknown_gets_the_same_pages(town: Town) -> None:
    known = begin(at("a"), town.lin)
    unknown = begin(at("b"), town.lin, number=with_check_digit(STRANGER))
    assert [each.kind for each in known.questions] == [each.kind for each in unknown.questions]
    assert [len(each.options) for each in known.questions] == [len(each.options) for each in unknown.questions]
    assert (known.state, known.tries, known.sends) == (unknown.state, unknown.tries, unknown.sends)


def test_asking_again_shows_the_same(town: Town) -> None:
    for number in (town.lin.national_id, with_check_digit(STRANGER)):
        first = begin(at("a"), town.lin, number=number)
        clock.advance(days=3)
        assert begin(at("b", "192.0.2.9"), town.lin, number=number).questions == first.questions


def test_sensitive_departments_are_neither_answers_nor_decoys(town: Town) -> None:
    """林秀兰's newest visit is to psychiatry; neither it, nor its doctor, nor its month appears."""
    months = set()
    for digit in range(30):
        number = town.lin.national_id if digit == 0 else with_check_digit(f"1101011985010100{digit:02d}")
        page = begin(at(f"browser-{digit}"), town.lin, number=number)
        shown = {option.words.zh for question in page.questions for option in question.options}
        assert not shown & {"精神心理科", "郑和", "检验科"}
        months |= {option.month for option in page.questions[1].options} if digit == 0 else set()
    hidden = f"{(clock.now()).astimezone().strftime('%Y-%m')}"
    assert hidden not in months or clock.now().day > 20


def test_what_was_visited_is_never_a_decoy(town: Town) -> None:
    for digit in range(8):
        page = begin(at(f"browser-{digit}"), town.lin)
        departments = {option.words.zh for option in page.questions[0].options}
        doctors = {option.words.zh for option in page.questions[2].options}
        assert "眼科" not in departments
        assert "孙宁" not in doctors
        assert {"内分泌科"} <= departments
        assert {"陈立"} <= doctors


def test_visits_that_the_hospital_hides_are_no_answers(town: Town) -> None:
    with db.writing() as session:
        policy = Policy(organization_id=town.organization_id, version=2, published_at=clock.now(), published_by="x")
        session.add(policy)
        session.flush()
        session.add(Rule(policy_id=policy.id, record_class="medical_records", open=False))
    page = begin(at(), town.lin)
    assert "内分泌科" not in {option.words.zh for option in page.questions[0].options}


def test_every_act_leaves_its_line(town: Town) -> None:
    prove(at(), town.lin)
    with db.reading() as session:
        lines = session.exec(
            select(LedgerLine.action, LedgerLine.outcome)
            .where(LedgerLine.chain == f"person:{town.lin.person_id}")
            .order_by(LedgerLine.seq)
        ).all()
    assert lines == [
        (Action.VERIFY_IDENTITY.value, "allowed"),
        (Action.ISSUE_CODE.value, "done"),
        (Action.VERIFY_IDENTITY.value, "done"),
    ]


def test_only_those_with_the_duty_hand_out_codes(town: Town) -> None:
    """Someone else tries."""
    for named in (Named(national_id=town.lin.national_id), Named(visit_card=town.lin.visit_card)):
        with pytest.raises(Denied):
            db.perform(accounts.issue_code, NOBODY, named)


@pytest.mark.parametrize("answer", [(-1, 0), (3, 0), (0, 99), (0, -2)])
def test_only_what_was_asked_can_be_answered(town: Town, answer: tuple[int, int]) -> None:
    begin(at(), town.lin)
    with pytest.raises(Invalid):
        db.perform(verification.answer, NOBODY, at(), *answer)


def test_forms_are_judged_at_once(town: Town) -> None:
    for number, card in (("110101195903070027x", ""), ("12345", ""), ("", "!"), ("", "A")):
        with pytest.raises(Invalid):
            begin(at(), town.lin, number=number or town.lin.national_id, card=card or town.lin.visit_card)
