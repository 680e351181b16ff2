"""One analyte through time, over all its reports: values as given, joined only where they are comparable.

No unit is ever converted: a value in another unit is listed, and parts the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import islice

from sqlmodel import Session, col, select

from health_cloud.chart.service import Chart, open_chart, through_time
from health_cloud.chart.views import EarlierEntry
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.models import Result
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.meanings import meaning_of
from health_cloud.records.service.reading import opens_next, topics_of
from health_cloud.records.service.results import kind_of, short_code, traced, unit_words, value_of, word_of
from health_cloud.records.service.writer import analyte_of, said_of, unit_of
from health_cloud.records.views.content import Measured
from health_cloud.records.views.trend import NO_ROW, TrendPage, TrendRow

NOTHING = Words()
REPORTS = 5000
"""So many reports back an analyte is looked for."""
MOST = 400
"""So many reports with the analyte are shown."""
_TOGETHER = 500
_PLACES = 4
"""A place in a report has no more digits than this."""


@dataclass(frozen=True)
class Found:
    """A value of the analyte, and the report that it stands in."""

    report: EarlierEntry
    measured: Measured


def trend_page(session: Session, actor: Actor, person_id: str, entry_id: str, place: str) -> TrendPage:
    """Return the analyte of one result through time; `place` is that result's among those of its report.

    Raises:
        NotFound: the report is absent, of somebody else, or not released, or has no such result: never told apart.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        shown = _shown(chart, entry_id, place)
        reports = through_time(chart, RecordClass.LABORATORY, limit=REPORTS)
        having = _having(chart, reports, analyte_of(shown))
        some = having[:MOST]
        found = list(_values(chart, some, analyte_of(shown)))
        chart.note(RecordClass.LABORATORY, (each.report.id for each in found))
        return replace(
            _page(shown, found),
            id=entry_id,
            back=f"/records/laboratory/{entry_id}",
            more=len(having) > len(some) or len(reports) == REPORTS,
            topics=topics_of(chart),
            opens=opens_next(chart),
        )


def _shown(chart: Chart, entry_id: str, place: str) -> Measured:
    handle = chart.entry(entry_id)
    number = int(place) if place.isascii() and place.isdecimal() and len(place) <= _PLACES else -1
    content = contents_of(chart, [handle]).get(handle.id)
    if number >= 0 and content is not None and handle.row.record_class == RecordClass.LABORATORY.value:
        for each in islice(traced(content.results), number, number + 1):
            return each
    raise NotFound(action=Action.READ_ENTRIES.value, person_id=chart.person_id)


def _having(chart: Chart, reports: Sequence[EarlierEntry], analyte: str) -> list[EarlierEntry]:
    """Return those of the reports in which the analyte stands, in their order."""
    ids: set[str] = set()
    for start in range(0, len(reports), _TOGETHER):
        some = [report.id for report in reports[start : start + _TOGETHER]]
        query = select(Result.entry_id).where(Result.analyte == analyte, col(Result.entry_id).in_(some))
        ids.update(chart.session.exec(query).all())
    return [report for report in reports if report.id in ids]


def _values(chart: Chart, reports: Sequence[EarlierEntry], analyte: str) -> Iterable[Found]:
    """Return every value of the analyte, newest first."""
    contents = contents_of(chart, reports)
    for report in reports:
        if report.id in contents:
            own = [each for each in traced(contents[report.id].results) if analyte_of(each) == analyte]
            yield from (Found(report, each) for each in reversed(own))


def _page(shown: Measured, found: Sequence[Found]) -> TrendPage:
    chosen = shown if _number(shown) else next((each.measured for each in found if _number(each.measured)), shown)
    rows: list[TrendRow] = []
    last: Found | None = None
    for each in reversed(found):
        row = _row(each, plotted=bool(_number(each.measured)) and _axis(each.measured) == _axis(chosen))
        if _number(each.measured):
            row = _after(last, each, row) if last else row
            last = each
        joined = bool(rows) and _joinable(rows[-1], row)
        rows.append(replace(row, joined=joined))
    rows.reverse()
    plotted = [row for row in rows if row.plotted]
    return TrendPage(
        name=shown.name,
        code=short_code(shown),
        specimen=chosen.specimen,
        unit=unit_words(chosen),
        meaning=meaning_of(shown),
        newest=(plotted or rows or [NO_ROW])[0],
        rows=rows,
        plotted=len(plotted),
        breaks=sum(row.broken != "" for row in rows),
    )


def _axis(each: Measured) -> tuple[str, str]:
    """Return what all values of one plot have in common."""
    return unit_of(each), said_of(each.specimen)


def _number(each: Measured) -> str:
    """Return the number of a value, with or without comparator; empty where it is none that a plot has a place for."""
    if each.kind != "quantity" or not each.value:
        return ""
    try:
        return each.value if Decimal(each.value).is_finite() else ""
    except InvalidOperation:
        return ""


def _row(found: Found, *, plotted: bool) -> TrendRow:
    each = found.measured
    return TrendRow(
        id=found.report.id,
        href=f"/records/laboratory/{found.report.id}",
        at=found.report.occurred,
        value=value_of(each),
        number=_number(each),
        censored=each.comparator,
        unit=unit_words(each),
        low=each.low,
        high=each.high,
        limits=each.range_words,
        ranged=bool(each.low or each.high or each.range_words != NOTHING),
        kind=kind_of(each.flag),
        word=word_of(each.flag),
        organization=found.report.organization,
        plotted=plotted,
    )


def _after(before: Found, found: Found, row: TrendRow) -> TrendRow:
    """Say why a number is not comparable with the number before it, where it is not."""
    was, now = before.measured, found.measured
    hospitals = (before.report.organization, found.report.organization)
    changes = (
        ("unit", unit_of(was) != unit_of(now), unit_words(was), unit_words(now)),
        ("specimen", said_of(was.specimen) != said_of(now.specimen), was.specimen, now.specimen),
        ("method", said_of(was.method) != said_of(now.method), was.method, now.method),
        ("source", before.report.organization != found.report.organization, *hospitals),
    )
    for name, changed, old, new in changes:
        if changed:
            unsaid = "_unsaid" if NOTHING in (old, new) else ""
            return replace(row, broken=f"records.trend.broken.{name}{unsaid}", was=old, now=new)
    return row


def _joinable(before: TrendRow, row: TrendRow) -> bool:
    """Tell whether a line may lead from one value to the next: two plain numbers, comparable, one after the other."""
    plain = all(each.plotted and not each.censored for each in (before, row))
    return plain and not row.broken and before.at != row.at
