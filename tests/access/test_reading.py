"""Reading under a grant: within it, until its last instant, and never after it was revoked (R12)."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlmodel import select

from health_cloud.access.service.deciding import request_page
from health_cloud.access.service.reading import chart_page, granted_entry, granted_list, granted_newer
from health_cloud.access.state import GrantedChart
from health_cloud.access.views import ChartPage
from health_cloud.chart.models import ChartEntry
from health_cloud.consent.service import decisions, wishes
from health_cloud.consent.service.grants import grant_holds
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import act_as
from health_cloud.core.changes import registry
from health_cloud.core.errors import Denied, HealthCloudError, NotFound
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from health_cloud.records.service import reading
from tests import charts, states
from tests.databases import Database
from tests.sharing import Cast, ask, found_cast, give, granted

NUMBER = 10


def _counts(page):
    return {tab.record_class: tab.count for tab in page.tabs if tab.open}


def _entry(patient, record_class="laboratory"):
    with db.reading() as session:
        query = select(ChartEntry.id).where(
            ChartEntry.person_id == patient.person_id, ChartEntry.record_class == record_class
        )
        return session.exec(query).first()


def test_nothing_before_approval_and_six_classes_after(database: Database):
    cast = found_cast()
    request = ask(cast.chen, cast.town.lin.visit_card)
    with pytest.raises(NotFound):
        db.perform(chart_page, cast.chen, request)
    page = db.perform(chart_page, cast.chen, give(cast.lin, request))
    assert _counts(page)["laboratory"] == 2
    assert len(page.tabs) == 6
    assert page.grant.name.zh == "林秀兰"
    assert page.grant.person_id == ""


def test_preview_is_exactly_what_becomes_visible(database: Database):
    cast = found_cast()
    request = ask(cast.chen, cast.town.lin.visit_card)
    narrow = {"classes": ("laboratory", "medical_records"), "period": (f"{clock.now():%Y}-01-01", "")}
    narrowed = wishes.scope_of(narrow["classes"], narrow["period"])
    preview = db.perform(request_page, cast.lin, request, narrowed)
    grant = give(cast.lin, request, hours=24, **narrow)
    seen = _counts(db.perform(chart_page, cast.chen, grant))
    assert {row.record_class: row.given for row in preview.rows if row.chosen} == seen
    assert preview.total == sum(seen.values())
    assert preview.total + preview.fewer == sum(row.asked for row in preview.rows)


def test_classes_that_were_not_given_are_locked_and_not_counted(database: Database):
    cast = found_cast()
    grant = granted(cast, classes=("prescriptions",))
    page = db.perform(chart_page, cast.chen, grant)
    assert _counts(page) == {"prescriptions": 1}
    with pytest.raises(Denied):
        db.perform(granted_list, cast.chen, grant, "laboratory")
    with pytest.raises(NotFound):
        db.perform(granted_entry, cast.chen, grant, _entry(cast.town.lin))


def test_somebody_else_with_the_grants_id(database: Database):
    cast = found_cast()
    grant = granted(cast)
    for somebody in (cast.sun, cast.gao, cast.lin, cast.wang, cast.staff):
        for use_case, more in (
            (chart_page, ()),
            (granted_list, ("laboratory",)),
            (granted_newer, ("laboratory", "x")),
            (granted_entry, (new_id(),)),
        ):
            with pytest.raises(NotFound):
                db.perform(use_case, somebody, grant, *more)
    with db.reading() as session:
        chain = ledger.person_chain(cast.town.lin.person_id)
        refused = session.exec(select(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.outcome == "refused"))
        assert len(refused.all()) == 20
    with pytest.raises(NotFound):
        db.perform(granted_entry, cast.chen, grant, _entry(cast.town.wang))


def test_expired_is_expired_to_the_second(database: Database):
    cast = found_cast()
    clock.clock.frozen = clock.now().replace(microsecond=0)
    grant = granted(cast, hours=1)
    clock.clock.advance(hours=1, seconds=-1)
    assert db.perform(chart_page, cast.chen, grant)
    assert db.perform(grant_holds, cast.chen, grant)
    clock.clock.advance(seconds=1)
    with pytest.raises(Denied):
        db.perform(chart_page, cast.chen, grant)
    assert not db.perform(grant_holds, cast.chen, grant)
    assert db.perform(decisions.living_grants, cast.lin) == []


def test_a_revoked_grant_stays_revoked_when_the_clock_is_set_back(database: Database):
    cast = found_cast()
    grant = granted(cast)
    db.perform(decisions.revoke_grant, cast.lin, grant)
    clock.clock.advance(minutes=-30)
    with pytest.raises(Denied):
        db.perform(granted_list, cast.chen, grant, "laboratory")


@pytest.fixture
def chart(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Cast, str, GrantedChart]:
    """A tab with a chart under a grant: nine laboratory reports, three a part."""
    cast = found_cast()
    for day in range(7):
        charts.put(cast.town, cast.town.lin, occurred=clock.now() - timedelta(days=30 + day // 2))
    grant = granted(cast)
    monkeypatch.setattr(reading, "PAGE", 3)
    monkeypatch.setattr(GrantedChart, "_grant_id", lambda _: grant)
    act_as(cast.chen)
    tab = states.of(GrantedChart)
    tab.record_class = "laboratory"
    return cast, grant, tab


def _ids(part):
    return [row.id for month in part["months"] for row in month.rows]


def test_the_list_goes_on_in_parts_down_and_up(chart):
    _, grant, tab = chart
    parts = [states.sent(tab, "_show"), states.sent(tab, "show_older"), states.sent(tab, "show_older")]
    lines = [line for part in parts for line in _ids(part)]
    assert [len(_ids(part)) for part in parts] == [3, 3, 3]
    assert len(set(lines)) == 9
    assert [set(part) for part in parts[1:]] == [{"months", "part", "start", "older"}] * 2
    assert parts[0]["at"] == f"/physician/chart/{grant}?class=laboratory"
    deep = states.sent(tab, "renew", parts[2]["start"], 0)
    assert _ids(deep) == lines[6:]
    assert [_ids(states.sent(tab, "show_newer")) for _ in range(2)] == [lines[3:6], lines[:3]]
    assert tab.newer == ""
    assert _ids(states.sent(tab, "renew", "x", 0)) == lines[:3], "a place that is none is the newest"


def test_after_more_parts_the_end_of_the_grant_still_takes_all_and_a_further_part_is_refused(chart):
    cast, grant, tab = chart
    states.sent(tab, "_show")
    states.sent(tab, "show_older")
    (watch,) = [each for each in registry.touching([f"grant:{grant}"]) if each.screen == tab.get_full_name()]
    assert watch.empties
    assert watch.until is not None
    db.perform(decisions.revoke_grant, cast.lin, grant)
    ended = states.sent(tab, "show_older")
    assert (ended["over"], ended["months"], ended["turn"], ended["page"]) == (True, [], "", ChartPage())
    assert states.sent(tab, "show_older") == states.sent(tab, "show_newer") == {}
    assert not tab.months
    assert not [each for each in registry.touching([f"grant:{grant}"]) if each.screen == tab.get_full_name()]
    with pytest.raises(Denied):
        db.perform(granted_newer, cast.chen, grant, "laboratory", "x")


def test_no_read_that_starts_after_the_acknowledgement_is_allowed(database: Database):
    """R12 small: 2,000 reads race a revocation."""
    cast = found_cast()
    grant = granted(cast)
    acknowledged = [0.0]
    history: list[tuple[float, bool]] = []
    reads = 2000 // NUMBER

    def read():
        for _ in range(reads):
            started = time.monotonic()
            try:
                if acknowledged[0]:  # many late reads tell no more than a few; they only have to be refused
                    db.perform(grant_holds, cast.chen, grant)
                db.perform(chart_page, cast.chen, grant)
            except HealthCloudError:
                history.append((started, False))
            else:
                history.append((started, True))

    readers = [threading.Thread(target=read) for _ in range(NUMBER)]
    for reader in readers:
        reader.start()
    while len(history) < 400:
        time.sleep(0.005)
    db.perform(decisions.revoke_grant, cast.lin, grant)
    acknowledged[0] = time.monotonic()
    for reader in readers:
        reader.join()
    late = [allowed for started, allowed in history if started > acknowledged[0]]
    assert len(history) == reads * NUMBER
    assert late
    assert not any(late)
    assert any(allowed for _, allowed in history)
    with db.reading() as session:
        chain = ledger.person_chain(cast.town.lin.person_id)
        lines = session.exec(
            select(LedgerLine.outcome).where(LedgerLine.chain == chain, LedgerLine.action == "records:entry:count")
        ).all()
    assert lines.count("allowed") == sum(allowed for _, allowed in history), "each allowed read is in the ledger"
