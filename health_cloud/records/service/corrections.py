"""What a culture's report said before it was corrected, from its own earlier versions."""

from __future__ import annotations

from collections.abc import Iterable

from health_cloud.chart.service import Chart
from health_cloud.chart.views import EarlierEntry, EntryHandle, VersionRow
from health_cloud.core.words import Words
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.results import cultures, grown, tested, value_of
from health_cloud.records.views.content import EntryContent, Measured

_ISSUED = frozenset({"final", "amended", "corrected", "appended"})
"""What was given out as a result; what was only preliminary is not corrected but finished."""
_VERSIONS = 10
"""So many versions back a cell is followed."""
Answer = tuple[Words, str]
"""Organism and antibiotic."""


def corrections(chart: Chart, handle: EntryHandle, content: EntryContent) -> dict[Answer, Measured]:
    """Return what each corrected cell of the grid said before, by organism and antibiotic."""
    if not cultures(content.results):
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
    now = _answers(content)
    organisms = {organism for organism, _ in now}
    before: dict[Answer, Measured] = {}
    for version in older:
        for answer, was in _answers(version).items():
            if answer[0] in organisms and answer not in before and _said(was) != _said(now.get(answer)):
                before[answer] = was
    return before


def _answers(content: EntryContent) -> dict[Answer, Measured]:
    return {(grown(each), key): member for each in cultures(content.results) for key, member in tested(each).items()}


def _said(answer: Measured | None) -> tuple[str, str, Words] | None:
    return None if answer is None else (answer.flag, answer.unit, value_of(answer))
