"""One's own ledger: who did what with one's records, in an order and in words that people read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.access.service.asked import why_topic
from health_cloud.access.service.ledger_filters import (
    NO_FILTERS,
    ONESELF,
    UNFILTERED,
    Asked,
    LedgerFilters,
    filters_of,
    narrowed_by,
)
from health_cloud.access.service.ledger_words import LedgerRow, is_own, names_of, row_of
from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.core.settings import settings
from health_cloud.identity.service.relations import decision_in

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
        opens: when an answer that is owed becomes late, ISO text.
    """

    days: list[LedgerDay] = field(default_factory=list[LedgerDay])
    older: str = ""
    start: str = ""
    topics: tuple[str, ...] = ()
    filters: LedgerFilters = NO_FILTERS
    opens: str = ""


def own_ledger(
    session: Session, actor: Actor, start: str = "", count: int = 0, asked: Asked = UNFILTERED
) -> LedgerPage:
    """Return rows of the actor's own chain, newest first.

    Reading one's own ledger leaves no line: it shows nothing but the ledger itself.

    Args:
        session: the transaction.
        actor: who reads.
        start: cursor of the row before the first, empty for the newest; one that is none of ours counts as that.
        count: how many rows the reader had, for coming back to the same place.
        asked: which of them.

    Raises:
        Denied: the actor has no records of their own.
    """
    chain = own_chain(session, actor)
    below = int(start) if _is_cursor(start) else 0
    first = ledger.lines_from(session, chain, 1, limit=1)
    rows, more = _folded(_Lines(session, actor, chain, asked).downward(below), min(max(count, PAGE), MOST))
    return LedgerPage(
        _days(rows),
        str(rows[-1].oldest) if more else "",
        start if below else "",
        (chain, why_topic(actor.subject_id)),
        filters_of(asked, first[0].at) if first else NO_FILTERS,
        _late(rows),
    )


def own_ledger_newer(session: Session, actor: Actor, cursor: str, asked: Asked = UNFILTERED) -> LedgerPage:
    """Return the page of the actor's own chain that ends where a stretch begins.

    Raises:
        Denied: the actor has no records of their own.
        Invalid: the cursor is none of ours.
    """
    chain = own_chain(session, actor)
    if not _is_cursor(cursor):
        raise Invalid(field="cursor")
    rows, more = _folded(_Lines(session, actor, chain, asked).upward(int(cursor)), PAGE)
    newer = str(rows[-1].newest + 1) if more else ""
    return LedgerPage(_days(rows[::-1]), "", newer, (chain, why_topic(actor.subject_id)), opens=_late(rows))


def own_chain(session: Session, actor: Actor) -> str:
    """Return the chain of the actor's subject.

    Raises:
        Denied: the actor has no records of their own.
    """
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
            and (one.icon, one.say, one.by, one.who, one.what, one.why, one.purpose)
            == (other.icon, other.say, other.by, other.who, other.what, other.why, other.purpose)
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


@dataclass(frozen=True)
class _Lines:
    """Lines of a chain under a filter, as they are told to whoever reads."""

    session: Session
    actor: Actor
    chain: str
    asked: Asked

    def downward(self, below: int) -> Iterator[_Told]:
        """Go to older ones, from below a number on; from the newest for 0."""
        narrowed = narrowed_by(self.actor, self.asked)
        while lines := ledger.lines_of(self.session, self.chain, before=below or None, limit=_BATCH, narrowed=narrowed):
            yield from self._told(lines)
            below = lines[-1].seq

    def upward(self, first: int) -> Iterator[_Told]:
        """Go to newer ones, from a number on."""
        narrowed = narrowed_by(self.actor, self.asked)
        while lines := ledger.lines_from(self.session, self.chain, first, limit=_BATCH, narrowed=narrowed):
            yield from self._told(lines)
            first = lines[-1].seq + 1

    def _told(self, lines: Sequence[LedgerLine]) -> Iterator[_Told]:
        zone = ZoneInfo(settings().timezone)
        names = names_of(self.session, self.actor, lines)
        for line in lines:
            if self.asked.who != ONESELF or is_own(self.actor, line):
                day = line.at.astimezone(zone).date().isoformat()
                yield _Told(line.seq, day, row_of(self.actor, line, names))


def _days(folds: Sequence[_Fold]) -> list[LedgerDay]:
    return [LedgerDay(day, [fold.row for fold in same]) for day, same in groupby(folds, key=lambda fold: fold.day)]


def _late(folds: Sequence[_Fold]) -> str:
    """Return when the first answer that these rows wait for is late."""
    return min((fold.row.why_asked.due_at for fold in folds if fold.row.why_asked.state == "asked"), default="")
