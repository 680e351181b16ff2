"""Originals, handed out with their own layout."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.chart.service import open_chart_of
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action
from health_cloud.records.models import Document
from health_cloud.records.service import blobs
from health_cloud.records.views.screens import DocumentBytes


def open_document(session: Session, actor: Actor, document_id: str) -> DocumentBytes:
    """Return an original of an entry that the actor may read.

    Raises:
        NotFound: absent, of somebody else, or not released: never told apart.
        Unavailable: the store of originals does not have it.
    """
    document = session.get(Document, document_id) if is_id(document_id) else None
    if document is None:
        raise NotFound(action=Action.READ_DOCUMENT.value, person_id=actor.subject_id)
    with open_chart_of(session, actor, document.entry_id, Action.READ_DOCUMENT) as chart:
        chart.entry(document.entry_id, Action.READ_DOCUMENT)
        chart.detail["document"] = document.id
        name = document.title_zh or document.title_en or document.id
        return DocumentBytes(blobs.load(document.blob_id), document.content_type, name)
