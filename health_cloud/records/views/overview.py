"""A chart at a glance, for whoever treats: what hospitals have said, and the newest of what was measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.records.views.sheet import Indicator
from health_cloud.records.views.summary import SummaryPage

NO_SUMMARY = SummaryPage()


@dataclass(frozen=True)
class OverviewPage:
    """The overview.

    Attributes:
        summary: as the patient has it, of what this reader may see.
        indicators: of the last two years what differs first, then what was measured most often; older ones after them.
        measured: whether anything is open that could hold a measurement.
    """

    summary: SummaryPage = NO_SUMMARY
    indicators: list[Indicator] = field(default_factory=list[Indicator])
    measured: bool = False
