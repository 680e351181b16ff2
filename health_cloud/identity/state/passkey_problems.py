"""What a browser says of a passkey that did not come about, in one word, and how people are told."""

from __future__ import annotations

from typing import Final

_FAILED: Final = "identity.passkey.problem.failed"
_PROBLEMS: Final = {
    "cancelled": "identity.passkey.problem.cancelled",
    "known": "identity.passkey.problem.known",
    "place": "identity.passkey.problem.place",
    "unsupported": "identity.passkey.problem.unsupported",
}


def problem_key(word: object) -> str:
    """Return the key of the text for a browser's word; whatever else a client sends is a failure."""
    return _PROBLEMS.get(word, _FAILED) if isinstance(word, str) else _FAILED


def answer_of(given: object, longest: int = 20_000) -> str:
    """Return a device's answer as text; whatever else a client sends is nothing."""
    return given if isinstance(given, str) and len(given) <= longest else ""
