"""Longer, or less: what a patient changes of what they gave, and what the physician's next read is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from health_cloud.access.service.deciding import narrowing_page, request_page
from health_cloud.access.service.reading import chart_page, granted_list
from health_cloud.access.state import GrantedChart, Narrowing, Sharing
from health_cloud.access.state import narrowing as narrowing_screen
from health_cloud.chart.service import door
from health_cloud.consent.service import changing, decisions, telling, visits, wishes
from health_cloud.consent.views import Visit
from health_cloud.core import changes, clock, db, facts, ledger
from health_cloud.core.actors import act_as
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from tests import charts, states
from tests.databases import Database
from tests.sharing import Cast, ask, found_cast, give, granted

SECOND = timedelta(seconds=1)
LABORATORY = wishes.scope_of(("laboratory",), ("", ""))


@pytest.fixture
def cast(database: Database) -> Cast:
    """Everybody, on a clock that stands still."""
    assert database
    made = found_cast()
    clock.clock.frozen = clock.now()
    return made


def _lines(person_id: str, action: str) -> int:
    with db.reading() as session:
        chain = ledger.person_chain(person_id)
        found = session.exec(select(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.action == action)).all()
    return len(found)


def _open(page) -> dict[str, int]:
    return {tab.record_class: tab.count for tab in page.tabs if tab.open}


def test_longer_is_longer_to_the_second(cast):
    grant = granted(cast, hours=24)
    assert [hours for hours, _ in changing.longer_by(db.perform(changing.own_living_grant, cast.lin, grant))] == [
        "1",
        "24",
        "72",
        "168",
    ]
    card = db.perform(changing.extend_grant, cast.lin, grant, "24")
    assert card.until_at == (clock.now() + timedelta(hours=48)).isoformat()
    clock.clock.offset = timedelta(hours=48) - SECOND
    db.perform(chart_page, cast.chen, grant)
    clock.clock.advance(seconds=1)
    with pytest.raises(Denied):
        db.perform(chart_page, cast.chen, grant)
    assert _lines(cast.lin.person_id, "access:grant:extend") == 1


def test_longer_takes_the_proof_that_giving_takes(cast, monkeypatch):
    monkeypatch.setattr(changing, "settings", type("Settings", (), {"fresh_for_access": True}))
    grant = granted(cast, hours=24)
    with pytest.raises(Unproved):
        db.perform(changing.extend_grant, replace(cast.lin, proved_at=None), grant, "24")
    assert db.perform(changing.extend_grant, cast.lin, grant, "24")


@pytest.mark.parametrize("hours", ["2", "soon", None, "720", -1])
def test_longer_is_one_of_what_is_offered_and_never_beyond_thirty_days(cast, hours):
    grant = granted(cast, hours=24)
    with pytest.raises(Invalid):
        db.perform(changing.extend_grant, cast.lin, grant, hours)


def test_one_opening_stays_one_and_what_is_over_stays_over(cast):
    once = give(cast.lin, ask(cast.chen, cast.town.lin.visit_card), hours="opening")
    assert changing.longer_by(db.perform(changing.own_living_grant, cast.lin, once)) == []
    with pytest.raises(Conflict):
        db.perform(changing.extend_grant, cast.lin, once, "24")
    usual = granted(cast, hours=24)
    clock.clock.advance(hours=24)
    with pytest.raises(Conflict):
        db.perform(changing.extend_grant, cast.lin, usual, "24")
    with pytest.raises(Conflict):
        db.perform(changing.narrow_grant, cast.lin, usual, LABORATORY)
    with pytest.raises(Denied):
        db.perform(chart_page, cast.chen, usual)


def test_made_longer_it_outlasts_the_follow_up(cast, monkeypatch):
    monkeypatch.setattr(visits, "_finders", [])
    ends = clock.now() + timedelta(hours=2)
    visits.plug(lambda *_: Visit(new_id(), clock.now(), ends))
    grant = give(cast.lin, ask(cast.chen, cast.town.lin.visit_card), hours="visit")
    card = db.perform(changing.extend_grant, cast.lin, grant, "24")
    assert (card.ends_with, card.until_at) == ("", (ends + timedelta(hours=24)).isoformat())


def test_what_is_left_out_is_gone_for_the_next_read(cast):
    grant = granted(cast, classes=("laboratory", "prescriptions"))
    db.perform(changing.narrow_grant, cast.lin, grant, LABORATORY)
    assert set(_open(db.perform(chart_page, cast.chen, grant))) == {"laboratory"}
    with pytest.raises(Denied):
        db.perform(granted_list, cast.chen, grant, "prescriptions")
    assert _lines(cast.lin.person_id, "access:grant:narrow") == 1


@pytest.mark.parametrize(
    ("classes", "period"),
    [
        (("laboratory", "imaging"), ("2024-01-01", "2026-12-31")),
        (("laboratory",), ("2023-12-31", "2026-12-31")),
        (("laboratory",), ("", "2026-12-31")),
        (("laboratory",), ("2024-01-01", "2027-01-01")),
        (("laboratory",), ("2024-01-01", "")),
        (("laboratory", "prescriptions"), ("2024-01-01", "2026-12-31")),
    ],
)
def test_narrower_is_less_and_never_more(cast, classes, period):
    grant = granted(cast, classes=("laboratory", "prescriptions"), period=("2024-01-01", "2026-12-31"))
    with pytest.raises(Invalid):
        db.perform(changing.narrow_grant, cast.lin, grant, wishes.scope_of(classes, period))


def test_changing_is_the_patients_alone(cast):
    grant = granted(cast, hours=24)
    for act in ((changing.extend_grant, "24"), (changing.narrow_grant, LABORATORY)):
        use_case, given = act
        with pytest.raises(NotFound):
            db.perform(use_case, cast.wang, grant, given)
        for somebody in (cast.chen, cast.sun, cast.staff):
            with pytest.raises(Denied):
                db.perform(use_case, somebody, grant, given)
    with pytest.raises(NotFound):
        db.perform(narrowing_page, cast.wang, grant)
    assert len(_open(db.perform(chart_page, cast.chen, grant))) == 6


def test_the_page_shows_exactly_what_is_left_and_what_is_less(cast):
    charts.put(cast.town, cast.town.lin, "imaging", title_zh="胸部 CT", title_en="Chest CT")
    grant = granted(cast, classes=("laboratory", "prescriptions", "imaging"))
    whole = db.perform(narrowing_page, cast.lin, grant)
    assert (whole.same, whole.total) == (True, sum(_open(db.perform(chart_page, cast.chen, grant)).values()))
    scope = wishes.scope_of(("laboratory", "imaging"), ((clock.now() - timedelta(days=100)).date().isoformat(), ""))
    less = db.perform(narrowing_page, cast.lin, grant, scope)
    db.perform(changing.narrow_grant, cast.lin, grant, scope)
    seen = _open(db.perform(chart_page, cast.chen, grant))
    assert {row.record_class: row.given for row in less.rows if row.chosen} == seen
    assert {row.record_class: row.asked - row.given for row in less.rows} == {
        "laboratory": 1,
        "prescriptions": 1,
        "imaging": 0,
    }
    assert not less.same
    assert whole.grant.person_id == less.grant.person_id == ""


def test_the_newest_of_each_class_is_of_what_is_given(cast):
    """With title and day; narrowed to earlier days another one is the newest, and a class left out has none."""
    days = {"laboratory": (10, 800), "prescriptions": (30,)}
    request = ask(cast.chen, cast.town.lin.visit_card)
    page = db.perform(request_page, cast.lin, request)
    rows = {row.record_class: row for row in page.rows}
    for name, ago in days.items():
        assert rows[name].occurred[:10] == (clock.now() - timedelta(days=ago[0])).date().isoformat()
    assert rows["imaging"].occurred == ""
    before = (clock.now() - timedelta(days=400)).date().isoformat()
    narrowed = db.perform(request_page, cast.lin, request, wishes.scope_of(("laboratory",), ("", before)))
    rows = {row.record_class: row for row in narrowed.rows}
    assert rows["laboratory"].occurred[:10] == (clock.now() - timedelta(days=800)).date().isoformat()
    assert (rows["prescriptions"].occurred, rows["prescriptions"].given) == ("", 0)


def test_a_hidden_entry_is_never_the_newest(cast):
    request = ask(cast.chen, cast.town.lin.visit_card)
    charts.policy(cast.town, 2, laboratory={"delay_hours": 24 * 20})
    rows = {row.record_class: row for row in db.perform(request_page, cast.lin, request).rows}
    assert rows["laboratory"].given == 1
    assert rows["laboratory"].occurred[:10] == (clock.now() - timedelta(days=800)).date().isoformat()


def test_both_are_told_and_the_open_chart_first(cast, monkeypatch):
    grant = granted(cast, hours=24)
    topics: list[frozenset[str]] = []
    stop = changes.listen(topics.append)
    db.perform(changing.narrow_grant, cast.lin, grant, LABORATORY)
    db.perform(changing.extend_grant, cast.lin, grant, "1")
    stop()
    assert [f"grant:{grant}" in each for each in topics] == [True, True]
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(telling.alerts, "tell", lambda _, who, key, **__: told.append((who, key)))
    monkeypatch.setattr(telling.alerts, "tell_person", lambda _, who, key, **__: told.append((who, key)))
    monkeypatch.setattr(facts, "_subscribers", {})
    for kind in (changing.EXTENDED, changing.NARROWED):
        facts.subscribe(kind, "word", telling.SUBSCRIBERS[kind])
    facts.deliver()
    assert sorted(told) == sorted(
        [
            (cast.chen.account_id, "consent.news.narrowed"),
            (cast.chen.account_id, "consent.news.extended"),
            (cast.lin.person_id, "consent.news.longer"),
        ]
    )


def test_an_open_chart_shows_less_at_once(cast, monkeypatch):
    grant = granted(cast, classes=("laboratory", "prescriptions"))
    monkeypatch.setattr(GrantedChart, "_grant_id", lambda _: grant)
    act_as(cast.chen)
    tab = states.of(GrantedChart)
    tab.record_class = "prescriptions"
    states.sent(tab, "_show")
    db.perform(changing.narrow_grant, cast.lin, grant, LABORATORY)
    states.sent(tab, "_refresh")
    assert [each.record_class for each in tab.page.tabs if each.open] == ["laboratory"]
    assert (tab.record_class, tab.months) == ("overview", [])


def test_the_screen_narrows_what_it_shows_and_confirms_once(cast, monkeypatch):
    grant = granted(cast, classes=("laboratory", "prescriptions"))
    act_as(cast.lin)
    tab = states.of(Narrowing)
    tab._grant_id = grant
    states.sent(tab, "_begin")
    assert tab.page.same
    states.sent(tab, "toggle", "imaging")  # not given: nothing to leave out or in
    assert tab.page.same
    states.sent(tab, "toggle", "prescriptions")
    assert (tab.page.same, tab.page.total) == (False, 2)
    states.sent(tab, "toggle", "laboratory")
    assert (tab.empty, tab.page.same, tab.page.total) == (True, True, 0)
    states.sent(tab, "toggle", "laboratory")
    states.sent(tab, "confirm")
    assert tab.done
    assert narrowing_screen.registry.touching([f"grant:{grant}"]) == []
    assert db.perform(changing.own_living_grant, cast.lin, grant).classes == ("laboratory",)


def test_who_can_see_me_offers_longer_and_asks_for_the_proof_first(cast, monkeypatch):
    from health_cloud.access.state import sharing

    grant = granted(cast, hours=24)
    act_as(cast.lin)
    tab = states.of(Sharing)
    states.sent(tab, "_refresh")
    Sharing.event_handlers["ask_longer"].fn(tab, grant)
    assert [each.hours for each in tab.extensions] == ["1", "24", "72", "168"]
    asked: list[dict[str, str]] = []

    async def prove(_state, _again, **payload):
        asked.append(payload)

    monkeypatch.setattr(sharing, "prove_first", prove)
    act_as(replace(cast.lin, proved_at=None))
    states.sent(tab, "extend", "24")
    assert (asked, tab.extending.id) == ([{"hours": "24"}], grant)
    act_as(cast.lin)
    states.sent(tab, "extend", "24")
    assert (tab.extending.id, tab.grants[0].until_at) == ("", (clock.now() + timedelta(hours=48)).isoformat())


def test_what_is_over_is_listed_with_why(cast):
    granted(cast, hours=24)
    clock.clock.advance(hours=24)
    act_as(cast.lin)
    tab = states.of(Sharing)
    states.sent(tab, "_refresh")
    assert ([each.ended for each in tab.ended], tab.grants) == (["lapsed"], [])
    assert db.perform(decisions.living_grants, cast.lin) == []


def test_a_preview_counts_to_the_last_record_however_many_a_list_counts(cast, monkeypatch):
    grant = granted(cast)
    for day in range(1, 6):
        charts.put(cast.town, cast.town.lin, occurred=clock.now() - timedelta(days=day * 100))
    monkeypatch.setattr(door, "COUNT_LIMIT", 2)
    since = (clock.now() - timedelta(days=350)).date().isoformat()
    whole = db.perform(narrowing_page, cast.lin, grant)
    less = db.perform(narrowing_page, cast.lin, grant, wishes.scope_of(("laboratory",), (since, "")))
    before, after = (next(row for row in page.rows if row.record_class == "laboratory") for page in (whole, less))
    assert before.given == after.asked > after.given > 2
    assert before.given - after.given == 3  # and the one of 800 days ago
