"""Beside an examination or a study: the one of its kind before, the other reports of its visit, its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from health_cloud.chart.service import Chart, before
from health_cloud.chart.views import EntryHandle
from health_cloud.core.policy import Role
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.results import trends_of
from health_cloud.records.service.writer import analyte_of
from health_cloud.records.views.content import EntryContent, Measured, Series
from health_cloud.records.views.reports import Previous, SeriesLine
from health_cloud.records.views.screens import EntryPage, ListRow, ResultLine

NOTHING = Words()
REPORTS = (RecordClass.EXAMINATIONS.value, RecordClass.IMAGING.value)
_BACK = 60
"""So many reports back one of the same kind is looked for."""
_TOGETHER = 8
_MODALITIES = frozenset({"ct", "mr", "dx", "cr", "us", "mg", "nm", "pt", "xa", "rf", "es", "io", "px"})
"""DICOM modalities (PS3.3 C.7.3.1.1.1) that we have plain words for."""
_NEWS = frozenset({"critical", "high", "low", "abnormal"})


def with_reports(page: EntryPage, chart: Chart, handle: EntryHandle, content: EntryContent) -> EntryPage:
    """Complete the page of an examination, a study or a check-up by what stands beside it."""
    if page.record_class == RecordClass.CHECK_UPS.value:
        return replace(page, abnormal=abnormal(page))
    if page.record_class not in REPORTS:
        return page
    related = [each for each in page.beside if each.record_class in REPORTS]
    own = chart.actor.role is Role.PATIENT
    return replace(
        page,
        related=related if own else [],
        beside=[each for each in page.beside if each.record_class not in REPORTS],
        previous=previous(chart, handle, content, own=own),
        stored=sum(each.images for each in content.series),
    )


def abnormal(page: EntryPage) -> list[ResultLine]:
    """Return what differs in a check-up, measures first, in their order; a heading is no result."""
    return [each for each in (*page.measures, *page.results) if each.kind in _NEWS and not each.heading]


def previous(chart: Chart, handle: EntryHandle, content: EntryContent, *, own: bool) -> Previous:
    """Return the visible report of the same kind before this one; an empty one where there is none."""
    record_class = RecordClass(handle.row.record_class)
    candidates = before(chart, handle, record_class, limit=_BACK)
    for start in range(0, len(candidates), _TOGETHER):
        some = candidates[start : start + _TOGETHER]
        contents = contents_of(chart, some)
        for each in some:
            found = contents.get(each.id)
            if found is not None and of_one_kind(found, content):
                chart.note(record_class, (each.id,))
                href = f"/records/{record_class.value}/{each.id}" if own else ""
                return Previous(found.title, each.occurred, found.conclusion, href)
    return Previous()


def of_one_kind(one: EntryContent, other: EntryContent) -> bool:
    """Tell whether two reports are of one kind: all codes equal, or the title where one has no codes.

    One common code is not enough: every pathology report may carry the code of pathology reports.
    """
    codes, others = ({(code.system, code.code) for code in each.codes} for each in (one, other))
    if codes and others:
        return codes == others
    return one.title == other.title != NOTHING


def series_of(content: EntryContent) -> list[SeriesLine]:
    """Return the series of a study, each with what it is in plain words."""
    return [_series(each) for each in content.series]


def _series(each: Series) -> SeriesLine:
    code = each.modality.lower()
    word = f"records.modality.{code}" if code in _MODALITIES else ""
    return SeriesLine(each.title, each.modality, each.body, each.images, word, each.at, each.number, each.uid)


def result_trends(chart: Chart, made: Sequence[ListRow], results: Sequence[Measured]) -> dict[Measured, str]:
    """Return where each result of a check-up is followed through time: on the report that it was made for."""
    reports = [row for row in made if row.record_class == RecordClass.LABORATORY.value]
    contents = contents_of(chart, [chart.entry(row.id) for row in reports])
    found: dict[tuple[str, str], str] = {}
    for entry_id, content in contents.items():
        for each, href in trends_of(RecordClass.LABORATORY.value, entry_id, content.results).items():
            found.setdefault((analyte_of(each), each.value), href)
    return {each: found[place] for each in _all(results) if (place := (analyte_of(each), each.value)) in found}


def _all(results: Sequence[Measured]) -> list[Measured]:
    return [each for one in results for each in (one, *_all(one.members))]
