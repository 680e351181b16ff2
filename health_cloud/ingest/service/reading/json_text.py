"""JSON as FHIR needs it: numbers keep their digits ("0.010"), and nothing that a database cannot hold."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

_decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class BrokenJson(ValueError):
    """Not JSON."""


def parse(raw: bytes) -> Any:
    """Return the parsed text; every number is text as it stood there.

    Raises:
        BrokenJson: it is not JSON, or nested too deeply to be a record.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _other_encoding(raw)
    try:
        parsed, end = _decoder.raw_decode(text, _first(text))
    except (ValueError, RecursionError):
        raise BrokenJson from None
    if text[end:].strip():
        raise BrokenJson
    if "\\u" in text and any(mark in text for mark in ("\\ud", "\\uD", "\\u0000")):
        return _storable(parsed)
    return parsed


def _first(text: str) -> int:
    return len(text) - len(text.lstrip())


def _other_encoding(raw: bytes) -> str:
    """UTF-16 and UTF-32 tell themselves by their first bytes; anything else is no JSON (RFC 8259, 8.1)."""
    try:
        return raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError:
        raise BrokenJson from None


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
