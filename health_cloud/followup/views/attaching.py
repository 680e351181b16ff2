"""Files of a visit. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words


@dataclass(frozen=True)
class AttachedFile:
    """One photograph or document of a visit.

    `kind` is `photo` or `pdf`; `side` is `patient` or `physician`; `by` names who acted for the patient, empty where it
    was the patient; `removable` tells whether the reader may take it away.
    """

    id: str = ""
    kind: str = ""
    name: str = ""
    size: str = ""
    side: str = ""
    at: str = ""
    by: Words = field(default_factory=Words)
    removable: bool = False


@dataclass(frozen=True)
class FilesPage:
    """The files that were sent before a visit; `may_add` tells whether the reader may send more."""

    id: str = ""
    files: tuple[AttachedFile, ...] = ()
    may_add: bool = False


@dataclass(frozen=True)
class FileBytes:
    """A file as it is handed out: what kind it is, under which name, and where its bytes lie."""

    kind: str
    name: str
    blob_id: str
