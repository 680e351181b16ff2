"""A chart at a glance for somebody else than the patient: the summary, and the newest of each thing measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from health_cloud.chart.service import open_chart, proof_of
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service.indicators import indicators_of
from health_cloud.records.service.reading import SAYS
from health_cloud.records.service.sources import sources
from health_cloud.records.service.summary import hospitals_of, note_shown, summary_of
from health_cloud.records.views.overview import OverviewPage

SHOWN = 16
"""So many indicators stand on one screen of a desk."""
_MEASURED = frozenset({RecordClass.LABORATORY, RecordClass.CHECK_UPS})
_LATELY = timedelta(days=730)
"""What was measured last before that says little of today, however it differed then: it comes after all else."""
_DIFFERS = frozenset({"critical", "high", "low", "abnormal"})


def overview_page(session: Session, actor: Actor, person_id: str) -> OverviewPage:
    """Return a chart at a glance.

    Of the hospitals that know this person only those are named whose records this reader sees here: that there is
    another one was not granted.

    Raises:
        Denied: the reader has no basis, or there is no such person.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        summary, entries = summary_of(chart)
        note_shown(chart, summary, entries)
        indicators = indicators_of(chart)
        lately = (chart.now - _LATELY).date().isoformat()
        indicators.sort(key=lambda each: (each.at < lately, each.kind not in _DIFFERS))
        seen = {each.organization for each in (*entries, *indicators)} | hospitals_of(summary)
        return OverviewPage(
            replace(
                summary,
                sources=sources(chart, seen),
                closed=not chart.decision.scope.classes >= SAYS,
                proof=proof_of(chart, [name for name in RecordClass if name in SAYS], seen),
            ),
            indicators[:SHOWN],
            measured=bool(_MEASURED & chart.decision.scope.classes),
        )
