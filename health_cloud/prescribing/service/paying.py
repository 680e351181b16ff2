"""Payment from outside: a hospital's cashier reports what moved, signed with its own secret, once a reference.

The same report again is answered as the first time; another one under the same reference is refused. Only what is paid
in full is an outcome; a refund of any amount takes it back (import-rules: Payment).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from health_cloud.core import clock, facts, ledger
from health_cloud.core.actors import Actor, system
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.policy import Action, Role, decide
from health_cloud.core.settings import settings
from health_cloud.identity.service import directory
from health_cloud.identity.service.relations import decision_in
from health_cloud.prescribing.models import Cashier, Payment, Prescription, Signing, UnfitPayment
from health_cloud.prescribing.service import rows, unfit
from health_cloud.prescribing.service.publishing import publish
from health_cloud.prescribing.service.visits import visit_of

JOB = "cashier"
PAID, REFUNDED = "prescribing.paid", "prescribing.refunded"
LARGEST: Final = 10_000
"""Bytes of a report."""
APART: Final = timedelta(minutes=5)
"""So far a report's own time may be from ours."""
_SECRET = "prescribing_cashier.secret"  # noqa: S105 - name of the column
_REFERENCE = re.compile(r"[A-Za-z0-9._:/-]{1,60}")
_AMOUNT = re.compile(r"\d{1,7}(\.\d{1,2})?")
_NUMBER = re.compile(r"[0-9]{1,20}")
_FIELDS = frozenset({"prescription", "reference", "kind", "amount", "currency", "at"})


@dataclass(frozen=True)
class Report:
    """What a cashier says: the prescription's number, their reference, and the money in hundredths of a yuan."""

    number: str
    reference: str
    kind: str
    amount: int
    at: datetime


@dataclass(frozen=True)
class Answer:
    """What is answered: how the prescription stands, and whether this was said before."""

    number: str
    state: str
    again: bool


def set_secret(session: Session, actor: Actor, organization_id: str) -> str:
    """Make a new secret for a hospital's cashier; the one before ends at once. It is told this once.

    Raises:
        Denied: not the operator.
    """
    if not decide(actor, Action.TAKE_PAYMENT).allowed:
        raise Denied(action=Action.TAKE_PAYMENT.value)
    secret = secrets.token_urlsafe(32)
    row = session.get(Cashier, organization_id) or Cashier(organization_id=organization_id)
    row.secret, row.set_at = seal_text(secret, _SECRET, organization_id), clock.now()
    session.add(row)
    ledger.write(
        session, actor, Action.TAKE_PAYMENT, ledger.DONE, detail={"organization": organization_id, "what": "secret"}
    )
    return secret


def signature_of(secret: str, at: str, body: bytes) -> str:
    """Return the signature of a report: hex HMAC-SHA256 over `at`, a line feed, and the bytes."""
    return hmac.new(secret.encode(), at.encode() + b"\n" + body, hashlib.sha256).hexdigest()


def judge(session: Session, hospital: str, at: str, signature: str, body: bytes) -> Actor:
    """Return the cashier's actor where a report is signed by the hospital that it names, just now.

    Raises:
        Denied: it is not; which part is wrong is not said.
    """
    known = {code: organization_id for organization_id, code in directory.codes(session).items()}
    organization_id = known.get(hospital, "")
    row = session.get(Cashier, organization_id) if organization_id else None
    secret = unseal_text(row.secret, _SECRET, organization_id) if row is not None else secrets.token_urlsafe(32)
    right = hmac.compare_digest(signature_of(secret, at, body).encode(), signature.casefold().encode())
    if row is None or not right or not _is_now(at):
        raise Denied("prescribing.payment.error.signature", action=Action.TAKE_PAYMENT.value)
    return system(JOB, organization_id)


def take_signed(session: Session, actor: Actor, hospital: str, at: str, signature: str, body: bytes) -> Answer:
    """Take a report as it came in: judged by its signature, read, and taken.

    Args:
        session: the transaction.
        actor: whoever calls; nobody has to be signed in, the signature alone counts.
        hospital: code of the hospital whose cashier says so.
        at: when it was signed, ISO 8601 with its zone, at most five minutes from now.
        signature: see `signature_of`.
        body: the report's bytes.

    Raises:
        Denied, Invalid, NotFound, Conflict: as `judge`, `read_report`, `take`.
    """
    del actor
    return take(session, judge(session, hospital, at, signature, body), read_report(body))


def note_refused(session: Session, actor: Actor, hospital: str, at: str, signature: str, body: bytes, why: str) -> None:
    """Keep a report that was refused just now, in a transaction of its own: the money behind it may have moved.

    Args:
        session: the transaction.
        actor: as of `take_signed`.
        hospital: the same.
        at: the same.
        signature: the same; it is judged anew.
        body: the report's bytes.
        why: key of what was answered.

    Raises:
        Denied, Invalid: as `judge`, `read_report`.
    """
    del actor
    cashier, report = judge(session, hospital, at, signature, body), read_report(body)
    known = select(Prescription.total).where(
        Prescription.number == report.number, Prescription.organization_id == cashier.organization_id
    )
    total = session.exec(known).first() or 0
    unfit.keep(
        session,
        UnfitPayment(
            organization_id=cashier.organization_id,
            mark="",
            number=report.number,
            reference=report.reference,
            kind=report.kind,
            amount=report.amount,
            at=report.at,
            reason=why.rpartition(".")[2],
            total=total,
            first_at=clock.now(),
            last_at=clock.now(),
        ),
    )


def read_report(body: bytes) -> Report:
    """Read a report.

    Raises:
        Invalid: it is none; says which field and what it has to be.
    """
    given = _texts(body)
    for name, shape in (("reference", _REFERENCE), ("prescription", _NUMBER)):
        if not shape.fullmatch(given[name]):
            raise Invalid(f"prescribing.payment.error.{name}", field=name)
    if given["kind"] not in ("payment", "refund"):
        raise Invalid("prescribing.payment.error.kind", field="kind")
    if given["currency"] != "CNY":
        raise Invalid("prescribing.payment.error.currency", field="currency")
    amount, at = given["amount"], _instant(given["at"])
    if not _AMOUNT.fullmatch(amount) or Decimal(amount) <= 0:
        raise Invalid("prescribing.payment.error.amount", field="amount")
    if at is None or at > clock.now() + APART:
        raise Invalid("prescribing.payment.error.at", field="at")
    return Report(given["prescription"], given["reference"], given["kind"], int(Decimal(amount) * 100), at)


def _texts(body: bytes) -> dict[str, str]:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("prescribing.payment.error.json") from None
    if not isinstance(told, dict):
        raise Invalid("prescribing.payment.error.json")
    given = cast("dict[str, Any]", told)
    for name in _FIELDS:
        if not isinstance(given.get(name), str) or not given[name]:
            raise Invalid("prescribing.payment.error.field", name=name, field=name)
    return given


def take(session: Session, actor: Actor, report: Report, channel: str = "cashier") -> Answer:
    """Take what a cashier reports, once a reference.

    Raises:
        Denied: not a cashier.
        NotFound: this hospital has no such prescription.
        Conflict: it is not to be paid, too old, not the amount, refunded already, or the reference said something else.
    """
    decision = decide(actor, Action.TAKE_PAYMENT)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=Action.TAKE_PAYMENT.value)
    row = session.exec(
        select(Prescription)
        .where(Prescription.number == report.number, Prescription.organization_id == actor.organization_id)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound("prescribing.payment.error.nobody")
    said = session.exec(
        select(Payment).where(Payment.organization_id == actor.organization_id, Payment.reference == report.reference)
    ).first()
    if said is not None:
        if (said.prescription_id, said.kind, said.amount) != (row.id, report.kind, report.amount):
            raise Conflict("prescribing.payment.error.other")
        return Answer(row.number, row.state, again=True)
    signing = rows.last_signing(session, row.id)
    if signing is None:
        raise Conflict("prescribing.payment.error.unapproved")
    _check(row, signing, report)
    session.add(
        Payment(
            organization_id=actor.organization_id,
            prescription_id=row.id,
            reference=report.reference,
            kind=report.kind,
            amount=report.amount,
            at=report.at,
            received_at=clock.now(),
            channel=channel,
        )
    )
    row.state = "paid" if report.kind == "payment" else "refunded"
    if report.kind == "payment":
        row.paid_at = report.at
    row.changed_at = clock.now()
    session.add(row)
    try:
        session.flush()
    except IntegrityError:  # the same report at the same moment
        raise Conflict("prescribing.payment.error.again") from None
    publish(session, row, signing, refunded=report.kind == "refund")
    ledger.write(
        session,
        actor,
        Action.TAKE_PAYMENT,
        ledger.DONE,
        person_id=row.person_id,
        decision=decision,
        detail={"prescription": row.id, "kind": report.kind, "hundredths": report.amount, "channel": channel},
    )
    unfit.fits_now(session, actor.organization_id, report.number, report.reference)
    facts.emit(session, PAID if report.kind == "payment" else REFUNDED, prescription=row.id)
    rows.tell(session, row)
    rows.tell_writer(session, row)
    return Answer(row.number, row.state, again=False)


def pay_in_demo(session: Session, actor: Actor, visit_id: str, kind: str) -> Answer:
    """Do as a cashier would for what was prescribed in the actor's own visit, in the demonstration; no money moves.

    Raises:
        Denied: not the demonstration, or it holds a real hospital; or a guardian who is not given to book.
        NotFound, Conflict: as `take`.
    """
    if settings().mode != "demo" or not directory.only_demo(session):
        raise Denied
    if actor.role is not Role.PATIENT or not decision_in(session, actor, Action.READ_PRESCRIPTION).allowed:
        raise Denied(action=Action.READ_PRESCRIPTION.value, person_id=actor.subject_id)
    visit = visit_of(session, actor, visit_id, Action.READ_PRESCRIPTION)
    row = rows.of_visit(session, visit.id)
    if row is None:
        raise NotFound("prescribing.payment.error.nobody")
    report = Report(row.number, f"demo-{kind}-{row.number}", kind, row.total, clock.now())
    return take(session, system(JOB, row.organization_id), report, "demo")


def _check(row: Prescription, signing: Signing, report: Report) -> None:
    """Refuse what cannot be so.

    Raises:
        Conflict: with what to do.
    """
    if report.kind == "refund":
        if row.state != "paid":
            key = "not_paid" if row.paid_at is None else "refunded_before"
            raise Conflict(f"prescribing.payment.error.{key}")
        if row.paid_at is not None and report.at < row.paid_at - APART:
            raise Conflict("prescribing.payment.error.early")
        return
    if row.state in ("paid", "refunded"):
        raise Conflict("prescribing.payment.error.paid_before")
    if row.state != "approved":
        raise Conflict("prescribing.payment.error.unapproved")
    if rows.stand_of(row) == "lapsed":
        raise Conflict("prescribing.payment.error.lapsed")
    if signing.reviewed_at is not None and report.at < signing.reviewed_at - APART:
        raise Conflict("prescribing.payment.error.early")
    if report.amount != row.total:
        raise Conflict("prescribing.payment.error.total", total=f"{Decimal(row.total) / 100:.2f}")


def _is_now(at: str) -> bool:
    said = _instant(at)
    return said is not None and abs(clock.now() - said) <= APART


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
