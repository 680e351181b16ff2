"""Slowing down whoever guesses: per identifier, per browser, per address (R3).

An attempt is charged before it is judged, so that many at once count as many, and given back when it succeeds.
Keys are HMACs of what was typed, whether or not anybody has that number: being slowed tells nothing. A session
that is already open is not touched by any of this.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from sqlmodel import Session, col, select

from health_cloud.core.actors import Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind
from health_cloud.core.dialects import insert_missing
from health_cloud.core.errors import Invalid
from health_cloud.identity.models import Throttle

WINDOW = timedelta(minutes=15)
LONGEST = timedelta(hours=1)
REMEMBERED = timedelta(days=1)
"""For so long failures at one person's questions are kept, and at most so long they make wait.

Whoever holds card and phone learns from each attempt whether two of three answers were right, and thirteen attempts
find them for certain: a pause must not bring five more.
"""
LIMITS = {"identifier": 5, "device": 5, "address": 20}
"""Failures in a window before the next must wait. An address has more: behind one stands a whole ward or village."""


_LASTING = ("verify", "identifier")
_IN_MINUTES = timedelta(minutes=90)


class Slowed(Invalid):
    """Too many attempts; the text says how long to wait, in hours where that is long, and nothing else."""

    default_key = "identity.error.slowed"

    @classmethod
    def until(cls, wait: timedelta) -> Slowed:
        """Say it as a person would: nobody counts 960 minutes."""
        if wait <= _IN_MINUTES:
            return cls(minutes=ceil(wait / timedelta(minutes=1)))
        return cls("identity.error.slowed_hours", hours=ceil(wait / timedelta(hours=1)))


def look(session: Session, visitor: Visitor, purpose: str, identifier: str) -> None:
    """Refuse whoever must wait, without counting anything.

    Raises:
        Slowed: one of the three must wait.
    """
    _refuse_waiting(_rows(session, visitor, purpose, identifier), now())


def charge(session: Session, visitor: Visitor, purpose: str, identifier: str, *, known: bool = False) -> None:
    """Count an attempt; it stands unless `give_back` follows.

    Args:
        session: a short transaction of its own.
        visitor: where it comes from.
        purpose: `sign_in` or `verify`.
        identifier: what was typed, normalised.
        known: the browser has been in under this identifier before: what strangers did to it does not make it wait.

    Raises:
        Slowed: one of the three must wait.
    """
    rows = _but_strangers(_rows(session, visitor, purpose, identifier), known=known)
    at = now()  # not before: a row made just now has its window behind it, and the first failure opens one
    _refuse_waiting(rows, at)
    for row, kind in rows:
        lasting = REMEMBERED if (purpose, kind) == _LASTING else None
        _count(row, LIMITS[kind], at, lasting)


def give_back(session: Session, visitor: Visitor, purpose: str, identifier: str, *, known: bool = False) -> None:
    """Undo the charge of an attempt that succeeded: identifier and browser start afresh, the address by one."""
    for row, kind in _but_strangers(_rows(session, visitor, purpose, identifier), known=known):
        row.failures = max(0, row.failures - 1) if kind == "address" else 0
        if row.failures < LIMITS[kind]:
            row.blocked_until = None


def forgive(session: Session, identifiers: list[str]) -> None:
    """Forget the failures of these identifiers, as the desk does when it unlocks somebody."""
    purposes = ("sign_in", "verify", "activate", "recover")
    keys = [_key(purpose, "identifier", text) for purpose in purposes for text in identifiers]
    for row in session.exec(select(Throttle).where(col(Throttle.key).in_(keys))).all():
        session.delete(row)


def _but_strangers(rows: list[tuple[Throttle, str]], *, known: bool) -> list[tuple[Throttle, str]]:
    return [(row, kind) for row, kind in rows if not (known and kind == "identifier")]


def _refuse_waiting(rows: list[tuple[Throttle, str]], at: datetime) -> None:
    waits = [row.blocked_until for row, _ in rows if row.blocked_until and row.blocked_until > at]
    if waits:
        raise Slowed.until(max(waits) - at)


def _count(row: Throttle, limit: int, at: datetime, lasting: timedelta | None) -> None:
    if at >= row.window_ends_at:
        row.failures, row.window_ends_at, row.blocked_until = 0, at + WINDOW, None
    row.failures += 1
    if row.failures >= limit:
        until = at + min(WINDOW * 2 ** min(row.failures - limit, 8), lasting or LONGEST)
        row.blocked_until, row.window_ends_at = until, until + (lasting or WINDOW)


def _rows(session: Session, visitor: Visitor, purpose: str, identifier: str) -> list[tuple[Throttle, str]]:
    """Return the three rows with their kinds, locked, in one order so that two attempts never wait for each other."""
    given = {"identifier": identifier, "device": visitor.device, "address": visitor.address}
    keys = {_key(purpose, kind, text): kind for kind, text in given.items()}
    for key in sorted(keys):
        insert_missing(session, Throttle, key=key, failures=0, window_ends_at=now())
    rows = session.exec(
        select(Throttle).where(col(Throttle.key).in_(keys)).order_by(Throttle.key).with_for_update()
    ).all()
    return [(row, keys[row.key]) for row in rows]


def _key(purpose: str, kind: str, text: str) -> str:
    return f"{purpose}:{kind}:{blind(text, f'identity_throttle.{kind}')}"
