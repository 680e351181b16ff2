"""The demo always has a visit of today that can begin, made as its people would make it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.followup import service
from health_cloud.followup.service import demonstration
from health_cloud.followup.service.demonstration import REASON, make_visit
from health_cloud.followup.views import AppointmentCard
from tests.journeys.cast import PHYSICIAN, Cast
from tests.journeys.test_every_screen import _call_off

pytestmark = pytest.mark.browser  # no browser, but the demo of those who have one


def test_a_visit_can_begin_today_and_again_after_it(demo: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    _call_off(lin)
    late = clock.now().astimezone(ZoneInfo("Asia/Shanghai")).hour >= 21
    the_clock.advance(
        seconds=(180 if late else 91) * 60
    )  # what others did just now, or by a clock of theirs, is over by then
    assert make_visit()
    assert not make_visit()  # one is enough, whatever the number of starts
    made = _today(lin)
    assert (made.state, made.reads_until > made.ends_at) == ("accepted", True)
    db.perform(service.enter_visit, lin, made.id)
    db.perform(service.begin_visit, chen, made.id)
    assert not make_visit()
    db.perform(service.end_visit, chen, made.id)
    assert not make_visit()  # not at once
    the_clock.advance(seconds=31 * 60)
    assert make_visit()
    again = _today(lin)
    assert again.id != made.id
    db.perform(service.cancel_appointment, chen, again.id)
    monkeypatch.setattr(demonstration.directory, "only_demo", lambda _session: False)
    the_clock.advance(seconds=31 * 60)
    assert not make_visit()  # never where there is a real hospital
    _call_off(lin)
    db.perform(service.close_slot, chen, made.slot_id)  # the other journeys find the times as they were


def _today(patient: Actor) -> AppointmentCard:
    (found,) = [
        card
        for card in db.perform(service.my_appointments, patient)
        if card.reason == REASON and card.state == "accepted"
    ]
    return found
