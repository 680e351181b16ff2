"""One resource as a row of the history: what it is called, whom it is about, what it holds."""

from __future__ import annotations

import zlib
from typing import Any

from health_cloud.core.crypto import seal
from health_cloud.core.ids import new_id
from health_cloud.ingest.service.context import Feeding
from health_cloud.ingest.service.mapping import fhir, times
from health_cloud.ingest.service.mapping.fhir import Json, obj, objs, text
from health_cloud.ingest.service.reading import bundles, shapes

_SUBJECTS = ("subject", "patient", "beneficiary", "for", "individual")
_NOT_PEOPLE = frozenset({"Group", "Device", "Location", "Practitioner", "Organization", "Substance", "Medication"})


def row_of(feeding: Feeding, found: bundles.Found, canonical: bytes, *, alone: bool) -> dict[str, Any] | None:
    """Return the row of a resource, without its message; nothing where the person cannot be read.

    Args:
        feeding: the run.
        found: the resource.
        canonical: its canonical JSON.
        alone: whether its message is nothing else, and holds its body.
    """
    keys, resource = feeding.keys, found.resource
    kind: str = resource["resourceType"]
    named = fhir.ref_of(found.full_url)
    source_id = resource.get("id") or (named.id if named else "")
    content_hash = keys.content(kind, source_id, canonical)
    source_key = keys.of(source_id) if source_id else content_hash
    alias_key = keys.of(named.id) if named and named.id != source_id else ""
    patient_key = source_key if kind == "Patient" else _patient_key(feeding, kind, resource, leads=found.leads)
    if patient_key is None:
        if not found.within or found.leads:
            return None
        patient_key = ""
    if found.within and kind == "Composition" and not found.leads:
        patient_key = ""  # a part of the document, and no document of its own
    row_id = new_id()
    return {
        "id": row_id,
        "feed_id": feeding.feed_id,
        "run_id": feeding.run_id,
        "type": kind,
        "source_key": source_key,
        "alias_key": alias_key,
        "patient_key": patient_key,
        "owner_key": "",
        "content_hash": content_hash,
        "body": None if alone else seal(zlib.compress(canonical, 1), "ingest_resource.body", row_id),
        "source_at": times.changed_at(resource, feeding.zone),
        "accounted": "attached",
        "reason": "",
        "within": found.within,
    }


def _patient_key(feeding: Feeding, kind: str, resource: Json, *, leads: bool) -> str | None:
    """Return the key of whom a resource is about, empty where it is about nobody, nothing where that is lost."""
    said = False
    for name in _SUBJECTS:
        for each in objs(resource.get(name)):
            found = fhir.ref(each) or _by_number(each)
            if found is not None and found.type in _NOT_PEOPLE:
                said = True
            elif found is not None:
                return feeding.keys.of(found.id)
    needed = kind in shapes.NEEDS_PERSON or leads
    return None if needed and not said else ""


def _by_number(reference: Json) -> fhir.Ref | None:
    """Read a reference that names a patient by a number alone."""
    identifier = obj(reference.get("identifier"))
    value = text(identifier.get("value"))
    return fhir.Ref("Patient", f"Patient?identifier={text(identifier.get('system'))}|{value}") if value else None
