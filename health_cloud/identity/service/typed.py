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

DOCUMENTS: Final = ("national_id", "passport")
CARDS: Final = ("social_security_card", "visit_card")

_LONGEST = 80
_CARD = re.compile(r"[0-9A-Z]{4,32}")
_PASSPORT = re.compile(r"[0-9A-Z]{6,20}")


def document_number(kind: str, text: str) -> str:
    """Return the number of an identity document in its one spelling.

    Raises:
        Invalid: it cannot be one, by its form (GB 11643 check digit for the resident ID).
    """
    if kind == "national_id":
        try:
            return str(ric.validate(normal.national_id(text[:_LONGEST])))
        except ValidationError:
            raise Invalid("identity.error.national_id", field="number") from None
    number = normal.number(text[:_LONGEST])
    if kind == "passport" and _PASSPORT.fullmatch(number):
        return number
    raise Invalid("identity.error.passport", field="number")


def card_number(kind: str, text: str) -> str:
    """Return the number of a card in its one spelling.

    Raises:
        Invalid: it cannot be one, by its form.
    """
    number = normal.number(text[:_LONGEST])
    if kind in CARDS and _CARD.fullmatch(number):
        return number
    raise Invalid("identity.error.card", field="card")
