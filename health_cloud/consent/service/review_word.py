"""Word of emergencies: to the patient, to whoever decides for them, to the physician and to those who review.

It is written with what it tells of, in one transaction. What is said outside the app names neither.
"""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.consent.models import Emergency
from health_cloud.consent.views import CONTACT, INBOX, NOBODY
from health_cloud.core.policy import Role
from health_cloud.core.words import Words
from health_cloud.identity.service import alerts, family
from health_cloud.identity.service.faces import accounts_at
from health_cloud.notify.views import Kind

LIST = "/desk/emergencies"


def tell_family(session: Session, row: Emergency, key: str, key_of: str) -> str:
    """Tell the patient by `key`, and each guardian who decides for them by `key_of`, with the patient's name.

    Where there is neither account nor guardian, the contact that a hospital holds is told that there is news.

    Returns:
        Who was told: `inbox`, `contact`, or `nobody`.
    """
    if family.tell(session, row.person_id, key, key_of, kind=Kind.EMERGENCY, link="/access"):
        return INBOX
    return CONTACT if alerts.tell_contact(session, row.person_id, Kind.EMERGENCY) else NOBODY


def tell_physician(session: Session, row: Emergency, key: str) -> None:
    """Tell who had opened it."""
    alerts.tell(session, row.account_id, key, kind=Kind.REVIEW, link="/physician")


def tell_reviewers(
    session: Session, organization_id: str, key: str, *, link: str = LIST, **params: str | Words
) -> None:
    """Tell everybody of a hospital who reviews."""
    for account_id in accounts_at(session, organization_id, Role.STAFF):
        alerts.tell(session, account_id, key, kind=Kind.REVIEW, link=link, **params)
