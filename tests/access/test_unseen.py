"""What a patient does, and what comes in a class that was not granted, moves no screen of whoever reads their chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from health_cloud.access.service import treating
from health_cloud.access.service.reading import chart_page
from health_cloud.chart.service.drafts import EntryDraft, Key, Known, Release, VersionDraft, When
from health_cloud.chart.service.writer import ChartWriter
from health_cloud.consent.service import codes, decisions, standing
from health_cloud.core import changes, clock, db
from health_cloud.core.vocabulary import EntryState, RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.models import Link
from health_cloud.identity.service import deaths
from tests.databases import Database
from tests.sharing import Cast, ask, found_cast, give
from tests.treating import let_teams_read, open_visit

LABORATORY = (RecordClass.LABORATORY.value,)


def _moved(cast: Cast, grant: str, what: Callable[[], object]) -> bool:
    """Tell whether something moves what 陈 has open: a chart, and the list of whom the department treats."""
    topics = {*db.perform(chart_page, cast.chen, grant).topics, *db.perform(treating.ward, cast.chen).topics}
    heard: list[frozenset[str]] = []
    stop = changes.listen(heard.append)
    what()
    stop()
    assert heard, "nothing was done"
    return changes.meets(topics, frozenset().union(*heard))


def _open(period: tuple[str, str] = ("", "")) -> tuple[Cast, str]:
    cast = found_cast()
    let_teams_read(cast.staff)
    open_visit(cast.town, cast.town.lin)
    scope: dict[str, Any] = {"classes": LABORATORY, "period": period}
    return cast, give(cast.lin, ask(cast.chen, cast.town.lin.visit_card, **scope), **scope)


def _arrives(
    cast: Cast,
    record_class: RecordClass,
    state: EntryState = EntryState.PUBLISHED,
    at: datetime = datetime(2026, 3, 1, tzinfo=UTC),
) -> Callable[[], None]:
    """Return what brings an entry of a class to 林."""

    def arrive() -> None:
        version = VersionDraft(f"c{record_class}", f"s{record_class}", "final", "", at, "{}")
        draft = EntryDraft(
            "Test", f"n-{record_class}-{at:%d%H}", Release(record_class), state, When(at), clock.now(),
            Words("新"), Words(), Words(), (version,),
        )  # fmt: skip
        known: dict[Key, Known] = {}
        with db.writing() as session:
            person = cast.town.lin.person_id
            record = session.exec(select(Link.record_id).where(Link.person_id == person)).first() or ""
            writer = ChartWriter(cast.town.organization_id, cast.town.feed_id, "Asia/Shanghai")
            writer.put_entries(session, record, person, [draft], known, {}, clock.now())

    return arrive


def _said(choice: str) -> Callable[[Cast], Callable[[], None]]:
    return lambda cast: lambda: db.perform(standing.choose, cast.lin, "all", "", choice)


def _denied(cast: Cast) -> Callable[[], None]:
    waiting = ask(cast.sun, cast.town.lin.visit_card)
    return lambda: db.perform(decisions.deny_request, cast.lin, waiting)


def _gives(cast: Cast) -> Callable[[], object]:
    waiting = ask(cast.sun, cast.town.lin.visit_card)
    return lambda: give(cast.lin, waiting)


def _dies(cast: Cast) -> None:
    with db.writing() as session:
        deaths.died(session, cast.town.lin.person_id, clock.now())


UNSEEN: dict[str, Callable[[Cast], Callable[[], object]]] = {
    "denies somebody's request": _denied,
    "shows a code": lambda cast: lambda: db.perform(codes.show_code, cast.lin),
    "is asked by somebody": lambda cast: lambda: ask(cast.sun, cast.town.lin.visit_card),
    "gives somebody else a grant": _gives,
    "takes back a word that was never said": _said(""),
    "something comes in another class": lambda cast: _arrives(cast, RecordClass.IMAGING),
    "something comes that is held": lambda cast: _arrives(cast, RecordClass.LABORATORY, EntryState.HELD),
}
SEEN: dict[str, Callable[[Cast], Callable[[], object]]] = {
    "something comes in the class": lambda cast: _arrives(cast, RecordClass.LABORATORY),
    "says never": _said("never"),
    "dies": lambda cast: lambda: _dies(cast),
}


@pytest.mark.parametrize("what", UNSEEN)
def test_what_was_not_granted_moves_no_screen(database: Database, what: str):
    cast, grant = _open()
    assert not _moved(cast, grant, UNSEEN[what](cast)), what


@pytest.mark.parametrize("what", SEEN)
def test_what_decides_on_reading_does(database: Database, what: str):
    cast, grant = _open()
    assert _moved(cast, grant, SEEN[what](cast)), what


DAYS = {  # the hospital's calendar is eight hours ahead
    ("", ""): True,
    ("2026-03-01", "2026-03-01"): True,
    ("2026-03-02", ""): False,
    ("", "2026-02-28"): False,
    ("2026-02-01", "2026-02-28"): False,
}


@pytest.mark.parametrize("period", DAYS)
def test_what_comes_outside_the_days_that_were_granted_moves_no_screen(database: Database, period: tuple[str, str]):
    cast, grant = _open(period)
    for at in (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), datetime(2026, 3, 1, 15, 59, tzinfo=UTC)):
        assert _moved(cast, grant, _arrives(cast, RecordClass.LABORATORY, at=at)) is DAYS[period], at
