"""The notice as it is written in `notices.toml`: versions with their dates, their words and their purposes."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from health_cloud.core.words import Words
from health_cloud.identity.views import NoticePart

_FILE = Path(__file__).resolve().parents[1] / "notices.toml"


@dataclass(frozen=True)
class Purpose:
    """One thing that is asked for by itself."""

    key: str
    needed: bool
    title: Words
    text: Words


@dataclass(frozen=True)
class Notice:
    """One version. `date` is ISO text; `digest` is the SHA-256 of all its words."""

    version: int
    date: str
    parts: tuple[NoticePart, ...]
    purposes: tuple[Purpose, ...]
    digest: str

    @property
    def needed(self) -> tuple[str, ...]:
        """The purposes without which no records are shown."""
        return tuple(purpose.key for purpose in self.purposes if purpose.needed)

    def purpose(self, key: str) -> Purpose | None:
        """Return a purpose by its key."""
        return next((each for each in self.purposes if each.key == key), None)


@cache
def versions() -> tuple[Notice, ...]:
    """Return every version, oldest first."""
    written: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["notice"]
    return tuple(sorted((_notice(each) for each in written), key=lambda notice: notice.version))


def current() -> Notice:
    """Return the version that is asked for now."""
    return versions()[-1]


def current_version() -> int:
    """Return the number of that version."""
    return current().version


def _notice(written: dict[str, Any]) -> Notice:
    return Notice(
        version=int(written["version"]),
        date=written["date"].isoformat(),
        parts=tuple(NoticePart(_words(each, "title"), _words(each, "text")) for each in written["parts"]),
        purposes=tuple(
            Purpose(each["key"], bool(each["needed"]), _words(each, "title"), _words(each, "text"))
            for each in written["purposes"]
        ),
        digest=hashlib.sha256(
            json.dumps(written, default=str, ensure_ascii=False, sort_keys=True).encode()
        ).hexdigest(),
    )


def _words(written: dict[str, Any], name: str) -> Words:
    return Words(written[f"{name}_zh"], written[f"{name}_en"])
