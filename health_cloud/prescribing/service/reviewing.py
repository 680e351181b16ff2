"""The pharmacist's review: what waits since when, one prescription with all that is known of it, a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, func, select

from health_cloud.consent.service.grants import still_gives
from health_cloud.core import clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Decision, Role, decide
from health_cloud.core.proof import require_fresh
from health_cloud.core.words import Words
from health_cloud.identity.service.ages import birthday, possible_days
from health_cloud.identity.service.faces import account_card, same_person
from health_cloud.identity.service.people import department_name, person_facts, person_name
from health_cloud.prescribing.models import Prescription, Signing
from health_cloud.prescribing.service import rows
from health_cloud.prescribing.service.checking import stop_of
from health_cloud.prescribing.service.formulary import in_force
from health_cloud.prescribing.service.showing import findings_from, signed_rows, without_chart_in
from health_cloud.prescribing.service.wording import money
from health_cloud.prescribing.views.prescriptions import NO_GIVEN, ReviewPage, WaitingRow

APPROVED, RETURNED = "prescribing.approved", "prescribing.returned"
_MOST = 200
_LONGEST = 500
_MINUTE = timedelta(minutes=1)


def queue(session: Session, actor: Actor) -> list[WaitingRow]:
    """Return what waits for the pharmacists of the actor's hospital, the longest first: one line in its chain.

    And one in the chain of each patient named, once a day by each reader: that a prescription waits tells something.

    Raises:
        Denied: not a pharmacist.
    """
    decision = _allowed(actor, Action.REVIEW_PRESCRIPTION)
    found = session.exec(_waiting(actor).order_by(col(Prescription.signed_at)).limit(_MOST)).all()
    ledger.write(
        session, actor, Action.REVIEW_PRESCRIPTION, ledger.ALLOWED, decision=decision, detail={"waiting": len(found)}
    )
    named = {row.person_id: {"prescription": row.id} for row in reversed(found)}
    ledger.note_listed(session, actor, Action.REVIEW_PRESCRIPTION, decision, named)
    return [_row(session, actor, row) for row in found]


def count_waiting(session: Session, actor: Actor) -> int:
    """Return how many prescriptions wait for the actor's review; for anybody else none."""
    if actor.role is not Role.PHARMACIST:
        return 0
    return session.exec(select(func.count()).select_from(_waiting(actor).subquery())).one()


def review(session: Session, actor: Actor, prescription_id: str) -> ReviewPage:
    """Return one prescription of the actor's hospital, by duty: one line in its patient's ledger.

    Raises:
        Denied: not a pharmacist.
        NotFound: absent, another hospital's, or never signed.
    """
    decision = _allowed(actor, Action.REVIEW_PRESCRIPTION)
    row, signing = _found(session, actor, prescription_id, Action.REVIEW_PRESCRIPTION)
    ledger.write(
        session,
        actor,
        Action.REVIEW_PRESCRIPTION,
        ledger.ALLOWED,
        person_id=row.person_id,
        decision=decision,
        detail={"prescription": row.id, "signing": signing.number},
    )
    body = rows.body_of(signing)
    person = person_facts(session, row.person_id)
    before = session.exec(
        select(Signing).where(Signing.prescription_id == row.id, Signing.number == signing.number - 1)
    ).first()
    # by duty while it waits: afterwards what was prescribed stays, and what the chart said is nobody's here
    waits = rows.stand_of(row) == "signed"
    given = rows.given_from(body["given"])
    # nor is it once its patient has taken back, or left less of, what let the physician read
    withheld = waits and bool(given.at) and not still_gives(session, given.mark.partition("|")[0], given.mark)
    medicines = signed_rows(body)
    if not waits:
        medicines = tuple(replace(each, findings=()) for each in medicines)
    elif withheld:
        medicines = tuple(without_chart_in(each) for each in medicines)
    return ReviewPage(
        id=row.id,
        visit=row.visit_id,
        state=rows.stand_of(row),
        number=row.number,
        patient=person.name,
        sex=person.sex if person.sex in ("female", "male") else "",
        age=_age(session, row, person.birth_date),
        born=person.birth_date,
        physician=account_card(session, signing.account_id),
        department=department_name(session, row.department_id),
        signed_at=rows.local(session, row.organization_id, signing.signed_at),
        digest=signing.digest,
        medicines=medicines,
        general=tuple(findings_from(body["general"])) if waits else (),
        given=given if waits and not withheld else NO_GIVEN,
        total=money(row.total),
        own=same_person(session, actor.account_id, signing.account_id, row.person_id),
        signings=signing.number,
        before=rows.word_of(before),
        withheld=withheld,
        ground=given.mark.partition("|")[0] if waits and not withheld else "",
    )


def approve(session: Session, actor: Actor, prescription_id: str, digest: object) -> None:
    """Approve a prescription as it was read, named by the digest of what was signed: its patient may pay.

    Raises:
        Denied: not a pharmacist, or their own prescription.
        NotFound: absent or another hospital's.
        Unproved: no second factor was shown just now.
        Conflict: somebody was faster, it was signed anew, it is too old, or the formulary lets it be no more.
    """
    row, signing, decision = _to_decide(session, actor, prescription_id, digest)
    require_fresh(actor)
    _, contents = in_force(session, row.organization_id)
    for each in signed_rows(rows.body_of(signing)):
        medicine = contents.medicines.get(each.item.code)
        if medicine is None or stop_of(medicine) != Words():
            raise Conflict("prescribing.error.stopped_since")
    row.state = signing.verdict = "approved"
    _decide(session, actor, row, signing, decision)
    facts.emit(session, APPROVED, prescription=row.id)


def give_back(session: Session, actor: Actor, prescription_id: str, digest: object, word: object) -> None:
    """Return a prescription with a reason: its physician amends it and signs anew.

    Raises:
        Denied, NotFound, Conflict: as `approve`.
        Invalid: without a reason, or with one that is too long.
    """
    words = word.strip() if isinstance(word, str) else ""
    if not words:
        raise Invalid("prescribing.error.no_word", field="word")
    if len(words) > _LONGEST:
        raise Invalid("prescribing.error.too_long", longest=_LONGEST, field="word")
    row, signing, decision = _to_decide(session, actor, prescription_id, digest)
    row.state = signing.verdict = "returned"
    rows.seal_word(signing, words)
    _decide(session, actor, row, signing, decision)
    facts.emit(session, RETURNED, prescription=row.id)


def _to_decide(
    session: Session, actor: Actor, prescription_id: str, digest: object
) -> tuple[Prescription, Signing, Decision]:
    decision = _allowed(actor, Action.DECIDE_PRESCRIPTION)
    row, signing = _found(session, actor, prescription_id, Action.DECIDE_PRESCRIPTION)
    if same_person(session, actor.account_id, signing.account_id, row.person_id):
        raise Denied("prescribing.error.own", action=Action.DECIDE_PRESCRIPTION.value, person_id=row.person_id)
    if row.state != "signed" or signing.digest != digest:
        raise Conflict("prescribing.error.decided")
    if rows.stand_of(row) == "lapsed":
        raise Conflict("prescribing.error.lapsed")
    return row, signing, decision


def _decide(session: Session, actor: Actor, row: Prescription, signing: Signing, decision: Decision) -> None:
    now = clock.now()
    signing.reviewer_account_id, signing.reviewed_at, row.changed_at = actor.account_id, now, now
    session.add(row)
    session.add(signing)
    ledger.write(
        session,
        actor,
        Action.DECIDE_PRESCRIPTION,
        ledger.DONE,
        person_id=row.person_id,
        decision=decision,
        detail={
            "prescription": row.id,
            "signing": signing.number,
            "digest": signing.digest,
            "verdict": signing.verdict,
        },
    )
    rows.tell(session, row)
    rows.tell_writer(session, row)


def _allowed(actor: Actor, action: Action) -> Decision:
    decision = decide(actor, action)
    if not decision.allowed or actor.role is not Role.PHARMACIST or not actor.organization_id:
        raise Denied(action=action.value)
    return decision


def _found(session: Session, actor: Actor, prescription_id: str, action: Action) -> tuple[Prescription, Signing]:
    row = session.get(Prescription, prescription_id, with_for_update=True) if is_id(prescription_id) else None
    signing = rows.last_signing(session, row.id) if row is not None else None
    if row is None or signing is None or row.organization_id != actor.organization_id:
        raise NotFound(action=action.value, person_id=row.person_id if row is not None else "")
    return row, signing


def _waiting(actor: Actor):  # noqa: ANN202 - the query's own type
    return select(Prescription).where(
        Prescription.organization_id == actor.organization_id,
        Prescription.state == "signed",
        col(Prescription.signed_at) > clock.now() - rows.VALID,
    )


def _row(session: Session, actor: Actor, row: Prescription) -> WaitingRow:
    signing = rows.last_signing(session, row.id)
    if signing is None:
        raise NotFound
    items = signed_rows(rows.body_of(signing))
    return WaitingRow(
        id=row.id,
        patient=person_name(session, row.person_id),
        physician=account_card(session, signing.account_id).name,
        department=department_name(session, row.department_id),
        signed_at=rows.local(session, row.organization_id, signing.signed_at),
        waits=(clock.now() - signing.signed_at) // _MINUTE,
        count=len(items),
        warned=any(finding.level == "warn" for each in items for finding in each.findings),
        own=same_person(session, actor.account_id, signing.account_id, row.person_id),
        again=signing.number > 1,
    )


def _age(session: Session, row: Prescription, birth_date: str) -> int:
    """Return the age in years, as far as the birth date tells it for certain; -1 where it does not."""
    days = possible_days(birth_date)
    if days is None:
        return -1
    today = clock.now().astimezone(rows.zone_of(session, row.organization_id)).date()
    years = today.year - days[1].year
    return years if birthday(days[1], years) <= today else years - 1
