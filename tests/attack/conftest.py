"""Fixtures of the attacks: the served product with a world in it, and ears at the gate."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import pytest

from health_cloud.core.clock import clock
from health_cloud.web.gate import Gate
from tests.attack.world import World, found_world
from tests.databases import heed
from tests.served import Served


@pytest.fixture(scope="session")
def world(served: Served) -> World:
    """The hospital of the attacks in the served product's database."""
    assert served
    heed()
    return found_world()


@pytest.fixture(autouse=True)
def _own_clock() -> Generator[None]:
    heed()
    yield
    clock.reset()


@dataclass
class Heard:
    """What the gate decided: (tab, event, payload, let through); and what each event sent: (tab, event, text)."""

    decisions: list[tuple[str, str, Any, bool]] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def of(self, token: str) -> dict[str, bool]:
        """Return event -> let through, of one tab; an event let through once counts as such."""
        found: dict[str, bool] = {}
        for tab, name, _, passed in self.decisions:
            if tab == token:
                found[name] = found.get(name, False) or passed
        return found

    def showing(self, token: str, mark: str) -> set[str]:
        """Return the events of one tab that sent a mark to it."""
        return {name for tab, name, text in self.sent if tab == token and mark in text}


@pytest.fixture
def heard(served: Served, monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Listen to the gate of the served product, and to what goes out."""
    from reflex_base.event.context import EventContext

    ears, names = Heard(), dict[str, str]()
    judged, namespace = Gate.preprocess, served.app.event_namespace
    emit = namespace.emit_update

    async def listening(self: Gate, app: Any, state: Any, event: Any) -> Any:
        context = EventContext.get()
        names[context.txid] = event.name
        answer = await judged(self, app, state, event)
        ears.decisions.append((context.token, event.name, event.payload, answer is None))
        return answer

    async def sending(update: Any, token: str) -> None:
        context = EventContext._context_var.get(None)  # what is pushed belongs to no event
        ears.sent.append((token, names.get(context.txid, "") if context else "", str(update)))
        await emit(update, token)

    monkeypatch.setattr(Gate, "preprocess", listening)
    monkeypatch.setattr(namespace, "emit_update", sending)
    return ears
