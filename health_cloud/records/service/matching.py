"""Whether a word stands in a text, as it was typed or nearly so: Chinese anywhere, other scripts by their words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

AS_TYPED, SIMILAR = 0, 1
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_IS_HAN = re.compile(f"[{_HAN}]")
_LONGEST = 24
"""A longer word is looked for as typed alone: comparing costs as much as both are long."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text by its runs of one script, in one spelling."""

    runs: tuple[str, ...]
    joined: str


def spelled(text: str) -> Spelled:
    """Return a text in one spelling: full width, case, accents and punctuation do not count."""
    plain = text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    runs = tuple(_RUNS.findall(plain.casefold()))
    return Spelled(runs, " ".join(runs))


def terms_of(text: str) -> tuple[str, ...]:
    """Return the words that are looked for, none twice."""
    return tuple(dict.fromkeys(spelled(text).runs))


def closeness(term: str, text: Spelled) -> int | None:
    """Return how close a term comes to a text: `AS_TYPED`, `SIMILAR`, or not at all."""
    if term in text.joined:
        return AS_TYPED
    most = mistakes(term)
    if not most:
        return None
    han = bool(_IS_HAN.match(term))
    return SIMILAR if any(_similar(term, run, most, han=han) for run in text.runs) else None


def mistakes(term: str) -> int:
    """Return how many typing errors are forgiven: none in a short word, where each would give another word."""
    none, one = (3, 6) if _IS_HAN.match(term) else (4, 8)
    if len(term) < none or len(term) > _LONGEST or term.isdecimal():
        return 0
    return 1 if len(term) < one else 2


def _similar(term: str, run: str, most: int, *, han: bool) -> bool:
    if bool(_IS_HAN.match(run)) is not han or len(run) < len(term) - most:
        return False
    if sum((Counter(term) & Counter(run)).values()) < len(term) - most:
        return False
    if han:
        return distance(term, run, anywhere=True) <= most
    return distance(term, run) <= most or distance(term, run[: len(term)]) <= most


def distance(term: str, text: str, *, anywhere: bool = False) -> int:
    """Return how many letters were wrong, missing, too many, or swapped with the next one.

    Args:
        term: what was typed.
        text: what may have been meant.
        anywhere: compare with the nearest piece of the text instead of with the whole.
    """
    width = len(text) + 1
    before, row = [0] * width, [0] * width if anywhere else list(range(width))
    for i, typed in enumerate(term, 1):
        new = [i] * width
        for j, meant in enumerate(text, 1):
            new[j] = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (typed != meant))
            if i > 1 and j > 1 and typed == text[j - 2] and term[i - 2] == meant:
                new[j] = min(new[j], before[j - 2] + 1)
        before, row = row, new
    return min(row) if anywhere else row[-1]
