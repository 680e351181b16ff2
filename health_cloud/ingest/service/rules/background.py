"""What is said of a patient apart from any visit: the patient's summary, no entry."""

from __future__ import annotations

from health_cloud.core.vocabulary import RecordClass
from health_cloud.ingest.service.mapping import items
from health_cloud.ingest.service.rules import reports
from health_cloud.ingest.service.rules.verdict import Verdict
from health_cloud.records.views.content import EntryContent, Item, Measured

LASTING = frozenset({"Condition", "AllergyIntolerance", "Immunization", "MedicationStatement", "Observation"})
"""Types that the summary shows where they name no visit."""


def background_of(verdict: Verdict) -> EntryContent:
    """Return it as items and measures."""
    measures: list[Measured] = []
    found: list[Item] = []
    for piece in verdict.background:
        if piece.type == "Observation":
            one = reports.measured_of(verdict, piece.resource)
            if one.kind == "quantity" or one.members:
                measures.append(one)
        else:
            found.append(items.item(piece.resource, verdict.folder.look))
    return EntryContent(record_class=RecordClass.MEDICAL_RECORDS.value, measures=tuple(measures), items=tuple(found))
