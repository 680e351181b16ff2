"""What patients report as wrong, as data-quality cases beside those that the import finds."""

from __future__ import annotations

import json

from sqlmodel import Session, select

from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text
from health_cloud.core.ids import new_id
from health_cloud.identity.service import profile
from health_cloud.ingest.models import Case

RULE = "patient_correction"
_LENGTH = 22


def open_case(session: Session, payload: dict[str, str]) -> None:
    """Open the case of a report; the words of the patient stay with the report."""
    said = profile.correction(session, payload["id"])
    if said is None or said.ended:
        return
    case_id = new_id()
    evidence = json.dumps({"about": f"correction/{said.id}", "found": f"{said.kind}: {said.reason}"})
    session.add(
        Case(
            id=case_id,
            organization_id=said.organization_id,
            feed_id=said.feed_id,
            key=_key(said.id),
            rule=RULE,
            record_id=said.record_id,
            evidence=seal_text(evidence, "ingest_case.evidence", case_id),
            opened_at=now(),
        )
    )


def close_case(session: Session, payload: dict[str, str]) -> None:
    """Close the case of a report that its owner took back."""
    case = session.exec(select(Case).where(Case.key == _key(payload["id"]), Case.rule == RULE)).first()
    if case is not None:
        case.state = "closed"
        session.add(case)


def _key(correction_id: str) -> str:
    return blind(correction_id, "ingest_case.correction")[:_LENGTH]
