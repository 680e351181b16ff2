"""Numbers as people type them: one spelling for each, and what can be said about its form alone.

Only the form is judged at once; whether a number is anybody's is never told (product.md, "Identity verification").
"""

from __future__ import annotations

import re
from typing import Final

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from health_cloud.core import normal
from health_cloud.core.errors import Invalid

DOCUMENTS: Final = ("national_id", "passport", "hk_macau_permit", "taiwan_permit", "foreign_resident")
CARDS: Final = ("social_security_card", "visit_card")

_LONGEST = 80
_CARD = re.compile(r"[0-9A-Z]{4,32}")
_FORMS: Final = {
    "passport": re.compile(r"(?=.*[0-9])[0-9A-Z]{5,20}"),
    "hk_macau_permit": re.compile(r"[HM][0-9]{8}([0-9]{2})?"),
    "taiwan_permit": re.compile(r"[0-9]{8}([0-9]{2})?"),
    "foreign_resident": re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
}
"""Mainland travel permits with or without the two digits of their issue; the foreign permanent resident card in its
form of 15 characters, and since 2023 of 18, with the check character of GB 11643."""
_WITH_CHECK = 18


def document_number(kind: str, text: str) -> str:
    """Return the number of an identity document in its one spelling.

    Raises:
        Invalid: it cannot be one, by its form (GB 11643 check character where there is one).
    """
    if kind == "national_id":
        try:
            return str(ric.validate(normal.national_id(text[:_LONGEST])))
        except ValidationError:
            raise Invalid("identity.error.national_id", field="number") from None
    number = normal.number(text[:_LONGEST])
    if kind not in _FORMS:
        raise Invalid("identity.error.passport", field="number")
    checked = len(number) != _WITH_CHECK or kind != "foreign_resident" or ric.calc_check_digit(number) == number[-1]
    if _FORMS[kind].fullmatch(number) and checked:
        return _without_issue(kind, number)
    raise Invalid(f"identity.error.{kind}", field="number")


def _without_issue(kind: str, number: str) -> str:
    """Leave the two digits away that only count how often a permit was issued: hospitals write it either way."""
    return normal.permit(number) if kind in ("hk_macau_permit", "taiwan_permit") else number


def card_number(kind: str, text: str) -> str:
    """Return the number of a card in its one spelling.

    Raises:
        Invalid: it cannot be one, by its form.
    """
    number = normal.number(text[:_LONGEST])
    if kind in CARDS and _CARD.fullmatch(number):
        return number
    raise Invalid("identity.error.card", field="card")
