"""One's own ledger: who did what with one's records, in an order and in words that people read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid
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
"""So many rows; each stands for as many lines as say the same one after another."""
MOST = 200
"""So many rows are read at once for whoever comes back to where they were."""
TOGETHER = 500
"""Lines are numbered; no row reaches over a multiple of this, so that a flood of attempts has an end."""
_BATCH, _LONGEST = 100, 1000
"""So many lines are read at once, and at most so many before a page ends, be it short."""
_DIGITS = 19
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
        id: of the oldest of them: it stays while more are added.
        times: for how many lines it stands; `at` is when the newest was.
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


@dataclass(frozen=True)
class LedgerDay:
    """The lines of one day in the hospital's zone."""

    day: str
    rows: list[LedgerRow]


@dataclass(frozen=True)
class LedgerPage:
    """A page of one's own chain, newest first.

    Attributes:
        older, start: cursors of what lies beyond its end, and of what stands before its first row; empty for nothing.
    """

    days: list[LedgerDay] = field(default_factory=list[LedgerDay])
    older: str = ""
    start: str = ""
    topics: tuple[str, ...] = ()


def own_ledger(session: Session, actor: Actor, start: str = "", count: int = 0) -> LedgerPage:
    """Return rows of the actor's own chain, newest first.

    Reading one's own ledger leaves no line: it shows nothing but the ledger itself.

    Args:
        session: the transaction.
        actor: who reads.
        start: cursor of the row before the first, empty for the newest; one that is none of ours counts as that.
        count: how many rows the reader had, for coming back to the same place.

    Raises:
        Denied: the actor has no records of their own.
    """
    chain = _own_chain(session, actor)
    below = int(start) if _is_cursor(start) else 0
    rows, more = _folded(_downward(session, actor, chain, below), min(max(count, PAGE), MOST))
    return LedgerPage(_days(rows), str(rows[-1].oldest) if more else "", start if below else "", (chain,))


def own_ledger_newer(session: Session, actor: Actor, cursor: str) -> LedgerPage:
    """Return the page of the actor's own chain that ends where a stretch begins.

    Raises:
        Denied: the actor has no records of their own.
        Invalid: the cursor is none of ours.
    """
    chain = _own_chain(session, actor)
    if not _is_cursor(cursor):
        raise Invalid(field="cursor")
    rows, more = _folded(_upward(session, actor, chain, int(cursor)), PAGE)
    return LedgerPage(_days(rows[::-1]), "", str(rows[-1].newest + 1) if more else "", (chain,))


def _own_chain(session: Session, actor: Actor) -> str:
    if not decision_in(session, actor, Action.READ_OWN_LEDGER).allowed:
        raise Denied(action=Action.READ_OWN_LEDGER.value, person_id=actor.for_person_id)
    return ledger.person_chain(actor.subject_id)


def _is_cursor(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < len(text) < _DIGITS


@dataclass(frozen=True)
class _Told:
    """A line by its number and its day in the hospital's zone, as a row of its own."""

    seq: int
    day: str
    row: LedgerRow


@dataclass
class _Fold:
    """Lines that are one row: one's own that say the same, and somebody's refused attempts, however many.

    What others did see always stands alone.
    """

    newest: int
    oldest: int
    day: str
    row: LedgerRow

    def takes(self, told: _Told) -> bool:
        """Tell whether the line next to these, at either end, says the same."""
        one, other = self.row, told.row
        return (
            one.icon in _FOLDED
            and self.day == told.day
            and self.newest // TOGETHER == told.seq // TOGETHER
            and (one.icon, one.say, one.by, one.who, one.what, one.why)
            == (other.icon, other.say, other.by, other.who, other.what, other.why)
        )

    def take(self, told: _Told) -> None:
        """Take it in."""
        newest, oldest = (told.row, self.row) if told.seq > self.newest else (self.row, told.row)
        shown, times = self.row.shown + told.row.shown, self.row.times + 1
        self.row = replace(newest, id=oldest.id, shown=shown, times=times)
        self.newest, self.oldest = max(self.newest, told.seq), min(self.oldest, told.seq)


def _folded(lines: Iterator[_Told], wanted: int) -> tuple[list[_Fold], bool]:
    """Return so many rows, each whole, in the order of the lines, and whether there are more."""
    folds: list[_Fold] = []
    for number, told in enumerate(lines):
        if folds and folds[-1].takes(told):
            folds[-1].take(told)
        elif len(folds) == wanted or number >= _LONGEST:
            return folds, True
        else:
            folds.append(_Fold(told.seq, told.seq, told.day, told.row))
    return folds, False


def _downward(session: Session, actor: Actor, chain: str, below: int) -> Iterator[_Told]:
    while lines := ledger.lines_of(session, chain, before=below or None, limit=_BATCH):
        yield from _told(session, actor, lines)
        below = lines[-1].seq


def _upward(session: Session, actor: Actor, chain: str, first: int) -> Iterator[_Told]:
    while lines := ledger.lines_from(session, chain, first, limit=_BATCH):
        yield from _told(session, actor, lines)
        first = lines[-1].seq + 1


def _told(session: Session, actor: Actor, lines: Sequence[LedgerLine]) -> Iterator[_Told]:
    zone = ZoneInfo(settings().timezone)
    names = _names(session, actor, lines)
    for line in lines:
        yield _Told(line.seq, line.at.astimezone(zone).date().isoformat(), _row(actor, line, names))


def _days(folds: Sequence[_Fold]) -> list[LedgerDay]:
    return [LedgerDay(day, [fold.row for fold in same]) for day, same in groupby(folds, key=lambda fold: fold.day)]


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
