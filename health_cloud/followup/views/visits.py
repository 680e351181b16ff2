"""A visit, its talk, and the queue. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.followup.views.attaching import AttachedFile
from health_cloud.identity.views import AccountCard


@dataclass(frozen=True)
class TalkLine:
    """One line of a visit's talk: something said, a file, or that somebody came or the visit began or ended.

    `kind` is `said`, `file`, `came`, `begun` or `ended`; `side` is `patient` or `physician`; `by` names who
    acted for the patient, empty where it was the patient. `key` is the browser's own name for what its account said.
    """

    id: str
    kind: str
    side: str
    at: str
    text: str = ""
    by: Words = field(default_factory=Words)
    key: str = ""
    file: AttachedFile = field(default_factory=AttachedFile)


@dataclass(frozen=True)
class VisitRoom:
    """A visit as its patient or its physician sees it.

    `phase` is `early` (nobody may come yet), `waiting`, `open`, `ended`, `missed` (its time passed without a visit), or
    `over` (whether somebody came in person was never noted). `kind` is how the two meet, `place` where in the hospital.
    `ahead` counts who came before this patient to the same physician; `late` is by how many minutes it begins later
    than agreed, as the queue stands, -1 where nobody can say since the physician has not come. Times are ISO text.
    """

    id: str = ""
    phase: str = ""
    starts_at: str = ""
    ends_at: str = ""
    opens_at: str = ""
    physician: AccountCard = field(default_factory=AccountCard)
    department: Words = field(default_factory=Words)
    patient: Words = field(default_factory=Words)
    reason: str = ""
    patient_came: str = ""
    physician_came: str = ""
    opened_at: str = ""
    due_at: str = ""
    ended_at: str = ""
    ahead: int = 0
    late: int = 0
    talk: tuple[TalkLine, ...] = ()
    absent: str = ""
    looks_again: str = ""
    kind: str = "text"
    place: str = ""
    seen: int = -1
    """For how many whole minutes the two saw each other, once the visit is over; -1 where there was no picture."""


@dataclass(frozen=True)
class QueueRow:
    """One of a physician's visits of today; `waits` is for how many minutes the patient has been there."""

    id: str
    starts_at: str
    patient: Words
    reason: str
    phase: str
    came_at: str = ""
    waits: int = 0
    granted: bool = True
    kind: str = "text"
    place: str = ""


@dataclass(frozen=True)
class Queue:
    """A physician's visits of today in their order; `looks_again` is when the clock changes them."""

    rows: tuple[QueueRow, ...]
    looks_again: str
