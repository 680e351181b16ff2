"""A physician reads on a ground, such as a grant: the same screens, within it, each use asked of the policy anew."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.access.service.addresses import moved
from health_cloud.access.service.grounds import ground_to
from health_cloud.access.service.originals import with_originals
from health_cloud.access.views import ChartPage, ClassTab
from health_cloud.chart.service import open_chart
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service.reading import SAYS, entry_page, list_page, newer_page, opens_next, topics_of
from health_cloud.records.views.screens import EntryPage, ListPage


def chart_page(session: Session, actor: Actor, grant_id: str, screen: str = "") -> ChartPage:
    """Return a granted chart with a count per class; what is not granted is locked and not counted.

    Args:
        session: the transaction.
        actor: who reads.
        grant_id: on whose word.
        screen: the tab in which it is read, here and below: a grant may be for one opening.

    Raises:
        NotFound: no such grant of the actor.
        Denied: it is over.
    """
    grant, reader = ground_to(session, actor, grant_id, screen)
    with open_chart(session, reader, grant.person_id, Action.COUNT_ENTRIES) as chart:
        counts = {count.record_class: count for count in chart.counts()}
        topics, opens = topics_of(chart), opens_next(chart)
    tabs = tuple(
        ClassTab(name.value, True, counts[name.value].count, counts[name.value].more)
        if name.value in counts
        else ClassTab(name.value, False)
        for name in RecordClass
    )
    # the id of a person is nobody's business but the server's
    whose = replace(grant, person_id="")
    return ChartPage(whose, tabs, any(name in counts for name in SAYS), (f"grant:{grant.id}", *topics), opens)


def granted_list(
    session: Session,
    actor: Actor,
    grant_id: str,
    record_class: str,
    start: str = "",
    count: int = 0,
    *,
    screen: str = "",
) -> ListPage:
    """Return a stretch of one class under a grant.

    Args:
        session: the transaction.
        actor: who reads.
        grant_id: on whose word.
        record_class: one of the six.
        start: cursor of the line before the first, empty for the newest.
        count: how many lines the reader had, for coming back to the same place.
        screen: the tab.

    Raises:
        NotFound: no such grant of the actor.
        Denied: it is over, or does not open this class.
        Invalid: there is no such class, or the cursor is none of ours.
    """
    grant, reader = ground_to(session, actor, grant_id, screen)
    return replace(list_page(session, reader, grant.person_id, record_class, start, count), topics=())


def granted_newer(
    session: Session, actor: Actor, grant_id: str, record_class: str, cursor: str, *, screen: str = ""
) -> ListPage:
    """Return the page of one class under a grant that ends where a stretch begins.

    Raises:
        NotFound: no such grant of the actor.
        Denied: it is over, or does not open this class.
        Invalid: there is no such class, or the cursor is none of ours.
    """
    grant, reader = ground_to(session, actor, grant_id, screen)
    return replace(newer_page(session, reader, grant.person_id, record_class, cursor), topics=())


def granted_entry(session: Session, actor: Actor, grant_id: str, entry_id: str, *, screen: str = "") -> EntryPage:
    """Return one entry under a grant.

    Raises:
        NotFound: no such grant of the actor, or no such entry within it.
        Denied: it is over.
    """
    grant, reader = ground_to(session, actor, grant_id, screen)
    # the list beside it is where other entries are opened from
    page = replace(entry_page(session, reader, grant.person_id, entry_id), beside=[], topics=())
    return with_originals(moved(page, grant.id), grant.id)
