"""One's own ledger: who did what with one's records, in an order and in words that people read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.i18n import texts
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Basis, Role, Situation, decide
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.service.people import account_names

NOTHING = Words()
PAGE = 50
_TOLD = frozenset(action.value for action in Action)


@dataclass(frozen=True)
class LedgerRow:
    """One line, or several of one's own that say the same one after another.

    Attributes:
        icon: `you`, `looked`, `refused`, `emergency` or `act`.
        say: key of the sentence; its placeholders are name, count and what.
        who, department: whoever acted, empty for oneself.
        what: key of the record class, or of "records".
        shown: how many entries were shown.
        why: key of the ground, or of the refusal.
        times: for how many lines it stands.
    """

    id: str
    icon: str
    say: str
    who: Words
    department: Words
    what: str
    shown: int
    why: str
    at: str
    times: int = 1


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
    decision = decide(actor, Action.READ_OWN_LEDGER, Situation(person_id=actor.person_id, now=clock.now()))
    if not decision.allowed:
        raise Denied(action=Action.READ_OWN_LEDGER.value)
    chain = ledger.person_chain(actor.person_id)
    lines = ledger.lines_of(session, chain, before=before if before > 0 else None, limit=PAGE)
    names = account_names(session, {line.actor_account_id for line in lines})
    rows = _merged([(line, _row(actor, line, names)) for line in lines])
    return LedgerPage(
        days=[LedgerDay(day, [row for _day, row in same]) for day, same in groupby(rows, key=lambda each: each[0])],
        before=lines[-1].seq if len(lines) == PAGE and lines[-1].seq > 1 else 0,
        topics=(chain,),
    )


def _merged(lines: Sequence[tuple[LedgerLine, LedgerRow]]) -> list[tuple[str, LedgerRow]]:
    """Fold one's own lines that say the same one after another; those of others always stand alone."""
    zone = ZoneInfo(settings().timezone)
    merged: list[tuple[str, LedgerRow]] = []
    for line, row in lines:
        day = line.at.astimezone(zone).date().isoformat()
        if merged and row.icon == "you" and _alike((day, row), merged[-1]):
            last = merged[-1][1]
            merged[-1] = (day, replace(last, times=last.times + 1, shown=last.shown + row.shown))
        else:
            merged.append((day, row))
    return merged


def _alike(one: tuple[str, LedgerRow], other: tuple[str, LedgerRow]) -> bool:
    return (one[0], one[1].icon, one[1].say, one[1].what) == (other[0], other[1].icon, other[1].say, other[1].what)


def _row(actor: Actor, line: LedgerLine, names: dict[str, tuple[Words, Words]]) -> LedgerRow:
    own = line.actor_account_id == actor.account_id
    who, department = (NOTHING, NOTHING) if own else names.get(line.actor_account_id, (NOTHING, NOTHING))
    return LedgerRow(
        id=line.id,
        icon=_icon(line, own=own),
        say=_sentence(line, own=own),
        who=who,
        department=department,
        what=f"ui.class.{line.record_class}" if line.record_class in set(RecordClass) else "access.ledger.records",
        shown=_entries(line.detail),
        why=line.reason if line.outcome == ledger.REFUSED else _ground(line, own=own),
        at=line.at.isoformat(),
    )


def _icon(line: LedgerLine, *, own: bool) -> str:
    if line.outcome in (ledger.REFUSED, ledger.FAILED):
        return "refused"
    if line.basis == "emergency":
        return "emergency"
    if own:
        return "you"
    return "looked" if line.action.startswith("records:") else "act"


def _sentence(line: LedgerLine, *, own: bool) -> str:
    side = "you" if own else "system" if line.actor_role == Role.SYSTEM.value else "they"
    known = line.action in _TOLD
    if line.outcome in (ledger.REFUSED, ledger.FAILED):
        return f"access.ledger.{'you' if own else 'they'}.refused"
    if side == "system" or not known:
        return f"access.ledger.{side}.acted"
    if line.action == Action.COUNT_ENTRIES.value:
        return f"access.ledger.{side}.counted"
    if line.action.startswith("records:"):
        return f"access.ledger.{side}.{line.action.split(':')[1]}"
    key = f"access.ledger.{side}.{'_'.join(line.action.split(':')[1:])}"
    return key if key in texts() else f"access.ledger.{side}.acted"


def _ground(line: LedgerLine, *, own: bool) -> str:
    if own and line.basis == Basis.DUTY.value:  # what one may do for oneself; nobody calls that a duty
        return "access.ledger.basis.own"
    return f"access.ledger.basis.{line.basis}" if line.basis else ""


def _entries(detail: str) -> int:
    facts = json.loads(detail)
    return int(facts.get("count") or len(facts.get("entries", ())))
