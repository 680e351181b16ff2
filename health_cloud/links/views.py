"""What a browser may know of links; never the key, but once to whoever made one."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.policy import Scope


@dataclass(frozen=True)
class Wish:
    """What somebody wants to show, for how long.

    Attributes:
        scope: classes and days of the entries; none where `entry` or the summary alone is shown.
        entry: one entry to show, instead of classes.
        hours: how long the link lives.
        passcode: whether whoever holds it needs a passcode besides.
        label: what the patient calls it; whoever holds the link reads it too.
    """

    summary: bool
    scope: Scope
    entry: str = ""
    hours: int = 24
    passcode: bool = True
    label: str = ""


@dataclass(frozen=True)
class OpeningRow:
    """A time when a link was opened. `who` is what they said of themselves, `agent` what they opened it with."""

    at: str
    who: str
    agent: str


@dataclass(frozen=True)
class LinkCard:
    """A link as its owner sees it.

    Attributes:
        state: `living`, `expired`, `ended`, `exhausted`, `event`.
        classes: record classes that it shows, `summary` whether a summary, `entry_count` how many entries.
        wrong: how many wrong passcodes were tried; `left` how many it still bears.
        openings: newest first; `opened` is how many there are.
    """

    id: str
    label: str
    state: str
    created_at: str
    until_at: str
    summary: bool
    classes: list[str]
    period_from: str
    period_to: str
    entry_count: int
    passcode: bool
    wrong: int
    left: int
    opened: int
    openings: list[OpeningRow] = field(default_factory=list[OpeningRow])


@dataclass(frozen=True)
class MadeLink:
    """A link just made: shown once, kept nowhere.

    Attributes:
        link: the whole address, viewer and all; `code` is the part that other viewers read.
        passcode: to be told by another way; empty where none is needed.
        picture, size: the QR code as SVG path data, one unit a module.
    """

    id: str = ""
    link: str = ""
    code: str = ""
    passcode: str = ""
    picture: str = ""
    size: int = 0
    until_at: str = ""
    label: str = ""


@dataclass(frozen=True)
class Offer:
    """What can be shown: how many entries of each class there are, and the entry that was asked for."""

    counts: dict[str, int] = field(default_factory=dict[str, int])
    title_zh: str = ""
    title_en: str = ""
    entry: str = ""


@dataclass(frozen=True)
class Attempt:
    """An attempt at a link that has been counted and is to be judged."""

    link_id: str
    passcode: str


@dataclass(frozen=True)
class SealedFile:
    """A file as it is given out: a JWE that the server cannot open, and an address for those that are too long."""

    jwe: str
    ticket: str
    at: str


@dataclass(frozen=True)
class Answer:
    """What an attempt came to: the files, or how many wrong passcodes the link still bears."""

    right: bool
    left: int = 0
    files: list[SealedFile] = field(default_factory=list[SealedFile])
