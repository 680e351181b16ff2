"""Recovering an account whose factors are lost: never weaker than what it replaces.

Whoever has verified themselves anew and still holds the authenticator or a recovery code goes on at once. Whoever
has lost everything waits: the owner is told at every contact and on every open screen, can stop it with one tap,
and stops it by signing in. After the wait another code to the contact is needed, in the same browser.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from health_cloud.core import changes, db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Role, decide
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, Link, PatientRecord, Recovery, Verification
from health_cloud.identity.service import alerts, questions, recoveries, sessions, sign_in, throttle, totp, verification
from health_cloud.identity.service.agents import agent_words
from health_cloud.identity.views import RecoveryNotice, RecoveryPage
from health_cloud.notify.views import Kind

PURPOSE = "recover"
WINDOW = timedelta(days=7)
"""For so long after the wait it can be finished."""
TRIES = 5
_SHOWN = timedelta(days=7)
_ENDED = ("stopped", "signed_in", "replaced", "lapsed")
_LONGEST = 100


def current(session: Session, actor: Actor, visitor: Visitor) -> RecoveryPage:
    """Return how a lost account stands in this browser; the same for somebody known and unknown until proved."""
    del actor
    row = recoveries.of_browser(session, sessions.device_blind(visitor))
    proved = verification.look(session, visitor, "proved")
    account = _account_of(session, proved) if proved is not None else None
    if account is not None and _may_go_on(session, account, proved):
        account = None  # nothing to recover any more: setting up is next
    return _page(session, row, account)


def show(session: Session, actor: Actor, visitor: Visitor, code: str) -> bool:
    """Judge a code of the authenticator, or a recovery code, beside a fresh verification.

    Returns:
        Whether it is right: then the password, and with a recovery code both factors, are set at once.

    Raises:
        Conflict: nobody has verified themselves in this browser, or there is nothing to recover.
    """
    del actor
    row = verification.found(session, visitor, "proved")
    account = _in_use(session, row)
    right, by_app = False, False
    if account.failures < sign_in.MOST_FAILURES and row.attempts < verification.TRIES + TRIES:
        right, by_app = sign_in.second_factor(session, account, code)
    row.attempts += 1
    session.add(row)
    if right:
        content = verification.content_of(row) | {"shown": True, "keeps": by_app}
        verification.keep_content(session, row, content)
        throttle.give_back(session, visitor, PURPOSE, account.id)
    else:
        account.failures += 1
        session.add(account)
    who = sessions.plain_actor(account, visitor) if right else questions.verifier()
    outcome = ledger.DONE if right else ledger.FAILED
    ledger.prepare(session, row.person_id)
    ledger.write(session, who, Action.BEGIN_RECOVERY, outcome, person_id=row.person_id)
    return right


def show_factor(visitor: Visitor, code: str) -> None:
    """Count the attempt, then judge it; see `show`.

    Raises:
        Invalid: it is not the code.
        Slowed: too many attempts.
    """
    typed = code[:_LONGEST].strip()
    if not typed:
        raise Invalid("identity.error.code", field="code")
    db.perform(_charge, NOBODY, visitor)
    if not db.perform(show, NOBODY, visitor, typed):
        raise Invalid("identity.recovery.not_shown", field="code")


def begin(session: Session, actor: Actor, visitor: Visitor, *, anew: bool = False) -> RecoveryPage:
    """Begin to wait, in this browser, and tell the owner.

    Args:
        session: the transaction.
        actor: nobody.
        visitor: the browser that has just verified itself.
        anew: in place of one that waits elsewhere; the whole wait begins again.

    Raises:
        Conflict: nobody has verified themselves here, one waits elsewhere, or only the desk can do it now.
        Slowed: begun too often.
    """
    del actor
    proved = verification.found(session, visitor, "proved")
    account = _in_use(session, proved)
    if recoveries.closed_until(session, account.id) is not None:
        raise Conflict("identity.recovery.closed_short")
    waiting = recoveries.waiting_of(session, account.id)
    if waiting is not None and waiting.device == proved.device:
        return _page(session, waiting, None)
    throttle.charge(session, visitor, PURPOSE, account.id)
    if waiting is not None:
        if not anew:
            raise Conflict("identity.recovery.elsewhere_short")
        recoveries.end(session, waiting, "replaced")
    row = _new(account, proved, visitor, verification.content_of(proved))
    session.add(row)
    proved.state, proved.content = "used", None
    session.add(proved)
    session.flush()
    _line(session, row, Action.BEGIN_RECOVERY, ledger.DONE)
    alerts.tell(session, account.id, "identity.recovery.told", kind=Kind.RECOVERY, link="/me")
    changes.note(session, f"account:{account.id}")
    return _page(session, row, None)


def come_back(session: Session, actor: Actor, visitor: Visitor) -> None:
    """Ask for the last code once the wait is over; verification goes on in its step `code`.

    Raises:
        Conflict: nothing can be finished in this browser now.
        Slowed: too many attempts.
    """
    del actor
    mine = recoveries.of_browser(session, sessions.device_blind(visitor))
    waiting = recoveries.waiting_of(session, mine.account_id) if mine is not None else None
    if mine is None or waiting is None or waiting.id != mine.id or not waiting.ready_at <= now() < waiting.ends_at:
        raise Conflict("identity.error.over")
    throttle.charge(session, visitor, PURPOSE, waiting.account_id)
    verification.begin_again(session, visitor, waiting.person_id, recoveries.read(waiting) | {"recovery": waiting.id})


def give_up(session: Session, actor: Actor, visitor: Visitor) -> None:
    """Leave the waiting or what came of it: this browser shows the ways again."""
    del actor
    mine = recoveries.of_browser(session, sessions.device_blind(visitor))
    if mine is None:
        return
    waiting = recoveries.waiting_of(session, mine.account_id)
    if waiting is not None and waiting.id == mine.id:
        recoveries.end(session, waiting, "replaced")
    mine.device = ""
    session.add(mine)


def notice(session: Session, actor: Actor) -> RecoveryNotice:
    """Return what the owner is to know of a recovery of their own account."""
    row = session.exec(
        select(Recovery)
        .where(
            Recovery.account_id == actor.account_id,
            col(Recovery.state).in_(("waiting", "signed_in")),
            col(Recovery.told_at).is_(None),
            col(Recovery.ends_at) > now(),
        )
        .order_by(col(Recovery.created_at).desc())
        .limit(1)
    ).first()
    if row is None:
        return RecoveryNotice()
    return RecoveryNotice(row.id, row.state, row.created_at.isoformat(), row.ready_at.isoformat(), row.agent)


def stop(session: Session, actor: Actor, recovery_id: str) -> None:
    """Stop a recovery of one's own account: "this is not me". Only the desk recovers it for a while.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = _own(session, actor, recovery_id)
    verification.drop_all(session, row.person_id)
    session.exec(select(Account.id).where(Account.id == actor.account_id).with_for_update())
    session.refresh(row, with_for_update=True)
    if row.state not in ("waiting", "signed_in"):
        raise Conflict("identity.error.over")
    recoveries.end(session, row, "stopped")
    row.told_at = now()
    session.add(row)
    ledger.write(
        session, actor, Action.STOP_RECOVERY, ledger.DONE, person_id=actor.person_id, detail={"recovery": row.id}
    )
    for desk in session.exec(_desks(row.person_id)).all():
        alerts.tell(session, desk, "identity.recovery.told_desk", kind=Kind.RECOVERY, reference=row.id[-8:])


def acknowledge(session: Session, actor: Actor, recovery_id: str) -> None:
    """Note that the owner has read how it ended: it was them, or it is over anyway.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = _own(session, actor, recovery_id)
    if row.state == "waiting":
        raise Conflict("identity.error.over")
    row.told_at = now()
    session.add(row)


def _desks(person_id: str):  # noqa: ANN202 - an SQL statement
    """Return the accounts of staff at every hospital that knows a person."""
    hospitals = (
        select(PatientRecord.organization_id)
        .join(Link, col(Link.record_id) == PatientRecord.id)
        .where(Link.person_id == person_id, col(Link.to_at).is_(None))
    )
    return select(Account.id).where(
        Account.role == Role.STAFF.value, Account.state == "active", col(Account.organization_id).in_(hospitals)
    )


def _own(session: Session, actor: Actor, recovery_id: str) -> Recovery:
    if not decide(actor, Action.STOP_RECOVERY).allowed:
        raise Denied(action=Action.STOP_RECOVERY.value)
    row = session.get(Recovery, recovery_id) if is_id(recovery_id) else None
    if row is None or row.account_id != actor.account_id:
        raise NotFound(action=Action.STOP_RECOVERY.value, person_id=actor.person_id)
    return row


def _account_of(session: Session, proved: Verification) -> Account | None:
    """Return the patient's account in use that this verification is about, locked."""
    if proved.account_id or not proved.person_id:
        return None
    account = session.exec(select(Account).where(Account.person_id == proved.person_id).with_for_update()).first()
    return account if account is not None and recoveries.is_in_use(account) else None


def _in_use(session: Session, proved: Verification) -> Account:
    account = _account_of(session, proved)
    if account is None or _may_go_on(session, account, proved):
        raise Conflict("identity.error.over")
    return account


def _may_go_on(session: Session, account: Account, proved: Verification | None) -> bool:
    return proved is not None and recoveries.may_replace(
        session, account, verification.content_of(proved), proved.device
    )


def _new(account: Account, proved: Verification, visitor: Visitor, given: dict[str, object]) -> Recovery:
    at, row_id = now(), new_id()
    ready = at + settings().recovery_delay
    kept = {name: given[name] for name in ("document", "number", "throttled_as", "hospital")}
    return Recovery(
        id=row_id,
        account_id=account.id,
        person_id=proved.person_id,
        device=proved.device,
        content=seal_text(json.dumps(kept, ensure_ascii=False), recoveries.CONTENT, row_id),
        agent=agent_words(visitor.agent),
        created_at=at,
        ready_at=ready,
        ends_at=ready + WINDOW,
    )


def _line(session: Session, row: Recovery, action: Action, outcome: str) -> None:
    ledger.prepare(session, row.person_id)
    ledger.write(session, questions.verifier(), action, outcome, person_id=row.person_id, detail={"recovery": row.id})


def _charge(session: Session, actor: Actor, visitor: Visitor) -> None:
    del actor
    row = verification.found(session, visitor, "proved")
    throttle.charge(session, visitor, PURPOSE, _in_use(session, row).id)


def _page(session: Session, row: Recovery | None, account: Account | None) -> RecoveryPage:
    """Compose the page of a browser: its own recovery first, then what its verification allows."""
    delay = settings().recovery_delay
    hours, minutes = divmod(int(delay.total_seconds()) // 60, 60)
    page = RecoveryPage(proved=account is not None, hours=hours, minutes=0 if hours else minutes)
    if account is not None:
        page = replace(page, demo_code=totp.demo_code(totp.secret_of(account.id, account.totp)))
    at = now()
    if row is not None and row.state == "waiting":
        state = "lapsed" if at >= row.ends_at else "ready" if at >= row.ready_at else "waiting"
        if state != "lapsed" or account is None:
            return replace(page, state=state, **_times(row))
    if account is not None:
        elsewhere = recoveries.waiting_of(session, account.id)
        if recoveries.closed_until(session, account.id) is not None:
            return replace(page, state="closed")
        if elsewhere is not None:
            return replace(page, state="elsewhere", **_times(elsewhere))
        return replace(page, state="choose")
    if row is not None and row.state in _ENDED and row.over_at is not None and at < row.over_at + _SHOWN:
        return replace(page, state=row.state, **_times(row))
    return page


def _times(row: Recovery) -> dict[str, str]:
    over = row.over_at.isoformat() if row.over_at else ""
    return {
        "began": row.created_at.isoformat(),
        "ready_at": row.ready_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "over_at": over,
    }
