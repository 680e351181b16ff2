"""A code that the patient shows: whoever reads it from their phone may send one request, and learns nothing else.

The code is random and says nothing of anybody; of it only digests are kept. It lives five minutes and is read once.
Eight digits stand beside it for whoever cannot scan; guessing them is slowed per account, browser and address.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, delete, or_, select

from health_cloud.consent.models import ShownCode
from health_cloud.consent.service.owning import line, own_decision
from health_cloud.consent.views import CodeState, NewCode
from health_cloud.core import changes, clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import blind
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.settings import settings
from health_cloud.identity.service import throttle, totp
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import person_state

LIFE = timedelta(minutes=5)
HELD = timedelta(minutes=15)
"""Whoever has read a code has so long to send the request."""
DIGITS = 8
PAGE = "/physician/ask/"
PURPOSE = "shown_code"
_TOKEN = 24
_LONGEST = 100
_TRIES = 5
_UNKNOWN = "consent.error.code"


def show_code(session: Session, actor: Actor) -> NewCode:
    """Make a code for the actor's subject; the ones before it that nobody has read are dead.

    Raises:
        Denied: it is none of the actor's affairs.
    """
    ground = own_decision(session, actor, Action.SHOW_CODE)
    now = clock.now()
    _forget(session, actor.subject_id)
    token, digits = secrets.token_urlsafe(_TOKEN), _free_digits(session, now)
    row = ShownCode(
        person_id=actor.subject_id,
        account_id=actor.account_id,
        token=blind(token, "consent_shown_code.token"),
        digits=blind(digits, "consent_shown_code.digits"),
        made_at=now,
        until_at=now + LIFE,
    )
    session.add(row)
    session.flush()
    line(session, actor, ground, Action.SHOW_CODE, code=row.id)
    changes.note(session, f"person:{actor.subject_id}")
    picture, size = totp.picture(f"{settings().origin}{PAGE}{token}")
    half = DIGITS // 2
    spaced = f"{digits[:half]} {digits[half:]}"
    return NewCode(row.id, spaced, picture, size, row.made_at.isoformat(), row.until_at.isoformat())


def _forget(session: Session, person_id: str) -> None:
    session.exec(delete(ShownCode).where(col(ShownCode.person_id) == person_id, col(ShownCode.read_at).is_(None)))


def _free_digits(session: Session, now: datetime) -> str:
    """Return digits that no living code has, so that what is typed means one code or none.

    Raises:
        Invalid: none was found, which a hospital of millions would not see.
    """
    for _ in range(_TRIES):
        digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        if not _living(session, col(ShownCode.digits) == blind(digits, "consent_shown_code.digits"), now):
            return digits
    raise Invalid("consent.error.too_many")


def _living(session: Session, named: object, now: datetime) -> list[ShownCode]:
    query = select(ShownCode).where(named, col(ShownCode.read_at).is_(None), col(ShownCode.until_at) > now)  # type: ignore[arg-type]
    return list(session.exec(query.limit(2)).all())


def code_state(session: Session, actor: Actor, code_id: str) -> CodeState:
    """Return what has become of a code that the actor shows: waiting, read by whom, asked by it, or over.

    Raises:
        Denied: it is none of the actor's affairs.
    """
    own_decision(session, actor, Action.SHOW_CODE)
    row = session.get(ShownCode, code_id) if is_id(code_id) else None
    if row is None or row.person_id != actor.subject_id:
        return CodeState(over=True)
    reader = account_card(session, row.reader_account_id) if row.reader_account_id else None
    if reader is None:
        return CodeState(over=row.until_at <= clock.now())
    return CodeState(reader=reader, request_id=row.request_id)


def read_code(actor: Actor, typed: object) -> str:
    """Read a code that somebody shows; returns by what a request may now be sent, once.

    Args:
        actor: a physician.
        typed: what the picture says after the page's address, or the digits beside it, spaced as they like.

    Raises:
        Denied: not a physician.
        Invalid: unknown, over, or read before: never told apart.
        Slowed: too many wrong ones.
    """
    if not decide(actor, Action.CREATE_REQUEST).allowed or not actor.organization_id:
        raise Denied(action=Action.CREATE_REQUEST.value)
    db.perform(_charge, actor)
    found = db.perform(_read, actor, spelled(typed))
    if not found:
        raise Invalid(_UNKNOWN, field="card")
    return found


def spelled(typed: object) -> str:
    """Return a code without what people type between its digits."""
    return "".join(typed[:_LONGEST].split()) if isinstance(typed, str) else ""


def _charge(session: Session, actor: Actor) -> None:
    throttle.charge(session, actor.visitor, PURPOSE, actor.account_id)


def _read(session: Session, actor: Actor, typed: str) -> str:
    """Claim a living code for whoever reads it; of two at once one alone has it."""
    now = clock.now()
    named = or_(
        col(ShownCode.token) == blind(typed, "consent_shown_code.token"),
        col(ShownCode.digits) == blind(typed, "consent_shown_code.digits"),
    )
    own = select(ShownCode.id).where(
        named,
        ShownCode.reader_account_id == actor.account_id,
        ShownCode.request_id == "",
        col(ShownCode.read_at) > now - HELD,
    )
    if (again := session.exec(own).first()) is not None:
        throttle.give_back(session, actor.visitor, PURPOSE, actor.account_id)
        return again  # the same page loaded anew
    rows = _living(session, named, now)
    if len(rows) != 1 or not _is_reachable(session, rows[0].person_id):
        return ""
    row = rows[0]
    claim = (
        update(ShownCode)
        .where(col(ShownCode.id) == row.id, col(ShownCode.read_at).is_(None))
        .values(read_at=now, reader_account_id=actor.account_id)
    )
    if not session.exec(claim.execution_options(synchronize_session=False)).rowcount:
        return ""
    throttle.give_back(session, actor.visitor, PURPOSE, actor.account_id)
    ledger.write(session, actor, Action.READ_CODE, ledger.DONE, person_id=row.person_id, detail={"code": row.id})
    changes.note(session, f"person:{row.person_id}")
    return row.id


def _is_reachable(session: Session, person_id: str) -> bool:
    person = person_state(session, person_id)
    return person is not None and not person.conflict and not person.deceased


def spend(session: Session, actor: Actor, code_id: str, request_id: str) -> str:
    """Let a request go out by a code that the actor has read; returns whom it reaches. It serves one request.

    Raises:
        Invalid: not theirs, sent by before, or read too long ago: never told apart.
    """
    row = session.get(ShownCode, code_id) if is_id(code_id) else None
    now = clock.now()
    if row is None or row.reader_account_id != actor.account_id or row.read_at is None or now >= row.read_at + HELD:
        raise Invalid(_UNKNOWN, field="card")
    spent = update(ShownCode).where(col(ShownCode.id) == row.id, col(ShownCode.request_id) == "")
    done = session.exec(spent.values(request_id=request_id).execution_options(synchronize_session=False))
    if not done.rowcount or not _is_reachable(session, row.person_id):
        raise Invalid(_UNKNOWN, field="card")
    return row.person_id
