"""What differs between two versions of an entry, field by field, as a screen shows it."""

from __future__ import annotations

from dataclasses import dataclass

from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class Said:
    """What one version says of something: as sent, and beside it a word of ours (its key) or an instant.

    Attributes:
        at, until: when, and when it ended.
        severity: key of how bad it is, or the source's own word.
        given: whether this version has it at all.
    """

    words: Words = NOTHING
    key: str = ""
    at: str = ""
    given: bool = True
    until: str = ""
    severity: str = ""


NOT_SAID = Said(given=False)


@dataclass(frozen=True)
class Change:
    """One thing that a version says otherwise than the one before: key of what it is, its own name, before, after."""

    label: str
    name: Words
    was: Said
    now: Said
