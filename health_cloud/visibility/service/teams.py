"""Whether treating teams may read at a hospital (docs/decisions/0015): off until staff switch it on."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.policy import Action, Decision, decide
from health_cloud.core.prepared import rows_of
from health_cloud.core.proof import require_fresh
from health_cloud.identity.service.faces import account_card
from health_cloud.visibility.models import TeamSwitch
from health_cloud.visibility.views import SwitchRow, TeamsPage

_SHOWN = 10
_IN_FORCE = (
    select_columns(col(TeamSwitch.open))
    .where(col(TeamSwitch.organization_id) == bindparam("organization_id"))
    .order_by(col(TeamSwitch.version).desc())
    .limit(1)
)


def teams_may_read(session: Session, organization_id: str) -> bool:
    """Tell whether a hospital lets treating teams read its own records of whom they treat; asked at each use."""
    found = rows_of(session, _IN_FORCE, organization_id=organization_id)
    return bool(found and found[0].open)


def teams_page(session: Session, actor: Actor) -> TeamsPage:
    """Return whether teams may read at the actor's hospital, and who switched it when.

    Raises:
        Denied: not staff of a hospital.
    """
    _allow(actor, Action.READ_VISIBILITY)
    rows = session.exec(
        select(TeamSwitch)
        .where(TeamSwitch.organization_id == actor.organization_id)
        .order_by(col(TeamSwitch.version).desc())
        .limit(_SHOWN)
    ).all()
    made = tuple(
        SwitchRow(row.version, row.open, row.changed_at.isoformat(), account_card(session, row.changed_by).name)
        for row in rows
    )
    return TeamsPage(made[0].open, made[0].version, made) if made else TeamsPage(False, 0, ())


def switch_teams(session: Session, actor: Actor, base_version: int, *, open: bool) -> int:  # noqa: A002 - as the column
    """Switch it on or off; in force for the very next read, and open screens follow. Returns the new version.

    Args:
        session: the transaction.
        actor: staff of the hospital.
        base_version: what the person looked at.
        open: whether teams may read.

    Raises:
        Denied: not staff of a hospital.
        Invalid: it is so already.
        Conflict: somebody has switched it meanwhile.
        Unproved: no second factor was shown just now.
    """
    decision = _allow(actor, Action.SWITCH_TEAMS)
    require_fresh(actor)
    page = teams_page(session, actor)
    if page.version != base_version:
        raise Conflict("visibility.error.switched", version=page.version)
    if page.open == open:
        raise Invalid("visibility.error.same")
    row = TeamSwitch(
        organization_id=actor.organization_id,
        version=page.version + 1,
        open=open,
        changed_at=clock.now(),
        changed_by=actor.account_id,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("visibility.error.switched", version=row.version) from None
    detail: dict[str, str | int] = {"version": row.version, "open": int(open)}
    ledger.write(session, actor, Action.SWITCH_TEAMS, ledger.DONE, decision=decision, detail=detail)
    changes.note(session, f"organization:{actor.organization_id}")
    return row.version


def _allow(actor: Actor, action: Action) -> Decision:
    decision = decide(actor, action)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=action.value)
    return decision
