"""What common tests are, in plain words: by the exact code of a result, never by a name that looks alike."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from health_cloud.core.words import Words
from health_cloud.records.views.content import Measured
from health_cloud.records.views.meaning import NO_MEANING, Meaning

LOINC = "http://loinc.org"
_FILE = Path(__file__).parents[1] / "meanings.toml"


def meaning_of(each: Measured) -> Meaning:
    """Return what the test of a result is; nothing where none of its own codes is known."""
    known = explained()
    found = (known[coding.code] for coding in each.codes if coding.system == LOINC and coding.code in known)
    return next(found, NO_MEANING)


@lru_cache(maxsize=1)
def explained() -> dict[str, Meaning]:
    """Return every meaning there is, by LOINC code."""
    tables: dict[str, dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    sources = {name: Words(**said) for name, said in tables.pop("source").items()}
    return {
        code: Meaning(Words(chinese, english), sources[name], title)
        for name, rows in tables.items()
        for codes, chinese, english, title in rows.values()
        for code in codes
    }
