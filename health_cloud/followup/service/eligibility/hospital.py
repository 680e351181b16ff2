"""What a hospital sets in the rules of online follow-up: pure data over what is shipped.

The law's part is never changed by it: a hospital may be stricter about age and symptoms, and decides its own months and
list of diseases (rules 2 and 4 say that these are the hospital's).
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

from health_cloud.core.errors import Invalid
from health_cloud.core.words import Words
from health_cloud.followup.service.eligibility.rules import Rules, read, shipped, told

MONTHS: Final = (1, 36)
YEARS: Final = (6, 18)
"""Under six is the law's; a hospital may be stricter."""
MOST_DISEASES, MOST_FLAGS, MOST_CODES = 60, 20, 30
LONGEST = 60
_EVER: Final = 1_200
"""Months: the law names no limit."""
PER_SHIPPED: Final = 10_000
"""A version's number in all: that of what is shipped, times this, and the hospital's own."""
_ICD = re.compile(r"([A-Z])(\d\d)(\.?[0-9A-Z]{1,4})?")
_RANGE = re.compile(r"([A-Z])(\d\d)-\1(\d\d)")
_SNOMED = re.compile(r"[1-9]\d{5,17}")


@dataclass(frozen=True)
class OwnDisease:
    """A disease that a hospital adds: names, ICD-10 codes, beginnings or ranges, and SNOMED CT codes."""

    name: str
    zh: str
    en: str
    icd10: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnFlag:
    """A sign that a hospital asks about besides the built-in ones; of one disease, or (empty) of everybody."""

    name: str
    zh: str
    en: str
    urgent: bool = False
    disease: str = ""


@dataclass(frozen=True)
class Own:
    """What a hospital sets; `without` names diseases that are shipped and that it does not follow up online."""

    months: int
    years: int
    without: tuple[str, ...] = ()
    diseases: tuple[OwnDisease, ...] = ()
    flags: tuple[OwnFlag, ...] = ()


def nothing_own() -> Own:
    """Return what holds where a hospital has set nothing."""
    base = shipped()
    return Own(base.months, base.child_years)


def own_from(body: str) -> Own:
    """Read what was kept."""
    given: dict[str, Any] = json.loads(body)
    return Own(
        months=given["months"],
        years=given["years"],
        without=tuple(given["without"]),
        diseases=tuple(
            OwnDisease(each["name"], each["zh"], each["en"], tuple(each["icd10"]), tuple(each["snomed"]))
            for each in given["diseases"]
        ),
        flags=tuple(OwnFlag(**each) for each in given["flags"]),
    )


def body_of(own: Own) -> str:
    """Write it to be kept."""
    return json.dumps(asdict(own), ensure_ascii=False, sort_keys=True)


def merged(own: Own, number: int) -> Rules:
    """Return the rules as they hold at a hospital; `number` is of its own version, 0 for none."""
    given = told()
    if number == 0:
        return shipped()
    diseases = [each for each in given["diseases"] if each["name"] not in own.without]
    diseases += [
        {
            "name": each.name,
            "zh": each.zh,
            "en": each.en,
            "icd10": [code for one in each.icd10 for code in _prefixes(one)],
            "snomed": list(each.snomed),
            "flags": [],
        }
        for each in own.diseases
    ]
    for flag in own.flags:
        for disease in diseases:
            if disease["name"] == flag.disease:
                disease["flags"] = [*disease["flags"], flag.name]
    everybody = [flag.name for flag in own.flags if not flag.disease]
    return read(
        {
            **given,
            "version": given["version"] * PER_SHIPPED + number,
            "months": own.months,
            "child_years": own.years,
            "diseases": diseases,
            "flags": [
                *given["flags"],
                *({"name": each.name, "urgent": each.urgent, "zh": each.zh, "en": each.en} for each in own.flags),
            ],
            "always": [*given["always"], *everybody],
        }
    )


def said(version: int) -> str:
    """Return a version as people read it: of what is shipped, and of the hospital's own where there is one."""
    base, own = divmod(version, PER_SHIPPED)
    return f"{base}.{own}" if base else str(version)


def _prefixes(code: str) -> list[str]:
    """Return the beginnings of codes that a code or a range of them means."""
    found = _RANGE.fullmatch(code)
    if found is None:
        return [code]
    letter, first, last = found.groups()
    return [f"{letter}{number:02}" for number in range(int(first), int(last) + 1)]


def number_of(value: object, limits: tuple[int, int], field: str) -> int:
    """Return a whole number within its limits.

    Raises:
        Invalid: none.
    """
    text = value.strip() if isinstance(value, str) else str(value)
    least, most = limits
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and least <= int(text) <= most):  # noqa: PLR2004
        raise Invalid("followup.error.number", field=field, least=least, most=most)
    return int(text)


def words_of(form: dict[str, object], zh: str, en: str) -> Words:
    """Return names in both languages.

    Raises:
        Invalid: one is missing or too long; `field` says which.
    """
    found: list[str] = []
    for field in (zh, en):
        value = form.get(field)
        text = value.strip() if isinstance(value, str) else ""
        if not text or not text.isprintable():
            raise Invalid("followup.rules.error.name", field=field)
        if len(text) > LONGEST:
            raise Invalid("followup.error.too_long", field=field, longest=LONGEST)
        found.append(text)
    return Words(*found)


def icd_of(value: object) -> tuple[str, ...]:
    """Return ICD-10 codes, their beginnings or ranges such as `M15-M19`, from what was typed.

    Raises:
        Invalid: something is none.
    """
    codes = _split(value)
    for each in codes:
        span = _RANGE.fullmatch(each)
        if not _ICD.fullmatch(each) and (span is None or int(span[2]) > int(span[3])):
            raise Invalid("followup.rules.error.icd", field="icd10", code=each[:20])
    return _few(codes, "icd10")


def snomed_of(value: object) -> tuple[str, ...]:
    """Return SNOMED CT codes from what was typed.

    Raises:
        Invalid: something is none.
    """
    codes = _split(value)
    for each in codes:
        if not _SNOMED.fullmatch(each):
            raise Invalid("followup.rules.error.snomed", field="snomed", code=each[:20])
    return _few(codes, "snomed")


def _split(value: object) -> tuple[str, ...]:
    text = value if isinstance(value, str) else ""
    return tuple(dict.fromkeys(re.split(r"[\s,;，；、]+", text.strip().upper()))) if text.strip() else ()


def _few(codes: tuple[str, ...], field: str) -> tuple[str, ...]:
    if len(codes) > MOST_CODES:
        raise Invalid("followup.rules.error.codes", field=field, most=MOST_CODES)
    return codes


@lru_cache(maxsize=64)
def rules_in(body: str, number: int) -> Rules:
    """Return the rules of a version that was kept; it never changes, so that each process reads it once."""
    return merged(own_from(body), number)


def law_in(own: Own) -> tuple[Rules, frozenset[str]]:
    """Return the rules without what a hospital has made stricter, and the signs that the law asks about.

    Its own diseases count: that a disease is on a hospital's list is what the law leaves to it.
    """
    base = shipped()
    return merged(Own(_EVER, base.child_years, diseases=own.diseases), PER_SHIPPED - 1), frozenset(base.flags)
