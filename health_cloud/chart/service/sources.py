"""How far each feed is complete: written by its imports, told to whoever reads a chart of its hospital.

Nothing of a patient stands here but that something about one record could not be taken in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from health_cloud.chart.models import Gap, Source
from health_cloud.chart.service.door import Chart
from health_cloud.chart.views import SourceState
from health_cloud.core import changes, clock
from health_cloud.core.words import Words

CYCLES = {"real_time": 4, "day": 30, "night": 30, "none": 0}
"""How often a feed may deliver, and after so many silent hours one is told; 0 is never.

A day and a quarter, for a delivery takes its time, and an hour that is late is no failure.
"""
STALLED = timedelta(minutes=5)
"""An import says every few seconds that it is at work; one that has not for so long was cut off."""


@dataclass(frozen=True)
class Promise:
    """What a hospital says of its feed; None leaves what was said before."""

    name: Words | None = None
    cycle: str | None = None
    patience_hours: int | None = None


def put_source(session: Session, organization_id: str, feed_id: str, promise: Promise) -> None:
    """Note what a hospital says of its feed; a new one delivers within a day unless it is said otherwise."""
    source = session.get(Source, feed_id)
    if source is None:
        source = Source(feed_id=feed_id, organization_id=organization_id)
        session.add(source)
    if promise.name is not None:
        source.name_zh, source.name_en = promise.name.zh, promise.name.en
    if promise.cycle is not None:
        source.cycle = promise.cycle
    if promise.patience_hours is not None:
        source.patience_hours = promise.patience_hours
    changes.note(session, f"organization:{organization_id}")


def begin_delivery(session: Session, feed_id: str, at: datetime) -> None:
    """Note that an import of this feed is at work; one before it that never ended was cut off."""
    source = session.get_one(Source, feed_id)
    if source.alive_at is not None:
        source.state = "cut_off"
    source.tried_at, source.alive_at = at, clock.now()


def keep_alive(session: Session, feed_id: str) -> None:
    """Note that the import is still at work."""
    session.get_one(Source, feed_id).alive_at = clock.now()


def end_delivery(session: Session, feed_id: str, *, complete_to: datetime | None, refused: bool) -> None:
    """Note that the import has come to its end.

    Args:
        session: the transaction.
        feed_id: the feed.
        complete_to: up to when it brought everything; None where it brought nothing new, which tells nothing unless
            it mends what had failed before.
        refused: some of it could not be read: what came after the last whole delivery may be missing.
    """
    source = session.get_one(Source, feed_id)
    if complete_to is None and source.state != "whole":
        complete_to = source.tried_at
    if not refused:
        source.complete_to = max(filter(None, (source.complete_to, complete_to)), default=None)
    source.state, source.alive_at = "refused" if refused else "whole", None
    changes.note(session, f"organization:{source.organization_id}")


def cut_delivery(session: Session, feed_id: str) -> None:
    """Note that the import broke off."""
    source = session.get_one(Source, feed_id)
    source.state, source.alive_at = "cut_off", None
    changes.note(session, f"organization:{source.organization_id}")


def put_gap(session: Session, feed_id: str, record_id: str, person_id: str) -> None:
    """Note that what arrived about this record could not be taken in; since the first time."""
    if session.get(Gap, (feed_id, record_id)) is None:
        source = session.get_one(Source, feed_id)
        since = source.complete_to or source.tried_at or clock.now()
        session.add(Gap(feed_id=feed_id, record_id=record_id, person_id=person_id, since=since))


def close_gap(session: Session, feed_id: str, record_id: str) -> None:
    """Note that everything about this record is taken in."""
    session.exec(delete(Gap).where(col(Gap.feed_id) == feed_id, col(Gap.record_id) == record_id))


def sources_of(chart: Chart) -> list[SourceState]:
    """Return how far each feed of the hospitals is complete that know this person, in the order of the hospitals."""
    hospitals = list(chart.names)
    missing = (
        select(func.min(Gap.since))
        .where(Gap.feed_id == Source.feed_id, Gap.person_id == chart.person_id)
        .correlate(Source)
        .scalar_subquery()
    )
    query = select(Source, missing).where(col(Source.organization_id).in_(hospitals))
    rows = chart.session.exec(query).all()
    found = [state_of(row, chart.names[row.organization_id], chart.now, since) for row, since in rows]
    return sorted(found, key=lambda each: (hospitals.index(each.organization_id), each.feed_id))


def source_of_feed(session: Session, feed_id: str) -> SourceState | None:
    """Return how far one feed is complete, for those who watch over the imports."""
    row = session.get(Source, feed_id)
    return None if row is None else state_of(row, Words(), clock.now(), None)


def state_of(row: Source, organization: Words, now: datetime, missing: datetime | None) -> SourceState:
    """Return how a feed stands at an instant; `missing` is since when something of this person is."""
    hours = row.patience_hours or CYCLES[row.cycle]
    late = row.complete_to + timedelta(hours=hours) if row.complete_to and CYCLES[row.cycle] else None
    stalled = row.alive_at + STALLED if row.alive_at else None
    complete_to = min(row.complete_to, missing) if row.complete_to and missing else row.complete_to
    if row.complete_to is None:
        state = "first"
    elif missing:
        state = "refused"
    elif row.state != "whole":
        state = row.state
    elif stalled and stalled <= now:
        state = "cut_off"
    else:
        state = "silent" if late and late <= now else "whole"
    turns = min((each for each in (late, stalled) if each and each > now), default=None)
    return SourceState(
        row.feed_id,
        row.organization_id,
        organization,
        Words(row.name_zh, row.name_en),
        state,
        row.cycle,
        complete_to,
        row.tried_at,
        turns if state == "whole" else None,
    )
