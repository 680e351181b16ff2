"""The emergency card: everything that can stand on it, in both languages, because its reader may speak either."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class CardLine:
    """One thing, as the record says it that says it last.

    Attributes:
        title, told: as given.
        where, at: who said it, and when; ISO text as partial as it is.
    """

    title: Words
    told: list[Words] = field(default_factory=list[Words])
    where: Words = NOTHING
    at: str = ""


@dataclass(frozen=True)
class CardPart:
    """Things of one kind. Without lines nothing is recorded, which is no statement; `more` are not shown."""

    name: str
    title: Words
    lines: list[CardLine] = field(default_factory=list[CardLine])
    more: int = 0


@dataclass(frozen=True)
class EmergencyCard:
    """What hospitals have for a card.

    Attributes:
        person, born: as registered; empty where they were not chosen or are not known.
        parts: those that were chosen, in the order in which a helper needs them.
        at: when it was read, ISO.
        older: there are older records that were not read.
        labels: what stands on every card, by name.
    """

    person: Words = NOTHING
    born: str = ""
    parts: list[CardPart] = field(default_factory=list[CardPart])
    at: str = ""
    older: bool = False
    labels: dict[str, Words] = field(default_factory=dict[str, Words])
    topics: tuple[str, ...] = ()
    opens: str = ""


@dataclass(frozen=True)
class KeptCard:
    """What a phone keeps: the card, and what it asks the server with whether it still may."""

    card: EmergencyCard
    token: str
