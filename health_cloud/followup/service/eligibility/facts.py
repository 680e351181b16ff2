"""The facts that the rules judge, from the patient's own chart, through its one door: one line in the ledger a use."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.chart.service import Chart, open_chart, seen_in, sources_of
from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.followup.service import rows
from health_cloud.followup.service.eligibility.deciding import Diagnosis, Facts
from health_cloud.followup.service.eligibility.rules import Rules
from health_cloud.identity.service.people import birth_date_of_person, department_name
from health_cloud.records.service.diagnoses import diagnoses_of

_WHOLE = "whole"


def facts_of(
    session: Session, actor: Actor, person_id: str, organization_id: str, department_id: str, rules: Rules
) -> Facts:
    """Return what the rules have to know of a person, as far as the actor may read it.

    Raises:
        Denied: the actor may not read this chart; the attempt stands in the ledger, as does each use.
    """
    zone = ZoneInfo(rows.zone_of(session, organization_id))
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        seen = seen_in(chart).get(department_id)
        told = _diagnoses(chart, rules)
        behind = [
            each for each in sources_of(chart) if each.organization_id == organization_id and each.state != _WHOLE
        ]
        chart.detail["follow_up"] = department_id
    since = [each.complete_to for each in behind]
    return Facts(
        today=_day(clock.now(), zone),
        department=department_name(session, department_id),
        last_visit=_day(seen, zone) if seen else None,
        diagnoses=told,
        birth_date=birth_date_of_person(session, person_id),
        guardian=actor.person_id != person_id,
        missing=bool(behind),
        missing_since=min(at for at in since if at).astimezone(zone).isoformat() if since and all(since) else "",
    )


def _diagnoses(chart: Chart, rules: Rules) -> tuple[Diagnosis, ...]:
    found: list[Diagnosis] = []
    for each in diagnoses_of(chart):
        if not any(disease.is_meant_by(coding) for disease in rules.diseases.values() for coding in each.codes):
            continue
        found.append(
            Diagnosis(
                each.name,
                each.codes,
                each.at,
                each.organization_id,
                each.certain,
                each.day[:10],
                visit=bool(each.entry_id),
            )
        )
        if each.entry_id:
            chart.note(RecordClass(each.record_class), [each.entry_id])
    return tuple(found)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
