"""What the browsers of a visit by video tell each other comes to the two of them and to nobody else, over the wire."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from itertools import product

from health_cloud.core import db
from health_cloud.core.actors import Actor, Visitor
from health_cloud.followup import service
from health_cloud.identity.service import sessions
from tests.attack.test_tabs import full
from tests.attack.world import Caller, World
from tests.visiting import agreed
from tests.wire import Wire, delta

SAID = "QZSIGNALQZ"


def _actor(caller: Caller) -> Actor:
    actor = sessions.actor_of_row(caller.session_id, Visitor())
    assert actor is not None
    return actor


def _sent(name: str, patients: set[str], tab: str, to: str) -> tuple[str, dict[str, str]]:
    screen = "VideoRoom" if name in patients else "VideoDesk"
    return full(f"{screen}.send"), {"tab": tab, "to": to, "body": f"{SAID}-{name}"}


def test_comes_to_the_other_side_and_to_nobody_else(world: World, app_url: str) -> None:
    doctor, stranger = world.callers["treating"], world.callers["granted"]
    victim, neighbour = world.callers["victim"], world.callers["neighbour"]
    visit = agreed(_actor(doctor), _actor(victim), 5, kind="video")
    over = agreed(_actor(doctor), _actor(neighbour), 4, kind="video")
    for patient, each in ((neighbour, over), (victim, visit)):
        db.perform(service.enter_visit, _actor(patient), each)
        db.perform(service.begin_visit, _actor(doctor), each)
        if each == over:
            db.perform(service.end_visit, _actor(doctor), each)
    room, desk = f"/followup/visit/{visit}", f"/physician/visit/{visit}"
    with ExitStack() as stack:
        tabs = {
            name: stack.enter_context(Wire(app_url, cookie=who.cookie))
            for name, who in (
                *(("hers", victim), ("hers_too", victim), ("his", doctor), ("his_too", doctor)),
                *(("other_patient", neighbour), ("other_physician", stranger), ("ended", neighbour)),
            )
        }
        named = {"hers": str(uuid.uuid4()), "his": str(uuid.uuid4())}
        patients = {"hers", "hers_too", "other_patient", "ended"}
        paths = {name: room if name in patients else desk for name in tabs} | {"ended": f"/followup/visit/{over}"}

        def do(name: str, handler: str, until: str = "", **given: object) -> object:
            screen = "VideoRoom" if name in patients else "VideoDesk"
            return tabs[name].call(full(f"{screen}.{handler}"), given, path=paths[name], until=until)

        for name, tab in tabs.items():
            tab.boot(paths[name])
            do(name, "load")
        do("hers", "join", tab=named["hers"], until=named["hers"])
        do("his", "join", tab=named["his"], until=named["hers"])
        hostile = ("other_patient", "other_physician", "ended")
        as_whom = (*named.values(), str(uuid.uuid4()))  # as either of the two, and in their own name
        for name, tab in product(hostile, as_whom):
            do(name, "join", tab=tab)
            for to in named.values():
                tabs[name].emit(*_sent(name, patients, tab, to), path=paths[name])
            do(name, "say", tab=tab, connected=True)
            do(name, "leave", visit=visit, tab=tab)
        tabs["hers"].received.clear()
        do("hers", "send", tab=named["hers"], to=named["his"], body=SAID)
        came = tabs["his"].updates(1.0)
        assert [each["body"] for each in delta(came)[full("VideoDesk.load").rpartition(".")[0]]["signals"]] == [SAID]
        assert [
            name for name, tab in tabs.items() if name != "his" and SAID in f"{tab.updates(0.2)}{tab.received}"
        ] == []
        assert f"{SAID}-" not in str(tabs["his"].received)

        db.perform(service.end_visit, _actor(doctor), visit)
        for name in ("hers", "his"):
            tabs[name].updates(1.0)
            assert str(tabs[name].received).count("'open': False") >= 1, name
        do("hers", "send", tab=named["hers"], to=named["his"], body=f"{SAID}-late")
        assert f"{SAID}-late" not in str(tabs["his"].received + tabs["his"].updates(0.5))
