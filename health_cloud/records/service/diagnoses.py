"""Diagnoses as hospitals stated them, each with how sure its source was and whether it holds still."""

from __future__ import annotations

from dataclasses import dataclass, replace

from health_cloud.chart.service import Chart, background, lately, online_visits
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.service.contents import parts_of
from health_cloud.records.service.summary import LOOKED, is_within
from health_cloud.records.views.content import Coding, Item, from_json

_CLASSES = (RecordClass.MEDICAL_RECORDS, RecordClass.CHECK_UPS)
_HOLDS = frozenset({"", "active", "recurrence", "relapse"})
"""Clinical statuses (FHIR `condition-clinical`) of what somebody has now; a source may say nothing of it."""
_KIND = "diagnosis"


@dataclass(frozen=True)
class Stated:
    """A diagnosis in one record.

    Attributes:
        at: when it was said, ISO text; of what is said apart from visits, when it arrived.
        day: as people are told it: of the record; apart from visits what the statement says itself, maybe nothing.
        certain: its source does not doubt it (no verification status but `confirmed`), and it is not over.
        entry_id, record_class: where it stands; empty for what is said apart from visits.
    """

    name: Words
    codes: tuple[Coding, ...]
    at: str
    organization_id: str
    certain: bool
    day: str = ""
    entry_id: str = ""
    record_class: str = ""


def diagnoses_of(chart: Chart) -> list[Stated]:
    """Return what was said of diagnoses at visits in person and apart from visits; who shows one notes its entry.

    What was said at a visit online repeats a diagnosis and is none by itself.
    """
    entries = lately(chart, _CLASSES, limit=LOOKED)
    contents = parts_of(chart, entries, "items")
    online = online_visits(chart)
    found = [
        replace(
            _stated(item, entry.occurred, entry.organization_id),
            day=entry.occurred,
            entry_id=entry.id,
            record_class=entry.record_class,
        )
        for entry in entries
        if entry.id in contents and entry.encounter_id not in online
        for item in contents[entry.id].items
        if item.kind == _KIND
    ]
    found += [
        _stated(item, body.arrived.isoformat(), body.organization_id)
        for body in background(chart)
        for item in from_json(body.body, ("items",)).items
        if item.kind == _KIND and is_within(body, item.at)
    ]
    return found


def _stated(item: Item, at: str, organization_id: str) -> Stated:
    certain = not item.certainty and item.status in _HOLDS and not item.until
    return Stated(item.title, item.codes, at[:19], organization_id, certain, item.at)
