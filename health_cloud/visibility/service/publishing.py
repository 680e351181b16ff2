"""Staff change what patients of their hospital may see: a new version, in force for the very next read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.policy import Action, Decision, decide
from health_cloud.core.proof import require_fresh
from health_cloud.core.vocabulary import RecordClass
from health_cloud.identity.service.faces import account_card
from health_cloud.visibility.models import Policy, Rule
from health_cloud.visibility.service.in_force import newest
from health_cloud.visibility.views import PolicyPage, ReleasePolicy, ReleaseRule, RuleRow, VersionRow

_SHOWN = 10
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 12, 31)


def policy_page(session: Session, actor: Actor) -> PolicyPage:
    """Return the policy in force at the actor's hospital, and the versions before it.

    Raises:
        Denied: not staff of a hospital.
    """
    _allow(actor, Action.READ_VISIBILITY)
    policy = newest(session, actor.organization_id)
    first_days = {rule.from_date for rule in policy.rules.values()}
    first_day = next(iter(first_days)) if len(first_days) == 1 else None
    return PolicyPage(
        version=policy.version,
        from_date=first_day.isoformat() if first_day else "",
        rules=tuple(RuleRow(name.value, policy.rule(name).open, policy.rule(name).delay_hours) for name in RecordClass),
        versions=tuple(_versions(session, actor.organization_id)),
    )


def _versions(session: Session, organization_id: str) -> list[VersionRow]:
    rows = session.exec(
        select(Policy)
        .where(Policy.organization_id == organization_id)
        .order_by(col(Policy.version).desc())
        .limit(_SHOWN)
    ).all()
    states = [newest(session, organization_id, version=row.version) for row in rows]
    states.append(newest(session, organization_id, version=rows[-1].version - 1) if rows else newest(session, ""))
    return [
        _version_row(session, row, before, after) for row, (after, before) in zip(rows, pairwise(states), strict=True)
    ]


def _version_row(session: Session, row: Policy, before: ReleasePolicy, after: ReleasePolicy) -> VersionRow:
    changed = [name for name in RecordClass if before.rule(name).open != after.rule(name).open]
    old, new = _first_day(before), _first_day(after)
    return VersionRow(
        version=row.version,
        published_at=row.published_at.isoformat(),
        by=account_card(session, row.published_by).name,
        opened=tuple(name.value for name in changed if after.rule(name).open),
        closed=tuple(name.value for name in changed if not after.rule(name).open),
        from_date=new.isoformat() if new else "",
        moved=old != new,
    )


def _first_day(policy: ReleasePolicy) -> date | None:
    return next((rule.from_date for rule in policy.rules.values() if rule.from_date), None)


def draft_of(
    session: Session, actor: Actor, from_date: object, open_classes: Iterable[object]
) -> tuple[ReleasePolicy, ReleasePolicy]:
    """Return (in force, draft) of the actor's hospital: one first day for all, some classes open; delays stay.

    Raises:
        Denied: not staff of a hospital.
        Invalid: no such day or class.
    """
    _allow(actor, Action.EDIT_VISIBILITY)
    current = newest(session, actor.organization_id)
    names = {str(name) for name in open_classes}
    if not names <= set(RecordClass):
        raise Invalid(field="classes")
    day = _day(from_date)
    rules = {name: ReleaseRule(name.value in names, day, current.rule(name).delay_hours) for name in RecordClass}
    return current, ReleasePolicy(actor.organization_id, current.version + 1, rules)


def _day(value: object) -> date | None:
    if value in ("", None):
        return None
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        raise Invalid("visibility.error.day", field="from_date") from None
    if not _EARLIEST <= day <= _LATEST:
        raise Invalid("visibility.error.day", field="from_date")
    return day


def publish(
    session: Session, actor: Actor, base_version: int, from_date: object, open_classes: Iterable[object]
) -> int:
    """Publish a new version and return its number; open screens of the hospital's patients refresh.

    Args:
        session: the transaction.
        actor: staff of the hospital.
        base_version: the version that the person looked at.
        from_date: ISO text, empty for no first day.
        open_classes: the classes that are open.

    Raises:
        Denied: not staff of a hospital.
        Invalid: no such day or class, or nothing differs.
        Conflict: somebody has published meanwhile.
        Unproved: no second factor was shown just now.
    """
    decision = _allow(actor, Action.EDIT_VISIBILITY)
    require_fresh(actor)
    current, draft = draft_of(session, actor, from_date, open_classes)
    if current.version != base_version:
        raise Conflict("visibility.error.moved_on", version=current.version)
    if all(current.rule(name) == draft.rule(name) for name in RecordClass):
        raise Invalid("visibility.error.same")
    policy = Policy(
        organization_id=actor.organization_id,
        version=draft.version,
        published_at=clock.now(),
        published_by=actor.account_id,
    )
    session.add(policy)
    for name, rule in draft.rules.items():
        session.add(
            Rule(
                policy_id=policy.id,
                record_class=name.value,
                open=rule.open,
                from_date=rule.from_date,
                delay_hours=rule.delay_hours,
            )
        )
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("visibility.error.moved_on", version=draft.version) from None
    closed = ",".join(name for name in RecordClass if not draft.rule(name).open)
    ledger.write(
        session,
        actor,
        Action.EDIT_VISIBILITY,
        ledger.DONE,
        decision=decision,
        detail={"version": draft.version, "from_date": str(_day(from_date) or ""), "closed": closed},
    )
    changes.note(session, f"organization:{actor.organization_id}")
    return draft.version


def _allow(actor: Actor, action: Action) -> Decision:
    decision = decide(actor, action)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=action.value)
    return decision
