"""JSON as FHIR needs it: numbers keep their digits ("0.010"), and nothing that a database cannot hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

DEEPEST = 100
"""No record is nested deeper; every later step stays far from the interpreter's own limit."""
AMBIGUOUS = "(stands twice)"
"""Marks a resource in which its type, id or person stands twice: readers of JSON differ in which one they take."""

_NAMING = frozenset({"resourceType", "id", "subject", "patient", "beneficiary", "for", "individual"})
_NUMBERS: Any = {"parse_float": str, "parse_int": str, "parse_constant": str}


class BrokenJson(ValueError):
    """Not JSON that can be a record; `cause` says why."""

    def __init__(self, cause: str = "broken_json") -> None:
        super().__init__(cause)
        self.cause = cause


def read(raw: bytes) -> Any:
    """Parse what somebody sent.

    Raises:
        BrokenJson: it is empty, not in Unicode, not JSON, or nested too deeply to be a record.
    """
    if not raw.strip():
        raise BrokenJson("empty")
    text = _decoded(raw)
    parsed = _parsed(text)
    keys = _count_keys(parsed)
    written = text.count('":') - text.count('\\":')
    if written != keys:  # some name stands twice, or the colons stand apart
        parsed = _parsed(text, _marking)
    if "\\u" in text and any(mark in text for mark in ("\\ud", "\\uD", "\\u0000")):
        return _storable(parsed)
    return parsed


def parse(raw: bytes) -> Any:
    """Return text of ours, or text that was read before, parsed; every number is text as it stood there."""
    text = _decoded(raw)
    parsed = _parsed(text)
    if "\\u" in text and any(mark in text for mark in ("\\ud", "\\uD", "\\u0000")):
        return _storable(parsed)
    return parsed


def _decoded(raw: bytes) -> str:
    """UTF-16 and UTF-32 tell themselves by their first bytes; anything else is no JSON (RFC 8259, 8.1)."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError:
        raise BrokenJson("not_unicode") from None


def _parsed(text: str, hook: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    decoder = json.JSONDecoder(**_NUMBERS, object_pairs_hook=hook) if hook else _decoder
    try:
        parsed, end = decoder.raw_decode(text, len(text) - len(text.lstrip()))
    except RecursionError:
        raise BrokenJson("too_deep") from None
    except ValueError:
        raise BrokenJson from None
    if text[end:].strip():
        raise BrokenJson
    return parsed


_decoder = json.JSONDecoder(**_NUMBERS)


def _count_keys(parsed: Any) -> int:
    """Count the names in all objects, level by level.

    Raises:
        BrokenJson: there are too many levels.
    """
    keys = 0
    level: list[Any] = [parsed]
    for _ in range(DEEPEST):
        objects: list[Json] = [each for each in level if isinstance(each, dict)]
        keys += sum(len(each) for each in objects)
        level = [child for each in level if isinstance(each, list) for child in each]  # pyright: ignore[reportUnknownVariableType]
        level += [child for each in objects for child in each.values()]
        if not level:
            return keys
    raise BrokenJson("too_deep")


def _marking(pairs: list[tuple[str, Any]]) -> Json:
    made = dict(pairs)
    if len(made) < len(pairs) and "resourceType" in made:
        names = [name for name, _ in pairs]
        if any(names.count(name) > 1 for name in _NAMING):
            made[AMBIGUOUS] = True
    return made


def _storable(value: Any) -> Any:
    """Replace lone surrogates and NUL, which neither UTF-8 nor PostgreSQL can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_storable(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value


def canonical(resource: Json) -> bytes:
    """Return the same bytes for the same content, whatever its order and spacing."""
    return json.dumps(resource, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
