"""Medicines through time: what was prescribed, from when, for how long; never whether it is taken."""

from __future__ import annotations

from dataclasses import dataclass

from health_cloud.core.words import Words

NOTHING = Words()


@dataclass(frozen=True)
class Supply:
    """One prescription of a medicine, as given.

    Attributes:
        id, href: the entry that it stands in.
        at: when it was prescribed, as the source wrote it, maybe partial.
        dose: the sentence as given, else amount and frequency as given.
        days: for how many days, as given, 0 where that is not said; `until` is the last day that follows from it,
            ISO, empty where none does.
        given_until: whether the source itself names that day.
        state: `running`, `overdue` (ended, and still active to the source), `open` (active, no end given), `ended`,
            `stopped`, `unknown` (no end given).
        changed: whether the dose is another than in the prescription before; `was` is that one.
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
    until: str = ""
    given_until: bool = False
    repeats: int = 0
    state: str = "unknown"
    changed: bool = False
    was: Words = NOTHING
    paid: str = ""


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
