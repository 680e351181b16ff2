"""Finding a person or an account by what somebody typed, at the same cost whether or not there is one (R2).

Every function here runs the same statements and the same number of HMACs for known and unknown. Somebody who
is not found unambiguously is not found.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from health_cloud.core import normal
from health_cloud.core.crypto import unseal_text
from health_cloud.identity.models import Account, Contact, Identifier, Link, Organization, PatientRecord, Person
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


def contact_of(session: Session, person_id: str) -> tuple[str, str]:
    """Return (channel, address) of the contact that the hospital holds: a phone before an e-mail address."""
    row = session.exec(
        select(Contact)
        .join(Link, col(Link.record_id) == Contact.record_id)
        .join(PatientRecord, col(PatientRecord.id) == Contact.record_id)
        .where(Link.person_id == person_id, col(Link.to_at).is_(None))
        .order_by(col(Contact.kind).desc(), col(PatientRecord.updated_at).desc(), col(Contact.id))
        .limit(1)
    ).first()
    if row is None:
        return "sms", ""
    return "sms" if row.kind == "phone" else "email", unseal_text(row.value, "identity_contact.value", row.id)


def reach_of(session: Session, account: Account | None) -> Reach:
    """Return where the owner of an account can be told something; the same statements for nobody."""
    person_id = (account.person_id if account else "") or ""
    rows = session.exec(
        select(Contact)
        .join(Link, col(Link.record_id) == Contact.record_id)
        .join(PatientRecord, col(PatientRecord.id) == Contact.record_id)
        .where(Link.person_id == person_id, col(Link.to_at).is_(None))
        .order_by(col(PatientRecord.updated_at).desc(), col(Contact.id))
    ).all()
    first: dict[str, str] = {}
    for row in rows:
        if row.kind not in first:
            first[row.kind] = unseal_text(row.value, "identity_contact.value", row.id)
    return Reach(first.get("phone", ""), first.get("email", ""), account.language if account else "")


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
    rows = session.exec(
        select(Account)
        .where(
            or_(col(Account.login) == login, col(Account.person_id).in_(persons), col(Account.person_id).in_(callers))
        )
        .limit(2)
    ).all()
    return rows[0] if len(rows) == 1 else None
