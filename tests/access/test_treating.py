"""Treating teams: what an open visit opens, to whom, until when, and that its patient knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from health_cloud.access.service import ledger_words, treating
from health_cloud.access.service.grounds import ground_holds
from health_cloud.access.service.reading import chart_page, granted_entry, granted_list
from health_cloud.access.state import GrantedChart, TreatingTeams, Ward
from health_cloud.chart.models import ChartEncounter, ChartEntry, ReleaseKey
from health_cloud.chart.service import open_chart, open_chart_of
from health_cloud.chart.service.drafts import EncounterDraft
from health_cloud.chart.service.treatment import READ, STAY, VISIT
from health_cloud.chart.service.writer import ChartWriter
from health_cloud.core import changes, clock, db, facts, ledger
from health_cloud.core.actors import act_as
from health_cloud.core.changes import registry
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import VisitType
from health_cloud.core.words import Words
from health_cloud.home.service import home_page
from health_cloud.identity.models import Account, Department, Link, Person, Practitioner
from health_cloud.identity.service import agreements, closing, index
from health_cloud.notify.models import News
from health_cloud.visibility.service import switch_teams, teams_page
from tests import states
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.sharing import Cast, found_cast, granted, guardian_of
from tests.treating import let_teams_read, open_visit


def _treated() -> tuple[Cast, str]:
    """Return the cast with the desk's word given, and an open visit of 林 in 陈's department."""
    cast = found_cast()
    let_teams_read(cast.staff)
    return cast, open_visit(cast.town, cast.town.lin)


def _reads(actor, visit):
    try:
        return db.perform(chart_page, actor, visit).grant.purpose
    except NotFound:
        return ""


def _ward(actor):
    return [row.id for row in db.perform(treating.ward, actor).rows]


def _elsewhere(cast: Cast) -> str:
    """Have the other hospital know 林 too, and hold a laboratory report of hers; returns that entry."""

    def make(session, actor):
        facts_ = index.PatientFacts(
            keys=(new_id()[-22:],),
            name=cast.town.lin.name,
            sex="female",
            birth_date="1959-03-07",
            numbers=(index.Number("national_id", cast.town.lin.national_id),),
            contacts=(),
        )
        person = index.put_patient(session, cast.gao.organization_id, new_id(), facts_, "test").person_id
        assert person == cast.town.lin.person_id
        return session.exec(select(Link.record_id).where(Link.person_id == person).order_by(Link.from_at)).all()[-1]

    record = db.perform(make, COMMAND_LINE)

    def put(session, actor):
        key = ReleaseKey(organization_id=cast.gao.organization_id, record_class="laboratory")
        session.add(key)
        session.flush()
        at = clock.now() - timedelta(days=3)
        row = ChartEntry(
            organization_id=cast.gao.organization_id,
            feed_id=new_id(),
            source_type="Test",
            source_id="elsewhere",
            record_id=record,
            person_id=cast.town.lin.person_id,
            record_class="laboratory",
            state="published",
            release_key_id=key.id,
            occurred_at=at,
            outcome_at=at,
            arrived_at=at,
        )
        session.add(row)
        session.flush()
        return row.id

    return db.perform(put, COMMAND_LINE)


def test_nothing_is_open_until_the_desk_says_so_and_nothing_after_it_takes_it_back(database: Database):
    cast = found_cast()
    visit = open_visit(cast.town, cast.town.lin)
    assert (_reads(cast.chen, visit), _ward(cast.chen)) == ("", [])
    assert not db.perform(treating.ward, cast.chen).allowed
    let_teams_read(cast.other_staff)
    assert _reads(cast.chen, visit) == "", "the word of another hospital"
    let_teams_read(cast.staff)
    assert (_reads(cast.chen, visit), _ward(cast.chen)) == ("treatment", [visit])
    let_teams_read(cast.staff, on=False)
    assert (_reads(cast.chen, visit), _ward(cast.chen)) == ("", [])
    assert db.perform(treating.teams_now, cast.lin).teams == []


def test_only_the_team_of_the_visits_department(database: Database):
    cast, visit = _treated()
    for somebody in (cast.sun, cast.gao, cast.staff, cast.wang, cast.lin):
        assert _reads(somebody, visit) == ""
        assert not db.perform(ground_holds, somebody, visit)
    assert (_ward(cast.sun), _ward(cast.gao)) == ([], [])
    with pytest.raises(Denied):
        db.perform(treating.ward, cast.staff)
    with pytest.raises(Denied), db.writing() as session, open_chart(session, cast.sun, cast.town.lin.person_id):
        pass
    page = db.perform(chart_page, cast.chen, visit)
    assert (page.grant.name.zh, page.grant.grantee.department.zh, page.grant.person_id) == ("林秀兰", "内分泌科", "")


def test_whoever_leaves_the_department_leaves_the_team(database: Database):
    cast, visit = _treated()
    with db.writing() as session:
        session.get_one(Practitioner, cast.chen.practitioner_id).department_id = cast.town.departments["eye"]
    assert _reads(cast.chen, visit) == ""


def test_a_hospital_as_a_whole_is_no_team(database: Database):
    cast, visit = _treated()
    with db.writing() as session:
        session.get_one(Department, cast.town.departments["endocrinology"]).kind = "campus"
    assert (_reads(cast.chen, visit), _ward(cast.chen)) == ("", [])
    assert db.perform(treating.teams_now, cast.lin).teams == []


@pytest.mark.parametrize(
    ("columns", "opens"),
    [
        ({"status": "arrived"}, True),
        ({"status": "triaged"}, True),
        ({"status": "onleave"}, True),
        *(({"status": status}, False) for status in ("planned", "finished", "cancelled", "entered-in-error", "")),
        ({"hours": -1}, False),
        ({"ended": -1}, False),
        ({"ended": 1}, True),
        ({"hours": VISIT.total_seconds() / 3600 - 1}, True),
        ({"hours": VISIT.total_seconds() / 3600 + 1}, False),
        ({"hours": VISIT.total_seconds() / 3600 + 1, "visit_type": "inpatient"}, True),
        ({"hours": STAY.total_seconds() / 3600 + 1, "visit_type": "inpatient"}, False),
        ({"hours": 24 * 365 * 4, "visit_type": "inpatient"}, False),
        ({"occurred_at": None}, False),
    ],
    ids=str,
)
def test_which_visits_are_open(database: Database, columns: dict, opens: bool):
    cast = found_cast()
    let_teams_read(cast.staff)
    given = dict(columns)
    if "hours" in given:
        given["occurred_at"] = clock.now() - timedelta(hours=given.pop("hours"))
    if "ended" in given:
        given["ended_at"] = clock.now() + timedelta(hours=given.pop("ended"))
    visit = open_visit(cast.town, cast.town.lin, **given)
    assert (_reads(cast.chen, visit) == "treatment") is opens
    assert (_ward(cast.chen) == [visit]) is opens
    assert (len(db.perform(treating.teams_now, cast.lin).teams) == 1) is opens


def test_it_ends_by_the_clock_to_the_second(database: Database):
    cast, visit = _treated()
    until = datetime.fromisoformat(db.perform(chart_page, cast.chen, visit).grant.until_at)
    assert timedelta(0) < clock.now() - timedelta(hours=2) + VISIT - until < timedelta(minutes=1)
    clock.clock.advance(seconds=(until - clock.now()).total_seconds() - 2)
    assert _reads(cast.chen, visit)
    clock.clock.advance(seconds=2)
    assert not _reads(cast.chen, visit)


def test_only_this_hospitals_records_are_seen_and_counted(database: Database):
    cast, visit = _treated()
    own = db.perform(chart_page, cast.chen, visit)
    foreign = _elsewhere(cast)
    page = db.perform(chart_page, cast.chen, visit)
    assert page.tabs == own.tabs, "a record of another hospital was counted"
    assert {topic for topic in page.topics if topic.startswith("organization:")} == {
        f"organization:{cast.town.organization_id}"
    }
    listed = {row.id for month in db.perform(granted_list, cast.chen, visit, "laboratory").months for row in month.rows}
    assert listed
    assert foreign not in listed
    with pytest.raises(NotFound):
        db.perform(granted_entry, cast.chen, visit, foreign)
    grant = granted(cast)
    assert db.perform(granted_entry, cast.chen, grant, foreign).id == foreign, "the grant does open it"


def test_the_patients_own_things_stay_theirs(database: Database):
    cast, visit = _treated()
    reader = replace(cast.chen, ground=visit)
    for action in (Action.READ_OWN_LEDGER, Action.READ_PROFILE, Action.KEEP_CARD, Action.DECIDE_REQUEST):
        with (
            pytest.raises(Denied),
            db.writing() as session,
            open_chart(session, reader, cast.town.lin.person_id, action),
        ):
            pass


def test_a_narrower_grant_is_not_widened_by_the_visit(database: Database):
    cast, visit = _treated()
    grant = granted(cast, classes=("prescriptions",))
    assert [tab.record_class for tab in db.perform(chart_page, cast.chen, grant).tabs if tab.open] == ["prescriptions"]
    with pytest.raises(Denied):
        db.perform(granted_list, cast.chen, grant, "laboratory")
    assert db.perform(granted_list, cast.chen, visit, "laboratory").months


def test_a_patient_who_cannot_be_told_is_not_read(database: Database):
    cast, visit = _treated()
    nobody = open_visit(cast.town, cast.town.zhou)
    assert (_reads(cast.chen, nobody), _ward(cast.chen)) == ("", [visit])
    for change, undo in (
        (lambda s: setattr(s.get_one(Person, cast.lin.person_id), "agreed", agreements.WITHDRAWN), True),
        (lambda s: setattr(s.get_one(Person, cast.lin.person_id), "agreed", 0), True),
        (lambda s: setattr(s.get_one(Account, cast.lin.account_id), "state", "disabled"), False),
    ):
        with db.writing() as session:
            change(session)
        assert (_reads(cast.chen, visit), _ward(cast.chen)) == ("", [])
        if undo:
            with db.writing() as session:
                session.get_one(Person, cast.lin.person_id).agreed = 1
            assert _reads(cast.chen, visit)


def test_closing_the_account_and_dying_end_it(database: Database):
    cast, visit = _treated()
    assert _reads(cast.chen, visit)
    with db.writing() as session:
        session.get_one(Person, cast.lin.person_id).deceased_at = clock.now()
    assert (_reads(cast.chen, visit), _ward(cast.chen)) == ("", [])
    with db.writing() as session:
        session.get_one(Person, cast.lin.person_id).deceased_at = None
    assert _reads(cast.chen, visit)
    db.perform(closing.close_account, cast.lin)
    assert (_reads(cast.chen, visit), _ward(cast.chen)) == ("", [])
    assert not db.perform(ground_holds, cast.chen, visit)


def _lines(*conditions):
    with db.reading() as session:
        found = session.exec(select(LedgerLine).where(*conditions).order_by(col(LedgerLine.id).desc())).all()
        return [LedgerLine(**line.model_dump()) for line in found]


def _news(actor):
    with db.reading() as session:
        return [row.key for row in session.exec(select(News).where(News.owner == actor.account_id)).all()]


def test_the_patient_is_told_once_for_a_visit_and_a_team_and_every_look_stands_in_the_ledger(database: Database):
    cast, visit = _treated()
    facts.subscribe(READ, "word", treating.tell_first_reading)
    guardian = guardian_of(cast.lin.person_id)
    (team,) = db.perform(treating.teams_now, cast.lin).teams
    assert (team.department.zh, team.organization.zh, team.opened_at) == ("内分泌科", "松云医院", "")
    colleague = db.perform(_colleague, COMMAND_LINE, cast)
    for reader in (cast.chen, colleague, cast.chen):
        assert _reads(reader, visit)
    facts.deliver()
    assert _news(cast.lin).count("access.news.team") == 1
    assert _news(guardian) == ["access.news.team_of"]
    assert db.perform(treating.teams_now, cast.lin).teams[0].opened_at
    second = open_visit(cast.town, cast.town.lin)
    _reads(cast.chen, second)
    facts.deliver()
    assert _news(cast.lin).count("access.news.team") == 2
    lines = _lines(LedgerLine.chain == ledger.person_chain(cast.lin.person_id))
    looks = [line for line in lines if line.basis == "treatment"]
    assert [line.basis_id for line in looks] == [second, visit, visit, visit]
    row = ledger_words.row_of(cast.lin, looks[0], ledger_words.Names({}, {}, Words(), {}))
    assert (row.icon, row.why) == ("looked", "access.ledger.basis.treatment")


def _colleague(session, actor, cast):
    practitioner = Practitioner(
        organization_id=cast.town.organization_id, source_id="c", department_id=cast.town.departments["endocrinology"]
    )
    session.add(practitioner)
    session.flush()
    account = Account(
        role="physician",
        organization_id=cast.town.organization_id,
        practitioner_id=practitioner.id,
        state="active",
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return replace(cast.chen, account_id=account.id, practitioner_id=practitioner.id)


def test_an_attempt_without_the_ground_stands_in_the_patients_ledger_and_looks_like_no_visit_at_all(database: Database):
    cast, visit = _treated()
    told = []
    for named in (visit, new_id()):
        with pytest.raises(NotFound) as refusal:
            db.perform(chart_page, cast.sun, named)
        told.append((refusal.value.key, refusal.value.params))
    assert told[0] == told[1]
    lines = _lines(LedgerLine.chain == ledger.person_chain(cast.lin.person_id))
    assert [(line.outcome, line.actor_account_id) for line in lines if line.outcome == "refused"] == [
        ("refused", cast.sun.account_id)
    ]


def test_a_ward_is_listed_with_one_line_that_names_the_visits(database: Database):
    cast, visit = _treated()
    other = open_visit(cast.town, cast.town.lin)
    rows = db.perform(treating.ward, cast.chen).rows
    assert [row.id for row in rows] in ([visit], [other]), "one patient, one line"
    assert (rows[0].name.zh, rows[0].born, rows[0].visit_type) == ("林秀兰", "1959-03-07", "outpatient")
    lines = _lines(LedgerLine.action == Action.READ_WARD.value)
    assert [(line.chain, rows[0].id in line.detail) for line in lines] == [
        (f"organization:{cast.town.organization_id}", True)
    ]


def test_a_message_that_ends_the_visit_ends_it_at_once_and_moves_the_screens(database: Database):
    cast, visit = _treated()
    with db.reading() as session:
        row = session.get_one(ChartEncounter, visit)
        source, record = row.source_id, row.record_id
    topics: list[frozenset[str]] = []
    stop = changes.listen(topics.append)
    draft = EncounterDraft(
        source_key=source,
        visit_type=VisitType.OUTPATIENT,
        status="finished",
        occurred=None,
        ended_at=clock.now(),
        department_id=cast.town.departments["endocrinology"],
        practitioner_id=None,
        title=Words(),
    )
    writer = ChartWriter(cast.town.organization_id, cast.town.feed_id, "Asia/Shanghai")
    with db.writing() as session:
        writer.put_encounters(session, record, cast.lin.person_id, [draft])
    stop()
    assert {f"person:{cast.lin.person_id}", f"ward:{cast.town.departments['endocrinology']}"} <= set().union(*topics)
    assert (_reads(cast.chen, visit), _ward(cast.chen)) == ("", [])


def _screen(cls, actor, visit=""):
    tab = states.root()
    tab.router_data = {"asPath": f"/physician/chart/{visit}", "pathname": "/physician/chart/[grant]", "token": "t"}
    act_as(actor)
    return states.of(cls, tab)


def test_open_screens_are_emptied_when_it_is_switched_off(database: Database):
    cast, visit = _treated()
    ward, teams = _screen(Ward, cast.chen), _screen(TreatingTeams, cast.lin)
    act_as(cast.chen)
    states.sent(ward, "load")
    act_as(cast.lin)
    states.sent(teams, "load")
    assert ([row.id for row in ward.page.rows], [team.id for team in teams.teams]) == ([visit], [visit])
    watched = {watch.screen: watch for watch in registry.touching([f"organization:{cast.town.organization_id}"])}
    assert watched[Ward.get_full_name()].empties
    assert TreatingTeams.get_full_name() in watched
    let_teams_read(cast.staff, on=False)
    act_as(cast.chen)
    states.sent(ward, "_refresh")
    act_as(cast.lin)
    states.sent(teams, "_refresh")
    assert (ward.page.allowed, list(ward.page.rows), teams.teams) == (False, [], [])


def test_a_chart_ends_without_a_refusal_when_its_ground_does(database: Database, monkeypatch: pytest.MonkeyPatch):
    cast, visit = _treated()
    monkeypatch.setattr(GrantedChart, "_grant_id", lambda self: visit)
    chart = _screen(GrantedChart, cast.chen, visit)
    states.sent(chart, "load")
    assert (chart.page.grant.purpose, chart.over) == ("treatment", False)
    let_teams_read(cast.staff, on=False)
    act_as(cast.chen)
    states.sent(chart, "_refresh")
    assert chart.over
    assert chart.page.grant.name == Words()
    lines = _lines(LedgerLine.chain == ledger.person_chain(cast.lin.person_id))
    assert "refused" not in {line.outcome for line in lines}


def test_the_first_screen_counts_teams_among_those_who_can_see(database: Database):
    cast, _ = _treated()
    page = db.perform(home_page, cast.lin)
    assert (page.can_see, [name.zh for name in page.seers]) == (1, ["内分泌科"])


def test_only_staff_switch_it_each_with_proof_and_a_line(database: Database):
    cast = found_cast()
    for somebody in (cast.chen, cast.lin):
        with pytest.raises(Denied):
            db.perform(teams_page, somebody)
        with pytest.raises(Denied):
            db.perform(switch_teams, somebody, 0, open=True)
    with pytest.raises(Unproved):
        db.perform(switch_teams, replace(cast.staff, proved_at=None), 0, open=True)
    with pytest.raises(Invalid):
        db.perform(switch_teams, cast.staff, 0, open=False)
    assert db.perform(switch_teams, cast.staff, 0, open=True) == 1
    with pytest.raises(Conflict):
        db.perform(switch_teams, cast.staff, 0, open=False)
    assert db.perform(switch_teams, cast.staff, 1, open=False) == 2
    page = db.perform(teams_page, cast.staff)
    assert [(row.version, row.open, row.by.zh) for row in page.changes] == [(2, False, "何佳"), (1, True, "何佳")]
    assert db.perform(teams_page, cast.other_staff).changes == ()
    lines = _lines(LedgerLine.action == Action.SWITCH_TEAMS.value, LedgerLine.outcome == "done")
    assert {line.chain for line in lines} == {f"organization:{cast.town.organization_id}"}
    assert len(lines) == 2


def test_an_entry_is_opened_on_the_ground_of_the_visit_alone(database: Database):
    cast, visit = _treated()
    row = db.perform(granted_list, cast.chen, visit, "laboratory").months[0].rows[0]
    page = db.perform(granted_entry, cast.chen, visit, row.id)
    assert (page.why.basis, page.why.basis_id) == ("treatment", visit)


def test_an_original_opens_on_the_visit_where_a_grant_is_narrower(database: Database):
    cast, visit = _treated()
    row = db.perform(granted_list, cast.chen, visit, "laboratory").months[0].rows[0]
    for scope, basis in (
        ({"classes": ("prescriptions",)}, "treatment"),
        ({"classes": ("laboratory",), "period": ("2001-01-01", "2001-12-31")}, "treatment"),
        ({"classes": ("laboratory",)}, "grant"),
    ):
        granted(cast, **scope)
        with db.writing() as session, open_chart_of(session, cast.chen, row.id) as chart:
            assert chart.entry(row.id).id == row.id
            assert chart.decision.basis == basis
    with pytest.raises(NotFound), db.writing() as session, open_chart_of(session, cast.sun, row.id):
        pass
