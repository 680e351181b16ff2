"""A physician asks; unknown, denied and ignored look the same to them (product.md, "Consent")."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from health_cloud.consent.models import AccessRequest, Grant
from health_cloud.consent.service.codes import spend
from health_cloud.consent.service.decisions import ANSWER_WITHIN
from health_cloud.consent.service.grants import classes_text, lives, why_ended
from health_cloud.consent.service.standing import asker_of, keeps_away
from health_cloud.consent.service.visits import todays_visits
from health_cloud.consent.views import NATIONAL_ID, QR, TODAY, WARD, Asked, SentRow, TodaysVisit
from health_cloud.core import changes, clock, facts, ledger, normal
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action, Role, decide
from health_cloud.core.words import Words
from health_cloud.identity.service.faces import person_by_number
from health_cloud.identity.service.people import person_name

SENT = "consent.request_sent"
_AN_HOUR = timedelta(hours=1)
_AT_MOST = 30
_SHOWN = 50


def ask_for_access(session: Session, actor: Actor, asked: Asked) -> str:
    """Send an access request to whoever is named by a number, or has a follow-up with the asker today; returns its id.

    Nothing that the asker can see, count or time depends on whether somebody has the number: the same statements
    run, and what the patient's own chain has to say of it is written afterwards, by a fact.

    Raises:
        Denied: not a physician.
        Invalid: too many requests within an hour, or no such follow-up of theirs today.
    """
    if not decide(actor, Action.CREATE_REQUEST).allowed or not actor.organization_id:
        raise Denied(action=Action.CREATE_REQUEST.value)
    now = clock.now()
    if _asked_since(session, actor, now - _AN_HOUR) >= _AT_MOST:
        raise Invalid("consent.error.too_many", field="card")
    request_id = new_id()
    person_id, asked_for, by = _named(session, actor, asked, request_id)
    kept = keeps_away(session, person_id, asker_of(session, actor.account_id))
    session.add(
        AccessRequest(
            id=request_id,
            person_id=person_id,
            asker_account_id=actor.account_id,
            organization_id=actor.organization_id,
            asked_by=by,
            asked_for=seal_text(asked_for, "consent_request.asked_for", request_id),
            purpose=asked.purpose,
            message=seal_text(asked.message, "consent_request.message", request_id),
            classes=classes_text(asked.scope.classes),
            period_from=asked.scope.period_from,
            period_to=asked.scope.period_to,
            hours=asked.lasting.hours,
            until_at=asked.lasting.until,
            ends_with=asked.lasting.ends_with,
            state="kept" if kept and asked.by != QR else "sent",  # who shows a code wants to be asked
            created_at=now,
            # who asks until tonight has no answer after tonight, whoever holds the card
            lapses_at=min(now + ANSWER_WITHIN, asked.lasting.until or now + ANSWER_WITHIN),
        )
    )
    ledger.write(session, actor, Action.CREATE_REQUEST, ledger.DONE, detail={"request": request_id})
    facts.emit(session, SENT, request=request_id)
    changes.note(session, f"account:{actor.account_id}", f"person:{person_id or request_id}")
    return request_id


def _named(session: Session, actor: Actor, asked: Asked, request_id: str) -> tuple[str, str, str]:
    """Return whom a request reaches, if anybody, what is shown back to the asker, and by what they were named."""
    if asked.by == QR:
        return spend(session, actor, asked.card, request_id), clock.now().isoformat(), QR
    if asked.by == TODAY:
        visit = next((each for each in todays_visits(session, actor) if each.id == asked.card), None)
        if visit is None:
            raise Invalid("consent.error.today", field="today")
        return visit.person_id, visit.starts_at, WARD if visit.present else TODAY
    person_id = person_by_number(session, actor.organization_id, asked.by, asked.card)
    if asked.by == NATIONAL_ID:  # whoever looks over a shoulder reads no whole number
        number = normal.national_id(asked.card)
        return person_id, f"{number[:3]}…{number[-4:]}", NATIONAL_ID
    return person_id, asked.card, asked.by


def own_todays_visits(session: Session, actor: Actor) -> list[TodaysVisit]:
    """Return the actor's agreed follow-ups of today and their own ward, to ask for access by.

    Raises:
        Denied: not a physician.
    """
    if not decide(actor, Action.CREATE_REQUEST).allowed:
        raise Denied(action=Action.CREATE_REQUEST.value)
    # the id of a person is nobody's business but the server's
    return [replace(visit, person_id="") for visit in todays_visits(session, actor)]


def _asked_since(session: Session, actor: Actor, since: datetime) -> int:
    query = select(func.count()).where(
        AccessRequest.asker_account_id == actor.account_id, col(AccessRequest.created_at) > since
    )
    return session.exec(query).one()


def tell_chain(session: Session, payload: dict[str, str]) -> None:
    """Write a request into the chain of the person whom it reached, so that they can read of it later too."""
    request = session.get(AccessRequest, payload["request"])
    if request is None or not request.person_id:
        return
    asker = Actor(request.asker_account_id, Role.PHYSICIAN, organization_id=request.organization_id)
    # never may have been said at the very same moment
    waits = request.state == "sent" and request.asked_by != QR
    if waits and keeps_away(session, request.person_id, asker_of(session, request.asker_account_id)):
        request.state = "kept"
        session.add(request)
        changes.note(session, f"person:{request.person_id}")
    ledger.write(
        session,
        asker,
        Action.KEEP_REQUEST if request.state == "kept" else Action.CREATE_REQUEST,
        ledger.DONE,
        person_id=request.person_id,
        detail={"request": request.id, "purpose": request.purpose, "classes": request.classes},
    )


def sent_requests(session: Session, actor: Actor) -> list[SentRow]:
    """Return the actor's own requests, newest first, with what may be known of their fate.

    Raises:
        Denied: not a physician.
    """
    if not decide(actor, Action.CREATE_REQUEST).allowed:
        raise Denied(action=Action.CREATE_REQUEST.value)
    requests = session.exec(
        select(AccessRequest)
        .where(AccessRequest.asker_account_id == actor.account_id)
        .order_by(col(AccessRequest.created_at).desc(), col(AccessRequest.id).desc())
        .limit(_SHOWN)
    ).all()
    grants = _newest_grants(session, actor, [request.id for request in requests])
    return [_sent_row(session, request, grants.get(request.id)) for request in requests]


def _newest_grants(session: Session, actor: Actor, request_ids: list[str]) -> dict[str, Grant]:
    rows = session.exec(
        select(Grant)
        .where(Grant.grantee_account_id == actor.account_id, col(Grant.request_id).in_(request_ids))
        .order_by(col(Grant.from_at), col(Grant.id))
    ).all()
    return {grant.request_id or "": grant for grant in rows}


def _sent_row(session: Session, request: AccessRequest, grant: Grant | None) -> SentRow:
    reply = unseal_text(request.reply, "consent_request.reply", request.id) if request.reply else ""
    state = _state(request, grant, answered=bool(reply))
    living = grant if grant is not None and state == "open" else None
    return SentRow(
        id=request.id,
        asked_for=unseal_text(request.asked_for, "consent_request.asked_for", request.id),
        purpose=request.purpose,
        classes=tuple((grant.classes if living and grant else request.classes).split(",")),
        created_at=request.created_at.isoformat(),
        lapses_at=request.lapses_at.isoformat(),
        state=state,
        reply=reply,
        grant_id=living.id if living else "",
        name=person_name(session, living.person_id) if living else Words(),
        from_at=living.from_at.isoformat() if living else "",
        until_at=living.until_at.isoformat() if living else "",
        ends_with=living.ends_with if living else "",
        asked_by=request.asked_by,
    )


def _state(request: AccessRequest, grant: Grant | None, *, answered: bool) -> str:
    now = clock.now()
    if grant is not None:
        if lives(grant, now):
            return "open"
        return "lapsed" if why_ended(grant) == "lapsed" else "ended"
    if request.state == "denied" and answered:
        return "declined"
    return "sent" if now < request.lapses_at else "no_answer"
