"""Word to both sides of requests and grants, to guardians too.

By facts, so that it costs the asker nothing and tells them nothing.
"""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.consent.models import AccessRequest, Grant
from health_cloud.identity.service import alerts, family
from health_cloud.notify.views import Kind


def asked(session: Session, payload: dict[str, str]) -> None:
    """Tell whose records they are that somebody asks; a request that reached nobody, or was kept away, tells nobody."""
    request = session.get(AccessRequest, payload["request"])
    if request is not None and request.person_id and request.state != "kept":
        _tell(session, request.person_id, "asked", f"/access/request/{request.id}")


def approved(session: Session, payload: dict[str, str]) -> None:
    """Tell the physician that the records are open, and the patient that they have opened them."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        link = f"/physician/chart/{grant.id}"
        alerts.tell(session, grant.grantee_account_id, "consent.news.approved", kind=Kind.ACCESS, link=link)
        _tell(session, grant.person_id, "given")


def revoked(session: Session, payload: dict[str, str]) -> None:
    """Tell both that a grant has ended."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        nobody = grant.ended_reason in ("event", "disabled")  # took it back
        key = "consent.news.over" if nobody else "consent.news.revoked"
        alerts.tell(session, grant.grantee_account_id, key, kind=Kind.ACCESS, link="/physician")
        _tell(session, grant.person_id, "ended")


def lapsed(session: Session, payload: dict[str, str]) -> None:
    """Tell both that a grant has lapsed and was never opened."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        alerts.tell(session, grant.grantee_account_id, "consent.news.lapsed", kind=Kind.ACCESS, link="/physician")
        _tell(session, grant.person_id, "unused")


def extended(session: Session, payload: dict[str, str]) -> None:
    """Tell both that a grant lasts longer: the patient too, who may not have done it."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        link = f"/physician/chart/{grant.id}"
        alerts.tell(session, grant.grantee_account_id, "consent.news.extended", kind=Kind.ACCESS, link=link)
        _tell(session, grant.person_id, "longer")


def narrowed(session: Session, payload: dict[str, str]) -> None:
    """Tell the physician that less is open to them."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        alerts.tell(session, grant.grantee_account_id, "consent.news.narrowed", kind=Kind.ACCESS, link="/physician")


def _tell(session: Session, person_id: str, what: str, link: str = "/access") -> None:
    """Tell the patient, and the guardians who decide for them."""
    key = f"consent.news.{what}"
    family.tell(session, person_id, key, f"{key}_of", kind=Kind.ACCESS, link=link)


SUBSCRIBERS = {
    "consent.request_sent": asked,
    "consent.request_approved": approved,
    "consent.grant_given": approved,
    "consent.grant_revoked": revoked,
    "consent.grant_lapsed": lapsed,
    "consent.grant_extended": extended,
    "consent.grant_narrowed": narrowed,
}
