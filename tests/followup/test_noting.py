"""The note of a visit: its draft, two windows, templates, the signature, what the patient reads, and everybody else."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry, EntryVersion
from health_cloud.consent.service.decisions import revoke_grant
from health_cloud.core import clock, db, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound, Unproved
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from health_cloud.core.words import Words
from health_cloud.followup import service
from health_cloud.followup.models import Note, SignedNote, Template
from health_cloud.followup.service import keeping, noting, telling
from health_cloud.followup.service.noting.drafts import WRITES
from health_cloud.followup.views import NotePage
from health_cloud.identity.models import Link, PatientRecord, SignInSession
from health_cloud.ingest.models import Message
from health_cloud.ingest.service.standing import feeds
from health_cloud.notify.models import News
from health_cloud.records.service.reading import entry_page, list_page
from health_cloud.records.views.content import Coding
from tests import charts
from tests.databases import Database
from tests.followup.eligibility import DIABETES, ICD, diagnosed
from tests.sharing import Cast, found_cast, granted, guardian_of
from tests.visiting import agreed

HERE, THERE = str(uuid.uuid4()), str(uuid.uuid4())
FORM = {"situation": "空腹血糖 7.5 到 8", "judgement": "2 型糖尿病，血糖未达标", "plan": "二甲双胍加到每日 3 次"}


@pytest.fixture
def cast(database: Database) -> Cast:
    """Everybody, 陈 in a session in which a passkey was shown."""
    assert database
    found = found_cast()
    return replace(found, chen=_in_session(found.chen))


def _in_session(actor: Actor, by: str = "passkey") -> Actor:
    now = clock.now()
    with db.writing() as session:
        row = SignInSession(
            id=new_id(),
            account_id=actor.account_id,
            created_at=now,
            seen_at=now,
            ends_at=now + timedelta(hours=12),
            method="password",
            proved_at=now,
            proved_by=by,
        )
        session.add(row)
        session.flush()
        return replace(actor, session_id=row.id)


def _begun(cast: Cast) -> str:
    visit = agreed(cast.chen, cast.lin, 5)
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    return visit


def _save(actor: Actor, visit: str, base: int = 0, writer: str = HERE, **form: object) -> None:
    db.perform(noting.save_note, actor, visit, FORM | form, base, writer)


def _page(actor: Actor, visit: str) -> NotePage:
    return db.perform(noting.note_page, actor, visit)[0]


def _sign(actor: Actor, visit: str) -> str:
    return db.perform(noting.sign_note, actor, visit, _page(actor, visit).mark)


def _lines(cast: Cast, action: str) -> list[str]:
    """Return what else stands in the lines of an action in 林's ledger."""
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(cast.lin.person_id)
        return list(session.exec(select(LedgerLine.detail).where(own, LedgerLine.action == action)).all())


def test_a_draft_is_kept_sealed_and_survives(cast: Cast):
    visit = _begun(cast)
    assert (_page(cast.chen, visit).phase, _page(cast.chen, visit).saved_at) == ("draft", "")
    _save(cast.chen, visit, weeks="8", referral="in_person", why="要做眼底检查")
    page = _page(cast.chen, visit)
    assert (page.version, page.text.situation, page.text.weeks, page.text.referral) == (
        1,
        FORM["situation"],
        8,
        "in_person",
    )
    assert page.saved_at
    with db.reading() as session:
        assert FORM["situation"].encode() not in session.get_one(Note, visit).body
    assert not _lines(cast, "followup:note:write")  # a draft stands in nobody's ledger


def test_a_note_waits_for_the_visit_and_ends_a_week_after(cast: Cast):
    visit = agreed(cast.chen, cast.lin, 5)
    assert _page(cast.chen, visit).phase == "early"
    with pytest.raises(Conflict, match=r"note\.error\.early"):
        _save(cast.chen, visit)
    db.perform(service.enter_visit, cast.lin, visit)
    assert _page(cast.chen, visit).phase == "early"  # somebody waits, nothing has begun
    db.perform(service.begin_visit, cast.chen, visit)
    db.perform(service.end_visit, cast.chen, visit)
    the_clock.advance(seconds=WRITES.total_seconds() - 2)
    _save(cast.chen, visit)
    the_clock.advance(seconds=3)
    assert (_page(cast.chen, visit).phase, _page(cast.chen, visit).text.plan) == ("over", FORM["plan"])
    for late in (lambda: _save(cast.chen, visit, 1), lambda: _sign(cast.chen, visit)):
        with pytest.raises(Conflict, match=r"note\.error\.over"):
            late()


def test_two_windows_never_overwrite_each_other_unseen(cast: Cast):
    visit = _begun(cast)
    _save(cast.chen, visit)
    _save(cast.chen, visit, 0, HERE, plan="自己的话，回音没有收到")  # its own words, whose answer was lost
    _save(cast.chen, visit, 2, THERE, plan="另一个窗口，看过了")
    with pytest.raises(Conflict, match=r"note\.error\.elsewhere"):
        _save(cast.chen, visit, 2, HERE, plan="没有看过")
    _save(cast.chen, visit, 2, HERE, plan="另一个窗口，看过了")  # the same words are no conflict
    assert (_page(cast.chen, visit).version, _page(cast.chen, visit).text.plan) == (3, "另一个窗口，看过了")
    with pytest.raises(Conflict, match=r"note\.error\.elsewhere"):
        db.perform(noting.sign_note, cast.chen, visit, 2)


def test_windows_at_the_same_moment_leave_one_and_tell_the_others(cast: Cast):
    visit = _begun(cast)
    _save(cast.chen, visit)
    outcomes: list[str] = []

    def save(number: int) -> None:
        try:
            _save(cast.chen, visit, 1, str(uuid.uuid4()), plan=f"窗口 {number}")
            outcomes.append("kept")
        except HealthCloudError as problem:
            outcomes.append(problem.key)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["followup.note.error.elsewhere"] * 5 + ["kept"]
    assert _page(cast.chen, visit).version == 2


def test_nobody_else_reads_writes_or_signs(cast: Cast):
    visit = _begun(cast)
    _save(cast.chen, visit)
    for somebody, problem in ((cast.sun, NotFound), (cast.gao, NotFound), (cast.lin, Denied), (cast.staff, Denied)):
        for attempt in (
            lambda who: _page(who, visit),
            lambda who: _save(who, visit, 1),
            lambda who: db.perform(noting.sign_note, who, visit, 1),
            lambda who: db.perform(noting.problems, who, visit),
            lambda who: db.perform(noting.correct_note, who, visit),
            lambda who: db.perform(noting.keep_template, who, visit, "偷来的"),
        ):
            with pytest.raises(problem):
                attempt(somebody)
    with pytest.raises(NotFound):
        _page(cast.chen, new_id())
    assert db.perform(noting.written_note, cast.lin, visit)[0].href == ""
    with pytest.raises(NotFound):
        db.perform(noting.written_note, cast.wang, visit)


@pytest.mark.parametrize(
    ("form", "base", "writer"),
    [
        ([], 0, HERE), (FORM, "0", HERE), (FORM, 0, "me"), (FORM, 0, None),
        (FORM | {"situation": 1}, 0, HERE), (FORM | {"plan": "长" * 4001}, 0, HERE),
        (FORM | {"referral": "abroad"}, 0, HERE), (FORM | {"weeks": "53"}, 0, HERE),
        (FORM | {"weeks": "-1"}, 0, HERE), (FORM | {"weeks": "٣"}, 0, HERE),
    ],
    ids=["no-form", "base", "writer", "no-writer", "number", "long", "referral", "weeks", "negative", "digits"],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(cast: Cast, form: object, base: object, writer: object):
    visit = _begun(cast)
    with pytest.raises(Invalid):
        db.perform(noting.save_note, cast.chen, visit, form, base, writer)
    assert _page(cast.chen, visit).version == 0


def test_a_signed_note_is_a_record_of_the_patient(cast: Cast):
    visit = _begun(cast)
    _save(cast.chen, visit, weeks="12", referral="department", department=cast.town.departments["eye"], why="看眼底")
    entry_id = _sign(cast.chen, visit)
    assert _page(cast.chen, visit).phase == "signed"
    page = db.perform(entry_page, cast.lin, cast.lin.person_id, entry_id)
    assert (page.title.zh, page.practitioner.zh, page.place.zh) == ("线上复诊", "陈立", "内分泌科")
    told = {chapter.name: [each.text.zh for each in chapter.passages] for chapter in page.story.chapters}
    assert told["why"] == [FORM["situation"]]
    assert told["found"] == [FORM["judgement"]]
    assert told["next"] == [FORM["plan"]]
    lines = [line.title.zh for chapter in page.story.chapters for line in chapter.said]
    assert "转到眼科" in lines
    assert any(line.startswith("12 周后再复诊") for line in lines)
    facts_of = {each.name.rpartition(".")[2]: each for each in page.source}
    assert (facts_of["signed_by"].words.zh, bool(facts_of["signed"].at)) == ("陈立，通行密钥", True)
    assert [each.words.zh for each in page.fields if each.name.endswith("signed_by")] == ["陈立，通行密钥"]
    assert facts_of["feed"].words.zh == "医生在这里写的"
    listed = db.perform(list_page, cast.lin, cast.lin.person_id, "medical_records")
    assert entry_id in [row.id for month in listed.months for row in month.rows]
    with db.reading() as session:
        entry = session.get_one(ChartEntry, entry_id)
        encounter = session.get_one(ChartEncounter, entry.encounter_id)
        assert (encounter.visit_type, encounter.department_id) == ("virtual", cast.town.departments["endocrinology"])
        assert encounter.practitioner_id == cast.town.doctors["chen"]
        digest = session.exec(select(SignedNote.digest)).one()
        assert feeds(session) == []  # nothing delivers there, so nothing is late
    (line,) = _lines(cast, "followup:note:sign")
    assert json.loads(line)["digest"] == digest
    assert FORM["plan"] not in line


def test_what_was_signed_lies_verbatim_and_answers_to_its_digest(cast: Cast):
    import hashlib
    import zlib

    from health_cloud.core.crypto import unseal, unseal_text

    visit = _begun(cast)
    _save(cast.chen, visit)
    _sign(cast.chen, visit)
    with db.reading() as session:
        row = session.exec(select(SignedNote)).one()
        message = session.exec(select(Message)).one()
        body = unseal_text(row.body, "followup_signed_note.body", row.id)
        assert hashlib.sha256(body.encode()).hexdigest() == row.digest
        assert message.body is not None
        assert zlib.decompress(unseal(message.body, "ingest_message.body", message.id)) == body.encode()
        assert json.loads(body)["salt"]


def test_signing_asks_for_a_second_factor_and_for_all_of_it(cast: Cast):
    visit = _begun(cast)
    for field in ("situation", "judgement", "plan"):
        _save(cast.chen, visit, _page(cast.chen, visit).version, **{field: ""})
        with pytest.raises(Invalid) as problem:
            _sign(cast.chen, visit)
        assert problem.value.field == field
    _save(cast.chen, visit, 3, referral="department", department=new_id(), why="看一看")
    with pytest.raises(Invalid) as problem:
        _sign(cast.chen, visit)
    assert problem.value.field == "department"
    _save(cast.chen, visit, 4)
    for stale in (replace(cast.chen, proved_at=None), replace(cast.chen, session_id="")):
        with pytest.raises(Unproved):
            _sign(stale, visit)
    with db.reading() as session:
        assert session.exec(select(SignedNote)).first() is None
    assert _sign(cast.chen, visit)
    with pytest.raises(Conflict, match=r"note\.error\.signed"):
        _sign(cast.chen, visit)


def test_a_note_is_signed_after_the_grant_has_ended(cast: Cast):
    visit = _begun(cast)
    db.perform(service.end_visit, cast.chen, visit)
    the_clock.advance(hours=5)
    chen = _in_session(cast.chen)
    _save(chen, visit)
    assert _sign(chen, visit)
    with pytest.raises(Denied):
        db.perform(entry_page, chen, cast.lin.person_id, _lines_entry(cast))
    with pytest.raises(Conflict):
        db.perform(noting.problems, chen, visit)


def _lines_entry(cast: Cast) -> str:
    return str(json.loads(_lines(cast, "followup:note:sign")[0])["entry"])


def test_a_correction_is_a_new_version_with_its_reason(cast: Cast):
    visit = _begun(cast)
    _save(cast.chen, visit)
    entry_id = _sign(cast.chen, visit)
    with pytest.raises(Conflict):
        _save(cast.chen, visit, 1, plan="偷偷改")
    db.perform(noting.correct_note, cast.chen, visit)
    page = _page(cast.chen, visit)
    assert (page.phase, page.text.plan) == ("correcting", FORM["plan"])
    _save(cast.chen, visit, page.version, plan="二甲双胍每日 2 次")
    with pytest.raises(Invalid) as problem:
        _sign(cast.chen, visit)
    assert problem.value.field == "reason"
    shown = db.perform(entry_page, cast.lin, cast.lin.person_id, entry_id)
    assert shown.version == 1  # until it is signed anew, the one before stands
    _save(cast.chen, visit, _page(cast.chen, visit).version, plan="二甲双胍每日 2 次", reason="次数写错了")
    assert _sign(cast.chen, visit) == entry_id
    shown = db.perform(entry_page, cast.lin, cast.lin.person_id, entry_id)
    assert shown.version == 2
    assert [(each.was.words.zh, each.now.words.zh) for each in shown.changed if each.name.zh == "怎么办"] == [
        (FORM["plan"], "二甲双胍每日 2 次")
    ]
    assert "次数写错了" in [each.words.zh for each in shown.source]
    rows = _page(cast.chen, visit).signed
    assert [(row.number, row.text.plan) for row in rows] == [(2, "二甲双胍每日 2 次"), (1, FORM["plan"])]
    with db.reading() as session:
        versions = session.exec(select(EntryVersion).where(EntryVersion.entry_id == entry_id)).all()
        assert [each.current for each in sorted(versions, key=lambda each: each.number)] == [False, True]


def test_a_correction_goes_where_the_note_stands(cast: Cast):
    visit = _begun(cast)
    _save(cast.chen, visit)
    entry_id = _sign(cast.chen, visit)
    with db.writing() as session:  # another record of theirs at the hospital, changed later
        later = clock.now() + timedelta(minutes=1)
        other = PatientRecord(organization_id=cast.town.organization_id, updated_at=later)
        session.add(other)
        session.flush()
        session.add(Link(record_id=other.id, person_id=cast.lin.person_id, method="desk", by="test", from_at=later))
    db.perform(noting.correct_note, cast.chen, visit)
    _save(cast.chen, visit, _page(cast.chen, visit).version, plan="二甲双胍每日 2 次", reason="次数写错了")
    assert _sign(cast.chen, visit) == entry_id


def test_what_is_signed_is_read_with_a_line_also_by_its_physician(cast: Cast):
    visit = _begun(cast)
    _save(cast.chen, visit, weeks="4")
    assert _lines(cast, "followup:note:read") == []
    _sign(cast.chen, visit)
    db.perform(noting.note_page, cast.chen, visit, 0)
    db.perform(noting.note_page, cast.chen, visit, 1)
    assert len(_lines(cast, "followup:note:read")) == 1
    person = cast.lin.person_id
    daughter = replace(guardian_of(person, levels="read,book"), for_person_id=person)
    after, _ = db.perform(noting.written_note, daughter, visit)
    assert after.weeks == 4
    db.perform(noting.written_note, daughter, visit, after.at)
    db.perform(noting.written_note, cast.lin, visit)
    assert len(_lines(cast, "followup:note:read")) == 2


def test_a_diagnosis_chosen_elsewhere_meanwhile_is_not_signed_unseen(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    visit = _begun(cast)
    granted(cast)
    _save(cast.chen, visit)
    seen = _page(cast.chen, visit).mark
    (row,), _, _ = db.perform(noting.problems, cast.chen, visit)
    db.perform(noting.choose_problem, cast.chen, visit, row.key)
    with pytest.raises(Conflict, match=r"note\.error\.elsewhere"):
        db.perform(noting.sign_note, cast.chen, visit, seen)
    assert _sign(cast.chen, visit)


def test_who_leaves_a_correction_has_the_note_as_it_was_signed(cast: Cast):
    visit = _begun(cast)
    with pytest.raises(Conflict):
        db.perform(noting.correct_note, cast.chen, visit)
    _save(cast.chen, visit)
    _sign(cast.chen, visit)
    db.perform(noting.correct_note, cast.chen, visit)
    _save(cast.chen, visit, _page(cast.chen, visit).version, plan="不要了")
    db.perform(noting.leave_correction, cast.chen, visit)
    assert (_page(cast.chen, visit).phase, _page(cast.chen, visit).text.plan) == ("signed", FORM["plan"])


def test_the_patient_is_told_led_there_and_led_to_the_next_visit(cast: Cast):
    for kind, subscriber in telling.SUBSCRIBERS.items():
        facts.subscribe(kind, f"test-{kind}", subscriber)
    visit = _begun(cast)
    _save(cast.chen, visit, weeks="4")
    assert db.perform(noting.written_note, cast.lin, visit)[0].href == ""
    entry_id = _sign(cast.chen, visit)
    facts.deliver()
    after = db.perform(noting.written_note, cast.lin, visit)[0]
    assert after.href == f"/records/medical_records/{entry_id}"
    department = cast.town.departments["endocrinology"]
    assert (after.weeks, after.book) == (4, f"/followup/book/{department}/{cast.chen.account_id}")
    with db.reading() as session:
        told = session.exec(select(News).where(News.owner == cast.lin.account_id)).all()
        assert {row.link for row in told if row.key == "followup.news.note"} == {f"/followup/visit/{visit}"}


def test_templates_are_ones_own_and_written_under_what_is_there(cast: Cast):
    visit = _begun(cast)
    with pytest.raises(Invalid):
        db.perform(noting.keep_template, cast.chen, visit, "糖尿病")
    _save(cast.chen, visit)
    db.perform(noting.keep_template, cast.chen, visit, " 糖尿病  复诊 ")
    (row,) = db.perform(noting.templates_of, cast.chen)
    assert (row.name, row.begins) == ("糖尿病 复诊", FORM["situation"])
    for name in ("", "糖尿病 复诊", "长" * 41, None):
        with pytest.raises(Invalid):
            db.perform(noting.keep_template, cast.chen, visit, name)
    assert db.perform(noting.templates_of, cast.sun) == ()
    for theft in (
        lambda: db.perform(noting.rename_template, cast.sun, row.id, "我的"),
        lambda: db.perform(noting.remove_template, cast.sun, row.id),
        lambda: db.perform(noting.insert_template, cast.sun, visit, row.id),
    ):
        with pytest.raises(NotFound):
            theft()
    with pytest.raises(Denied):
        db.perform(noting.templates_of, cast.lin)
    db.perform(noting.rename_template, cast.chen, row.id, "调药")
    db.perform(noting.insert_template, cast.chen, visit, row.id)
    assert _page(cast.chen, visit).text.plan == f"{FORM['plan']}\n{FORM['plan']}"
    with db.reading() as session:
        assert "调药".encode() not in session.exec(select(Template)).one().name
    db.perform(noting.remove_template, cast.chen, row.id)
    assert db.perform(noting.templates_of, cast.chen) == ()


def test_there_are_only_so_many_templates(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("health_cloud.followup.service.noting.templates.MOST", 2)
    visit = _begun(cast)
    _save(cast.chen, visit)
    for number in range(2):
        db.perform(noting.keep_template, cast.chen, visit, f"第 {number} 个")
    with pytest.raises(Conflict, match=r"template\.error\.many"):
        db.perform(noting.keep_template, cast.chen, visit, "还有一个")


def test_a_judgement_is_coded_by_a_confirmed_diagnosis_that_was_given(cast: Cast):
    doubted = replace(
        DIABETES, title=Words("高血压", "Hypertension"), codes=(Coding(ICD, "I10"),), certainty="unconfirmed"
    )
    diagnosed(cast.town, cast.town.lin, DIABETES, doubted)
    visit = _begun(cast)
    with pytest.raises(Conflict, match=r"note\.error\.no_grant"):
        db.perform(noting.problems, cast.chen, visit)
    grant = granted(cast)
    (row,), ground, until = db.perform(noting.problems, cast.chen, visit)
    assert (row.code, row.name.zh, ground, bool(until)) == ("E11.9", "2 型糖尿病", grant, True)
    assert len(_lines(cast, "records:entry:read")) == 1
    _save(cast.chen, visit)
    db.perform(noting.choose_problem, cast.chen, visit, row.key)
    for key in (f"{ICD}|I10", f"{ICD}|C00", "", None, 7):  # doubted, nobody's, nothing
        with pytest.raises(Invalid):
            db.perform(noting.choose_problem, cast.chen, visit, key)
    _save(cast.chen, visit, 1, plan="接着写")  # choosing is no new version: who types goes on
    assert (_page(cast.chen, visit).text.code, _page(cast.chen, visit).text.plan) == ("E11.9", "接着写")
    db.perform(revoke_grant, cast.lin, grant)
    with pytest.raises(Conflict):
        db.perform(noting.choose_problem, cast.chen, visit, row.key)
    entry_id = _sign(cast.chen, visit)
    shown = db.perform(entry_page, cast.lin, cast.lin.person_id, entry_id)
    assert "2 型糖尿病" in [line.title.zh for chapter in shown.story.chapters for line in chapter.said]
    db.perform(noting.correct_note, cast.chen, visit)
    db.perform(noting.drop_problem, cast.chen, visit)
    assert _page(cast.chen, visit).text.code == ""


def test_a_grant_of_other_classes_gives_no_diagnosis(cast: Cast):
    diagnosed(cast.town, cast.town.lin)
    visit = _begun(cast)
    granted(cast, classes=("laboratory",))
    assert db.perform(noting.problems, cast.chen, visit)[0] == ()


def test_what_a_hospital_holds_back_is_neither_told_nor_led_to(cast: Cast):
    for kind, subscriber in telling.SUBSCRIBERS.items():
        facts.subscribe(kind, f"test-{kind}", subscriber)
    charts.policy(cast.town, 2, medical_records={"open": True, "delay_hours": 48})
    visit = _begun(cast)
    _save(cast.chen, visit)
    entry_id = _sign(cast.chen, visit)
    facts.deliver()
    assert db.perform(noting.written_note, cast.lin, visit)[0].href == ""
    with db.reading() as session:
        assert session.exec(select(News).where(News.key == "followup.news.note")).all() == []
    with pytest.raises(NotFound):
        db.perform(entry_page, cast.lin, cast.lin.person_id, entry_id)
    the_clock.advance(hours=49)
    assert db.perform(noting.written_note, cast.lin, visit)[0].href.endswith(entry_id)


def test_a_draft_that_was_never_signed_goes_with_the_talk(cast: Cast):
    visit = _begun(cast)
    _save(cast.chen, visit)
    db.perform(service.end_visit, cast.chen, visit)
    signed = _begun(cast)
    _save(cast.chen, signed)
    _sign(cast.chen, signed)
    db.perform(service.end_visit, cast.chen, signed)
    the_clock.advance(days=3 * 365)
    keeping.erase_due()
    with db.reading() as session:
        assert session.get(Note, visit) is not None
    the_clock.advance(days=2)
    keeping.erase_due()
    with db.reading() as session:
        assert session.get(Note, visit) is None
        assert session.get(Note, signed) is not None
