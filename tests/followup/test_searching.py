"""Search in talks: what is found, by whom, and that it is no way round what one may read."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from sqlmodel import col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.followup import service
from health_cloud.followup.models import Appointment
from health_cloud.followup.service import searching
from health_cloud.followup.views import FoundTalk
from tests.databases import Database
from tests.sharing import Cast, found_cast, guardian_of
from tests.visiting import agreed


def _visit(physician: Actor, patient: Actor, *said: str) -> str:
    visit = agreed(physician, patient, 5)
    db.perform(service.enter_visit, patient, visit)
    db.perform(service.begin_visit, physician, visit)
    for text in said:
        db.perform(service.say_in_visit, patient, visit, str(uuid.uuid4()), text)
    db.perform(service.end_visit, physician, visit)
    return visit


def _find(actor: Actor, visit: str, words: object, *, everywhere: bool = False) -> FoundTalk:
    return db.perform(searching.search_talk, actor, visit, words, everywhere=everywhere)


def _texts(found: FoundTalk) -> list[str]:
    return [line.before + line.match + line.after for line in found.lines]


@pytest.fixture
def cast(database: Database) -> Cast:
    assert database
    return found_cast()


def test_within_a_visit_and_across_ones_own(cast: Cast):
    old = _visit(cast.chen, cast.lin, "Metformin 吃了两周", "血糖还好")
    other = _visit(cast.sun, cast.lin, "metformin 停了")
    now = _visit(cast.chen, cast.lin, "ＭＥＴＦＯＲＭＩＮ 又开始吃", "胃不舒服")
    _visit(cast.chen, cast.wang, "metformin 是别人的")
    assert [line.match for line in _find(cast.lin, now, "metformin").lines] == ["METFORMIN"]
    assert _texts(_find(cast.lin, now, "胃")) == ["胃不舒服"]
    found = _find(cast.lin, now, "Metformin", everywhere=True)
    assert [(line.visit, line.here) for line in found.lines] == [(now, True), (other, False), (old, False)]
    of_chen = _find(cast.chen, now, "metformin", everywhere=True)
    assert [line.visit for line in of_chen.lines] == [now, old], "another physician's is neither found nor counted"
    for odd in (".*", "\\", "%", "'; --", "没有的字"):
        assert _find(cast.lin, now, odd, everywhere=True).lines == ()
    for words in ("", "  ", "长" * 51, 7, None):
        with pytest.raises(Invalid):
            _find(cast.lin, now, words)


def test_nobody_else_searches_and_nothing_of_what_is_called_off_is_found(cast: Cast):
    visit, second = _visit(cast.chen, cast.lin, "饭后吃"), _visit(cast.chen, cast.lin, "饭前吃")
    for somebody in (cast.wang, cast.sun, cast.gao, cast.staff):
        for words in ("饭后", "没有的字"):
            with pytest.raises((NotFound, Denied)):
                _find(somebody, visit, words, everywhere=True)
    reads, books = (guardian_of(cast.lin.person_id, levels=levels) for levels in ("read,decide", "read,book"))
    with pytest.raises(Denied):
        _find(replace(reads, for_person_id=cast.lin.person_id), visit, "饭后")
    assert _texts(_find(replace(books, for_person_id=cast.lin.person_id), visit, "饭后")) == ["饭后吃"]
    with db.writing() as session:
        session.get_one(Appointment, second).state = "cancelled"
    assert _texts(_find(cast.chen, visit, "吃", everywhere=True)) == ["饭后吃"]


def test_what_is_shown_is_read_with_a_line_a_visit_and_is_bounded(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    first, visit = _visit(cast.chen, cast.lin, "吃一", "吃二"), _visit(cast.chen, cast.lin, "吃三")

    def lines() -> int:
        with db.reading() as session:
            own = col(LedgerLine.chain) == ledger.person_chain(cast.lin.person_id)
            by_chen = (LedgerLine.action == "followup:talk:read", LedgerLine.actor_account_id == cast.chen.account_id)
            return len(session.exec(select(LedgerLine.id).where(own, *by_chen)).all())

    before = lines()
    assert len(_find(cast.chen, visit, "吃", everywhere=True).lines) == 3
    assert lines() == before + 2
    _find(cast.chen, visit, "没有", everywhere=True)
    assert lines() == before + 3, "that nothing was said of it has been read"
    monkeypatch.setattr(searching, "SHOWN", 2)
    found = _find(cast.lin, first, "吃", everywhere=True)
    assert (len(found.lines), found.more) == (2, True)
    monkeypatch.setattr(searching, "SEARCHED", 1)
    assert _texts(_find(cast.lin, first, "吃", everywhere=True)) == ["吃三"]


def test_what_stands_around_is_cut(cast: Cast):
    visit = _visit(cast.chen, cast.lin, "前" * 100 + "血糖" + "后" * 100)
    (line,) = _find(cast.lin, visit, "血糖").lines
    assert (line.before, line.match, line.after) == ("…" + "前" * 40, "血糖", "后" * 40 + "…")


def test_a_search_that_finds_nothing_is_a_reading_too(cast: Cast):
    visit = _visit(cast.chen, cast.lin, "饭后吃")
    before = len(_lines(cast))
    assert _find(cast.chen, visit, "没有的字").lines == ()
    assert len(_lines(cast)) == before + 1


def _lines(cast: Cast) -> list[str]:
    with db.reading() as session:
        said = LedgerLine.chain == f"person:{cast.lin.person_id}", LedgerLine.action == Action.READ_TALK.value
        return list(session.exec(select(LedgerLine.id).where(*said)).all())
