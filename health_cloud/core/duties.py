"""Who there is, what can be done, and whose part it is: the tables by which `policy` decides.

Roles, actions and bases are enumerated completely, also those without a screen yet.
"""

from __future__ import annotations

from enum import StrEnum


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
    MANAGE_RULES = "followup:rules:manage"
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
    ASK_TEAM = "followup:question:ask"
    READ_QUESTION = "followup:question:read"
    ANSWER_QUESTION = "followup:question:answer"
    OWE_QUESTION = "followup:question:owe"
    ATTACH_FILE = "followup:file:attach"
    READ_FILE = "followup:file:read"
    REMOVE_FILE = "followup:file:remove"
    TALK_VIDEO = "followup:video:talk"
    BEGIN_VIDEO = "followup:video:begin"
    END_VIDEO = "followup:video:end"
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
    SETTLE_PAYMENT = "prescribing:payment:settle"
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

PEOPLE = frozenset({Role.PATIENT, Role.PHYSICIAN, Role.PHARMACIST, Role.STAFF, Role.AUDITOR})
KEPT_BY_ONESELF = frozenset({Action.ADD_PASSKEY, Action.NAME_PASSKEY, Action.REMOVE_PASSKEY, Action.CHANGE_CONTACT})
"""Everybody who can sign in keeps their own; somebody else's are not found."""

DUTIES: dict[Role, frozenset[Action]] = {
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
            Action.NOTE_ABSENCE,
            Action.WRITE_TALK,
            Action.READ_TALK,
            Action.ATTACH_FILE,
            Action.READ_FILE,
            Action.READ_QUESTION,
            Action.ANSWER_QUESTION,
            Action.TALK_VIDEO,
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
            Action.MANAGE_RULES,
            Action.MANAGE_FORMULARY,
            Action.SETTLE_PAYMENT,
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
            Action.OWE_QUESTION,
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

OWN: frozenset[Action] = READS | {
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
    Action.ATTACH_FILE,
    Action.READ_FILE,
    Action.REMOVE_FILE,
    Action.ASK_TEAM,
    Action.READ_QUESTION,
    Action.TALK_VIDEO,
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
