"""Changing one's phone number or e-mail address: a code to the new one, word to the old one, and time to object.

A contact is what codes are sent to, so whoever can change it can take an account over. A change therefore needs a
second factor shown just now and a code sent to the new contact; the old one is told and can stop it; and it counts as
possession only after days, unless the desk, which has seen the person, made it.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import settings
from health_cloud.core.words import Language
from health_cloud.identity.models import Account, OwnContact
from health_cloud.identity.service import accounts, addresses, alerts, lookup, questions, throttle, totp
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.numbers import blind_contact
from health_cloud.identity.views import ContactRow, ContactsPage
from health_cloud.notify.service import channels, inbox, sending
from health_cloud.notify.views import Kind

KINDS = ("phone", "email")
CODE_LIFE = timedelta(minutes=10)
TRIES = 5
PURPOSE = "contact"
STOP = "stop_contact"
_DIGITS = 6
_STOP_LENGTH = 10
_LONGEST = 40
_VALUE = "identity_own_contact.value"
_CHANNELS = {"phone": "sms", "email": "email"}


def page(session: Session, actor: Actor) -> ContactsPage:
    """Return how the actor can be reached, what is about to change, and what waits for its code."""
    at, owner = now(), _owner(actor)
    used = lookup.contacts_of(session, owner)
    rows = session.exec(
        select(OwnContact).where(OwnContact.owner_id == owner, col(OwnContact.state).in_(("waiting", "confirmed")))
    ).all()
    pending = {row.kind: row for row in rows if _pending(row, at)}
    waiting = next((row for row in rows if row.state == "waiting" and at < row.expires_at), None)
    return ContactsPage(
        lines=tuple(_line(kind, used.get(kind), pending.get(kind)) for kind in KINDS),
        waiting_id=waiting.id if waiting else "",
        waiting_kind=waiting.kind if waiting else "",
        waiting_masked=addresses.masked(waiting.kind, _value(waiting)) if waiting else "",
        tries=TRIES - waiting.attempts if waiting else 0,
        hours=settings().contact_delay_hours,
    )


def begin(session: Session, actor: Actor, kind: str, value: str, language: Language) -> ContactsPage:
    """Send a code to a new contact; a change that was begun before is dropped.

    Raises:
        Unproved: no second factor was shown just now.
        Invalid: not such a number or address, or no message can be sent there.
        Slowed: too many changes begun.
    """
    _allow(actor)
    require_fresh(actor)
    spelled = addresses.checked(kind, value)
    if channels.way_of(_CHANNELS[kind]) == "unset":
        raise Invalid("identity.contacts.error.unset", field="value")
    throttle.charge(session, actor.visitor, PURPOSE, actor.account_id)
    session.exec(
        update(OwnContact)
        .where(col(OwnContact.owner_id) == _owner(actor), col(OwnContact.state) == "waiting")
        .values(state="dropped", value=None)
    )
    row = _new(actor.account_id, _owner(actor), kind, spelled)
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    row.code = blind(code, "identity_own_contact.code", row.id)
    session.add(row)
    sending.queue(
        session,
        _CHANNELS[kind],
        spelled,
        "notify.contact_code",
        language,
        valid=CODE_LIFE,
        owner=actor.account_id,
        code=code,
    )
    session.flush()
    return page(session, actor)


def confirm(session: Session, actor: Actor, change_id: str, code: str) -> ContactsPage:
    """Judge the code that was sent to the new contact; when it is right, the change takes effect after the delay.

    A wrong code is a page on which one try is less.

    Raises:
        Unproved: no second factor was shown just now.
        Conflict: there is no such change, or it is over.
    """
    _allow(actor)
    require_fresh(actor)
    row = _mine(session, actor, change_id)
    at = now()
    if row.state != "waiting" or at >= row.expires_at:
        raise Conflict("identity.contacts.error.over")
    row.attempts += 1
    if not hmac.compare_digest(row.code, blind(code[:_LONGEST].strip(), "identity_own_contact.code", row.id)):
        if row.attempts >= TRIES:
            row.state, row.value = "dropped", None
            _write(session, actor, row, ledger.FAILED)
        session.add(row)
        session.flush()
        return page(session, actor)
    account = session.get_one(Account, actor.account_id, with_for_update=True)
    _end_pending(session, row)
    _take(session, row, at + timedelta(hours=settings().contact_delay_hours))
    _tell_old(session, row, account)
    throttle.give_back(session, actor.visitor, PURPOSE, actor.account_id)
    _write(session, actor, row, ledger.DONE)
    session.flush()
    return page(session, actor)


def cancel(session: Session, actor: Actor, change_id: str) -> ContactsPage:
    """Stop a change of one's own before it takes effect; any session of its owner may, without a further proof.

    Raises:
        Conflict: there is no such change, or it has taken effect.
    """
    _allow(actor)
    row = _mine(session, actor, change_id)
    if row.state != "waiting" and not _pending(row, now()):
        raise Conflict("identity.contacts.error.over")
    _stop(session, row)
    _write(session, actor, row, ledger.DONE)
    session.flush()
    return page(session, actor)


def stop_by_code(visitor: Visitor, code: str) -> None:
    """Stop a change with the code that the old contact was sent. Nobody has to be signed in for it.

    Raises:
        Invalid: no such code, or the change has taken effect.
        Slowed: too many attempts.
    """
    db.perform(_charge, NOBODY, visitor, code)
    db.perform(_stop_by_code, NOBODY, visitor, code)


def set_at_desk(session: Session, actor: Actor, named: Named, kind: str, value: str) -> None:
    """Set a contact of somebody whom the desk has seen; it counts at once, and the old one is told.

    Raises:
        NotFound: nobody is named so.
        Invalid: not such a number or address.
    """
    if not decide(actor, Action.ISSUE_CODE).allowed:
        raise Denied(action=Action.CHANGE_CONTACT.value)
    spelled = addresses.checked(kind, value)
    person_id = accounts.person_named(session, named)
    account = session.exec(select(Account).where(Account.person_id == person_id)).first()
    row = _new(account.id if account else "", person_id, kind, spelled)
    row.by_desk = True
    _end_pending(session, row)
    if account is not None:
        alerts.tell(session, account.id, "identity.alert.contact_desk", kind=Kind.CONTACT, link="/me/contacts")
    _take(session, row, now())
    session.add(row)
    ledger.write(session, actor, Action.CHANGE_CONTACT, ledger.DONE, person_id=person_id, detail={"contact": row.id})


def forget(session: Session, owner_id: str) -> None:
    """Erase what an owner has given; what the hospital holds stays."""
    for row in session.exec(select(OwnContact).where(OwnContact.owner_id == owner_id)).all():
        session.delete(row)


def _charge(session: Session, actor: Actor, visitor: Visitor, code: str) -> None:
    del actor
    throttle.charge(session, visitor, STOP, _letters(code))


def _stop_by_code(session: Session, actor: Actor, visitor: Visitor, code: str) -> None:
    del actor
    digest = blind(_letters(code), "identity_own_contact.stop")
    row = session.exec(select(OwnContact).where(OwnContact.stop == digest).with_for_update()).first()
    if row is None or not _pending(row, now()):
        raise Invalid("identity.contacts.error.stop", field="stop_code")
    _stop(session, row)
    throttle.give_back(session, visitor, STOP, _letters(code))
    account = session.get(Account, row.account_id)
    if account is not None:
        alerts.tell(session, account.id, "identity.alert.contact_stopped", kind=Kind.CONTACT, link="/me/contacts")
    _write(session, questions.verifier(), row, ledger.DONE, account=account)


def _letters(code: str) -> str:
    return "".join(letter for letter in code[:_LONGEST].upper() if letter in totp.ALPHABET)


def _new(account_id: str, owner_id: str, kind: str, value: str) -> OwnContact:
    row_id, at = new_id(), now()
    return OwnContact(
        id=row_id,
        owner_id=owner_id,
        account_id=account_id,
        kind=kind,
        value=seal_text(value, _VALUE, row_id),
        blind=blind_contact(kind, value),
        created_at=at,
        expires_at=at + CODE_LIFE,
    )


def _take(session: Session, row: OwnContact, effective: datetime) -> None:
    """Have a change take effect at this instant; what was used until then ends with it."""
    row.state, row.effective_at, row.code = "confirmed", effective, ""
    session.add(row)
    for before in _others(session, row):
        before.until_at = effective


def _end_pending(session: Session, row: OwnContact) -> None:
    """Stop an earlier change of the same kind that has not taken effect."""
    for before in _others(session, row):
        if _pending(before, now()):
            _stop(session, before)


def _stop(session: Session, row: OwnContact) -> None:
    for before in _others(session, row):
        if before.until_at == row.effective_at:
            before.until_at = None
    row.state, row.stop, row.code, row.value = "stopped", "", "", None
    session.add(row)
    session.flush()


def _others(session: Session, row: OwnContact) -> list[OwnContact]:
    """Return the confirmed changes of the same kind that are in effect or will be."""
    rows = session.exec(
        select(OwnContact).where(
            OwnContact.owner_id == row.owner_id,
            OwnContact.kind == row.kind,
            OwnContact.state == "confirmed",
            OwnContact.id != row.id,
        )
    ).all()
    return [each for each in rows if each.until_at is None or each.until_at > now()]


def _tell_old(session: Session, row: OwnContact, account: Account) -> None:
    """Tell what is used now, of the same kind if there is one, with a code that stops the change."""
    used = lookup.contacts_of(session, row.owner_id)
    old = used.get(row.kind) or next(iter(used.values()), None)
    reach = lookup.reach_of(session, account)
    if old is not None:  # it gets the message that can stop the change; one is enough
        reach = replace(reach, sms="") if old.kind == "phone" else replace(reach, email="")
    inbox.put(session, account.id, Kind.CONTACT, "identity.alert.contact_changing", reach, link="/me/contacts")
    if old is None:
        return
    code = totp.readable(_STOP_LENGTH)
    row.stop = blind(code, "identity_own_contact.stop")
    sending.queue(
        session,
        _CHANNELS[old.kind],
        old.value,
        "notify.contact_stop",
        "en" if account.language == "en" else "zh",
        valid=timedelta(hours=settings().contact_delay_hours),
        owner=account.id,
        hours=str(settings().contact_delay_hours),
        code=totp.grouped(code),
        place=f"{settings().origin}/stop",
    )


def _pending(row: OwnContact, at: datetime) -> bool:
    return row.state == "confirmed" and row.effective_at is not None and row.effective_at > at


def _mine(session: Session, actor: Actor, change_id: str) -> OwnContact:
    row = (
        session.exec(select(OwnContact).where(OwnContact.id == change_id).with_for_update()).first()
        if is_id(change_id)
        else None
    )
    if row is None or row.owner_id != _owner(actor):
        raise NotFound(action=Action.CHANGE_CONTACT.value, person_id=actor.person_id)
    return row


def _owner(actor: Actor) -> str:
    """Contacts are one's own: a guardian changes nobody else's."""
    return actor.person_id or actor.account_id


def _allow(actor: Actor) -> None:
    if not decide(actor, Action.CHANGE_CONTACT).allowed:
        raise Denied(action=Action.CHANGE_CONTACT.value)


def _write(session: Session, actor: Actor, row: OwnContact, outcome: str, *, account: Account | None = None) -> None:
    person_id = actor.person_id or ((account.person_id or "") if account else "")
    ledger.write(session, actor, Action.CHANGE_CONTACT, outcome, person_id=person_id, detail={"contact": row.id})


def _value(row: OwnContact) -> str:
    return unseal_text(row.value, _VALUE, row.id)


def _line(kind: str, used: lookup.Reached | None, pending: OwnContact | None) -> ContactRow:
    own = used.own if used else None
    source = "" if used is None else "hospital" if own is None else "desk" if own.by_desk else "own"
    return ContactRow(
        kind=kind,
        masked=addresses.masked(kind, used.value) if used else "",
        source=source,
        since=own.effective_at.isoformat() if own and own.effective_at else "",
        pending=addresses.masked(kind, _value(pending)) if pending else "",
        pending_id=pending.id if pending else "",
        effective=pending.effective_at.isoformat() if pending and pending.effective_at else "",
    )
