"""What one process commits, another hears: all of it, once, and nothing that was rolled back."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.orm import Session as PlainSession
from sqlmodel import Session, select

from health_cloud.core import changes, db, elsewhere
from health_cloud.core.actors import Actor, system
from health_cloud.core.changes import EVERYTHING
from health_cloud.core.clock import clock
from health_cloud.core.elsewhere import Elsewhere, prune
from health_cloud.core.errors import Invalid
from health_cloud.core.models import Change

JOB = system("test")


def change(*topics: str) -> None:
    def noting(session: Session, _actor: Actor) -> None:
        changes.note(session, *topics)

    db.perform(noting, JOB)


@pytest.fixture
def worker(database, monkeypatch) -> Elsewhere:
    """A worker of another process, that has just started."""
    assert database
    heard = Elsewhere()
    heard.hear()
    monkeypatch.setattr(elsewhere, "this_process", lambda: "the worker")
    return heard


def test_each_change_is_heard_once(worker: Elsewhere):
    change("person:a", "grant:b")
    change("person:c")
    assert worker.hear() == {"person:a", "grant:b", "person:c"}
    assert worker.hear() == frozenset()
    change("person:d")
    assert worker.hear() == {"person:d"}


def test_what_was_there_before_the_start_is_not_heard(database):
    change("person:before")
    worker = Elsewhere()
    assert worker.hear() == frozenset()
    assert worker.hear() == frozenset()


def test_ones_own_changes_are_told_in_the_process_and_not_heard_again(database):
    worker = Elsewhere()
    worker.hear()
    told: list[frozenset[str]] = []
    stop = changes.listen(told.append)
    change("person:a")
    stop()
    assert told == [{"person:a"}]
    assert worker.hear() == frozenset()


def test_a_rolled_back_change_never_was(worker: Elsewhere):
    def fail(session: Session, _actor: Actor) -> None:
        changes.note(session, "person:a")
        raise Invalid

    with pytest.raises(Invalid):
        db.perform(fail, JOB)
    assert worker.hear() == frozenset()


def test_a_transaction_without_topics_keeps_nothing(database):
    db.perform(lambda _session, _actor: None, JOB)
    with db.reading() as session:
        assert session.exec(select(Change)).all() == []


def test_a_change_that_is_committed_after_a_later_one_is_heard(worker: Elsewhere, database):
    """PostgreSQL gives numbers before the commit: an earlier one may come last. SQLite has one writer."""
    if database.kind == "sqlite":
        pytest.skip("SQLite lets one writer in at a time: its numbers come in the order of commits")
    with PlainSession(db.engine()) as first, PlainSession(db.engine()) as second:
        for name, session in (("first", first), ("second", second)):
            session.info["health_cloud_topics"] = {f"person:{name}"}
            changes.keep(session)
        change("person:quick")
        assert worker.hear() == {"person:quick"}
        second.commit()
        assert worker.hear() == {"person:second"}
        change("person:between")
        assert worker.hear() == {"person:between"}
        first.commit()
        assert worker.hear() == {"person:first"}
        assert worker.hear() == frozenset()


def test_nothing_is_lost_or_doubled_while_many_write(worker: Elsewhere):
    writers, each = 6, 15
    over = threading.Event()
    heard: list[str] = []

    def listen() -> None:
        while not over.is_set():
            heard.extend(worker.hear())

    def write(number: int) -> None:
        for turn in range(each):
            change(f"person:{number}.{turn}")

    listener = threading.Thread(target=listen)
    listener.start()
    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    listener.join()
    heard.extend(worker.hear())
    assert sorted(heard) == sorted(f"person:{number}.{turn}" for number in range(writers) for turn in range(each))


def test_what_every_worker_has_heard_is_pruned_and_no_number_comes_twice(worker: Elsewhere):
    change("person:old")
    assert worker.hear() == {"person:old"}
    clock.advance(minutes=4)
    assert prune() == 0
    assert worker.hear() == frozenset()
    clock.advance(minutes=4)
    assert worker.hear() == frozenset()
    clock.advance(minutes=4)
    assert prune() == 1
    change("person:new")
    assert worker.hear() == {"person:new"}


def test_whoever_slept_too_long_takes_everything_as_changed(worker: Elsewhere):
    change("person:a")
    clock.advance(minutes=11)
    prune()
    assert worker.hear() == {EVERYTHING}
    change("person:b")
    assert worker.hear() == {"person:b"}


def test_a_failure_loses_nothing(worker: Elsewhere, monkeypatch):
    change("person:a")
    with monkeypatch.context() as broken:
        broken.setattr(db, "reading", None)
        with pytest.raises(TypeError):
            worker.hear()
    assert worker.hear() == {"person:a"}


def test_everything_touches_every_screen():
    registry = changes.Registry()
    registry.watch(changes.Watch("tab", "Chart", "s1", frozenset({"person:p"})))
    assert registry.touching([EVERYTHING])


def test_a_forked_process_has_a_name_of_its_own(monkeypatch):
    before = changes.this_process()
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert changes.this_process() != before
