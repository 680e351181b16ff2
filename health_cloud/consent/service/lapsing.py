"""Grants that end without anybody's word: never opened, run out, or their one opening is over. It is noted and told.

Reading does not wait for this: what is over by the clock is over for the very next read (`grants.lives`).
"""

from __future__ import annotations

from sqlmodel import Session, col, not_, select

from health_cloud.consent.models import Grant
from health_cloud.consent.service.grants import ended_at, lives, living_at, opened_topic, screen_name, why_ended
from health_cloud.consent.views import OPENING
from health_cloud.core import changes, clock, facts, jobs, ledger
from health_cloud.core.actors import Actor, system
from health_cloud.core.policy import Action, Role

JOB = "ends of grants"
LAPSED = "consent.grant_lapsed"
_SECONDS = 20


def note_ends() -> int:
    """Note every grant that is over by the clock, once; returns how many there were."""
    over = select(Grant).where(col(Grant.ended_at).is_(None), not_(living_at(clock.now())))
    return jobs.work_off(
        over.order_by(col(Grant.until_at)),
        lambda session, grant: _note(session, system(JOB, grant.organization_id), grant, why_ended(grant)),
    )


def leave_opening(session: Session, actor: Actor, screen: str, kept_grant: str = "") -> None:
    """End the one opening that happens in this screen, which now shows something else than `kept_grant`."""
    if actor.role is not Role.PHYSICIAN:
        return
    left = session.exec(
        select(Grant)
        .where(
            Grant.grantee_account_id == actor.account_id,
            Grant.ends_with == OPENING,
            Grant.opener_session == actor.session_id,
            Grant.opener_screen == screen_name(screen),
            Grant.id != kept_grant,
            living_at(clock.now()),
        )
        .with_for_update()
    ).all()
    for grant in left:
        if lives(grant, clock.now()):
            _note(session, actor, grant, "left")


def _note(session: Session, actor: Actor, grant: Grant, why: str) -> None:
    """Write down that a grant is over, and since when."""
    grant.ended_at = clock.now() if actor.role is Role.PHYSICIAN else ended_at(grant)
    grant.ended_reason = why
    session.add(grant)
    action = Action.LAPSE_GRANT if why == "lapsed" else Action.END_GRANT
    detail: dict[str, str | int] = {"grant": grant.id, "why": why}
    ledger.write(session, actor, action, ledger.DONE, person_id=grant.person_id, detail=detail)
    if why == "lapsed":
        facts.emit(session, LAPSED, grant=grant.id)
    changes.note(session, opened_topic(grant.person_id), f"account:{grant.grantee_account_id}", f"grant:{grant.id}")


async def run() -> None:
    """Note them every moment, in one worker, until the server stops."""
    await jobs.attend(JOB, _SECONDS, note_ends)


TASKS = (run,)
