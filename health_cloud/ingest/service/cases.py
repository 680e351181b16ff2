"""Data-quality cases: found while importing, kept once each, counted by rule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from health_cloud.core.clock import now
from health_cloud.core.crypto import seal_text
from health_cloud.core.ids import new_id
from health_cloud.ingest.models import Case
from health_cloud.ingest.service.context import Feeding


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: which rule, of what, with what evidence.

    Attributes:
        about: `Type/id` of the resource.
        evidence: what was found, in the source's own words.
        again: set where the same resource may have several of one rule.
    """

    rule: str
    about: str
    evidence: str = ""
    message_id: str = ""
    record_id: str = ""
    again: str = ""


def put_cases(session: Session, feeding: Feeding, problems: Sequence[Problem]) -> None:
    """Open a case for each problem that has none yet, and count the new ones."""
    by_key = {feeding.keys.case(each.rule, each.about, each.again): each for each in problems}
    keys = list(by_key)
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        held = set(session.exec(select(Case.key).where(Case.feed_id == feeding.feed_id, col(Case.key).in_(some))).all())
        for key in some:
            if key not in held:
                session.add(_case(feeding, key, by_key[key]))
                rule = by_key[key].rule
                feeding.counts.cases[rule] = feeding.counts.cases.get(rule, 0) + 1


def _case(feeding: Feeding, key: str, problem: Problem) -> Case:
    case_id = new_id()
    evidence = json.dumps({"about": problem.about, "found": problem.evidence[:2000]}, ensure_ascii=False)
    return Case(
        id=case_id,
        organization_id=feeding.organization_id,
        feed_id=feeding.feed_id,
        key=key,
        rule=problem.rule,
        message_id=problem.message_id,
        record_id=problem.record_id,
        evidence=seal_text(evidence, "ingest_case.evidence", case_id),
        opened_at=now(),
    )
