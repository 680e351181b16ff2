"""The prescriber's signature: with a second factor shown just now; what is signed is never changed."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
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


AGO = timedelta(minutes=2)
"""So long before the signature the chart was looked at last, where it may be looked at."""


def look_again(session: Session, actor: Actor, visit_id: str, mark: object) -> None:
    """Look at the chart once more for what is about to be signed, in a transaction of its own.

    So this use of the chart stands in the ledger whatever becomes of the signature, and nobody waits for the reading
    with the signature. What has changed meanwhile gives the pane another mark, and is shown before it is signed.

    Raises:
        Denied, NotFound, Unproved, Conflict, Invalid: as `sign`, before the chart is read.
    """
    desk = _marked(session, actor, visit_id, mark)
    given = given_to(session, actor, desk.visit, desk.contents)
    if given is not None and desk.row is not None:
        version, changed_at = desk.row.version, desk.row.changed_at
        rows.keep_draft(desk.row, desk.items, given)
        desk.row.version, desk.row.changed_at = version, changed_at  # nothing that is written has changed
        session.add(desk.row)


def _marked(session: Session, actor: Actor, visit_id: str, mark: object) -> Desk:
    """Return the draft that is to be signed, as it stands before its physician, who has proved who they are."""
    desk = desk_of(session, actor, visit_id, None, Action.SIGN_PRESCRIPTION)
    if desk.row is None or not desk.items:
        raise Invalid("prescribing.error.empty")
    if pane_of(session, desk.visit, desk.row, desk.items, desk.given, desk.contents).mark != mark:
        raise Conflict("prescribing.error.elsewhere")
    require_fresh(actor)
    return desk


def sign(session: Session, actor: Actor, visit_id: str, mark: object) -> Pane:
    """Sign a prescription and send it to the hospital's pharmacists.

    It rests on what `look_again` saw just before, or on what was seen last where the grant has ended.

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
    desk = _marked(session, actor, visit_id, mark)
    row = desk.row
    if row is None:
        raise Conflict
    if desk.visit.ground and not _seen_just_now(desk):
        raise Conflict("prescribing.error.elsewhere")
    situation = rows.situation_of(session, desk.visit, desk.contents, desk.given, desk.items)
    found = [check(item, situation) for item in desk.items]
    general = check_whole(situation)
    if not all(is_whole(item) for item in desk.items):
        raise Invalid("prescribing.error.open")
    if not all(is_ready(each) for each in (*found, general)):
        raise Invalid("prescribing.error.findings")
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


def _seen_just_now(desk: Desk) -> bool:
    return bool(desk.given.at) and clock.now() - datetime.fromisoformat(desk.given.at) <= AGO


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
