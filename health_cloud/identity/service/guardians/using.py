"""A living relation is used, seen and ended."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, or_, select

from health_cloud.core.actors import Actor, system
from health_cloud.core.clock import now
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.policy import Action, decide
from health_cloud.identity.models import Guardian
from health_cloud.identity.service import acting, alerts
from health_cloud.identity.service.guardians.word import OPEN, PAGE, has_run_out, line, mine, name_of, tell_screens
from health_cloud.identity.service.people import person_facts
from health_cloud.identity.service.relations import LIVING, inverse, kin
from health_cloud.identity.service.relations import living as living_relation
from health_cloud.identity.views import GuardianRow, GuardiansPage
from health_cloud.notify.views import Kind

JOB = "life of an account"
_SHOWN = 30


def end(session: Session, actor: Actor, relation_id: str) -> None:
    """End a relation, from either side, in whatever state: it holds for the very next event. Twice changes nothing.

    Raises:
        NotFound: no relation of the actor's.
    """
    if not decide(actor, Action.END_GUARDIAN).allowed:
        raise Denied(action=Action.END_GUARDIAN.value)
    row = mine(session, actor, relation_id, Action.END_GUARDIAN)
    if row.state in OPEN:
        close(session, actor, row, "patient" if row.person_id == actor.person_id else "guardian")


def close(session: Session, actor: Actor, row: Guardian, by: str) -> None:
    """End a relation that waits or lives, and say so to the other side; `by` is who ends it."""
    lived, row.state = row.state == LIVING, "ended" if row.state == LIVING else "declined"
    row.ended_at, row.ended_by, row.code, row.code_until = now(), by, "", None
    session.add(row)
    session.flush()
    if row.guardian_id:
        acting.stop_acting(session, row.guardian_id, row.person_id)
    line(session, actor, Action.END_GUARDIAN, row, by=by)
    tell_screens(session, row)
    key = "identity.guardians.told.ended" if lived else "identity.guardians.told.declined"
    sides = ((row.person_id, row.guardian_id, "patient"), (row.guardian_id, row.person_id, "guardian"))
    for side, other, role in sides:
        if side and other and by != role:
            alerts.tell_person(session, side, key, kind=Kind.GUARDIAN, link=PAGE, name=name_of(session, other))


def end_relations(session: Session, payload: dict[str, str]) -> None:
    """End every relation of a person, on either side; a subscriber of facts, so it may be told twice."""
    person_id = payload["person"]
    of_theirs = or_(col(Guardian.person_id) == person_id, col(Guardian.guardian_id) == person_id)
    rows = session.exec(select(Guardian).where(of_theirs, col(Guardian.state).in_(OPEN)).with_for_update()).all()
    for row in rows:
        close(session, system(JOB), row, "event")


def act_for(session: Session, actor: Actor, relation_id: str) -> None:
    """Act for somebody in this session from here on; for oneself again where no relation is named.

    Raises:
        NotFound: no living relation in which the actor sees to somebody's affairs.
    """
    if not decide(actor, Action.ACT_AS_GUARDIAN).allowed:
        raise Denied(action=Action.ACT_AS_GUARDIAN.value)
    if not relation_id:
        acting.act_for(session, actor, "")
        return
    row = mine(session, actor, relation_id, Action.ACT_AS_GUARDIAN)
    holds = living_relation(session, row.person_id, actor.person_id, now())
    if holds is None or holds.id != row.id:
        raise NotFound(action=Action.ACT_AS_GUARDIAN.value, person_id=actor.person_id)
    acting.act_for(session, actor, row.person_id)
    line(session, actor, Action.ACT_AS_GUARDIAN, row)


def my_relations(session: Session, actor: Actor) -> GuardiansPage:
    """Return who sees to the actor's affairs and to whose affairs the actor sees, what lives above what is over."""
    if not actor.person_id:
        return GuardiansPage()
    rows = session.exec(
        select(Guardian)
        .where(or_(col(Guardian.person_id) == actor.person_id, col(Guardian.guardian_id) == actor.person_id))
        .order_by(col(Guardian.created_at).desc(), col(Guardian.id).desc())
        .limit(_SHOWN)
    ).all()
    made = [(row.person_id == actor.person_id, _row(session, actor, row)) for row in rows if row.ended_by != "renewal"]
    made.sort(key=lambda each: each[1].state not in OPEN)
    return GuardiansPage([row for own, row in made if own], [row for own, row in made if not own])


def _row(session: Session, actor: Actor, row: Guardian) -> GuardianRow:
    own = row.person_id == actor.person_id
    other = person_facts(session, (row.guardian_id or "") if own else row.person_id)
    state = "over" if row.state in OPEN and has_run_out(row) else row.state
    return GuardianRow(
        id=row.id,
        name=other.name,
        kin=kin(row.relation if own else inverse(row.relation), other.sex),
        levels=tuple(row.levels.split(",")),
        state=state,
        until=(row.ended_at or (row.code_until if row.state == "invited" else None) or row.until_at).isoformat(),
        by=f"identity.guardians.by.{row.ended_by}" if row.ended_by else "",
        renewable=own and state == LIVING,
        here=not own and state == LIVING and actor.for_person_id == row.person_id,
    )


def next_end(page: GuardiansPage) -> datetime | None:
    """Return when the clock alone changes what a page of relations shows; nothing where it never does."""
    ends = [row.until for row in (*page.mine, *page.wards) if row.state in OPEN]
    return min((datetime.fromisoformat(end) for end in ends), default=None)
