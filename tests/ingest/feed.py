# ruff: noqa: RUF005 - test data reads best a case a line
"""Small hand-made FHIR for the rule tests, and what became of it."""

from __future__ import annotations

import itertools
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import select

from health_cloud.chart.models import ChartEncounter, ChartEntry, EntryVersion
from health_cloud.core import db
from health_cloud.core.crypto import unseal
from health_cloud.identity.models import Person
from health_cloud.ingest.models import Case, Message, Resource
from health_cloud.ingest.service import ingest_fhir, telling
from health_cloud.ingest.views import Summary
from health_cloud.records.models import Content, Result
from health_cloud.records.views.content import EntryContent, from_json

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
V2_74 = "http://terminology.hl7.org/CodeSystem/v2-0074"
V2_203 = "http://terminology.hl7.org/CodeSystem/v2-0203"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
NAME = {
    "resourceType": "Patient",
    "id": "p",
    "name": [{"text": "林秀兰"}],
    "gender": "female",
    "birthDate": "1958-03-09",
}


def shared_data() -> Path:
    """Where the real third-party sets lie; see `tests/ingest/test_real_sets.py`."""
    import pytest

    found = next(
        (each / "shared" / "data" for each in Path(__file__).resolve().parents if (each / "shared" / "data").is_dir()),
        None,
    )
    if found is None:
        pytest.skip("../shared/data is not here: the real sets are not part of the repository")
    return found


def code(system: str, value: str, text: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": value}], **({"text": text} if text else {})}


def in_english(content: str) -> dict[str, Any]:
    """Return the extension that gives a text in English (FHIR translation)."""
    return {
        "url": "http://hl7.org/fhir/StructureDefinition/translation",
        "extension": [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": content}],
    }


def patient(**more: Any) -> dict[str, Any]:
    return {**NAME, **more}


def resource(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": name, "subject": {"reference": "Patient/p"}, **more}


def report(name: str = "r", category: Any = "LAB", **more: Any) -> dict[str, Any]:
    listed = (
        category
        if isinstance(category, list)
        else [code(LOINC if "-" in category else V2_74, category)]
        if category
        else []
    )
    base = {"status": "final", "code": code(LOINC, "58410-2", "血常规"), "issued": "2024-05-01T10:00:00+08:00"}
    return resource("DiagnosticReport", name, **{**base, **({"category": listed} if listed else {}), **more})


def observation(name: str = "o", category: str = "laboratory", **more: Any) -> dict[str, Any]:
    base = {
        "status": "final",
        "category": [code("http://terminology.hl7.org/CodeSystem/observation-category", category)],
        "code": code(LOINC, "4548-4", "糖化血红蛋白"),
        "effectiveDateTime": "2024-05-01T08:00:00+08:00",
        "valueQuantity": {"value": 7.1, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"},
    }
    return resource("Observation", name, **{**base, **more})


def encounter(name: str = "e", cls: str = "AMB", kind: str = "", **more: Any) -> dict[str, Any]:
    base = {
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": cls},
        "period": {"start": "2024-05-01T08:00:00+08:00", "end": "2024-05-01T09:00:00+08:00"},
    }
    return resource("Encounter", name, **{**base, **({"type": [code(SNOMED, kind)]} if kind else {}), **more})


def prescription(name: str = "m", **more: Any) -> dict[str, Any]:
    base = {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "二甲双胍"},
        "authoredOn": "2024-05-01T08:30:00+08:00",
        "encounter": {"reference": "Encounter/e"},
    }
    return resource("MedicationRequest", name, **{**base, **more})


def claim(total: float = 30, **more: Any) -> dict[str, Any]:
    base = {
        "status": "active",
        "use": "claim",
        "patient": {"reference": "Patient/p"},
        "prescription": {"reference": "MedicationRequest/m"},
    }
    return {"resourceType": "Claim", "id": "c", **base, "total": {"value": total, "currency": "CNY"}, **more}


def benefit(name: str = "b", amount: float = 30, **more: Any) -> dict[str, Any]:
    base = {
        "status": "active",
        "outcome": "complete",
        "patient": {"reference": "Patient/p"},
        "claim": {"reference": "Claim/c"},
        "created": "2024-05-01T09:00:00+08:00",
        "payment": {"amount": {"value": amount, "currency": "CNY"}},
    }
    return {"resourceType": "ExplanationOfBenefit", "id": name, **base, **more}


def notice(name: str = "n", amount: float = 30, status: str = "paid", **more: Any) -> dict[str, Any]:
    base = {
        "status": "active",
        "request": {"reference": "Claim/c"},
        "created": "2024-05-01T09:30:00+08:00",
        "amount": {"value": amount, "currency": "CNY"},
        "paymentStatus": {"coding": [{"code": status}]},
    }
    return {"resourceType": "PaymentNotice", "id": name, **base, **more}


def bundle(*resources: dict[str, Any], kind: str = "transaction", urls: bool = True) -> dict[str, Any]:
    entries = [
        {
            **(
                {"fullUrl": f"https://his.example/fhir/{each['resourceType']}/{each['id']}"}
                if urls and "id" in each
                else {}
            ),
            "resource": each,
        }
        for each in resources
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


@dataclass
class Feeder:
    """Writes files into a folder of its own and imports them."""

    folder: Path
    numbers: Any = field(default_factory=itertools.count)

    def file(self, content: Any, name: str = "") -> Path:
        path = self.folder / f"{next(self.numbers):03}" / (name or "feed.json")
        path.parent.mkdir(parents=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))
        return path

    def feed(self, *resources: dict[str, Any], organization: str = "songyun", **options: Any) -> Summary:
        """Import resources as one transaction bundle."""
        return self.run(self.file(bundle(*resources)), organization=organization, **options)

    def run(self, *paths: Path, organization: str = "songyun", **options: Any) -> Summary:
        done = ingest_fhir(list(paths), organization_code=organization, **options)
        assert done.resources == sum(done.accounted.values())
        assert sum(done.held.values()) == done.accounted["held"]
        assert "\n".join(telling.told(done)), "every cause, reason and rule is said in words"
        return done


def shown(done: Summary) -> dict[str, int]:
    """What was published, without noughts."""
    return {name: number for name, number in done.published.items() if number}


def entries(state: str = "published") -> list[ChartEntry]:
    with db.reading() as session:
        found = session.exec(select(ChartEntry).where(ChartEntry.state == state).order_by(ChartEntry.id)).all()
        session.expunge_all()
        return list(found)


def visible() -> list[tuple[str, str]]:
    """Class and title of everything that is published, sorted."""
    return sorted((each.record_class, each.title_zh or each.title_en) for each in entries())


def versions(entry: ChartEntry) -> list[tuple[EntryVersion, EntryContent]]:
    """Every version of an entry with its content, oldest first."""
    with db.reading() as session:
        rows = session.exec(
            select(EntryVersion).where(EntryVersion.entry_id == entry.id).order_by(EntryVersion.number)
        ).all()
        found = []
        for row in rows:
            body = session.get_one(Content, row.id).body
            found.append((row, from_json(zlib.decompress(unseal(body, "records_content.body", row.id)).decode())))
        session.expunge_all()
        return found


def content(entry: ChartEntry | None = None) -> EntryContent:
    """The current content of an entry, or of the only one."""
    (chosen,) = [entry] if entry else entries()
    (current,) = [shown for row, shown in versions(chosen) if row.current]
    return current


def cases() -> dict[str, int]:
    with db.reading() as session:
        found: dict[str, int] = {}
        for each in session.exec(select(Case.rule)).all():
            found[each] = found.get(each, 0) + 1
        return found


def persons() -> list[Person]:
    with db.reading() as session:
        found = list(session.exec(select(Person)).all())
        session.expunge_all()
        return found


def everything() -> list[str]:
    """All that an import leaves, without ids, keys and times of arrival: equal for equal content."""
    with db.reading() as session:
        told = [
            (
                each.source_type,
                each.record_class,
                each.state,
                each.held_reason,
                each.occurred_at,
                each.title_zh,
                each.title_en,
            )
            + (each.place_en, each.practitioner_en, each.flag, each.flagged, each.version, bool(each.encounter_id))
            for each in session.exec(select(ChartEntry)).all()
        ]
        bodies = [
            zlib.decompress(unseal(row.body, "records_content.body", row.id)).decode()
            for row in session.exec(select(Content)).all()
        ]
        staged = [
            (zlib.decompress(unseal(each.body, "ingest_resource.body", each.id)), each.accounted, each.reason)
            for each in session.exec(select(Resource)).all()
        ]
        results = [(each.analyte, each.position, each.value) for each in session.exec(select(Result)).all()]
        visits = [
            (each.visit_type, each.status, each.occurred_at) for each in session.exec(select(ChartEncounter)).all()
        ]
        opened = [unseal(each.evidence, "ingest_case.evidence", each.id) for each in session.exec(select(Case)).all()]
        messages = [(each.size, each.done) for each in session.exec(select(Message)).all()]
    return [
        str(each)
        for part in (told, bodies, staged, results, visits, opened, messages)
        for each in sorted(part, key=str)
    ]
