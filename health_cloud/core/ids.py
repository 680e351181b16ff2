"""Identifiers: UUIDv7 (RFC 9562, section 5.7), so that keys sort by creation."""

from __future__ import annotations

import os
import threading
import time
import uuid

_RANDOM_BITS = 74
_lock = threading.Lock()
_last: list[int] = [0, 0]


def new_id() -> str:
    """Return a new UUIDv7 as text of 36 characters, increasing within this process."""
    with _lock:
        millis = time.time_ns() // 1_000_000
        tail = int.from_bytes(os.urandom(10)) >> 6
        if millis <= _last[0]:
            millis = _last[0]
            tail = _last[1] + 1 + (tail & 0xFFFF)
            if tail >> _RANDOM_BITS:
                millis, tail = millis + 1, tail & 0xFFFF
        _last[0], _last[1] = millis, tail
    high, low = tail >> 62, tail & ((1 << 62) - 1)
    return str(uuid.UUID(int=(millis << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low))


def is_id(text: object) -> bool:
    """Tell whether `text` is an id in the form that `new_id` gives; anything else never reaches a query."""
    if not isinstance(text, str) or len(text) != 36:  # noqa: PLR2004 - the length of a UUID's text
        return False
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
