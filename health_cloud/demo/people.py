"""Who lives in the demo: invented people with numbers of the right form that belong to nobody."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from stdnum.cn import ric

from health_cloud.demo.chance import source
from health_cloud.demo.directory import SONGYUN, Hospital
from health_cloud.demo.fhir import (
    RESIDENT_ID,
    SOCIAL_SECURITY_CARD,
    TERMINOLOGY,
    VISIT_CARD,
    Resource,
    Text,
    coding,
    concept,
    human_name,
    reference,
    said,
)

_REGION = "110000"
"""Beijing as a whole: no resident is registered directly under it, so such a number is nobody's."""
_SERIALS = (450, 499)
"""Halves of serials for the lives; the town's lie below."""
_STRIDE = 7_368_787
"""A prime: multiples of it meet every number once before any twice."""
_PHONE = "154"
"""A mobile prefix that no operator has been given."""


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person, before any record."""

    key: str
    family: Text
    given: Text
    gender: str
    birth: date
    seed: int
    address: Text = ("北京市（虚构地址）", "Beijing (invented address)")
    passport: str = ""
    """Number of a foreign passport; such a person has no resident ID number."""
    issuer: str = ""
    died: str = ""
    """When, as the hospital wrote it down (FHIR dateTime); empty while they live."""
    townsman: int = -1
    """Number of a person of the town, whose numbers are made from it so that no two are equal."""
    serial: int = -1
    """Half of the resident number's serial for people of the town."""

    @property
    def name(self) -> Text:
        """The whole name as each language writes it."""
        if self.family[0] == self.family[1]:
            whole = f"{self.given[1]} {self.family[1]}"
            return (whole, whole)
        return (self.family[0] + self.given[0], f"{self.family[1]} {self.given[1]}")

    @property
    def national_id(self) -> str:
        """The resident ID number (GB 11643; odd serials are men), or the passport number."""
        if self.passport:
            return self.passport
        half = self.serial if self.serial >= 0 else source(self.seed, self.key, "serial").randrange(*_SERIALS)
        body = f"{_REGION}{self.birth:%Y%m%d}{2 * half + (self.gender == 'male'):03d}"
        return body + ric.calc_check_digit(f"{body}0")

    @property
    def visit_card(self) -> str:
        """The hospital's visit card: 12 digits."""
        return f"9{self._digits('visit card', 11)}"

    @property
    def social_security_card(self) -> str:
        """The social security card: a letter and 8 digits; foreigners of the demo have none."""
        return "" if self.passport else f"Z{self._digits('social security card', 8)}"

    def card_at(self, hospital: str) -> str:
        """Return the visit card of another hospital: 12 digits too."""
        return f"8{self._digits(f'visit card {hospital}', 11)}"

    def record_at(self, hospital: str) -> str:
        """Return the medical record number at another hospital."""
        return f"{hospital[:2].upper()}{self._digits(f'record {hospital}', 8)}"

    @property
    def record_number(self) -> str:
        """The hospital's medical record number."""
        return f"SY{self._digits('record', 8)}"

    @property
    def phone(self) -> str:
        """A mobile number that cannot ring."""
        return f"+86{_PHONE}{self._digits('phone', 8)}"

    @property
    def email(self) -> str:
        """An address under the reserved domain."""
        return f"{self.given[1]}.{self.family[1]}@example.com".lower().replace(" ", "")

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to the Patient."""
        return reference("Patient", self.key, self.name)

    def _digits(self, what: str, count: int) -> str:
        """Returns digits that begin with 0 for the lives, and with another for the town."""
        tenth = 10 ** (count - 1)
        if self.townsman < 0:
            return f"{source(self.seed, self.key, what).randrange(tenth):0{count}d}"
        first = source(self.seed, "town", what).randrange(9 * tenth)
        return str(tenth + (first + self.townsman * _STRIDE) % (9 * tenth))


def patient(person: Person, hospital: Hospital = SONGYUN) -> Resource:
    """Returns the Patient as a hospital knows them, with identifiers and contacts."""
    card, record = person.visit_card, person.record_number
    if hospital != SONGYUN:
        card, record = person.card_at(hospital.code), person.record_at(hospital.code)
    numbers = [
        _identifier(hospital.system("medical-record"), "MR", ("病案号", "Medical record number"), record),
        _identifier(VISIT_CARD, "", ("就诊卡", "Visit card"), card),
    ]
    if person.passport:
        system = f"http://hl7.org/fhir/sid/passport-{person.issuer}"
        numbers.append(_identifier(system, "PPN", ("护照", "Passport"), person.passport))
    else:
        numbers.append(_identifier(RESIDENT_ID, "NI", ("居民身份证", "Resident identity card"), person.national_id))
        social = ("社会保障卡", "Social security card")
        numbers.append(_identifier(SOCIAL_SECURITY_CARD, "", social, person.social_security_card))
    return {
        "resourceType": "Patient",
        "id": person.key,
        "language": "zh-CN",
        "identifier": numbers,
        "active": True,
        "name": human_name(person.family, person.given),
        "telecom": [
            {"system": "phone", "value": person.phone, "use": "mobile", "rank": 1},
            {"system": "email", "value": person.email},
        ],
        "gender": person.gender,
        "birthDate": f"{person.birth:%Y-%m-%d}",
        "address": [{**said("text", person.address), "country": "CN"}],
        **({"deceasedDateTime": person.died} if person.died else {}),
        "managingOrganization": hospital.reference,
    }


def _identifier(system: str, code: str, text: Text, value: str) -> dict[str, Any]:
    kind = concept(text, *([coding(f"{TERMINOLOGY}/v2-0203", code)] if code else []))
    return {"use": "official", "type": kind, "system": system, "value": value}
