"""What a culture's report said before it was corrected, from its own earlier versions."""

from __future__ import annotations

from collections.abc import Iterable

from health_cloud.chart.service import Chart
from health_cloud.chart.views import EarlierEntry, EntryHandle, VersionRow
from health_cloud.core.words import Words
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.isolates import isolates, paired, tested
from health_cloud.records.service.results import value_of
from health_cloud.records.views.content import EntryContent, Measured

_ISSUED = frozenset({"final", "amended", "corrected", "appended"})
"""What was given out as a result; what was only preliminary is not corrected but finished."""
_VERSIONS = 10
"""So many versions back a cell is followed."""
Answer = tuple[int, str]
"""Place of an isolate in the report, and antibiotic."""


def corrections(chart: Chart, handle: EntryHandle, content: EntryContent) -> dict[Answer, Measured]:
    """Return what each corrected cell of the grid said before, by isolate and antibiotic."""
    if not isolates(content.results):
        return {}
    issued = [version.id for version in _before(chart, handle) if version.status in _ISSUED]
    older = [EarlierEntry(version_id, version_id, "", Words()) for version_id in issued[:_VERSIONS]]
    contents = contents_of(chart, older)
    return corrected(content, [contents[each.id] for each in older if each.id in contents])


def _before(chart: Chart, handle: EntryHandle) -> list[VersionRow]:
    versions = chart.versions(handle)
    number = next((version.number for version in versions if version.id == handle.version_id), 0)
    return [version for version in versions if version.number < number]


def corrected(content: EntryContent, older: Iterable[EntryContent]) -> dict[Answer, Measured]:
    """Return what differs from the version before that had it; `older` versions come newest first."""
    now = isolates(content.results)
    answers = [tested(each.culture) for each in now]
    before: dict[Answer, Measured] = {}
    for version in older:
        was = isolates(version.results)
        for place, other in enumerate(paired(now, was)):
            for key, answer in tested(was[other].culture).items() if other is not None else ():
                if (place, key) not in before and _said(answer) != _said(answers[place].get(key)):
                    before[place, key] = answer
    return before


def _said(answer: Measured | None) -> tuple[str, str, Words] | None:
    return None if answer is None else (answer.flag, answer.unit, value_of(answer))
