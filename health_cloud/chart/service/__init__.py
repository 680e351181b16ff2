"""The only door to patient data: `open_chart` for readers, narrow functions for duties, `system` for the import."""

from health_cloud.chart.service.along import choices_along
from health_cloud.chart.service.background import background
from health_cloud.chart.service.choices import choices
from health_cloud.chart.service.door import Chart, open_chart
from health_cloud.chart.service.effect import effect_of
from health_cloud.chart.service.history import before, earlier, lately, through_time
from health_cloud.chart.service.named import open_chart_of
from health_cloud.chart.service.preview import newest_within
from health_cloud.chart.service.proof import proof_of, proof_of_chart, proof_of_class, release_of
from health_cloud.chart.service.rows import read_cursor, write_cursor
from health_cloud.chart.service.sources import sources_of
from health_cloud.chart.service.standing import standing
from health_cloud.chart.service.timeline import timeline, timeline_upward
from health_cloud.chart.service.treatment import own_ward, team_ground, team_holds, teams_of
from health_cloud.chart.service.upward import upward
from health_cloud.chart.service.visited import departments_visited, online_visits, seen_in

__all__ = [
    "Chart",
    "background",
    "before",
    "choices",
    "choices_along",
    "departments_visited",
    "earlier",
    "effect_of",
    "lately",
    "newest_within",
    "online_visits",
    "open_chart",
    "open_chart_of",
    "own_ward",
    "proof_of",
    "proof_of_chart",
    "proof_of_class",
    "read_cursor",
    "release_of",
    "seen_in",
    "sources_of",
    "standing",
    "team_ground",
    "team_holds",
    "teams_of",
    "through_time",
    "timeline",
    "timeline_upward",
    "upward",
    "write_cursor",
]
