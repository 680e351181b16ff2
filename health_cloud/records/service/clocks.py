"""Times on the hospital's clock: who reads far from home sees one zone on a page, or the other one by its name.

Browsers show a time without a zone, or with another zone than UTC, as it is written, wherever they are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from health_cloud.chart.views import WhyCard
from health_cloud.core.words import Words
from health_cloud.records.views.changes import Change
from health_cloud.records.views.screens import Field

NOTHING = Words()
_MINUTES = 60


def here(instant: datetime, zone: str) -> str:
    """Return an instant as it stands on the hospital's clock, without a zone."""
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M:%S}"


def on_clock(at: str, zone: str) -> str:
    """Return a time of UTC on the hospital's clock; one that is partial, or written by another clock, as it is."""
    instant = _instant(at)
    return here(instant, zone) if instant is not None and not instant.utcoffset() else at


def clocked(fact: Field, zone: str) -> Field:
    """Return a fact with its time on the hospital's clock; beside one written by another clock stands its zone."""
    return replace(fact, words=_other_zone(fact.at, zone), at=on_clock(fact.at, zone)) if fact.at else fact


def why_on_clock(why: WhyCard, zone: str) -> WhyCard:
    """Return the decision with its times on the hospital's clock."""
    return replace(
        why,
        outcome_at=on_clock(why.outcome_at, zone),
        released_at=on_clock(why.released_at, zone),
        arrived_at=on_clock(why.arrived_at, zone),
        until=on_clock(why.until, zone),
    )


def change_on_clock(change: Change, zone: str) -> Change:
    """Return a change with its times on the hospital's clock."""
    was, now = (
        replace(each, at=on_clock(each.at, zone), until=on_clock(each.until, zone)) for each in (change.was, change.now)
    )
    return replace(change, was=was, now=now)


def _instant(at: str) -> datetime | None:
    """Return the instant that a text names; none where it is partial or has no zone."""
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _other_zone(at: str, zone: str) -> Words:
    instant = _instant(at)
    if instant is None:
        return NOTHING
    offset = instant.utcoffset() or timedelta()
    if not offset or offset == instant.astimezone(ZoneInfo(zone)).utcoffset():
        return NOTHING
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), _MINUTES)
    return Words.same(f"UTC{'−' if offset < timedelta() else '+'}{hours}{f':{minutes:02}' if minutes else ''}")
