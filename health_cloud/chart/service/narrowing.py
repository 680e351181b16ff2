"""Filters of a list as conditions of its query; the page is still sought in its index and walked in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.chart.service import rows
from health_cloud.chart.service.groups import GROUPED, Condition, together
from health_cloud.chart.views import Kinds, Narrowed
from health_cloud.core.dialects import year_of
from health_cloud.core.instants import UtcInstant
from health_cloud.core.vocabulary import RecordClass

ABNORMAL = ("critical", "high", "low", "abnormal")
"""What the flag of an entry with something out of the ordinary says."""
_MEMBER = (aliased(ChartEntry), aliased(ReleaseKey))
"""Another of a group; made once, as an alias learns each of its columns anew."""
_A_DAY = timedelta(days=1)
"""A year begins at most so long before or after it does in UTC."""


def abnormal(entry: type[ChartEntry] = ChartEntry) -> ColumnElement[bool]:
    """Return the condition that something in an entry is flagged other than normal."""
    return col(entry.flag).in_(ABNORMAL)


def unopened(account_id: str, since: datetime, entry: type[ChartEntry] = ChartEntry) -> ColumnElement[bool]:
    """Return the condition that an entry is new to this account: an outcome since then, and not opened."""
    # wrapped, so that SQLite does not take the index on it in place of the one that has the page in order
    became = func.coalesce(col(entry.outcome_at), col(entry.occurred_at), type_=UtcInstant)
    return and_(became > since, ~rows.opened(account_id, entry))


def fresh(record_class: RecordClass | None, account_id: str, since: datetime, seen: Condition) -> ColumnElement[bool]:
    """Return the condition that a line of a class is new: its entry, or another of its group that may be seen.

    Where no class is named, it may be of any.
    """
    if record_class is not None and record_class not in GROUPED:
        return unopened(account_id, since)
    other, key = _MEMBER
    member = exists().where(together(other, key), seen(other, key), unopened(account_id, since, other))
    return or_(unopened(account_id, since), member)


def year(session: Session) -> ColumnElement[str]:
    """Return the year that an entry's line carries: as the source wrote it, else of its instant."""
    written = col(ChartEntry.occurred_text)
    return case((written != "", func.substr(written, 1, 4)), else_=year_of(session, col(ChartEntry.occurred_at)))


def kind() -> ColumnElement[str]:
    """Return the code of what sort of thing an entry is: its section as the source has it, else its kind of visit."""
    section = col(ReleaseKey.kind_group)
    return case((section != "", section), else_=col(ReleaseKey.visit_type))


def among(code: ColumnElement[str] | Mapped[str], kinds: Kinds) -> ColumnElement[bool]:
    """Return the condition that a code is of these kinds."""
    codes = sorted(kinds.codes)
    return code.not_in(codes) if kinds.but else code.in_(codes)


def conditions(
    session: Session,
    record_class: RecordClass | None,
    narrowed: Narrowed,
    account_id: str,
    since: datetime,
    seen: Condition,
) -> Iterator[ColumnElement[bool]]:
    """Yield what a filter asks of an entry that stands in a list.

    Args:
        session: the transaction.
        record_class: whose list; none where entries of all stand together.
        narrowed: the filter.
        account_id: who reads.
        since: what became an outcome before is not called new.
        seen: what this reader may see: an entry is new with any medicine of its prescription that may be seen.
    """
    if narrowed.abnormal:
        yield abnormal()
    if narrowed.fresh:
        yield fresh(record_class, account_id, since, seen)
    if narrowed.organization_id:
        yield col(ChartEntry.organization_id) == narrowed.organization_id
    if narrowed.place is not None:
        yield col(ChartEntry.place_zh) == narrowed.place.zh
        yield col(ChartEntry.place_en) == narrowed.place.en
    if narrowed.kinds is not None:
        yield among(kind(), narrowed.kinds)
    if narrowed.since is not None:
        yield col(ChartEntry.occurred_at) >= narrowed.since
    if narrowed.year:
        yield from _in_year(session, narrowed.year)


def _in_year(session: Session, wanted: int) -> Iterator[ColumnElement[bool]]:
    """The bounds are for the index to seek; the year itself is as the line says it, in the hospital's zone."""
    occurred: Any = col(ChartEntry.occurred_at)
    if wanted > MINYEAR:
        yield occurred >= datetime(wanted, 1, 1, tzinfo=UTC) - _A_DAY
    if wanted < MAXYEAR:
        yield occurred < datetime(wanted + 1, 1, 1, tzinfo=UTC) + _A_DAY
    yield year(session) == f"{wanted:04}"
