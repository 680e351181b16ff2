"""R10 beneath a ground: what was not given of a chart never comes, and cannot be told from what does not exist.

Two patients: of the one there is everything, of the other nothing but what a reader may see. Whatever is asked of the
one is asked of the other, and every byte that comes back is the same but for ids: no count, no title, no choice of a
filter, no answer to what was guessed, no notice, no error differs.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from itertools import count, zip_longest
from typing import Any

import httpx
import pytest

from health_cloud.core.clock import clock
from health_cloud.core.vocabulary import RecordClass
from tests.attack.conftest import Heard
from tests.attack.partial import (
    ELSEWHERE,
    EVERYTHING,
    GROUNDS,
    Hospitals,
    Kept,
    Reader,
    Records,
    found_hospitals,
    given,
    reader_of,
    write,
)
from tests.attack.test_matrix import handlers, settle
from tests.databases import heed
from tests.served import Served
from tests.wire import Wire

NONE = "00000000-0000-7000-8000-{:012d}"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=\")[0-9a-f]{12}(?=\")")
"""Of a row, or what is read aloud of an error."""
Step = tuple[str, str, dict[str, Any]]
"""Handler, page, payload."""


class Listening(Wire):
    """A wire that keeps every byte that came."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self.raw: list[str] = []
        super().__init__(*given, **named)

    def _next(self, seconds: float) -> str | None:
        text = super()._next(seconds)
        if text and text.startswith("42"):  # not the socket's own greetings
            self.raw.append(text)
        return text


@pytest.fixture(scope="module")
def instant() -> datetime:
    """The instants that come are the same for both of a pair."""
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def _still(served: Served, instant: datetime) -> Generator[None]:
    assert served
    heed()
    clock.frozen = instant
    yield
    clock.reset()


@pytest.fixture(scope="module")
def hospitals(served: Served, instant: datetime) -> Hospitals:
    assert served
    heed()
    clock.frozen = instant
    return found_hospitals()


@pytest.fixture(scope="module")
def everything(hospitals: Hospitals) -> Records:
    """A patient with all of it, whom every reader reads."""
    return write(hospitals, lambda _kept: True)


def id_in(made: dict[Kept, str], kept: Kept, beside: int = 0) -> str:
    """Return an id of a twin, or one that is nobody's."""
    return made.get(kept) or NONE.format(EVERYTHING.index(kept) + beside)


def read(someone: Reader) -> Iterator[Step]:
    """Read all of a chart on a ground in every way, and guess at what is not shown."""
    chart = f"/physician/chart/{someone.ground}"
    yield "GrantedChart.load", chart, {}
    for name in RecordClass:
        yield "GrantedChart.load", f"{chart}?class={name.value}", {}
        yield "GrantedChart.pick", chart, {"record_class": name.value}
        yield "GrantedChart.renew", f"{chart}?class={name.value}", {"start": "", "shown": 100}
        yield "GrantedChart.show_older", chart, {}
    for kept in EVERYTHING[:-1]:
        entry, document = id_in(someone.records.entries, kept), id_in(someone.records.documents, kept, 500)
        if kept.age == "lately":
            yield "GrantedChart.load", f"{chart}?class={kept.record_class.value}", {}
        yield "GrantedChart.open_entry", chart, {"entry_id": entry}
        yield "GrantedOriginal.load", f"{chart}/original/{entry}/{document}", {}
        if kept.record_class in (RecordClass.LABORATORY, RecordClass.CHECK_UPS):
            yield "GrantedTrend.load", f"{chart}/trend/{entry}/0", {}
    for beside in ("Ward", "TodaysVisits", "Sent", "OpenEmergencies", "Owed", "Bell", "Inbox", "Waiting"):
        yield f"{beside}.load", "/physician", {}


def heard_by(someone: Reader, app_url: str, heard: Heard) -> str:
    """Return every byte that came over the wire and by HTTP for all that was asked."""
    names = {handler.key: full for full, handler in handlers().items()}
    with Listening(app_url, cookie=someone.caller.cookie) as wire:
        wire.boot("/physician")
        before = sum(tab == wire.token for tab, *_ in heard.decisions)
        wire.raw.clear()  # what the browser said of itself is said back to it
        steps = list(read(someone))
        for key, page, payload in steps:
            wire.emit(names[key], payload, path=page)
        settle(wire, heard, before + len(steps))
        raw = "\n".join(wire.raw)
    with httpx.Client(base_url=app_url, headers={"cookie": someone.caller.cookie, "origin": app_url}) as browser:
        for kept in EVERYTHING[:-1]:
            for part in ("", "/frame", "/pages/1") if kept.age == "lately" else ("",):
                answer = browser.get(f"/documents/{id_in(someone.records.documents, kept)}{part}")
                headers = {name: value for name, value in answer.headers.items() if name not in ("date", "etag")}
                raw += f"\n{answer.status_code} {headers} {answer.text}"
        raw += f"\n{browser.get(f'/lease?grant={someone.ground}').status_code}"
    return raw


def without_ids(raw: str) -> str:
    """Name ids by the order in which they come: that there is one more would be seen."""
    numbers: dict[str, int] = {}
    named = count()
    text = ID.sub(lambda found: f"<{numbers.setdefault(found[0], next(named))}>", raw)
    return text.replace("twin-b", "twin-a")


@pytest.mark.parametrize("ground", GROUNDS)
def test_what_was_not_given_is_as_if_it_were_not(
    ground: str, hospitals: Hospitals, everything: Records, heard: Heard, app_url: str
):
    may = given(ground)
    part = write(hospitals, may)
    came = without_ids(heard_by(reader_of(hospitals, everything, ground, "twin-a"), app_url, heard))
    for kept in EVERYTHING:
        assert (kept.mark in came) is may(kept), kept
        assert kept.value not in came or may(kept), kept
    assert (ELSEWHERE in came) is any(may(kept) for kept in EVERYTHING if kept.age == "elsewhere")
    other = without_ids(heard_by(reader_of(hospitals, part, ground, "twin-b"), app_url, heard))
    assert differing(came, other) == ("", "")


def differing(one: str, other: str) -> tuple[str, str]:
    """Return where two texts begin to differ, a little of each; whole, they are longer than anybody reads."""
    at = next((place for place, (a, b) in enumerate(zip_longest(one, other)) if a != b), None)
    return ("", "") if at is None else (one[max(at - 200, 0) : at + 200], other[max(at - 200, 0) : at + 200])
