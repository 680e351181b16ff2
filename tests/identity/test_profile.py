"""What hospitals have on file: shown to its owner alone, masked, and reported where it is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import select

from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.models import Fact, LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.identity.models import Person
from health_cloud.identity.service import index, profile
from health_cloud.identity.views import Datum, HeldRecord
from tests.people import Patient, Town, at


def _actor(patient: Patient, role: Role = Role.PATIENT) -> Actor:
    return Actor(account_id=f"account-{patient.person_id[-6:]}", role=role, person_id=patient.person_id, visitor=at())


def _read(actor: Actor) -> HeldRecord:
    (held,) = db.perform(profile.records, actor)
    return held


def _datum(actor: Actor, kind: str) -> Datum:
    return next(each for each in _read(actor).data if each.kind == kind)


def _report(actor: Actor, kind: str = "sex", reason: str = "mistaken", words: str = "") -> None:
    held = _read(actor)
    name = next(each.name for each in held.data if each.kind == kind)
    db.perform(profile.report, actor, held.id, name, reason, words)


def _lines(patient: Patient, action: Action) -> list[tuple[str, str]]:
    """Give outcome and basis of a patient's ledger lines."""
    with db.reading() as session:
        query = select(LedgerLine.outcome, LedgerLine.basis).where(
            LedgerLine.chain == ledger.person_chain(patient.person_id), LedgerLine.action == action.value
        )
        return list(session.exec(query).all())


def _changed(town: Town, patient: Patient, address: str) -> None:
    """Let the hospital send the record again."""
    held = _of(patient)
    fact = index.PatientFacts(
        keys=(),
        name=patient.name,
        sex="female",
        birth_date=f"{patient.national_id[6:10]}-{patient.national_id[10:12]}-{patient.national_id[12:14]}",
        numbers=(index.Number("national_id", patient.national_id),),
    )
    with db.writing() as session:
        key = session.execute(text("select source_key from identity_record_key where record_id = :record"), held)
        facts = replace(fact, keys=(key.scalar_one(),), address=address)
        index.put_patient(session, town.organization_id, town.feed_id, facts, "test")


def _of(patient: Patient) -> dict[str, str]:
    return {"record": _read(_actor(patient)).id}


def test_the_owner_sees_it_masked_and_it_is_in_the_ledger(town: Town) -> None:
    lin = _actor(town.lin)
    held = _read(lin)
    data = {each.kind: each for each in held.data}
    assert held.hospital.en == "Songyun Hospital"
    assert data["name"].words == town.lin.name
    assert data["sex"].text == "female"
    assert data["birth_date"].text.replace("-", "") == town.lin.national_id[6:14]
    assert data["national_id"].text == f"****{town.lin.national_id[-4:]}"
    assert data["phone"].text == "138****0026"
    shown = repr(held)
    for secret in (town.lin.national_id, town.lin.visit_card, town.lin.social_security_card, town.lin.phone):
        assert secret not in shown
    assert _lines(town.lin, Action.READ_PROFILE) == [("allowed", "own")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PATIENT])
def test_nobody_else_sees_it(town: Town, role: Role) -> None:
    stranger = _actor(town.lin, role)
    with pytest.raises(Denied):
        db.perform(profile.records, stranger)
    with pytest.raises(Denied):
        db.perform(profile.records, replace(stranger, person_id=""))


def test_a_guardian_sees_their_own(town: Town) -> None:
    acting = replace(_actor(town.lin), for_person_id=town.wang.person_id)
    assert _read(acting).data[0].words == town.lin.name


def test_a_record_of_somebody_else_is_no_record(town: Town) -> None:
    lin, wang = _actor(town.lin), _actor(town.wang)
    foreign = _read(wang)
    _report(wang)
    theirs = _datum(wang, "sex").correction_id
    for record_id, name in ((foreign.id, "sex"), (_read(lin).id, foreign.data[-1].name), ("", "sex"), ("x", "")):
        with pytest.raises(NotFound):
            db.perform(profile.report, lin, record_id, name, "mistaken", "")
    for correction_id in (theirs, "", "x"):
        with pytest.raises(NotFound):
            db.perform(profile.withdraw, lin, correction_id)
    assert _datum(wang, "sex").correction_id == theirs


def test_an_identity_conflict_closes_it(town: Town) -> None:
    with db.writing() as session:
        session.get_one(Person, town.lin.person_id).conflict = "wrong_patient"
    with pytest.raises(Denied):
        db.perform(profile.records, _actor(town.lin))
    with pytest.raises(Denied):
        db.perform(profile.report, _actor(town.lin), "x", "sex", "mistaken", "")


def test_a_report_is_sealed_told_and_taken_back(town: Town) -> None:
    lin = _actor(town.lin)
    marker = "MARKER-其实是男"
    _report(lin, words=marker)
    said = _datum(lin, "sex")
    assert (said.reason, said.changed, bool(said.reported)) == ("mistaken", False, True)
    with db.reading() as session:
        raw = session.execute(text("select * from identity_correction")).all()
        told = [fact.kind for fact in session.exec(select(Fact)).all()]
    assert not any(
        marker.encode() in bytes(each) for row in raw for each in row if isinstance(each, bytes | memoryview)
    )
    assert marker not in repr(raw)
    assert told.count(profile.REPORTED) == 1
    assert len(_lines(town.lin, Action.CORRECT_PROFILE)) == 1
    with pytest.raises(Conflict):
        _report(lin, reason="not_mine")
    db.perform(profile.withdraw, lin, said.correction_id)
    assert _datum(lin, "sex").correction_id == ""
    with pytest.raises(NotFound):
        db.perform(profile.withdraw, lin, said.correction_id)
    assert len(_lines(town.lin, Action.CORRECT_PROFILE)) == 3, "said, taken back, refused"


def test_what_the_hospital_changed_since_is_seen_and_can_be_reported_anew(town: Town) -> None:
    lin = _actor(town.lin)
    _changed(town, town.lin, "1 Lake Road")
    _report(lin, "address", "outdated", "2 Lake Road")
    assert not _datum(lin, "address").changed
    _changed(town, town.lin, "2 Lake Rd")
    assert _datum(lin, "address").changed
    _report(lin, "address")
    assert (_datum(lin, "address").changed, _datum(lin, "address").reason) == (False, "mistaken")


@pytest.mark.parametrize(
    ("reason", "words"), [("", ""), ("because", ""), ("mistaken\x00", ""), ("mistaken", "x" * (profile.LONGEST + 1))]
)
def test_what_cannot_be_said(town: Town, reason: str, words: str) -> None:
    with pytest.raises(Invalid):
        _report(_actor(town.lin), reason=reason, words=words)


def test_what_is_not_given_cannot_be_wrong(town: Town) -> None:
    with pytest.raises(NotFound):
        _report(_actor(town.lin), "address")


def test_reports_are_limited_by_the_day(town: Town) -> None:
    lin = _actor(town.lin)
    for _ in range(profile.A_DAY):
        _report(lin)
        db.perform(profile.withdraw, lin, _datum(lin, "sex").correction_id)
    with pytest.raises(Invalid, match="often"):
        _report(lin)
    _report(_actor(town.wang))
    clock.advance(days=1, seconds=1)
    _report(lin)
