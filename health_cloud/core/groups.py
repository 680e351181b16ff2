"""Work that waits at the same time is done as one group, by one thread, so that one commit serves it all.

Nothing waits for company: a group is what came in while the one before it was on its way to the disk.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

_IDLE_SECONDS = 5.0

T = TypeVar("T")


class Groups(Generic[T]):
    """Jobs of any kind, in the order in which they came.

    Args:
        do: does one group; it takes as many jobs as it likes by calling what it is given, until that returns None.
            It never raises.
    """

    def __init__(self, do: Callable[[Callable[[], T | None]], None]) -> None:
        self._do = do
        self._waiting: deque[T] = deque()
        self._came = threading.Condition()
        self._running = False

    def add(self, job: T) -> None:
        """Have a job done; the thread that does it is started where there is none, and ends when it is idle."""
        with self._came:
            self._waiting.append(job)
            if self._running:
                self._came.notify()
                return
            self._running = True
        threading.Thread(target=self._run, name="writer", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._came:
                if not self._came.wait_for(lambda: self._waiting, _IDLE_SECONDS):
                    self._running = False
                    return
            self._do(self._take)

    def _take(self) -> T | None:
        with self._came:
            return self._waiting.popleft() if self._waiting else None
