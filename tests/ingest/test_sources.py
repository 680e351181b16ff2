"""Up to when a feed is complete: after a whole delivery, a refused one, one that broke off, and silence."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from health_cloud.chart.models import Gap, Source
from health_cloud.chart.service.sources import Promise, state_of
from health_cloud.core import changes, clock, db
from health_cloud.core.words import Words
from health_cloud.ingest.service import publishing, run
from health_cloud.ingest.service.promises import promise
from tests.ingest.feed import Feeder, observation, patient, report

START = datetime(2026, 4, 14, 0, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
LOG = '{"level": "info"}\n'


@pytest.fixture(autouse=True)
def _steady_clock() -> Generator[None]:
    clock.clock.frozen = START
    yield
    clock.clock.reset()


def later(**by: float) -> datetime:
    """Let time pass; returns what it is then."""
    clock.clock.frozen = clock.now() + timedelta(**by)
    return clock.now()


def told(missing: datetime | None = None) -> tuple[str, datetime | None]:
    """How the only feed stands, and up to when it is complete."""
    with db.reading() as session:
        found = state_of(session.exec(select(Source)).one(), Words(), clock.now(), missing)
    return found.state, found.complete_to


def test_a_delivery_is_complete_up_to_its_beginning_and_silence_is_told_after_its_cycle(feeder: Feeder) -> None:
    feeder.feed(patient(), report())
    assert told() == ("whole", START)
    later(hours=29, minutes=59)
    assert told() == ("whole", START)
    later(minutes=1)
    assert told() == ("silent", START)
    feeder.feed(report("other"))
    assert told() == ("whole", clock.now())


def test_the_same_files_again_do_not_end_the_silence(feeder: Feeder) -> None:
    path = feeder.file(report())
    feeder.run(path)
    later(hours=31)
    feeder.run(path)
    assert told() == ("silent", START)


@pytest.mark.parametrize(
    ("cycle", "patience", "hours"), [("real_time", None, 4), ("night", None, 30), ("day", 3, 3), ("none", 3, 0)]
)
def test_how_long_a_feed_may_be_silent_is_the_hospitals_word(
    feeder: Feeder, cycle: str, patience: int | None, hours: int
) -> None:
    feeder.feed(report(), promise=Promise(cycle=cycle, patience_hours=patience))
    later(hours=hours or 9999)
    assert told()[0] == ("silent" if hours else "whole")
    later(hours=-0.1)
    assert told()[0] == "whole"


def test_what_is_said_of_a_feed_stays_until_it_is_said_otherwise(feeder: Feeder) -> None:
    feeder.feed(report(), promise=Promise(Words("检验系统", "Laboratory system"), "night", 40))
    feeder.feed(report("other"))
    promise("songyun", Promise(cycle="real_time"))
    with db.reading() as session:
        source = session.exec(select(Source)).one()
        assert (source.name_zh, source.name_en) == ("检验系统", "Laboratory system")
        assert (source.cycle, source.patience_hours) == ("real_time", 40)


def test_an_export_of_yesterday_is_complete_up_to_yesterday(feeder: Feeder) -> None:
    feeder.feed(report(), as_of=START - 20 * HOUR)
    assert told() == ("whole", START - 20 * HOUR)
    feeder.feed(report("older"), as_of=START - 90 * HOUR)
    assert told() == ("whole", START - 20 * HOUR), "an older one that comes later takes nothing back"
    feeder.feed(report("clock"), as_of=datetime(2026, 4, 14, 7))  # noqa: DTZ001 - the hospital's own clock
    assert told() == ("whole", datetime(2026, 4, 13, 23, tzinfo=UTC))
    feeder.feed(report("future"), as_of=START + HOUR)
    assert told() == ("whole", START), "nothing is complete up to a time that has not come"


def test_nothing_new_is_still_word_from_the_hospital_where_it_says_of_when(feeder: Feeder) -> None:
    path = feeder.file(report())
    feeder.run(path)
    later(hours=31)
    feeder.run(path, as_of=START + 30 * HOUR)
    assert told() == ("whole", START + 30 * HOUR)


def test_what_could_not_be_read_makes_a_delivery_incomplete_until_a_whole_one_comes(feeder: Feeder) -> None:
    feeder.feed(patient(), report())
    later(hours=1)
    feeder.run(feeder.file(report("other")), feeder.file("{ no JSON", "broken.json"))
    assert told() == ("refused", START)
    later(hours=1)
    feeder.feed(report("third"))
    assert told() == ("whole", START + 2 * HOUR)


def test_the_readable_part_again_mends_a_refused_delivery(feeder: Feeder) -> None:
    feeder.feed(patient(), report())
    later(hours=1)
    good = feeder.file(report("other"))
    feeder.run(good, feeder.file("{ no JSON", "broken.json"))
    later(hours=1)
    feeder.run(good)
    assert told() == ("whole", START + 2 * HOUR)


def test_a_log_among_the_files_is_no_record_that_is_missing(feeder: Feeder) -> None:
    done = feeder.run(feeder.file(report()), feeder.file(LOG, "log.ndjson"))
    assert done.accounted["rejected"] == 1
    assert told() == ("whole", START)


def test_a_first_delivery_that_was_refused_is_complete_up_to_nothing(feeder: Feeder) -> None:
    feeder.run(feeder.file(report()), feeder.file("{ no JSON", "broken.json"))
    assert told() == ("first", None)


def _published(run_it: Callable[[], object]) -> set[str]:
    topics: set[str] = set()
    stop = changes.listen(topics.update)
    run_it()
    stop()
    return topics


def test_open_screens_of_the_hospital_are_told_of_each_end_and_each_promise(
    feeder: Feeder, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeder.feed(patient(), report())
    with db.reading() as session:
        topic = f"organization:{session.exec(select(Source.organization_id)).one()}"
    assert topic in _published(lambda: promise("songyun", Promise(cycle="night")))
    monkeypatch.setattr(run, "put_source", lambda *_: None)
    assert topic in _published(lambda: feeder.feed(report("other")))
    monkeypatch.setattr(run, "decide_all", _broken)

    def broken() -> None:
        with pytest.raises(Stopped):
            feeder.feed(report("third"))

    assert topic in _published(broken)


class Stopped(BaseException):
    """Somebody pressed Ctrl-C."""


def _broken(*_: Any) -> Any:
    raise Stopped


def test_an_import_that_breaks_off_is_told_at_once_and_mended_by_the_next(
    feeder: Feeder, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeder.feed(patient(), report())
    later(hours=1)
    path = feeder.file(report("other"))
    with monkeypatch.context() as patched:
        patched.setattr(run, "decide_all", _broken)
        with pytest.raises(Stopped):
            feeder.run(path)
    assert told() == ("cut_off", START)
    later(hours=1)
    feeder.run(path)
    assert told() == ("whole", START + HOUR), "complete up to when the run over these files had begun"


def test_a_killed_import_says_nothing_any_more_and_is_told_by_that(
    feeder: Feeder, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeder.feed(patient(), report())
    path = feeder.file(report("other"))
    with monkeypatch.context() as patched:
        patched.setattr(run, "decide_all", _broken)
        patched.setattr(run, "cut_delivery", lambda *_: None)  # a killed process says nothing
        with pytest.raises(Stopped):
            feeder.run(path)
    assert told()[0] == "whole", "for all one can know it is still at work"
    later(minutes=5)
    assert told()[0] == "cut_off"
    seen: list[str] = []
    monkeypatch.setattr(run, "adopt", lambda _: seen.append(told()[0]))
    feeder.feed(report("third"))
    assert seen == ["cut_off"], "until another one has come to its end"
    assert told()[0] == "whole"


def test_a_long_import_says_that_it_is_at_work(feeder: Feeder, monkeypatch: pytest.MonkeyPatch) -> None:
    feeder.feed(patient(), report())
    seen: list[str] = []

    def slow(feeding: Any) -> Any:
        later(minutes=6)
        feeding.alive = -1000.0
        yield from publishing.decide_all(feeding)
        seen.append(told()[0])

    monkeypatch.setattr(run, "decide_all", slow)
    feeder.feed(report("other"))
    assert seen == ["whole"]


def test_what_could_not_be_judged_is_missing_to_that_patient_alone(
    feeder: Feeder, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {**patient(id="q", name=[{"text": "王建国"}], birthDate="1972-03-15")}
    feeder.feed(patient(), report(), other)
    later(hours=1)
    real = publishing.decide

    def odd(feeding: Any, folder: Any, *facts: Any) -> Any:
        if any(piece.type == "Observation" for piece in folder.all):
            raise ValueError("a shape that nobody thought of")
        return real(feeding, folder, *facts)

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "decide", odd)
        feeder.feed(observation())
        feeder.feed(observation("second"))
    assert told() == ("whole", START + HOUR)
    with db.reading() as session:
        (since,) = session.exec(select(Gap.since)).all()
    assert since == START
    assert told(since) == ("refused", START)
    feeder.feed(observation("third"))
    with db.reading() as session:
        assert session.exec(select(Gap)).all() == []
