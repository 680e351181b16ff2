"""Before booking: the rules are asked of the patient's own chart, once more at the booking, and of nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter, Source
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Denied, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Checked
from health_cloud.followup.views import VerdictPage
from tests.databases import Database
from tests.followup.eligibility import DIABETES, WELL, agreed, answered, diagnosed
from tests.people import COMMAND_LINE
from tests.sharing import Cast, found_cast, guardian_of

REASON = "血糖最近偏高，想调一下药"


@pytest.fixture
def cast(database: Database) -> Cast:
    """陈 offers times in endocrinology, where 林 was seen 45 days ago."""
    assert database
    made = found_cast()
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    for physician in (made.chen, made.sun):
        db.perform(service.open_slots, physician, day, "09:00", "10:00", 15)
    return made


def _asked(cast: Cast, actor: Actor | None = None, **answers: Any) -> VerdictPage:
    return answered(actor or cast.lin, cast.chen, cast.town.departments["endocrinology"], **answers)


def _slot(cast: Cast, patient: Actor | None = None) -> str:
    offers = db.perform(service.offers, patient or cast.lin).offers
    own = next(each for each in offers if each.physician.id == cast.chen.account_id)
    *_, department, physician = own.times.split("/")
    page = db.perform(service.times_page, patient or cast.lin, department, physician)
    return page.next


def _refused(cast: Cast, patient: Actor | None = None) -> str:
    slot = _slot(cast)
    with pytest.raises(Denied) as refusal:
        db.perform(service.book, patient or cast.lin, slot, REASON)
    with db.reading() as session:
        assert session.exec(select(Appointment)).all() == []
    return refusal.value.key


def _lines(person_id: str) -> list[tuple[str, str, str]]:
    """Return (action, outcome, detail) of every line of a person."""
    said = select(LedgerLine.action, LedgerLine.outcome, LedgerLine.detail)
    with db.reading() as session:
        found = session.exec(said.where(LedgerLine.chain == f"person:{person_id}").order_by(col(LedgerLine.seq)))
        return [(action, outcome, detail) for action, outcome, detail in found.all()]


def test_what_it_may_be_about_is_what_was_diagnosed_and_is_on_the_list(cast: Cast):
    town = cast.town
    entry = diagnosed(town, town.lin)
    diagnosed(
        town, town.lin, replace(DIABETES, codes=(replace(DIABETES.codes[0], code="I10"),), certainty="provisional")
    )
    diagnosed(town, town.lin, replace(DIABETES, codes=(replace(DIABETES.codes[0], code="E87.5"),)))
    diagnosed(town, town.wang, replace(DIABETES, codes=(replace(DIABETES.codes[0], code="J45"),)))
    before = len(_lines(town.lin.person_id))
    page = db.perform(service.check_page, cast.lin, town.departments["endocrinology"], cast.chen.account_id)
    assert [(each.name, each.words.zh) for each in page.diseases] == [("diabetes", "糖尿病")]
    assert (page.physician.name.zh, page.department.zh) == ("陈立", "内分泌科")
    ((action, outcome, detail),) = _lines(town.lin.person_id)[before:]
    assert entry in detail
    assert (action, outcome) == ("records:entry:read", "allowed")


def test_a_yes_is_kept_sealed_and_lets_one_book(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    said = _asked(cast)
    assert (said.verdict.met, said.rule.number, said.emergency) == (True, 0, "120")
    agreed(cast.lin, cast.chen, cast.town.departments["endocrinology"])
    made = db.perform(service.book, cast.lin, _slot(cast), REASON)
    with db.reading() as session:
        rows = {each.appointment_id: each for each in session.exec(select(Checked)).all()}
        assert set(rows) == {"", made.id}
        assert b"diabetes" not in rows[made.id].answers
        told = unseal_text(rows[made.id].answers, "followup_checked.answers", rows[made.id].id)
    assert '"disease": "diabetes"' in told


def test_without_an_answer_there_is_no_booking(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    assert _refused(cast) == "followup.rule.unchecked"


def test_a_yes_holds_for_a_day(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    assert _asked(cast).verdict.met
    agreed(cast.lin, cast.chen, cast.town.departments["endocrinology"])
    clock.clock.advance(hours=23, minutes=59)
    db.perform(service.book, cast.lin, _slot(cast), REASON)
    clock.clock.advance(minutes=1)
    with pytest.raises(Denied) as refusal:
        db.perform(service.book, cast.lin, _slot(cast), REASON)
    assert refusal.value.key == "followup.rule.unchecked"


def test_a_yes_is_for_one_physician_in_one_department(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    assert answered(cast.lin, cast.sun, cast.town.departments["eye"]).verdict.met
    assert _refused(cast) == "followup.rule.unchecked"


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"flags": ["chest"], "none": False}, "flags"),
        ({"controlled": "yes"}, "controlled"),
        ({"disease": "new"}, "diagnosis"),
        ({"disease": "asthma"}, "diagnosis"),
    ],
)
def test_the_last_word_alone_counts(cast: Cast, answers: dict[str, Any], rule: str):
    diagnosed(cast.town, cast.town.lin)
    assert _asked(cast).verdict.met
    assert _asked(cast, **answers).verdict.cited == rule
    assert _refused(cast) == f"followup.rule.{rule}"
    with db.reading() as session:
        assert len(session.exec(select(Checked)).all()) == 1


def test_the_rules_are_asked_again_at_the_booking(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    assert _asked(cast).verdict.met
    diagnosed(cast.town, cast.town.lin, replace(DIABETES, certainty="refuted"), occurred=clock.now())
    before = len(_lines(cast.town.lin.person_id))
    assert _refused(cast) == "followup.rule.diagnosis"
    *_, last = _lines(cast.town.lin.person_id)[before:]
    assert last[:2] == ("followup:appointment:book", "refused")


@pytest.mark.parametrize("certainty", ["provisional", "differential", "unconfirmed", "refuted", "entered-in-error"])
def test_what_its_source_doubts_is_not_confirmed(cast: Cast, certainty: str):
    diagnosed(cast.town, cast.town.lin, replace(DIABETES, certainty=certainty))
    assert _asked(cast).verdict.cited == "diagnosis"


@pytest.mark.parametrize("status", ["resolved", "inactive", "remission"])
def test_what_is_over_is_not_followed_up(cast: Cast, status: str):
    diagnosed(cast.town, cast.town.lin, replace(DIABETES, status=status))
    assert _asked(cast).verdict.cited == "diagnosis"


def test_visits_by_video_count_neither_as_a_visit_nor_as_a_diagnosis(cast: Cast):
    def turn(session: Session, actor: Actor) -> str:
        assert actor
        own = ChartEncounter.person_id == cast.town.lin.person_id
        visits = session.exec(select(ChartEncounter).where(own)).all()
        for each in visits:
            each.visit_type = "virtual"
        return visits[0].id

    diagnosed(cast.town, cast.town.lin, encounter_id=db.perform(turn, COMMAND_LINE))
    states = {each.name: each.state for each in _asked(cast).verdict.checks}
    assert (states["first"], states["diagnosis"]) == ("not", "not")


def test_where_a_feed_is_behind_nobody_is_told_that_they_were_never_seen(cast: Cast):
    def fall_behind(session: Session, actor: Actor) -> None:
        assert actor
        session.add(
            Source(
                feed_id=cast.town.feed_id,
                organization_id=cast.town.organization_id,
                state="cut_off",
                complete_to=clock.now() - timedelta(days=2),
            )
        )

    db.perform(fall_behind, COMMAND_LINE)
    said = _asked(cast).verdict
    assert [each.state for each in said.checks if each.name == "diagnosis"] == ["unknown"]
    assert (said.met, said.way) == (False, "desk")


def test_who_sees_to_somebodys_affairs_books_for_them_where_they_may(cast: Cast):
    person = cast.town.lin.person_id
    diagnosed(cast.town, cast.town.lin)
    books = replace(guardian_of(person, levels="read,book,decide"), for_person_id=person)
    assert _asked(cast, books).verdict.met
    agreed(books, cast.chen, cast.town.departments["endocrinology"])
    db.perform(service.book, books, _slot(cast), REASON)
    reads = replace(guardian_of(person, levels="read"), for_person_id=person)
    with pytest.raises(Denied):
        _asked(cast, reads)


def test_somebody_else_tries(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    assert _asked(cast).verdict.met
    assert _refused(cast, cast.wang) == "followup.rule.unchecked"
    for somebody in (cast.chen, cast.staff):
        with pytest.raises(Denied):
            _asked(cast, somebody)
        with pytest.raises(Denied):
            db.perform(service.check_page, somebody, cast.town.departments["endocrinology"], cast.chen.account_id)
    for department, physician in (
        (cast.town.departments["eye"], cast.chen.account_id),
        (cast.town.departments["endocrinology"], cast.gao.account_id),
        ("nobody", "nowhere"),
    ):
        with pytest.raises(NotFound):
            db.perform(service.check_page, cast.lin, department, physician)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"disease": ""}, "disease"),
        ({"disease": None}, "disease"),
        ({"disease": ["diabetes"]}, "disease"),
        ({"none": False}, "flags"),
        ({"flags": ["chest"]}, "flags"),
        ({"flags": ["hiccups"], "none": False}, "flags"),
        ({"flags": 5}, "flags"),
        ({"flags": [["chest"]], "none": False}, "flags"),
        ({"none": "yes"}, "flags"),
        ({"controlled": ""}, "controlled"),
        ({"controlled": None}, "controlled"),
    ],
)
def test_every_question_is_answered(answers: dict[str, Any], field: str):
    given = WELL | answers
    with pytest.raises(Invalid) as refusal:
        service.answers_of(given["disease"], given["flags"], none=given["none"], controlled=given["controlled"])
    assert refusal.value.field == field
