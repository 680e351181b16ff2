"""Payment from outside: only the hospital's own cashier, once a reference, and the whole amount."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from health_cloud.chart.models import ChartEntry
from health_cloud.core import clock, db
from health_cloud.core.actors import NOBODY
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.prescribing.models import Payment, Prescription
from health_cloud.prescribing.service import paying
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.prescribing.ward import Ward, approved, cashier, found_ward, signed


def _number() -> str:
    with db.reading() as session:
        return session.exec(select(Prescription.number)).one()


def _body(**changed: Any) -> bytes:
    told = {
        "prescription": _number(),
        "reference": "K-1",
        "kind": "payment",
        "amount": "32.80",
        "currency": "CNY",
        "at": clock.now().isoformat(),
    }
    return json.dumps(told | changed).encode()


def _sent(secret: str, body: bytes, *, hospital: str = "songyun", late: timedelta = timedelta()) -> paying.Answer:
    at = (clock.now() - late).isoformat()
    return db.perform(paying.take_signed, NOBODY, hospital, at, paying.signature_of(secret, at, body), body)


def _raw(at: str, signature: str, body: bytes) -> paying.Answer:
    return db.perform(paying.take_signed, NOBODY, "songyun", at, signature, body)


def _ready() -> tuple[Ward, str]:
    ward = found_ward()
    approved(ward)
    return ward, db.perform(paying.set_secret, COMMAND_LINE, ward.cast.town.organization_id)


def _payments() -> int:
    with db.reading() as session:
        return len(session.exec(select(Payment)).all())


def test_the_same_report_again_changes_nothing(database: Database):
    _, secret = _ready()
    body = _body()
    assert (_sent(secret, body).state, _sent(secret, body).again) == ("paid", True)
    assert _payments() == 1
    with pytest.raises(Conflict):
        _sent(secret, _body(amount="99.00"))  # the same reference for another amount
    with pytest.raises(Conflict):
        _sent(secret, _body(reference="K-2"))  # paid before
    assert _payments() == 1


def test_sixteen_at_once_are_one(database: Database):
    _, secret = _ready()
    body = _body()
    answers: list[str] = []

    def send() -> None:
        try:
            answers.append(_sent(secret, body).state)
        except HealthCloudError as problem:
            answers.append(problem.key)

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {"paid", "prescribing.payment.error.again"}
    assert "paid" in answers
    assert _payments() == 1
    with db.reading() as session:
        assert len(session.exec(select(ChartEntry).where(ChartEntry.source_type == "MedicationRequest")).all()) == 1


def test_only_the_hospitals_own_cashier_just_now(database: Database):
    ward, secret = _ready()
    body = _body()
    for wrong in (
        lambda: _sent("another secret", body),
        lambda: _sent(secret, body, hospital="yunxi"),
        lambda: _sent(secret, body, hospital="nowhere"),
        lambda: _sent(secret, body, late=timedelta(minutes=6)),
        lambda: _sent(secret, body, late=-timedelta(minutes=6)),
        lambda: db.perform(
            paying.take_signed, NOBODY, "songyun", "now", paying.signature_of(secret, "now", body), body
        ),
        lambda: _raw(clock.now().isoformat(), "", body),
    ):
        with pytest.raises(Denied):
            wrong()
    at = clock.now().isoformat()
    with pytest.raises(Denied):  # another body under the same signature
        _raw(at, paying.signature_of(secret, at, body), _body(reference="K-9"))
    new = db.perform(paying.set_secret, COMMAND_LINE, ward.cast.town.organization_id)
    with pytest.raises(Denied):
        _sent(secret, body)
    assert _sent(new, body).state == "paid"
    for other in (ward.cast.staff, ward.cast.chen, ward.cast.lin):
        with pytest.raises(Denied):
            db.perform(paying.set_secret, other, ward.cast.town.organization_id)


def test_another_hospitals_cashier_does_not_know_it(database: Database):
    ward, _ = _ready()
    theirs = db.perform(paying.set_secret, COMMAND_LINE, ward.cast.gao.organization_id)
    with pytest.raises(NotFound):
        _sent(theirs, _body(), hospital="yunxi")


@pytest.mark.parametrize(
    "changed",
    [
        {"reference": ""},
        {"reference": "a b"},
        {"kind": "gift"},
        {"currency": "USD"},
        {"amount": "0"},
        {"amount": "-32.80"},
        {"amount": "32.801"},
        {"amount": 32.8},
        {"at": "yesterday"},
        {"at": "2026-11-22T10:00:00"},
        {"at": "2999-01-01T00:00:00+08:00"},
        {"prescription": None},
    ],
    ids=str,
)
def test_what_a_report_cannot_say(database: Database, changed: dict[str, Any]):
    _, secret = _ready()
    with pytest.raises(Invalid):
        _sent(secret, _body(**changed))
    assert _payments() == 0


def test_what_cannot_be_paid_or_refunded(database: Database):
    ward = found_ward()
    signed(ward)
    secret = db.perform(paying.set_secret, COMMAND_LINE, ward.cast.town.organization_id)
    for body in (_body(), _body(kind="refund")):
        with pytest.raises(Conflict):
            _sent(secret, body)
    with pytest.raises(NotFound):
        _sent(secret, _body(prescription="0000"))
    assert _payments() == 0


def test_part_of_the_money_pays_nothing(database: Database):
    ward, secret = _ready()
    for amount in ("32.79", "32.81"):
        with pytest.raises(Conflict):
            _sent(secret, _body(amount=amount))
    assert _payments() == 0
    assert db.perform(paying.take, cashier(ward), paying.read_report(_body())).state == "paid"


def test_the_demonstrations_button_is_nobody_elses(database: Database):
    ward, _ = _ready()
    with pytest.raises((Denied, NotFound)):
        db.perform(paying.pay_in_demo, ward.cast.wang, ward.visit, "payment")
    assert _payments() == 0
