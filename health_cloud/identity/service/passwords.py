"""Passwords: argon2id, a length, and a list of what everybody tries first; no rules of composition.

NIST SP 800-63B-4, section 3.1.1: at least 8 characters beside a second factor, all characters allowed,
compared against commonly used ones, never truncated.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, cast

import zxcvbn
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from health_cloud.core.errors import Invalid

SHORTEST, LONGEST = 8, 128
_JUDGED = 72
_GUESSABLE = 2
_PART = 4

_hasher = PasswordHasher()
"""The parameters of the library: those of RFC 9106, low memory. Tests may put a cheaper one here."""


def check(password: str, about: tuple[str, ...]) -> None:
    """Refuse a password that others would try first.

    Args:
        password: as typed.
        about: words that anybody who knows the person knows: name, numbers, hospital.

    Raises:
        Invalid: with what to do about it.
    """
    text = _one_form(password)
    if len(text) < SHORTEST:
        raise Invalid("identity.error.password_short", field="password", count=SHORTEST)
    if len(text) > LONGEST:
        raise Invalid("identity.error.password_long", field="password", count=LONGEST)
    low = text.lower()
    if low in _common() or _score(text[:_JUDGED]) < _GUESSABLE:
        raise Invalid("identity.error.password_common", field="password")
    if any(len(word) >= _PART and word.lower() in low for word in about):
        raise Invalid("identity.error.password_personal", field="password")


def hash_password(password: str) -> str:
    """Return the argon2id hash, with its parameters and salt."""
    return _hasher.hash(_one_form(password))


def matches(stored: str, password: str) -> bool:
    """Tell whether a password is the stored one; without a stored one the same work is done for nothing."""
    text = _one_form(password[: 2 * LONGEST])
    try:
        return _hasher.verify(stored or _nobody(), text) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """Return a hash that is no account's: an unknown name costs what a known one costs (R2)."""
    return _hasher.hash("nobody has this password")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])


def _score(text: str) -> int:
    judged = cast("dict[str, Any]", zxcvbn.zxcvbn(text))
    return int(judged["score"])


def _one_form(password: str) -> str:
    """Return the characters in one form, whatever keyboard they come from."""
    return unicodedata.normalize("NFKC", password)
