"""Earlier values beside a result, where they are comparable: same code, unit, specimen and hospital.

A value measured by another method stands apart; one in another unit or of another specimen stays out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlmodel import col, select

from health_cloud.chart.service import Chart, earlier
from health_cloud.chart.views import EntryHandle
from health_cloud.core.clock import now
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.models import Result
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.results import Basis, basis_of, kind_of
from health_cloud.records.service.writer import flat, said_of
from health_cloud.records.views.content import Measured
from health_cloud.records.views.screens import Past, Point

_REPORTS = 150
"""So many reports back an earlier value is looked for."""
_CHECK_UPS = 10
_POINTS = 11


@dataclass(frozen=True)
class Seen:
    """A value that somebody may see, and where it stands."""

    entry_id: str
    at: str
    value: str
    number: str
    flag: str
    method: str


def past_results(chart: Chart, handle: EntryHandle, results: Iterable[Measured]) -> dict[Basis, Past]:
    """Return what lies before the results of a report or a check-up, by what each is compared by."""
    wanted = _wanted(results)
    reports = earlier(chart, handle, RecordClass.LABORATORY, limit=_REPORTS) if wanted else []
    if not reports:
        return {}
    query = select(Result).where(
        col(Result.entry_id).in_([report.id for report in reports]),
        col(Result.analyte).in_({analyte for analyte, _, _ in wanted}),
    )
    by_entry: dict[str, dict[Basis, Result]] = {}
    for row in chart.session.exec(query.order_by(col(Result.entry_id), col(Result.position))).all():
        by_entry.setdefault(row.entry_id, {}).setdefault((row.analyte, row.unit, row.specimen), row)
    seen = {
        basis: [
            Seen(report.id, report.occurred, row.value, row.number, row.flag, row.method)
            for report in reports
            if (row := by_entry.get(report.id, {}).get(basis)) is not None
        ]
        for basis in wanted
    }
    return _pasts(chart, handle, RecordClass.LABORATORY, wanted, seen)


def past_measures(chart: Chart, handle: EntryHandle, measures: Iterable[Measured]) -> tuple[dict[Basis, Past], str]:
    """Return what lies before the measures of a check-up, and the day of the one that they are compared with."""
    wanted = _wanted(measures)
    before = earlier(chart, handle, RecordClass.CHECK_UPS, limit=_CHECK_UPS) if wanted else []
    contents = contents_of(chart, before)
    seen: dict[Basis, list[Seen]] = {basis: [] for basis in wanted}
    for each in before:
        for basis, measure in _wanted(contents[each.id].measures if each.id in contents else ()).items():
            if basis in seen:
                number = measure.value if not measure.comparator else ""
                value = f"{measure.comparator}{measure.value}"
                seen[basis].append(Seen(each.id, each.occurred, value, number, measure.flag, said_of(measure.method)))
    pasts = _pasts(chart, handle, RecordClass.CHECK_UPS, wanted, seen)
    if not before:
        return pasts, ""
    # the page names one day that all is compared with: what was not measured then is compared with nothing
    skipped = {basis for basis, found in seen.items() if found and found[0].entry_id != before[0].id}
    pasts = {basis: Past(past.points) if basis in skipped else past for basis, past in pasts.items()}
    return pasts, before[0].occurred if any(past.than for past in pasts.values()) else ""


def _wanted(results: Iterable[Measured]) -> dict[Basis, Measured]:
    found: dict[Basis, Measured] = {}
    for each in flat(results):
        basis = basis_of(each)
        if basis is not None:
            found.setdefault(basis, each)
    return found


def _pasts(
    chart: Chart,
    handle: EntryHandle,
    record_class: RecordClass,
    wanted: dict[Basis, Measured],
    seen: dict[Basis, list[Seen]],
) -> dict[Basis, Past]:
    at = handle.row.occurred or handle.row.occurred_at
    shown = {basis: [one for one in found if one.number or one.value[:1] in "<>"] for basis, found in seen.items()}
    shown = {basis: found[:_POINTS] for basis, found in shown.items() if found}
    if shown:
        chart.note(record_class, (one.entry_id for found in shown.values() for one in found))
    return {basis: _past(wanted[basis], at, found) for basis, found in shown.items()}


def _past(each: Measured, at: str, before: list[Seen]) -> Past:
    number = each.value if not each.comparator else ""
    current = Seen("", at, f"{each.comparator}{each.value}", number, each.flag, said_of(each.method))
    line = [*reversed(before), current]
    points = [
        Point(
            one.at,
            one.value,
            (kind_of(one.flag) or "none") if one.number else "censored",
            gap=place > 0 and one.method != line[place - 1].method,
        )
        for place, one in enumerate(line)
    ]
    last = before[0]
    difference = _difference(current, last)
    if difference is None:
        return Past(points)
    way = "more" if difference > 0 else "less" if difference < 0 else "same"
    year = last.at[:4]
    return Past(points, last.value, f"records.than.{_when(at[:4], year)}.{way}", f"{abs(difference):f}", year)


def _difference(current: Seen, last: Seen) -> Decimal | None:
    """Return how much more it is; none where one of both is no plain number, or the method was another."""
    if not current.number or not last.number or current.method != last.method:
        return None
    try:
        return Decimal(current.number) - Decimal(last.number)
    except InvalidOperation:
        return None


def _when(year: str, before: str) -> str:
    """Return how people call the year of the value before, as seen from today."""
    if year == before:
        return "last_time"
    today = str(now().year)
    return "last_year" if year == today and before == str(int(today) - 1) else "year"
