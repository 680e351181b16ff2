"""One's own life in order, visit by visit, a stretch at a time; any year of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.chart.service import Chart, choices_along, open_chart, proof_of_chart, timeline, timeline_upward
from health_cloud.chart.views import NO_PROOF, EntryRow, Narrowed, Stop, StopFacet
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action
from health_cloud.core.words import Words
from health_cloud.records.service.categories import TIMELINE, kind_of
from health_cloud.records.service.filters import address, filters_of, key_of, narrowed_by
from health_cloud.records.service.reading import list_row, opens_next, topics_of
from health_cloud.records.service.sources import sources
from health_cloud.records.views.filters import NO_CHOICE, UNFILTERED, Asked, OneOf, Option
from health_cloud.records.views.timeline import MadeRow, StopRow, TimelinePage, Year

PAGE = 20
FIRST = 12
"""So many stops come first: a phone shows two or three."""
MOST = 80
"""So many stops are read at once for whoever comes back to where they were."""
SHOWN = 6
"""So many entries stand below a visit, what is sought first; the visit itself has them all."""
_FIRST = "00000000-0000-0000-0000-000000000000"


def visits_page(
    session: Session, actor: Actor, person_id: str, asked: Asked = UNFILTERED, start: str = "", count: int = 0
) -> TimelinePage:
    """Return a stretch of visits with what they made, and of entries of no visit at their time, under a filter.

    Args:
        session: the transaction.
        actor: who reads.
        person_id: whose chart.
        asked: the filter.
        start: cursor of the stop before the first, empty for the newest; one with nothing behind it counts as that.
        count: how many stops the reader had, for coming back to the same place.
    """
    length = min(max(count, min(FIRST, PAGE)), MOST)
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        facets = choices_along(chart, Narrowed(abnormal=asked.only == "abnormal", fresh=asked.only == "new"))
        narrowed = narrowed_by(chart, TIMELINE, asked, facets)
        start, found = _from(chart, start, length, narrowed)
        years = _years(found, asked)
        return TimelinePage(
            years,
            at=address(TIMELINE, asked),
            older=found[-1].cursor if len(found) == length else "",
            start=start,
            jump=_jump(chart, asked, facets, years[0].year if start and years else ""),
            filters=filters_of(chart, TIMELINE, asked, facets),
            sources=sources(chart),
            proof=proof_of_chart(chart) if found else NO_PROOF,
            topics=topics_of(chart),
            opens=opens_next(chart),
        )


def _from(chart: Chart, start: str, length: int, narrowed: Narrowed) -> tuple[str, list[Stop]]:
    """Return where a stretch begins, and its stops: an address is the client's word, and may be of another day."""
    try:
        found = timeline(chart, before=start, limit=length, narrowed=narrowed)
    except Invalid:
        found = []
    return (start, found) if found or not start else ("", timeline(chart, limit=length, narrowed=narrowed))


def visits_older(session: Session, actor: Actor, person_id: str, asked: Asked, cursor: str) -> TimelinePage:
    """Return the page that is older than where a stretch ends."""
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        found = timeline(chart, before=cursor, limit=PAGE, narrowed=_narrowed(chart, asked))
        older = found[-1].cursor if len(found) == PAGE else ""
        return TimelinePage(
            _years(found, asked), older=older, start=cursor, topics=topics_of(chart), opens=opens_next(chart)
        )


def visits_newer(session: Session, actor: Actor, person_id: str, asked: Asked, cursor: str) -> TimelinePage:
    """Return the page that ends where a stretch begins."""
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        found, begins = timeline_upward(chart, cursor, limit=PAGE, narrowed=_narrowed(chart, asked))
        return TimelinePage(_years(found, asked), start=begins, topics=topics_of(chart), opens=opens_next(chart))


def _narrowed(chart: Chart, asked: Asked) -> Narrowed:
    return narrowed_by(chart, TIMELINE, asked, choices_along(chart) if asked.department else [])


def _years(found: Sequence[Stop], asked: Asked) -> list[Year]:
    rows = [_row(stop, asked.only) for stop in found]
    return [Year(year, list(same)) for year, same in groupby(rows, key=lambda row: row.occurred[:4])]


def _row(stop: Stop, only: str) -> StopRow:
    visit, itself = stop.visit, stop.itself
    if visit is None:
        (entry,) = stop.entries
        return StopRow(
            id=stop.id,
            visit=False,
            title=Words(),
            kind="",
            department=entry.place,
            practitioner=entry.practitioner,
            organization=entry.organization,
            occurred=entry.occurred or entry.occurred_at,
            href="",
            made=[_made(entry)],
            more=0,
            fresh=entry.fresh,
        )
    entries = sorted(stop.entries, key=lambda entry: not _sought(entry, only))
    return StopRow(
        id=stop.id,
        visit=True,
        title=visit.title,
        kind=visit.visit_type,
        department=visit.department,
        practitioner=visit.practitioner,
        organization=visit.organization,
        occurred=visit.occurred or visit.occurred_at,
        href=f"/records/{visit.entry_class}/{visit.entry_id}" if visit.entry_id else "",
        made=[_made(entry) for entry in entries[:SHOWN]],
        more=max(0, len(entries) - SHOWN),
        fresh=any(entry.fresh for entry in entries) or (itself is not None and itself.fresh),
    )


def _sought(entry: EntryRow, only: str) -> bool:
    """Tell whether an entry is why its visit stands here."""
    return (only == "abnormal" and entry.flag not in ("", "normal")) or (only == "new" and entry.fresh)


def _made(entry: EntryRow) -> MadeRow:
    line = list_row(entry)
    return MadeRow(
        line.id,
        line.record_class,
        line.href,
        line.title,
        line.count,
        line.kind,
        line.word,
        line.flagged,
        line.fresh,
        line.mark,
    )


def _jump(chart: Chart, asked: Asked, facets: Sequence[StopFacet], chosen: str) -> OneOf:
    """Offer each year from the first to the last that has anything; one without anything leads to what follows it."""
    left = [each for each in facets if _is_of(each, asked)]
    ends = [at for each in left for at in (each.first, each.last) if at is not None]
    zone = next((ZoneInfo(name) for name in chart.zones.values() if name), UTC)
    years = [at.astimezone(zone).year for at in ends]
    first, last = min(years, default=0), max(years, default=0)
    if first == last:
        return NO_CHOICE
    at = address(TIMELINE, asked)
    hrefs = {str(year): _year_at(at, year, zone) for year in range(last, first - 1, -1)}
    newest = Option(at, text="records.visits.newest")
    return OneOf(hrefs.get(chosen, at), [newest, *(Option(href, year=year) for year, href in hrefs.items())])


def _is_of(facet: StopFacet, asked: Asked) -> bool:
    """Tell whether a filter leaves such stops, but for what is abnormal or new."""
    return (
        asked.hospital in ("", facet.organization_id)
        and asked.kind in ("", kind_of(TIMELINE.kinds, facet.kind))
        and asked.department in ("", key_of(facet.place))
    )


def _year_at(at: str, year: int, zone: tzinfo) -> str:
    """Return the address of what is older than the end of a year."""
    end = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    return f"{at}{'&' if '?' in at else '?'}{urlencode({'from': f'{end.isoformat()}~{_FIRST}'})}"
