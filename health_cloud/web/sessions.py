"""Who is behind a cookie or a session row; identity answers, `app.py` plugs it in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.cookies import device_cookie, read_cookie
from health_cloud.core.i18n import language_of

Find = Callable[[str], str]
"""Cookie secret -> row id of a live session, or empty."""

Ends = Callable[[str], datetime | None]
"""Row id of a session -> when it ends by the clock if nothing more happens in it; None when it is over."""

Locked = Callable[[str], bool]
"""Row id of a session -> whether it only waits for its owner to prove themselves."""


Stops = Callable[[Actor, str], str]
"""Actor and page -> where they are led instead, for what has to be settled first; empty where the way is free."""


class Resolve(Protocol):
    """Row id of a session -> who acts under it; nobody once it has ended, by the clock too."""

    def __call__(self, row_id: str, visitor: Visitor, /, *, touch: bool = True) -> Actor | None:
        """Return the actor; `touch` counts it as a sign of life."""
        ...


def _nobody(row_id: str, visitor: Visitor, /, *, touch: bool = True) -> Actor | None:
    del row_id, visitor, touch


def _free(actor: Actor, path: str) -> str:
    del actor, path
    return ""


@dataclass
class Sessions:
    """The questions that edge, gate and live delivery ask."""

    find: Find = lambda _secret: ""
    resolve: Resolve = _nobody
    ends: Ends = lambda _row: None
    stops: Stops = _free
    locked: Locked = lambda _row: False

    def plug(
        self,
        find: Find,
        resolve: Resolve,
        ends: Ends,
        stops: Stops = _free,
        locked: Locked = lambda _row: False,
    ) -> None:
        """Take the answers from here on."""
        self.find, self.resolve, self.ends, self.stops, self.locked = find, resolve, ends, stops, locked

    async def row_of(self, secret: str) -> str:
        """Return the session row that a cookie's secret opens, empty for none."""
        return await asyncio.to_thread(self.find, secret) if secret else ""

    async def actor_of(self, row: str, visitor: Visitor, *, touch: bool = True) -> Actor | None:
        """Return who acts under a session row, looked up now: sign-out and expiry hold for the very next event.

        Args:
            row: the session's row id, empty for none.
            visitor: where the event comes from.
            touch: whether it is a sign of life; a screen that merely keeps asking is none.
        """
        return await asyncio.to_thread(self.resolve, row, visitor, touch=touch) if row else None

    async def end_of(self, row: str) -> datetime | None:
        """Return when a session ends by the clock if nothing more happens in it; None when it is over."""
        return await asyncio.to_thread(self.ends, row) if row else None

    async def stop_of(self, actor: Actor, path: str) -> str:
        """Return where somebody who opens a page is led instead, empty where the way is free."""
        return await asyncio.to_thread(self.stops, actor, path)

    async def way_in(self, row: str) -> str:
        """Return the page on which whoever holds this session goes on: to unlock it, or to sign in."""
        return "/unlock" if row and await asyncio.to_thread(self.locked, row) else "/sign-in"


sessions = Sessions()


_FOR = ":"


def owner_of(actor: Actor) -> str:
    """Return what a tab's State is bound to: the session, and for whom a guardian acts in it."""
    own = actor.session_id or actor.account_id
    return f"{own}{_FOR}{actor.for_person_id}" if actor.for_person_id else own


def session_in(owner: str) -> str:
    """Return the session of a tab's owner."""
    return owner.partition(_FOR)[0]


def visitor_of(address: str, headers: dict[str, str]) -> Visitor:
    """Return what the server itself knows of whoever sent these headers."""
    device = read_cookie(headers.get("cookie", ""), device_cookie())
    return Visitor(
        address=address,
        device=device[:64],
        language=language_of(headers.get("accept-language", "")),
        agent=headers.get("user-agent", "")[:400],
        session_id=headers.get("x-session", ""),
    )
