"""The whole trace of a visit as a file, and what was said goes when its time has come."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlmodel import select

from health_cloud.access.service.reading import chart_page
from health_cloud.consent.service.decisions import living_grants
from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.followup import service
from health_cloud.followup.models import Message
from health_cloud.followup.service import keeping
from health_cloud.followup.service.trace import trace_of
from tests.databases import Database
from tests.followup.eligibility import free_times, may_book
from tests.sharing import Cast, found_cast
from tests.visiting import agreed

SAID = "空腹血糖 <b>7.5</b> 到 8"


def _ended(cast: Cast) -> str:
    visit = agreed(cast.chen, cast.lin, 5)
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    db.perform(service.say_in_visit, cast.lin, visit, str(uuid.uuid4()), SAID)
    db.perform(service.end_visit, cast.chen, visit)
    return visit


def _taken(actor: Actor, visit: str) -> str:
    return db.perform(trace_of, actor, visit, "zh")


def test_the_file_says_all_of_a_visit_to_both_sides_and_of_no_other(database: Database):
    cast = found_cast()
    visit, other = _ended(cast), agreed(cast.chen, cast.lin, 10)
    db.perform(service.enter_visit, cast.lin, other)
    for somebody in (cast.lin, cast.chen):
        made = _taken(somebody, visit)
        assert "空腹血糖 &lt;b&gt;7.5&lt;/b&gt; 到 8" in made
        assert "林秀兰开始了" not in made
        for words in ("林秀兰来到了线上复诊", "陈立开始了线上复诊", "林秀兰在复诊中发了消息", "陈立结束了线上复诊"):
            assert words in made
    assert "陈立下载了复诊的完整记录" in made
    assert SAID[:4] not in _taken(cast.lin, other)
    with db.reading() as session:
        lines = session.exec(select(LedgerLine.hash).where(LedgerLine.chain == ledger.person_chain(cast.lin.person_id)))
        assert sum(line in made for line in lines) == 6


def test_the_file_says_what_was_agreed_to_prepared_and_read_before_the_visit(database: Database):
    cast = found_cast()
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, cast.chen, day, "09:00", "10:00", 15)
    may_book(cast.town, cast.lin, cast.chen)
    slot = free_times(cast.lin)[0]
    made = db.perform(service.book, cast.lin, slot, "想调药")
    db.perform(service.prepare, cast.lin, made.id, {"text": "晚上 <i>口干</i>", "glucose": "7.4"})
    db.perform(service.answer_appointment, cast.chen, made.id, True)
    (grant,) = db.perform(living_grants, cast.lin)
    db.perform(chart_page, cast.chen, grant.id, "screen")
    for somebody in (cast.lin, cast.chen):
        taken = _taken(somebody, made.id)
        for words in (
            "晚上 &lt;i&gt;口干&lt;/i&gt;",
            "<dd>7.4 mmol/L</dd>",
            "第 1 版",
            "《互联网诊疗管理办法（试行）》",
            "符合",
        ):
            assert words in taken
        for words in ("同意线上看诊", "<dd>检验, ", "林秀兰写了看诊前的情况", "陈立按这次授权看了病历"):
            assert words in taken, words
        assert "E11" not in taken, "what the rules rested on may not have been given"


def test_nobody_else_takes_it(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    for somebody in (cast.wang, cast.sun, cast.gao):
        with pytest.raises(NotFound):
            _taken(somebody, visit)
    with pytest.raises(Denied):
        _taken(cast.staff, visit)


def test_what_was_said_is_kept_for_three_years_and_not_longer(database: Database):
    cast = found_cast()
    visit = _ended(cast)
    clock.advance(days=3 * 365)
    assert keeping.erase_due() == 0
    assert "7.5" in _taken(cast.lin, visit)
    clock.advance(days=2)
    assert (keeping.erase_due(), keeping.erase_due()) == (1, 0)
    with db.reading() as session:
        assert session.exec(select(Message)).all() == []
    made = _taken(cast.lin, visit)
    assert "7.5" not in made
    assert "按规定删除了满三年的复诊对话" in made  # that it took place stays
    assert "陈立开始了线上复诊" in made
