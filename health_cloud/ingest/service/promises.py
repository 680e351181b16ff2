"""What a hospital says of its feed, apart from any delivery."""

from __future__ import annotations

from sqlmodel import select

from health_cloud.chart.service.sources import Promise, put_source
from health_cloud.core import db
from health_cloud.core.errors import NotFound
from health_cloud.identity.service import directory
from health_cloud.ingest.models import Feed
from health_cloud.ingest.service.standing import HERE


def promise(organization_code: str, said: Promise) -> None:
    """Note what a hospital says of its feed; what it does not say stays as it was.

    Raises:
        NotFound: there is no such hospital, or it has never sent anything.
    """
    with db.writing() as session:
        hospitals = {code: organization_id for organization_id, code in directory.codes(session).items()}
        of_it = Feed.organization_id == hospitals.get(organization_code, "")
        query = select(Feed).where(of_it, Feed.code != HERE)
        feed = session.exec(query).first()
        if feed is None:
            raise NotFound
        put_source(session, feed.organization_id, feed.id, said)
