"""What a patient gives a physician of their own accord, with the follow-up that they book; it ends with the visit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from health_cloud.consent.models import Grant
from health_cloud.consent.service.changing import is_within
from health_cloud.consent.service.ending import VISITS
from health_cloud.consent.service.grants import classes_of, classes_text, grant_card, lives, living, living_at
from health_cloud.consent.service.owning import line, own_decision, replace_grants, tell
from health_cloud.consent.views import OPENING, VISIT, GrantCard, Visit
from health_cloud.core import clock, facts, ledger
from health_cloud.core.actors import Actor, system
from health_cloud.core.policy import Action, Scope
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import settings
from health_cloud.identity.service.faces import working_place
from health_cloud.identity.service.relations import decision_in

GIVEN = "consent.grant_given"
PURPOSE = "follow_up"


def may_give(session: Session, actor: Actor) -> None:
    """Let the wish to give pass, before anything is given by it.

    Raises:
        Denied: who may read is not the actor's to decide.
        Unproved: no second factor was shown just now, and the hospital asks for one.
    """
    own_decision(session, actor, Action.DECIDE_REQUEST)
    if settings().fresh_for_access:
        require_fresh(actor)


def held_by(session: Session, actor: Actor, physician_account_id: str) -> GrantCard | None:
    """Return what this physician may read of the actor's subject now, the one that lasts longest; nothing for none.

    Raises:
        Denied: not a patient.
    """
    own_decision(session, actor, Action.READ_GRANTS)
    lasting = [each for each in living(session, actor.subject_id, physician_account_id) if each.ends_with != OPENING]
    return grant_card(session, lasting[-1]) if lasting else None


def give_for_visit(session: Session, actor: Actor, physician_account_id: str, scope: Scope, visit: Visit) -> GrantCard:
    """Let a physician read from now on until a visit is over, for which the second factor was asked before.

    It begins with the booking: the physician has to know the records to say whether online care is right at all, and
    nothing that could begin later would be shown among those who can see them. Where they may read as much for as long
    already, that stays and nothing is added; anything less is replaced, as by every approval. What was given for
    another visit is neither counted nor touched.

    Raises:
        Denied: who may read is not the actor's to decide.
    """
    decision = own_decision(session, actor, Action.DECIDE_REQUEST)
    now = clock.now()
    known = [each for each in living(session, actor.subject_id, physician_account_id) if not _of_another(each, visit)]
    for each in known:
        whole = Scope(classes_of(each.classes), each.period_from, each.period_to)
        if each.ends_with != OPENING and each.until_at >= visit.ends_at and is_within(scope, whole):
            return grant_card(session, each)
    replaced = replace_grants(session, known)
    grant = Grant(
        person_id=actor.subject_id,
        grantee_account_id=physician_account_id,
        organization_id=working_place(session, physician_account_id)[0],
        purpose=PURPOSE,
        classes=classes_text(scope.classes),
        period_from=scope.period_from,
        period_to=scope.period_to,
        from_at=now,
        until_at=visit.ends_at,
        ends_with=VISIT,
        visit_id=visit.id,
    )
    session.add(grant)
    session.flush()
    given = {"grant": grant.id, "decision": "approved", "classes": grant.classes, "purpose": PURPOSE}
    line(session, actor, decision, Action.DECIDE_REQUEST, **given, appointment=visit.id, **replaced)
    facts.emit(session, GIVEN, grant=grant.id)
    tell(session, grant)
    return grant_card(session, grant)


def given_until(session: Session, actor: Actor, visit_ids: Collection[str]) -> dict[str, datetime]:
    """Return until when what was given with bookings lasts now, by visit; of none where the actor may not know.

    Args:
        session: the transaction.
        actor: whose grants they are, or a guardian who decides.
        visit_ids: the follow-ups.
    """
    if not decision_in(session, actor, Action.READ_GRANTS).allowed:
        return {}
    found = select(Grant.visit_id, Grant.until_at).where(
        Grant.person_id == actor.subject_id, col(Grant.visit_id).in_(visit_ids), living_at(clock.now())
    )
    return dict(session.exec(found.order_by(col(Grant.until_at))).all())


def move_with_visit(
    session: Session, actor: Actor, physician_account_id: str, scope: Scope, before: datetime, visit: Visit
) -> None:
    """Let what was given with a booking end with its visit at another time: later only as its patient agrees now.

    What its patient has taken back since stays so, and what they let end earlier ends then at the latest. Where the
    booking rested on what the physician could read anyway, and still can, but for too short a time now, it is given as
    was agreed to.

    Args:
        session: the transaction in which it is moved.
        actor: who moves it.
        physician_account_id: whose visit it is.
        scope: what was agreed to with the booking.
        before: until when what was given with it has lasted, unless its patient changed that.
        visit: as it will be.

    Raises:
        Denied: it would last longer, and who may read is not the actor's to decide.
        Unproved: the same, no second factor was shown just now, and the hospital asks for one.
    """
    given = select(Grant).where(col(Grant.visit_id) == visit.id, col(Grant.request_id).is_(None)).with_for_update()
    bound = session.exec(given).all()
    if not bound and _falls_short(living(session, actor.subject_id, physician_account_id), scope, before, visit):
        may_give(session, actor)
        give_for_visit(session, actor, physician_account_id, scope, visit)
    for grant in bound:
        until = visit.ends_at if grant.until_at >= before else min(grant.until_at, visit.ends_at)
        if not lives(grant, clock.now()) or until == grant.until_at:
            continue
        told = {"grant": grant.id, "before": grant.until_at.isoformat(), "until": until.isoformat()}
        if until > grant.until_at:
            decision = own_decision(session, actor, Action.EXTEND_GRANT)
            if settings().fresh_for_access:
                require_fresh(actor)
            line(session, actor, decision, Action.EXTEND_GRANT, **told)
        else:
            detail: dict[str, str | int] = dict(told)
            ledger.write(
                session,
                system(VISITS),
                Action.NARROW_GRANT,
                ledger.DONE,
                person_id=grant.person_id,
                detail=detail,
            )
        grant.until_at = until
        session.add(grant)
        tell(session, grant)


def _falls_short(known: Sequence[Grant], scope: Scope, before: datetime, visit: Visit) -> bool:
    """Tell whether what the booking rested on is as it was and ends too early now; what was narrowed since stays so."""
    lasting = [
        each.until_at
        for each in known
        if not _of_another(each, visit)
        and each.ends_with != OPENING
        and is_within(scope, Scope(classes_of(each.classes), each.period_from, each.period_to))
    ]
    return any(until >= before for until in lasting) and all(until < visit.ends_at for until in lasting)


def _of_another(grant: Grant, visit: Visit) -> bool:
    """Tell whether it was given for another visit, with which it ends and for which it is needed."""
    return grant.ends_with == VISIT and bool(grant.visit_id) and grant.visit_id != visit.id
