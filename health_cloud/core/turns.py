"""Writers of one process go in one after another, first come, first served.

SQLite lets one writer in at a time and has the others poll: under load some of them are never lucky. PostgreSQL
needs no turns.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager

from health_cloud.core.errors import Unavailable


class Turns:
    """A fair lock."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    @contextmanager
    def turn(self, seconds: float) -> Generator[None]:
        """Wait for one's turn, and give it on at the end.

        Raises:
            Unavailable: it did not come within `seconds`.
        """
        self._take(seconds)
        try:
            yield
        finally:
            self._give_on()

    def _take(self, seconds: float) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise Unavailable("database")
        # else the turn was given just now: it is ours

    def _give_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
