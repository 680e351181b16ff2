"""FHIR R4 parts of every resource: texts in two languages, codes, quantities, references, bundles."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

Text = tuple[str, str]
"""The same words in Chinese and in English."""
Resource = dict[str, Any]
Bundle = dict[str, Any]

HOST = "https://fhir.songyun.example"
BASE = f"{HOST}/r4"
LOCAL = f"{HOST}/CodeSystem"

RESIDENT_ID = "https://health-cloud.example/fhir/sid/resident-id"
SOCIAL_SECURITY_CARD = "https://health-cloud.example/fhir/sid/social-security-card"
VISIT_CARD = "https://health-cloud.example/fhir/sid/visit-card"

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ATC = "http://www.whocc.no/atc"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"

CHINA = timezone(timedelta(hours=8))


def translation(language: str, content: str) -> dict[str, Any]:
    """Returns the FHIR translation extension."""
    return {
        "url": TRANSLATION,
        "extension": [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": content}],
    }


def said(field: str, text: Text) -> dict[str, Any]:
    """Returns a string element in Chinese, with its English in the translation extension."""
    chinese, english = text
    if chinese == english:
        return {field: chinese}
    return {field: chinese, f"_{field}": {"extension": [translation("en", english)]}}


def coding(system: str, code: str, display: Text | None = None) -> dict[str, Any]:
    """Returns a Coding."""
    return {"system": system, "code": code, **(said("display", display) if display else {})}


def concept(text: Text, *codings: dict[str, Any]) -> dict[str, Any]:
    """Returns a CodeableConcept whose text is what a person reads."""
    return {**({"coding": list(codings)} if codings else {}), **said("text", text)}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as printed by the hospital and as UCUM code."""

    ucum: str
    printed: Text


def quantity(value: Decimal | str, unit: Unit, comparator: str = "") -> dict[str, Any]:
    """Returns a Quantity that keeps the digits as given, trailing zeros included."""
    return {
        "value": Decimal(value),
        **({"comparator": comparator} if comparator else {}),
        **(said("unit", unit.printed) if unit.printed[0] else {}),
        "system": UCUM,
        "code": unit.ucum,
    }


def reference(kind: str, key: str, display: Text | None = None) -> dict[str, Any]:
    """Returns a relative reference, resolved against the full URLs of all bundles."""
    return {"reference": f"{kind}/{key}", **(said("display", display) if display else {})}


def human_name(family: Text, given: Text) -> list[dict[str, Any]]:
    """Returns a name in characters and in Latin letters (ISO 21090 IDE and ABC).

    Chinese names stand family name first in both; Latin names of foreigners have no characters.
    """
    latin = {"use": "official", "text": f"{given[1]} {family[1]}", "family": family[1], "given": [given[1]]}
    if family[0] == family[1]:
        return [latin]
    whole = (family[0] + given[0], f"{family[1]} {given[1]}")
    characters = {
        "extension": [{"url": REPRESENTATION, "valueCode": "IDE"}],
        "use": "official",
        **said("text", whole),
        "family": family[0],
        "given": [given[0]],
    }
    latin = {"extension": [{"url": REPRESENTATION, "valueCode": "ABC"}], **latin, "text": whole[1]}
    return [characters, latin]


def instant(day: date, clock: str) -> datetime:
    """Returns a local time of the hospital, e.g. ``instant(day, "08:05")``."""
    hour, minute = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=CHINA)


def bundle(resources: Iterable[Resource]) -> Bundle:
    """Returns a transaction that puts each resource under its own id."""
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"{BASE}/{each['resourceType']}/{each['id']}",
                "resource": each,
                "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"},
            }
            for each in resources
        ],
    }


def at_host(node: Any, host: str) -> Any:
    """Returns the same content with another hospital's addresses and code systems instead of the first one's."""
    if isinstance(node, list):
        return [at_host(each, host) for each in node]
    if isinstance(node, dict):
        return {key: at_host(value, host) for key, value in node.items()}
    return node.replace(HOST, host) if isinstance(node, str) and node.startswith(HOST) else node


def in_english(node: Any, *, keep: bool = False) -> Any:
    """Returns the same content with English as the source text, as an English-speaking department writes it.

    Names of people and departments keep the Chinese as their translation; clinical texts have none.
    """
    if isinstance(node, list):
        return [in_english(each) for each in node]
    if not isinstance(node, dict):
        return node
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key.startswith("_") and key[1:] in node:
            continue
        english = _english_of(node.get(f"_{key}"))
        result[key] = in_english(value) if english is None else english
        if english is not None and (keep or "reference" in node):
            result[f"_{key}"] = {"extension": [translation("zh-CN", value)]}
    return result


def _english_of(element: Any) -> str | None:
    """Returns the English content of a primitive's translation extension."""
    for extension in (element or {}).get("extension", []):
        if extension["url"] == TRANSLATION:
            return extension["extension"][1]["valueString"]
    return None


_DECIMAL = re.compile(r'"decimal:([-0-9.]+)"')


def dumps(content: Bundle | Resource) -> str:
    """Returns JSON in which decimals keep their digits (``7.0`` and ``0.010`` as given)."""
    return _DECIMAL.sub(r"\1", json.dumps(content, ensure_ascii=False, default=_decimal))


def _decimal(value: object) -> str:
    """Marks a Decimal; `dumps` takes the quotes away."""
    if isinstance(value, Decimal):
        return f"decimal:{value}"
    raise TypeError(type(value).__name__)
