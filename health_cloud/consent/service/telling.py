"""Word to both sides of requests and grants; by facts, so that it costs the asker nothing and tells them nothing."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.consent.models import AccessRequest, Grant
from health_cloud.identity.service import alerts
from health_cloud.notify.views import Kind


def asked(session: Session, payload: dict[str, str]) -> None:
    """Tell the patient that somebody asks; a request that reached nobody, or was kept away, tells nobody."""
    request = session.get(AccessRequest, payload["request"])
    if request is not None and request.person_id and request.state != "kept":
        alerts.tell_person(
            session, request.person_id, "consent.news.asked", kind=Kind.ACCESS, link=f"/access/request/{request.id}"
        )


def approved(session: Session, payload: dict[str, str]) -> None:
    """Tell the physician that the records are open, and the patient that they have opened them."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        link = f"/physician/chart/{grant.id}"
        alerts.tell(session, grant.grantee_account_id, "consent.news.approved", kind=Kind.ACCESS, link=link)
        alerts.tell_person(session, grant.person_id, "consent.news.given", kind=Kind.ACCESS, link="/access")


def revoked(session: Session, payload: dict[str, str]) -> None:
    """Tell both that a grant has ended."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        alerts.tell(session, grant.grantee_account_id, "consent.news.revoked", kind=Kind.ACCESS, link="/physician")
        alerts.tell_person(session, grant.person_id, "consent.news.ended", kind=Kind.ACCESS, link="/access")


def lapsed(session: Session, payload: dict[str, str]) -> None:
    """Tell both that a grant has lapsed and was never opened."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        alerts.tell(session, grant.grantee_account_id, "consent.news.lapsed", kind=Kind.ACCESS, link="/physician")
        alerts.tell_person(session, grant.person_id, "consent.news.unused", kind=Kind.ACCESS, link="/access")


def extended(session: Session, payload: dict[str, str]) -> None:
    """Tell both that a grant lasts longer: the patient too, who may not have done it."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        link = f"/physician/chart/{grant.id}"
        alerts.tell(session, grant.grantee_account_id, "consent.news.extended", kind=Kind.ACCESS, link=link)
        alerts.tell_person(session, grant.person_id, "consent.news.longer", kind=Kind.ACCESS, link="/access")


def narrowed(session: Session, payload: dict[str, str]) -> None:
    """Tell the physician that less is open to them."""
    grant = session.get(Grant, payload["grant"])
    if grant is not None:
        alerts.tell(session, grant.grantee_account_id, "consent.news.narrowed", kind=Kind.ACCESS, link="/physician")


SUBSCRIBERS = {
    "consent.request_sent": asked,
    "consent.request_approved": approved,
    "consent.grant_revoked": revoked,
    "consent.grant_lapsed": lapsed,
    "consent.grant_extended": extended,
    "consent.grant_narrowed": narrowed,
}
