"""One person's records as they are written down: each resource gets a stable id and names its person."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from health_cloud.demo.bodies import age
from health_cloud.demo.chance import source
from health_cloud.demo.directory import SONGYUN, Department, Doctor, Hospital
from health_cloud.demo.fhir import TERMINOLOGY, Resource, Text, coding, reference
from health_cloud.demo.people import Person, patient

_SENSITIVE = [
    coding(f"{TERMINOLOGY}/v3-ActCode", "PSY", ("精神心理敏感信息", "psychiatry information sensitivity")),
    coding(f"{TERMINOLOGY}/v3-Confidentiality", "R", ("限制", "restricted")),
]
_GROWN = 12
"""Age from which the laboratory uses the ranges of adults."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An encounter that records can belong to."""

    key: str
    day: date
    start: datetime
    doctor: Doctor
    department: Department
    resource: Resource

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to the Encounter."""
        return reference("Encounter", self.key)


class Story:
    """Collects the resources of one person, up to but not including today."""

    def __init__(self, person: Person, today: date, hospital: Hospital = SONGYUN) -> None:
        self.person = person
        self.today = today
        self.hospital = hospital
        self.resources: list[Resource] = [patient(person, hospital)]
        self.deliveries: list[list[Resource]] = []
        """What the source systems send later: new versions of resources that went before."""
        self.sensitive: set[str] = set()
        """Visits whose records are labelled, by reference."""
        self._taken: dict[str, int] = {}

    def chance(self, *names: object) -> Random:
        """Returns the random source of one event in this life."""
        return source(self.person.seed, self.person.key, *names)

    @property
    def group(self) -> str:
        """The group whose reference ranges apply: child, female or male."""
        return "child" if age(self.person.birth, self.today) < _GROWN else self.person.gender

    def over(self, when: datetime) -> bool:
        """Tells whether this moment lies before today, so that it can be in the records."""
        return when.date() < self.today

    def pick(self, text: Text) -> str:
        """Returns the text in the language this person's papers are printed in."""
        return text[1] if self.person.passport else text[0]

    def key(self, kind: str, day: date, slug: str) -> str:
        """Returns an id that tells what it is; a second one of the same day gets a number."""
        key = f"{self.person.key}-{kind}-{day:%Y%m%d}-{slug}"
        self._taken[key] = self._taken.get(key, 0) + 1
        return key if self._taken[key] == 1 else f"{key}-{self._taken[key]}"

    def add(self, kind: str, key: str, when: datetime, content: dict[str, Any]) -> Resource:
        """Writes a resource down; `when` is the moment the source system last changed it."""
        resource: Resource = {
            "resourceType": kind,
            "id": key,
            "meta": {"lastUpdated": when.isoformat(), **self._labels(f"{kind}/{key}", content)},
            "language": "zh-CN",
            **content,
        }
        self.resources.append(resource)
        return resource

    def _labels(self, name: str, content: dict[str, Any]) -> dict[str, Any]:
        """Returns the security labels of what belongs to a sensitive visit (v3 ActCode and Confidentiality)."""
        visit = content.get("encounter", {}).get("reference", name)
        return {"security": _SENSITIVE} if visit in self.sensitive else {}

    @contextmanager
    def again(self, keys: dict[str, int]) -> Iterator[None]:
        """Writes a later delivery: same ids as from `keys` on, in newer versions."""
        first, after = self.resources, self._taken
        self.resources, self._taken = [], dict(keys)
        yield
        self.deliveries.append(self.resources)
        self.resources, self._taken = first, after

    def keys(self) -> dict[str, int]:
        """Returns the ids given so far, for `again`."""
        return dict(self._taken)

    def about(self, visit: Visit | None) -> dict[str, Any]:
        """Returns `subject` and `encounter`."""
        encounter = {"encounter": visit.reference} if visit else {}
        return {"subject": self.person.reference, **encounter}
