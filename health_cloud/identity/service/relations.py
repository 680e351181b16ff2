"""Living relations between guardians and those whose affairs they see to: what sessions, the door and screens ask.

A relation holds while both are who they are taken for: an identity conflict or a death of either suspends or ends it
without anybody's doing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.policy import READS, Action, Basis, Decision, RelationFact, Role, Scope, Situation, decide
from health_cloud.identity.models import Guardian, Person
from health_cloud.identity.service.people import person_facts, person_name
from health_cloud.identity.views import GuardianFace, Ward

LIVING = "living"
LEVELS: dict[str, frozenset[Action]] = {
    "read": READS,
    "decide": frozenset(
        {
            Action.DECIDE_REQUEST,
            Action.REVOKE_GRANT,
            Action.EXTEND_GRANT,
            Action.NARROW_GRANT,
            Action.READ_GRANTS,
            Action.CHOOSE_STANDING,
            Action.SHOW_CODE,
            Action.READ_OWN_LEDGER,
            Action.TAKE_LEDGER,
            Action.ASK_WHY,
            Action.MAKE_LINK,
            Action.END_LINK,
            Action.AGREE_ONLINE,
        },
    ),
    "book": frozenset(
        {
            Action.BOOK_APPOINTMENT,
            Action.CANCEL_APPOINTMENT,
            Action.MOVE_APPOINTMENT,
            Action.REFUSE_TIME,
            Action.WAIT_FOR_TIME,
            Action.PREPARE_VISIT,
            Action.ENTER_VISIT,
            Action.WRITE_TALK,
            Action.READ_TALK,
            Action.ATTACH_FILE,
            Action.READ_FILE,
            Action.REMOVE_FILE,
            Action.ASK_TEAM,
            Action.READ_QUESTION,
            Action.TALK_VIDEO,
            Action.READ_NOTE,
            Action.TAKE_TRACE,
            Action.READ_PRESCRIPTION,
        }
    ),
}
"""What a guardian may do at each level; `read` is part of every relation."""
_INVERSE = {"parent": "child", "child": "parent", "spouse": "spouse"}
_SEXES = ("female", "male")


def living(session: Session, person_id: str, guardian_id: str, at: datetime) -> Guardian | None:
    """Return the relation in which one person sees to another's affairs at this instant."""
    theirs, own = aliased(Person), aliased(Person)
    return session.exec(
        select(Guardian)
        .join(theirs, col(theirs.id) == Guardian.person_id)
        .join(own, col(own.id) == Guardian.guardian_id)
        .where(
            Guardian.person_id == person_id,
            Guardian.guardian_id == guardian_id,
            holding(at),
            *(each for person in (theirs, own) for each in _as_taken_for(person)),
        )
    ).first()


def _as_taken_for(person: type[Person]) -> tuple[ColumnElement[bool], ...]:
    """Return that somebody lives and is who they are taken for, as conditions."""
    return (col(person.conflict) == "", col(person.deceased_at).is_(None))


def holding(at: datetime) -> ColumnElement[bool]:
    """Return that a relation has begun and is not over, as a condition."""
    return and_(
        col(Guardian.state) == LIVING,
        col(Guardian.ended_at).is_(None),
        col(Guardian.from_at) <= at,
        col(Guardian.until_at) > at,
    )


def ward_of(session: Session, guardian_id: str, person_id: str) -> Ward | None:
    """Return for whom somebody acts and how far, or nothing where no relation holds now."""
    row = living(session, person_id, guardian_id, clock.now()) if guardian_id and person_id else None
    if row is None:
        return None
    return Ward(row.person_id, person_name(session, row.person_id), tuple(row.levels.split(",")), row.until_at)


def situation_of(session: Session, actor: Actor, person_id: str = "", *, closed: str = "") -> Situation:
    """Return what the policy has to know of a person and this actor, but for grants.

    Args:
        session: the transaction.
        actor: who wants to act.
        person_id: in whose affairs; the actor's subject where it is left out.
        closed: key of the reason why nobody sees this person at all.
    """
    person_id, at = person_id or actor.subject_id, clock.now()
    tie = None
    if actor.role is Role.PATIENT and actor.for_person_id and actor.for_person_id == person_id:
        tie = living(session, person_id, actor.person_id, at)
    return Situation(
        person_id=person_id, now=at, relations=(_fact(tie, actor.account_id),) if tie is not None else (), closed=closed
    )


def decision_in(session: Session, actor: Actor, action: Action) -> Decision:
    """Return the policy's answer for an act in the affairs of the actor's subject; no subject, no ground."""
    if not actor.subject_id:
        return Decision(allowed=False, reason="core.reason.none")
    return decide(actor, action, situation_of(session, actor))


def _fact(row: Guardian, account_id: str) -> RelationFact:
    return RelationFact(
        id=row.id,
        basis=Basis.GUARDIAN,
        account_id=account_id,
        scope=Scope(),
        from_at=row.from_at or row.until_at,
        until_at=row.until_at,
        actions=frozenset[Action]().union(*(LEVELS[level] for level in row.levels.split(","))),
    )


def kin(relation: str, sex: str) -> str:
    """Return the key of what somebody is to another, such as "daughter"."""
    known = sex if sex in _SEXES and relation in _INVERSE else "any"
    return f"identity.kin.{relation}_{known}"


def inverse(relation: str) -> str:
    """Return what the person is to the guardian."""
    return _INVERSE.get(relation, "other")


def guardian_faces(session: Session, relation_ids: set[str]) -> dict[str, GuardianFace]:
    """Return name and kin of the guardians of these relations, over or not, as the person's own ledger says them."""
    found = session.exec(select(Guardian).where(col(Guardian.id).in_(relation_ids))).all() if relation_ids else ()
    faces: dict[str, GuardianFace] = {}
    for row in found:
        facts = person_facts(session, row.guardian_id or "")
        faces[row.id] = GuardianFace(facts.name, kin(row.relation, facts.sex))
    return faces


def guardians_of(session: Session, actor: Actor) -> list[GuardianFace]:
    """Return who sees to the affairs of the actor's subject now, for "who can see me"; the caller asked the policy."""
    found = session.exec(
        select(Guardian).where(Guardian.person_id == actor.subject_id, holding(clock.now())).order_by(Guardian.id)
    ).all()
    made: list[GuardianFace] = []
    for row in found:
        facts = person_facts(session, row.guardian_id or "")
        levels = tuple(row.levels.split(","))
        made.append(GuardianFace(facts.name, kin(row.relation, facts.sex), levels, row.until_at.isoformat()))
    return made


def is_seen_to(session: Session, person_id: str) -> bool:
    """Tell whether a guardian who may be present at a visit sees to somebody's affairs now."""
    theirs, own = aliased(Person), aliased(Person)
    found = session.exec(
        select(Guardian.levels)
        .join(theirs, col(theirs.id) == Guardian.person_id)
        .join(own, col(own.id) == Guardian.guardian_id)
        .where(
            Guardian.person_id == person_id,
            holding(clock.now()),
            *(each for person in (theirs, own) for each in _as_taken_for(person)),
        )
    ).all()
    return any("book" in levels.split(",") for levels in found)


def guardians_with(session: Session, person_id: str, *levels: str) -> dict[str, str]:
    """Return who was given any of these levels in somebody's affairs, by their person, with the relation now.

    They are told what that one is told. Who may not act for them, for whatever reason, is not among them.
    """
    theirs, own = aliased(Person), aliased(Person)
    found = session.exec(
        select(Guardian)
        .join(theirs, col(theirs.id) == Guardian.person_id)
        .join(own, col(own.id) == Guardian.guardian_id)
        .where(
            Guardian.person_id == person_id,
            holding(clock.now()),
            *(each for person in (theirs, own) for each in _as_taken_for(person)),
        )
        .order_by(Guardian.id)
    ).all()
    wanted = set(levels)
    return {row.guardian_id: row.id for row in found if row.guardian_id and wanted & set(row.levels.split(","))}
