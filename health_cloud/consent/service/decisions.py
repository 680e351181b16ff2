"""The patient decides: sees a request, narrows and approves it, or denies; revokes at any time, in one step."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, not_, select

from health_cloud.consent.models import AccessRequest, Grant
from health_cloud.consent.service import wishes
from health_cloud.consent.service.changing import is_within
from health_cloud.consent.service.grants import classes_of, classes_text, ended_at, grant_card, lives, living, living_at
from health_cloud.consent.service.owning import is_booked, line, own_decision, own_grant, replace_grants, tell
from health_cloud.consent.service.visits import next_visit
from health_cloud.consent.views import (
    ENCOUNTER,
    OPENING,
    VISIT,
    Given,
    GrantCard,
    Lasting,
    RequestCard,
    Visit,
    day_text,
)
from health_cloud.core import changes, clock, facts
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Decision, Scope
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import settings
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.relations import decision_in

ANSWER_WITHIN = timedelta(hours=72)
UNDO_WITHIN = timedelta(seconds=10)
LONGEST_REPLY = 200
_SHOWN = 50
_RECENT = timedelta(days=30)
_ENDED = 10


def may_decide(session: Session, actor: Actor) -> bool:
    """Tell whether requests and grants are this actor's to see to: a guardian may look after records alone."""
    return decision_in(session, actor, Action.DECIDE_REQUEST).allowed


def waiting_requests(session: Session, actor: Actor) -> list[RequestCard]:
    """Return the requests that wait for the actor's own decision, newest first.

    Raises:
        Denied: not a patient.
    """
    own_decision(session, actor, Action.READ_GRANTS)
    found = session.exec(
        select(AccessRequest)
        .where(
            AccessRequest.person_id == actor.subject_id,
            AccessRequest.state == "sent",
            col(AccessRequest.lapses_at) > clock.now(),
        )
        .order_by(col(AccessRequest.created_at).desc())
        .limit(_SHOWN)
    ).all()
    return [_card(session, request) for request in found]


def waiting_request(session: Session, actor: Actor, request_id: str) -> RequestCard:
    """Return one request that waits for the actor's own decision.

    Raises:
        NotFound: absent, somebody else's, or decided: never told apart.
    """
    return _card(session, _waiting(session, actor, request_id))


def _card(session: Session, request: AccessRequest) -> RequestCard:
    now = clock.now()
    ends, visit = _latest(session, request, now)
    return RequestCard(
        id=request.id,
        asker=account_card(session, request.asker_account_id),
        purpose=request.purpose,
        message=unseal_text(request.message, "consent_request.message", request.id),
        classes=tuple(request.classes.split(",")),
        period_from=day_text(request.period_from),
        period_to=day_text(request.period_to),
        hours=request.hours,
        ends_with=request.ends_with,
        until_at=ends.isoformat(),
        visit_ends_at=visit.ends_at.isoformat() if visit else "",
        visit_kind=visit.ends_with if visit else "",
        offered=wishes.within(ends - now, request.ends_with, visit=visit is not None),
        created_at=request.created_at.isoformat(),
        lapses_at=request.lapses_at.isoformat(),
    )


def _latest(session: Session, request: AccessRequest, now: datetime) -> tuple[datetime, Visit | None]:
    """Return when it would end at the latest if it were approved now, and the visit that is over before that.

    Who asks until the end of a visit that there is not asks for as long as a request itself waits. An open visit, whose
    end nobody knows, is over at the latest when what was asked is.
    """
    ends = request.until_at or now + timedelta(hours=request.hours)
    visit = next_visit(session, request.person_id, request.asker_account_id)
    if visit is not None and visit.ends_with == ENCOUNTER:
        visit = replace(visit, ends_at=min(visit.ends_at, ends))
    if visit is not None and visit.ends_at > ends:
        visit = None
    if request.ends_with == VISIT:
        ends = visit.ends_at if visit else min(ends, now + ANSWER_WITHIN)
    return ends, visit


def approve_request(session: Session, actor: Actor, request_id: str, given: Given) -> GrantCard:
    """Approve a request, as it was asked or narrowed; it replaces what the same physician could read until now.

    What was given with the booking of a follow-up stays: its patient takes that back by itself, or with the booking.

    Raises:
        NotFound: no such request waits for the actor.
        Invalid: more than was asked, or until the end of a follow-up that there is not.
        Unproved: no second factor was shown just now, and the hospital asks for one.
    """
    decision = own_decision(session, actor, Action.DECIDE_REQUEST)
    if settings().fresh_for_access:
        require_fresh(actor)
    request = _waiting(session, actor, request_id)
    _within(given, request)
    now = clock.now()
    ends, ends_with, visit_id = _end_of(session, given.lasting, request, now)
    request.state, request.decided_at = "approved", now
    older = [each for each in living(session, request.person_id, request.asker_account_id) if not is_booked(each)]
    replaced = replace_grants(session, older)
    grant = Grant(
        request_id=request.id,
        person_id=request.person_id,
        grantee_account_id=request.asker_account_id,
        organization_id=request.organization_id,
        purpose=request.purpose,
        classes=classes_text(given.scope.classes),
        period_from=given.scope.period_from,
        period_to=given.scope.period_to,
        from_at=now,
        until_at=ends,
        ends_with=ends_with,
        visit_id=visit_id,
    )
    facts.emit(session, "consent.request_approved", request=request.id, grant=grant.id)
    return _give(session, actor, decision, grant, request=request.id, **replaced)


def _within(given: Given, request: AccessRequest) -> None:
    asked = Scope(classes_of(request.classes), request.period_from, request.period_to)
    if not is_within(given.scope, asked):
        raise Invalid("consent.error.more_than_asked")


def _end_of(session: Session, lasting: Lasting, request: AccessRequest, now: datetime) -> tuple[datetime, str, str]:
    """Return when what is given ends by the clock at the latest, what else ends it, and the id of a visit that does.

    Raises:
        Invalid: later or more often than was asked, already over, or there is no visit.
    """
    latest, visit = _latest(session, request, now)
    if lasting.ends_with == VISIT:
        if visit is None:
            raise Invalid("consent.error.no_visit", field="hours")
        return visit.ends_at, visit.ends_with, visit.id
    given = lasting.until or now + timedelta(hours=lasting.hours)
    if lasting.ends_with == OPENING:
        return min(given, latest), OPENING, ""
    if given > latest or request.ends_with == OPENING:
        raise Invalid("consent.error.more_than_asked")
    if given <= now:
        raise Invalid("consent.error.until", field="until_day")
    return given, lasting.ends_with, ""


def deny_request(session: Session, actor: Actor, request_id: str, reply: str = "") -> None:
    """Deny a request. The asker learns of it only where the patient sends a word; else nothing of theirs moves.

    Raises:
        NotFound: no such request waits for the actor.
        Invalid: the word is too long.
    """
    decision = own_decision(session, actor, Action.DECIDE_REQUEST)
    request = _waiting(session, actor, request_id)
    word = reply.strip()
    if len(word) > LONGEST_REPLY:
        raise Invalid("consent.error.too_long", field="reply", longest=LONGEST_REPLY)
    request.state, request.decided_at = "denied", clock.now()
    changes.note(session, f"person:{actor.subject_id}")
    if word:
        request.reply = seal_text(word, "consent_request.reply", request.id)
        changes.note(session, f"account:{request.asker_account_id}")
    line(
        session, actor, decision, Action.DECIDE_REQUEST, request=request.id, decision="denied", purpose=request.purpose
    )


def living_grants(session: Session, actor: Actor) -> list[GrantCard]:
    """Return who may read the actor's own records now, what ends first above.

    Raises:
        Denied: not a patient.
    """
    own_decision(session, actor, Action.READ_GRANTS)
    return [grant_card(session, grant) for grant in living(session, actor.subject_id)]


def ended_grants(session: Session, actor: Actor) -> list[GrantCard]:
    """Return what the actor gave and is over, of the last 30 days, the newest end above; with why it ended.

    Raises:
        Denied: not a patient.
    """
    own_decision(session, actor, Action.READ_GRANTS)
    now = clock.now()
    rows = session.exec(
        select(Grant)
        .where(
            Grant.person_id == actor.subject_id,
            not_(living_at(now)),
            Grant.ended_reason != "replaced",
            col(Grant.until_at) > now - _RECENT,
        )
        .order_by(col(Grant.until_at).desc())
        .limit(_SHOWN)
    ).all()
    rows = sorted((row for row in rows if ended_at(row) > now - _RECENT), key=ended_at, reverse=True)
    return [grant_card(session, row) for row in rows[:_ENDED]]


def revoke_grant(session: Session, actor: Actor, grant_id: str) -> None:
    """Revoke a grant; it holds for the very next read. Revoking twice changes nothing.

    Raises:
        NotFound: absent or somebody else's.
    """
    decision = own_decision(session, actor, Action.REVOKE_GRANT)
    grant = own_grant(session, actor, grant_id, Action.REVOKE_GRANT)
    now = clock.now()
    if not lives(grant, now):
        return
    grant.ended_at, grant.ended_reason = now, "revoked"
    session.add(grant)
    line(session, actor, decision, Action.REVOKE_GRANT, grant=grant.id)
    facts.emit(session, "consent.grant_revoked", grant=grant.id)
    tell(session, grant)


def restore_grant(session: Session, actor: Actor, grant_id: str) -> GrantCard:
    """Take a revocation back within ten seconds: the same again, as a new grant with the same end.

    Raises:
        NotFound: absent or somebody else's.
        Conflict: too late, or not revoked, or replaced meanwhile.
    """
    decision = own_decision(session, actor, Action.DECIDE_REQUEST)
    old = own_grant(session, actor, grant_id, Action.DECIDE_REQUEST)
    now = clock.now()
    over = old.ended_at is None or old.ended_reason != "revoked" or now - old.ended_at > UNDO_WITHIN
    others = living(session, old.person_id, old.grantee_account_id)
    if over or old.until_at <= now or any(is_booked(each) is is_booked(old) for each in others):
        raise Conflict("consent.error.undo_over")
    grant = Grant(**old.model_dump(exclude={"id", "from_at", "ended_at", "ended_reason"}), from_at=now)
    return _give(session, actor, decision, grant, restores=old.id)


def _give(session: Session, actor: Actor, decision: Decision, grant: Grant, **grounds: str) -> GrantCard:
    """Let a grant begin: kept, in the ledger with what it rests on, told to both."""
    session.add(grant)
    session.flush()
    given = {"grant": grant.id, "decision": "approved", "classes": grant.classes, "purpose": grant.purpose}
    line(session, actor, decision, Action.DECIDE_REQUEST, **given, **grounds)
    tell(session, grant)
    return grant_card(session, grant)


def _waiting(session: Session, actor: Actor, request_id: str) -> AccessRequest:
    own_decision(session, actor, Action.DECIDE_REQUEST)
    request = (
        session.exec(select(AccessRequest).where(AccessRequest.id == request_id).with_for_update()).first()
        if is_id(request_id)
        else None
    )
    if request is None or request.person_id != actor.subject_id:
        raise NotFound(action=Action.DECIDE_REQUEST.value)
    if request.state != "sent" or request.lapses_at <= clock.now():
        raise NotFound("consent.error.decided")
    return request
