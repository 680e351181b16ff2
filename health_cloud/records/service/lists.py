"""One's own lists: a stretch of a class under a filter, as long as the reader had it, and what may be chosen."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.chart.service import Chart, choices, open_chart, proof_of_class, upward
from health_cloud.chart.views import NO_PROOF, EntryRow
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service import reading
from health_cloud.records.service.categories import shelf_of
from health_cloud.records.service.filters import address, filters_of, narrowed_by, periods
from health_cloud.records.service.reading import class_of, months_of, opens_next, topics_of
from health_cloud.records.service.sources import least_since, sources
from health_cloud.records.views.filters import UNFILTERED, Asked
from health_cloud.records.views.screens import ListPage, OwnList
from health_cloud.records.views.sources import Sources


def own_list(
    session: Session,
    actor: Actor,
    person_id: str,
    record_class: str,
    asked: Asked = UNFILTERED,
    start: str = "",
    count: int = 0,
) -> OwnList:
    """Return a stretch of a class under a filter, with all that it may be narrowed by.

    Args:
        session: the transaction.
        actor: who reads.
        person_id: whose chart.
        record_class: one of the six.
        asked: the filter.
        start: cursor of the line before the first, empty for the newest; one that is none of ours counts as that.
        count: how many lines the reader had, for coming back to the same place.
    """
    name, shelf = class_of(record_class), shelf_of(record_class)
    length = reading.first_length(count)
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        facets = choices(chart, name)
        narrowed = narrowed_by(chart, shelf, asked, facets)
        try:
            found = chart.entries(name, before=start, limit=length, narrowed=narrowed)
        except Invalid:  # an address is the client's word
            start, found = "", chart.entries(name, limit=length, narrowed=narrowed)
        known = sources(chart)
        proof = proof_of_class(chart, name) if found else NO_PROOF
        page = replace(_page(chart, name, found, length, known), proof=proof)
        filters = filters_of(chart, shelf, asked, facets, periods(shelf, asked, facets, chart.now))
        return OwnList(page, address(shelf, asked), start, filters, known)


def own_older(session: Session, actor: Actor, person_id: str, record_class: str, asked: Asked, cursor: str) -> ListPage:
    """Return the page of a class under a filter that is older than the cursor."""
    name, shelf = class_of(record_class), shelf_of(record_class)
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        facets = choices(chart, name) if asked.department else []
        narrowed = narrowed_by(chart, shelf, asked, facets)
        found = chart.entries(name, before=cursor, limit=reading.PAGE, narrowed=narrowed)
        return _page(chart, name, found, reading.PAGE, sources(chart))


def own_newer(session: Session, actor: Actor, person_id: str, record_class: str, asked: Asked, cursor: str) -> ListPage:
    """Return the page of a class under a filter that ends where a stretch begins."""
    name, shelf = class_of(record_class), shelf_of(record_class)
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        facets = choices(chart, name) if asked.department else []
        narrowed = narrowed_by(chart, shelf, asked, facets)
        found, begins = upward(chart, name, cursor, limit=reading.PAGE, narrowed=narrowed)
        months = months_of(found, least_since=least_since(sources(chart)))
        return ListPage(name.value, months, "", begins, topics_of(chart), opens_next(chart))


def _page(chart: Chart, name: RecordClass, found: list[EntryRow], length: int, known: Sources) -> ListPage:
    older = found[-1].cursor if len(found) == length else ""
    months = months_of(found, least_since=least_since(known))
    return ListPage(name.value, months, older, "", topics_of(chart), opens_next(chart))
