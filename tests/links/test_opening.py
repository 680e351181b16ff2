"""Opening a link: right, wrong and exhausted passcodes, expired, ended, parallel guesses; all else is nothing."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlmodel import col, select

from health_cloud.core import clock, db, facts
from health_cloud.core.actors import system
from health_cloud.core.models import LedgerLine
from health_cloud.core.settings import settings
from health_cloud.identity.models import Account, Person
from health_cloud.identity.service import agreements, closing, family
from health_cloud.links import api
from health_cloud.links.models import Link, LinkFile, Opening
from health_cloud.links.service import ending, own
from health_cloud.links.service.judging import is_right
from health_cloud.links.service.living import TRIES
from health_cloud.links.views import Attempt, LinkCard, MadeLink
from tests.links.conftest import SUMMARY, Place, carried, path_of, unlocked
from tests.sharing import guardian_of


def wrong(made: MadeLink, number: int = 0) -> str:
    """A passcode that it is not."""
    return f"{(int(made.passcode) + 1 + number) % 1_000_000:06}"


def lines(place: Place, action: str) -> list[tuple[str, str]]:
    with db.reading() as session:
        chain = f"person:{place.town.lin.person_id}"
        query = select(LedgerLine.outcome, LedgerLine.detail).where(
            LedgerLine.chain == chain, LedgerLine.action == action
        )
        return list(session.exec(query.order_by(col(LedgerLine.seq))).all())


def only(place: Place) -> LinkCard:
    (card,) = db.perform(own.own_links, place.lin)
    return card


def test_the_right_passcode_opens_and_is_seen(place: Place) -> None:
    made = place.link(replace(SUMMARY, label="给李医生看"))
    answer = place.asked(made)
    (file,) = answer.json()["files"]
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert (file["contentType"], answer.headers["cache-control"]) == ("application/fhir+json", "no-store")
    assert unlocked(file["embedded"], made)["type"] == "document"
    card = only(place)
    assert (card.label, card.state, card.opened, card.openings[0].who) == ("给李医生看", "living", 1, "李医生")
    (line,) = lines(place, "links:link:open")
    assert (line[0], json.loads(line[1])) == ("allowed", {"link": made.id})


def test_what_is_long_lies_at_an_address_that_lives_a_quarter_of_an_hour(place: Place) -> None:
    made = place.link()
    (file,) = place.asked(made, embeddedLengthMax=10).json()["files"]
    assert "embedded" not in file
    assert file["location"].startswith(carried(made)["url"].rpartition("/")[0])
    path = file["location"].partition("//")[2].partition("/")[2]
    answer = place.client.get(f"/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jose")
    assert unlocked(answer.text, made)["resourceType"] == "Bundle"
    assert place.client.get(f"/{path[:-1]}{'A' if path[-1] != 'A' else 'B'}").status_code == 404
    clock.clock.offset += timedelta(minutes=15)
    assert place.client.get(f"/{path}").status_code == 404


def test_wrong_passcodes_end_it_for_good(place: Place) -> None:
    made = place.link()
    left = [place.asked(made, wrong(made, number)) for number in range(TRIES)]
    assert [(each.status_code, each.json()["remainingAttempts"]) for each in left] == [
        (401, TRIES - 1 - number) for number in range(TRIES)
    ]
    assert place.asked(made).status_code == 404
    assert (only(place).state, only(place).wrong, only(place).opened) == ("exhausted", TRIES, 0)
    with db.reading() as session:
        assert session.exec(select(LinkFile)).all() == []
    assert [outcome for outcome, _ in lines(place, "links:link:open")] == ["refused"] * TRIES


def test_a_right_one_does_not_give_wrong_ones_back(place: Place) -> None:
    made = place.link()
    for number in range(TRIES - 1):
        assert place.asked(made, wrong(made, number)).status_code == 401
        assert place.asked(made).status_code == 200
    assert place.asked(made, wrong(made)).json() == {"remainingAttempts": 0}
    assert place.asked(made).status_code == 404


def test_without_a_passcode_nothing_is_tried(place: Place) -> None:
    made = place.link()
    for _ in range(TRIES + 2):
        answer = place.asked(made, "")
        assert (answer.status_code, answer.json()) == (401, {"remainingAttempts": TRIES})
    assert place.asked(made).status_code == 200


def test_one_that_needs_none_opens_at_once(place: Place) -> None:
    made = place.link(replace(SUMMARY, passcode=False))
    assert "flag" not in carried(made)
    assert (place.asked(made).status_code, only(place).opened) == (200, 1)


def test_parallel_guesses_are_counted_one_by_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many come at once, no more of them are judged at all than the link bears."""
    made, judged = place.link(), []

    def slowly(attempt: Attempt, passcode: str) -> bool:
        judged.append(passcode)
        time.sleep(0.2)
        return is_right(attempt, passcode)

    monkeypatch.setattr(api, "is_right", slowly)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: place.asked(made, wrong(made, number)).status_code, range(12)))
    assert (answers.count(401), answers.count(404), len(judged)) == (TRIES, 12 - TRIES, TRIES)
    assert (place.asked(made).status_code, only(place).wrong) == (404, TRIES)


def test_many_right_ones_at_once_all_open(place: Place) -> None:
    made = place.link()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: place.asked(made).status_code, range(12)))
    assert (answers, only(place).opened, only(place).left) == ([200] * 12, 12, TRIES)


def expire(place: Place, made: MadeLink) -> None:
    clock.clock.offset += timedelta(hours=24)


def finish(place: Place, made: MadeLink) -> None:
    db.perform(ending.end_link, place.lin, made.id)


def exhaust(place: Place, made: MadeLink) -> None:
    for number in range(TRIES):
        place.asked(made, wrong(made, number))


def die(place: Place, made: MadeLink) -> None:
    with db.writing() as session:
        session.get_one(Person, place.town.lin.person_id).deceased_at = clock.now()


def withdraw(place: Place, made: MadeLink) -> None:
    with db.writing() as session:
        session.get_one(Person, place.town.lin.person_id).agreed = agreements.WITHDRAWN


@pytest.mark.parametrize("over", [expire, finish, exhaust, die, withdraw])
def test_whatever_ended_it_nobody_outside_can_tell(place: Place, over) -> None:
    made = place.link()
    (file,) = place.asked(made, embeddedLengthMax=10).json()["files"]
    over(place, made)
    unknown = place.client.post(f"/shl/{'A' * 43}", json={"recipient": "x", "passcode": made.passcode})
    for passcode in (made.passcode, wrong(made), ""):
        answer = place.asked(made, passcode)
        assert (answer.status_code, answer.content) == (404, b"")
        assert answer.headers == unknown.headers
    assert place.client.get(urlsplit(file["location"]).path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"recipient": ""}',
        b'{"recipient": 1}',
        b'{"recipient":"x","passcode":1}',
        b'{"recipient":"x"}' + b" " * 9000,
    ],
)
def test_what_is_no_request_counts_nothing(place: Place, body: bytes) -> None:
    made = place.link()
    assert place.client.post(path_of(made), content=body).status_code == 400
    assert (only(place).left, only(place).opened) == (TRIES, 0)


def test_an_attempt_that_was_never_judged_is_lost_and_no_other(place: Place) -> None:
    from health_cloud.core.actors import NOBODY
    from health_cloud.links.service import opening

    made = place.link()
    db.perform(opening.begin, NOBODY, path_of(made).rpartition("/")[2])
    with db.reading() as session:
        assert session.get_one(Link, made.id).tries_left == TRIES - 1
    assert place.asked(made).status_code == 200


def test_its_owner_is_told_of_each_opening_and_of_the_end(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        family.alerts, "tell_person", lambda _session, person, key, **_: not told.append(f"{person} {key}")
    )
    guardian = guardian_of(place.lin.person_id).person_id
    for kind, tell in ending.SUBSCRIBERS.items():
        monkeypatch.setitem(facts._subscribers, kind, {"word": tell})
    made = place.link()
    place.asked(made)
    exhaust(place, made)
    facts.deliver()
    person = place.town.lin.person_id
    assert told == [
        f"{person} links.news.opened",
        f"{guardian} links.news.opened_of",
        f"{person} links.news.exhausted",
        f"{guardian} links.news.exhausted_of",
    ]


def test_what_the_server_keeps_opens_nothing(place: Place) -> None:
    """Neither key nor address nor passcode lies in any column, nor the content in clear."""
    made = place.link(replace(SUMMARY, label="a very own name"))
    place.asked(made, recipient="Dr Recipient")
    secret = carried(made)
    with db.reading() as session:
        rows = [*session.exec(select(Link)), *session.exec(select(LinkFile)), *session.exec(select(Opening))]
        kept = " ".join(repr(row.model_dump()) for row in rows)
    for clear in (
        secret["key"],
        secret["url"].rpartition("/")[2],
        made.passcode,
        "a very own name",
        "Dr Recipient",
        "Bundle",
    ):
        assert clear not in kept


def test_an_account_that_made_links_is_erased_and_they_with_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "_forgetting", [ending.forget_links])
    place.asked(place.link())
    db.perform(closing.close_account, place.lin)
    monkeypatch.setattr(clock.clock, "offset", clock.clock.offset + timedelta(days=settings().closing_days, seconds=1))
    assert db.perform(closing.erase_due, system(closing.JOB)) == 1
    with db.reading() as session:
        assert session.get(Account, place.lin.account_id) is None
        for table in (Link, LinkFile, Opening):
            assert session.exec(select(table)).all() == []
