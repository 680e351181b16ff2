"""What long lists share: parts that come one by one, older and newer, each sent once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.errors import HealthCloudError, Unavailable
from health_cloud.core.ids import new_id
from health_cloud.records.state.screen import failure_of, watch

Edge = Literal["older", "newer"]
_TURN = 12
_DIGITS = 9
"""A number of lines has no more; Python itself refuses to read one of thousands."""


@dataclass(frozen=True)
class Part:
    """Lines of a list, by groups.

    Attributes:
        groups: as the list shows them, each with its `rows`.
        older: cursor of what lies beyond the last line, empty where nothing does.
        start: cursor of the line before the first, empty at the newest.
        topics, opens: what changes it, and when the clock does.
    """

    groups: Sequence[Any]
    older: str
    start: str
    topics: Sequence[str]
    opens: str = ""


class Stretch(rx.State, mixin=True):
    """A list of which the browser keeps the parts; here is the one that came last, and where they end.

    Attributes:
        at: address of the list, without the place in it; empty until it is loaded.
        turn: which reading of the list the parts belong to.
        part: place of this one among them: 0 was read first, older ones count up, newer ones down.
        start: cursor of the line before its first, empty at the newest.
        older, newer: cursors of what lies beyond the last part and before the first, empty where nothing does.
        some: whether there are any lines.
        stale: counts what has changed since; the browser then says where it is, and all is read anew.
        held: key of why the next part did not come; what is there stays.
        ready: whether it is loaded.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    at: str = ""
    turn: str = ""
    part: int = 0
    start: str = ""
    older: str = ""
    newer: str = ""
    some: bool = False
    stale: int = 0
    held: str = ""
    ready: bool = False
    failure: str = ""
    code: str = ""

    _first: int = 0
    _last: int = 0
    _count: int = 0

    @rx.event
    async def show_older(self) -> None:
        """Load the part below."""
        if self.ready and self.older and (found := await self._beyond("older", self.older)) is not None:
            self._last += 1
            self._take(found, self._last)
            self.older = found.older

    @rx.event
    async def show_newer(self) -> None:
        """Load the part above."""
        if self.ready and self.newer and (found := await self._beyond("newer", self.newer)) is not None:
            self._first -= 1
            self._take(found, self._first)
            self.newer = found.start

    @rx.event
    async def renew(self, start: str, shown: int) -> None:
        """Read anew what the browser has around the reader."""
        if self.ready:
            await self._fill(str(start), shown if isinstance(shown, int) else 0)  # pyright: ignore[reportUnnecessaryIsInstance]

    @abstractmethod
    async def _read(self, start: str, count: int) -> Part:
        """Return so many lines from a place on."""

    @abstractmethod
    async def _read_beyond(self, edge: Edge, cursor: str) -> Part:
        """Return the part beyond an edge."""

    @abstractmethod
    def _put(self, groups: Sequence[Any]) -> None:
        """Put groups where they are shown from."""

    async def _come(self, query: Mapping[str, Any]) -> None:
        """Fill the list for whoever comes to its address, as far as they had read."""
        number = str(query.get("shown", ""))
        whole = number.isascii() and number.isdecimal() and len(number) <= _DIGITS
        await self._fill(str(query.get("from", "")), int(number) if whole else 0)

    async def _refresh(self) -> None:
        """Show anew what came last; a browser that has more of it says where the reader is, and gets all anew."""
        if self._first == self._last:
            if self.ready:
                await self._fill(self.start, self._count)
            return
        try:
            found = await self._read(self.start, self._count)
        except HealthCloudError as problem:
            self._fail(problem)
        else:
            self._take(found, self.part)
            self.stale += 1

    async def _fill(self, start: str, count: int) -> None:
        try:
            found = await self._read(start, count)
            if start and not found.groups:  # what stood there is gone: there may be something before it
                found = await self._read("", count)
        except HealthCloudError as problem:
            self._fail(problem)
        else:
            self.turn, self._first, self._last = new_id()[-_TURN:], 0, 0
            self.failure = self.code = ""
            self.some = bool(found.groups)
            self._take(found, 0)
            self.older, self.newer = found.older, found.start
        self.ready = True

    async def _beyond(self, edge: Edge, cursor: str) -> Part | None:
        try:
            return await self._read_beyond(edge, cursor)
        except Unavailable as problem:
            self.held = problem.key
        except HealthCloudError as problem:
            self._fail(problem)
        return None

    def _take(self, found: Part, part: int) -> None:
        self._put(found.groups)
        self.part, self.start = part, found.start
        self._count = sum(len(group.rows) for group in found.groups)
        if self.held:  # what is set is sent
            self.held = ""
        self._watch(found)

    def _watch(self, found: Part) -> None:
        watch(self.router.session.client_token, self.get_full_name(), acting(), found.topics, found.opens)

    def _fail(self, problem: HealthCloudError) -> None:
        if not isinstance(problem, Unavailable):  # no longer allowed is no longer there
            self._clear()
        self.failure, self.code = failure_of(problem)

    def _clear(self) -> None:
        """Take away what is listed."""
        self._put([])
        self.turn = self.start = self.older = self.newer = ""
        self.some, self._first, self._last = False, 0, 0
