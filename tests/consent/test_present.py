"""Until the end of this visit: a grant that hangs on a visit which is open now, and the own ward to ask by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from health_cloud.access.service.reading import chart_page
from health_cloud.chart.models import ChartEncounter
from health_cloud.chart.service import writer
from health_cloud.chart.service.drafts import EncounterDraft, When
from health_cloud.chart.service.present import open_visit, own_ward_today
from health_cloud.consent.models import AccessRequest, Grant
from health_cloud.consent.service import decisions, requests, telling, visits, wishes
from health_cloud.consent.service.changing import extend_grant
from health_cloud.consent.service.grants import grant_holds
from health_cloud.consent.service.standing import choose
from health_cloud.consent.views import Visit
from health_cloud.core import clock, db, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import VisitType
from health_cloud.core.words import Words
from health_cloud.identity.models import Link
from tests import charts
from tests.databases import Database
from tests.sharing import ALL, Cast, ask, found_cast, give
from tests.treating import let_teams_read
from tests.treating import open_visit as begin

SECOND = timedelta(seconds=1)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def cast(database: Database, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Everybody, on a clock that stands still, with no follow-up agreed."""
    assert database
    made = found_cast()
    clock.clock.frozen = clock.now()
    monkeypatch.setattr(visits, "_finders", [])
    monkeypatch.setattr(visits, "_days", [])
    monkeypatch.setattr(visits, "_wards", [])
    visits.plug(lambda *_: None, present=open_visit, ward=own_ward_today)
    return made


def _grant(grant_id: str) -> Grant:
    with db.reading() as session:
        found = session.get_one(Grant, grant_id)
        session.expunge(found)
    return found


def _say(cast: Cast, visit_id: str, **said: object) -> None:
    """Let the feed say something of a visit, as an import does."""

    def write(session: Session, _actor: Actor) -> None:
        row = session.get_one(ChartEncounter, visit_id)
        draft = EncounterDraft(
            source_key=row.source_id,
            visit_type=VisitType(row.visit_type),
            status=str(said.get("status", row.status)),
            occurred=When(row.occurred_at) if row.occurred_at else None,
            ended_at=said.get("ended_at"),  # type: ignore[arg-type]
            department_id=row.department_id,
            practitioner_id=row.practitioner_id,
            title=Words(),
        )
        record = session.exec(select(Link.record_id).where(Link.person_id == cast.town.lin.person_id)).first()
        made = writer.ChartWriter(cast.town.organization_id, cast.town.feed_id, "Asia/Shanghai")
        made.put_encounters(session, record or "", cast.town.lin.person_id, [draft])

    db.perform(write, charts.WRITER)


def _until_it_ends(cast: Cast, physician: Actor | None = None) -> str:
    asker = physician or cast.chen
    return give(cast.lin, ask(asker, cast.town.lin.visit_card, hours="visit"), hours="visit")


def test_it_ends_when_the_hospital_says_that_the_visit_is_over(cast: Cast) -> None:
    visit = begin(cast.town, cast.town.lin)
    card = db.perform(decisions.waiting_request, cast.lin, ask(cast.chen, cast.town.lin.visit_card, hours="visit"))
    assert ("visit" in card.offered, card.visit_kind) == (True, "encounter")
    grant = give(cast.lin, card.id, hours="visit")
    assert (_grant(grant).ends_with, _grant(grant).visit_id) == ("encounter", visit)
    assert db.perform(chart_page, cast.chen, grant).grant.ends_with == "encounter"
    _say(cast, visit, status="in-progress")
    assert db.perform(grant_holds, cast.chen, grant)
    _say(cast, visit, status="finished", ended_at=clock.now())
    assert not db.perform(grant_holds, cast.chen, grant)
    with pytest.raises(Denied):
        db.perform(chart_page, cast.chen, grant)
    assert [each.ended for each in db.perform(decisions.ended_grants, cast.lin)] == ["event"]
    with db.reading() as session:
        said = select(LedgerLine).where(
            LedgerLine.chain == ledger.person_chain(cast.town.lin.person_id),
            LedgerLine.action == Action.REVOKE_GRANT.value,
        )
        assert len(session.exec(said).all()) == 1


def test_nobody_took_back_what_ended_with_the_visit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = begin(cast.town, cast.town.lin)
    _until_it_ends(cast)
    facts.deliver()
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(telling.alerts, "tell", lambda _, who, key, **__: told.append((who, key)))
    monkeypatch.setattr(telling.alerts, "tell_person", lambda _, who, key, **__: told.append((who, key)))
    monkeypatch.setattr(facts, "_subscribers", {})
    facts.subscribe("consent.grant_revoked", "word", telling.SUBSCRIBERS["consent.grant_revoked"])
    _say(cast, visit, status="finished")
    facts.deliver()
    assert told == [(cast.chen.account_id, "consent.news.over"), (cast.lin.person_id, "consent.news.ended")]


def test_an_end_that_lies_ahead_is_its_end(cast: Cast) -> None:
    visit = begin(cast.town, cast.town.lin)
    grant = _until_it_ends(cast)
    over = clock.now() + timedelta(hours=1)
    _say(cast, visit, ended_at=over)
    assert _grant(grant).until_at == over
    _say(cast, visit, ended_at=over + timedelta(hours=5))
    assert _grant(grant).until_at == over, "no message makes longer what a patient gave"
    clock.clock.frozen = over - SECOND
    assert db.perform(grant_holds, cast.chen, grant)
    clock.clock.frozen = over
    assert not db.perform(grant_holds, cast.chen, grant)


@pytest.mark.parametrize(("kind", "days"), [("outpatient", None), ("emergency", None), ("inpatient", 30)])
def test_it_ends_by_the_clock_where_no_message_comes(cast: Cast, kind: str, days: int | None) -> None:
    begin(cast.town, cast.town.lin, visit_type=kind)
    until = _grant(_until_it_ends(cast)).until_at
    if days:
        assert until == clock.now() + timedelta(days=days)
    else:
        midnight = datetime.combine(clock.now().astimezone(ZONE).date() + timedelta(days=2), datetime.min.time(), ZONE)
        assert until == midnight.astimezone(UTC)


def test_never_longer_than_was_asked(cast: Cast) -> None:
    begin(cast.town, cast.town.lin, visit_type="inpatient")
    grant = give(cast.lin, ask(cast.chen, cast.town.lin.visit_card, hours=24), hours="visit")
    assert _grant(grant).until_at == clock.now() + timedelta(hours=24)


def test_only_an_open_visit_at_the_askers_own_hospital_counts(cast: Cast) -> None:
    begin(cast.town, cast.town.lin, status="finished")
    begin(cast.town, cast.town.lin, status="planned", occurred_at=clock.now() + timedelta(days=1))
    begin(cast.town, cast.town.wang)
    with pytest.raises(Invalid):
        _until_it_ends(cast)
    visit = begin(cast.town, cast.town.lin)
    with db.reading() as session:
        assert open_visit(session, cast.town.lin.person_id, cast.gao.account_id) is None, "another hospital"
    assert _grant(_until_it_ends(cast, cast.sun)).visit_id == visit, "who is called in from another department"


def test_the_own_department_comes_first_and_what_is_now_before_what_is_agreed(cast: Cast) -> None:
    own = begin(cast.town, cast.town.lin, occurred_at=clock.now() - timedelta(hours=5))
    begin(cast.town, cast.town.lin, "eye")
    later = Visit("v" * 36, clock.now() + timedelta(days=1), clock.now() + timedelta(days=2))
    visits.plug(lambda *_: later, present=open_visit)
    assert _grant(_until_it_ends(cast)).visit_id == own
    _say(cast, own, status="finished")
    assert _grant(_until_it_ends(cast)).ends_with == "encounter"


def test_other_grants_and_other_visits_are_left_alone(cast: Cast) -> None:
    visit, other = begin(cast.town, cast.town.lin), begin(cast.town, cast.town.lin, "eye")
    grant = _until_it_ends(cast)
    plain = give(cast.lin, ask(cast.sun, cast.town.lin.visit_card), hours=24)
    _say(cast, other, status="finished")
    assert db.perform(grant_holds, cast.chen, grant)
    _say(cast, visit, status="cancelled")
    assert not db.perform(grant_holds, cast.chen, grant)
    assert db.perform(grant_holds, cast.sun, plain)


def test_who_turns_out_to_be_somebody_else_takes_it_along(cast: Cast) -> None:
    begin(cast.town, cast.town.lin)
    grant = _until_it_ends(cast)

    def move(session: Session, _actor: Actor) -> None:
        record = session.exec(select(Link.record_id).where(Link.person_id == cast.town.lin.person_id)).one()
        made = writer.ChartWriter(cast.town.organization_id, cast.town.feed_id, "Asia/Shanghai")
        made.move(session, record, cast.town.wang.person_id)

    db.perform(move, charts.WRITER)
    assert not db.perform(grant_holds, cast.chen, grant)


def test_made_longer_it_outlasts_the_visit(cast: Cast) -> None:
    visit = begin(cast.town, cast.town.lin)
    grant = _until_it_ends(cast)
    db.perform(extend_grant, cast.lin, grant, 24)
    _say(cast, visit, status="finished")
    assert db.perform(grant_holds, cast.chen, grant)


def _by_ward(physician: Actor, visit: str) -> str:
    return db.perform(
        requests.ask_for_access, physician, wishes.asked(visit, "follow_up", ALL, ("", ""), 24, "", "today")
    )


def test_the_own_ward_is_there_to_ask_by_where_the_hospital_names_it(cast: Cast) -> None:
    visit = begin(cast.town, cast.town.lin)
    assert db.perform(requests.own_todays_visits, cast.chen) == []
    with pytest.raises(Invalid):
        _by_ward(cast.chen, visit)
    let_teams_read(cast.staff)
    (row,) = db.perform(requests.own_todays_visits, cast.chen)
    assert (row.id, row.name.zh, row.person_id, row.present) == (visit, "林秀兰", "", True)
    assert db.perform(requests.own_todays_visits, cast.sun) == [], "another department"
    assert db.perform(requests.own_todays_visits, cast.gao) == [], "another hospital"
    request = _by_ward(cast.chen, visit)
    assert [each.id for each in db.perform(decisions.waiting_requests, cast.lin)] == [request]
    with db.reading() as session:
        assert session.get_one(AccessRequest, request).asked_by == "ward"
        used = select(LedgerLine).where(
            LedgerLine.action == Action.READ_WARD.value, LedgerLine.actor_account_id == cast.chen.account_id
        )
        assert len(session.exec(used).all()) == 2, "each use of the list is in the hospital's chain"
    for somebody in (cast.sun, cast.gao):
        with pytest.raises(Invalid):
            _by_ward(somebody, visit)
    _say(cast, visit, status="finished")
    assert db.perform(requests.own_todays_visits, cast.chen) == []


def test_who_has_said_never_is_not_listed(cast: Cast) -> None:
    begin(cast.town, cast.town.lin)
    let_teams_read(cast.staff)
    db.perform(choose, cast.lin, "all", "", "never")
    assert db.perform(requests.own_todays_visits, cast.chen) == []


def test_who_comes_to_a_physician_today_is_asked_by_the_hospitals_own_list(cast: Cast) -> None:
    """Whatever teams may read: a name and an hour of today, of nobody else's patients, and no records."""
    today = datetime.combine(clock.now().astimezone(ZONE).date(), datetime.min.time(), ZONE)
    mine = {"practitioner_id": cast.chen.practitioner_id, "status": "planned"}
    noon = (today + timedelta(hours=12)).astimezone(UTC)
    visit = begin(cast.town, cast.town.lin, **mine, occurred_at=noon)
    begin(cast.town, cast.town.wang, **mine, occurred_at=noon + timedelta(days=1))
    begin(cast.town, cast.town.wang, **mine | {"status": "cancelled"}, occurred_at=noon)
    assert [(each.id, each.name.zh, each.person_id) for each in db.perform(requests.own_todays_visits, cast.chen)] == [
        (visit, "林秀兰", "")
    ]
    assert db.perform(requests.own_todays_visits, cast.sun) == []
    with db.reading() as session:
        lines = session.exec(select(LedgerLine).where(LedgerLine.action == Action.READ_WARD.value)).all()
        assert [visit in line.detail for line in lines if "today" in line.detail] == [True]
    asked = wishes.asked(visit, "follow_up", ALL, ("", ""), 72, "今天门诊", "today")
    db.perform(requests.ask_for_access, cast.chen, asked)
    assert len(db.perform(decisions.waiting_requests, cast.lin)) == 1
    with pytest.raises(Invalid):
        db.perform(requests.ask_for_access, cast.sun, asked)
