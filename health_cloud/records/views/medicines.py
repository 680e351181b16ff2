"""Medicines through time: what was prescribed, from when, for how long; never whether it is taken."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core.words import Words
from health_cloud.records.views.sources import NO_SOURCES, Sources

NOTHING = Words()


@dataclass(frozen=True)
class Mark:
    """Where a prescription stands on the drawing, in shares of its width: `start` and `width` as `12.5%`.

    `lane` is its height in rows from above; without a width its length is not known and it is a point.
    """

    start: str = ""
    width: str = ""
    lane: int = 0


NO_MARK = Mark()


@dataclass(frozen=True)
class Supply:
    """One prescription of a medicine, as given.

    Attributes:
        id, href: the entry that it stands in.
        at: when it was prescribed, as the source wrote it, maybe partial.
        dose: the sentence as given, else amount and frequency as given.
        days: for how many days, as given, 0 where that is not said; `until` is the last day that follows from it,
            ISO, empty where none does. `lasts` is how long as sent, where that is no number of days.
        given_until: whether the source itself names that day.
        state: `running`, `overdue` (ended, and still active to the source), `open` (active, no end given), `ended`,
            `stopped`, `unknown` (no end given).
        changed: whether the dose is another than in the prescription before; `was` is that one.
        mark: where it stands on the drawing of its medicine's page.
        paid: when it became an outcome by being paid, empty where that is not known.
    """

    id: str = ""
    href: str = ""
    at: str = ""
    dose: Words = NOTHING
    reason: Words = NOTHING
    prescriber: Words = NOTHING
    organization: Words = NOTHING
    quantity: Words = NOTHING
    note: Words = NOTHING
    days: int = 0
    lasts: Words = NOTHING
    until: str = ""
    given_until: bool = False
    repeats: int = 0
    state: str = "unknown"
    changed: bool = False
    was: Words = NOTHING
    paid: str = ""
    mark: Mark = NO_MARK


NO_SUPPLY = Supply()


@dataclass(frozen=True)
class MedicineLine:
    """One medicine over all its prescriptions.

    Attributes:
        name: as prescribed last.
        href: its own page.
        now: whether it counts as a medicine of now.
        newest: the prescription that says so, else the last one.
        count: how many prescriptions there are.
    """

    name: Words
    href: str
    now: bool
    newest: Supply
    count: int = 1


@dataclass(frozen=True)
class MedicinesPage:
    """Medicines of now and before, from prescriptions.

    Attributes:
        current, before: each medicine once.
        looked: how many prescriptions were read; `older` says that there are older ones which were not.
        closed: whether prescriptions are not open to this reader.
        proof: why it can be seen.
    """

    current: list[MedicineLine] = field(default_factory=list[MedicineLine])
    before: list[MedicineLine] = field(default_factory=list[MedicineLine])
    looked: int = 0
    older: bool = False
    closed: bool = False
    topics: tuple[str, ...] = ()
    opens: str = ""
    sources: Sources = NO_SOURCES
    proof: Proof = NO_PROOF


@dataclass(frozen=True)
class Tick:
    """A year or the present day on the drawing."""

    at: str
    name: str = ""


@dataclass(frozen=True)
class MedicinePage:
    """One medicine over all its prescriptions, newest first.

    Attributes:
        id: the prescription that it was opened from; `back` leads there.
        name: as that one calls it.
        newest: what says best how it stands.
        first, last: the days between which the drawing lies, `ticks` the years in it, `present` where today is; empty
            where today is not on it. `tall` is its height in rows.
        changes: how often the dose was another than before.
        proof: why it can be seen.
    """

    id: str = ""
    back: str = ""
    name: Words = NOTHING
    newest: Supply = NO_SUPPLY
    supplies: list[Supply] = field(default_factory=list[Supply])
    first: str = ""
    last: str = ""
    ticks: list[Tick] = field(default_factory=list[Tick])
    present: str = ""
    tall: int = 0
    changes: int = 0
    looked: int = 0
    older: bool = False
    topics: tuple[str, ...] = ()
    opens: str = ""
    proof: Proof = NO_PROOF
