"""One's own ledger: who did what with one's records, in an order and in words that people read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.i18n import texts
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Basis, Role
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.service.people import account_names
from health_cloud.identity.service.relations import decision_in, guardian_faces
from health_cloud.identity.views import GuardianFace

NOTHING = Words()
PAGE = 50
_ENOUGH, _ROUNDS = 10, 20
"""A page goes on until it has so many rows: a flood of attempts must not push what happened out of sight."""
_FOLDED = ("you", "refused")
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
        why: key of the ground, or of the refusal.
        times: for how many lines it stands.
        kin: key of what a guardian is to the person.
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


_Dated = tuple[str, LedgerRow]
"""A row with its day in the hospital's zone."""


@dataclass(frozen=True)
class LedgerDay:
    """The lines of one day in the hospital's zone."""

    day: str
    rows: list[LedgerRow]


@dataclass(frozen=True)
class LedgerPage:
    """A page of one's own chain, newest first. `before` is where the next one begins, 0 at the end."""

    days: list[LedgerDay] = field(default_factory=list[LedgerDay])
    before: int = 0
    topics: tuple[str, ...] = ()


def own_ledger(session: Session, actor: Actor, before: int = 0) -> LedgerPage:
    """Return lines of the actor's own chain, below line number `before`.

    Reading one's own ledger leaves no line: it shows nothing but the ledger itself.

    Raises:
        Denied: the actor has no records of their own.
    """
    decision = decision_in(session, actor, Action.READ_OWN_LEDGER)
    if not decision.allowed:
        raise Denied(action=Action.READ_OWN_LEDGER.value, person_id=actor.for_person_id)
    chain = ledger.person_chain(actor.subject_id)
    rows: list[_Dated] = []
    below = max(before, 0)
    for _ in range(_ROUNDS):
        lines = ledger.lines_of(session, chain, before=below or None, limit=PAGE)
        names = _names(session, actor, lines)
        rows = _merged(rows, [(line, _row(actor, line, names)) for line in lines])
        below = lines[-1].seq if len(lines) == PAGE and lines[-1].seq > 1 else 0
        if not below or len(rows) >= _ENOUGH:
            break
    return LedgerPage(
        days=[LedgerDay(day, [row for _day, row in same]) for day, same in groupby(rows, key=lambda each: each[0])],
        before=below,
        topics=(chain,),
    )


@dataclass(frozen=True)
class _Names:
    """How whoever acted is called: accounts by id, guardians by relation, and the person whose chain it is."""

    accounts: dict[str, tuple[Words, Words]]
    guardians: dict[str, GuardianFace]
    person: Words


def _names(session: Session, actor: Actor, lines: Sequence[LedgerLine]) -> _Names:
    return _Names(
        account_names(session, {line.actor_account_id for line in lines}),
        guardian_faces(session, {line.basis_id for line in lines if line.basis == Basis.GUARDIAN.value}),
        actor.for_name,
    )


def _merged(
    above: Sequence[tuple[str, LedgerRow]], lines: Sequence[tuple[LedgerLine, LedgerRow]]
) -> list[tuple[str, LedgerRow]]:
    """Fold one's own lines that say the same one after another, and somebody's refused attempts, however many.

    What others did see always stands alone.
    """
    zone = ZoneInfo(settings().timezone)
    merged = list(above)
    for line, row in lines:
        day = line.at.astimezone(zone).date().isoformat()
        if merged and row.icon in _FOLDED and _alike((day, row), merged[-1]):
            last = merged[-1][1]
            merged[-1] = (day, replace(last, times=last.times + 1, shown=last.shown + row.shown))
        else:
            merged.append((day, row))
    return merged


def _alike(one: _Dated, other: _Dated) -> bool:
    same = [(day, row.icon, row.say, row.by, row.who, row.what, row.why) for day, row in (one, other)]
    return same[0] == same[1]


def _row(actor: Actor, line: LedgerLine, names: _Names) -> LedgerRow:
    own = line.actor_account_id == actor.account_id and not (_failed(line) and line.action in _UNPROVEN)
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
        say=_sentence(line, own=own),
        by=_kin(actor) if guardian is not None else _by(line, own=own),
        who=who,
        kin=guardian.kin if guardian is not None else "",
        department=department,
        what=f"ui.class.{line.record_class}" if line.record_class in set(RecordClass) else "access.ledger.records",
        shown=_entries(line.detail),
        why=line.reason if line.outcome == ledger.REFUSED else _ground(line, own=own),
        at=line.at.isoformat(),
    )


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


def _sentence(line: LedgerLine, *, own: bool) -> str:
    """Return the key of what a line says: one's own words for it where there are such, else those for anybody."""
    verb = "_".join(line.action.split(":")[1:])
    if _failed(line):
        keys = (f"access.ledger.{'you' if own else 'they'}.failed.{verb}", f"access.ledger.they.failed.{verb}")
    elif line.action == Action.VERIFY_IDENTITY.value and line.outcome == ledger.ALLOWED:
        return "access.ledger.they.visits_asked"
    else:
        keys = (f"access.ledger.{'you' if own else 'they'}.{verb}", f"access.ledger.they.{verb}")
    return next((key for key in keys if key in texts()), "access.ledger.they.unknown")


def _ground(line: LedgerLine, *, own: bool) -> str:
    if own and line.basis == Basis.DUTY.value:  # what one may do for oneself; nobody calls that a duty
        return "access.ledger.basis.own"
    return f"access.ledger.basis.{line.basis}" if line.basis else ""


def _entries(detail: str) -> int:
    facts = json.loads(detail)
    return int(facts.get("count") or len(facts.get("entries", ())))
