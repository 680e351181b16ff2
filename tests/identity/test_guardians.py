"""Guardians: invited, taken up, agreed to, used, ended; every act tried by somebody else too."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from health_cloud.access.service.ledger import own_ledger
from health_cloud.chart.service import open_chart
from health_cloud.consent.service import decisions
from health_cloud.core import clock, db, facts, ledger
from health_cloud.core.actors import Actor, Visitor, act_as
from health_cloud.core.errors import Denied, Invalid, NotFound, Unproved
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.identity.models import Account, Guardian, Person
from health_cloud.identity.service import closing, guardians, own_sessions, sessions
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.guardians import desk
from health_cloud.identity.service.guardians.terms import comes_of_age
from health_cloud.identity.state.guardians import Guardians
from health_cloud.identity.views import GuardianRow, PersonFacts
from health_cloud.notify.models import News
from health_cloud.notify.service import inbox
from tests import people, sharing, states
from tests.people import COMMAND_LINE, Patient, Town

DAY = timedelta(days=1)


@pytest.fixture
def cast(town: Town) -> tuple[Actor, Actor]:
    """林, whose affairs they are, and 王, who sees to them; both signed in, just now."""
    return _signed_in(town.lin, "lin"), _signed_in(town.wang, "wang")


def _signed_in(patient: Patient, device: str) -> Actor:
    from sqlmodel import Session

    def account(session: Session, actor: Actor) -> str:
        row = Account(role="patient", person_id=patient.person_id, state="active", created_at=clock.now())
        session.add(row)
        people.agreed(session, patient.person_id)
        session.flush()
        return sessions.begin(session, row, people.at(device), "password")

    return people.enter(people.at(device), db.perform(account, COMMAND_LINE))


def now_as(actor: Actor) -> Actor:
    """Return who acts in the session at this instant, as the gate looks it up."""
    found = sessions.actor_of_row(actor.session_id, Visitor())
    assert found is not None
    return found


def befriend(lin: Actor, wang: Actor, *further: str, days: str = "90") -> str:
    """Let 王 see to 林's affairs; returns the relation."""
    made = db.perform(guardians.invite, lin, "child", list(further), days)
    guardians.take_up(wang, made.code.lower())
    relation = _of(lin).id
    db.perform(guardians.agree, lin, relation)
    return relation


def _of(actor: Actor) -> GuardianRow:
    return db.perform(guardians.my_relations, actor).mine[0]


def _reads(actor: Actor) -> int:
    with db.writing() as session, open_chart(session, actor, actor.subject_id, Action.COUNT_ENTRIES) as chart:
        return sum(count.count for count in chart.counts())


def test_invited_taken_up_agreed_and_only_then_of_use(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    made = db.perform(guardians.invite, lin, "child", ["book"], "90")
    assert (_of(lin).state, _of(lin).name.zh) == ("invited", "")
    guardians.take_up(wang, made.code)
    page = db.perform(guardians.my_relations, wang)
    assert (page.wards[0].name.zh, page.wards[0].state) == ("林秀兰", "named")
    assert (_of(lin).name.zh, _of(lin).levels) == ("王建国", ("read", "book"))
    with pytest.raises(NotFound):  # the patient has not said yes
        db.perform(guardians.act_for, wang, page.wards[0].id)
    with pytest.raises(NotFound):  # nor can the guardian say it
        db.perform(guardians.agree, wang, page.wards[0].id)
    db.perform(guardians.agree, lin, page.wards[0].id)
    db.perform(guardians.act_for, wang, page.wards[0].id)
    acting = now_as(wang)
    assert (acting.subject_id, acting.for_name.zh, acting.account_id) == (lin.person_id, "林秀兰", wang.account_id)
    assert _reads(acting) == _reads(lin)


@pytest.mark.parametrize("relation", ["cousin", "", None, ["child"]])
def test_only_what_was_offered_is_taken(cast: tuple[Actor, Actor], relation: object) -> None:
    with pytest.raises(Invalid):
        db.perform(guardians.invite, cast[0], relation, ["book"], "90")
    with pytest.raises(Invalid):
        db.perform(guardians.invite, cast[0], "child", ["book"], "366")


def test_a_code_opens_once_and_not_for_ever_and_not_for_oneself(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    late = db.perform(guardians.invite, lin, "child", [], "90").code
    with pytest.raises(Invalid):
        guardians.take_up(lin, late)
    clock.clock.advance(hours=48)
    wang = replace(wang, visitor=people.at("another"))
    with pytest.raises(Invalid):
        guardians.take_up(wang, late)
    lin = replace(lin, proved_at=clock.now())
    code = db.perform(guardians.invite, lin, "child", [], "90").code
    guardians.take_up(wang, code)
    with pytest.raises(Invalid):
        guardians.take_up(wang, code)


def test_guessing_codes_has_to_wait(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    code = db.perform(guardians.invite, lin, "child", [], "90").code
    for _ in range(5):
        with pytest.raises(Invalid):
            guardians.take_up(wang, "AAAAAAAAAA")
    with pytest.raises(Invalid, match="slowed"):
        guardians.take_up(wang, code)


def test_appointing_asks_for_a_fresh_second_factor(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    made = db.perform(guardians.invite, lin, "child", [], "90")
    guardians.take_up(wang, made.code)
    clock.clock.advance(minutes=10)
    for act in (
        lambda: db.perform(guardians.invite, lin, "child", [], "90"),
        lambda: db.perform(guardians.agree, lin, _of(lin).id),
        lambda: db.perform(guardians.renew, lin, _of(lin).id, "90"),
    ):
        with pytest.raises(Unproved):
            act()


def test_levels_are_kept_to(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    db.perform(guardians.act_for, wang, befriend(lin, wang))
    reader = now_as(wang)
    assert _reads(reader)
    for refused in (decisions.living_grants, decisions.waiting_requests):
        with pytest.raises(Denied):
            db.perform(refused, reader)
    with pytest.raises(Denied):
        db.perform(own_ledger, reader)
    db.perform(guardians.act_for, wang, befriend(lin, wang, "decide"))
    assert db.perform(decisions.living_grants, now_as(wang)) == []


def test_what_is_the_patients_own_is_not_inherited(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    relation = befriend(lin, wang, "decide", "book")
    db.perform(guardians.act_for, wang, relation)
    acting = now_as(wang)
    for appointing in (
        lambda: db.perform(guardians.invite, acting, "child", [], "90"),
        lambda: db.perform(guardians.renew, acting, relation, "365"),
    ):
        with pytest.raises(Denied):
            appointing()
    with pytest.raises(NotFound):  # the patient's side is not the guardian's
        db.perform(guardians.renew, wang, relation, "365")
    assert [row.id for row in db.perform(own_sessions.my_sessions, acting)] == [wang.session_id]


def test_either_side_ends_it_and_the_very_next_event_is_ones_own(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    for ender in (lin, wang):
        relation = befriend(lin, wang)
        db.perform(guardians.act_for, wang, relation)
        acting = now_as(wang)
        db.perform(guardians.end, ender, relation)
        assert now_as(wang).subject_id == wang.person_id
        with pytest.raises(Denied):  # an actor resolved a moment before
            _reads(acting)
        assert _of(lin).state == "ended"


def test_a_stranger_ends_and_uses_nothing(cast: tuple[Actor, Actor], town: Town) -> None:
    lin, wang = cast
    relation = befriend(lin, wang)
    stranger = _signed_in(town.zhou, "zhou")
    for act in (guardians.end, guardians.act_for, guardians.agree):
        with pytest.raises(NotFound):
            db.perform(act, stranger, relation)
    with pytest.raises(Denied):
        _reads(replace(stranger, for_person_id=lin.person_id))
    assert _of(lin).state == "living"


def test_it_ends_by_the_clock_to_the_second(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    relation = befriend(lin, wang, days="30")
    db.perform(guardians.act_for, wang, relation)
    with db.reading() as session:
        until = session.get_one(Guardian, relation).until_at
    actor = now_as(wang)
    clock.clock.frozen = until - timedelta(microseconds=1)
    assert _reads(actor)
    clock.clock.frozen = until
    with pytest.raises(Denied):
        _reads(actor)
    assert _of(lin).state == "over"


def test_a_session_ends_for_the_screens_when_the_relation_does(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    relation = befriend(lin, wang)
    db.perform(guardians.act_for, wang, relation)
    with db.writing() as session:
        row = session.get_one(Guardian, relation)
        row.until_at = until = clock.now() + timedelta(minutes=5)
        session.add(row)
    assert sessions.end_of_row(wang.session_id) == until


@pytest.mark.parametrize("side", ["lin", "wang"])
@pytest.mark.parametrize("change", [{"conflict": "identity_conflict"}, {"deceased_at": "now"}])
def test_conflict_and_death_close_it(cast: tuple[Actor, Actor], side: str, change: dict[str, object]) -> None:
    lin, wang = cast
    db.perform(guardians.act_for, wang, befriend(lin, wang))
    assert now_as(wang).for_person_id
    with db.writing() as session:
        person = session.get_one(Person, (lin if side == "lin" else wang).person_id)
        for name, value in change.items():
            setattr(person, name, clock.now() if value == "now" else value)
        session.add(person)
    assert not now_as(wang).for_person_id


@pytest.mark.parametrize("side", ["lin", "wang"])
def test_it_ends_with_an_account(cast: tuple[Actor, Actor], side: str) -> None:
    """Whoever closes it; word goes to the other side, and told twice it ends once."""
    lin, wang = cast
    befriend(lin, wang)
    waits = db.perform(guardians.invite, wang, "spouse", [], "30")
    assert waits
    facts.subscribe(closing.CLOSING, "tests.guardians", guardians.end_relations)
    leaving, left = (lin, wang) if side == "lin" else (wang, lin)
    db.perform(closing.close_account, leaving)
    facts.deliver()
    facts.deliver()
    page = db.perform(guardians.my_relations, left)
    row = (page.wards if side == "lin" else page.mine)[0]
    assert (row.state, row.by) == ("ended", "identity.guardians.by.event")
    with db.reading() as session:
        ends = select(LedgerLine.id).where(LedgerLine.action == Action.END_GUARDIAN.value)
        assert len(session.exec(ends).all()) == (1 if side == "lin" else 2)
        told = session.exec(select(News.key).where(News.owner == left.account_id)).all()
    assert told.count("identity.guardians.told.ended") == 1


def test_the_ledger_names_the_guardian_and_the_relation(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    relation = befriend(lin, wang, "decide")
    db.perform(guardians.act_for, wang, relation)
    _reads(now_as(wang))
    with db.reading() as session:
        line = session.exec(
            select(LedgerLine.actor_account_id, LedgerLine.basis, LedgerLine.basis_id).where(
                LedgerLine.chain == ledger.person_chain(lin.person_id),
                LedgerLine.action == Action.COUNT_ENTRIES.value,
                LedgerLine.outcome == ledger.ALLOWED,
            )
        ).all()[-1]
    assert tuple(line) == (wang.account_id, "guardian", relation)
    rows = [row for day in db.perform(own_ledger, lin).days for row in day.rows]
    seen = next(row for row in rows if row.say == "access.ledger.they.entry_count")
    assert (seen.who.zh, seen.kin, seen.by) == ("王建国", "identity.kin.child_female", "access.ledger.by.kin")
    own = [row for day in db.perform(own_ledger, now_as(wang)).days for row in day.rows]
    assert next(row.by for row in own if row.say == "access.ledger.you.entry_count") == "access.ledger.by.you"


def test_refused_attempts_stand_in_the_chain_of_whom_it_was_about(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    db.perform(guardians.act_for, wang, befriend(lin, wang))
    with pytest.raises(Denied):
        db.perform(decisions.living_grants, now_as(wang))
    with db.reading() as session:
        chains = set(session.exec(select(LedgerLine.chain).where(LedgerLine.outcome == ledger.REFUSED)).all())
    assert ledger.person_chain(lin.person_id) in chains
    assert ledger.person_chain(wang.person_id) not in chains


def test_both_are_told(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    relation = befriend(lin, wang)
    db.perform(guardians.end, wang, relation)
    told = {actor.account_id: {row.key for row in db.perform(inbox.look, actor)} for actor in cast}
    assert told[lin.account_id] == {"identity.guardians.told.named", "identity.guardians.told.ended"}
    assert told[wang.account_id] == {"identity.guardians.told.living"}


def test_names_are_said_in_the_language_of_whom_they_are_for(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    with db.writing() as session:
        session.get_one(Account, wang.account_id).language = "en"
    befriend(lin, wang)
    said = [row.params["name"] for actor in cast for row in db.perform(inbox.look, actor) if "name" in row.params]
    assert said == ["王建国", "Lin Xiulan"]


def test_a_year_is_the_most_and_can_be_given_again(cast: tuple[Actor, Actor]) -> None:
    lin, wang = cast
    relation = befriend(lin, wang, days="365")
    clock.clock.frozen = clock.now() + 300 * DAY
    db.perform(guardians.renew, replace(lin, proved_at=clock.now()), relation, "365")
    with db.reading() as session:
        assert session.get_one(Guardian, relation).until_at == clock.now() + 365 * DAY


def test_the_desk_names_and_ends_for_a_child_until_it_is_of_age(cast: tuple[Actor, Actor], town: Town) -> None:
    _, wang = cast
    child, parent = Named(visit_card=town.zhou.visit_card), Named(national_id=town.wang.national_id)
    clock.clock.frozen = clock.now().replace(year=2015, month=5, day=1)  # 周小雨 was born on 1 January 2001
    until = db.perform(
        desk.name_guardian, COMMAND_LINE, child, parent, "parent", ("book",), days=30, proof="household register"
    )
    assert until == "2019-01-01T00:00:00+08:00"
    clock.clock.frozen = None
    assert wang
    with pytest.raises(Invalid):
        db.perform(desk.name_guardian, COMMAND_LINE, child, parent, "parent", (), days=30, proof=" ")
    with pytest.raises(Denied):
        db.perform(desk.name_guardian, wang, child, parent, "parent", (), days=30, proof="x")
    grown = db.perform(desk.name_guardian, COMMAND_LINE, child, parent, "parent", (), days=30, proof="by law")
    assert datetime.fromisoformat(grown) - clock.now() <= 30 * DAY  # of age: as for everybody
    db.perform(desk.end_guardian, COMMAND_LINE, child, parent)
    with pytest.raises(NotFound):
        db.perform(desk.end_guardian, COMMAND_LINE, child, parent)


@pytest.mark.parametrize(
    ("born", "until"),
    [("2008-02-29", "2026-03-01"), ("2010-07-04", "2028-07-04"), ("2010-07", ""), ("", "")],
)
def test_of_age_is_a_birthday_in_the_hospitals_zone(town: Town, born: str, until: str) -> None:
    assert town
    day = comes_of_age(PersonFacts(birth_date=born))
    assert (day.isoformat()[:16] if day else "") == (f"{until}T00:00" if until else "")


@pytest.mark.parametrize(
    ("then", "led"),
    [
        ("/access", True),
        ("/access/request/01a203bc-f207-7ad9-b91a-b94bb52891d2", True),
        ("", False),
        ("//elsewhere.example", False),
        ("https://elsewhere.example/access", False),
        ("javascript:alert(1)", False),
        ("/access/../auth/sign-out", False),
        ("/access//elsewhere.example", False),
        ("/accessible", False),
        ("/auth/sign-out", False),
        ("/access%0d%0a", False),
    ],
)
def test_news_leads_to_pages_of_whom_it_is_about_and_nowhere_else(cast, then, led) -> None:
    lin, wang = cast
    relation = befriend(lin, wang, "decide")
    screen = _led(wang, relation, then)
    assert (screen.meant.name.zh, screen.then) == (("林秀兰", then) if led else ("", ""))
    if led:
        assert _led(lin, relation, then).meant.id == "", "who sees to mine is nobody I act for"
        db.perform(guardians.end, lin, relation)
        assert _led(wang, relation, then).meant.state == "ended"


def _led(actor: Actor, relation: str, then: str) -> Guardians:
    """Return the screen to which a line of news leads."""
    act_as(now_as(actor))
    screen = states.of(Guardians, states.at(f"/me/guardians?for={relation}&then={then}"))
    states.sent(screen, "load")
    return screen


def test_sharing_knows_them(cast: tuple[Actor, Actor]) -> None:
    from health_cloud.identity.service.relations import guardians_of

    lin, wang = cast
    befriend(lin, wang, "decide")
    assert [face.name.zh for face in db.perform(guardians_of, lin)] == ["王建国"]
    assert db.perform(guardians_of, wang) == []
    assert sharing.ALL
