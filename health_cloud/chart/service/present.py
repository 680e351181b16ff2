"""A visit that is open now: what a patient's word may hang on, and by which their own ward may be asked."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter
from health_cloud.chart.service.treatment import OPEN, ends_of, is_open, own_visits, treating_department
from health_cloud.consent.views import ENCOUNTER, TodaysVisit, Visit
from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action, decide
from health_cloud.core.vocabulary import VisitType
from health_cloud.identity.service.faces import working_place
from health_cloud.identity.service.people import organization_zones, person_name, person_state

PLANNED = "planned"
"""FHIR R4 EncounterStatus of a visit that has not begun."""
_LISTED = 200
STAY_LASTS = timedelta(days=30)
"""A stay that no message ends opens nothing for longer after the patient's word; any other visit until the next day's
end (docs/decisions/0018)."""


def open_visit(session: Session, person_id: str, physician_account_id: str) -> Visit | None:
    """Return a person's visit that is open now at a physician's hospital, one to their own department first.

    For the decision of the patient alone: a physician learns of it when they are given something until its end.

    Args:
        session: the transaction.
        person_id: the patient; empty for nobody.
        physician_account_id: who asks.
    """
    organization_id, department_id = working_place(session, physician_account_id)
    if not person_id or not organization_id:
        return None
    now = clock.now()
    query = select(ChartEncounter).where(
        ChartEncounter.person_id == person_id, ChartEncounter.organization_id == organization_id, is_open(now)
    )
    found = session.exec(query.order_by(col(ChartEncounter.occurred_at).desc())).all()
    row = next((each for each in found if each.department_id == department_id), next(iter(found), None))
    if row is None:
        return None
    return Visit(row.id, row.occurred_at or now, min(_latest(session, row, now), ends_of(row)), ENCOUNTER)


def _latest(session: Session, row: ChartEncounter, now: datetime) -> datetime:
    """Return when it is over at the latest, counted from now: the hospital's messages may never say so."""
    if row.visit_type == VisitType.INPATIENT.value:
        return now + STAY_LASTS
    zone = ZoneInfo(organization_zones(session, (row.organization_id,)).get(row.organization_id, "UTC"))
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=2), time(), zone).astimezone(UTC)


def own_ward_today(session: Session, actor: Actor) -> list[TodaysVisit]:
    """Return whom the actor's department treats now, and who comes to the actor today, to ask by.

    The first are the people on the list of one's own ward, with the same line in the hospital's chain: nobody where the
    hospital does not let teams read. The others are on the actor's own list of today as the hospital sent it (FHIR R4
    `Encounter` with this practitioner in their department, `planned` or open, on today's date of the hospital): names
    and hours, no records, and one line in the hospital's chain.
    """
    decision = decide(actor, Action.READ_WARD)
    if not decision.allowed:
        return []
    treated = own_visits(session, actor, decision, treating_department(session, actor))
    coming = _coming(session, actor, {row.person_id for row in treated})
    if coming:
        detail: dict[str, str | int] = {"today": len(coming)}
        entries = [row.id for row in coming]
        ledger.write(
            session, actor, Action.READ_WARD, ledger.ALLOWED, decision=decision, entries=entries, detail=detail
        )
    return [
        TodaysVisit(
            row.id,
            row.person_id,
            row.occurred_at.isoformat() if row.occurred_at else "",
            person_name(session, row.person_id),
            present=row.status in OPEN,
        )
        for row in (*treated, *coming)
    ]


def _coming(session: Session, actor: Actor, known: set[str]) -> list[ChartEncounter]:
    """Return the visits to an actor today, one a patient, the earliest first; of those who are not `known`."""
    organization_id, department_id = working_place(session, actor.account_id)
    if not actor.practitioner_id or not department_id or organization_id != actor.organization_id:
        return []
    zone = ZoneInfo(organization_zones(session, (actor.organization_id,)).get(actor.organization_id, "UTC"))
    begins = datetime.combine(clock.now().astimezone(zone).date(), time(), zone)
    query = select(ChartEncounter).where(
        ChartEncounter.department_id == department_id,
        ChartEncounter.organization_id == actor.organization_id,
        ChartEncounter.practitioner_id == actor.practitioner_id,
        col(ChartEncounter.status).in_((PLANNED, *OPEN)),
        col(ChartEncounter.occurred_at) >= begins.astimezone(UTC),
        col(ChartEncounter.occurred_at) < (begins + timedelta(days=1)).astimezone(UTC),
    )
    found: dict[str, ChartEncounter] = {}
    for row in session.exec(query.order_by(col(ChartEncounter.occurred_at)).limit(_LISTED)).all():
        state = person_state(session, row.person_id) if row.person_id not in known | found.keys() else None
        if state is not None and not state.conflict and not state.deceased:
            found[row.person_id] = row
    return list(found.values())
