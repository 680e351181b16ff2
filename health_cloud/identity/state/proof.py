"""The question that far-reaching acts ask first: a second factor, shown just now. It is on every page.

A handler whose use case raised `Unproved` says `await prove_first(self, ItsState.its_handler)`. The dialog opens, what
was typed stays where it is, and once the person has proved themselves the act is done as they asked.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.utils.format import format_event_handler

from health_cloud.core.actors import acting, visitor
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.identity.service import passkey_uses, proving
from health_cloud.identity.service.single_sign_on import anew
from health_cloud.identity.state.passkey_problems import answer_of, problem_key
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import ProofWays

_NONE = ProofWays()


class Proof(Trouble, rx.State):
    """The dialog.

    Attributes:
        asking: whether it is open.
        ways: what the person can show.
        options: what the browser is to ask a passkey of theirs.
        provider: where they go to prove it at the hospital's own sign-in; empty where that is no way.
    """

    asking: bool = False
    ways: ProofWays = _NONE
    options: str = ""
    provider: str = ""

    _again: str = ""
    _payload: str = "{}"  # as JSON: a dict inside a dict would come back as a proxy, which the gate refuses

    @rx.event
    async def ask(self) -> None:
        """Open the dialog, for an act that the person repeats themselves."""
        await self._open("", {})

    @rx.event
    async def submit(self, form: dict[str, Any]) -> Event | None:
        """Judge the code; if it is right, do what was asked for."""
        self._clear()
        try:
            await asyncio.to_thread(proving.prove_by_code, acting(), text_of(form, "proof_code", 40))
        except HealthCloudError as error:
            self.ways = await transact(proving.ways, acting())  # the demo's code may have moved on
            self._tell(error, "proof_code")
            return None
        return self._go_on()

    @rx.event
    async def ask_passkey(self) -> None:
        """Have the browser ask a passkey of theirs."""
        self._clear()
        try:
            self.options = await transact(passkey_uses.ask_to_prove, acting(), visitor())
        except HealthCloudError as error:
            self._tell(error)

    @rx.event
    async def show_passkey(self, answer: str) -> Event | None:
        """Judge the passkey's answer; if it holds, do what was asked for."""
        self._clear()
        try:
            await asyncio.to_thread(passkey_uses.prove, acting(), visitor(), answer_of(answer))
        except HealthCloudError as error:
            self._tell(error)
            return None
        return self._go_on()

    @rx.event
    def fail_passkey(self, word: str) -> None:
        """Say why the passkey gave no answer."""
        self._clear()
        self.problem = problem_key(word)

    @rx.event
    def cancel(self) -> None:
        """Leave things as they are."""
        self.reset()

    async def _open(self, again: str, payload: dict[str, Any]) -> None:
        self._clear()
        self.ways = await transact(proving.ways, acting())
        page = self.router.url
        whole = f"{page.path}?{page.query}" if page.query else page.path
        self.provider = anew.way(whole) if self.ways.provider else ""
        self._again, self._payload = again, json.dumps(payload)
        self.asking = True

    def _go_on(self) -> Event | None:
        again, payload = self._again, json.loads(self._payload)
        self.reset()
        return Event(name=again, payload=payload) if again else None


async def prove_first(state: rx.State, again: Any = None, **payload: Any) -> None:
    """Open the dialog over the page of this State.

    Args:
        state: the State whose act needs the proof.
        again: its handler, called once more after the proof; None where the person repeats the act themselves.
        payload: the handler's arguments; never a secret, they wait in the State.
    """
    proof = await state.get_state(Proof)
    await proof._open(format_event_handler(again) if again is not None else "", payload)  # noqa: SLF001 - same module
