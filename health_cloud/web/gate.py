"""The gate: every event is looked at before it runs.

Identity comes from the event's context alone, where the socket's own headers are; what a State remembers of
its router is the word of whoever came before (notes on Reflex, section 2). The session is looked up in the
database for each event, so that sign-out, disabling and expiry hold for the very next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, State, StateUpdate
from reflex_base.event.context import EventContext

from health_cloud.core.actors import Actor, Visitor, act_as, visitor
from health_cloud.core.policy import Need, Role
from health_cloud.core.settings import settings
from health_cloud.ui.shell import ARRIVALS, Shell
from health_cloud.web import live
from health_cloud.web.handlers import INTERNAL, WITHOUT_SENDER, Handler, internal_accepts, product_states, table
from health_cloud.web.sessions import owner_of, session_in, sessions, visitor_of

_ROOT = f"{State.get_full_name()}."
_BOOT = f"{_ROOT}hydrate_and_load"
_SIGN_IN = "/sign-in"
_WELCOME = "/welcome"
_BROWSER = "browser:"
_HOMES = {Role.PATIENT: "/", Role.PHYSICIAN: "/physician", Role.STAFF: "/desk", Role.PHARMACIST: "/pharmacist"}
_ARRIVALS = frozenset(f"Shell.{arrival.fn.__name__}" for arrival in ARRIVALS.values())


class Gate(Middleware):
    """Refuses what is not in the policy table or whose caller lacks the role; binds a tab's State to a session.

    Args:
        needs: gives the features' `HANDLERS`, put together.
    """

    def __init__(self, needs: Callable[[], Mapping[str, Need]]) -> None:
        self._needs = needs
        self._table: dict[str, Handler] | None = None

    @property
    def handlers(self) -> dict[str, Handler]:
        """The policy table, by full handler name; made once all States are known."""
        if self._table is None:
            self._table = table(self._needs())
        return self._table

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """Let an event pass, or answer it with a refusal."""
        del app
        router = EventContext.get().router_data
        headers: dict[str, str] = router.get("headers") or {}
        act_as(None)
        if not headers:
            return None if _inner(event.name) in WITHOUT_SENDER else StateUpdate()
        where = visitor_of(str(router.get("ip", "")), headers)
        actor = await sessions.actor_of(where.session_id, where)
        act_as(actor, where)
        root = state._get_root_state()  # noqa: SLF001 - this room's business
        shell = await root.get_state(Shell)
        turned = _is_turned(shell._owner, actor)  # noqa: SLF001
        emptied = await self._bind(root, shell, actor, where, event)
        if self._arrives(event):
            shell._turned = False  # noqa: SLF001 - another page
        if turned and not self._arrives(event) and event.name in self.handlers:
            return await self._turn_away(root)
        if self._passes(event, actor):
            return await self._lead(root, shell, event, actor)
        return await self._refuse(root, shell, event, actor, emptied=emptied)

    async def _lead(self, root: BaseState, shell: Shell, event: Event, actor: Actor | None) -> StateUpdate | None:
        """Lead a patient who opens a page of records to what has to be settled first; the page then loads nothing.

        The path is the client's word, but lying about it gains nothing: the services ask again.
        """
        handler = self.handlers.get(event.name)
        if handler is None or handler.need is not Need.PATIENT or actor is None:
            return None
        if shell._turned:  # noqa: SLF001 - what the same page loads next
            return StateUpdate()
        target = await sessions.stop_of(actor, _path()) if self._arrives(event) else ""
        if not target:
            return None
        shell._turned = True  # noqa: SLF001
        return await self._answer(root, target)

    async def _bind(self, root: BaseState, shell: Shell, actor: Actor | None, where: Visitor, event: Event) -> bool:
        """Empty the States of a tab whose owner is another, and those with data at each connect.

        Where nobody is signed in the browser is the owner: what was typed while proving who one is stays in it.

        Returns:
            Whether the tab was somebody's who was signed in.
        """
        owner = owner_of(actor) if actor else f"{_BROWSER}{where.device}"
        before = shell._owner  # noqa: SLF001
        stranger = before != owner
        if not stranger and event.name != _BOOT:
            return False
        for cls in product_states():
            if cls is Shell or (not stranger and getattr(cls, "keeps_on_reconnect", False)):
                continue
            (await root.get_state(cls)).reset()
        if stranger:
            shell.reset()
        if actor is not None and _is_turned(before, actor):
            shell.notice_key = "web.turned.for" if actor.for_person_id else "web.turned.own"
        shell._owner, shell._turned = owner, False  # noqa: SLF001
        shell.signed_in = actor is not None
        shell.role = actor.role.value if actor else "guest"
        shell.name, shell.name_en = (actor.name, actor.name_en) if actor else ("", "")
        shell.for_name, shell.for_name_en, shell.for_levels = "", "", []
        if actor is not None and actor.for_person_id:
            shell.for_name, shell.for_name_en = actor.for_name.pick("zh"), actor.for_name.en
            shell.for_levels = list(actor.for_levels)
        shell.demo = settings().mode == "demo"
        if actor is not None:
            live.watch_session(EventContext.get().token, actor)
        return stranger and bool(before) and not before.startswith(_BROWSER)

    def _passes(self, event: Event, actor: Actor | None) -> bool:
        if event.name.startswith(_ROOT) and _inner(event.name) in INTERNAL:
            return internal_accepts(_inner(event.name), event.payload)
        handler = self.handlers.get(event.name)
        if handler is None or handler.need is None:
            return False
        role = actor.role if actor else Role.VISITOR
        return handler.need.met_by(role, demo=settings().mode == "demo") and handler.accepts(event.payload)

    def _arrives(self, event: Event) -> bool:
        """Tell whether a page is being opened: its role's arrival is the first that each page loads."""
        handler = self.handlers.get(event.name)
        return handler is not None and handler.key in _ARRIVALS

    @staticmethod
    async def _turn_away(root: BaseState) -> StateUpdate:
        """Refuse what was meant for the person for whom somebody acted a moment ago: it must not befall another."""
        delta = await root._get_resolved_delta()  # noqa: SLF001
        root._clean()  # noqa: SLF001
        return StateUpdate(delta=delta, events=Event.from_event_type(rx.redirect(live.TURNED)))

    async def _refuse(
        self, root: BaseState, shell: Shell, event: Event, actor: Actor | None, *, emptied: bool
    ) -> StateUpdate:
        """Say so in the shell; who is not signed in, or no longer, is sent to sign in."""
        handler = self.handlers.get(event.name)
        arriving = self._arrives(event)
        away = actor is None and (emptied or arriving or _for_members(handler))
        target = ""
        if away:
            target = await sessions.way_in(visitor().session_id)
            if target == _SIGN_IN and arriving and _path() == "/":
                target = _WELCOME
        elif arriving and actor is not None:
            target = _HOMES.get(actor.role, "")
        turned = arriving and bool(target)
        if turned:
            shell._turned = True  # noqa: SLF001 - what the same page loads next is refused without a further word
        elif not shell._turned:  # noqa: SLF001
            shell.notice_key = _told(target) if away else "core.error.denied"
            shell.notice_params = {}
        return await self._answer(root, target)

    async def _answer(self, root: BaseState, target: str) -> StateUpdate:
        delta = await root._get_resolved_delta()  # noqa: SLF001
        root._clean()  # noqa: SLF001
        events: list[Any] = Event.from_event_type(rx.redirect(target)) if target else []
        return StateUpdate(delta=delta, events=events)


def _is_turned(before: str, actor: Actor | None) -> bool:
    """Tell whether the same session acts for somebody else than it did in this tab."""
    return actor is not None and before != owner_of(actor) and session_in(before) == session_in(owner_of(actor))


def _told(way_in: str) -> str:
    """Return what is said on the way to a page: a locked screen says itself what it is."""
    return "core.error.sign_in" if way_in == _SIGN_IN else ""


def _for_members(handler: Handler | None) -> bool:
    return handler is not None and handler.need not in (None, Need.ANYONE, Need.DEMO)


def _path() -> str:
    """Return the page as the client tells it; it only chooses between two public pages."""
    return str(EventContext.get().router_data.get("asPath", "")).partition("?")[0]


def _inner(name: str) -> str:
    """Return a Reflex handler's name without the root State's and the modules' parts."""
    short = name.removeprefix(_ROOT)
    state, _, handler = short.rpartition(".")
    return f"{state.rpartition('____')[2]}.{handler}" if state else handler
