"""The visit sheet: one's indicators with their newest values, and medicines and allergies as the summary has them."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.chart.service import open_chart, proof_of
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service.indicators import indicators_of
from health_cloud.records.service.summary import hospitals_of, note_shown, summary_of
from health_cloud.records.views.sheet import SheetPage
from health_cloud.records.views.summary import SummaryPage

CLASSES = (RecordClass.LABORATORY, RecordClass.CHECK_UPS, RecordClass.PRESCRIPTIONS, RecordClass.MEDICAL_RECORDS)
"""The classes that a sheet can show something of."""


def sheet_page(session: Session, actor: Actor, person_id: str) -> SheetPage:
    """Return what can stand on a person's sheet.

    Raises:
        Denied: the reader has no basis, or there is no such person.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        indicators = indicators_of(chart)
        summary, entries = summary_of(chart)
        kept = SummaryPage(allergies=summary.allergies, medicines=summary.medicines, named=summary.named)
        note_shown(chart, kept, entries)
        return SheetPage(
            indicators=indicators,
            medicines=summary.medicines,
            named=summary.named,
            allergies=summary.allergies,
            older=summary.older,
            closed=summary.closed or RecordClass.LABORATORY not in chart.decision.scope.classes,
            proof=proof_of(chart, CLASSES, hospitals_of(kept) | {each.organization for each in indicators}),
            topics=summary.topics,
            opens=summary.opens,
        )
