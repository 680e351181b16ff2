"""Originals under a grant: the same page as the patient's, each use asked of the policy anew."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.access.service.addresses import chart_address
from health_cloud.access.service.grounds import ground_to
from health_cloud.access.views import Leased
from health_cloud.core.actors import Actor
from health_cloud.records.service.originals import original_page
from health_cloud.records.views.original import OriginalPage
from health_cloud.records.views.screens import EntryPage, PaperLine


def granted_original(
    session: Session, actor: Actor, grant_id: str, entry_id: str, document_id: str, *, screen: str = ""
) -> Leased[OriginalPage]:
    """Return the page of an original of an entry under a grant.

    Raises:
        NotFound: no such grant of the actor, or no such original within it.
        Denied: the grant is over, or does not open this entry's class.
    """
    grant, reader = ground_to(session, actor, grant_id, screen)
    found = original_page(session, reader, grant.person_id, entry_id, document_id)
    page = replace(
        found,
        back=chart_address(grant.id, found.record_class, entry_id),
        others=[_moved(each, grant.id, entry_id) for each in found.others],
        topics=(f"grant:{grant.id}", *found.topics),
    )
    return Leased(page, replace(grant, person_id=""))


def with_originals(page: EntryPage, grant_id: str) -> EntryPage:
    """Lead from an entry under a grant to its originals under the same grant."""
    papers = [_moved(each, grant_id, page.id) for each in page.papers]
    versions = [
        replace(each, papers=[_moved(paper, grant_id, page.id) for paper in each.papers]) for each in page.versions
    ]
    first = next((each.page for each in papers if each.page), "")
    return replace(page, papers=papers, versions=versions, original=first)


def _moved(paper: PaperLine, grant_id: str, entry_id: str) -> PaperLine:
    address = f"/physician/chart/{grant_id}/original/{entry_id}/{paper.id}" if paper.id else ""
    return replace(paper, page=address)
