"""Who may do what, and why: one pure function that denies unless a basis allows.

Roles, actions and bases are enumerated completely, also those without a screen yet, so that a new
feature widens a table instead of adding a second opinion (architecture.md, "One event, end to end").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from health_cloud.core.duties import DUTIES, KEPT_BY_ONESELF, OWN, PEOPLE, READS, Action, Basis, Need, Role
from health_cloud.core.vocabulary import ALL_CLASSES, RecordClass

if TYPE_CHECKING:
    from health_cloud.core.actors import Actor

__all__ = [
    "READS",
    "Action",
    "Basis",
    "Decision",
    "GrantFact",
    "Need",
    "RelationFact",
    "Role",
    "Scope",
    "Situation",
    "decide",
]


@dataclass(frozen=True)
class Scope:
    """What part of a chart a basis opens: classes, and days on which things happened (both ends included).

    `organization_id` is the one hospital whose records it opens; empty for all.
    """

    classes: frozenset[RecordClass] = ALL_CLASSES
    period_from: date | None = None
    period_to: date | None = None
    organization_id: str = ""


@dataclass(frozen=True)
class GrantFact:
    """A patient's living decision as the policy sees it. `until_at` is the first instant at which it is over."""

    id: str
    grantee_account_id: str
    scope: Scope
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None = None
    purpose: str = ""

    def holds(self, now: datetime) -> bool:
        """Tell whether the grant holds at this instant; expired is expired to the second."""
        return self.from_at <= now < self.until_at and (self.ended_at is None or now < self.ended_at)


@dataclass(frozen=True)
class RelationFact:
    """Another tie that can open a chart: guardian, treating team, reviewed emergency."""

    id: str
    basis: Basis
    account_id: str
    scope: Scope
    from_at: datetime
    until_at: datetime
    organization_id: str = ""
    actions: frozenset[Action] = READS

    def holds(self, now: datetime) -> bool:
        """Tell whether the tie holds at this instant."""
        return self.from_at <= now < self.until_at


@dataclass(frozen=True)
class Situation:
    """Everything the decision may depend on, loaded by the door before it asks."""

    person_id: str
    now: datetime
    grants: tuple[GrantFact, ...] = ()
    relations: tuple[RelationFact, ...] = ()
    policy_version: int = 1
    closed: str = ""
    """Key of the reason why nobody sees this person at all (identity conflict, death); empty when open."""


@dataclass(frozen=True)
class Decision:
    """The answer and its ground, as it is shown to people and written to the ledger."""

    allowed: bool
    basis: Basis | None = None
    basis_id: str = ""
    policy_version: int = 0
    release_at: datetime | None = None
    reason: str = ""
    scope: Scope = Scope(classes=frozenset())
    until: datetime | None = None
    purpose: str = ""
    """For what a patient has let somebody read: the last part of a text's key, where the ground has one."""


def decide(actor: Actor, action: Action, situation: Situation | None = None) -> Decision:
    """Decide whether `actor` may do `action`, in a person's situation or, without one, by duty alone.

    The narrowest ground wins: own, a patient's grant, guardian, treatment, then duty, on which no read rests. An open
    emergency comes before a grant: its review sees all that was read. Where a page names its ground, no other counts.
    """
    if situation is None:
        return _by_duty(actor, action)
    if situation.closed:
        return Decision(allowed=False, reason=situation.closed)
    ground = (
        _own(actor, action, situation)
        or _related(actor, action, situation, (Basis.EMERGENCY,))
        or _granted(actor, action, situation)
        or _related(actor, action, situation, (Basis.GUARDIAN, Basis.TREATMENT))
    )
    if ground is not None:
        return ground
    if action in OWN:
        return Decision(allowed=False, reason="core.reason.none")
    return _by_duty(actor, action)


def _by_duty(actor: Actor, action: Action) -> Decision:
    kept = action in KEPT_BY_ONESELF and actor.role in PEOPLE
    if action in READS or not (kept or action in DUTIES.get(actor.role, frozenset())):
        return Decision(allowed=False, reason="core.reason.none")
    return Decision(allowed=True, basis=Basis.DUTY, basis_id=actor.role.value, reason="core.reason.duty", scope=Scope())


def _own(actor: Actor, action: Action, situation: Situation) -> Decision | None:
    if actor.role is not Role.PATIENT or not actor.person_id or action not in OWN:
        return None
    if actor.person_id != situation.person_id:
        return None
    return Decision(
        allowed=True,
        basis=Basis.OWN,
        basis_id=situation.person_id,
        policy_version=situation.policy_version,
        reason="core.reason.own",
        scope=Scope(),
    )


def _granted(actor: Actor, action: Action, situation: Situation) -> Decision | None:
    if actor.role is not Role.PHYSICIAN or action not in READS:
        return None
    for grant in situation.grants:
        if actor.ground not in ("", grant.id):
            continue
        if grant.grantee_account_id == actor.account_id and grant.holds(situation.now):
            return Decision(
                allowed=True,
                basis=Basis.GRANT,
                basis_id=grant.id,
                policy_version=situation.policy_version,
                reason="core.reason.grant",
                scope=grant.scope,
                until=min(grant.until_at, grant.ended_at or grant.until_at),
                purpose=grant.purpose,
            )
    return None


def _related(actor: Actor, action: Action, situation: Situation, bases: tuple[Basis, ...]) -> Decision | None:
    for relation in situation.relations:
        if relation.basis not in bases or actor.ground not in ("", relation.id):
            continue
        if relation.basis is Basis.EMERGENCY and actor.role is not Role.PHYSICIAN:
            continue
        if relation.basis is Basis.TREATMENT and not _is_of_team(actor, relation):
            continue
        if relation.basis is Basis.GUARDIAN and actor.for_person_id != situation.person_id:
            continue  # a guardian says for whom they act; beside that they are themselves
        if relation.account_id == actor.account_id and action in relation.actions and relation.holds(situation.now):
            return Decision(
                allowed=True,
                basis=relation.basis,
                basis_id=relation.id,
                policy_version=situation.policy_version,
                reason=f"core.reason.{relation.basis.value}",
                scope=relation.scope,
                until=relation.until_at,
            )
    return None


def _is_of_team(actor: Actor, relation: RelationFact) -> bool:
    """Tell whether a team's ground is a physician's own, and opens nothing but their own hospital's records."""
    own = actor.organization_id != "" and relation.organization_id == actor.organization_id
    return actor.role is Role.PHYSICIAN and own and relation.scope.organization_id == actor.organization_id
