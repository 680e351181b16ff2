"""A client token is no session: what a tab holds goes to the browser that filled it, signed in or not."""

from __future__ import annotations

import time

import httpx
import pytest
from simple_websocket import ConnectionClosed
from sqlmodel import Session

from health_cloud.core import changes, db
from health_cloud.core.actors import Actor, system
from health_cloud.core.clock import clock
from health_cloud.identity.models import Person
from tests.attack.conftest import Heard
from tests.attack.test_matrix import handlers
from tests.attack.world import MARK, OTHERS, World, call
from tests.charts import reader
from tests.wire import BOOT, Wire, delta


def full(key: str) -> str:
    return next(name for name, handler in handlers().items() if handler.key == key)


HOME, VERIFY, SHELL = (full(key).rpartition(".")[0] for key in ("Home.load", "Verify.send", "Shell.tell"))
LIST, PAGE = full("ClassList.load").rpartition(".")[0], "/records/laboratory"
"""A list shows everything, whether or not its owner has opened it; home shows what is new."""


def test_a_stolen_token_of_somebody_proving_who_they_are_gives_nothing(world: World, app_url: str):
    """Nobody is signed in on either side: only the browser tells the two apart."""
    number = world.victim.national_id
    with Wire(app_url, cookie="device=of-the-victim") as wire:
        wire.boot("/verify")
        wire.call(f"{VERIFY}.give_document", {"form": {"number": number}}, until=VERIFY)
        token = wire.token
    with Wire(app_url, cookie="device=of-the-thief", token=token) as wire:
        said = delta(wire.call(f"{VERIFY}.give_card", {"form": {"card": world.victim.visit_card}}, until=VERIFY))
        assert said[VERIFY].get("step") != "question"
        assert number[-4:] not in str(wire.received)


def test_a_stolen_token_of_a_reader_gives_nothing_to_a_third(world: World, app_url: str):
    for thief in ("visitor", "neighbour", "granted"):
        with Wire(app_url, cookie=world.callers["victim"].cookie) as wire:
            wire.boot()
            assert MARK in str(wire.call(f"{LIST}.load", path=PAGE, until=MARK))
        with Wire(app_url, cookie=world.callers[thief].cookie, token=wire.token) as other:
            for name in (BOOT, "reflex___state____state.hydrate", f"{LIST}.load", f"{SHELL}.dismiss"):
                other.call(name, {"vars": {}} if name == BOOT else {}, path=PAGE)
            assert MARK not in str(other.received)


@pytest.mark.parametrize("header", ["x-session", "X-SESSION", "x_session", "asgi-scope-client"])
def test_no_header_of_ones_own_makes_one_somebody(header: str, world: World, app_url: str):
    victim = world.callers["victim"]
    with Wire(app_url, headers={header: victim.session_id}) as wire:
        wire.boot()
        wire.call(f"{HOME}.load")
        assert MARK not in str(wire.received)
        assert not delta(wire.received)[SHELL]["signed_in"]
    answer = httpx.get(f"{app_url}/documents/{world.document}", headers={header: victim.session_id})
    assert answer.status_code == 401


def test_nothing_inside_an_event_makes_one_somebody(world: World, app_url: str):
    victim = world.callers["victim"]
    forged = {
        "router_data": {
            "headers": {"x-session": victim.session_id, "cookie": victim.cookie},
            "ip": "192.0.2.9",
            "token": "x",
            "pathname": "/",
        },
        "token": "somebody-elses",
    }
    with Wire(app_url, cookie="device=a") as wire:
        wire.boot()
        for _ in range(2):
            wire.emit(f"{HOME}.load", {}, **forged)
        wire.updates()
        assert MARK not in str(wire.received)


def test_a_socket_from_before_the_end_of_a_session_gets_nothing_after_it(world: World, app_url: str):
    mine = call(reader(world.victim), "short")
    with Wire(app_url, cookie=mine.cookie) as wire, Wire(app_url, cookie=mine.cookie) as other:
        for each in (wire, other):
            each.boot()
            assert MARK in str(each.call(f"{LIST}.load", path=PAGE, until=MARK))
        answer = httpx.post(f"{app_url}/auth/sign-out", headers={"cookie": mine.cookie, "origin": app_url})
        assert answer.status_code == 303
        assert not any(MARK in str(each.call(f"{LIST}.load", path=PAGE)) for each in (wire, other))


def test_a_session_ends_by_the_clock_on_an_open_socket(world: World, app_url: str):
    mine = call(reader(world.victim), "idle")
    with Wire(app_url, cookie=mine.cookie) as wire:
        wire.boot()
        clock.advance(minutes=61)
        assert MARK not in str(wire.call(f"{LIST}.load", path=PAGE))


def test_events_of_a_chain_are_judged_as_their_sender(world: World, heard: Heard, app_url: str):
    """A page's own first events are chained ones: somebody who may not see the page runs none of them."""
    with Wire(app_url, cookie=world.callers["staff"].cookie) as wire:
        wire.boot("/access")
        judged = heard.of(wire.token)
    assert judged
    for_anyone = ("waiting.load",)  # the frame's badges, empty for whoever has none
    page_own = {
        name for name in judged if ("sharing" in name or "as_patient" in name) and not name.endswith(for_anyone)
    }
    assert page_own
    assert not [name for name in page_own if judged[name]]


def test_the_events_do_not_come_over_plain_http(app_url: str):
    try:
        answer = httpx.get(f"{app_url}/_event/?EIO=4&transport=polling")
    except (httpx.HTTPError, ConnectionClosed):
        return
    assert answer.status_code >= 400


def test_an_open_list_empties_when_its_person_is_closed(world: World, app_url: str):
    mine = call(reader(world.neighbour), "closed")
    with Wire(app_url, cookie=mine.cookie) as wire:
        wire.boot(PAGE)
        assert OTHERS in str(wire.call(f"{LIST}.load", path=PAGE, until=OTHERS))
        _close(world.neighbour.person_id, "birth_date")
        try:
            shown: list[object] = [True]
            until = time.monotonic() + 10
            while shown and time.monotonic() < until:
                shown = delta(wire.updates(0.2)).get(LIST, {}).get("months", shown)
        finally:
            _close(world.neighbour.person_id, "")
    assert shown == []


def _close(person_id: str, rule: str) -> None:
    def close(session: Session, _actor: Actor) -> None:
        session.get_one(Person, person_id).conflict = rule
        changes.note(session, *changes.of_person(person_id))

    db.perform(close, system("test"))
