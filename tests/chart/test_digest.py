"""One message a day says that something is open, to the second of the release, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from health_cloud.chart.service.digest import KEY, tell_released
from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.notify.service import inbox
from tests import charts, people

EIGHT = datetime(2026, 5, 4, 0, 0, tzinfo=UTC)  # eight in the morning in Shanghai
HOUR = timedelta(hours=1)


@pytest.fixture
def lin(town: people.Town) -> Actor:
    clock.frozen = EIGHT - 40 * HOUR
    return charts.reader(town.lin)


def told(actor: Actor) -> int:
    tell_released()
    return [row.key for row in db.perform(inbox.look, actor)].count(KEY)


def test_what_arrived_is_told_once_the_next_morning(town: people.Town, lin: Actor) -> None:
    clock.frozen = EIGHT - 3 * HOUR
    charts.put(town, town.lin, occurred=clock.now(), outcome=clock.now())
    charts.put(town, town.lin, occurred=clock.now(), outcome=clock.now())
    clock.frozen = EIGHT - timedelta(seconds=1)
    assert told(lin) == 0
    clock.frozen = EIGHT
    assert told(lin) == 1
    assert told(lin) == 1
    clock.frozen = EIGHT + 24 * HOUR
    assert told(lin) == 1


def test_what_the_clock_opens_is_told_when_it_is_open(town: people.Town, lin: Actor) -> None:
    charts.policy(town, 2, laboratory={"delay_hours": 48})
    clock.frozen = EIGHT - 30 * HOUR
    charts.put(town, town.lin, occurred=clock.now(), outcome=clock.now())
    clock.frozen = EIGHT
    assert told(lin) == 0
    clock.frozen = EIGHT + 24 * HOUR
    assert told(lin) == 1


def test_what_is_hidden_is_not_told(town: people.Town, lin: Actor) -> None:
    charts.policy(town, 2, laboratory={"open": False})
    clock.frozen = EIGHT - 3 * HOUR
    charts.put(town, town.lin, occurred=clock.now(), outcome=clock.now())
    clock.frozen = EIGHT
    assert told(lin) == 0
