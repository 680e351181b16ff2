"""One analyte through time, over all its reports: values as given, joined only where they are comparable.

Every value is said as it was sent. One in another unit of the same family (g/dL on an axis of g/L) is drawn where UCUM
puts it, and says so; one in any other unit is listed, and parts the line.
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
from health_cloud.records.service.units import ONE, converted, factor
from health_cloud.records.service.writer import analyte_of, said_of, unit_of
from health_cloud.records.views.content import EntryContent, Measured
from health_cloud.records.views.trend import NO_ROW, TrendPage, TrendRow

NOTHING = Words()
FOLLOWED = (RecordClass.LABORATORY.value, RecordClass.CHECK_UPS.value)
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
        record_class, shown = _shown(chart, entry_id, place)
        reports = through_time(chart, record_class, limit=REPORTS)
        having = _having(chart, record_class, reports, analyte_of(shown))
        some = having[:MOST]
        found = list(_values(chart, some, analyte_of(shown)))
        chart.note(record_class, (each.report.id for each in found))
        return replace(
            page_of(shown, found, record_class),
            id=entry_id,
            record_class=record_class.value,
            back=f"/records/{record_class.value}/{entry_id}",
            more=len(having) > len(some) or len(reports) == REPORTS,
            topics=topics_of(chart),
            opens=opens_next(chart),
        )


def _shown(chart: Chart, entry_id: str, place: str) -> tuple[RecordClass, Measured]:
    handle = chart.entry(entry_id)
    number = int(place) if place.isascii() and place.isdecimal() and len(place) <= _PLACES else -1
    content = contents_of(chart, [handle]).get(handle.id)
    if number >= 0 and content is not None and handle.row.record_class in FOLLOWED:
        for each in islice(traced(_followed(content)), number, number + 1):
            return RecordClass(handle.row.record_class), each
    raise NotFound(action=Action.READ_ENTRIES.value, person_id=chart.person_id)


def _followed(content: EntryContent) -> tuple[Measured, ...]:
    """Return what is followed: a report's results, a check-up's measures; its results count where they were made."""
    return content.measures if content.record_class == RecordClass.CHECK_UPS.value else content.results


def _having(
    chart: Chart, record_class: RecordClass, reports: Sequence[EarlierEntry], analyte: str
) -> list[EarlierEntry]:
    """Return those of the reports in which the analyte may stand, in their order; check-ups are few."""
    if record_class is RecordClass.CHECK_UPS:
        return list(reports)
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
            own = [each for each in traced(_followed(contents[report.id])) if analyte_of(each) == analyte]
            yield from (Found(report, each) for each in reversed(own))


def page_of(shown: Measured, found: Sequence[Found], record_class: RecordClass) -> TrendPage:
    """Return values, newest first, as rows; say which may be joined, and why not where they may not."""
    chosen = shown if _number(shown) else next((each.measured for each in found if _number(each.measured)), shown)
    rows: list[TrendRow] = []
    last: Found | None = None
    for each in reversed(found):
        row = _drawn(_row(each, record_class), each.measured, chosen)
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
        converted=sum(row.converted for row in plotted),
        breaks=sum(row.broken != "" for row in rows),
    )


def _drawn(row: TrendRow, each: Measured, chosen: Measured) -> TrendRow:
    """Put a number on the plot of the chosen one, where they have the specimen and a family of units in common."""
    by = _factor(each, chosen)
    if by is None or not row.number or said_of(each.specimen) != said_of(chosen.specimen):
        return row
    number, low, high = (converted(text, by) for text in (row.number, row.low, row.high))
    if not number:
        return row
    return replace(row, plotted=True, drawn=number, drawn_low=low, drawn_high=high, converted=by != ONE)


def _factor(sent: Measured, wanted: Measured) -> Decimal | None:
    """Return what makes a number of one unit a number of the other's; none where they are not one family."""
    return ONE if unit_of(sent) == unit_of(wanted) else factor(sent.ucum, wanted.ucum)


def _number(each: Measured) -> str:
    """Return the number of a value, with or without comparator; empty where it is none that a plot has a place for."""
    if each.kind != "quantity" or not each.value:
        return ""
    try:
        return each.value if Decimal(each.value).is_finite() else ""
    except InvalidOperation:
        return ""


def _row(found: Found, record_class: RecordClass) -> TrendRow:
    each = found.measured
    return TrendRow(
        id=found.report.id,
        href=f"/records/{record_class.value}/{found.report.id}",
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
    )


def _after(before: Found, found: Found, row: TrendRow) -> TrendRow:
    """Say why a number is not comparable with the number before it, where it is not."""
    was, now = before.measured, found.measured
    hospitals = (before.report.organization, found.report.organization)
    changes = (
        ("unit", _factor(was, now) is None, unit_words(was), unit_words(now)),
        ("specimen", said_of(was.specimen) != said_of(now.specimen), was.specimen, now.specimen),
        ("method", said_of(was.method) != said_of(now.method), was.method, now.method),
        ("source", hospitals[0] != hospitals[1] and not _measured_alike(was, now), *hospitals),
    )
    for name, changed, old, new in changes:
        if changed:
            unsaid = "_unsaid" if NOTHING in (old, new) else ""
            return replace(row, broken=f"records.trend.broken.{name}{unsaid}", was=old, now=new)
    return row


def _measured_alike(was: Measured, now: Measured) -> bool:
    """Tell whether two hospitals surely measure alike: both say by which method, and against the same range."""
    by = _factor(was, now)
    ranged = by is not None and _range(was, by) == _range(now, ONE) != ("", "", NOTHING)
    return ranged and said_of(was.method) == said_of(now.method) != ""


def _range(each: Measured, by: Decimal) -> tuple[str, str, Words]:
    return converted(each.low, by), converted(each.high, by), each.range_words


def _joinable(before: TrendRow, row: TrendRow) -> bool:
    """Tell whether a line may lead from one value to the next: two plain numbers, comparable, one after the other."""
    plain = all(each.plotted and not each.censored for each in (before, row))
    return plain and not row.broken and before.at != row.at
