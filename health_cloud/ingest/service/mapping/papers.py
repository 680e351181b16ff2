"""Attachments as originals: their bytes go to the blob store, what was only named is said to be missing."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import fhir
from health_cloud.ingest.service.mapping.fhir import Json, obj, text, words
from health_cloud.ingest.service.mapping.medicines import Look
from health_cloud.records.service import blobs
from health_cloud.records.service.writer import Original
from health_cloud.records.views.content import NOTHING, Paper, Section

_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
_READABLE = 60_000
_CHARSET = re.compile(r"charset=([\w-]+)", re.IGNORECASE)
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


@dataclass
class Papers:
    """Collects the originals of one entry."""

    about: str
    """What makes document ids its own: the entry's key."""
    look: Look
    papers: list[Paper] = field(default_factory=list[Paper])
    originals: dict[str, Original] = field(default_factory=dict[str, Original])
    sections: list[Section] = field(default_factory=list[Section])

    def add(self, resource: Json, attachment: Json, title: Words, *, read: bool = False) -> None:
        """Take an attachment: from its own data, or from a Binary of the same feed; else it is missing.

        Args:
            resource: where it stands.
            attachment: the attachment.
            title: what it is called where it has no title of its own.
            read: also show plain text as a section.
        """
        called = words(attachment, "title")
        called = called if called != NOTHING else title
        kind = text(attachment.get("contentType"))
        at = text(attachment.get("creation"))
        content = decoded(attachment.get("data"))
        if content is None and attachment.get("url"):
            binary = self.look(resource, {"reference": attachment.get("url"), "type": "Binary"})
            if binary.get("resourceType") == "Binary":
                content, kind = decoded(binary.get("data")), text(binary.get("contentType")) or kind
        if content is None:
            if attachment.get("url") or attachment.get("data") or kind:
                self.papers.append(Paper(title=called, content_type=kind, at=at, missing=True))
            return
        plain = readable(content, kind)
        if read and plain:
            self.sections.append(Section(called, fhir.worded(plain)))
        self._store(content, kind, called, at)

    def _store(self, content: bytes, kind: str, called: Words, at: str) -> None:
        content_type = (_TYPE.match(kind) or [""])[0] or "application/octet-stream"
        charset = _CHARSET.search(kind)
        if content_type.startswith("text/"):
            content_type = f"{content_type}; charset={charset[1] if charset else 'utf-8'}"
        blob_id = blobs.store(content)
        document_id = str(uuid.uuid5(_NAMESPACE, f"{self.about}/{blob_id}"))
        if document_id in self.originals:
            return
        self.originals[document_id] = Original(document_id, blob_id, len(content), content_type)
        self.papers.append(Paper(called, content_type, at, len(content), document_id))


def decoded(data: object) -> bytes | None:
    """Return the bytes of base64, nothing where there are none or they are no base64."""
    given = text(data)
    if not given:
        return None
    try:
        return base64.b64decode("".join(given.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def readable(content: bytes, kind: str) -> str:
    """Return plain text that is short enough to be shown in place."""
    if not kind.startswith("text/plain") or len(content) > _READABLE:
        return ""
    charset = _CHARSET.search(kind)
    try:
        return content.decode(charset[1] if charset else "utf-8").strip()
    except (UnicodeDecodeError, LookupError):
        return ""


def attachments(resource: Json) -> list[Json]:
    """Return the attachments of a DocumentReference."""
    return [obj(each.get("attachment")) for each in fhir.objs(resource.get("content"))]
