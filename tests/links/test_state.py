"""The screens of links: what goes to a browser, and that nothing of a link stays in a State."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from health_cloud.core import clock
from health_cloud.core.actors import act_as
from health_cloud.links.service import making
from health_cloud.links.state import Links, NewLink
from tests import loops, states
from tests.links.conftest import Place


async def _steps(state: NewLink) -> list[str]:
    return [state.made.code async for _ in NewLink.event_handlers["make"].fn(state)]


def test_a_link_goes_out_once_and_stays_nowhere(place: Place) -> None:
    act_as(place.lin)
    state = states.of(NewLink)
    state.hours_offered = [str(hours) for hours in making.hours_offered()]
    (code,) = loops.run(_steps(state))
    assert code.startswith("shlink:/")
    assert code not in repr(vars(state))
    assert (state.made.link, state.made.passcode) == ("", "")
    cards = states.sent(states.of(Links), "load")["cards"]
    assert [card.state for card in cards] == ["living"]
    assert code[9:] not in repr(cards)


def test_without_a_second_factor_nothing_goes_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    async def prove_first(state: object, again: object) -> None:
        asked.append(again)

    monkeypatch.setattr("health_cloud.links.state.prove_first", prove_first)
    act_as(replace(place.lin, proved_at=clock.now() - timedelta(hours=1)))
    state = states.of(NewLink)
    assert loops.run(_steps(state)) == []
    assert asked == [NewLink.make]
