"""Medicines of now and before, and one medicine through time, from the prescriptions that may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from health_cloud.chart.service import Chart, lately, open_chart, proof_of
from health_cloud.chart.views import Proof
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service.contents import contents_of, parts_of
from health_cloud.records.service.prescribed import (
    Prescribed,
    lines_of,
    prescribed_of,
    read_day,
    says_best,
    supplies_of,
    thing_of,
    today,
)
from health_cloud.records.service.reading import opens_next, topics_of
from health_cloud.records.service.sources import sources
from health_cloud.records.views.content import Medicine
from health_cloud.records.views.medicines import NO_MARK, Mark, MedicinePage, MedicinesPage, Supply, Tick

LOOKED = 2000
"""So many prescriptions back medicines are looked for; the pages say so where there are more."""
_PLACES = 3
"""A place in a prescription has no more digits than this."""
_LANES, _NARROW = 4, 0.6
_YEARS = (1, 2, 5, 10, 20)
_TICKS = 5
_NAMED = 0.85
"""A year that begins later than this share of the drawing has no room for its name."""


def medicines_page(session: Session, actor: Actor, person_id: str) -> MedicinesPage:
    """Return each medicine that was prescribed, those of now apart from those before.

    Raises:
        Denied: the reader has no basis, or there is no such person.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        found, looked, older = _prescribed(chart)
        lines = lines_of(chart, found)
        chart.note(RecordClass.PRESCRIPTIONS, [line.newest.id for line in lines])
        return MedicinesPage(
            current=[line for line in lines if line.now],
            before=[line for line in lines if not line.now],
            looked=looked,
            older=older,
            closed=RecordClass.PRESCRIPTIONS not in chart.decision.scope.classes,
            topics=topics_of(chart),
            opens=opens_next(chart),
            sources=sources(chart),
            proof=_proof(chart, found),
        )


def medicine_page(session: Session, actor: Actor, person_id: str, entry_id: str, place: str) -> MedicinePage:
    """Return one medicine through time; `place` is its place in the prescription `entry_id`.

    Raises:
        NotFound: the prescription is absent, of somebody else, or not released, or has no such place: never told apart.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        shown = _shown(chart, entry_id, place)
        found, looked, older = _prescribed(chart)
        own = [each for each in found if each.thing == thing_of(shown.codes, shown.name)]
        supplies = list(supplies_of(chart, own))
        chart.note(RecordClass.PRESCRIPTIONS, [each.id for each in supplies])
        day = max((today(chart, each.entry.organization_id) for each in own), default=chart.now.date())
        page = MedicinePage(
            id=entry_id,
            back=f"/records/prescriptions/{entry_id}",
            name=shown.name,
            newest=says_best(supplies) if supplies else Supply(),
            changes=sum(each.changed for each in supplies),
            looked=looked,
            older=older,
            topics=topics_of(chart),
            opens=opens_next(chart),
            proof=_proof(chart, own),
        )
        return drawn(page, supplies, day)


def _prescribed(chart: Chart) -> tuple[list[Prescribed], int, bool]:
    """Return the medicines of the newest prescriptions, how many of these there are, and whether there are more."""
    found = lately(chart, (RecordClass.PRESCRIPTIONS,), limit=LOOKED + 1)
    entries = found[:LOOKED]
    contents = parts_of(chart, entries, "medicines", "people", "payment")
    return prescribed_of(entries, contents), len(entries), len(found) > len(entries)


def _proof(chart: Chart, found: Sequence[Prescribed]) -> Proof:
    return proof_of(chart, (RecordClass.PRESCRIPTIONS,), {chart.names[each.entry.organization_id] for each in found})


def _shown(chart: Chart, entry_id: str, place: str) -> Medicine:
    handle = chart.entry(entry_id)
    number = int(place) if place.isascii() and place.isdecimal() and len(place) <= _PLACES else -1
    content = contents_of(chart, [handle]).get(handle.id)
    prescription = handle.row.record_class == RecordClass.PRESCRIPTIONS.value
    if content is None or not prescription or not 0 <= number < len(content.medicines):
        raise NotFound(action=Action.READ_ENTRIES.value, person_id=chart.person_id)
    return content.medicines[number]


def drawn(page: MedicinePage, supplies: Sequence[Supply], day: date) -> MedicinePage:
    """Return the page with its prescriptions on a drawing from the first day to the last, today included."""
    starts = [start for each in supplies if (start := read_day(each.at)) is not None]
    if not starts:
        return replace(page, supplies=list(supplies))
    ends = [end for each in supplies if (end := read_day(each.until)) is not None]
    first, last = min(starts), max([*starts, *ends, day])
    whole = (last - first).days + 1
    marks = _marks(supplies, first, whole)
    return replace(
        page,
        supplies=[replace(each, mark=mark) for each, mark in zip(supplies, marks, strict=True)],
        first=first.isoformat(),
        last=last.isoformat(),
        ticks=_ticks(first, last, whole),
        present=_share((day - first).days, whole) if first < day < last else "",
        tall=1 + max(mark.lane for mark in marks),
    )


def _marks(supplies: Sequence[Supply], first: date, whole: int) -> list[Mark]:
    """Return where each stands; those that overlap stand in different rows."""
    free: list[date] = []
    marks: dict[int, Mark] = {}
    for number in reversed(range(len(supplies))):  # oldest first
        each = supplies[number]
        start, end = read_day(each.at), read_day(each.until)
        if start is None:
            continue
        taken = end or start
        lane = next((row for row, until in enumerate(free) if until < start), min(len(free), _LANES - 1))
        free[lane : lane + 1] = [taken]
        width = _share(max((taken - start).days + 1, whole * _NARROW / 100), whole) if end else ""
        marks[number] = Mark(_share((start - first).days, whole), width, lane)
    return [marks.get(number, NO_MARK) for number in range(len(supplies))]


def _share(days: float, whole: int) -> str:
    return f"{100 * days / whole:.2f}%"


def _ticks(first: date, last: date, whole: int) -> list[Tick]:
    """Return where years begin, as many as have room for their names."""
    step = next((each for each in _YEARS if (last.year - first.year) / each <= _TICKS), 50)
    years = [year for year in range(first.year + 1, last.year + 1) if year % step == 0]
    begins = [(year, (date(year, 1, 1) - first) / timedelta(days=1)) for year in years]
    return [Tick(_share(days, whole), str(year) if days < whole * _NAMED else "") for year, days in begins]
