"""Results as lines of a screen: nothing is added to what the hospital gave, and nothing is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from health_cloud.core.words import Words
from health_cloud.records.service.isolates import ANSWERS, Isolate, is_culture, isolates, tested
from health_cloud.records.service.writer import analyte_of, flat, said_of, unit_of
from health_cloud.records.views.content import Measured
from health_cloud.records.views.meaning import NO_MEANING, Meaning
from health_cloud.records.views.screens import NO_PAST, Cell, Grid, GridRow, Headline, Organism, Past, ResultLine

NOTHING = Words()
Basis = tuple[str, str, str]
"""Analyte, unit and specimen: what is the same on one line."""
NOTHING_BEFORE: Mapping[Basis, Past] = {}
NO_ADDRESSES: Mapping[Measured, str] = {}
NOTHING_CORRECTED: Mapping[tuple[int, str], Measured] = {}
_LONG = 14
"""A value in words that is longer than this stands below the name, not beside it."""
_KINDS = {
    "critical_high": "critical",
    "critical_low": "critical",
    "critical": "critical",
    "high": "high",
    "low": "low",
    "abnormal": "abnormal",
    "positive": "abnormal",
    "detected": "abnormal",
    "normal": "normal",
    "negative": "normal",
    "resistant": "resistant",
    "intermediate": "intermediate",
    "susceptible": "susceptible",
}
_SHORT = 10
"""A code no longer than this, with letters in it, is a name that people use."""
_NO_UNIT = "1"
"""UCUM's unit of a plain number; nobody prints it."""
_NUMBERED = re.compile(r"[_\s]|-\d$")
_NO_BASIS = ("", "", "")
_COMPARATORS = {"<=": "≤", ">=": "≥"}
_COLONIES = ("count", "菌落", "计数", "quantity")


def basis_of(each: Measured) -> Basis | None:
    """Return what a value is compared by; none where it is no number or has no code."""
    if each.kind != "quantity" or not each.value or not each.codes:
        return None
    return analyte_of(each), unit_of(each), said_of(each.specimen)


def kind_of(flag: str) -> str:
    """Return the shape of a flag; empty where none was given."""
    return _KINDS.get(flag, "")


def word_of(flag: str) -> str:
    """Return the key of a flag's word; empty where none was given."""
    return f"records.flag.{flag}" if flag in _KINDS else ""


def unexplained(_each: Measured) -> Meaning:
    """Explain nothing, to whoever knows what the tests are."""
    return NO_MEANING


def lines(
    results: Iterable[Measured],
    past: Mapping[Basis, Past] = NOTHING_BEFORE,
    *,
    said: tuple[Words, ...] = (),
    panel: Words | None = None,
    trends: Mapping[Measured, str] = NO_ADDRESSES,
    explain: Callable[[Measured], Meaning] = unexplained,
) -> Iterator[ResultLine]:
    """Return results as lines, a panel's members below its heading.

    Args:
        results: what was found.
        past: what lies before, by what each is compared by.
        said: remarks that stand elsewhere.
        panel: name of the panel whose members they are.
        trends: where each is shown through time.
        explain: says what a test is.
    """
    for each in results:
        if is_culture(each):
            continue
        if each.members and not _said(each):
            yield ResultLine(each.name, heading=True, inner=panel is not None)
        else:
            line = _line(each, past.get(basis_of(each) or _NO_BASIS, NO_PAST), said, panel)
            yield replace(line, trend=trends.get(each, ""), meaning=explain(each))
        yield from lines(each.members, past, said=said, panel=each.name, trends=trends, explain=explain)


def told_once(shown: Iterable[ResultLine]) -> Iterator[ResultLine]:
    """Drop a remark that the line above has made already, such as the specimen of a whole panel."""
    before: list[Words] = []
    for place, line in enumerate(shown):
        told = [words for words in line.remarks if words not in before]
        yield replace(line, place=place, remarks=told, whole=line.remarks if len(told) < len(line.remarks) else [])
        before = line.remarks


def traced(results: Iterable[Measured]) -> Iterator[Measured]:
    """Return what may be followed through time: whatever has a value and a code, but for a culture's grid."""
    for each in results:
        if is_culture(each):
            continue
        if each.codes and _said(each):
            yield each
        yield from traced(each.members)


def trends_of(record_class: str, entry_id: str, results: Iterable[Measured]) -> dict[Measured, str]:
    """Return the address at which each result of a report, or measure of a check-up, is shown through time.

    It names the report and a place in it, never what was measured: addresses stay in a browser's history.
    """
    return {each: f"/records/{record_class}/{entry_id}/{place}" for place, each in enumerate(traced(results))}


def grid(results: Iterable[Measured], before: Mapping[tuple[int, str], Measured] = NOTHING_CORRECTED) -> Grid:
    """Return isolates against antibiotics; empty where no susceptibility was tested.

    Args:
        results: what was found.
        before: what a cell said before it was corrected, by the isolate's place and the antibiotic.
    """
    found = isolates(results)
    answers = [tested(each.culture) for each in found]
    told: dict[str, Measured] = {}
    for place, given in enumerate(answers):
        withdrawn = {key: each for (isolate, key), each in before.items() if isolate == place and key not in given}
        told |= {key: told.get(key, member) for key, member in (given | withdrawn).items()}
    units = {unit_words(member) for given in answers for member in given.values() if member.unit}
    single = units.pop() if len(units) == 1 else NOTHING
    several = Counter(each.name for each in told.values())
    rows = [
        GridRow(
            _by_method(one) if several[one.name] > 1 else one.name,
            [_cell(given.get(key), single, before.get((place, key))) for place, given in enumerate(answers)],
        )
        for key, one in told.items()
    ]
    corrected = sum(bool(cell.was) for row in rows for cell in row.cells)
    kinds = len({each.organism for each in found})
    return Grid([_organism(each) for each in found], kinds, rows, single, corrected)


def _by_method(answer: Measured) -> Words:
    """Name an antibiotic that was tested in several ways with the way."""
    if answer.method == NOTHING:
        return answer.name
    zh, en = (
        f"{answer.name.pick('zh')}（{answer.method.pick('zh')}）",
        f"{answer.name.pick('en')} ({answer.method.pick('en')})",
    )
    return Words(zh, en)


def headline(found: Iterable[ResultLine]) -> Headline:
    """Say what the flags say together; a result without a flag is never called normal."""
    shown = [line for line in found if not line.heading]
    kinds = [line.kind for line in shown]
    flagged = sum(kind not in ("", "normal") for kind in kinds)
    normal = kinds.count("normal")
    return Headline(
        say=_sentence(kinds, flagged, normal),
        total=len(kinds),
        flagged=flagged,
        unranged=any(line.numeric and not line.ranged for line in shown),
    )


def sortable(found: Iterable[ResultLine]) -> bool:
    """Tell whether something would move if what is abnormal came first, what is critical before all."""
    ranks = [_rank(line.kind) for line in found if not line.heading]
    return ranks != sorted(ranks)


def _rank(kind: str) -> int:
    return 0 if kind == "critical" else 2 if kind in ("", "normal") else 1


def _sentence(kinds: list[str], flagged: int, normal: int) -> str:
    if len(kinds) <= 1:
        return ""
    if normal == len(kinds):
        return "records.headline.normal"
    if not flagged:
        return "records.headline.plain"
    alone = next((kind for kind in ("critical", "high", "low") if kinds.count(kind) == flagged), "flagged")
    rest = "_rest" if flagged + normal == len(kinds) else ""
    return f"records.headline.{alone}{rest}"


def shared(results: Iterable[Measured]) -> tuple[Words, Words]:
    """Return the specimen and the method that all results have in common, else nothing."""
    every = [each for each in flat(results) if _said(each)]
    specimens, methods = {each.specimen for each in every}, {each.method for each in every}
    return (
        specimens.pop() if len(specimens) == 1 else NOTHING,
        methods.pop() if len(methods) == 1 else NOTHING,
    )


def value_of(each: Measured) -> Words:
    """Return the value as text: number with comparator, or the words."""
    if each.value:
        sign = _COMPARATORS.get(each.comparator, each.comparator)
        return Words.same(f"{sign} {each.value}" if sign else each.value)
    return each.words if each.words != NOTHING else each.absent


def _line(each: Measured, past: Past, said: tuple[Words, ...], panel: Words | None) -> ResultLine:
    value = value_of(each)
    kind = kind_of(each.flag)
    return ResultLine(
        name=each.name,
        code=short_code(each),
        inner=panel is not None,
        panel=panel or NOTHING,
        value=value,
        numeric=bool(each.value),
        long=max(len(value.zh), len(value.en)) > _LONG and not each.value,
        unit=unit_words(each),
        low=each.low,
        high=each.high,
        limits=each.range_words,
        ranged=bool(each.low or each.high or each.range_words != NOTHING),
        kind=kind,
        word=word_of(each.flag),
        remarks=[words for words in (each.specimen, each.method, each.note) if words not in (NOTHING, *said)],
        at=each.at,
        past=past,
    )


def unit_words(each: Measured) -> Words:
    """Return a unit in the languages in which the source gives it; a mere number has none."""
    if each.unit_words != NOTHING:
        return each.unit_words
    return Words.same(each.unit) if each.unit != _NO_UNIT else NOTHING


def with_unit(value: Words, unit: Words) -> Words:
    """Put a unit behind a value, in both languages."""
    return Words(f"{value.zh} {unit.pick('zh')}".strip(), f"{value.en} {unit.pick('en')}".strip())


def _said(each: Measured) -> bool:
    return bool(each.value) or each.words != NOTHING or each.absent != NOTHING


def short_code(each: Measured) -> str:
    """Return a short name where the source's codes carry one, such as HbA1c; a number is no name."""
    names = (coding.code for coding in each.codes if coding.code and coding.code[0].isalpha())
    return next((name for name in names if len(name) <= _SHORT and not _NUMBERED.search(name)), "")


def _organism(isolate: Isolate) -> Organism:
    members = isolate.culture.members
    amount = next((each for each in members if each.flag not in ANSWERS and _counts(each)), None)
    counted = NOTHING if amount is None else with_unit(value_of(amount), unit_words(amount))
    return Organism(isolate.organism, counted, isolate.number)


def _counts(each: Measured) -> bool:
    name = f"{each.name.zh} {each.name.en}".lower()
    return any(word in name for word in _COLONIES)


def _cell(answer: Measured | None, unit: Words, before: Measured | None) -> Cell:
    was = "" if before is None else word_of(before.flag)
    was_amount = NOTHING if before is None else _amount(before, unit)
    if answer is None:
        return Cell(tested=False, was=was, was_amount=was_amount)
    return Cell(True, answer.flag, word_of(answer.flag), _amount(answer, unit), was, was_amount)


def _amount(answer: Measured, unit: Words) -> Words:
    other = unit_words(answer) if answer.value and unit_words(answer) != unit else NOTHING
    return with_unit(value_of(answer), other)
