"""What a test is, in plain words, and by whom that can be checked."""

from __future__ import annotations

from dataclasses import dataclass

from health_cloud.core.words import Words


@dataclass(frozen=True)
class Meaning:
    """One plain sentence on a test; it explains the test and never a person's result.

    Attributes:
        said: the sentence; empty where nobody has written one for this code.
        source: who can be asked.
        title: of the source's page or entry, in the source's language.
    """

    said: Words = Words()  # noqa: RUF009 - frozen
    source: Words = Words()  # noqa: RUF009
    title: str = ""


NO_MEANING = Meaning()


@dataclass(frozen=True)
class Term:
    """A word of a report as it stands there, with what it means."""

    name: Words
    meaning: Meaning
