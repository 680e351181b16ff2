"""Who may do what, and why: one pure function that denies unless a basis allows.

Roles, actions and bases are enumerated completely, also those without a screen yet, so that a new
feature widens a table instead of adding a second opinion (architecture.md, "One event, end to end").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from health_cloud.core.vocabulary import ALL_CLASSES, RecordClass

if TYPE_CHECKING:
    from health_cloud.core.actors import Actor


class Role(StrEnum):
    """What an account is."""

    VISITOR = "visitor"
    PATIENT = "patient"
    PHYSICIAN = "physician"
    PHARMACIST = "pharmacist"
    STAFF = "staff"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Need(StrEnum):
    """What a handler or route asks of its caller; the gate refuses what is not listed."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    PATIENT = "patient"
    PHYSICIAN = "physician"
    PHARMACIST = "pharmacist"
    STAFF = "staff"
    AUDITOR = "auditor"
    DEMO = "demo"

    def met_by(self, role: Role, *, demo: bool) -> bool:
        """Tell whether a caller of this role (visitor when not signed in) may come in."""
        if self is Need.ANYONE:
            return True
        if self is Need.DEMO:
            return demo
        if self is Need.SIGNED_IN:
            return role not in (Role.VISITOR, Role.SYSTEM)
        return self.value == role.value


class Basis(StrEnum):
    """Why somebody may see a patient's data."""

    OWN = "own"
    GRANT = "grant"
    GUARDIAN = "guardian"
    TREATMENT = "treatment"
    EMERGENCY = "emergency"
    DUTY = "duty"


class Action(StrEnum):
    """Everything that can be done, `feature:thing:verb`."""

    READ_ENTRIES = "records:entry:read"
    COUNT_ENTRIES = "records:entry:count"
    READ_DOCUMENT = "records:document:read"
    KEEP_CARD = "records:card:keep"
    WRITE_ENTRIES = "chart:entry:write"
    CREATE_REQUEST = "access:request:create"
    DECIDE_REQUEST = "access:request:decide"
    REVOKE_GRANT = "access:grant:revoke"
    EXTEND_GRANT = "access:grant:extend"
    NARROW_GRANT = "access:grant:narrow"
    END_GRANT = "access:grant:end"
    LAPSE_GRANT = "access:grant:lapse"
    CHOOSE_STANDING = "access:choice:change"
    KEEP_REQUEST = "access:request:keep"
    SHOW_CODE = "access:code:show"
    READ_CODE = "access:code:read"
    READ_GRANTS = "access:grant:read"
    MAKE_LINK = "links:link:make"
    END_LINK = "links:link:end"
    OPEN_LINK = "links:link:open"
    OPEN_EMERGENCY = "access:emergency:open"
    END_EMERGENCY = "access:emergency:end"
    READ_EMERGENCY = "access:emergency:read"
    REVIEW_EMERGENCY = "access:emergency:review"
    MISS_REVIEW = "access:emergency:miss"
    READ_PROFILE = "identity:profile:read"
    CORRECT_PROFILE = "identity:profile:correct"
    READ_OWN_LEDGER = "ledger:own:read"
    TAKE_LEDGER = "ledger:own:take"
    ASK_WHY = "access:why:ask"
    ANSWER_WHY = "access:why:answer"
    OWE_ANSWER = "access:why:owe"
    READ_ORGANIZATION_LEDGER = "ledger:organization:read"
    MANAGE_SLOTS = "followup:slot:manage"
    MANAGE_OPENING = "followup:opening:manage"
    BOOK_APPOINTMENT = "followup:appointment:book"
    ANSWER_APPOINTMENT = "followup:appointment:answer"
    CANCEL_APPOINTMENT = "followup:appointment:cancel"
    MOVE_APPOINTMENT = "followup:appointment:move"
    PROPOSE_TIME = "followup:time:propose"
    REFUSE_TIME = "followup:time:refuse"
    WAIT_FOR_TIME = "followup:waiting:change"
    NOTE_ABSENCE = "followup:absence:note"
    ENTER_VISIT = "followup:visit:enter"
    BEGIN_VISIT = "followup:visit:begin"
    END_VISIT = "followup:visit:end"
    WRITE_TALK = "followup:talk:write"
    READ_TALK = "followup:talk:read"
    PREPARE_VISIT = "followup:preparation:write"
    READ_PREPARED = "followup:preparation:read"
    ERASE_TALK = "followup:talk:erase"
    AGREE_ONLINE = "followup:online:agree"
    READ_REASON = "followup:reason:read"
    TAKE_TRACE = "followup:trace:take"
    WRITE_NOTE = "followup:note:write"
    SIGN_NOTE = "followup:note:sign"
    READ_NOTE = "followup:note:read"
    KEEP_TEMPLATES = "followup:template:keep"
    MANAGE_FORMULARY = "prescribing:formulary:manage"
    WRITE_PRESCRIPTION = "prescribing:prescription:write"
    SIGN_PRESCRIPTION = "prescribing:prescription:sign"
    READ_PRESCRIPTION = "prescribing:prescription:read"
    REVIEW_PRESCRIPTION = "prescribing:prescription:review"
    DECIDE_PRESCRIPTION = "prescribing:prescription:decide"
    TAKE_PAYMENT = "prescribing:payment:take"
    READ_VISIBILITY = "visibility:policy:read"
    EDIT_VISIBILITY = "visibility:policy:edit"
    SWITCH_TEAMS = "visibility:teams:switch"
    READ_WARD = "chart:ward:read"
    LOAD_FEED = "ingest:feed:load"
    RESOLVE_CASE = "ingest:case:resolve"
    CREATE_ACCOUNT = "identity:account:create"
    UNLOCK_ACCOUNT = "identity:account:unlock"
    DISABLE_ACCOUNT = "identity:account:disable"
    ISSUE_CODE = "identity:code:issue"
    VERIFY_IDENTITY = "identity:person:verify"
    ACTIVATE_ACCOUNT = "identity:account:activate"
    SIGN_IN = "identity:session:start"
    SIGN_OUT = "identity:session:end"
    PROVE_SELF = "identity:session:prove"
    CHANGE_FACTOR = "identity:factor:change"
    CHANGE_CONTACT = "identity:contact:change"
    ADD_PASSKEY = "identity:passkey:add"
    NAME_PASSKEY = "identity:passkey:name"
    REMOVE_PASSKEY = "identity:passkey:remove"
    DOUBT_PASSKEY = "identity:passkey:doubt"
    REPORT_DEATH = "identity:death:report"
    AGREE = "identity:consent:change"
    CLOSE_ACCOUNT = "identity:account:close"
    ERASE_ACCOUNT = "identity:account:erase"
    BEGIN_RECOVERY = "identity:recovery:begin"
    STOP_RECOVERY = "identity:recovery:stop"
    LINK_SIGN_ON = "identity:sign_on:link"
    NAME_GUARDIAN = "identity:guardian:name"
    APPOINT_GUARDIAN = "identity:guardian:appoint"
    ACCEPT_GUARDIAN = "identity:guardian:accept"
    END_GUARDIAN = "identity:guardian:end"
    ACT_AS_GUARDIAN = "identity:guardian:act"
    ROTATE_KEYS = "core:keys:rotate"


READS = frozenset({Action.READ_ENTRIES, Action.COUNT_ENTRIES, Action.READ_DOCUMENT})

_PEOPLE = frozenset({Role.PATIENT, Role.PHYSICIAN, Role.PHARMACIST, Role.STAFF, Role.AUDITOR})
_KEPT_BY_ONESELF = frozenset({Action.ADD_PASSKEY, Action.NAME_PASSKEY, Action.REMOVE_PASSKEY, Action.CHANGE_CONTACT})
"""Everybody who can sign in keeps their own; somebody else's are not found."""

_DUTIES: dict[Role, frozenset[Action]] = {
    Role.PATIENT: frozenset(
        {
            Action.APPOINT_GUARDIAN,
            Action.ACCEPT_GUARDIAN,
            Action.END_GUARDIAN,
            Action.ACT_AS_GUARDIAN,
            Action.SIGN_OUT,
            Action.PROVE_SELF,
            Action.CHANGE_FACTOR,
            Action.STOP_RECOVERY,
        }
    ),
    Role.PHYSICIAN: frozenset(
        {
            Action.CREATE_REQUEST,
            Action.READ_WARD,
            Action.OPEN_EMERGENCY,
            Action.END_EMERGENCY,
            Action.MANAGE_SLOTS,
            Action.ANSWER_APPOINTMENT,
            Action.CANCEL_APPOINTMENT,
            Action.PROPOSE_TIME,
            Action.ENTER_VISIT,
            Action.BEGIN_VISIT,
            Action.END_VISIT,
            Action.WRITE_TALK,
            Action.READ_TALK,
            Action.READ_PREPARED,
            Action.READ_REASON,
            Action.TAKE_TRACE,
            Action.WRITE_NOTE,
            Action.SIGN_NOTE,
            Action.READ_NOTE,
            Action.KEEP_TEMPLATES,
            Action.WRITE_PRESCRIPTION,
            Action.SIGN_PRESCRIPTION,
            Action.READ_GRANTS,
            Action.ANSWER_WHY,
            Action.SIGN_OUT,
            Action.PROVE_SELF,
            Action.CHANGE_FACTOR,
        }
    ),
    Role.PHARMACIST: frozenset(
        {
            Action.REVIEW_PRESCRIPTION,
            Action.DECIDE_PRESCRIPTION,
            Action.SIGN_OUT,
            Action.PROVE_SELF,
            Action.CHANGE_FACTOR,
        }
    ),
    Role.STAFF: frozenset(
        {
            Action.READ_VISIBILITY,
            Action.EDIT_VISIBILITY,
            Action.SWITCH_TEAMS,
            Action.MANAGE_OPENING,
            Action.MANAGE_FORMULARY,
            Action.LOAD_FEED,
            Action.RESOLVE_CASE,
            Action.CREATE_ACCOUNT,
            Action.UNLOCK_ACCOUNT,
            Action.DISABLE_ACCOUNT,
            Action.ISSUE_CODE,
            Action.REPORT_DEATH,
            Action.LINK_SIGN_ON,
            Action.READ_EMERGENCY,
            Action.REVIEW_EMERGENCY,
            Action.ANSWER_WHY,
            Action.SIGN_OUT,
            Action.PROVE_SELF,
            Action.CHANGE_FACTOR,
        }
    ),
    Role.AUDITOR: frozenset(
        {Action.READ_ORGANIZATION_LEDGER, Action.SIGN_OUT, Action.PROVE_SELF, Action.CHANGE_FACTOR}
    ),
    Role.SYSTEM: frozenset(
        {
            Action.WRITE_ENTRIES,
            Action.MANAGE_FORMULARY,
            Action.TAKE_PAYMENT,
            Action.LOAD_FEED,
            Action.CREATE_ACCOUNT,
            Action.UNLOCK_ACCOUNT,
            Action.DISABLE_ACCOUNT,
            Action.ISSUE_CODE,
            Action.REPORT_DEATH,
            Action.ERASE_ACCOUNT,
            Action.ERASE_TALK,
            Action.NOTE_ABSENCE,
            Action.LINK_SIGN_ON,
            Action.VERIFY_IDENTITY,
            Action.CHANGE_CONTACT,
            Action.NAME_GUARDIAN,
            Action.END_GUARDIAN,
            Action.ROTATE_KEYS,
        }
    ),
    Role.VISITOR: frozenset({Action.VERIFY_IDENTITY, Action.ACTIVATE_ACCOUNT, Action.SIGN_IN, Action.BEGIN_RECOVERY}),
}

_OWN: frozenset[Action] = READS | {
    Action.DECIDE_REQUEST,
    Action.REVOKE_GRANT,
    Action.EXTEND_GRANT,
    Action.NARROW_GRANT,
    Action.READ_GRANTS,
    Action.CHOOSE_STANDING,
    Action.SHOW_CODE,
    Action.MAKE_LINK,
    Action.END_LINK,
    Action.READ_OWN_LEDGER,
    Action.TAKE_LEDGER,
    Action.ASK_WHY,
    Action.READ_PROFILE,
    Action.CORRECT_PROFILE,
    Action.BOOK_APPOINTMENT,
    Action.CANCEL_APPOINTMENT,
    Action.MOVE_APPOINTMENT,
    Action.REFUSE_TIME,
    Action.WAIT_FOR_TIME,
    Action.ENTER_VISIT,
    Action.WRITE_TALK,
    Action.READ_TALK,
    Action.PREPARE_VISIT,
    Action.AGREE_ONLINE,
    Action.READ_NOTE,
    Action.TAKE_TRACE,
    Action.READ_PRESCRIPTION,
    Action.AGREE,
    Action.CLOSE_ACCOUNT,
    Action.KEEP_CARD,
}
"""What somebody does in a person's affairs: their own as patients, another's only on a ground, never by duty."""


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
    if action in _OWN:
        return Decision(allowed=False, reason="core.reason.none")
    return _by_duty(actor, action)


def _by_duty(actor: Actor, action: Action) -> Decision:
    kept = action in _KEPT_BY_ONESELF and actor.role in _PEOPLE
    if action in READS or not (kept or action in _DUTIES.get(actor.role, frozenset())):
        return Decision(allowed=False, reason="core.reason.none")
    return Decision(allowed=True, basis=Basis.DUTY, basis_id=actor.role.value, reason="core.reason.duty", scope=Scope())


def _own(actor: Actor, action: Action, situation: Situation) -> Decision | None:
    if actor.role is not Role.PATIENT or not actor.person_id or action not in _OWN:
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
