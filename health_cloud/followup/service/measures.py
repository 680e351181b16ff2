"""What patients measure at home: units, what is plausible, and what is no matter for waiting (`measures.toml`)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from health_cloud.core.errors import Invalid
from health_cloud.core.words import Words

_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Measure:
    """One thing that is measured. Limits are inclusive; a number keeps the text that was typed."""

    name: str
    words: Words
    unit: str
    low: Decimal
    high: Decimal
    urgent_low: Decimal | None
    urgent_high: Decimal | None

    def read(self, typed: object) -> str:
        """Return the number as it was typed, plainly written; empty where nothing was.

        Raises:
            Invalid: no number, or none that can be; `field` is the name.
        """
        text = unicodedata.normalize("NFKC", typed).strip().replace(",", ".") if isinstance(typed, str) else ""
        if not text:
            return ""
        if not _NUMBER.fullmatch(text):
            raise Invalid("followup.prepare.error.number", field=self.name)
        if not self.low <= Decimal(text) <= self.high:
            raise Invalid(
                "followup.prepare.error.range",
                field=self.name,
                low=str(self.low),
                high=str(self.high),
                unit=self.unit,
            )
        return text

    def is_urgent(self, value: str) -> bool:
        """Tell whether nobody should wait for a visit with it."""
        number = Decimal(value)
        low = self.urgent_low is not None and number < self.urgent_low
        return low or (self.urgent_high is not None and number >= self.urgent_high)


@cache
def measures() -> dict[str, Measure]:
    """Return what is measured, by name, in the order of the page."""
    told = tomllib.loads(Path(__file__).with_name("measures.toml").read_text(encoding="utf-8"))
    return {each["name"]: _measure(each) for each in told["measures"]}


def _measure(each: dict[str, Any]) -> Measure:
    low, high = (Decimal(each[name]) if name in each else None for name in ("urgent_low", "urgent_high"))
    words = Words(each["zh"], each["en"])
    return Measure(each["name"], words, each["unit"], Decimal(each["low"]), Decimal(each["high"]), low, high)
