"""JSON as FHIR needs it: numbers keep their digits ("0.010"), and nothing that a database cannot hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

DEEPEST = 100
"""No record is nested deeper; every later step stays far from the interpreter's own limit."""
AMBIGUOUS = "(stands twice)"
"""Marks a resource in which its type, id or person stands twice: readers of JSON differ in which one they take."""

_NAMING = frozenset({"resourceType", "id", "subject", "patient", "beneficiary", "for", "individual"})
_NO_BRACKETS = bytes({*range(256)} - {*b"[]{}"})
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
    parsed = _parsed(text, _marking_decoder)
    if _may_be_deep(raw) and _is_deep(parsed):
        raise BrokenJson("too_deep")
    return _mended(text, parsed)


def parse(raw: bytes) -> Any:
    """Return text of ours, or text that was read before, parsed; every number is text as it stood there."""
    text = _decoded(raw)
    return _mended(text, _parsed(text, _decoder))


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


def _parsed(text: str, decoder: json.JSONDecoder) -> Any:
    try:
        parsed, end = decoder.raw_decode(text, len(text) - len(text.lstrip()))
    except RecursionError:
        raise BrokenJson("too_deep") from None
    except ValueError:
        raise BrokenJson from None
    if text[end:].strip():
        raise BrokenJson
    return parsed


def _may_be_deep(raw: bytes) -> bool:
    """Tell whether pairs of brackets are left after so many layers of them are taken off: much quicker than to look."""
    left = raw.translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        shorter = left.replace(b"[]", b"").replace(b"{}", b"")
        if len(shorter) == len(left):
            break
        left = shorter
    return bool(left)


def _is_deep(parsed: Any) -> bool:
    level: list[Any] = [parsed]
    for _ in range(DEEPEST):
        level = [child for each in level if isinstance(each, dict | list) for child in _children(each)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        if not level:
            return False
    return True


def _children(value: Json | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _marking(pairs: list[tuple[str, Any]]) -> Json:
    made = dict(pairs)
    if len(made) < len(pairs) and "resourceType" in made:
        names = [name for name, _ in pairs]
        if any(names.count(name) > 1 for name in _NAMING):
            made[AMBIGUOUS] = True
    return made


_decoder = json.JSONDecoder(**_NUMBERS)
_marking_decoder = json.JSONDecoder(**_NUMBERS, object_pairs_hook=_marking)


def _mended(text: str, parsed: Any) -> Any:
    if "\\u" in text and any(mark in text for mark in ("\\ud", "\\uD", "\\u0000")):
        return _storable(parsed)
    return parsed


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
