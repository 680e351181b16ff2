"""Verification, activation and recovery: what their screens show and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.core.words import Words


@dataclass(frozen=True)
class VisitFact:
    """One visit as a verification question may use it. `month` is `2026-03`, in the hospital's zone."""

    department_id: str
    practitioner_id: str
    month: str


@dataclass(frozen=True)
class VisitFacts:
    """What a hospital knows of a person's visits, without anything clinical.

    Attributes:
        shown: visits the patient may see, newest first: answers come from these alone.
        departments: all that the person has been to, hidden visits included: none of them is a decoy.
        practitioners: likewise.
        months: likewise.
    """

    shown: tuple[VisitFact, ...] = ()
    departments: frozenset[str] = frozenset()
    practitioners: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Option:
    """One answer to choose: a name in both languages, or a month as `2026-03`."""

    value: int
    words: Words
    month: str = ""


@dataclass(frozen=True)
class Question:
    """A question about visits. `kind` is `department`, `month` or `practitioner`; `chosen` is -2 until answered."""

    kind: str
    hospital: Words
    options: list[Option]
    chosen: int


@dataclass(frozen=True)
class VerificationPage:
    """How far an attempt has come; the same for somebody known and unknown.

    Attributes:
        state: `none`, `questions`, `code`, `proved`, `young` or `failed`.
        document: kind of identity document given, with `tail`, its last characters.
        tail: four characters, so that the person sees which number they gave.
        questions: with the answers given so far.
        tries: how many codes may still be tried.
        resend_at: instant from which another code may be sent, ISO text; empty before the first.
        sends: whether this installation can send codes at all.
        age: from which age on one has an account of one's own, for state `young`.
    """

    state: str = "none"
    document: str = ""
    tail: str = ""
    questions: tuple[Question, ...] = ()
    tries: int = 0
    resend_at: str = ""
    sends: bool = True
    age: int = 0


@dataclass(frozen=True)
class ActivationPage:
    """What the new owner of an account sees while setting it up. The secret is theirs alone, shown once."""

    state: str = "none"
    """`none`, `recover` (in use already: see recovery), `password`, `authenticator` or `done`."""
    name: Words = field(default_factory=Words)
    role: str = ""
    known: bool = False
    """The account was in use before: this replaces its password and authenticator."""
    keeps: bool = False
    """The authenticator was shown and stays: only the password is new."""
    secret: str = ""
    address: str = ""
    """The secret as authenticator apps open it."""
    picture: str = ""
    size: int = 0
    recovery: tuple[str, ...] = ()
    demo_code: str = ""
    """What the authenticator would show now; filled in the demo alone."""


@dataclass(frozen=True)
class RecoveryPage:
    """How a lost account stands in this browser. Times are ISO text.

    Attributes:
        state: `ways` (nothing here), `choose` (proved, nothing waits), `elsewhere` (proved, one waits that was begun
            in another browser), `closed` (proved, and its owner said "not me": the desk), `waiting`, `ready`, or how
            it ended: `stopped`, `signed_in`, `replaced`, `lapsed`.
        proved: this browser has just verified itself: an authenticator's code can be shown.
        began: when it was begun.
        ready_at: from when it can be finished.
        ends_at: until when.
        over_at: when it ended.
        hours: how long one waits, for a recovery that would begin now; minutes where it is less than an hour.
        minutes: see `hours`.
        demo_code: what the authenticator would show now; filled in the demo alone.
    """

    state: str = "ways"
    proved: bool = False
    began: str = ""
    ready_at: str = ""
    ends_at: str = ""
    over_at: str = ""
    hours: int = 0
    minutes: int = 0
    demo_code: str = ""


@dataclass(frozen=True)
class RecoveryNotice:
    """What an owner is told of a recovery of their account: `waiting`, `signed_in` (stopped by it), or nothing."""

    id: str = ""
    state: str = ""
    began: str = ""
    ready_at: str = ""
    agent: str = ""
