"""Live screens: a commit reaches the screens that show what it changed, within a moment.

A State that shows something notes a `Watch` in `core.changes.registry` and may bring `async def _refresh(self)`.
One task a worker delivers: an emptying delta first where the ground may be gone (it does not wait for the State's
lock, 2 ms), then the State itself is settled under its lock. Never from inside a handler: there `enqueue` would
hand one browser's router data to another, and two handlers would wait for each other (notes, section 1).
A screen whose ground is looked at anew keeps the vars it names in `keeps_place`: the reader stays where they were.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import reflex as rx
from reflex.constants.state import FIELD_MARKER
from reflex.event import Event
from reflex.state import BaseState, State, StateUpdate
from reflex_base.event.context import EventContext

from health_cloud.core import changes
from health_cloud.core.actors import Actor, Visitor, act_as
from health_cloud.core.changes import Watch, registry
from health_cloud.core.clock import now
from health_cloud.core.errors import HealthCloudError
from health_cloud.ui.shell import Shell
from health_cloud.web.errors import note_unexpected
from health_cloud.web.handlers import product_states
from health_cloud.web.sessions import owner_of, session_in, sessions

logger = logging.getLogger("health_cloud.live")

_TICK_SECONDS = 0.25
_SWEEP_TICKS = 240
TURNED = "/me/guardians?turned=1"
"""Where a tab goes whose guardian acts for somebody else by now: it says for whom, and who ended what."""
_AGAIN = timedelta(seconds=2)
_AT_ONCE = 16
_TURN_SECONDS = 1.0
"""How long a screen waits for its turn: those before it may wait for locks that others hold."""


def watch_session(token: str, actor: Actor) -> None:
    """Watch the session of a tab itself, so that its end empties every screen of it, by the clock too.

    Its end moves on with every sign of life: it is looked up when the last known one has come, and now.
    """
    topics = {f"session:{actor.session_id}", f"account:{actor.account_id}"}
    if actor.for_person_id:
        topics.add(f"person:{actor.for_person_id}")
    watch = Watch(token, Shell.get_full_name(), actor.session_id, frozenset(topics), until=now())
    registry.watch(replace(watch, subject_id=actor.for_person_id))


def emptied(screen: type[rx.State]) -> dict[str, Any]:
    """Return the delta that sets every var of a screen to its default."""
    fields = screen.get_fields()
    return {f"{name}{FIELD_MARKER}": fields[name].default_value() for name in screen.base_vars if name in fields}


def _empty(state: rx.State) -> None:
    """Take everything away but where the reader was: vars that show nothing, named in `keeps_place`."""
    place = {name: getattr(state, name) for name in getattr(type(state), "keeps_place", ())}
    state.reset()
    for name, value in place.items():
        setattr(state, name, value)


class Delivery:
    """The delivering task of one worker."""

    def __init__(self, app: rx.App) -> None:
        self._app = app
        self._settling: set[asyncio.Task[None]] = set()
        self._few = asyncio.Semaphore(_AT_ONCE)
        self._screens: dict[str, type[rx.State]] = {}
        self._emptied: Counter[tuple[str, str]] = Counter()
        """How often a screen of a tab was emptied: what was read for it before must not come after."""

    async def run(self) -> None:
        """Deliver until the server stops; a failure is logged and never ends the task."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[frozenset[str]] = asyncio.Queue()

        def note(topics: frozenset[str]) -> None:
            loop.call_soon_threadsafe(arrived.put_nowait, topics)

        stop = changes.listen(note)
        self._screens = {screen.get_full_name(): screen for screen in product_states()}
        ticks = 0
        try:
            while True:
                topics: frozenset[str] = frozenset()
                with suppress(TimeoutError):
                    topics = await asyncio.wait_for(arrived.get(), _TICK_SECONDS)
                ticks += 1
                try:
                    await self._deliver([*registry.touching(topics), *registry.ended(now())])
                    if ticks % _SWEEP_TICKS == 0:
                        self._sweep()
                except Exception as problem:  # noqa: BLE001 - the one task must go on
                    note_unexpected(problem, "delivery")
        finally:
            stop()

    async def _deliver(self, watches: Iterable[Watch]) -> None:
        """Empty every screen that has to be, before any of them is looked at anew: hundreds may end at once.

        Those that were emptied come first then: they wait for the word why.
        """
        emptying: list[tuple[str, StateUpdate]] = []
        first: list[tuple[Watch, Coroutine[Any, Any, None]]] = []
        then: list[tuple[Watch, Coroutine[Any, Any, None]]] = []
        for watch in watches:
            screen, line = self._screens.get(watch.screen), self._line(watch.token)
            if not line:
                registry.forget(watch.token)
            elif screen is Shell:
                then.append((watch, self._check(watch, line)))
            elif screen is not None:
                empty = watch.empties or (watch.until is not None and watch.until <= now())
                if empty:
                    self._emptied[watch.token, watch.screen] += 1
                    emptying.append((watch.token, StateUpdate(delta={watch.screen: emptied(screen)})))
                (first if empty else then).append((watch, self._settle(watch, screen, line, empty=empty)))
        try:
            for token, update in emptying:
                await self._emit(token, update)
        finally:
            for watch, work in (*first, *then):
                self._start(watch, work)

    def _start(self, watch: Watch, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._in_turn(work))
        self._settling.add(task)
        task.add_done_callback(lambda done: self._settled(watch, done))

    async def _in_turn(self, work: Coroutine[Any, Any, None]) -> None:
        """Look at a few screens at a time: five hundred at once would all be the last. None is waited for long."""
        turn = False
        with suppress(TimeoutError):
            turn = await asyncio.wait_for(self._few.acquire(), _TURN_SECONDS)
        try:
            await work
        finally:
            if turn:
                self._few.release()

    def _settled(self, watch: Watch, task: asyncio.Task[None]) -> None:
        """Note a failure and come back to the screen soon: what it shows may have to go."""
        self._settling.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            note_unexpected(problem, "settling")
            registry.extend(watch, now() + _AGAIN)

    async def _check(self, watch: Watch, line: str) -> None:
        """Look whether the session of a tab still lives, for the same person; if not, everything goes, and at once."""
        end = await sessions.end_of(watch.session_id)
        actor = await sessions.actor_of(watch.session_id, Visitor(), touch=False) if end is not None else None
        if end is not None and actor is not None and actor.for_person_id == watch.subject_id:
            registry.extend(watch, end)
        elif registry.is_open(watch):
            everything = {screen.get_full_name(): emptied(screen) for screen in self._screens.values()}
            await self._emit(watch.token, StateUpdate(delta=everything))
            await self._settle(watch, Shell, line, empty=True)

    async def _settle(self, watch: Watch, screen: type[rx.State], line: str, *, empty: bool) -> None:
        """Bring the State itself to what may be shown now, under its lock.

        Whoever has loaded the tab anew since, over another `line`, was led by the gate, and is not led once more.
        What was read while the ground ended is not shown: the screen stays empty until it is looked at once more.
        """
        key = (watch.token, watch.screen)
        emptied_before = self._emptied[key]
        actor = await sessions.actor_of(watch.session_id, Visitor(), touch=False)
        way_in = await sessions.way_in(watch.session_id) if actor is None else ""
        with self._app.set_contexts():
            async with self._app.modify_state(rx.BaseStateToken(ident=watch.token, cls=State)) as root:
                shell = await root.get_state(Shell)
                if session_in(shell._owner) != watch.session_id:  # noqa: SLF001 - the tab has another owner by now
                    return
                turned = actor is not None and shell._owner != owner_of(actor)  # noqa: SLF001
                if actor is None or turned:
                    await self._close(root, shell, way_in)
                elif screen is not Shell:
                    state = await root.get_state(screen)
                    await self._refresh(state, shell, actor, empty=empty)
                    if self._emptied[key] != emptied_before:
                        _empty(state)
        if actor is None or turned:
            registry.forget(watch.token)
            target = TURNED if turned else way_in
            if self._line(watch.token) == line:
                await self._emit(watch.token, StateUpdate(events=Event.from_event_type(rx.redirect(target))))

    @staticmethod
    async def _close(root: BaseState, shell: Shell, way_in: str) -> None:
        """Empty a tab whose session is over, or locked."""
        for cls in product_states():
            (await root.get_state(cls)).reset()
        shell.notice_key = "core.error.sign_in" if way_in == "/sign-in" else ""

    @staticmethod
    async def _refresh(state: rx.State, shell: Shell, actor: Actor, *, empty: bool) -> None:
        if empty:
            _empty(state)
        refresh = getattr(state, "_refresh", None)
        if refresh is None:
            return
        act_as(actor)
        try:
            await refresh()
        except HealthCloudError as refusal:
            state.reset()
            shell.notice_key = refusal.key
            shell.notice_params = {name: str(value) for name, value in refusal.params.items()}

    def _line(self, token: str) -> str:
        """Return which connection a tab has now, empty for none."""
        namespace = self._app.event_namespace
        return namespace.token_to_sid.get(token, "") if namespace is not None else ""

    async def _emit(self, token: str, update: StateUpdate) -> None:
        if self._app.event_namespace is not None:
            await self._app.event_namespace.emit_update(update, token)

    def _sweep(self) -> None:
        """Forget tabs that went away; one that comes back notes its screens again when it loads."""
        for token in registry.tokens():
            if not self._line(token):
                registry.forget(token)
        for key in [key for key in self._emptied if not self._line(key[0])]:
            del self._emptied[key]


def token_of_event() -> str:
    """Return the client token of the event that runs now, for a Watch."""
    return EventContext.get().token
