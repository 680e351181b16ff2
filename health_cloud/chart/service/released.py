"""Whether an entry is open to the person whose it is: the release rules alone, which say nothing of its content."""

from __future__ import annotations

from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.chart.service.release import visible
from health_cloud.core import clock
from health_cloud.core.policy import Scope
from health_cloud.identity.service.people import person_state
from health_cloud.visibility import service as visibility


def is_released(session: Session, person_id: str, entry_id: str) -> bool:
    """Tell whether a person may read an entry of theirs by now, so that they are told of it and led there.

    Nothing is given out and nobody reads: who follows the way there opens the chart by its door.
    """
    person = person_state(session, person_id)
    if person is None or person.conflict or person.deceased:
        return False
    policies = visibility.in_force(session, person.organization_ids)
    zones = {hospital.id: hospital.zone for hospital in person.hospitals}
    found = (
        select(ChartEntry.id)
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .where(
            ChartEntry.id == entry_id,
            ChartEntry.person_id == person_id,
            visible(policies.values(), zones, Scope(), clock.now()),
        )
    )
    return session.exec(found).first() is not None
