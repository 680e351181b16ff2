"""Prescriptions through time, by medicine: which are of now by what the sources say, and by the clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from health_cloud.chart.service import Chart
from health_cloud.chart.views import DatedEntry
from health_cloud.core.words import Words
from health_cloud.records.views.content import Coding, EntryContent, Medicine
from health_cloud.records.views.medicines import MedicineLine, Supply

NOTHING = Words()
NOW = ("running", "overdue", "open")
"""States in which a medicine counts as one of now, the plainest first."""
_OFF = frozenset({"stopped", "cancelled", "on-hold", "not-taken", "entered-in-error", "draft"})
"""Statuses that say that it is not to be taken, whatever its period."""
_LONGEST = 3660
"""More days than this are no supply; nothing is reckoned from them."""
_DAY = 10
_AS_NEEDED = Words("需要时", "as needed")

Thing = tuple[tuple[tuple[str, str], ...], Words]
"""Codes and name: what is equal in both is one thing; anything else is another."""


def thing_of(codes: Iterable[Coding], name: Words) -> Thing:
    """Return what makes something the same as another."""
    return tuple((each.system, each.code) for each in codes), name


@dataclass(frozen=True)
class Prescribed:
    """A medicine of one entry; `place` is its place among the medicines of that entry."""

    entry: DatedEntry
    place: int
    medicine: Medicine
    payment: str
    prescriber: Words

    @property
    def thing(self) -> Thing:
        """What makes it the same medicine as another."""
        return thing_of(self.medicine.codes, self.medicine.name)


def prescribed_of(entries: Sequence[DatedEntry], contents: dict[str, EntryContent]) -> list[Prescribed]:
    """Return the medicines of prescriptions in the order of these."""
    return [
        Prescribed(entry, place, each, content.payment, _prescriber(entry, content))
        for entry in entries
        if (content := contents.get(entry.id)) is not None
        for place, each in enumerate(content.medicines)
    ]


def _prescriber(entry: DatedEntry, content: EntryContent) -> Words:
    named = (each.name for each in content.people if each.role == "requester")
    return next(named, entry.practitioner)


def lines_of(chart: Chart, found: Iterable[Prescribed]) -> list[MedicineLine]:
    """Return each medicine once, those of now first, then as prescribed last; `found` is newest first."""
    by_medicine: dict[Thing, list[Prescribed]] = {}
    for each in found:
        by_medicine.setdefault(each.thing, []).append(each)
    lines = [_line(chart, group) for group in by_medicine.values()]
    return sorted(lines, key=lambda line: NOW.index(line.newest.state) if line.now else len(NOW))


def _line(chart: Chart, group: Sequence[Prescribed]) -> MedicineLine:
    supplies = list(supplies_of(chart, group))
    says = says_best(supplies)
    first = group[0]
    return MedicineLine(
        name=first.medicine.name,
        href=f"/medicines/{first.entry.id}/{first.place}",
        now=says.state in NOW,
        newest=says,
        count=len(group),
    )


def says_best(supplies: Sequence[Supply]) -> Supply:
    """Return the prescription by which a medicine is one of now, else the newest."""
    return min(supplies, key=lambda each: NOW.index(each.state) if each.state in NOW else len(NOW))


def supplies_of(chart: Chart, group: Sequence[Prescribed]) -> Iterator[Supply]:
    """Return the prescriptions of one medicine, newest first, with changes of the dose marked."""
    shown = [_supply(chart, each) for each in group]
    for each, before in zip(shown, [*shown[1:], None], strict=True):
        changed = before is not None and each.dose != before.dose and NOTHING not in (each.dose, before.dose)
        yield replace(each, changed=changed, was=before.dose) if before is not None and changed else each


def _supply(chart: Chart, each: Prescribed) -> Supply:
    medicine, entry = each.medicine, each.entry
    at = medicine.from_at or entry.occurred
    days, repeats = whole(medicine.days), whole(medicine.repeats)
    until = last_day(at, days, repeats)
    given = "" if until else medicine.to_at[:_DAY] if read_day(medicine.to_at) else ""
    return Supply(
        id=entry.id,
        href=f"/records/{entry.record_class}/{entry.id}",
        at=at,
        dose=dose_of(medicine),
        reason=medicine.reason,
        prescriber=each.prescriber,
        organization=entry.organization,
        quantity=medicine.quantity,
        note=medicine.note,
        days=days,
        lasts=medicine.lasts,
        until=until or given,
        given_until=bool(given),
        repeats=repeats,
        state=state_of(medicine.status, until or given, today(chart, entry.organization_id)),
        paid=entry.outcome if each.payment == "paid" else "",
    )


def today(chart: Chart, organization_id: str) -> date:
    """Return what day it is at a hospital."""
    return chart.now.astimezone(ZoneInfo(chart.zones.get(organization_id) or "UTC")).date()


def dose_of(medicine: Medicine) -> Words:
    """Return the dose in the words of the source: its sentence, else its parts one after the other.

    A sentence that says only that it is taken as needed stands after its parts: it is no dose by itself.
    """
    asked = medicine.dose == _AS_NEEDED
    if medicine.dose != NOTHING and not asked:
        return medicine.dose
    told = (medicine.amount, medicine.frequency, medicine.route, medicine.dose)
    parts = [each for each in told if each != NOTHING]
    return Words("，".join(each.pick("zh") for each in parts), ", ".join(each.pick("en") for each in parts))


def whole(text: str) -> int:
    """Read a number of days or repeats; 0 where it is none that anything can be reckoned from."""
    try:
        number = Decimal(text) if text else Decimal()
    except InvalidOperation:
        return 0
    return int(number) if number.is_finite() and 0 < number <= _LONGEST and number == int(number) else 0


def last_day(at: str, days: int, repeats: int = 0) -> str:
    """Return the last day of a supply, the day of prescription counted as its first; empty where it is not known.

    Where it may be repeated it is the last day of the last repeat: earlier than that nobody can say that it is over.
    """
    first, length = read_day(at), days * (1 + repeats)
    if first is None or not 0 < length <= _LONGEST:
        return ""
    return (first + timedelta(days=length - 1)).isoformat()


def read_day(text: str) -> date | None:
    """Read the day of a date that has one."""
    try:
        return date.fromisoformat(text[:_DAY]) if len(text) >= _DAY else None
    except ValueError:
        return None


def state_of(status: str, until: str, day: date) -> str:
    """Return how a prescription stands on a day, by what its source says."""
    if status in _OFF:
        return "stopped"
    if until:
        if until >= day.isoformat():
            return "running"
        return "overdue" if status == "active" else "ended"
    return "open" if status == "active" else "unknown"
