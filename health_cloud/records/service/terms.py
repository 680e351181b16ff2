"""What words of a report mean: only words that stand in its text as words, never one that another word contains."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from health_cloud.core.words import Words
from health_cloud.records.views.content import EntryContent
from health_cloud.records.views.meaning import Meaning, Term

NOTHING = Words()
_FILE = Path(__file__).parents[1] / "terms.toml"
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class _Known:
    """Every term: what each means, its usual words, and the words of both languages that stand for it."""

    meanings: Mapping[str, Meaning]
    usual: Mapping[str, Words]
    words: Mapping[str, Mapping[str, str]]
    """Language -> word in lower case -> name; empty name: a word with another meaning."""
    patterns: Mapping[str, re.Pattern[str]]


def terms_of(content: EntryContent) -> list[Term]:
    """Return what the words of an entry's running text mean, in the order in which they stand there."""
    return terms_in([content.conclusion, content.findings, *(each.text for each in content.sections)])


def terms_in(texts: Iterable[Words]) -> list[Term]:
    """Return the terms of texts, each once, called as the text calls it."""
    known = _known()
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        for language, said in zip(_LANGUAGES, (text.zh, text.en), strict=True):
            for match in known.patterns[language].finditer(said):
                name = known.words[language][match[0].lower()]
                if name:
                    found.setdefault(name, {}).setdefault(language, match[0])
    return [Term(_called(known.usual[name], said), known.meanings[name]) for name, said in found.items()]


def _called(usual: Words, said: Mapping[str, str]) -> Words:
    return Words(zh=said.get("zh", usual.zh), en=said.get("en", usual.en))


@lru_cache(maxsize=1)
def _known() -> _Known:
    tables: dict[str, dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    sources = {name: Words(**said) for name, said in tables.pop("source").items()}
    other = tables.pop("other")
    words: dict[str, dict[str, str]] = {
        language: {each.lower(): "" for each in other[language]} for language in _LANGUAGES
    }
    meanings: dict[str, Meaning] = {}
    usual: dict[str, Words] = {}
    for source, rows in tables.items():
        for name, (chinese, english, said_zh, said_en, title) in rows.items():
            meanings[name] = Meaning(Words(said_zh, said_en), sources[source], title)
            usual[name] = Words(chinese[0], english[0])
            words["zh"] |= {each.lower(): name for each in chinese}
            words["en"] |= {each.lower(): name for each in english}
    return _Known(meanings, usual, words, {language: _pattern(language, words[language]) for language in _LANGUAGES})


def _pattern(language: str, words: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any of the words, the longest one first; Latin ones end where a word ends."""
    ranked = sorted(words, key=lambda each: (-len(each), each))
    edge = {"zh": ("(?<![A-Za-z])", "(?![A-Za-z])"), "en": (r"\b", r"\b")}[language]
    return re.compile(f"{edge[0]}(?:{'|'.join(map(re.escape, ranked))}){edge[1]}", re.IGNORECASE)
