"""The prescriber's signature: with a second factor shown just now; what is signed is never changed."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from typing import Any

from sqlmodel import Session

from health_cloud.core import clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Invalid
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action
from health_cloud.core.proof import require_fresh
from health_cloud.identity.service.proving import factor_of
from health_cloud.prescribing.models import Signing
from health_cloud.prescribing.service import rows
from health_cloud.prescribing.service.checking import check, check_whole, is_ready
from health_cloud.prescribing.service.drafting import Desk, desk_of
from health_cloud.prescribing.service.given import given_to
from health_cloud.prescribing.service.showing import cost_of, is_whole, item_rows, pane_of, total_of
from health_cloud.prescribing.service.wording import amount_words, frequency_words, route_words
from health_cloud.prescribing.views.prescriptions import Pane

SIGNED = "prescribing.signed"


def sign(session: Session, actor: Actor, visit_id: str, mark: object) -> Pane:
    """Sign a prescription and send it to the hospital's pharmacists.

    It is checked once more, on what the physician may see at this moment, or saw last where the grant has ended.

    Args:
        session: the transaction.
        actor: the physician of the visit.
        visit_id: which visit.
        mark: of what the physician has before them, see `Pane`.

    Raises:
        Denied: not a physician.
        NotFound: absent or somebody else's visit.
        Unproved: no second factor was shown just now.
        Conflict: it was written elsewhere meanwhile, or cannot be written any more.
        Invalid: something is open, refused, or without a reason; `field` is empty, the pane says what.
    """
    desk = desk_of(session, actor, visit_id, None, Action.SIGN_PRESCRIPTION)
    if desk.row is None or not desk.items:
        raise Invalid("prescribing.error.empty")
    if pane_of(session, desk.visit, desk.row, desk.items, desk.given, desk.contents).mark != mark:
        raise Conflict("prescribing.error.elsewhere")
    require_fresh(actor)
    desk.given = given_to(session, actor, desk.visit, desk.contents) or desk.given
    situation = rows.situation_of(session, desk.visit, desk.contents, desk.given, desk.items)
    found = [check(item, situation) for item in desk.items]
    general = check_whole(situation)
    if not all(is_whole(item) for item in desk.items):
        raise Invalid("prescribing.error.open")
    if not all(is_ready(each) for each in (*found, general)):
        raise Invalid("prescribing.error.findings")
    row = desk.row
    now = clock.now()
    row.total = total_of(desk.items, desk.contents)
    body = json.dumps(
        {
            **_body(desk, factor_of(session, actor)),
            "items": _items(desk, found),
            "general": [asdict(each) for each in general],
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    signing = Signing(
        id=new_id(),
        prescription_id=row.id,
        number=row.signings + 1,
        digest=hashlib.sha256(body.encode()).hexdigest(),
        account_id=actor.account_id,
        signed_at=now,
    )
    rows.sealed_body(signing, body)
    rows.keep_draft(row, desk.items, desk.given)
    row.state, row.signed_at, row.signings = "signed", now, signing.number
    session.add(row)
    session.add(signing)
    session.flush()
    ledger.write(
        session,
        actor,
        Action.SIGN_PRESCRIPTION,
        ledger.DONE,
        person_id=row.person_id,
        decision=desk.decision,
        detail={
            "prescription": row.id,
            "appointment": row.visit_id,
            "signing": signing.number,
            "digest": signing.digest,
        },
    )
    facts.emit(session, SIGNED, prescription=row.id)
    rows.tell(session, row)
    rows.tell_writer(session, row)
    return pane_of(session, desk.visit, row, desk.items, desk.given, desk.contents)


def _body(desk: Desk, factor: str) -> dict[str, Any]:
    """Return what is signed beside the medicines; the salt keeps its digest from being guessed."""
    row = desk.row
    if row is None:
        raise Conflict
    return {
        "prescription": row.id,
        "signing": row.signings + 1,
        "number": row.number,
        "appointment": row.visit_id,
        "person": row.person_id,
        "organization": row.organization_id,
        "department": row.department_id,
        "physician": row.physician_account_id,
        "signed_at": clock.now().isoformat(),
        "factor": factor,
        "total": row.total,
        "given": asdict(desk.given),
        "salt": secrets.token_hex(16),
    }


def _items(desk: Desk, found: list[Any]) -> list[dict[str, Any]]:
    shown = item_rows(desk.items, desk.contents, found)
    made: list[dict[str, Any]] = []
    for item, each in zip(desk.items, shown, strict=True):
        medicine = desk.contents.medicines[item.code]
        made.append(
            {
                "item": asdict(item),
                "medicine": asdict(medicine),
                "title": asdict(each.title),
                "dose": asdict(each.dose),
                "amount": asdict(amount_words(item, medicine)),
                "frequency": asdict(frequency_words(item)),
                "route": asdict(route_words(item)),
                "quantity": asdict(each.quantity),
                "findings": [asdict(finding) for finding in each.findings],
                "cost": each.cost,
                "hundredths": cost_of(item, medicine),
            }
        )
    return made
