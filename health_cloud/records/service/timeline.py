"""One's own life in order, visit by visit, a stretch at a time; any year of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlmodel import Session

from health_cloud.chart.service import Chart, open_chart, timeline, timeline_upward, years_lived
from health_cloud.chart.views import EntryRow, Stop
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action
from health_cloud.core.words import Words
from health_cloud.records.service.reading import list_row, opens_next, topics_of
from health_cloud.records.service.sources import sources
from health_cloud.records.views.filters import NO_CHOICE, OneOf, Option
from health_cloud.records.views.timeline import MadeRow, StopRow, TimelinePage, Year

AT = "/visits"
PAGE = 20
MOST = 80
"""So many stops are read at once for whoever comes back to where they were."""
SHOWN = 6
"""So many entries stand below a visit; the visit itself has them all."""
_FIRST = "00000000-0000-0000-0000-000000000000"


def visits_page(session: Session, actor: Actor, person_id: str, start: str = "", count: int = 0) -> TimelinePage:
    """Return visits with what they made, and entries of no visit at their time, older than the cursor `start`."""
    length = min(max(count, PAGE), MOST)
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        try:
            found = timeline(chart, before=start, limit=length)
        except Invalid:  # an address is the client's word
            start, found = "", timeline(chart, limit=length)
        older = found[-1].cursor if len(found) == length else ""
        years = _years(found)
        jump = _jump(chart, years[0].year if start and years else "")
        return TimelinePage(years, older, start, jump, sources(chart), topics_of(chart), opens_next(chart))


def visits_newer(session: Session, actor: Actor, person_id: str, cursor: str) -> TimelinePage:
    """Return the page that ends where a stretch begins."""
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        found, begins = timeline_upward(chart, cursor, limit=PAGE)
        return TimelinePage(_years(found), "", begins, topics=topics_of(chart), opens=opens_next(chart))


def _years(found: Sequence[Stop]) -> list[Year]:
    rows = [_row(stop) for stop in found]
    return [Year(year, list(same)) for year, same in groupby(rows, key=lambda row: row.occurred[:4])]


def _row(stop: Stop) -> StopRow:
    visit = stop.visit
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
        made=[_made(entry) for entry in stop.entries[:SHOWN]],
        more=max(0, len(stop.entries) - SHOWN),
        fresh=any(entry.fresh for entry in stop.entries),
    )


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
    )


def _jump(chart: Chart, chosen: str) -> OneOf:
    """Offer each year from the first to the last that may be seen; one without anything leads to what follows it."""
    first, last = years_lived(chart)
    if first == last:
        return NO_CHOICE
    zone = next((ZoneInfo(name) for name in chart.zones.values() if name), UTC)
    hrefs = {str(year): _year_at(year, zone) for year in range(last, first - 1, -1)}
    newest = Option(AT, text="records.visits.newest")
    return OneOf(hrefs.get(chosen, AT), [newest, *(Option(href, year=year) for year, href in hrefs.items())])


def _year_at(year: int, zone: tzinfo) -> str:
    """Return the address of what is older than the end of a year."""
    end = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    return f"{AT}?{urlencode({'from': f'{end.isoformat()}~{_FIRST}'})}"
