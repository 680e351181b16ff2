"""What a search in talks finds. Times are ISO text with the hospital's own offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words


@dataclass(frozen=True)
class FoundLine:
    """Something said in which the words stand: `match` as it was written, `before` and `after` what is around it.

    `here` tells whether it is of the visit that one has before oneself.
    """

    id: str
    visit: str
    here: bool
    side: str
    at: str
    visit_at: str
    physician: Words = field(default_factory=Words)
    before: str = ""
    match: str = ""
    after: str = ""


@dataclass(frozen=True)
class FoundTalk:
    """What was found, the newest first; `more` tells that there is more than is shown."""

    lines: tuple[FoundLine, ...] = ()
    more: bool = False
