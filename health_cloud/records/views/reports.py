"""Parts of examinations, imaging and check-ups: series, pictures, what is related, what stood there last time."""

from __future__ import annotations

from dataclasses import dataclass

from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class SeriesLine:
    """One series of an imaging study.

    Attributes:
        word: key of what its pictures are in plain words, empty where we have none.
        modality, number, uid, title: the technical names, as given.
        images: how many pictures it has; `at` is when it was made.
    """

    title: Words
    modality: str
    body: Words
    images: int
    word: str = ""
    at: str = ""
    number: str = ""
    uid: str = ""


@dataclass(frozen=True)
class Previous:
    """The report of the same kind before this one, with what it concluded; `href` for whom it leads there."""

    title: Words = NOTHING
    at: str = ""
    conclusion: Words = NOTHING
    href: str = ""
