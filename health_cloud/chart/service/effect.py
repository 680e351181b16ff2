"""What another release policy would change, counted over a hospital's patients before it is published."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlmodel import Session, col, func, select

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.chart.service.release import visible
from health_cloud.chart.views import ReleaseEffect
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Action, Scope, decide
from health_cloud.core.vocabulary import EntryState, RecordClass
from health_cloud.identity.service.people import organization_zones
from health_cloud.visibility.views import ReleasePolicy

LIMIT = 10_000


def effect_of(session: Session, actor: Actor, before: ReleasePolicy, after: ReleasePolicy) -> list[ReleaseEffect]:
    """Count, per class, the entries that patients of the actor's own hospital would gain and lose.

    The one place where entries are counted across patients: a duty of staff, numbers only, one ledger line.
    It counts in a reading session of its own, so that the write lock is not held meanwhile.

    Raises:
        Denied: not staff, or another hospital's policy.
    """
    decision = decide(actor, Action.EDIT_VISIBILITY)
    if not decision.allowed or not actor.organization_id or actor.organization_id != after.organization_id:
        raise Denied(action=Action.EDIT_VISIBILITY.value)
    with db.reading() as reader:
        effects = [_of_class(reader, name, before, after) for name in RecordClass]
    ledger.write(
        session,
        actor,
        Action.READ_VISIBILITY,
        ledger.ALLOWED,
        decision=decision,
        detail={
            "preview_of": after.version,
            "gained": sum(effect.gained for effect in effects),
            "lost": sum(effect.lost for effect in effects),
        },
    )
    return effects


def _of_class(reader: Session, record_class: RecordClass, before: ReleasePolicy, after: ReleasePolicy) -> ReleaseEffect:
    if before.rule(record_class) == after.rule(record_class):
        return ReleaseEffect(record_class.value, 0, 0, 0, more=False)
    zones = organization_zones(reader, (after.organization_id,))
    scope = Scope(classes=frozenset({record_class}))
    now = clock.now()
    old, new = visible([before], zones, scope, now), visible([after], zones, scope, now)
    gains, losses = and_(new, not_(old)), and_(old, not_(new))
    gained, lost = _number(reader, record_class, after, gains), _number(reader, record_class, after, losses)
    patients = _patients(reader, record_class, after, or_(gains, losses)) if gained or lost else 0
    return ReleaseEffect(record_class.value, gained, lost, patients, more=max(gained, lost, patients) >= LIMIT)


def _within(record_class: RecordClass, policy: ReleasePolicy) -> ColumnElement[bool]:
    return and_(
        col(ChartEntry.record_class) == record_class.value,
        col(ChartEntry.organization_id) == policy.organization_id,
        col(ChartEntry.state) == EntryState.PUBLISHED.value,
    )


def _number(reader: Session, record_class: RecordClass, policy: ReleasePolicy, condition: ColumnElement[bool]) -> int:
    found = (
        select(col(ChartEntry.id))
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .where(_within(record_class, policy), condition)
        .limit(LIMIT)
    )
    return reader.scalar(select(func.count()).select_from(found.subquery())) or 0


def _patients(reader: Session, record_class: RecordClass, policy: ReleasePolicy, condition: ColumnElement[bool]) -> int:
    found = (
        select(col(ChartEntry.person_id))
        .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
        .where(_within(record_class, policy), condition)
        .distinct()
        .limit(LIMIT)
    )
    return reader.scalar(select(func.count()).select_from(found.subquery())) or 0
