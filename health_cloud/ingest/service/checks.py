"""Checks of results: units that are missing or cannot be, values outside the physically possible."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from health_cloud.core.vocabulary import RecordClass
from health_cloud.ingest.service import ucum
from health_cloud.ingest.service.mapping.measured import number
from health_cloud.records.views.content import Measured

if TYPE_CHECKING:
    from collections.abc import Iterable

    from health_cloud.ingest.service.folder import Piece
    from health_cloud.ingest.service.rules.verdict import Verdict

_BOUNDS = {
    "%": (Decimal(0), Decimal(1000)),
    "Cel": (Decimal(-10), Decimal(60)),
    "[degF]": (Decimal(14), Decimal(140)),
    "[pH]": (Decimal(0), Decimal(14)),
    "mm[Hg]": (Decimal(-50), Decimal(800)),
    "/min": (Decimal(0), Decimal(1000)),
}
"""By UCUM code: below or above, no body can be."""

_SIGNED = frozenset(
    {"Cel", "[degF]", "mm[Hg]", "mmol/L", "meq/L", "[diop]", "s", "mm", "cm", "deg", "{Zscore}", "{Tscore}", "1", ""}
)
"""Units whose values may be below zero (base excess in mmol/L, refraction, scores)."""

_UNITLESS = frozenset(
    {"2748-2", "2744-1", "2746-6", "11558-4", "5803-2", "2756-5", "6301-6", "34714-6", "2965-2", "5811-5"}
)
"""LOINC codes of pH, INR and specific gravity, which have no unit."""


def check_results(verdict: Verdict, piece: Piece, results: Iterable[Measured], record_class: RecordClass) -> None:
    """Look through an entry's results, members included."""
    for each in results:
        if each.kind == "quantity":
            _check(verdict, piece, each, laboratory=record_class is RecordClass.LABORATORY)
        check_results(verdict, piece, each.members, record_class)


def _check(verdict: Verdict, piece: Piece, each: Measured, *, laboratory: bool) -> None:
    which = f"{each.name.pick('en')}: {each.comparator}{each.value} {each.unit}"
    again = each.source_id or each.name.pick("en")
    value = number(each.value)
    if value is None:
        verdict.problem("profile", piece, f"{which} is no number", again)
        return
    if each.ucum and not ucum.is_unit(each.ucum):
        verdict.problem("impossible_unit", piece, which, again)
    if laboratory and not each.unit and not any(code.code in _UNITLESS for code in each.codes):
        verdict.problem("missing_unit", piece, which, again)
    low, high = _BOUNDS.get(each.ucum, (None, None))
    if (
        (low is not None and value < low)
        or (high is not None and value > high)
        or (value < 0 and each.ucum not in _SIGNED and each.unit)
    ):
        verdict.problem("impossible_value", piece, which, again)
