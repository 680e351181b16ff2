"""A new grant takes the place of the one before: said in the ledger and on every screen; a booking's own stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from health_cloud.consent.models import Grant
from health_cloud.consent.service import decisions, giving
from health_cloud.consent.service.ending import end_grants_to
from health_cloud.consent.views import Visit
from health_cloud.core import changes, clock, db
from health_cloud.core.errors import NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Scope
from tests.databases import Database
from tests.sharing import ask, found_cast, give


def test_what_is_replaced_is_said_and_leaves_its_screens(database: Database):
    cast = found_cast()
    first = give(cast.lin, ask(cast.chen, cast.town.lin.visit_card))
    again = ask(cast.chen, cast.town.lin.visit_card, hours=1)
    heard: list[frozenset[str]] = []
    stop = changes.listen(heard.append)
    second = give(cast.lin, again, hours=1)
    stop()
    assert f"grant:{first}" in frozenset().union(*heard)
    with db.reading() as session:
        newest = select(LedgerLine).where(col(LedgerLine.detail).contains(second)).order_by(col(LedgerLine.seq).desc())
        line = session.exec(newest).first()
        assert line is not None
        assert f'"replaced":"{first}"' in line.detail.replace(" ", "")
        assert session.get_one(Grant, first).ended_reason == "replaced"


def test_an_hours_leave_ends_no_booking(database: Database):
    cast = found_cast()
    visit = Visit("booked", clock.now() + timedelta(days=1), clock.now() + timedelta(days=1, hours=2))
    booked = db.perform(giving.give_for_visit, cast.lin, cast.chen.account_id, Scope(), visit).id
    give(cast.lin, ask(cast.chen, cast.town.lin.visit_card), hours=1)
    with db.reading() as session:
        assert session.get_one(Grant, booked).ended_at is None


def test_an_undone_revocation_comes_beside_a_booking(database: Database):
    cast = found_cast()
    visit = Visit("booked", clock.now() + timedelta(days=1), clock.now() + timedelta(days=1, hours=2))
    db.perform(giving.give_for_visit, cast.lin, cast.chen.account_id, Scope(), visit)
    asked = give(cast.lin, ask(cast.chen, cast.town.lin.visit_card), hours=1)
    db.perform(decisions.revoke_grant, cast.lin, asked)
    assert db.perform(decisions.restore_grant, cast.lin, asked).id != asked


def test_a_request_ends_with_the_account_that_sent_it(database: Database):
    cast = found_cast()
    waiting = ask(cast.chen, cast.town.lin.visit_card)
    with db.writing() as session:
        end_grants_to(session, {"account": cast.chen.account_id, "fact_id": "f"})
    assert db.perform(decisions.waiting_requests, cast.lin) == []
    with pytest.raises(NotFound):
        give(cast.lin, waiting)
