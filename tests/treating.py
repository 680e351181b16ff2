"""Open visits for tests, and the desk's word that teams may read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from health_cloud.chart.models import ChartEncounter
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.ids import new_id
from health_cloud.identity.models import Link
from health_cloud.visibility.service import switch_teams, teams_page
from tests.people import COMMAND_LINE, Patient, Town


def let_teams_read(staff: Actor, *, on: bool = True) -> None:
    """Switch it at the desk."""
    db.perform(switch_teams, staff, db.perform(teams_page, staff).version, open=on)


def open_visit(town: Town, patient: Patient, department: str = "endocrinology", **columns: Any) -> str:
    """Begin a visit two hours ago, or as the columns say; returns its id."""
    return db.perform(_open_visit, COMMAND_LINE, town, patient, department, columns)


def _open_visit(
    session: Session, actor: Actor, town: Town, patient: Patient, department: str, columns: dict[str, Any]
) -> str:
    visit_id = new_id()
    given: dict[str, Any] = {
        "id": visit_id,
        "organization_id": town.organization_id,
        "feed_id": town.feed_id,
        "source_id": visit_id,
        "record_id": session.exec(select(Link.record_id).where(Link.person_id == patient.person_id)).first(),
        "person_id": patient.person_id,
        "visit_type": "outpatient",
        "status": "in-progress",
        "occurred_at": clock.now() - timedelta(hours=2),
        "department_id": town.departments[department],
        **columns,
    }
    session.add(ChartEncounter(**given))
    return visit_id
