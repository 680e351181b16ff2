"""Reports of one kind: what an entry can be laid beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlmodel import col, select

from health_cloud.chart.service import Chart, before
from health_cloud.chart.views import EarlierEntry, EntryHandle
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.models import Result
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.isolates import is_culture
from health_cloud.records.service.results import value_of
from health_cloud.records.service.writer import analyte_of, said_of, unit_of
from health_cloud.records.views.content import EntryContent, Measured

NOTHING = Words()
REPORTS = 150
"""So many reports back one of the same kind is looked for."""
CLASSES = (RecordClass.LABORATORY.value, RecordClass.CHECK_UPS.value)
_TOGETHER = 8
Place = tuple[str, str, str, int]
"""Analyte, unit, specimen, and which of several such results in one report."""


@dataclass(frozen=True)
class Placed:
    """A result where it stands: what it is compared by, and its panel."""

    place: Place
    measured: Measured
    panel: Words


def compare_address(handle: EntryHandle, other_id: str) -> str:
    """Return where an entry is laid beside another one."""
    return f"/records/{handle.row.record_class}/{handle.id}/compare/{other_id}"


def alike(chart: Chart, handle: EntryHandle, content: EntryContent, *, limit: int) -> list[EarlierEntry]:
    """Return the visible entries of the same kind before this one, newest first, that have something in common."""
    record_class = handle.row.record_class
    if record_class not in CLASSES:
        return []
    analytes = _analytes(content)
    candidates = before(chart, handle, RecordClass(record_class), limit=REPORTS) if analytes else []
    if record_class == RecordClass.LABORATORY.value:
        candidates = _having(chart, candidates, analytes)
    found: list[EarlierEntry] = []
    for start in range(0, len(candidates), _TOGETHER):
        some = candidates[start : start + _TOGETHER]
        contents = contents_of(chart, some)
        found += [
            each
            for each in some
            if each.id in contents
            and same_kind(contents[each.id], content)
            and not analytes.isdisjoint(_analytes(contents[each.id]))
        ]
        if len(found) >= limit:
            break
    return found[:limit]


def _analytes(content: EntryContent) -> set[str]:
    return {each.place[0] for each in placed((*content.measures, *content.results))}


def _having(chart: Chart, candidates: list[EarlierEntry], analytes: set[str]) -> list[EarlierEntry]:
    """Return those in which one of these analytes stands, without opening them."""
    query = select(Result.entry_id).where(
        col(Result.entry_id).in_([each.id for each in candidates]), col(Result.analyte).in_(analytes)
    )
    having = set(chart.session.exec(query.distinct()).all())
    return [each for each in candidates if each.id in having]


def same_kind(one: EntryContent, other: EntryContent) -> bool:
    """Tell whether two are of one kind: two check-ups, or reports with one code, or one title where a code lacks."""
    if one.record_class != other.record_class:
        return False
    if one.record_class == RecordClass.CHECK_UPS.value:
        return True
    codes = {(each.system, each.code) for each in one.codes}
    others = {(each.system, each.code) for each in other.codes}
    if codes and others:
        return bool(codes & others)
    return one.title == other.title != NOTHING


def placed(results: Iterable[Measured], panel: Words = NOTHING) -> Iterator[Placed]:
    """Return everything that has a value, once for each place; an organism's grid is no line."""
    seen: dict[tuple[str, str, str], int] = {}
    for each, name in _flat(results, panel):
        basis = (analyte_of(each), unit_of(each), said_of(each.specimen))
        number = seen.get(basis, 0)
        seen[basis] = number + 1
        yield Placed((*basis, number), each, name)


def _flat(results: Iterable[Measured], panel: Words) -> Iterator[tuple[Measured, Words]]:
    for each in results:
        if is_culture(each):
            continue
        if value_of(each) != NOTHING:
            yield each, panel
        yield from _flat(each.members, each.name)
