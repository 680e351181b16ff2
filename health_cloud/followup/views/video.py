"""The picture of a visit, to one of its sides. Times are ISO text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class VideoStand:
    """How the picture of a visit stands.

    Attributes:
        id: the visit; empty where it is not agreed on as one by video.
        open: whether it can be now; `why` is the key of why not, where that has to be said.
        waiting: the visit has not begun: devices can be tried.
        mine: the tab that has this side's seat, `other` the one of the other side; empty where nobody has.
        looks_again: when the clock may change it.
    """

    id: str = ""
    open: bool = False
    why: str = ""
    waiting: bool = False
    mine: str = ""
    other: str = ""
    looks_again: str = ""


@dataclass(frozen=True)
class Signal:
    """What the other browser has to tell this one, as it came; numbered within the tab it is for."""

    number: int
    body: str
