"""Payments that do not fit, as the desk sees them."""

from __future__ import annotations

from dataclasses import dataclass

from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class UnfitRow:
    """A cashier's report that was refused.

    Attributes:
        number, reference: of the prescription and of the movement, as the cashier says.
        kind: `payment` or `refund`; `amount` of it, `total` what the prescription costs, yuan.
        at: when it moved; `last_at` when it was reported last, `times` so often.
        reason: why it was refused, last part of the answer's key.
        settled_at: when it was seen to, `by` whom; nobody where the same reference was taken later.
    """

    id: str = ""
    number: str = ""
    reference: str = ""
    kind: str = ""
    amount: str = ""
    total: str = ""
    at: str = ""
    reason: str = ""
    times: int = 1
    last_at: str = ""
    settled_at: str = ""
    by: Words = NOTHING


@dataclass(frozen=True)
class UnfitPage:
    """Those to be seen to (`count` in all), and those settled last."""

    waiting: tuple[UnfitRow, ...] = ()
    count: int = 0
    settled: tuple[UnfitRow, ...] = ()


NO_UNFIT = UnfitPage()
