"""Word of requests and grants: to the patient and whoever decides for them, once, with the commit it tells of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from health_cloud.consent.service import changing, decisions, lapsing, requests, standing, telling, wishes
from health_cloud.consent.views import NEVER
from health_cloud.core import clock, db, facts
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.identity.models import Guardian, Person
from health_cloud.identity.service import family
from health_cloud.notify.models import News, Outgoing
from health_cloud.notify.service import inbox
from tests.consent.emergencies import told
from tests.databases import Database
from tests.sharing import ALL, Cast, ask, found_cast, give, guardian_of

DAY = timedelta(days=1)
STEPS = ["asked", "given", "longer", "ended", "asked", "given", "unused"]


@pytest.fixture
def cast(database: Database, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Everybody, with the subscribers of the product in their order."""
    assert database
    monkeypatch.setattr(facts, "_subscribers", {})
    facts.subscribe(requests.SENT, "consent.chain", requests.tell_chain)
    for kind, tell in telling.SUBSCRIBERS.items():
        facts.subscribe(kind, "word", tell)
    return found_cast()


def deliver() -> None:
    """Deliver what happened, and once more, as after a crash."""
    facts.deliver()
    facts.deliver()


def _all_of_it(cast: Cast, decider: Actor, card: str) -> str:
    """Ask, give, extend, narrow, revoke; then give what is never opened; returns the first request."""
    first = ask(cast.chen, card)
    deliver()
    grant = give(decider, first, hours=24)
    deliver()
    db.perform(changing.extend_grant, decider, grant, "1")
    db.perform(changing.narrow_grant, decider, grant, wishes.scope_of(("laboratory",), ("", "")))
    db.perform(decisions.revoke_grant, decider, grant)
    deliver()
    give(decider, ask(cast.chen, card))
    deliver()
    clock.clock.advance(hours=72)
    lapsing.note_ends()
    deliver()
    return first


def test_the_patient_is_told_of_every_step_once(cast):
    _all_of_it(cast, cast.lin, cast.town.lin.visit_card)
    assert told(cast.lin.account_id) == [f"consent.news.{step}" for step in STEPS]
    for somebody in (cast.wang, cast.sun, cast.staff):
        assert told(somebody.account_id) == []


def test_a_guardian_is_told_of_every_step_of_a_child_without_an_account(cast):
    child = cast.town.zhou
    guardian = guardian_of(child.person_id)
    _all_of_it(cast, replace(guardian, for_person_id=child.person_id), child.visit_card)
    assert told(guardian.account_id) == [f"consent.news.{step}_of" for step in STEPS]


def test_both_are_told_where_both_can_sign_in_and_each_guardian_by_name(cast):
    first, second = guardian_of(cast.lin.person_id), guardian_of(cast.lin.person_id)
    _all_of_it(cast, replace(first, for_person_id=cast.lin.person_id), cast.town.lin.visit_card)
    assert told(cast.lin.account_id) == [f"consent.news.{step}" for step in STEPS]
    for guardian in (first, second):
        assert told(guardian.account_id) == [f"consent.news.{step}_of" for step in STEPS]
        assert {row.params["name"] for row in db.perform(inbox.look, guardian)} == {"林秀兰"}


def test_a_guardians_line_leads_through_acting_to_the_request_itself(cast):
    guardian = guardian_of(cast.lin.person_id)
    request = ask(cast.chen, cast.town.lin.visit_card)
    deliver()
    with db.reading() as session:
        relation = session.exec(select(Guardian.id).where(Guardian.guardian_id == guardian.person_id)).one()
        links = {row.owner: row.link for row in session.exec(select(News)).all()}
    assert links[cast.lin.account_id] == f"/access/request/{request}"
    assert links[guardian.account_id] == f"/me/guardians?for={relation}&then=/access/request/{request}"
    assert len(links[guardian.account_id]) <= 120, "no longer than the column"


_OTHERWISE = {
    "reads": {"levels": "read"},
    "books": {"levels": "read,book"},
    "named": {"state": "named"},
    "invited": {"state": "invited"},
    "ended": {"state": "ended", "ended_at": clock.now() - DAY},
    "over": {"until_at": clock.now() - DAY},
    "not yet": {"from_at": clock.now() + DAY},
}


@pytest.mark.parametrize("relation", _OTHERWISE.values(), ids=_OTHERWISE)
def test_who_may_not_decide_is_told_nothing(cast, relation):
    guardian = guardian_of(cast.lin.person_id, **relation)
    give(cast.lin, ask(cast.chen, cast.town.lin.visit_card))
    deliver()
    assert told(guardian.account_id) == []
    assert len(told(cast.lin.account_id)) == 2


@pytest.mark.parametrize("whose", ["guardian", "patient"])
@pytest.mark.parametrize("trouble", [{"conflict": "name"}, {"deceased_at": clock.now() - DAY}], ids=["doubt", "death"])
def test_who_cannot_act_now_is_told_nothing(cast, whose, trouble):
    guardian = guardian_of(cast.lin.person_id)
    ask(cast.chen, cast.town.lin.visit_card)
    with db.writing() as session:
        person = session.get_one(Person, guardian.person_id if whose == "guardian" else cast.lin.person_id)
        for name, value in trouble.items():
            setattr(person, name, value)
        session.add(person)
    deliver()
    assert told(guardian.account_id) == []


def test_outside_the_app_a_guardian_reads_nothing_of_it(cast):
    guardian = guardian_of(cast.lin.person_id)
    ask(cast.chen, cast.town.lin.visit_card)
    deliver()
    with db.reading() as session:
        sent = session.exec(select(Outgoing).where(Outgoing.owner == guardian.account_id)).all()
        assert {row.template for row in sent} == {"notify.outside.access"}
        assert {unseal_text(row.params, "notify_outgoing.params", row.id) for row in sent} == {"{}"}


def test_what_was_not_committed_is_not_told_and_what_was_is_kept_with_it(cast):
    guardian = guardian_of(cast.lin.person_id)

    def breaks(session, actor):
        requests.ask_for_access(
            session, actor, wishes.asked(cast.town.lin.visit_card, "follow_up", ALL, ("", ""), 24, "")
        )
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        db.perform(breaks, cast.chen)
    deliver()
    assert told(cast.lin.account_id) == told(guardian.account_id) == []
    ask(cast.chen, cast.town.lin.visit_card)
    with db.reading() as session:
        assert facts.waiting(session) == 1, "word waits in the commit of the request"


def test_word_that_breaks_comes_later_and_once(cast, monkeypatch):
    guardian = guardian_of(cast.lin.person_id)
    ask(cast.chen, cast.town.lin.visit_card)
    with monkeypatch.context() as patched:
        patched.setattr(family, "person_name", lambda *_: 1 / 0)  # after the patient's own line was written
        deliver()
    assert told(cast.lin.account_id) == told(guardian.account_id) == []
    deliver()
    assert told(cast.lin.account_id) == ["consent.news.asked"]
    assert told(guardian.account_id) == ["consent.news.asked_of"]


def test_a_request_that_is_kept_away_or_reaches_nobody_tells_nobody(cast):
    guardian = guardian_of(cast.lin.person_id)
    ask(cast.chen, "V999999")
    db.perform(standing.choose, cast.lin, "all", "", NEVER)
    ask(cast.chen, cast.town.lin.visit_card)
    deliver()
    assert told(guardian.account_id) == told(cast.lin.account_id) == []
    with db.reading() as session:
        assert session.exec(select(News.id)).all() == []
