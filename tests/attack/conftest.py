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
    """What the gate decided: (tab, event, payload, let through)."""

    decisions: list[tuple[str, str, Any, bool]] = field(default_factory=list)

    def of(self, token: str) -> dict[str, bool]:
        """Return event -> let through, of one tab; an event let through once counts as such."""
        found: dict[str, bool] = {}
        for tab, name, _, passed in self.decisions:
            if tab == token:
                found[name] = found.get(name, False) or passed
        return found


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Listen to the gate of the served product."""
    from reflex_base.event.context import EventContext

    ears = Heard()
    judged = Gate.preprocess

    async def listening(self: Gate, app: Any, state: Any, event: Any) -> Any:
        answer = await judged(self, app, state, event)
        ears.decisions.append((EventContext.get().token, event.name, event.payload, answer is None))
        return answer

    monkeypatch.setattr(Gate, "preprocess", listening)
    return ears
