"""A visit as a story: why, what was found, what was done, what next; of a stay its days too. Only what was sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class Block:
    """A piece of running text as it was sent: `kind` is `heading` or `text`."""

    kind: str
    text: Words


@dataclass(frozen=True)
class Passage:
    """A headed piece of running text; `name` is the key of our own heading where the source has none.

    Attributes:
        blocks: the same text in its headings and paragraphs, where it has more than one; else none.
    """

    name: str
    heading: Words
    text: Words
    blocks: list[Block] = field(default_factory=list[Block])


@dataclass(frozen=True)
class StoryLine:
    """One thing of a visit.

    Attributes:
        label: key of a word before the title, empty for none; `count` is what it may count.
        title: what it is, as given.
        details: what else was said.
        at, until: when, where that is not the visit's own day.
        status: key of its word, where it is not as usual; `severity` of how bad it is, or the source's own word.
        people: who did it.
        record_class, href: of an entry, and where it is opened, for whom it leads there.
        kind, word, flagged: flag of an entry.
    """

    title: Words = NOTHING
    label: str = ""
    count: int = 0
    details: list[Words] = field(default_factory=list[Words])
    at: str = ""
    until: str = ""
    status: str = ""
    people: list[Words] = field(default_factory=list[Words])
    record_class: str = ""
    href: str = ""
    kind: str = ""
    word: str = ""
    flagged: int = 0
    severity: str = ""


@dataclass(frozen=True)
class Chapter:
    """A knot of the story.

    Attributes:
        name: `why`, `found`, `done` or `next`.
        said: its lines, `folded` those that stand behind a tap.
        passages: running text that tells this part.
        absent: key of what is said where the source says nothing of it.
    """

    name: str
    said: list[StoryLine]
    folded: list[StoryLine]
    passages: list[Passage]
    absent: str = ""


@dataclass(frozen=True)
class StayDay:
    """What happened on one day of a stay, which is its day `number`."""

    number: int
    day: str
    said: list[StoryLine]


@dataclass(frozen=True)
class Story:
    """A visit told; without chapters it is none.

    Attributes:
        stay: whether it was a stay in hospital; `days` is how many it touched, 0 where that is not known.
        summary: the discharge summary.
        course: its days, those on which something is recorded.
    """

    chapters: list[Chapter] = field(default_factory=list[Chapter])
    stay: bool = False
    days: int = 0
    summary: list[Passage] = field(default_factory=list[Passage])
    course: list[StayDay] = field(default_factory=list[StayDay])
