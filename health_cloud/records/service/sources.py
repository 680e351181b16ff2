"""Up to when each feed is complete, for the screens; and which counts are therefore no more than "at least"."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from health_cloud.chart.service import Chart, sources_of
from health_cloud.chart.views import SourceState
from health_cloud.core.words import Words
from health_cloud.records.service.clocks import here
from health_cloud.records.views.sources import SourceLine, Sources


def sources(chart: Chart, only: Collection[Words] | None = None) -> Sources:
    """Return how the feeds of this person's hospitals stand; `only` of those with these names."""
    states = [each for each in sources_of(chart) if only is None or each.organization in only]
    return Sources(
        whole=[_line(chart, each) for each in states if each.state == "whole"],
        wanting=[_line(chart, each) for each in states if each.state != "whole"],
    )


def source_of_feed(chart: Chart, feed_id: str) -> SourceState | None:
    """Return how one feed stands, if it is one of this person's hospitals."""
    return next((each for each in sources_of(chart) if each.feed_id == feed_id), None)


def turns_next(chart: Chart) -> datetime | None:
    """Return when the clock alone makes a feed one of which something may be missing."""
    return min((each.turns_at for each in sources_of(chart) if each.turns_at), default=None)


def least_since(found: Sources) -> str | None:
    """Return since which month counts are "at least", as `2026-04`; empty for all of them, none for no month."""
    if not found.wanting:
        return None
    return min("" if each.say.endswith(".first") else each.at[:7] for each in found.wanting)


def _line(chart: Chart, state: SourceState) -> SourceLine:
    at = state.complete_to or state.tried_at
    zone = chart.zones[state.organization_id]
    return SourceLine(_name(state), f"records.sources.{state.state}", here(at, zone) if at else "")


def _name(state: SourceState) -> Words:
    whole = state.organization
    if state.name == Words():
        return whole
    return Words(f"{whole.pick('zh')}（{state.name.pick('zh')}）", f"{whole.pick('en')} ({state.name.pick('en')})")
