"""Live screens: which screen shows what, and what has just changed.

A use case notes topics (`person:<id>`, `account:<id>`, `session:<id>`, `organization:<id>`) in its
session; after the commit, and only then, they are published to this worker's listeners. A screen
notes what it shows in the registry, with an instant at which its ground ends by the clock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlmodel import Session

_NOTED = "health_cloud_topics"


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
    """

    token: str
    screen: str
    session_id: str
    topics: frozenset[str]
    until: datetime | None = None
    empties: bool = False
    opens: datetime | None = None


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
            return [watch for watch in self._watches.values() if watch.topics & wanted]

    def tokens(self) -> set[str]:
        """Return the tabs that watch anything."""
        with self._lock:
            return {watch.token for watch in self._watches.values()}

    def ended(self, now: datetime) -> list[Watch]:
        """Return the screens whose ground has ended by the clock, or that have more to show by it: each once."""
        with self._lock:
            over = [watch for watch in self._watches.values() if watch.until is not None and watch.until <= now]
            more = [
                replace(watch, empties=False)
                for watch in self._watches.values()
                if watch not in over and watch.opens is not None and watch.opens <= now
            ]
            for watch in (*over, *more):
                del self._watches[watch.token, watch.screen]
            return [*over, *more]


registry = Registry()
_listeners: list[Callable[[frozenset[str]], None]] = []


def note(session: Session, *topics: str) -> None:
    """Note that these topics change with this transaction."""
    session.info.setdefault(_NOTED, set()).update(topics)


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
            listener(topics)
