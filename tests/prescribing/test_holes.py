"""Refused payments, foreign codes, ended grants, guardians, what lapsed, and hostile files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from health_cloud.consent.service import decisions
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.errors import Denied, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.words import Words
from health_cloud.notify.models import News
from health_cloud.prescribing import api
from health_cloud.prescribing.models import Prescription, UnfitPayment
from health_cloud.prescribing.service import drafting, lapsing, paying, seeing, signing, telling, unfit
from health_cloud.prescribing.service.given import _known  # pyright: ignore[reportPrivateUsage]
from health_cloud.prescribing.service.reading import COLUMNS, MOST_OF, Unreadable, read
from health_cloud.prescribing.views.formulary import Contents, Medicine
from health_cloud.records.service import medicines
from health_cloud.records.views.content import Coding
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.prescribing.ward import Ward, add, approved, cashier, found_ward, pane, signed
from tests.sharing import guardian_of


def _lines(ward: Ward, action: str) -> list[LedgerLine]:
    with db.reading() as session:
        chain = f"person:{ward.cast.lin.person_id}"
        found = session.exec(select(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.action == action)).all()
        session.expunge_all()
        return list(found)


def _number() -> str:
    with db.reading() as session:
        return session.exec(select(Prescription.number)).one()


def _report(ward: Ward, **changed: Any) -> paying.Report:
    told = {"kind": "payment", "reference": "K-1", "amount": "32.80", "at": clock.now().isoformat()}
    body = told | {"prescription": _number(), "currency": "CNY"} | changed
    return paying.read_report(json.dumps(body).encode())


def _sent(secret: str, **changed: str) -> tuple[int, str]:
    told = {"prescription": _number(), "reference": "K-1", "kind": "payment", "amount": "32.80", "currency": "CNY"}
    body = json.dumps({**told, "at": clock.now().isoformat(), **changed}).encode()
    at = clock.now().isoformat()
    names = {"hospital": "songyun", "time": at, "signature": paying.signature_of(secret, at, body)}
    headers = {f"x-health-cloud-{name}": value for name, value in names.items()}
    client = TestClient(Starlette(routes=api.routes()))
    answer = client.post("/api/payments", content=body, headers=headers)
    return answer.status_code, answer.json().get("error", "")


def _open(ward: Ward) -> list[tuple[str, str, int]]:
    page = db.perform(unfit.unfit_page, ward.cast.staff)
    return [(each.reference, each.reason, each.times) for each in page.waiting]


def test_what_a_cashier_is_refused_is_kept_for_the_desk(database: Database):
    ward = found_ward()
    approved(ward)
    secret = db.perform(paying.set_secret, COMMAND_LINE, ward.cast.town.organization_id)
    assert _sent(secret, kind="refund", reference="R-0") == (409, "not_paid")
    the_clock.advance(seconds=1)
    assert _sent(secret, amount="30.00") == (409, "total")
    assert _sent(secret, amount="30.00") == (409, "total")
    the_clock.advance(seconds=1)
    assert _sent(secret, prescription="404") == (404, "nobody")
    assert _sent(secret, amount="none") == (400, "amount")  # says nothing that could be kept
    assert _sent("another", amount="30.00")[0] == 403
    assert _open(ward) == [("K-1", "nobody", 1), ("K-1", "total", 2), ("R-0", "not_paid", 1)]
    assert _sent(secret) == (200, "")
    assert _open(ward) == [("K-1", "nobody", 1), ("R-0", "not_paid", 1)]  # what was taken later is settled
    page = db.perform(unfit.unfit_page, ward.cast.staff)
    assert (page.count, page.settled[0].reason, page.settled[0].total) == (2, "total", "32.80")
    db.perform(unfit.settle, ward.cast.staff, page.waiting[0].id)
    db.perform(unfit.settle, ward.cast.staff, page.waiting[0].id)
    assert _open(ward) == [("R-0", "not_paid", 1)]
    assert _sent(secret, kind="refund", reference="R-1") == (200, "")
    assert _sent(secret, kind="refund", reference="R-2") == (409, "refunded_before")


def test_nobody_else_sees_or_settles_them(database: Database):
    ward = found_ward()
    approved(ward)
    secret = db.perform(paying.set_secret, COMMAND_LINE, ward.cast.town.organization_id)
    _sent(secret, amount="30.00")
    with db.reading() as session:
        kept = session.exec(select(UnfitPayment.id)).one()
    for other in (ward.cast.lin, ward.cast.chen, ward.pharmacist):
        with pytest.raises(Denied):
            db.perform(unfit.unfit_page, other)
        with pytest.raises(Denied):
            db.perform(unfit.settle, other, kept)
    elsewhere = replace(ward.cast.staff, organization_id=ward.cast.gao.organization_id)
    assert db.perform(unfit.unfit_page, elsewhere).count == 0
    for wrong in (kept, "x", None, 5):
        with pytest.raises(NotFound):
            db.perform(unfit.settle, elsewhere, wrong)
    assert len(_open(ward)) == 1


def test_no_payment_before_the_approval_no_refund_before_the_payment(database: Database):
    ward = found_ward()
    approved(ward)
    early = (clock.now() - timedelta(minutes=6)).isoformat()
    with pytest.raises(Exception, match="early"):
        db.perform(paying.take, cashier(ward), _report(ward, at=early))
    just = (clock.now() - timedelta(minutes=4)).isoformat()  # clocks are a little apart
    assert db.perform(paying.take, cashier(ward), _report(ward, at=just)).state == "paid"
    with pytest.raises(Exception, match="early"):
        db.perform(paying.take, cashier(ward), _report(ward, at=(clock.now() - timedelta(hours=1)).isoformat(),
                                                       kind="refund", reference="R-1"))  # fmt: skip


def test_codes_of_a_hospital_mean_something_to_it_alone():
    contents = Contents()
    contents.medicines["A1"] = Medicine("A1", Words("甲药"))
    local = (Coding("urn:local", "A1"),)
    assert _known(local, "乙药", contents, own=True) == "A1"
    assert _known(local, "乙药", contents, own=False) == ""


def test_what_the_chart_said_leaves_the_desk_with_the_grant(database: Database):
    ward = found_ward()
    shown = add(ward, "amoxicillin", quantity="60")
    assert any(each.chart for each in shown.medicines[0].findings)
    allergy = next(each.id for each in shown.medicines[0].findings if each.id.startswith("allergy"))
    chen, visit = ward.cast.chen, ward.visit
    db.perform(drafting.give_reason, chen, visit, shown.version, 0, allergy, "皮试阴性")
    db.perform(decisions.revoke_grant, ward.cast.lin, ward.grant_id)
    after = pane(ward)
    assert "青霉素" not in repr(after)
    assert not any(each.chart for each in after.medicines[0].findings)
    assert "chart" in [each.id for each in after.medicines[0].findings]
    assert (after.ground, shown.ground != "") == ("", True)


def test_a_warning_of_the_chart_without_a_reason_bars_the_signature_after_the_grant(database: Database):
    ward = found_ward()
    add(ward, "amoxicillin", quantity="60")
    db.perform(decisions.revoke_grant, ward.cast.lin, ward.grant_id)
    after = pane(ward)
    levels = {each.id: each.level for each in after.medicines[0].findings}
    assert (levels["chart"], after.ready) == ("refuse", False)
    with pytest.raises(Invalid):
        db.perform(signing.sign, ward.cast.chen, ward.visit, after.mark)


def test_a_signed_pane_leaves_a_line_each_time_it_comes_before_somebody(database: Database):
    ward = found_ward()
    shown = signed(ward)
    action = "prescribing:prescription:read"
    before = len(_lines(ward, action))
    db.perform(drafting.look_at_pane, ward.cast.chen, ward.visit)
    assert len(_lines(ward, action)) == before + 1
    db.perform(drafting.look_at_pane, ward.cast.chen, ward.visit, shown.shown)
    assert len(_lines(ward, action)) == before + 1


def test_a_reading_is_in_the_ledger_and_who_may_not_book_pays_nothing(database: Database):
    ward = found_ward()
    approved(ward)
    patient = ward.cast.lin.person_id
    action = "prescribing:prescription:read"
    booker = replace(guardian_of(patient, levels="read,book"), for_person_id=patient)
    seen = db.perform(seeing.own_prescription, booker, ward.visit)
    db.perform(seeing.own_prescription, booker, ward.visit, seen.shown)
    (line,) = [each for each in _lines(ward, action) if each.actor_account_id == booker.account_id]
    assert line.basis == "guardian"
    before = len(_lines(ward, action))
    shown = db.perform(seeing.own_prescription, ward.cast.lin, ward.visit).shown
    db.perform(seeing.own_prescription, ward.cast.lin, ward.visit, shown)
    assert len(_lines(ward, action)) == before + 1, "one's own look is a look too, and one"
    reader = replace(guardian_of(patient, levels="read"), for_person_id=patient)
    with pytest.raises(Denied):
        db.perform(paying.pay_in_demo, reader, ward.visit, "payment")


def test_the_look_before_a_signature_stands_in_the_ledger_whatever_becomes_of_it(database: Database):
    ward = found_ward()
    shown = add(ward, "amoxicillin", quantity="60")
    reads = len(_lines(ward, "records:entry:read"))
    db.perform(signing.look_again, ward.cast.chen, ward.visit, shown.mark)
    with pytest.raises(Invalid):
        db.perform(signing.sign, ward.cast.chen, ward.visit, shown.mark)
    assert len(_lines(ward, "records:entry:read")) == reads + 1


def test_nothing_is_signed_on_an_old_look(database: Database):
    ward = found_ward()
    shown = add(ward, "metformin")
    the_clock.advance(minutes=3)
    chen = replace(ward.cast.chen, proved_at=clock.now())
    with pytest.raises(Exception, match="elsewhere"):
        db.perform(signing.sign, chen, ward.visit, shown.mark)
    db.perform(signing.look_again, chen, ward.visit, shown.mark)
    assert db.perform(signing.sign, chen, ward.visit, shown.mark).state == "signed"


def _told(account: Actor) -> set[str]:
    with db.reading() as session:
        return set(session.exec(select(News.key).where(News.owner == account.account_id)).all())


def test_a_lapsed_one_is_told_to_both_once(database: Database):
    ward = found_ward()
    shown = approved(ward)
    the_clock.advance(hours=71)
    assert lapsing.lapse_due() == 0
    the_clock.advance(hours=2)
    assert (lapsing.lapse_due(), lapsing.lapse_due()) == (1, 0)
    with db.writing() as session:
        telling.lapsed(session, {"prescription": shown.id})
    assert "prescribing.news.unpaid" in _told(ward.cast.lin)
    assert "prescribing.news.unpaid_to_you" in _told(ward.cast.chen)


def test_the_medicine_says_when_it_was_paid(database: Database):
    ward = found_ward()
    approved(ward)
    report = _report(ward, at=(clock.now() - timedelta(minutes=2)).isoformat())
    db.perform(paying.take, cashier(ward), report)
    page = db.perform(medicines.medicines_page, ward.cast.lin, ward.cast.lin.person_id)
    (line,) = [each for each in page.current if "二甲双胍" in each.name.zh]
    assert line.newest.paid[:16] == report.at.isoformat()[:16]


def _file(lines: list[dict[str, str]]) -> bytes:
    rows = [",".join(COLUMNS), *(",".join(each.get(name, "") for name in COLUMNS) for each in lines)]
    return "\n".join(rows).encode()


_DRUG = {
    "kind": "medicine",
    "code": "a",
    "name_zh": "药",
    "strength": "1 g",
    "unit_zh": "片",
    "pack": "1",
    "price": "1",
}


def test_a_hostile_formulary_is_bounded():
    group = {"kind": "group", "name_zh": "组", "members": "C09 C08"}
    many = [_DRUG, *(group | {"code": f"g{number}"} for number in range(MOST_OF["group"] + 1))]
    with pytest.raises(Unreadable) as told:
        read(_file(many))
    assert [each.line for each in told.value.problems] == [MOST_OF["group"] + 3]
    wide = group | {"code": "g", "members": " ".join(f"a{number}" for number in range(51))}
    with pytest.raises(Unreadable):
        read(_file([_DRUG, wide]))
    assert len(read(_file([_DRUG | {"code": f"m{number}"} for number in range(19_000)])).medicines) == 19_000
    with pytest.raises(Invalid):
        read(_file([_DRUG | {"code": f"m{number}"} for number in range(100_000)]))
