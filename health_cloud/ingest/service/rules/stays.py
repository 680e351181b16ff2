"""Stays in hospital: from where, through which wards, to where."""

from __future__ import annotations

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import fhir, items
from health_cloud.ingest.service.mapping.fhir import Json, obj, objs, text
from health_cloud.ingest.service.rules import codes
from health_cloud.records.views.content import NOTHING, Item


def admitted(encounter: Json) -> Words:
    """Return from where somebody came, as given."""
    return fhir.concept(obj(encounter.get("hospitalization")).get("admitSource"))


def discharged(encounter: Json) -> Words:
    """Return where somebody went, as given."""
    return fhir.concept(obj(encounter.get("hospitalization")).get("dischargeDisposition"))


def wards(encounter: Json, look: items.Look) -> list[Item]:
    """Return the wards of a stay in their order; one whose time is not given is no step of it, only its place."""
    if text(obj(encounter.get("class")).get("code")) not in codes.INPATIENT:
        return []
    found: list[Item] = []
    for each in objs(encounter.get("location")):
        name = items.called_by(encounter, obj(each.get("location")), look)
        period = obj(each.get("period"))
        since, until = text(period.get("start")), text(period.get("end"))
        if name != NOTHING and since and each.get("status") not in ("planned", "reserved"):
            found.append(Item("ward", name, at=since, until=until))
    return sorted(found, key=lambda each: each.at)
