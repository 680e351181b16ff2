"""Small parts of FHIR R4: texts in both languages, concepts, references, and a bundle that is being put together."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from health_cloud.chart.service import Chart
from health_cloud.core.words import Words
from health_cloud.identity.service.people import person_facts
from health_cloud.records.views.content import Coding

Json = dict[str, Any]
NOTHING = Words()
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?)?")
_SEXES = frozenset({"male", "female", "other", "unknown"})


def put(holder: Json, field: str, words: Words) -> Json:
    """Put a text into a field, in Chinese where there is such, with the other language as a translation."""
    if words == NOTHING:
        return holder
    holder[field] = words.zh or words.en
    if words.zh and words.en and words.zh != words.en:
        parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": words.en}]
        holder[f"_{field}"] = {"extension": [{"url": TRANSLATION, "extension": parts}]}
    return holder


def concept(words: Words, codes: Sequence[Coding] = ()) -> Json:
    """Return a CodeableConcept."""
    made: Json = {}
    if codes:
        made["coding"] = [
            {
                name: value
                for name, value in (("system", one.system), ("code", one.code), ("display", one.display))
                if value
            }
            for one in codes
        ]
    return put(made, "text", words)


def coded(system: str, code: str, display: str = "") -> Json:
    """Return a CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def named(words: Words) -> Json:
    """Return a reference that only names whom it means."""
    return put({}, "display", words)


def dated(holder: Json, field: str, iso: str) -> Json:
    """Put a date in where FHIR can say it: as partial as it is, and with a zone where it has a time."""
    text = iso.replace(" ", "T")
    if "T" in text and not _DATE.fullmatch(text):
        text = text[:10]
    if _DATE.fullmatch(text):
        holder[field] = text if "T" not in text or text.count(":") > 1 else f"{text[:16]}:00{text[16:]}"
    return holder


def narrative(title: str, lines: Iterable[str]) -> Json:
    """Return a generated narrative: a heading and a list."""
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    body = f"<p>{html.escape(title)}</p>" + (f"<ul>{items}</ul>" if items else "")
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def both(words: Words) -> str:
    """Return a text in both languages, one after the other."""
    return " · ".join(dict.fromkeys(part for part in (words.zh, words.en) if part))


class Bundle:
    """Resources that refer to each other, with the patient first."""

    def __init__(self, chart: Chart) -> None:
        self._entries: list[Json] = []
        self._hospitals: dict[Words, Json] = {}
        self.chart = chart
        self.patient = self.add(_patient(chart))

    def add(self, resource: Json) -> Json:
        """Take a resource in; returns a reference to it."""
        url = f"urn:uuid:{uuid4()}"
        self._entries.append({"fullUrl": url, "resource": resource})
        return {"reference": url}

    def first(self, resource: Json) -> None:
        """Put a resource before all others, as a document's Composition stands."""
        self._entries.insert(0, {"fullUrl": f"urn:uuid:{uuid4()}", "resource": resource})

    def hospital(self, name: Words) -> Json:
        """Return a reference to a hospital, once for each."""
        if name not in self._hospitals:
            organization = put({"resourceType": "Organization"}, "name", name)
            self._hospitals[name] = put(self.add(organization), "display", name)
        return self._hospitals[name]

    def whole(self, kind: str) -> Json:
        """Return the bundle, `document` or `collection`."""
        return {
            "resourceType": "Bundle",
            "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid4()}"},
            "type": kind,
            "timestamp": self.chart.now.isoformat(timespec="seconds"),
            "entry": self._entries,
        }


def _patient(chart: Chart) -> Json:
    """Return whom it is about: name, sex and birth date; no number of theirs goes out."""
    person = person_facts(chart.session, chart.person_id)
    names = [
        put({"use": "official"}, "text", Words.same(each))
        for each in dict.fromkeys((person.name.zh, person.name.en))
        if each
    ]
    made: Json = {"resourceType": "Patient", "name": names or [{"text": "-"}]}
    if person.sex in _SEXES:
        made["gender"] = person.sex
    return dated(made, "birthDate", person.birth_date[:10])
