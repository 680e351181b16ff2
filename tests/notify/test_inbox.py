"""The inbox has everything, outside words say only the kind, choices hold, and nobody's phone is flooded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from health_cloud.core import db
from health_cloud.core.actors import Actor, act_as
from health_cloud.core.changes import Registry
from health_cloud.core.clock import clock
from health_cloud.core.errors import Invalid
from health_cloud.core.i18n import LANGUAGES, texts
from health_cloud.core.policy import Role
from health_cloud.core.settings import settings
from health_cloud.notify import state
from health_cloud.notify.models import News, Outgoing
from health_cloud.notify.service import choices, inbox, sending
from health_cloud.notify.state import Inbox
from health_cloud.notify.views import CHANNELS, Kind, Reach, Subject
from tests import states
from tests.databases import Database

LIN = Actor("account-of-lin", Role.PATIENT)
REACH = Reach("+8613800000026", "lin@example.org", "en")
EVENING = datetime(2026, 3, 1, 15, 30, tzinfo=UTC)  # half past eleven in Shanghai


def tell(kind: Kind = Kind.ACCESS, owner: str = LIN.account_id, reach: Reach = REACH) -> None:
    def use_case(session: Session, _actor: Actor) -> None:
        inbox.put(session, owner, kind, "notify.outside.access", reach, link="/access", name="Dr Wang")

    db.perform(use_case, LIN)


def test_who_has_gone_on_to_another_page_has_not_seen_what_comes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry()  # a product that this process serves would forget a tab without a connection
    monkeypatch.setattr(state, "registry", registry)
    act_as(LIN)
    tab = states.at("/notifications")
    shown = states.of(Inbox, tab)
    tell()
    states.sent(shown, "load")
    tell()
    states.sent(shown, "_refresh")
    assert [row.fresh for row in shown.news] == [True, True]
    assert db.perform(inbox.fresh_count, LIN) == 0, "on the screen it is seen at once"
    states.at("/access", tab)
    tell()
    assert registry.touching([inbox.topic(LIN.account_id)])
    states.sent(shown, "_refresh")
    assert shown.news == []
    assert db.perform(inbox.fresh_count, LIN) == 1
    assert not registry.touching([inbox.topic(LIN.account_id)]), "nor is it looked at again"


def sent(channel: str = "sms") -> list[Outgoing]:
    with db.reading() as session:
        rows = session.exec(select(Outgoing).where(Outgoing.channel == channel).order_by(Outgoing.id)).all()  # type: ignore[arg-type]
        session.expunge_all()
        return list(rows)


def choose(subject: Subject, channel: str, wanted: bool) -> None:
    db.perform(choices.choose, LIN, subject, channel, wanted, REACH)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have messages reach phones, so that limits hold."""
    monkeypatch.setenv("HEALTH_CLOUD_SMS_URL", "http://127.0.0.1:9/")
    settings.cache_clear()


def test_what_is_told_is_there_and_seen_once(database: Database) -> None:
    tell()
    assert db.perform(inbox.fresh_count, LIN) == 1
    (row,) = db.perform(inbox.look, LIN)
    assert (row.kind, row.link, row.params, row.fresh) == ("access", "/access", {"name": "Dr Wang"}, True)
    assert db.perform(inbox.fresh_count, LIN) == 0
    assert [each.fresh for each in db.perform(inbox.look, LIN)] == [False]
    assert db.perform(inbox.look, Actor("somebody else", Role.PATIENT)) == []


def test_outside_words_say_the_kind_alone(database: Database) -> None:
    for kind in Kind:
        tell(kind)
    sending.deliver()
    said = [row.text for row in db.perform(sending.outbox, LIN)]
    assert len(said) == 2 * (len(Kind) - 1), "of new records one is told by push alone"
    assert not [text for text in said if "Wang" in text or "/access" in text]
    for kind in Kind:
        forms = texts()[f"notify.outside.{kind}"]
        assert all("{{" not in forms[language] for language in LANGUAGES)


def test_what_one_does_not_want_goes_nowhere_but_the_inbox(database: Database) -> None:
    choose(Subject.ACCESS, "sms", wanted=False)
    tell()
    assert [row.state for row in sent("sms")] == ["void"]
    assert [row.state for row in sent("email")] == ["waiting"]
    assert db.perform(inbox.fresh_count, LIN) == 1


def test_security_keeps_one_way_that_works(database: Database) -> None:
    choose(Subject.SECURITY, "sms", wanted=False)
    with pytest.raises(Invalid):
        choose(Subject.SECURITY, "email", wanted=False)
    choose(Subject.ACCESS, "sms", wanted=False)
    choose(Subject.ACCESS, "email", wanted=False)


def test_security_uses_what_is_left_when_the_chosen_way_is_gone(database: Database) -> None:
    choose(Subject.SECURITY, "sms", wanted=False)
    tell(Kind.FACTOR, reach=Reach(REACH.sms, "", "en"))
    assert [row.state for row in sent("sms")] == ["waiting"]


def test_quiet_hours_wait_and_security_does_not(database: Database) -> None:
    clock.frozen = EVENING
    db.perform(choices.rest, LIN, "22:00", "07:00")
    tell(Kind.ACCESS)
    tell(Kind.SIGN_IN)
    later, at_once = sent("sms")
    assert later.next_at is not None
    assert later.next_at.isoformat() == "2026-03-01T23:00:00+00:00"
    assert at_once.next_at == EVENING


@pytest.mark.parametrize(("begins", "ends"), [("22:00", "22:00"), ("x", "07:00"), ("22:00", ""), ("25:00", "07:00")])
def test_quiet_hours_are_hours(database: Database, begins: str, ends: str) -> None:
    with pytest.raises(Invalid):
        db.perform(choices.rest, LIN, begins, ends)


def test_so_many_an_hour_and_a_day(database: Database, gateway: None) -> None:
    most = settings().messages_per_hour
    for _ in range(most + 2):
        tell()
    assert [row.state for row in sent()].count("held") == 2
    tell(Kind.SIGN_IN)
    assert sent()[-1].state == "waiting", "other words have a share of their own"
    clock.advance(hours=1, seconds=1)
    tell()
    assert sent()[-1].state == "waiting"
    for _ in range(3):
        clock.advance(hours=1, seconds=1)
        for _ in range(most):
            tell()
    states = [row.state for row in sent() if row.template == "notify.outside.access"]
    assert len(states) - states.count("held") == settings().messages_per_day


def test_one_phone_of_many_owners_is_not_flooded(database: Database, gateway: None) -> None:
    for number in range(settings().messages_per_hour + 1):
        tell(owner=f"owner {number}")
    assert sent()[-1].state == "held"


def test_nobody_leaves_the_same_rows(database: Database) -> None:
    tell()
    tell(owner="", reach=Reach())
    assert [len(sent(channel)) for channel in CHANNELS] == [2, 2, 2]
    assert [row.state for row in sent("sms")] == ["waiting", "void"]


def test_after_a_day_nothing_links_messages_to_anybody(database: Database) -> None:
    tell()
    sending.deliver()
    clock.advance(days=1, minutes=1)
    sending.deliver()
    assert {(row.blind, row.owner) for row in sent("sms")} == {("", "")}
    assert sent("push") == []


def test_lines_go_after_half_a_year(database: Database) -> None:
    tell()
    tell(owner="", reach=Reach())
    clock.advance(days=179)
    with db.writing() as session:
        inbox.prune(session)
        assert [row.owner for row in session.exec(select(News)).all()] == [LIN.account_id]
    clock.advance(days=2)
    with db.writing() as session:
        inbox.prune(session)
        assert session.exec(select(News)).all() == []
