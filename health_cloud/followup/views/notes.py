"""The physician's note of a visit, as its physician sees it, and what the patient is led to."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words


@dataclass(frozen=True)
class NoteText:
    """What a note says.

    Attributes:
        problem, code: a diagnosis of the patient's that it is about, and its code; empty where none was chosen.
        referral: `in_person`, `department`, or empty; `department_id` to which one, with its name, and `why`.
        weeks: in so many weeks the next follow-up is proposed; 0 for none.
        reason: why a signed note is corrected.
    """

    situation: str = ""
    judgement: str = ""
    plan: str = ""
    problem: Words = field(default_factory=Words)
    code: str = ""
    referral: str = ""
    department_id: str = ""
    department: Words = field(default_factory=Words)
    why: str = ""
    weeks: int = 0
    reason: str = ""


@dataclass(frozen=True)
class SignedRow:
    """A note as it was signed: `number` 1 is the first, `factor` is the key of what it was signed with."""

    number: int
    at: str
    factor: str
    digest: str
    text: NoteText


@dataclass(frozen=True)
class DepartmentRow:
    """A department of the hospital that somebody may be referred to."""

    id: str
    name: Words


@dataclass(frozen=True)
class NotePage:
    """The note of one visit, to its physician.

    Attributes:
        phase: `early` (the visit has not begun), `draft`, `correcting`, `signed`, or `over` (not signed in time).
        version: of what is kept; 0 while nothing is; `mark` names it with the diagnosis beside it, for the signature.
        saved_at, until_at: when it was kept last, and until when it can be written; ISO text, maybe empty.
        signed: what was signed, the newest first.
    """

    id: str = ""
    phase: str = ""
    version: int = 0
    mark: str = ""
    text: NoteText = field(default_factory=NoteText)
    saved_at: str = ""
    until_at: str = ""
    departments: tuple[DepartmentRow, ...] = ()
    signed: tuple[SignedRow, ...] = ()
    looks_again: str = ""


@dataclass(frozen=True)
class ProblemRow:
    """A confirmed diagnosis that this physician was given; `key` names it to the server."""

    key: str
    name: Words
    code: str
    at: str


@dataclass(frozen=True)
class TemplateRow:
    """A physician's own template: its name and how it begins."""

    id: str
    name: str
    begins: str


@dataclass(frozen=True)
class WrittenNote:
    """What the patient is led to after a visit: the note where they may read it, and the proposed next visit.

    `href` is empty while nothing is signed or released; `weeks` is 0 where no next visit is proposed. `refers_to` is
    the department in which one is to be seen in person, with its times at `in_person`; empty where there is none.
    """

    href: str = ""
    at: str = ""
    corrected: bool = False
    weeks: int = 0
    book: str = ""
    refers_to: Words = field(default_factory=Words)
    in_person: str = ""
