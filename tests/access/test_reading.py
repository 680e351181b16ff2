"""Reading under a grant: within it, until its last instant, and never after it was revoked (R12)."""

from __future__ import annotations

import threading
import time

import pytest
from sqlmodel import select

from health_cloud.access.service.deciding import request_page
from health_cloud.access.service.reading import chart_page, granted_entry, granted_list
from health_cloud.chart.models import ChartEntry
from health_cloud.consent.service import decisions, wishes
from health_cloud.consent.service.grants import grant_holds
from health_cloud.core import clock, db, ledger
from health_cloud.core.errors import Denied, HealthCloudError, NotFound
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from tests.databases import Database
from tests.sharing import ask, found_cast, give, granted

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
    given = wishes.given(narrow["classes"], narrow["period"], 24)
    preview = db.perform(request_page, cast.lin, request, given)
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
        for use_case, more in ((chart_page, ()), (granted_list, ("laboratory",)), (granted_entry, (new_id(),))):
            with pytest.raises(NotFound):
                db.perform(use_case, somebody, grant, *more)
    with db.reading() as session:
        chain = ledger.person_chain(cast.town.lin.person_id)
        refused = session.exec(select(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.outcome == "refused"))
        assert len(refused.all()) == 15
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
