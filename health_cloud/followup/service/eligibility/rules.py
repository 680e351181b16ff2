"""The rules of online follow-up as data (`rules.toml`), read once and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from health_cloud.core.words import Words
from health_cloud.followup.views import RuleText
from health_cloud.records.views.content import Coding

CHECKS = ("first", "diagnosis", "flags", "recent", "controlled", "child")
"""The rules that are judged before booking, in the order of their numbers; `deciding.py` has a check for each."""
GRANT = "grant"
"""The rule that the physician may read, which the booking itself sees to."""
NAMES = (*CHECKS, GRANT)
_SNOMED = "http://snomed.info/sct"
_ICD10 = "icd-10"


@dataclass(frozen=True)
class Flag:
    """A symptom that is no matter for an online visit; an `urgent` one is an emergency."""

    name: str
    words: Words
    urgent: bool


@dataclass(frozen=True)
class Disease:
    """A common or chronic disease that is followed up online.

    Attributes:
        icd10: beginnings of ICD-10 codes, without dots; `snomed`: SNOMED CT codes.
        flags: names of what is asked about this disease besides what everybody is asked.
    """

    name: str
    words: Words
    icd10: tuple[str, ...]
    snomed: frozenset[str]
    flags: tuple[str, ...]

    def is_meant_by(self, coding: Coding) -> bool:
        """Tell whether a code of a source names this disease; words never do."""
        if coding.system == _SNOMED:
            return coding.code in self.snomed
        return _ICD10 in coding.system.lower() and _plain(coding.code).startswith(self.icd10)


@dataclass(frozen=True)
class Rules:
    """All of them with their parameters. `keeps_hours` is how long a yes holds, `emergency` the number to call."""

    version: int
    months: int
    child_years: int
    child_departments: tuple[str, ...]
    keeps_hours: int
    emergency: str
    texts: dict[str, RuleText]
    flags: dict[str, Flag]
    always: tuple[str, ...]
    diseases: dict[str, Disease]

    def asked_of(self, disease: str) -> list[Flag]:
        """Return what is asked of somebody with this disease, the most general first; of none, what all are asked."""
        own = self.diseases[disease].flags if disease in self.diseases else ()
        return [self.flags[name] for name in dict.fromkeys((*self.always, *own))]

    def is_for_children(self, department: Words) -> bool:
        """Tell whether a department is one for children, by its name."""
        named = f"{department.zh} {department.en}".lower()
        return any(part in named for part in self.child_departments)


@cache
def shipped() -> Rules:
    """Read the rules as they are shipped.

    Raises:
        KeyError, ValueError: the file does not hold together.
    """
    return read(told())


def told() -> dict[str, Any]:
    """Return what the file says, unchecked."""
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


def read(given: dict[str, Any]) -> Rules:
    """Return the rules that a file tells.

    Raises:
        KeyError: something is missing.
        ValueError: a rule without its check, or a symptom that nobody has named.
    """
    texts = {each["name"]: _text(each, given) for each in given["rules"]}
    if tuple(sorted(texts, key=lambda name: texts[name].number)) != NAMES:
        raise ValueError("rules.toml: each rule once, in the order of their numbers")
    flags = {each["name"]: Flag(each["name"], _words(each), each["urgent"]) for each in given["flags"]}
    diseases = {each["name"]: _disease(each) for each in given["diseases"]}
    always = tuple(given["always"])
    named = {*always, *(name for each in diseases.values() for name in each.flags)}
    if unknown := named - set(flags):
        raise ValueError(f"rules.toml: no such symptom: {', '.join(sorted(unknown))}")
    return Rules(
        version=given["version"],
        months=given["months"],
        child_years=given["child_years"],
        child_departments=tuple(each.lower() for each in given["child_departments"]),
        keeps_hours=given["keeps_hours"],
        emergency=given["emergency"],
        texts=texts,
        flags=flags,
        always=always,
        diseases=diseases,
    )


def _text(each: dict[str, Any], whole: dict[str, Any]) -> RuleText:
    given = {"months": whole["months"], "years": whole["child_years"]}
    return RuleText(
        number=each["number"],
        text=Words(each["text_zh"].format(**given), each["text_en"].format(**given)),
        source=Words(each["source_zh"], each["source_en"]),
    )


def _disease(each: dict[str, Any]) -> Disease:
    return Disease(
        each["name"],
        _words(each),
        tuple(_plain(code) for code in each["icd10"]),
        frozenset(each["snomed"]),
        tuple(each["flags"]),
    )


def _words(each: dict[str, Any]) -> Words:
    return Words(each["zh"], each["en"])


def _plain(code: str) -> str:
    """Return an ICD-10 code without what sources write differently: `E11.9`, `e119`, `E11.900x001`."""
    return code.strip().upper().replace(".", "")
