from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from health_cloud.core import changes, db, facts
from health_cloud.core.actors import system
from health_cloud.core.changes import Registry, Watch
from health_cloud.core.errors import Unavailable
from health_cloud.core.models import Fact

JOB = system("test")


@pytest.fixture(autouse=True)
def _no_subscribers(monkeypatch):
    monkeypatch.setattr(facts, "_subscribers", {})


def emit(**payload: str) -> None:
    db.perform(lambda session, _actor: facts.emit(session, "test.happened", **payload), JOB)


def test_a_fact_reaches_each_subscriber_once(database):
    got: list[str] = []
    facts.subscribe("test.happened", "first", lambda _s, payload: got.append("first " + payload["thing"]))
    facts.subscribe("test.happened", "second", lambda _s, payload: got.append("second " + payload["thing"]))
    emit(thing="1")
    assert facts.deliver() == 1
    assert facts.deliver() == 0
    assert got == ["first 1", "second 1"]


def test_a_failing_subscriber_is_tried_again_and_the_others_are_not(database):
    got: list[str] = []
    broken = [True]

    def fail(_session, _payload):
        if broken[0]:
            raise Unavailable("channel")
        got.append("late")

    facts.subscribe("test.happened", "good", lambda _s, _p: got.append("good"))
    facts.subscribe("test.happened", "bad", fail)
    emit()
    assert facts.deliver() == 0
    broken[0] = False
    assert facts.deliver() == 1
    assert got == ["good", "late"]


def test_a_fact_of_a_rolled_back_transaction_never_was(database):
    def fail(session, _actor):
        facts.emit(session, "test.happened")
        changes.note(session, "person:p")
        raise RuntimeError

    heard: list[frozenset[str]] = []
    stop = changes.listen(heard.append)
    with pytest.raises(RuntimeError):
        db.perform(fail, JOB)
    stop()
    with db.reading() as session:
        assert not session.exec(select(Fact)).all()
    assert heard == []


def test_topics_are_told_after_the_commit(database):
    seen: list[int] = []

    def look(_topics):
        with db.reading() as session:
            seen.append(len(session.exec(select(Fact)).all()))

    stop = changes.listen(look)
    emit()
    stop()
    assert seen == [1]


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_registry_finds_screens_by_topic_and_by_end():
    registry = Registry()
    registry.watch(Watch("tab", "Chart", "s1", frozenset({"person:p"}), until=NOW))
    registry.watch(Watch("tab", "List", "s1", frozenset({"person:q"})))
    assert [watch.screen for watch in registry.touching(["person:p", "x"])] == ["Chart"]
    assert registry.ended(NOW - timedelta(seconds=1)) == []
    assert [watch.screen for watch in registry.ended(NOW)] == ["Chart"]
    assert registry.ended(NOW) == []
    registry.forget("tab")
    assert registry.touching(["person:q"]) == []


def test_what_opens_by_the_clock_takes_nothing_away():
    registry = Registry()
    registry.watch(Watch("tab", "Chart", "s1", frozenset({"person:p"}), until=NOW, empties=True, opens=NOW))
    registry.watch(Watch("tab", "List", "s1", frozenset({"person:p"}), empties=True, opens=NOW))
    assert registry.ended(NOW - timedelta(seconds=1)) == []
    assert [(watch.screen, watch.empties) for watch in registry.ended(NOW)] == [("Chart", True), ("List", False)]
    assert registry.ended(NOW) == []
