"""Guardians and those they act for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from health_cloud.core.words import Words


@dataclass(frozen=True)
class Ward:
    """For whom a guardian acts in a session, how far, and the first instant at which that is over."""

    person_id: str
    name: Words
    levels: tuple[str, ...]
    until: datetime


@dataclass(frozen=True)
class GuardianFace:
    """A guardian as others come to see them. `kin` is the key of what they are to the person, `until` ISO text."""

    name: Words = field(default_factory=Words)
    kin: str = ""
    levels: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True)
class GuardianRow:
    """A relation as one of its two sides sees it.

    Attributes:
        name: of the other side; empty while nobody has entered the code.
        kin: key of what the guardian is to the person, or of what the person is to the guardian.
        levels: `read`, and maybe `decide` and `book`.
        state: `invited`, `named`, `living`, `over` (by the clock), `declined` or `ended`.
        until: first instant at which it is over, ISO text; of one that ended, when it ended.
        by: key of who ended it, empty for nobody.
        renewable: the person can give a new end.
        here: the session at hand acts in it.
    """

    id: str
    name: Words
    kin: str
    levels: tuple[str, ...]
    state: str
    until: str
    by: str = ""
    renewable: bool = False
    here: bool = False


@dataclass(frozen=True)
class GuardiansPage:
    """Who sees to my affairs, and to whose affairs I see."""

    mine: list[GuardianRow] = field(default_factory=list[GuardianRow])
    wards: list[GuardianRow] = field(default_factory=list[GuardianRow])


@dataclass(frozen=True)
class Invitation:
    """The code of an invitation, shown once. `until` is ISO text."""

    code: str = ""
    until: str = ""
    address: str = ""
    picture: str = ""
    size: int = 0
