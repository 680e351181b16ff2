"""Indicators: each analyte and body measure with its newest value, and those before it that are comparable.

A value stands as it was sent. Beside it stand only values of the same analyte, unit, specimen and hospital.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import takewhile

from sqlmodel import col, select

from health_cloud.chart.service import Chart, through_time
from health_cloud.chart.views import EarlierEntry
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.models import Result
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.results import (
    Basis,
    basis_of,
    kind_of,
    short_code,
    trends_of,
    unit_words,
    value_of,
    word_of,
)
from health_cloud.records.service.writer import flat, said_of
from health_cloud.records.views.content import Measured
from health_cloud.records.views.screens import Point
from health_cloud.records.views.sheet import Indicator

NOTHING = Words()
OFFERED = 30
"""So many indicators there are at most: those with the most values."""
_REPORTS, _CHECK_UPS = 1500, 12
"""So many reports and check-ups back values are looked for."""
_TOGETHER = 500
_POINTS, _BEFORE = 11, 2


@dataclass(frozen=True)
class Seen:
    """A number that this reader may see, or a limit that it lies beyond, and where it stands."""

    report: EarlierEntry
    value: str
    plain: bool
    flag: str
    method: str


def indicators_of(chart: Chart) -> list[Indicator]:
    """Return what was measured most often, and note the records that it stands in."""
    found = [*_analytes(chart), *_measures(chart)]
    found.sort(key=lambda each: each.count, reverse=True)
    return _told_apart(found[:OFFERED])


def _told_apart(found: Sequence[Indicator]) -> list[Indicator]:
    names = Counter((each.name, each.unit) for each in found)
    return [replace(each, twin=names[each.name, each.unit] > 1) for each in found]


def _analytes(chart: Chart) -> Iterator[Indicator]:
    """Return the analytes of one's laboratory reports, those with the most values first."""
    reports = through_time(chart, RecordClass.LABORATORY, limit=_REPORTS)
    seen: dict[Basis, list[Seen]] = {}
    for report, rows in _rows(chart, reports):
        for basis, row in {(row.analyte, row.unit, row.specimen): row for row in reversed(rows)}.items():
            if row.number or row.value[:1] in ("<", ">"):
                each = Seen(report, row.value, bool(row.number), row.flag, row.method)
                seen.setdefault(basis, []).append(each)
    most = sorted(seen, key=lambda basis: len(seen[basis]), reverse=True)[:OFFERED]
    contents = contents_of(chart, list({seen[basis][0].report.id: seen[basis][0].report for basis in most}.values()))
    for basis in most:
        content = contents.get(seen[basis][0].report.id)
        if content is None:
            continue
        measured = next((each for each in flat(content.results) if basis_of(each) == basis), None)
        if measured is not None:
            trends = trends_of(RecordClass.LABORATORY.value, seen[basis][0].report.id, content.results)
            yield _indicator(chart, RecordClass.LABORATORY, basis, measured, seen[basis], trends.get(measured, ""))


def _rows(chart: Chart, reports: Sequence[EarlierEntry]) -> Iterator[tuple[EarlierEntry, list[Result]]]:
    """Return the results of each report in their order, newest report first."""
    for start in range(0, len(reports), _TOGETHER):
        some = reports[start : start + _TOGETHER]
        query = select(Result).where(col(Result.entry_id).in_([each.id for each in some]))
        by_entry: dict[str, list[Result]] = {}
        for row in chart.session.exec(query.order_by(col(Result.entry_id), col(Result.position))).all():
            by_entry.setdefault(row.entry_id, []).append(row)
        yield from ((each, by_entry[each.id]) for each in some if each.id in by_entry)


def _measures(chart: Chart) -> Iterator[Indicator]:
    """Return what check-ups measure of the body; their laboratory results are reports of their own."""
    check_ups = through_time(chart, RecordClass.CHECK_UPS, limit=_CHECK_UPS)
    contents = contents_of(chart, check_ups)
    seen: dict[Basis, list[Seen]] = {}
    newest: dict[Basis, tuple[Measured, str]] = {}
    for report in check_ups:
        measures = contents[report.id].measures if report.id in contents else ()
        trends = trends_of(RecordClass.CHECK_UPS.value, report.id, measures)
        for basis, each in _first(flat(measures)).items():
            one = Seen(report, f"{each.comparator}{each.value}", not each.comparator, each.flag, said_of(each.method))
            seen.setdefault(basis, []).append(one)
            newest.setdefault(basis, (each, trends.get(each, "")))
    for basis, (each, trend) in newest.items():
        yield _indicator(chart, RecordClass.CHECK_UPS, basis, each, seen[basis], trend)


def _first(measured: Iterable[Measured]) -> dict[Basis, Measured]:
    found: dict[Basis, Measured] = {}
    for each in measured:
        if (basis := basis_of(each)) is not None:
            found.setdefault(basis, each)
    return found


def _indicator(
    chart: Chart, record_class: RecordClass, basis: Basis, measured: Measured, seen: Sequence[Seen], trend: str
) -> Indicator:
    newest = seen[0]
    own = [each for each in seen if each.report.organization == newest.report.organization][:_POINTS]
    chart.note(record_class, (each.report.id for each in own))
    alike = list(takewhile(lambda each: each.method == newest.method, own))
    return Indicator(
        key=sha256("|".join((record_class.value, *basis)).encode()).hexdigest()[:16],
        name=measured.name,
        code=short_code(measured),
        value=value_of(measured),
        unit=unit_words(measured),
        low=measured.low,
        high=measured.high,
        limits=measured.range_words,
        ranged=bool(measured.low or measured.high or measured.range_words != NOTHING),
        kind=kind_of(measured.flag),
        word=word_of(measured.flag),
        at=newest.report.occurred,
        organization=newest.report.organization,
        count=len(seen),
        before=[replace(_point(each), href=_address(record_class, each)) for each in alike[1 : 1 + _BEFORE]],
        points=[_point(each) for each in reversed(alike)],
        trend=trend,
        href=_address(record_class, newest),
    )


def _address(record_class: RecordClass, each: Seen) -> str:
    return f"/records/{record_class.value}/{each.report.id}"


def _point(each: Seen) -> Point:
    kind = (kind_of(each.flag) or "none") if each.plain else "censored"
    return Point(each.report.occurred, each.value, kind)
