"""Standing choices: what is kept away, that nobody can tell, and that the narrowest word decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import col, select

from health_cloud.access.service import treating
from health_cloud.access.service.deciding import deny_and_block
from health_cloud.access.service.reading import chart_page
from health_cloud.access.state import Choosing, Deciding, TreatingTeams
from health_cloud.consent.models import AccessRequest, StandingChoice
from health_cloud.consent.service import decisions, requests, standing, telling
from health_cloud.core import clock, db, facts
from health_cloud.core.actors import act_as
from health_cloud.core.errors import Denied, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.identity.models import Account, Guardian
from health_cloud.notify.models import News
from tests import states
from tests.consent.test_requests import NOBODYS_CARD, _statements
from tests.databases import Database
from tests.sharing import Cast, ask, found_cast, give, granted
from tests.treating import let_teams_read, open_visit


def _choose(actor, kind, target, choice="never"):
    db.perform(standing.choose, actor, kind, target, choice)


def _waiting(actor):
    return [each.id for each in db.perform(decisions.waiting_requests, actor)]


def _endocrinology(cast: Cast) -> str:
    return cast.town.departments["endocrinology"]


def _circles(cast: Cast) -> dict[str, str]:
    return {
        "physician": cast.chen.account_id,
        "department": _endocrinology(cast),
        "hospital": cast.town.organization_id,
        "all": "",
    }


@pytest.mark.parametrize("kind", ["physician", "department", "hospital", "all"])
def test_never_keeps_requests_away_until_it_is_taken_back(database: Database, kind: str):
    cast = found_cast()
    first = ask(cast.chen, cast.town.lin.visit_card)
    target = _circles(cast)[kind]
    _choose(cast.lin, kind, target)
    assert _waiting(cast.lin) == [], "what waited is put away"
    second = ask(cast.chen, cast.town.lin.visit_card)
    assert _waiting(cast.lin) == []
    with pytest.raises(NotFound):
        give(cast.lin, second)
    others = ask(cast.sun, cast.town.lin.visit_card)
    assert (_waiting(cast.lin) == [others]) is (kind in ("physician", "department"))
    assert db.perform(standing.choices_page, cast.lin).kept == (2 if kind in ("physician", "department") else 3)
    _choose(cast.lin, kind, target, "")
    assert {first, second, others} == set(_waiting(cast.lin))


@pytest.mark.parametrize(
    ("said", "reaches"),
    [
        ({"all": "never"}, False),
        ({"all": "never", "hospital": "ask"}, True),
        ({"all": "never", "hospital": "ask", "department": "never"}, False),
        ({"all": "never", "department": "ask"}, True),
        ({"hospital": "never", "physician": "ask"}, True),
        ({"department": "ask", "physician": "never"}, False),
        ({"department": "ask"}, True),
        ({}, True),
    ],
    ids=str,
)
def test_the_narrowest_word_decides(database: Database, said: dict[str, str], reaches: bool):
    cast = found_cast()
    ask(cast.chen, cast.town.lin.visit_card)
    for kind, choice in said.items():
        _choose(cast.lin, kind, _circles(cast)[kind], choice)
    request = ask(cast.chen, cast.town.lin.visit_card)
    assert (request in _waiting(cast.lin)) is reaches


def test_the_asker_sees_and_costs_the_same(database: Database):
    cast = found_cast()
    ask(cast.chen, cast.town.wang.visit_card)  # the ledger's chains exist from here on
    open_ = _statements(lambda: ask(cast.chen, cast.town.lin.visit_card))
    _choose(cast.lin, "department", _endocrinology(cast))
    _choose(cast.lin, "all", "")
    kept = _statements(lambda: ask(cast.chen, cast.town.lin.visit_card))
    unknown = _statements(lambda: ask(cast.chen, NOBODYS_CARD))
    assert open_ == kept == unknown

    def told():
        rows = db.perform(requests.sent_requests, cast.chen)
        return {replace(row, id="", asked_for="", created_at="", lapses_at="") for row in rows}

    facts.deliver()
    assert {row.state for row in told()} == {"sent"}
    assert len(told()) == 1
    clock.clock.advance(hours=72)
    assert {row.state for row in told()} == {"no_answer"}
    assert len(told()) == 1
    assert _statements(lambda: db.perform(requests.sent_requests, cast.chen))


def test_nobody_is_told_of_what_was_kept_away_and_the_ledger_has_it(database: Database):
    cast = found_cast()
    facts.subscribe(requests.SENT, "word", telling.asked)
    facts.subscribe(requests.SENT, "consent.chain", requests.tell_chain)
    _choose(cast.lin, "all", "")
    ask(cast.chen, cast.town.lin.visit_card)
    facts.deliver()
    with db.reading() as session:
        news = session.exec(select(News.key).where(News.owner == cast.lin.account_id)).all()
        lines = session.exec(
            select(LedgerLine.action).where(
                LedgerLine.chain == f"person:{cast.lin.person_id}", LedgerLine.actor_account_id == cast.chen.account_id
            )
        ).all()
    assert "consent.news.asked" not in news
    assert lines == ["access:request:keep"]


def test_from_a_request_its_asker_or_their_department_is_blocked_at_once(database: Database):
    cast = found_cast()
    first = ask(cast.chen, cast.town.lin.visit_card)
    db.perform(deny_and_block, cast.lin, first, "department")
    with db.reading() as session:
        assert session.get_one(AccessRequest, first).state == "denied"
    assert ask(cast.chen, cast.town.lin.visit_card) not in _waiting(cast.lin)
    page = db.perform(standing.choices_page, cast.lin)
    assert [(row.kind, row.name.zh, row.choice) for row in page.made] == [("department", "内分泌科", "never")]
    second = ask(cast.sun, cast.town.lin.visit_card)
    with pytest.raises(NotFound):
        db.perform(deny_and_block, cast.wang, second, "physician")
    with pytest.raises(Invalid):
        db.perform(deny_and_block, cast.lin, second, "everybody")
    assert _waiting(cast.lin) == [second]
    third = ask(cast.gao, cast.town.lin.visit_card)
    assert third not in _waiting(cast.lin), "a card of another hospital reaches nobody"


def test_only_for_oneself_and_only_of_whom_one_could_have_heard(database: Database):
    cast = found_cast()
    ask(cast.chen, cast.town.lin.visit_card)
    for somebody in (cast.chen, cast.staff):
        with pytest.raises(Denied):
            _choose(somebody, "all", "")
        with pytest.raises(Denied):
            db.perform(standing.choices_page, somebody)
    for kind, target in (
        ("physician", cast.sun.account_id),
        ("physician", cast.staff.account_id),
        ("hospital", cast.gao.organization_id),
        ("department", cast.town.organization_id),
        ("department", "x"),
    ):
        with pytest.raises(NotFound):
            _choose(cast.lin, kind, target)
    for kind, choice in (("everybody", "never"), ("all", "ask"), ("hospital", "maybe")):
        with pytest.raises(Invalid):
            _choose(cast.lin, kind, cast.town.organization_id, choice)
    assert db.perform(standing.choices_page, cast.wang).made == []


def test_a_guardian_chooses_where_they_decide(database: Database):
    cast = found_cast()
    for levels, may in (("read", False), ("read,decide", True)):
        with db.writing() as session:
            for row in session.exec(select(Guardian)).all():
                session.delete(row)
            session.flush()
            session.add(
                Guardian(
                    person_id=cast.lin.person_id,
                    guardian_id=cast.wang.person_id,
                    relation="child",
                    levels=levels,
                    proof="desk",
                    state="living",
                    created_at=clock.now(),
                    from_at=clock.now(),
                    until_at=clock.now().replace(year=clock.now().year + 1),
                )
            )
        actor = replace(cast.wang, for_person_id=cast.lin.person_id)
        if not may:
            with pytest.raises(Denied):
                _choose(actor, "all", "")
            continue
        _choose(actor, "all", "")
        assert db.perform(standing.choices_page, cast.lin).nobody
        with db.reading() as session:
            found = session.exec(
                select(LedgerLine.basis).where(
                    LedgerLine.action == "access:choice:change",
                    LedgerLine.outcome == "done",
                    LedgerLine.actor_account_id == cast.wang.account_id,
                )
            ).all()
        assert found == ["guardian"]


@pytest.mark.parametrize("kind", ["physician", "department", "hospital", "all"])
def test_never_beats_the_treating_team(database: Database, kind: str):
    cast = found_cast()
    let_teams_read(cast.staff)
    visit = open_visit(cast.town, cast.town.lin)
    ask(cast.chen, cast.town.lin.visit_card)
    assert db.perform(chart_page, cast.chen, visit)
    _choose(cast.lin, kind, _circles(cast)[kind])
    with pytest.raises(NotFound):
        db.perform(chart_page, cast.chen, visit)
    assert db.perform(treating.ward, cast.chen).rows == ()
    assert (db.perform(treating.teams_now, cast.lin).teams == []) is (kind != "physician")
    if kind != "physician":
        _choose(cast.lin, "physician", cast.chen.account_id, "ask")
        with pytest.raises(NotFound):
            db.perform(chart_page, cast.chen, visit)


def test_a_grant_stays_what_it_is(database: Database):
    cast = found_cast()
    grant = granted(cast)
    _choose(cast.lin, "all", "")
    assert db.perform(chart_page, cast.chen, grant)


def test_choosing_and_taking_back_are_one_press_each(database: Database):
    cast = found_cast()
    let_teams_read(cast.staff)
    open_visit(cast.town, cast.town.lin)
    act_as(cast.lin)
    teams, choosing = states.of(TreatingTeams), states.of(Choosing)
    states.sent(teams, "load")
    states.sent(teams, "refuse", teams.teams[0].department_id)
    assert (teams.teams, teams.refused) == ([], True)
    states.sent(choosing, "load")
    (made,) = choosing.page.made
    assert (made.kind, made.id, made.choice) == ("department", _endocrinology(cast), "never")
    states.sent(choosing, "choose", made.kind, made.id, "")
    assert choosing.page.made == []
    states.sent(choosing, "set_nobody", True)
    assert choosing.page.nobody
    states.sent(choosing, "choose", "hospital", "nowhere", "never")
    assert choosing.problem == "core.error.not_found"
    request = ask(cast.chen, cast.town.lin.visit_card)
    states.sent(choosing, "set_nobody", False)
    deciding = states.of(Deciding)
    deciding._request_id = request
    states.sent(deciding, "block", "physician")
    assert deciding.done == "blocked"


def test_a_physician_without_a_department_is_kept_away_by_the_wider_words_alone(database: Database):
    cast = found_cast()
    with db.writing() as session:
        session.get_one(Account, cast.chen.account_id).practitioner_id = None
    first = ask(cast.chen, cast.town.lin.visit_card)
    with pytest.raises(Invalid):
        db.perform(deny_and_block, cast.lin, first, "department")
    _choose(cast.lin, "department", _endocrinology(cast))
    assert ask(cast.chen, cast.town.lin.visit_card) in _waiting(cast.lin)
    _choose(cast.lin, "hospital", cast.town.organization_id)
    assert _waiting(cast.lin) == []
    with db.reading() as session:
        kept = session.exec(select(AccessRequest.id).where(col(AccessRequest.state) == "kept")).all()
    assert len(kept) == 2


def test_never_said_at_the_very_moment_of_asking_holds_too(database: Database):
    cast = found_cast()
    facts.subscribe(requests.SENT, "consent.chain", requests.tell_chain)
    request = ask(cast.chen, cast.town.lin.visit_card)
    with db.writing() as session:  # as another transaction that neither saw
        session.add(StandingChoice(person_id=cast.lin.person_id, kind="all", choice="never", chosen_at=clock.now()))
    assert _waiting(cast.lin) == [request]
    facts.deliver()
    assert _waiting(cast.lin) == []
    assert {row.state for row in db.perform(requests.sent_requests, cast.chen)} == {"sent"}
