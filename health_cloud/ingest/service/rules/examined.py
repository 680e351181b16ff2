"""What an examination was made of, where and with what; and its narrative, where a report says nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import fhir, items
from health_cloud.ingest.service.mapping.fhir import Json, obj, objs
from health_cloud.records.views.content import NOTHING, Section


@dataclass(frozen=True)
class About:
    """Specimen, body site and device of a report, as given; each empty where nobody named it."""

    specimen: Words = NOTHING
    body_site: Words = NOTHING
    device: Words = NOTHING


NOTHING_KNOWN = About()


def about(report: Json, look: items.Look) -> About:
    """Return what a report, its specimens, the observations that it carries and its pictures name."""
    specimens = [(obj(each), look(report, each)) for each in objs(report.get("specimen"))]
    seen = [look(report, each) for each in objs(report.get("result"))]
    pictures = [look(report, obj(each.get("link"))) for each in objs(report.get("media"))]
    sites = [
        *(fhir.concept(obj(found.get("collection")).get("bodySite")) for _, found in specimens),
        *(fhir.concept(each.get("bodySite")) for each in (*seen, *pictures)),
    ]
    devices = [device for each in (*seen, *pictures) for device in _devices(each, look)]
    return About(
        specimen=_joined(fhir.both(fhir.named(named), fhir.concept(found.get("type"))) for named, found in specimens),
        body_site=_joined(iter(sites)),
        device=_joined(iter(devices)),
    )


def _devices(made: Json, look: items.Look) -> list[Words]:
    reference = obj(made.get("device"))
    named = fhir.both(fhir.named(reference), items.device_name(look(made, reference))) if reference else NOTHING
    return [named if named != NOTHING else fhir.words(made, "deviceName")]


def _joined(several: Iterator[Words]) -> Words:
    return fhir.joined(list(dict.fromkeys(each for each in several if each != NOTHING)))


def narrative(report: Json, title: Words) -> list[Section]:
    """Return the report's own narrative, nothing where it has none."""
    told = fhir.narrated(report.get("text"))
    return [Section(title, told)] if told != NOTHING else []
