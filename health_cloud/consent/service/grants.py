"""Living grants, as the door asks for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, or_, update
from sqlmodel import Session, col, select

from health_cloud.consent.models import Grant
from health_cloud.consent.views import OPENING, GrantCard, day_text
from health_cloud.core import changes, clock
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.instants import UtcInstant
from health_cloud.core.policy import Action, GrantFact, Role, Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import person_name

OPENING_LASTS = timedelta(minutes=30)
"""The one opening of a chart lasts so long at most; people are told before."""
KEPT = timedelta(minutes=2)
"""A screen that has shown no sign of life for so long was left; a tab in the background still wakes once a minute."""
_RENEWED = timedelta(seconds=100)


def classes_of(text: str) -> frozenset[RecordClass]:
    """Read the stored list of record classes."""
    return frozenset(RecordClass(name) for name in text.split(",") if name)


def classes_text(classes: frozenset[RecordClass]) -> str:
    """Write a list of record classes in their fixed order."""
    return ",".join(name for name in RecordClass if name in classes)


_BETWEEN = select(Grant).where(
    Grant.person_id == bindparam("person_id"),
    Grant.grantee_account_id == bindparam("grantee_account_id"),
    Grant.until_at > bindparam("now", type_=UtcInstant),
    # what was ended is over, whatever a clock that was set back would say
    col(Grant.ended_at).is_(None),
)


def grants_between(session: Session, person_id: str, actor: Actor, now: datetime) -> tuple[GrantFact, ...]:
    """Return the grants by which this actor may read this person now, the longest first."""
    given = {"person_id": person_id, "grantee_account_id": actor.account_id, "now": now}
    rows = [row for row in session.exec(_BETWEEN, params=given).all() if _is_open_to(row, actor, now)]
    facts = [fact_of(row) for row in rows]
    return tuple(sorted((fact for fact in facts if fact.holds(now)), key=lambda fact: fact.until_at, reverse=True))


def lives(grant: Grant, now: datetime) -> bool:
    """Tell whether a grant has not ended, by whatever ends it."""
    return grant.ended_at is None and now < grant.until_at and (grant.kept_until is None or now < grant.kept_until)


def living_at(now: datetime) -> ColumnElement[bool]:
    """Return the same as a condition."""
    kept = or_(col(Grant.kept_until).is_(None), col(Grant.kept_until) > now)
    return and_(col(Grant.ended_at).is_(None), col(Grant.until_at) > now, kept)


def _is_open_to(grant: Grant, actor: Actor, now: datetime) -> bool:
    """Tell whether its grantee may read by it: one that is for one opening serves the session that has opened it."""
    if not lives(grant, now):
        return False
    return grant.ends_with != OPENING or (grant.opened_at is not None and grant.opener_session == actor.session_id)


def fact_of(grant: Grant) -> GrantFact:
    """Return a grant as the policy sees it."""
    return GrantFact(
        id=grant.id,
        grantee_account_id=grant.grantee_account_id,
        scope=Scope(classes_of(grant.classes), grant.period_from, grant.period_to),
        from_at=grant.from_at,
        until_at=grant.until_at,
        ended_at=grant.ended_at,
        purpose=grant.purpose,
    )


def living(session: Session, person_id: str, grantee_account_id: str = "") -> list[Grant]:
    """Return the grants that hold now, what ends first above; of one grantee where one is named."""
    query = select(Grant).where(Grant.person_id == person_id, living_at(clock.now()))
    if grantee_account_id:
        query = query.where(Grant.grantee_account_id == grantee_account_id)
    return list(session.exec(query.order_by(col(Grant.until_at))).all())


def granted_to(session: Session, actor: Actor, grant_id: str, screen: str = "") -> GrantCard:
    """Return a grant to its grantee, with the patient's name; notes when it was first opened.

    Args:
        session: the transaction.
        actor: who reads.
        grant_id: on whose word.
        screen: the tab in which they read; of a grant for one opening the first one alone is served.

    Raises:
        NotFound: absent or somebody else's; where it is somebody's, the attempt is in that patient's ledger.
        Denied: it was the actor's and is over, or open elsewhere; this too is in the patient's ledger.
    """
    grant = session.get(Grant, grant_id) if is_id(grant_id) else None
    if grant is None or actor.role is not Role.PHYSICIAN or grant.grantee_account_id != actor.account_id:
        person_id = grant.person_id if grant else ""
        raise NotFound(action=Action.READ_ENTRIES.value, person_id=person_id)
    now = clock.now()
    if not lives(grant, now):
        key = "consent.error.opening_left" if why_ended(grant) == "left" else "consent.error.over"
        raise Denied(key, action=Action.READ_ENTRIES.value, person_id=grant.person_id)
    if grant.opened_at is None:
        _open(session, actor, grant, screen, now)
    opener = (grant.opener_session, grant.opener_screen)
    if grant.ends_with == OPENING and opener != (actor.session_id, screen_name(screen)):
        raise Denied("consent.error.opened_once", action=Action.READ_ENTRIES.value, person_id=grant.person_id)
    return grant_card(session, grant, name=person_name(session, grant.person_id))


def note_opened(session: Session, actor: Actor, grant_id: str) -> None:
    """Note that a grant has been read by, wherever: what was used does not lapse as never opened."""
    grant = session.get(Grant, grant_id)
    if grant is not None and grant.opened_at is None:
        _open(session, actor, grant, "", clock.now())


def still_gives(session: Session, grant_id: str, mark: str) -> bool:
    """Tell whether what was read by a grant is still its patient's to have given: not taken back, nor narrowed since.

    Args:
        session: the transaction.
        grant_id: by which it was read, over by now or not.
        mark: `mark_of` it, as it was then.
    """
    grant = session.get(Grant, grant_id) if is_id(grant_id) else None
    return grant is not None and grant.ended_reason != "revoked" and mark_of(fact_of(grant)) == mark


def mark_of(grant: GrantFact) -> str:
    """Return what names a grant and how much it gives."""
    scope = grant.scope
    days = (each.isoformat() if each else "" for each in (scope.period_from, scope.period_to))
    return "|".join((grant.id, ",".join(sorted(scope.classes)), *days))


def _open(session: Session, actor: Actor, grant: Grant, screen: str, now: datetime) -> None:
    """Note the first opening; of several at once one alone is the first, whatever the database."""
    first: dict[str, str | datetime] = {"opened_at": now}
    if grant.ends_with == OPENING:
        first |= {"opener_session": actor.session_id, "opener_screen": screen_name(screen)}
        first |= {"until_at": min(grant.until_at, now + OPENING_LASTS), "kept_until": now + KEPT}
    claim = update(Grant).where(col(Grant.id) == grant.id, col(Grant.opened_at).is_(None)).values(**first)
    session.exec(claim.execution_options(synchronize_session=False))
    session.refresh(grant)  # as it stands now, whoever was first
    changes.note(session, opened_topic(grant.person_id))


def screen_name(screen: str) -> str:
    """Return by which name a screen is kept; what a browser calls itself has no end."""
    return screen[:64]


def opened_topic(person_id: str) -> str:
    """Return the topic of "somebody has opened what I gave": it moves the patient's lists, and no chart."""
    return f"opened:{person_id}"


def grant_card(session: Session, grant: Grant, *, name: Words | None = None) -> GrantCard:
    """Return a grant as a screen shows it."""
    return GrantCard(
        id=grant.id,
        person_id=grant.person_id,
        grantee=account_card(session, grant.grantee_account_id),
        name=name or Words(),
        purpose=grant.purpose,
        classes=tuple(grant.classes.split(",")),
        period_from=day_text(grant.period_from),
        period_to=day_text(grant.period_to),
        from_at=grant.from_at.isoformat(),
        until_at=grant.until_at.isoformat(),
        opened_at=grant.opened_at.isoformat() if grant.opened_at else "",
        ends_with=grant.ends_with,
        ended=why_ended(grant),
        ended_at=ended_at(grant).isoformat(),
    )


def why_ended(grant: Grant) -> str:
    """Return why a grant is over, empty while it lives; what the clock ended is known before anybody has noted it."""
    if grant.ended_reason or lives(grant, clock.now()):
        return grant.ended_reason
    if grant.opened_at is None:
        return "lapsed"
    return "left" if grant.ends_with == OPENING else "time"


def ended_at(grant: Grant) -> datetime:
    """Return when a grant ended, or ends at the latest as things stand."""
    return grant.ended_at or min(grant.until_at, grant.kept_until or grant.until_at)


def grant_holds(session: Session, actor: Actor, grant_id: str) -> bool:
    """Tell whether a grant to this actor still holds: what an open screen asks every few seconds.

    For a grant for one opening the question is the sign of life that keeps it.
    """
    grant = session.get(Grant, grant_id) if is_id(grant_id) else None
    now = clock.now()
    if grant is None or grant.grantee_account_id != actor.account_id or not lives(grant, now):
        return False
    if grant.ends_with != OPENING or grant.kept_until is None:
        return True
    if grant.opener_session != actor.session_id:
        return False
    if grant.kept_until - now < _RENEWED:
        # only what still lives: whoever ends it at this very moment is not undone
        keep = update(Grant).where(col(Grant.id) == grant.id, living_at(now)).values(kept_until=now + KEPT)
        session.exec(keep.execution_options(synchronize_session=False))
        session.refresh(grant)
    return lives(grant, now)
