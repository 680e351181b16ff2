"""A chosen time is held for its patient for five minutes, exactly, and for nobody else."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, func, select

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, NotFound
from health_cloud.core.ids import new_id
from health_cloud.followup import service
from health_cloud.followup.models import Hold
from health_cloud.followup.views import TimesPage
from tests.databases import Database
from tests.followup.eligibility import book, free_times, may_book
from tests.sharing import Cast, found_cast

REASON = "血糖最近偏高，想调一下药"


def _ready() -> tuple[Cast, list[str]]:
    cast = found_cast()
    day = (clock.now() + timedelta(days=3, hours=8)).date().isoformat()
    db.perform(service.open_slots, cast.chen, day, "09:00", "10:00", 15)
    for patient in (cast.lin, cast.wang):
        may_book(cast.town, patient, cast.chen)
    return cast, _free(cast.lin)


def _free(patient: Actor) -> list[str]:
    return free_times(patient)


def test_what_one_holds_another_sees_taken_until_the_very_instant(database: Database):
    clock.clock.frozen = clock.now()
    cast, free = _ready()
    until = datetime.fromisoformat(db.perform(service.hold, cast.lin, free[0]))
    assert until == clock.now() + timedelta(minutes=5)
    page = _times(cast.lin, cast)
    assert (page.held, datetime.fromisoformat(page.held_until)) == (free[0], until)
    other = _times(cast.wang, cast)
    assert (other.held, datetime.fromisoformat(other.opens)) == ("", until)
    clock.clock.advance(minutes=5, microseconds=-1)
    assert _free(cast.wang) == free[1:]
    for act in (lambda: db.perform(service.hold, cast.wang, free[0]), lambda: _book(cast.wang, free[0])):
        with pytest.raises(Conflict):
            act()
    assert datetime.fromisoformat(db.perform(service.hold, cast.lin, free[0])) == until, "held again, it lasts longer"
    clock.clock.advance(microseconds=1)
    assert _free(cast.wang) == free
    assert _times(cast.lin, cast).held == ""
    _book(cast.wang, free[0])
    with pytest.raises(Conflict):
        _book(cast.lin, free[0])


def _times(patient: Actor, cast: Cast, day: str = "") -> TimesPage:
    return db.perform(service.times_page, patient, cast.town.departments["endocrinology"], cast.chen.account_id, day)


def _book(patient: Actor, slot: str) -> None:
    db.perform(service.book, patient, slot, REASON)


def test_one_holds_one_time_and_booking_lets_go(database: Database):
    cast, free = _ready()
    for slot in free:
        db.perform(service.hold, cast.lin, slot)
    assert _free(cast.wang) == free[:-1]
    _book(cast.lin, free[-1])
    with db.reading() as session:
        assert _holds(session) == 0


def _holds(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Hold).where(col(Hold.until_at) > clock.now())).one()


def test_who_may_not_book_holds_nothing(database: Database):
    cast, free = _ready()
    for somebody in (cast.chen, cast.staff):
        with pytest.raises(Denied):
            db.perform(service.hold, somebody, free[0])
    for nothing in (new_id(), "", "x", None, 5):
        with pytest.raises(NotFound):
            db.perform(service.hold, cast.lin, nothing)
    day = (clock.now() + timedelta(days=4)).date().isoformat()
    db.perform(service.open_slots, cast.sun, day, "09:00", "10:00", 15)
    unchecked = [slot for slot in _free(cast.lin) if slot not in free]
    for slot in unchecked:
        with pytest.raises(Denied):
            db.perform(service.hold, cast.lin, slot)
    db.perform(service.close_slot, cast.chen, free[0])
    with pytest.raises(Conflict):
        db.perform(service.hold, cast.lin, free[0])
    with db.reading() as session:
        assert _holds(session) == 0


def test_of_many_at_once_one_holds(database: Database):
    cast, free = _ready()
    held: list[Actor] = []
    unexpected: list[BaseException] = []

    def client(patient: Actor) -> None:
        try:
            db.perform(service.hold, patient, free[0])
            held.append(patient)
        except HealthCloudError as refusal:
            if not isinstance(refusal, Conflict):
                unexpected.append(refusal)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the test must see it
            unexpected.append(problem)

    crowd = [threading.Thread(target=client, args=((cast.lin, cast.wang)[n % 2],)) for n in range(16)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert unexpected == []
    assert len({each.account_id for each in held}) == 1


def test_the_page_of_times_counts_what_is_free(database: Database):
    cast, free = _ready()
    page = _times(cast.lin, cast)
    assert (page.step, page.next, [slot.id for slot in page.morning], page.afternoon) == ("", free[0], free, ())
    assert [day.kind for day in page.days] == [*["none"] * (len(page.days) - 1), "free"]
    assert (page.days[-1].day, page.days[-1].free, page.kinds, page.minutes) == (page.day, 4, ("text",), 15)
    db.perform(
        service.open_slots, cast.chen, (clock.now() + timedelta(days=5)).date().isoformat(), "14:00", "15:00", 30
    )
    later = _times(cast.lin, cast, _times(cast.lin, cast).days[-1].day)
    assert ([slot.id for slot in later.morning], len(later.afternoon), later.next) == ([], 2, free[0])
    for slot in free[:2]:
        book(cast.wang, slot)
    may_book(cast.town, cast.wang, cast.chen)
    db.perform(service.hold, cast.wang, free[2])
    assert [slot.id for slot in _times(cast.lin, cast).morning] == free[3:]
    db.perform(service.hold, cast.lin, free[3])
    (full,) = [day for day in _times(cast.wang, cast).days if day.day == page.day]
    assert (full.free, full.kind) == (1, "free")  # what one holds oneself
    assert _times(cast.lin, cast).held == free[3]
    with pytest.raises(Denied):
        _times(cast.chen, cast)
    for nobody in (cast.sun.account_id, new_id(), "x"):
        with pytest.raises(NotFound):
            db.perform(service.times_page, cast.lin, cast.town.departments["endocrinology"], nobody)
