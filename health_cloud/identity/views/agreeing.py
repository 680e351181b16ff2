"""The notice, its purposes, and how somebody is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words
from health_cloud.notify.views import ChoiceRow


@dataclass(frozen=True)
class NoticePart:
    """One paragraph of the notice."""

    title: Words
    text: Words


@dataclass(frozen=True)
class PurposeRow:
    """What is asked for by itself, and whether it was given: `given_at` is ISO text, of `version`."""

    key: str
    needed: bool
    title: Words
    text: Words
    given_at: str = ""
    version: int = 0


@dataclass(frozen=True)
class NoticePage:
    """The notice as it is now, and what its reader has agreed to.

    Attributes:
        in_force: all needed purposes of this version are given.
        withdrawn: a needed one was taken back.
        again: an earlier version was agreed to.
    """

    version: int = 0
    date: str = ""
    parts: list[NoticePart] = field(default_factory=list[NoticePart])
    purposes: list[PurposeRow] = field(default_factory=list[PurposeRow])
    in_force: bool = False
    withdrawn: bool = False
    again: bool = False


@dataclass(frozen=True)
class NoticesPage:
    """How one is told things, and what can reach one; quiet hours are `HH:MM`, empty for none.

    Attributes:
        here: whether this browser receives pushes.
        public_key: by which a browser subscribes; empty where the hospital has no pushes.
    """

    subjects: tuple[ChoiceRow, ...] = ()
    sms: bool = False
    email: bool = False
    push: bool = False
    begins: str = ""
    ends: str = ""
    here: bool = False
    public_key: str = ""
