"""What somebody does while a screen is still on its way holds."""

from __future__ import annotations

import pytest

from health_cloud.core import crypto
from health_cloud.core.settings import settings
from tests.attack.world import World, found_world
from tests.served import Served
from tests.wire import Wire, delta

SHARING = "reflex___state____state.health_cloud___access___state___sharing____sharing"


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    assert served
    settings.cache_clear()
    crypto.ring.cache_clear()
    return found_world()


def test_the_list_that_was_picked_before_both_were_there_stays(world: World, app_url: str) -> None:
    with Wire(app_url, cookie=world.callers["victim"].cookie) as wire:
        wire.boot("/welcome")
        wire.call(f"{SHARING}.pick", {"tab": "asked"}, path="/access", until="'tab_rx_state_': 'asked'")
        wire.call(f"{SHARING}.load", {}, path="/access", until="'ready_rx_state_': True")
        assert delta(wire.received)[SHARING]["tab"] == "asked"
        wire.received.clear()
        wire.call(f"{SHARING}.load", {}, path="/access", until="'ready_rx_state_': True")
        assert delta(wire.received)[SHARING]["tab"] == "now"  # who comes back begins anew
