"""Finding a person or an account by what somebody typed, at the same cost whether or not there is one (R2).

Every function here runs the same statements and the same number of HMACs for known and unknown. Somebody who
is not found unambiguously is not found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from health_cloud.core import normal
from health_cloud.core.clock import now
from health_cloud.core.crypto import unseal_text
from health_cloud.identity.models import (
    Account,
    Contact,
    Identifier,
    Link,
    Organization,
    OwnContact,
    PatientRecord,
    Person,
)
from health_cloud.identity.service.numbers import blind_contact, blind_identifier
from health_cloud.identity.service.typed import DOCUMENTS
from health_cloud.notify.views import Reach

_HOSPITALS = 250
_LONGEST = 120
_RESIDENT_ID = 18
"""Digits of a resident ID number; no phone number has as many (E.164), whatever sign stands before them."""


@dataclass(frozen=True)
class Found:
    """Who was found, and at which hospital the card is known; without a person, the hospital to ask about."""

    person_id: str
    organization_id: str


def person_by_card(session: Session, document: str, number: str, card: str, card_number: str) -> Found | None:
    """Return whom both an identity document and a card name; open to access only, and at one hospital."""
    hospitals = session.exec(select(Organization.id).order_by(col(Organization.created_at)).limit(_HOSPITALS)).all()
    cards = [blind_identifier(card, card_number, hospital) for hospital in hospitals]
    papers, plastic = aliased(Identifier), aliased(Identifier)
    holder, owner = aliased(Link), aliased(Link)
    rows = session.exec(
        select(owner.person_id, PatientRecord.organization_id)
        .join(papers, col(papers.record_id) == col(owner.record_id))
        .join(holder, col(holder.person_id) == col(owner.person_id))
        .join(plastic, col(plastic.record_id) == col(holder.record_id))
        .join(PatientRecord, col(PatientRecord.id) == col(holder.record_id))
        .join(Person, col(Person.id) == col(owner.person_id))
        .where(
            col(owner.to_at).is_(None),
            col(holder.to_at).is_(None),
            papers.kind == document,
            papers.blind == blind_identifier(document, number, ""),
            plastic.kind == card,
            col(plastic.blind).in_(cards),
            Person.conflict == "",
            col(Person.deceased_at).is_(None),
        )
        .order_by(col(PatientRecord.updated_at).desc())
    ).all()
    persons = {person_id for person_id, _ in rows}
    return Found(*rows[0]) if len(persons) == 1 else None


@dataclass(frozen=True)
class Reached:
    """A phone number or e-mail address that is used now; `own` is the change that made it so, if one did."""

    kind: str
    value: str
    own: OwnContact | None = None


def contacts_of(session: Session, owner_id: str) -> dict[str, Reached]:
    """Return what is used now to reach a person, or the account of one who is no patient, by kind.

    What its owner proved, or the desk set, comes before what a hospital's feed says: a feed may bring an older
    number at any time. It counts from the instant at which it takes effect, whoever asks.
    """
    at = now()
    held = session.exec(
        select(Contact)
        .join(Link, col(Link.record_id) == Contact.record_id)
        .join(PatientRecord, col(PatientRecord.id) == Contact.record_id)
        .where(Link.person_id == owner_id, col(Link.to_at).is_(None))
        .order_by(col(PatientRecord.updated_at).desc(), col(Contact.id))
    ).all()
    given = session.exec(
        select(OwnContact).where(OwnContact.owner_id == owner_id, *in_effect(at)).order_by(col(OwnContact.id))
    ).all()
    found: dict[str, Reached] = {}
    for row in held:
        if row.kind not in found:
            found[row.kind] = Reached(row.kind, unseal_text(row.value, "identity_contact.value", row.id))
    for own in given:
        found[own.kind] = Reached(own.kind, unseal_text(own.value, "identity_own_contact.value", own.id), own)
    return found


def in_effect(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the condition under which a change of contact counts as possession."""
    over = col(OwnContact.until_at)
    return (
        col(OwnContact.state) == "confirmed",
        col(OwnContact.effective_at) <= at,
        or_(over.is_(None), over > at),
    )


def contact_of(session: Session, person_id: str) -> tuple[str, str]:
    """Return (channel, address) of what a code is sent to: a phone before an e-mail address."""
    found = contacts_of(session, person_id)
    if "phone" in found:
        return "sms", found["phone"].value
    return ("email", found["email"].value) if "email" in found else ("sms", "")


def reach_of(session: Session, account: Account | None) -> Reach:
    """Return where the owner of an account can be told something; the same statements for nobody."""
    found = contacts_of(session, owner_of(account) if account else "")
    values = {kind: each.value for kind, each in found.items()}
    return Reach(values.get("phone", ""), values.get("email", ""), account.language if account else "")


def owner_of(account: Account) -> str:
    """Return under which id the contacts of an account are kept: a patient's belong to the person."""
    return account.person_id or account.id


def identifiers_typed(text: str) -> list[str]:
    """Return every spelling under which a sign-in identifier may be known: login, ID number, passport, phone."""
    typed = text[:_LONGEST].strip()
    phone = "" if any(letter.isalpha() for letter in typed) else normal.phone(typed)
    return [typed.casefold(), normal.national_id(typed), phone]


def spelling(text: str) -> str:
    """Return the one spelling of a sign-in identifier under which attempts are counted."""
    _, number, phone = identifiers_typed(text)
    return phone if phone.startswith("+") and len(number) != _RESIDENT_ID else number


def account_by_id(session: Session, account_id: str) -> Account | None:
    """Return an account, locked; the same statement runs for nobody's id."""
    return session.exec(select(Account).where(Account.id == account_id).with_for_update()).first()


def account_by_identifier(session: Session, text: str) -> Account | None:
    """Return the account that signs in under a login, an identity number or a contact phone; only if it is one."""
    login, number, phone = identifiers_typed(text)
    persons = (
        select(Link.person_id)
        .join(Identifier, col(Identifier.record_id) == Link.record_id)
        .where(
            col(Link.to_at).is_(None),
            or_(
                *(
                    and_(col(Identifier.kind) == kind, col(Identifier.blind) == blind_identifier(kind, number, ""))
                    for kind in DOCUMENTS
                )
            ),
        )
    )
    callers = (
        select(Link.person_id)
        .join(Contact, col(Contact.record_id) == Link.record_id)
        .where(col(Link.to_at).is_(None), Contact.kind == "phone", Contact.blind == blind_contact("phone", phone))
    )
    givers = select(OwnContact.owner_id).where(
        OwnContact.kind == "phone", OwnContact.blind == blind_contact("phone", phone), *in_effect(now())
    )
    rows = session.exec(
        select(Account)
        .where(
            or_(
                col(Account.login) == login,
                col(Account.person_id).in_(persons),
                col(Account.person_id).in_(callers),
                col(Account.person_id).in_(givers),
            )
        )
        .limit(2)
    ).all()
    return rows[0] if len(rows) == 1 else None
