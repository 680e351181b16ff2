"""Blood groups as laboratories reported them: every answer there is, for where reports differ nobody may choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from health_cloud.chart.service import Chart, through_time
from health_cloud.chart.views import EarlierEntry
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.models import Result
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.results import value_of
from health_cloud.records.service.writer import analyte_of, flat

_ANALYTES = tuple(f"http://loinc.org|{code}" for code in ("882-1", "883-9", "10331-7"))
"""LOINC: ABO and Rh together, ABO, Rh."""
_REPORTS, _TOGETHER = 1500, 500


@dataclass(frozen=True)
class BloodGroup:
    """One answer, in the newest report that gives it; `differ` where reports give several of the same thing."""

    name: Words
    value: Words
    organization: Words
    at: str
    differ: bool


def blood_groups(chart: Chart) -> list[BloodGroup]:
    """Return each answer once, newest first; what is given out is noted."""
    found: dict[tuple[str, Words], tuple[EarlierEntry, Words]] = {}
    for report in _reports(chart):
        content = contents_of(chart, [report]).get(report.id)
        for each in flat(content.results) if content else ():
            value = value_of(each)
            if analyte_of(each) in _ANALYTES and value != Words():
                found.setdefault((analyte_of(each), value), (report, each.name))
    chart.note(RecordClass.LABORATORY, [report.id for report, _name in found.values()])
    answers = Counter(analyte for analyte, _value in found)
    return [
        BloodGroup(name, value, report.organization, report.occurred, differ=answers[analyte] > 1)
        for (analyte, value), (report, name) in found.items()
    ]


def _reports(chart: Chart) -> Iterable[EarlierEntry]:
    """Return the visible reports with a blood group, newest first."""
    reports = through_time(chart, RecordClass.LABORATORY, limit=_REPORTS)
    for start in range(0, len(reports), _TOGETHER):
        some = reports[start : start + _TOGETHER]
        query = select(Result.entry_id).where(
            col(Result.entry_id).in_([each.id for each in some]), col(Result.analyte).in_(_ANALYTES)
        )
        named = set(chart.session.exec(query).all())
        yield from (each for each in some if each.id in named)
