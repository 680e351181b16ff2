"""One spelling for numbers that name or reach people, so that equal ones are found as equal.

Whatever is sealed keeps what the source wrote; whatever is blinded or compared goes through here first.
"""

from __future__ import annotations

import re
import unicodedata

_OLD_RESIDENT_ID = 15
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_NOT_ALNUM = re.compile(r"[^0-9A-Z]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SHORTEST = 4
_PERMIT = re.compile(r"([HM]?[0-9]{8})[0-9]{2}")
_FILLERS = frozenset({"UNKNOWN", "NONE", "NULL", "NOTAVAILABLE", "NOTPROVIDED", "TEST", "XXXX"})


def plain(value: str) -> str:
    """Return NFKC, upper case, without white space."""
    return "".join(unicodedata.normalize("NFKC", value).upper().split())


def number(value: str) -> str:
    """Return the letters and digits of a card, record or passport number; other scripts stay as they are."""
    spelled = plain(value)
    return _NOT_ALNUM.sub("", spelled) or spelled


def national_id(value: str) -> str:
    """Return a national ID number; Chinese ones of 15 digits become 18 (GB 11643: century and check digit)."""
    spelled = number(value)
    if len(spelled) == _OLD_RESIDENT_ID and spelled.isdigit():
        body = f"{spelled[:6]}19{spelled[6:]}"
        total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
        return body + _CHECK[total % 11]
    return spelled


def permit(value: str) -> str:
    """Return a mainland travel permit's number without the two digits that count its issues: its bearer stays."""
    spelled = number(value)
    found = _PERMIT.fullmatch(spelled)
    return found[1] if found else spelled


def phone(value: str) -> str:
    """Return a phone number with +86 before Chinese mobile and area numbers that came without it."""
    spelled = plain(value)
    digits = _NOT_DIGIT.sub("", spelled)
    if spelled.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if _MOBILE.fullmatch(digits):
        return f"+86{digits}"
    if digits.startswith("86") and _MOBILE.fullmatch(digits[2:]):
        return f"+{digits}"
    return f"+86{digits[1:]}" if digits.startswith("0") else digits


def email(value: str) -> str:
    """Return an e-mail address in NFKC and lower case."""
    return plain(value).lower()


def is_filler(value: str) -> bool:
    """Tell whether a normalised number names nobody: too short, one digit over and over, or a word for "none"."""
    return len(value) < _SHORTEST or len(set(value)) == 1 or value in _FILLERS
