"""Treating teams: physicians of the department where a patient's visit is open read their own hospital's records.

Where the hospital has switched it on, and the patient can be told (docs/decisions/0015). A team is made of the
physicians of the visit's department. A visit is open while the hospital's messages say so, and not for longer than a
visit of its kind lasts: one that nobody ever finished opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter, TeamReading
from health_cloud.chart.views import TeamFace, WardPage, WardRow
from health_cloud.consent.service.grants import opened_topic
from health_cloud.consent.service.standing import Asker, keeps_away
from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.dialects import insert_missing
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Basis, Decision, RelationFact, Role, Scope, decide
from health_cloud.core.vocabulary import VisitType
from health_cloud.core.words import Words
from health_cloud.identity.service.faces import department_face, is_team, team_of
from health_cloud.identity.service.informed import is_informed
from health_cloud.identity.service.people import person_facts, person_state
from health_cloud.visibility import service as visibility

READ = "chart.team_has_read"
"""Fact: a team has read for the first time in a visit; payload person, department, visit."""
OPEN = ("arrived", "triaged", "in-progress", "onleave")
"""FHIR R4 EncounterStatus of somebody who is there, or only on leave; `planned`, `finished` and all else are not."""
STAY, VISIT = timedelta(days=90), timedelta(days=3)
"""An inpatient stay opens nothing for longer from its beginning, any other visit for so long."""
_LISTED = 200


@dataclass(frozen=True)
class TeamGround:
    """A visit on whose ground an actor may read, and whose it is."""

    fact: RelationFact
    person_id: str
    department: Words
    organization: Words


def team_grounds(session: Session, actor: Actor, person_id: str, now: datetime) -> tuple[RelationFact, ...]:
    """Return the visits of a person in which this actor treats them now, the newest first."""
    if actor.role is not Role.PHYSICIAN or not actor.organization_id:
        return ()
    department_id = team_of(session, actor.practitioner_id, actor.organization_id)
    if not department_id or not visibility.teams_may_read(session, actor.organization_id):
        return ()
    team = Asker(actor.organization_id, department_id)
    if not _may_be_read(session, person_id, team) or keeps_away(
        session, person_id, replace(team, account_id=actor.account_id)
    ):
        return ()  # who may always ask is not, for that, one of a team that was refused
    query = select(ChartEncounter).where(
        ChartEncounter.person_id == person_id,
        ChartEncounter.organization_id == actor.organization_id,
        ChartEncounter.department_id == department_id,
        is_open(now),
    )
    rows = session.exec(query.order_by(col(ChartEncounter.occurred_at).desc())).all()
    return tuple(_fact(row, actor) for row in rows)


def _may_be_read(session: Session, person_id: str, team: Asker) -> bool:
    """Tell whether a person may be read on a ground that they have not given themselves.

    They can be told of it, and have not said never to these physicians, once and for all.
    """
    return is_informed(session, person_id) and not keeps_away(session, person_id, team)


def is_open(now: datetime) -> ColumnElement[bool]:
    """Return that a visit is open, as a condition: said to be, begun, not over, and not older than its kind can be."""
    begun = col(ChartEncounter.occurred_at)
    stay = and_(col(ChartEncounter.visit_type) == VisitType.INPATIENT.value, begun > now - STAY)
    return and_(
        col(ChartEncounter.status).in_(OPEN),
        begun <= now,
        or_(begun > now - VISIT, stay),
        or_(col(ChartEncounter.ended_at).is_(None), col(ChartEncounter.ended_at) > now),
    )


def ends_of(row: ChartEncounter) -> datetime:
    """Return when an open visit opens nothing any more, as things stand."""
    begun = row.occurred_at or clock.now()
    last = begun + (STAY if row.visit_type == VisitType.INPATIENT.value else VISIT)
    return min(last, row.ended_at or last)


def _fact(row: ChartEncounter, actor: Actor) -> RelationFact:
    return RelationFact(
        id=row.id,
        basis=Basis.TREATMENT,
        account_id=actor.account_id,
        scope=Scope(organization_id=row.organization_id),
        from_at=row.occurred_at or ends_of(row),
        until_at=ends_of(row),
        organization_id=row.organization_id,
    )


def team_ground(session: Session, actor: Actor, visit_id: str) -> TeamGround | None:
    """Return the ground of a visit, none where nothing is known by this id.

    Raises:
        NotFound: there is such a visit, and it gives this actor nothing now; the attempt is in the patient's ledger.
    """
    row = session.get(ChartEncounter, visit_id) if is_id(visit_id) else None
    if row is None:
        return None
    found = _living(session, actor, row)
    if found is None:
        raise NotFound(action=Action.READ_ENTRIES.value, person_id=row.person_id)
    return TeamGround(found, row.person_id, *department_face(session, row.department_id or ""))


def team_holds(session: Session, actor: Actor, visit_id: str) -> bool:
    """Tell whether a visit still lets this actor read: what an open screen asks every few seconds."""
    row = session.get(ChartEncounter, visit_id) if is_id(visit_id) else None
    return row is not None and _living(session, actor, row) is not None


def _living(session: Session, actor: Actor, row: ChartEncounter) -> RelationFact | None:
    now = clock.now()
    state = person_state(session, row.person_id)
    if state is None or state.conflict or state.deceased:
        return None
    grounds = team_grounds(session, actor, row.person_id, now)
    return next((each for each in grounds if each.id == row.id and each.holds(now)), None)


def own_ward(session: Session, actor: Actor) -> WardPage:
    """Return the patients whom the actor's department treats now: their own ward, newest first, and nobody else.

    One line in the hospital's chain per use says which visits were listed.

    Raises:
        Denied: not a physician.
    """
    decision = decide(actor, Action.READ_WARD)
    if not decision.allowed:
        raise Denied(action=Action.READ_WARD.value)
    department_id = treating_department(session, actor)
    topics = (f"account:{actor.account_id}", f"organization:{actor.organization_id}")
    if not department_id:
        return WardPage(topics=topics)
    rows = own_visits(session, actor, decision, department_id)
    department, _ = department_face(session, department_id)
    people = (
        topic for row in rows for topic in (changes.chart_topic(row.person_id), changes.team_topic(row.person_id))
    )
    return WardPage(
        allowed=True,
        department=department,
        rows=tuple(_ward_row(session, row) for row in rows),
        until=min((ends_of(row).isoformat() for row in rows), default=""),
        topics=(*topics, ward_topic(department_id), *people),
    )


def treating_department(session: Session, actor: Actor) -> str:
    """Return the department whose team an actor belongs to, where their hospital lets teams read; else nothing."""
    department_id = team_of(session, actor.practitioner_id, actor.organization_id)
    return department_id if department_id and visibility.teams_may_read(session, actor.organization_id) else ""


def own_visits(session: Session, actor: Actor, decision: Decision, department_id: str) -> list[ChartEncounter]:
    """Return the open visits in which an actor's department treats, one a patient; the line says which were listed."""
    if not department_id:
        return []
    rows = [row for row in _visits_in(session, actor, department_id) if _living(session, actor, row) is not None]
    ledger.write(
        session,
        actor,
        Action.READ_WARD,
        ledger.ALLOWED,
        decision=decision,
        entries=[row.id for row in rows],
        detail={"department": department_id},
    )
    return rows


def _visits_in(session: Session, actor: Actor, department_id: str) -> list[ChartEncounter]:
    query = select(ChartEncounter).where(
        ChartEncounter.department_id == department_id,
        ChartEncounter.organization_id == actor.organization_id,
        is_open(clock.now()),
    )
    rows = session.exec(query.order_by(col(ChartEncounter.occurred_at).desc()).limit(_LISTED)).all()
    first: dict[str, ChartEncounter] = {}
    for row in rows:
        first.setdefault(row.person_id, row)
    return list(first.values())


def _ward_row(session: Session, row: ChartEncounter) -> WardRow:
    person = person_facts(session, row.person_id)
    return WardRow(
        id=row.id,
        name=person.name,
        born=person.birth_date,
        visit_type=row.visit_type,
        since=row.occurred_text or (row.occurred_at.isoformat() if row.occurred_at else ""),
    )


def ward_topic(department_id: str) -> str:
    """Return the topic of "who is in this department has changed"."""
    return f"ward:{department_id}"


def teams_of(session: Session, actor: Actor) -> list[TeamFace]:
    """Return which teams may read the records of the actor's subject now; the caller asked the policy.

    A team stands here from the moment on at which it may read, whether or not anybody has.
    """
    person_id, now = actor.subject_id, clock.now()
    query = select(ChartEncounter).where(
        ChartEncounter.person_id == person_id, col(ChartEncounter.department_id).is_not(None), is_open(now)
    )
    faces: dict[str, TeamFace] = {}
    for row in session.exec(query.order_by(col(ChartEncounter.occurred_at))).all():
        face = _face(session, row)
        if face is None:
            continue
        before = faces.get(face.department_id)
        if before is None or before.until < face.until:
            faces[face.department_id] = face
    return list(faces.values())


def _face(session: Session, row: ChartEncounter) -> TeamFace | None:
    department_id = row.department_id or ""
    if not is_team(session, department_id, row.organization_id):
        return None
    if not visibility.teams_may_read(session, row.organization_id):
        return None
    if not _may_be_read(session, row.person_id, Asker(row.organization_id, department_id)):
        return None
    department, organization = department_face(session, department_id)
    read = session.get(TeamReading, (row.id, department_id))
    return TeamFace(
        id=row.id,
        department_id=department_id,
        department=department,
        organization=organization,
        since=row.occurred_at.isoformat() if row.occurred_at else "",
        until=ends_of(row).isoformat(),
        opened_at=read.at.isoformat() if read else "",
    )


def note_reading(session: Session, visit_id: str, person_id: str) -> None:
    """Note that a team reads on the ground of a visit; the first time is told to the patient, once."""
    row = session.get_one(ChartEncounter, visit_id)
    department_id = row.department_id or ""
    if session.get(TeamReading, (visit_id, department_id)) is not None:
        return
    if not insert_missing(session, TeamReading, encounter_id=visit_id, department_id=department_id, at=clock.now()):
        return  # a colleague was faster
    facts.emit(session, READ, person=person_id, department=department_id, visit=visit_id)
    changes.note(session, opened_topic(person_id))
