"""How a line of a person's ledger is told: who did what, in plain words, and what is never told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from health_cloud.access.service.asked import CAN_ASK, NOT_ASKED, can_be_asked, named_class, questions_of
from health_cloud.access.views import Why
from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.i18n import texts
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Basis, Role
from health_cloud.core.words import Words
from health_cloud.identity.service.people import account_names
from health_cloud.identity.service.relations import guardian_faces
from health_cloud.identity.views import GuardianFace

NOTHING = Words()
_UNPROVEN = frozenset({Action.SIGN_IN.value, Action.VERIFY_IDENTITY.value, Action.ACTIVATE_ACCOUNT.value})
"""What somebody failed at here was not shown to be oneself."""


@dataclass(frozen=True)
class LedgerRow:
    """One line, or several of one's own that say the same one after another.

    Attributes:
        icon: `you`, `looked`, `refused`, `emergency` or `act`.
        say: key of the sentence; its placeholders are name, count and what.
        by: key of who acted, where they have no name here: oneself, the hospital's system, or somebody.
        who, department: name and department of whoever else acted.
        what: key of the record class, or of "records".
        shown: how many entries were shown.
        why: key of the ground, or of the refusal; `purpose` of what it was asked or given for, as was written then.
        id: of the oldest of them: it stays while more are added.
        times: for how many lines it stands; `at` is when the newest was.
        kin: key of what a guardian is to the person.
        why_asked: whether somebody can be asked why, or was, and the answer.
    """

    id: str
    icon: str
    say: str
    by: str
    who: Words
    department: Words
    what: str
    shown: int
    why: str
    at: str
    times: int = 1
    kin: str = ""
    why_asked: Why = NOT_ASKED
    purpose: str = ""


@dataclass(frozen=True)
class Names:
    """How whoever acted is called: accounts by id, guardians by relation, and the person whose chain it is.

    And what was asked of these lines, by id.
    """

    accounts: dict[str, tuple[Words, Words]]
    guardians: dict[str, GuardianFace]
    person: Words
    asked: dict[str, Why]


_LISTED = {
    Action.REVIEW_PRESCRIPTION.value: "access.ledger.they.prescription_listed",
    Action.READ_QUESTION.value: "access.ledger.they.question_listed",
    Action.ENTER_VISIT.value: "access.ledger.they.visit_listed",
}
"""What a line says where somebody was named in a list, and nothing of theirs was opened."""


def names_of(session: Session, actor: Actor, lines: Sequence[LedgerLine]) -> Names:
    """Return how those are called who did what these lines say."""
    return Names(
        account_names(session, {line.actor_account_id for line in lines}),
        guardian_faces(session, {line.basis_id for line in lines if line.basis == Basis.GUARDIAN.value}),
        actor.for_name,
        questions_of(session, actor.subject_id, [line.id for line in lines if can_be_asked(line)]),
    )


def row_of(actor: Actor, line: LedgerLine, names: Names) -> LedgerRow:
    """Tell a line to the person whose chain it is in, or to whoever acts for them."""
    own = is_own(actor, line)
    other = line.actor_account_id != actor.account_id
    who, department = names.accounts.get(line.actor_account_id, (NOTHING, NOTHING)) if other else (NOTHING, NOTHING)
    guardian = names.guardians.get(line.basis_id) if other and line.basis == Basis.GUARDIAN.value else None
    if guardian is not None:
        who = guardian.name
    elif other and line.basis == Basis.OWN.value:
        who = names.person
    return LedgerRow(
        id=line.id,
        icon=_icon(line, own=own),
        say=sentence_of(line, own=own),
        by=_kin(actor) if guardian is not None else _by(line, own=own),
        who=who,
        kin=guardian.kin if guardian is not None else "",
        department=department,
        what=named_class(line.record_class),
        shown=_entries(line.detail),
        why=line.reason if line.outcome == ledger.REFUSED else _said(line) or _ground(line, own=own),
        at=line.at.isoformat(),
        why_asked=names.asked.get(line.id, CAN_ASK) if can_be_asked(line) else NOT_ASKED,
        purpose=_purpose(line),
    )


def is_own(actor: Actor, line: LedgerLine) -> bool:
    """Tell whether the reader did it; whoever failed to sign in as them was not shown to be them."""
    return line.actor_account_id == actor.account_id and not (_failed(line) and line.action in _UNPROVEN)


def _kin(actor: Actor) -> str:
    return "access.ledger.by.relative" if actor.for_person_id else "access.ledger.by.kin"


def _failed(line: LedgerLine) -> bool:
    return line.outcome in (ledger.REFUSED, ledger.FAILED)


def _by(line: LedgerLine, *, own: bool) -> str:
    if own:
        return "access.ledger.by.you"
    system = line.actor_role == Role.SYSTEM.value
    return "access.ledger.by.system" if system else "access.ledger.by.somebody"


def _icon(line: LedgerLine, *, own: bool) -> str:
    if _failed(line):
        return "refused"
    if line.basis == "emergency":
        return "emergency"
    if own:
        return "you"
    return "looked" if line.action.startswith("records:") else "act"


def sentence_of(line: LedgerLine, *, own: bool) -> str:
    """Return the key of what a line says: one's own words for it where there are such, else those for anybody."""
    verb = "_".join(line.action.split(":")[1:])
    if _failed(line):
        keys = (f"access.ledger.{'you' if own else 'they'}.failed.{verb}", f"access.ledger.they.failed.{verb}")
    elif line.action == Action.VERIFY_IDENTITY.value and line.outcome == ledger.ALLOWED:
        return "access.ledger.they.visits_asked"
    elif line.action == Action.READ_ENTRIES.value and not own and not _entries(line.detail):
        return "access.ledger.they.entry_read_none"
    elif line.action in _LISTED and "listed" in json.loads(line.detail or "{}"):
        return _LISTED[line.action]
    else:
        keys = (f"access.ledger.{'you' if own else 'they'}.{verb}", f"access.ledger.they.{verb}")
    return next((key for key in keys if key in texts()), "access.ledger.they.unknown")


def _ground(line: LedgerLine, *, own: bool) -> str:
    if own and line.basis == Basis.DUTY.value:  # what one may do for oneself; nobody calls that a duty
        return "access.ledger.basis.own"
    return f"access.ledger.basis.{line.basis}" if line.basis else ""


def _said(line: LedgerLine) -> str:
    """Return what a line of an emergency says beside its sentence: why it was opened, what the review found."""
    kind = {Action.OPEN_EMERGENCY.value: "code", Action.REVIEW_EMERGENCY.value: "verdict"}.get(line.action, "")
    said = json.loads(line.detail).get(kind, "") if kind else ""
    return f"access.emergency.{kind}.{said}" if said else ""


def _purpose(line: LedgerLine) -> str:
    """Return the key of the purpose that was written with the line; empty where none was that there are words for."""
    key = f"access.purpose.{json.loads(line.detail).get('purpose', '')}"
    return key if key in texts() else ""


def _entries(detail: str) -> int:
    facts = json.loads(detail or "{}")
    return int(facts.get("count") or len(facts.get("entries", ())))
