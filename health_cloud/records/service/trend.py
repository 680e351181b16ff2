"""One analyte through time, over all its reports: values as given, joined only where they are comparable.

Every value is said as it was sent. One in another unit of the same family (g/dL on an axis of g/L) is drawn where UCUM
puts it, and says so; one in any other unit is listed, and parts the line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from sqlmodel import Session, col, select

from health_cloud.chart.service import Chart, lately, open_chart, proof_of, release_of, through_time
from health_cloud.chart.views import EarlierEntry
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.models import Result
from health_cloud.records.service.contents import contents_of, parts_of
from health_cloud.records.service.meanings import LOINC, meaning_of
from health_cloud.records.service.reading import opens_next, topics_of
from health_cloud.records.service.results import kind_of, short_code, traced, unit_words, value_of, word_of
from health_cloud.records.service.units import ONE, converted, factor
from health_cloud.records.service.writer import analyte_of, said_of, unit_of
from health_cloud.records.views.content import EntryContent, Measured
from health_cloud.records.views.trend import NO_ROW, TrendPage, TrendRow

NOTHING = Words()
LABORATORY = (RecordClass.LABORATORY,)
MEASURED = (RecordClass.CHECK_UPS, RecordClass.MEDICAL_RECORDS)
"""Where body measures stand: blood pressure is taken at a check-up and at a visit, and is one thing."""
FOLLOWED = tuple(each.value for each in (*LABORATORY, *MEASURED))
REPORTS = 5000
"""So many reports back an analyte is looked for."""
VISITS = 1000
"""So many check-ups and visits back a measure is looked for: each is opened for that."""
MOST = 400
"""So many reports with the analyte are shown."""
_TOGETHER = 500
_PLACES = 4
"""A place in a report has no more digits than this."""


_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"
"""LOINC: the two that are said in one breath, and read side by side."""


@dataclass(frozen=True)
class Report:
    """An entry of a class, and what is measured in it."""

    entry: EarlierEntry
    measured: tuple[Measured, ...] = ()
    record_class: RecordClass = RecordClass.LABORATORY


@dataclass(frozen=True)
class Found:
    """A value of the analyte, and the report that it stands in."""

    report: Report
    measured: Measured


def trend_page(session: Session, actor: Actor, person_id: str, entry_id: str, place: str) -> TrendPage:
    """Return the analyte of one result through time; `place` is that result's among those of its report.

    Raises:
        NotFound: the report is absent, of somebody else, or not released, or has no such result: never told apart.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        record_class, shown, other = _shown(chart, entry_id, place)
        wanted = {analyte_of(each) for each in (shown, other) if each}
        reports, more = (_laboratory if record_class in LABORATORY else _measured)(chart, wanted)
        found = _values(reports, analyte_of(shown))
        page = page_of(shown, found)
        if other is not None:
            beside = _values(reports, analyte_of(other))
            found = [*found, *beside]
            page = paired(page, page_of(other, beside), [each.entry.id for each in reports])
        entries = {each.report.entry.id: each.report for each in found}
        for name in (*LABORATORY, *MEASURED):
            if shown_here := [each.report.entry.id for each in found if each.report.record_class is name]:
                chart.note(name, shown_here)  # a class of which nothing was given out is not in the ledger's line
        classes = LABORATORY if record_class in LABORATORY else MEASURED
        return replace(
            page,
            rows=[_released(chart, row, entries) for row in page.rows],
            beside=[_released(chart, row, entries) for row in page.beside],
            newest=_released(chart, page.newest, entries),
            proof=proof_of(chart, classes, {row.organization for row in page.rows}),
            id=entry_id,
            record_class=record_class.value,
            back=f"/records/{record_class.value}/{entry_id}",
            more=more,
            topics=topics_of(chart),
            opens=opens_next(chart),
        )


def _released(chart: Chart, row: TrendRow, reports: Mapping[str, Report]) -> TrendRow:
    """Say of a value since when, and by which version of its hospital's rules, its report can be read here."""
    if (report := reports.get(row.id)) is None:
        return row
    release = release_of(chart, report.entry.hospital_id, report.record_class, report.entry.became)
    return replace(row, released=release.at, rule=release.policy_version)


def _shown(chart: Chart, entry_id: str, place: str) -> tuple[RecordClass, Measured, Measured | None]:
    """Return the result at a place of a report, and of a blood pressure the other of its two."""
    handle = chart.entry(entry_id)
    number = int(place) if place.isascii() and place.isdecimal() and len(place) <= _PLACES else -1
    content = contents_of(chart, [handle]).get(handle.id)
    if number >= 0 and content is not None and handle.row.record_class in FOLLOWED:
        own = list(traced(_followed(content)))
        for each in own[number : number + 1]:
            upper, lower = (next((one for one in own if _is(one, code)), None) for code in (_SYSTOLIC, _DIASTOLIC))
            if upper and lower and each in (upper, lower):
                return RecordClass(handle.row.record_class), upper, lower
            return RecordClass(handle.row.record_class), each, None
    raise NotFound(action=Action.READ_ENTRIES.value, person_id=chart.person_id)


def _is(each: Measured, code: str) -> bool:
    return any(coding.code == code and coding.system == LOINC for coding in each.codes)


def _followed(content: EntryContent) -> tuple[Measured, ...]:
    """Return what is followed: a report's results, else measures; a check-up's results count where they were made."""
    return content.results if content.record_class == RecordClass.LABORATORY.value else content.measures


def _laboratory(chart: Chart, wanted: Collection[str]) -> tuple[list[Report], bool]:
    """Return the reports with one of these analytes, newest first, and whether there may be more."""
    reports = through_time(chart, RecordClass.LABORATORY, limit=REPORTS)
    ids: set[str] = set()
    for start in range(0, len(reports), _TOGETHER):
        some = [report.id for report in reports[start : start + _TOGETHER]]
        query = select(Result.entry_id).where(col(Result.analyte).in_(wanted), col(Result.entry_id).in_(some))
        ids.update(chart.session.exec(query).all())
    having = [report for report in reports if report.id in ids]
    contents = contents_of(chart, having[:MOST])
    found = [Report(each, contents[each.id].results) for each in having[:MOST] if each.id in contents]
    return found, len(having) > MOST or len(reports) == REPORTS


def _measured(chart: Chart, wanted: Collection[str]) -> tuple[list[Report], bool]:
    """Return the check-ups and visits with one of these measures, newest first, and whether there may be more."""
    entries = lately(chart, MEASURED, limit=VISITS)
    parts = parts_of(chart, entries, "measures")
    having = [
        Report(each, parts[each.id].measures, RecordClass(each.record_class))
        for each in entries
        if each.id in parts and any(analyte_of(one) in wanted for one in traced(parts[each.id].measures))
    ]
    return having[:MOST], len(having) > MOST or len(entries) == VISITS


def _values(reports: Iterable[Report], analyte: str) -> list[Found]:
    """Return every value of the analyte, newest first."""
    return [
        Found(report, each)
        for report in reports
        for each in reversed([one for one in traced(report.measured) if analyte_of(one) == analyte])
    ]


def page_of(shown: Measured, found: Sequence[Found]) -> TrendPage:
    """Return values, newest first, as rows; say which may be joined, and why not where they may not."""
    chosen = shown if _number(shown) else next((each.measured for each in found if _number(each.measured)), shown)
    rows: list[TrendRow] = []
    last: Found | None = None
    for each in reversed(found):
        row = _drawn(_row(each), each.measured, chosen)
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


def paired(page: TrendPage, other: TrendPage, order: Sequence[str]) -> TrendPage:
    """Put a second measure beside the first, such as the lower blood pressure: one plot, one line of the table each.

    Args:
        page: the first.
        other: the second; where it is measured in another unit, each stays alone.
        order: the reports, newest first.
    """
    if not page.plotted or not other.plotted or page.unit != other.unit:
        return page
    waiting: dict[str, list[TrendRow]] = {}
    for row in other.rows:
        waiting.setdefault(row.id, []).append(row)
    rows = [_beside(row, waiting[row.id].pop(0) if waiting.get(row.id) else NO_ROW) for row in page.rows]
    alone = (
        _beside(replace(NO_ROW, id=row.id, href=row.href, at=row.at, organization=row.organization), row)
        for left in waiting.values()
        for row in left
    )
    places = {entry_id: place for place, entry_id in enumerate(order)}
    rows = sorted([*rows, *alone], key=lambda row: places.get(row.id, 0))
    return replace(
        page,
        pair=other.name,
        code="",
        rows=rows,
        beside=other.rows,
        newest=next((row for row in rows if row.plotted and row.second != NOTHING), rows[0]),
        converted=page.converted + other.converted,
        breaks=sum(row.broken != "" for row in rows),
        pair_meaning=other.meaning,
    )


def _beside(row: TrendRow, second: TrendRow) -> TrendRow:
    parting = row if row.broken else second
    return replace(
        row,
        second=second.value,
        unit=row.unit if row.value != NOTHING else second.unit,
        second_kind=second.kind,
        second_word=second.word,
        second_low=second.low,
        second_high=second.high,
        second_limits=second.limits,
        broken=parting.broken,
        was=parting.was,
        now=parting.now,
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


def _row(found: Found) -> TrendRow:
    each, entry = found.measured, found.report.entry
    return TrendRow(
        id=entry.id,
        href=f"/records/{found.report.record_class.value}/{entry.id}",
        at=entry.occurred,
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
        organization=entry.organization,
    )


def _after(before: Found, found: Found, row: TrendRow) -> TrendRow:
    """Say why a number is not comparable with the number before it, where it is not."""
    was, now = before.measured, found.measured
    hospitals = (before.report.entry.organization, found.report.entry.organization)
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
