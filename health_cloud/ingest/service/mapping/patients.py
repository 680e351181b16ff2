"""Patient resources as facts for the patient index."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from health_cloud.core.clock import now
from health_cloud.identity.service import numbers
from health_cloud.identity.service.index import Number, PatientFacts
from health_cloud.ingest.service.mapping import fhir, times
from health_cloud.ingest.service.mapping.fhir import Json, first, objs, text

SOCIAL_SECURITY_CARD = "https://health-cloud.example/fhir/sid/social-security-card"
VISIT_CARD = "https://health-cloud.example/fhir/sid/visit-card"
HK_MACAU_PERMIT = "https://health-cloud.example/fhir/sid/hk-macau-permit"
TAIWAN_PERMIT = "https://health-cloud.example/fhir/sid/taiwan-permit"
FOREIGN_RESIDENT = "https://health-cloud.example/fhir/sid/foreign-resident-card"

_NATIONAL = re.compile(r"NI|SS|NN([A-Z]{3})?")
_OWN_SYSTEMS = {
    SOCIAL_SECURITY_CARD: numbers.SOCIAL_SECURITY_CARD,
    VISIT_CARD: numbers.VISIT_CARD,
    HK_MACAU_PERMIT: numbers.HK_MACAU_PERMIT,
    TAIWAN_PERMIT: numbers.TAIWAN_PERMIT,
    FOREIGN_RESIDENT: numbers.FOREIGN_RESIDENT,
}
_TYPES = {"MR": numbers.MEDICAL_RECORD, "PPN": numbers.PASSPORT, "PRC": numbers.FOREIGN_RESIDENT}
"""v2-0203. It has no code for the mainland travel permits: only a system says them."""
_PHONES = ("phone", "sms")


def facts(patient: Json, keys: tuple[str, ...], zone: ZoneInfo, national_id_systems: frozenset[str]) -> PatientFacts:
    """Return what a Patient resource says."""
    deceased = times.when(patient.get("deceasedDateTime"), zone)
    address = first(patient.get("address"))
    lines = address.get("line")
    parts = [text(each) for each in lines] if isinstance(lines, list) else []  # pyright: ignore[reportUnknownVariableType]
    where = text(address.get("text")) or " ".join([*parts, text(address.get("city"))]).strip()
    return PatientFacts(
        keys=keys,
        name=fhir.human_name(patient.get("name")),
        sex=text(patient.get("gender")).lower(),
        birth_date=text(patient.get("birthDate"))[:10],
        address=where,
        numbers=tuple(_numbers(patient, national_id_systems)),
        contacts=tuple(_contacts(patient)),
        deceased_at=deceased.at if deceased else now() if patient.get("deceasedBoolean") is True else None,
        source_at=times.changed_at(patient, zone),
    )


def _numbers(patient: Json, national_id_systems: frozenset[str]) -> list[Number]:
    found: list[Number] = []
    for each in objs(patient.get("identifier")):
        value, system = text(each.get("value")), text(each.get("system"))
        if value and each.get("use") != "old":
            found.append(Number(kind_of(each, system, national_id_systems), value, system))
    return found


def kind_of(identifier: Json, system: str, national_id_systems: frozenset[str]) -> str:
    """Return what an identifier is: by its system where that is known, else by its type (v2-0203)."""
    if system in _OWN_SYSTEMS:
        return _OWN_SYSTEMS[system]
    if system in national_id_systems:
        return numbers.NATIONAL_ID
    codes = fhir.codes(identifier.get("type"))
    if any(_NATIONAL.fullmatch(code) for code in codes):
        return numbers.NATIONAL_ID
    return next((kind for code, kind in _TYPES.items() if code in codes), numbers.OTHER)


def _contacts(patient: Json) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for each in objs(patient.get("telecom")):
        value, system = text(each.get("value")), text(each.get("system"))
        if not value or each.get("use") == "old":
            continue
        if system in _PHONES:
            found.append((numbers.PHONE, value.removeprefix("tel:")))
        elif system == "email":
            found.append((numbers.EMAIL, value.removeprefix("mailto:")))
    return found
