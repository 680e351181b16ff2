"""How numbers that name people are normalised and blinded, in one place: the import writes, verification looks up."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.core import normal
from health_cloud.core.crypto import blind
from health_cloud.identity.models import Contact, Identifier, Organization

NATIONAL_ID = "national_id"
SOCIAL_SECURITY_CARD = "social_security_card"
VISIT_CARD = "visit_card"
MEDICAL_RECORD = "medical_record"
PASSPORT = "passport"
HK_MACAU_PERMIT = "hk_macau_permit"
TAIWAN_PERMIT = "taiwan_permit"
FOREIGN_RESIDENT = "foreign_resident"
OTHER = "other"
PHONE = "phone"
EMAIL = "email"

ACROSS = frozenset({NATIONAL_ID, SOCIAL_SECURITY_CARD, PASSPORT, HK_MACAU_PERMIT, TAIWAN_PERMIT, FOREIGN_RESIDENT})
"""Kinds that one key blinds for the whole installation, since hospitals must match by them."""


def normalised(kind: str, value: str) -> str:
    """Return the spelling of a number that is compared; see `core.normal`."""
    if kind == NATIONAL_ID:
        return normal.national_id(value)
    if kind in (HK_MACAU_PERMIT, TAIWAN_PERMIT):
        return normal.permit(value)
    if kind == PHONE:
        return normal.phone(value)
    return normal.email(value) if kind == EMAIL else normal.number(value)


def blind_identifier(kind: str, value: str, organization_id: str) -> str:
    """Return the blind index of an identifier; hospital numbers differ per organization."""
    return blind(normalised(kind, value), f"identity_identifier.{kind}", "" if kind in ACROSS else organization_id)


def blind_contact(kind: str, value: str) -> str:
    """Return the blind index of a phone number or e-mail address."""
    return blind(normalised(kind, value), f"identity_contact.{kind}")


def blind_birth(birth_date: str) -> str:
    """Return the blind index of a full birth date (`2001-02-03`), nothing of a partial one."""
    return blind(birth_date, "identity_patient_record.birth") if len(birth_date) == len("2001-02-03") else ""


def records_with(session: Session, kind: str, value: str) -> list[str]:
    """Return the ids of the patient records that carry this number, in whatever hospital."""
    if kind in ACROSS:
        wanted = [blind_identifier(kind, value, "")]
    else:
        wanted = [blind_identifier(kind, value, each) for each in session.exec(select(Organization.id)).all()]
    return list(
        session.exec(
            select(Identifier.record_id).where(Identifier.kind == kind, col(Identifier.blind).in_(wanted)).distinct()
        ).all()
    )


def records_reached_by(session: Session, kind: str, value: str) -> list[str]:
    """Return the ids of the patient records that hold this phone number or e-mail address."""
    return list(
        session.exec(
            select(Contact.record_id)
            .where(Contact.kind == kind, Contact.blind == blind_contact(kind, value))
            .distinct()
        ).all()
    )
