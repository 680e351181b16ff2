"""Asking: what a physician can learn, and what a patient can decide."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlmodel import select

from health_cloud.consent.service import decisions, requests, wishes
from health_cloud.core import changes, clock, db, facts, ledger
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from tests.databases import Database
from tests.sharing import ask, found_cast, give, granted

NOBODYS_CARD = "V999999"


def _statements(act):
    """Return the statements that `act` sends, without their values."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    return seen


def test_a_patient_sees_a_request_at_once_and_only_their_own(database: Database):
    cast = found_cast()
    request = ask(cast.chen, cast.town.lin.visit_card)
    assert [each.id for each in db.perform(decisions.waiting_requests, cast.lin)] == [request]
    assert db.perform(decisions.waiting_requests, cast.wang) == []
    with pytest.raises(NotFound):
        db.perform(decisions.waiting_request, cast.wang, request)
    with pytest.raises(NotFound):
        give(cast.wang, request)
    with pytest.raises(NotFound):
        db.perform(decisions.deny_request, cast.wang, request)
    assert db.perform(decisions.waiting_requests, cast.lin)


def test_only_physicians_ask_and_only_patients_decide(database: Database):
    cast = found_cast()
    for somebody in (cast.lin, cast.staff):
        with pytest.raises(Denied):
            ask(somebody, cast.town.wang.visit_card)
    request = ask(cast.chen, cast.town.lin.visit_card)
    for somebody in (cast.chen, cast.sun, cast.staff):
        with pytest.raises(Denied):
            give(somebody, request)
        with pytest.raises(Denied):
            db.perform(decisions.waiting_requests, somebody)


def test_an_unknown_card_looks_the_same_in_statements_and_in_what_the_asker_sees(database: Database):
    cast = found_cast()
    for physician in (cast.chen, cast.gao):  # the ledger's chains exist from here on
        ask(physician, cast.town.lin.visit_card)
    known = _statements(lambda: ask(cast.chen, cast.town.lin.visit_card))
    unknown = _statements(lambda: ask(cast.chen, NOBODYS_CARD))
    assert known == unknown
    foreign = _statements(lambda: ask(cast.gao, cast.town.lin.visit_card))
    assert foreign == known, "a card of another hospital"
    rows = db.perform(requests.sent_requests, cast.chen)
    told = {
        replace(row, id="", asked_for="", created_at="", lapses_at="") for row in rows if row.asked_for == NOBODYS_CARD
    }
    assert told == {replace(row, id="", asked_for="", created_at="", lapses_at="") for row in rows}
    assert db.perform(requests.sent_requests, cast.sun) == []


def test_denied_ignored_and_unknown_are_sent_and_then_no_answer(database: Database):
    cast = found_cast()
    denied = ask(cast.chen, cast.town.lin.visit_card)
    ask(cast.chen, cast.town.wang.visit_card)
    ask(cast.chen, NOBODYS_CARD)
    topics: list[frozenset[str]] = []
    stop = changes.listen(topics.append)
    db.perform(decisions.deny_request, cast.lin, denied)
    stop()
    assert not any(f"account:{cast.chen.account_id}" in each for each in topics), "a silent denial moved a screen"
    assert {row.state for row in db.perform(requests.sent_requests, cast.chen)} == {"sent"}
    clock.clock.advance(hours=72)
    assert {row.state for row in db.perform(requests.sent_requests, cast.chen)} == {"no_answer"}
    assert db.perform(decisions.waiting_requests, cast.wang) == []


def test_a_word_tells_the_asker(database: Database):
    cast = found_cast()
    request = ask(cast.chen, cast.town.lin.visit_card)
    db.perform(decisions.deny_request, cast.lin, request, "请当面问我")
    (row,) = db.perform(requests.sent_requests, cast.chen)
    assert (row.state, row.reply, row.name.zh) == ("declined", "请当面问我", "")


def test_a_decision_is_made_once(database: Database):
    cast = found_cast()
    request = ask(cast.chen, cast.town.lin.visit_card)
    give(cast.lin, request)
    with pytest.raises(NotFound):
        give(cast.lin, request)
    with pytest.raises(NotFound):
        db.perform(decisions.deny_request, cast.lin, request)


def test_never_more_than_was_asked(database: Database):
    cast = found_cast()
    request = ask(
        cast.chen, cast.town.lin.visit_card, classes=("laboratory",), hours=24, period=("2024-01-01", "2024-12-31")
    )
    inside = {"classes": ("laboratory",), "hours": 24, "period": ("2024-01-01", "2024-12-31")}
    for more in (
        {"classes": ("laboratory", "imaging")},
        {"hours": 72},
        {"period": ("2023-12-31", "2024-12-31")},
        {"period": ("2024-01-01", "2025-01-01")},
        {"period": ("", "2024-12-31")},
        {"period": ("2024-01-01", "")},
    ):
        with pytest.raises(Invalid):
            give(cast.lin, request, **(inside | more))
    assert give(cast.lin, request, **inside)


@pytest.mark.parametrize(
    "wrong",
    [
        {"card": ""},
        {"card": "x" * 41},
        {"card": 7},
        {"purpose": "curiosity"},
        {"classes": []},
        {"classes": ["everything"]},
        {"lasting": 8760},
        {"lasting": "soon"},
        {"period": ("2024-02-30", "")},
        {"period": ("2024-02-02", "2024-02-01")},
        {"message": "x" * 301},
    ],
)
def test_what_is_not_in_order_is_not_sent(wrong):
    fine = {
        "card": "V1",
        "purpose": "follow_up",
        "classes": ["laboratory"],
        "period": ("", ""),
        "lasting": 24,
        "message": "",
    }
    with pytest.raises(Invalid):
        wishes.asked(**(fine | wrong))
    assert wishes.asked(**fine)


def test_asking_is_limited(database: Database):
    cast = found_cast()
    for _ in range(30):
        ask(cast.chen, NOBODYS_CARD)
    with pytest.raises(Invalid):
        ask(cast.chen, NOBODYS_CARD)
    clock.clock.advance(hours=1, seconds=1)
    ask(cast.chen, NOBODYS_CARD)


def test_everything_is_in_the_patients_chain(database: Database):
    cast = found_cast()
    facts.subscribe(requests.SENT, "consent.chain", requests.tell_chain)
    ask(cast.chen, NOBODYS_CARD)
    grant = granted(cast)
    facts.deliver()
    db.perform(decisions.revoke_grant, cast.lin, grant)
    with db.reading() as session:
        chain = ledger.person_chain(cast.town.lin.person_id)
        lines = session.exec(select(LedgerLine).where(LedgerLine.chain == chain)).all()
        actions = [(line.action, line.actor_account_id) for line in lines]
    for action, actor in (
        ("access:request:create", cast.chen),
        ("access:request:decide", cast.lin),
        ("access:grant:revoke", cast.lin),
    ):
        assert (action, actor.account_id) in actions
    with db.reading() as session:
        assert [each for each in ledger.verify(session) if not isinstance(each, int)] == []


def test_a_new_grant_replaces_the_older_one(database: Database):
    cast = found_cast()
    first = granted(cast)
    second = granted(cast, classes=("laboratory",))
    assert [grant.id for grant in db.perform(decisions.living_grants, cast.lin)] == [second]
    with pytest.raises(Conflict):
        db.perform(decisions.restore_grant, cast.lin, first)


def test_undo_gives_the_same_within_ten_seconds_and_not_after(database: Database):
    cast = found_cast()
    clock.clock.frozen = clock.now()
    grant = granted(cast, classes=("laboratory",))
    db.perform(decisions.revoke_grant, cast.lin, grant)
    clock.clock.advance(seconds=10)
    with pytest.raises(NotFound):
        db.perform(decisions.restore_grant, cast.wang, grant)
    again = db.perform(decisions.restore_grant, cast.lin, grant)
    assert again.id != grant
    assert again.classes == ("laboratory",)
    db.perform(decisions.revoke_grant, cast.lin, again.id)
    clock.clock.advance(seconds=10.001)
    with pytest.raises(Conflict):
        db.perform(decisions.restore_grant, cast.lin, again.id)


def test_revoking_is_the_patients_alone(database: Database):
    cast = found_cast()
    grant = granted(cast)
    with pytest.raises(NotFound):
        db.perform(decisions.revoke_grant, cast.wang, grant)
    for somebody in (cast.chen, cast.sun, cast.staff):
        with pytest.raises(Denied):
            db.perform(decisions.revoke_grant, somebody, grant)
    assert db.perform(decisions.living_grants, cast.lin)
