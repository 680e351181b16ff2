"""Up to when each hospital's feeds are complete: what stands on every screen that could say "nothing"."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words


@dataclass(frozen=True)
class SourceLine:
    """One feed.

    Attributes:
        name: hospital, and what it calls the feed where it has a name.
        say: key of how it stands.
        at: up to when everything is here, on the hospital's clock; of `first`, when its first delivery came.
    """

    name: Words
    say: str
    at: str


@dataclass(frozen=True)
class Sources:
    """All feeds of a person's hospitals; `wanting` are those of which something may be missing."""

    whole: list[SourceLine] = field(default_factory=list[SourceLine])
    wanting: list[SourceLine] = field(default_factory=list[SourceLine])


NO_SOURCES = Sources()
