"""Live screens: which screen shows what, and what has just changed.

A use case notes topics (`person:<id>`, `account:<id>`, `session:<id>`, `organization:<id>`) in its
session; after the commit, and only then, they are published to this worker's listeners. The same
transaction keeps them for the other processes, which ask every moment (`elsewhere.py`). A screen notes
what it shows in the registry, with an instant at which its ground ends by the clock.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import func, insert
from sqlmodel import Session

from health_cloud.core.clock import now
from health_cloud.core.models import Change

EVERYTHING = "*"
"""The topic that touches every screen: something may have changed, and nobody can say what."""

_NOTED = "health_cloud_topics"
_START = secrets.token_hex(6)


def this_process() -> str:
    """Return the name of this process; a forked worker has one of its own."""
    return f"{_START}-{os.getpid()}"


@dataclass(frozen=True)
class Watch:
    """One open screen.

    Attributes:
        token: Reflex client token of the tab.
        screen: full name of the State that shows the data.
        session_id: session under which it was loaded.
        topics: what it depends on.
        until: first instant at which its ground is over by the clock, if there is one.
        empties: whether a change must take the data away before anything else (physician's charts).
        opens: next instant at which the clock alone gives it more to show; nothing is taken away then.
        subject_id: of the watch over a tab itself: for whom a guardian acts in it, empty for themselves.
    """

    token: str
    screen: str
    session_id: str
    topics: frozenset[str]
    until: datetime | None = None
    empties: bool = False
    opens: datetime | None = None
    subject_id: str = ""


@dataclass
class Registry:
    """The open screens of this worker, by tab and screen."""

    _watches: dict[tuple[str, str], Watch] = field(default_factory=dict[tuple[str, str], Watch])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, watch: Watch) -> None:
        """Note what a screen shows now; it replaces what the same screen of the same tab showed before."""
        with self._lock:
            self._watches[watch.token, watch.screen] = watch

    def forget(self, token: str, screen: str = "") -> None:
        """Forget one screen of a tab, or the whole tab."""
        with self._lock:
            for key in [k for k in self._watches if k[0] == token and screen in ("", k[1])]:
                del self._watches[key]

    def touching(self, topics: Iterable[str]) -> list[Watch]:
        """Return the screens that depend on any of these topics."""
        wanted = frozenset(topics)
        with self._lock:
            return [watch for watch in self._watches.values() if meets(watch.topics, wanted)]

    def tokens(self) -> set[str]:
        """Return the tabs that watch anything."""
        with self._lock:
            return {watch.token for watch in self._watches.values()}

    def ended(self, now: datetime) -> list[Watch]:
        """Return the screens whose ground has ended by the clock, or that have more to show by it: each once.

        That instant is taken off; their topics stay, so that what changes meanwhile is not lost.
        """
        with self._lock:
            watches = list(self._watches.values())
            over = [watch for watch in watches if watch.until is not None and watch.until <= now]
            more = [watch for watch in watches if watch not in over and watch.opens is not None and watch.opens <= now]
            for watch in over:
                self._watches[watch.token, watch.screen] = replace(watch, until=None, opens=None)
            for watch in more:
                self._watches[watch.token, watch.screen] = replace(watch, opens=None)
            return [*over, *(replace(watch, empties=False) for watch in more)]

    def is_open(self, watch: Watch) -> bool:
        """Tell whether a screen is still open in the same session and for the same person."""
        present = self._watches.get((watch.token, watch.screen))
        return present is not None and (present.session_id, present.subject_id) == (watch.session_id, watch.subject_id)

    def extend(self, watch: Watch, until: datetime) -> None:
        """Give a screen another end, if it is still open in the same session."""
        with self._lock:
            if self.is_open(watch):
                key = (watch.token, watch.screen)
                self._watches[key] = replace(self._watches[key], until=until)


def chart_topic(person_id: str) -> str:
    """Return the topic of what decides whether somebody else may read a chart at all: whose it is, death, agreement.

    Other news of a person (`person:<id>`: a decision, a booking, an arrival) are theirs and their guardians' alone: a
    screen of somebody else that followed them would tell what was not granted.
    """
    return f"chart:{person_id}"


def class_topic(person_id: str, record_class: str, organization_id: str) -> str:
    """Return the topic of what one hospital has in one class of a chart."""
    return f"chart:{person_id}:{record_class}:{organization_id}"


def on_day(topic: str, day: date) -> str:
    """Return what is noted of a class where something of that day changes, on the hospital's calendar."""
    return f"{topic}@{day.isoformat()}"


def within(topic: str, first: date | None, last: date | None) -> str:
    """Return what a screen watches that may read of a class only these days, both included."""
    if first is None and last is None:
        return topic
    return f"{topic}@{first.isoformat() if first else ''}/{last.isoformat() if last else ''}"


def meets(watched: Iterable[str], noted: frozenset[str]) -> bool:
    """Tell whether what was noted touches a screen that watches these topics."""
    if EVERYTHING in noted:
        return True
    dated: dict[str, list[str]] = {}
    for each in noted:
        topic, parted, day = each.partition("@")
        if parted:
            dated.setdefault(topic, []).append(day)
    return any(each in noted or _dated(each, dated) for each in watched)


def _dated(watched: str, dated: Mapping[str, list[str]]) -> bool:
    """Tell whether a day of what was noted is among the days that are watched; without any, every day is."""
    topic, _, period = watched.partition("@")
    first, _, last = period.partition("/")
    return any((not first or day >= first) and (not last or day <= last) for day in dated.get(topic, ()))


BACKGROUND = "background"
"""In place of a class: what a hospital says apart from any visit, such as allergies."""


def team_topic(person_id: str) -> str:
    """Return the topic of whether teams that treat a person may read."""
    return f"team:{person_id}"


def of_person(person_id: str) -> tuple[str, str]:
    """Return the topics of what changes for a person and for whoever reads their chart."""
    return f"person:{person_id}", chart_topic(person_id)


registry = Registry()
_listeners: list[Callable[[frozenset[str]], None]] = []
_log = logging.getLogger(__name__)


def note(session: Session, *topics: str) -> None:
    """Note that these topics change with this transaction."""
    session.info.setdefault(_NOTED, set()).update(topics)


def keep(session: Session) -> None:
    """Keep what was noted with this transaction, for the other processes; the last thing before the commit."""
    topics = session.info.get(_NOTED)
    if not topics:
        return
    transaction = func.txid_current() if session.get_bind().dialect.name == "postgresql" else 0
    kept = insert(Change).values(
        transaction=transaction, process=this_process(), topics=" ".join(sorted(topics)), at=now()
    )
    session.connection().execute(kept)


def noted(session: Session) -> frozenset[str]:
    """Return and forget what was noted."""
    return frozenset(session.info.pop(_NOTED, ()))


def listen(listener: Callable[[frozenset[str]], None]) -> Callable[[], None]:
    """Call `listener` with the topics of each commit, from whatever thread committed; returns how to stop."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def publish(topics: frozenset[str]) -> None:
    """Tell every listener; one that fails never harms the commit, which has happened."""
    if topics:
        for listener in tuple(_listeners):
            try:
                listener(topics)
            except Exception as problem:  # noqa: BLE001 - the commit has happened, and the next one listens too
                _log.error("a listener failed with %s", type(problem).__name__)
