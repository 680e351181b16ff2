"""The patient changes what they have given: longer, or less. It holds for the very next read, and both are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from health_cloud.consent.models import Grant
from health_cloud.consent.service.grants import classes_of, classes_text, grant_card, lives
from health_cloud.consent.service.owning import line, own_decision, own_grant, tell
from health_cloud.consent.service.wishes import HOURS, LONGEST
from health_cloud.consent.views import OPENING, GrantCard
from health_cloud.core import clock, facts
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Invalid
from health_cloud.core.policy import Action, Scope
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import settings

EXTENDED, NARROWED = "consent.grant_extended", "consent.grant_narrowed"


def own_living_grant(session: Session, actor: Actor, grant_id: str) -> GrantCard:
    """Return one grant of the actor's own that has not ended.

    Raises:
        NotFound: absent or somebody else's.
        Conflict: it is over.
    """
    own_decision(session, actor, Action.READ_GRANTS)
    return grant_card(session, _living(session, actor, grant_id, Action.READ_GRANTS))


def longer_by(grant: GrantCard) -> list[tuple[str, str]]:
    """Return by how many hours a living grant can be made longer, and when it would end; nothing for one opening."""
    if grant.ends_with == OPENING or not grant.until_at:
        return []
    ends = datetime.fromisoformat(grant.until_at)
    most = clock.now() + LONGEST
    return [(str(hours), end.isoformat()) for hours in HOURS if (end := ends + timedelta(hours=hours)) <= most]


def extend_grant(session: Session, actor: Actor, grant_id: str, hours: object) -> GrantCard:
    """Let a living grant end so many hours later, 30 days from now at most. One until a follow-up outlasts it then.

    Raises:
        NotFound: absent or somebody else's.
        Conflict: it is over, or for one opening: that is asked for again.
        Invalid: none of the offered hours, or too long.
        Unproved: no second factor was shown just now, and the hospital asks for one.
    """
    decision = own_decision(session, actor, Action.EXTEND_GRANT)
    if settings().fresh_for_access:
        require_fresh(actor)
    grant = _living(session, actor, grant_id, Action.EXTEND_GRANT)
    if grant.ends_with == OPENING:
        raise Conflict("consent.error.one_opening")
    offered = {str(each) for each in HOURS}
    if str(hours) not in offered:
        raise Invalid("consent.error.hours", field="hours")
    until = grant.until_at + timedelta(hours=int(str(hours)))
    if until > clock.now() + LONGEST:
        raise Invalid("consent.error.until", field="hours")
    before = grant.until_at.isoformat()
    grant.until_at, grant.ends_with, grant.visit_id = until, "", ""
    session.add(grant)
    line(session, actor, decision, Action.EXTEND_GRANT, grant=grant.id, before=before, until=until.isoformat())
    facts.emit(session, EXTENDED, grant=grant.id)
    tell(session, grant)
    return grant_card(session, grant)


def narrow_grant(session: Session, actor: Actor, grant_id: str, scope: Scope) -> GrantCard:
    """Leave less of a living grant: fewer classes, or a shorter period. What is left out is gone from open charts.

    Raises:
        NotFound: absent or somebody else's.
        Conflict: it is over.
        Invalid: more than was given, or the same.
    """
    decision = own_decision(session, actor, Action.NARROW_GRANT)
    grant = _living(session, actor, grant_id, Action.NARROW_GRANT)
    given = Scope(classes_of(grant.classes), grant.period_from, grant.period_to)
    if not is_within(scope, given):
        raise Invalid("consent.error.more_than_given")
    if scope == given:
        raise Invalid("consent.error.same")
    grant.classes = classes_text(scope.classes)
    grant.period_from, grant.period_to = scope.period_from, scope.period_to
    session.add(grant)
    period = f"{scope.period_from or ''}/{scope.period_to or ''}"
    line(session, actor, decision, Action.NARROW_GRANT, grant=grant.id, classes=grant.classes, period=period)
    facts.emit(session, NARROWED, grant=grant.id)
    tell(session, grant)
    return grant_card(session, grant)


def is_within(scope: Scope, given: Scope) -> bool:
    """Tell whether one scope opens nothing that the other does not."""
    earlier = given.period_from and (scope.period_from is None or scope.period_from < given.period_from)
    later = given.period_to and (scope.period_to is None or scope.period_to > given.period_to)
    return scope.classes <= given.classes and not earlier and not later


def _living(session: Session, actor: Actor, grant_id: str, action: Action) -> Grant:
    grant = own_grant(session, actor, grant_id, action)
    if not lives(grant, clock.now()):
        raise Conflict("consent.error.grant_over")
    return grant
