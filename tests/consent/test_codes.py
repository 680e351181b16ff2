"""A code that a patient shows: once, five minutes, one request, and nothing learnt before they agree."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlmodel import select

from health_cloud.access.state import Asking, ShowingCode
from health_cloud.consent.models import ShownCode
from health_cloud.consent.service import codes, decisions, requests, standing, wishes
from health_cloud.consent.views import QR, NewCode
from health_cloud.core import clock, db
from health_cloud.core.actors import Visitor, act_as
from health_cloud.core.errors import Denied, HealthCloudError, Invalid
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from health_cloud.core.settings import settings
from health_cloud.identity.models import Person
from health_cloud.identity.service.throttle import Slowed
from tests import states
from tests.databases import Database
from tests.sharing import ALL, found_cast, give


def _shown(actor) -> NewCode:
    return db.perform(codes.show_code, actor)


def _ask(physician, code):
    asked = wishes.asked(code, "follow_up", ALL, ("", ""), 72, "", QR)
    return db.perform(requests.ask_for_access, physician, asked)


def _refusal(act):
    with pytest.raises(HealthCloudError) as refusal:
        act()
    return type(refusal.value), refusal.value.key, refusal.value.params


def test_whoever_reads_it_sends_one_request_and_learns_nothing(database: Database):
    cast = found_cast()
    made = _shown(cast.lin)
    read = codes.read_code(cast.gao, made.digits)
    assert read not in (cast.lin.person_id, cast.lin.account_id)
    request = _ask(cast.gao, read)
    (row,) = db.perform(requests.sent_requests, cast.gao)
    assert (row.asked_by, row.name.zh, row.state) == (QR, "", "sent")
    assert "林" not in repr(row)
    assert cast.lin.person_id not in repr(row)
    assert [each.id for each in db.perform(decisions.waiting_requests, cast.lin)] == [request]
    with pytest.raises(Invalid):
        _ask(cast.gao, read)
    give(cast.lin, request)
    (row,) = db.perform(requests.sent_requests, cast.gao)
    assert (row.state, row.name.zh) == ("open", "林秀兰")


def test_unknown_over_and_read_are_the_same_word(database: Database):
    cast = found_cast()
    over, used, replaced = _shown(cast.wang), _shown(cast.lin), None
    codes.read_code(cast.sun, used.digits)
    replaced = _shown(cast.lin)
    _shown(cast.lin)
    told = [
        _refusal(lambda: codes.read_code(cast.chen, "00000000")),
        _refusal(lambda: codes.read_code(cast.chen, used.digits)),
        _refusal(lambda: codes.read_code(cast.chen, replaced.digits)),
    ]
    clock.clock.advance(seconds=codes.LIFE.total_seconds())
    told += [
        _refusal(lambda: codes.read_code(cast.chen, over.digits)),
        _refusal(lambda: _ask(cast.chen, used.id)),
        _refusal(lambda: _ask(cast.chen, new_id())),
    ]
    assert len({str(each) for each in told}) == 1, told


def test_it_lives_five_minutes_to_the_second(database: Database):
    cast = found_cast()
    first = _shown(cast.lin)
    clock.clock.advance(seconds=codes.LIFE.total_seconds() - 2)
    assert not db.perform(codes.code_state, cast.lin, first.id).over
    assert codes.read_code(cast.chen, first.digits)
    second = _shown(cast.lin)
    clock.clock.advance(seconds=codes.LIFE.total_seconds())
    assert db.perform(codes.code_state, cast.lin, second.id).over
    with pytest.raises(Invalid):
        codes.read_code(cast.chen, second.digits)


def test_who_has_read_it_has_a_quarter_of_an_hour_and_is_the_only_one(database: Database):
    cast = found_cast()
    read = codes.read_code(cast.chen, _shown(cast.lin).digits)
    with pytest.raises(Invalid):
        _ask(cast.sun, read)
    clock.clock.advance(seconds=codes.HELD.total_seconds() + 1)
    with pytest.raises(Invalid):
        _ask(cast.chen, read)
    assert db.perform(decisions.waiting_requests, cast.lin) == []


def test_the_page_loaded_anew_is_the_same_reading(database: Database):
    cast = found_cast()
    made = _shown(cast.lin)
    read = codes.read_code(cast.chen, made.digits)
    assert codes.read_code(cast.chen, made.digits) == read
    _ask(cast.chen, read)
    with pytest.raises(Invalid):
        codes.read_code(cast.chen, made.digits)


def test_guessing_is_slowed_and_counts_though_nothing_was_found(database: Database):
    cast = found_cast()
    guesser = replace(cast.chen, visitor=Visitor(address="192.0.2.7", device="ward-1"))
    for number in range(5):
        with pytest.raises(Invalid):
            codes.read_code(guesser, f"{number:08d}")
    made = _shown(cast.lin)
    with pytest.raises(Slowed):
        codes.read_code(guesser, made.digits)
    with pytest.raises(Slowed):
        codes.read_code(replace(guesser, visitor=Visitor(address="192.0.2.8", device="home")), made.digits)
    assert codes.read_code(replace(cast.sun, visitor=Visitor(address="192.0.2.9", device="other")), made.digits)


def test_of_two_at_once_one_reads(database: Database):
    cast = found_cast()
    made = _shown(cast.lin)
    got: list[str] = []

    def read(actor):
        try:
            got.append(codes.read_code(actor, made.digits))
        except HealthCloudError:
            got.append("")

    threads = [threading.Thread(target=read, args=(actor,)) for actor in (cast.chen, cast.sun, cast.gao)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, got)) == [False, False, True]


def test_only_patients_show_and_only_physicians_read(database: Database):
    cast = found_cast()
    for somebody in (cast.chen, cast.staff):
        with pytest.raises(Denied):
            _shown(somebody)
    made = _shown(cast.lin)
    for somebody in (cast.lin, cast.wang, cast.staff):
        with pytest.raises(Denied):
            codes.read_code(somebody, made.digits)
    assert db.perform(codes.code_state, cast.wang, made.id).over, "somebody else's is not there"
    assert codes.read_code(cast.chen, made.digits)
    assert db.perform(codes.code_state, cast.wang, made.id).reader.id == ""


def test_neither_the_code_nor_whom_it_is_of_can_be_read_from_either(database: Database):
    cast = found_cast()
    made = _shown(cast.lin)
    with db.reading() as session:
        row = repr(session.exec(select(ShownCode)).one().model_dump())
    plain = made.digits.replace(" ", "")
    assert plain not in row
    assert cast.lin.person_id not in made.picture
    assert len(plain) == 8
    assert made.size > 20
    path = _shown(cast.lin).picture
    assert path != made.picture


def test_a_person_nobody_may_read_is_reached_by_no_code(database: Database):
    cast = found_cast()
    made = _shown(cast.lin)
    with db.writing() as session:
        session.get_one(Person, cast.lin.person_id).deceased_at = clock.now()
    with pytest.raises(Invalid):
        codes.read_code(cast.chen, made.digits)


def test_a_code_that_is_shown_is_a_word_against_never(database: Database):
    cast = found_cast()
    db.perform(standing.choose, cast.lin, "all", "", "never")
    request = _ask(cast.chen, codes.read_code(cast.chen, _shown(cast.lin).digits))
    assert [each.id for each in db.perform(decisions.waiting_requests, cast.lin)] == [request]
    db.perform(standing.choose, cast.lin, "hospital", cast.town.organization_id, "never")
    assert [each.id for each in db.perform(decisions.waiting_requests, cast.lin)] == [request]


def test_both_ends_stand_in_the_patients_ledger(database: Database):
    cast = found_cast()
    codes.read_code(cast.chen, _shown(cast.lin).digits)
    with db.reading() as session:
        found = session.exec(
            select(LedgerLine.action, LedgerLine.actor_account_id)
            .where(LedgerLine.chain == f"person:{cast.lin.person_id}", LedgerLine.outcome == "done")
            .order_by(LedgerLine.seq)
        ).all()
    assert [tuple(each) for each in found] == [
        ("access:code:show", cast.lin.account_id),
        ("access:code:read", cast.chen.account_id),
    ]


FORM = {"period_from": "", "period_to": "", "message": ""}


def test_the_screens_typed_and_scanned(database: Database, monkeypatch: pytest.MonkeyPatch):
    cast = found_cast()
    act_as(cast.lin)
    showing = states.of(ShowingCode)
    states.sent(showing, "load")
    act_as(cast.chen)
    asking = states.of(Asking)
    Asking.event_handlers["load"].fn(asking)
    Asking.event_handlers["set_by"].fn(asking, QR)
    states.sent(asking, "send", {**FORM, "card": "1234"})
    assert (asking.field, asking.problem) == ("card", "consent.error.code_form")
    states.sent(asking, "send", {**FORM, "card": "0000 0000"})
    assert (asking.field, asking.problem, asking.shown) == ("card", "consent.error.code", False)
    states.sent(asking, "send", {**FORM, "card": showing.code.digits, "period_from": "yesterday"})
    assert (asking.problem, asking.shown) == ("consent.error.day", False)
    act_as(cast.lin)
    states.sent(showing, "_refresh")
    assert showing.state.reader.id == "", "not read before all else was in order"
    act_as(cast.chen)
    states.sent(asking, "send", {**FORM, "card": showing.code.digits})
    assert asking.sent
    act_as(cast.lin)
    states.sent(showing, "_refresh")
    assert (showing.code.digits, showing.state.reader.name.zh) == ("", "陈立")
    assert showing.state.request_id == db.perform(decisions.waiting_requests, cast.lin)[0].id

    tokens: list[str] = []
    drawn = codes.totp.picture
    monkeypatch.setattr(codes.totp, "picture", lambda text: (tokens.append(text), drawn(text))[1])
    states.sent(showing, "renew")
    (address,) = tokens
    assert address.startswith(f"{settings().origin}{codes.PAGE}")
    act_as(cast.sun)
    scanned = states.of(Asking)
    monkeypatch.setattr(Asking, "_named", lambda self: address.rpartition("/")[2])
    states.sent(scanned, "scan")
    assert (scanned.by, scanned.shown, scanned.problem) == (QR, True, "")
    states.sent(scanned, "scan")
    assert scanned.shown
    states.sent(scanned, "send", FORM)
    assert scanned.sent
    assert len(db.perform(decisions.waiting_requests, cast.lin)) == 2
    states.sent(scanned, "scan")
    assert (scanned.shown, scanned.problem) == (False, "consent.error.code")
