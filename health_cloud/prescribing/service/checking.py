"""What speaks against a medicine: pure functions over what is written, the hospital's lines, and what was given to see.

A refusal stands whatever anybody writes; a warning is passed with a written reason; a note only says something. Nothing
here chooses a medicine or a dose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from health_cloud.core.i18n import say
from health_cloud.core.words import Words
from health_cloud.prescribing.views.formulary import Contents, Medicine
from health_cloud.prescribing.views.prescriptions import Finding, Given, GivenMedicine, Item

ATC: Final = "http://www.whocc.no/atc"
MOST: Final = 5
"""Medicines on one prescription: Measures for the Administration of Prescriptions (2007), Art. 6."""
MOST_DAYS: Final = 84
"""Twelve weeks: Rules for Long-term Prescriptions (Trial), 2021, Art. 15."""
YEARS: Final = 6
"""Below this age with a guardian and a paediatrician: Internet Diagnosis and Treatment Measures (Trial), Art. 19."""
_LEVEL_4 = 5
_SEVERITY = {"forbidden": "refuse", "serious": "warn", "caution": "note"}
_ORDER = {"refuse": 0, "warn": 1, "note": 2}


@dataclass(frozen=True)
class Situation:
    """What the checks rest on.

    Attributes:
        contents: the hospital's lines.
        given: what the physician was given to see.
        items: all that is written, the checked one among it.
        under_six: below six years, True, False, or None where the birth date is not known.
        guarded: a guardian acts for the child and the department is a paediatric one.
    """

    contents: Contents
    given: Given
    items: Sequence[Item]
    under_six: bool | None = False
    guarded: bool = False


def check(item: Item, situation: Situation) -> tuple[Finding, ...]:
    """Return what speaks against one medicine, the gravest first, each with the reason that was written for it."""
    medicine = situation.contents.medicines.get(item.code)
    if medicine is None:
        return (_finding("gone", "refuse", "prescribing.check.gone"),)
    found = [
        *_controlled(medicine),
        *_allergies(medicine, situation),
        *_duplicates(item, medicine, situation),
        *_interactions(item, medicine, situation),
        *_amounts(item, medicine),
        *_unchecked(medicine),
    ]
    reasoned = [replace(each, reason=item.reasons.get(each.id, "")) for each in found]
    return tuple(sorted(reasoned, key=lambda each: _ORDER[each.level]))


def check_whole(situation: Situation) -> tuple[Finding, ...]:
    """Return what is said of the prescription as a whole."""
    found: list[Finding] = []
    if situation.under_six is None:
        found.append(_finding("age", "refuse", "prescribing.check.no_age"))
    elif situation.under_six and not situation.guarded:
        found.append(_finding("age", "refuse", "prescribing.check.child"))
    if not situation.given.at:
        found.append(_finding("given", "refuse", "prescribing.check.no_grant"))
    if len(situation.items) > MOST:
        found.append(_finding("many", "refuse", "prescribing.check.many", count=MOST))
    return tuple(found)


def without_chart(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings as they are shown once the grant is over: what the records said is said no more.

    One line stands in its place: that reasons were written and count, or that they are missing and cannot be written.
    """
    every = list(findings)
    hidden = [each for each in every if _rests_on_chart(each)]
    if not hidden:
        return tuple(every)
    key, level = ("chart_reasoned", "note") if is_ready(hidden) else ("chart_open", "refuse")
    return (_finding("chart", level, f"prescribing.check.{key}"), *(each for each in every if each not in hidden))


def _rests_on_chart(each: Finding) -> bool:
    """Tell whether a finding rests on records; what was signed before this was noted is told by its name."""
    return each.chart or each.id.startswith(("allergy:", "now:"))


def is_ready(findings: Iterable[Finding]) -> bool:
    """Tell whether nothing stands in the way of signing: no refusal, and a reason for each warning."""
    return all(each.level == "note" or (each.level == "warn" and each.reason) for each in findings)


def stop_of(medicine: Medicine) -> Words:
    """Return why a medicine is never prescribed online, by its rule; empty where it may be."""
    return next((each.words for each in _controlled(medicine) if each.level == "refuse"), Words())


def _controlled(medicine: Medicine) -> Iterator[Finding]:
    if medicine.control in ("narcotic", "psychotropic"):
        yield _finding("control", "refuse", "prescribing.check.controlled")
    elif medicine.control:
        yield _finding("control", "refuse", "prescribing.check.controlled_else")
    if medicine.antibacterial == "special":
        yield _finding("antibacterial", "refuse", "prescribing.check.antibacterial_special")
    elif medicine.antibacterial:
        yield _finding("antibacterial", "note", "prescribing.check.antibacterial")


def _allergies(medicine: Medicine, situation: Situation) -> Iterator[Finding]:
    """Yield allergies that the hospital's lines, or an ATC code in the record itself, tie to this medicine."""
    for place, allergy in enumerate(situation.given.allergies):
        said = {*allergy.codes, *(_folded(text) for text in (allergy.name.zh, allergy.name.en) if text)}
        meant = [
            line
            for line in situation.contents.allergies.values()
            if any(each in said or _folded(each) in said for each in line.said) and _touches(medicine, line.members)
        ]
        by_code = [code.partition("#")[2] for code in allergy.codes if code.startswith(f"{ATC}#")]
        if meant or (by_code and _touches(medicine, by_code)):
            yield _finding(f"allergy:{place}:{_folded(allergy.name.zh or allergy.name.en)}", "warn",
                           "prescribing.check.allergy", name=allergy.name, chart=True)  # fmt: skip


def _duplicates(item: Item, medicine: Medicine, situation: Situation) -> Iterator[Finding]:
    """Yield what has the same ingredient, or stands in the same group, here and among the medicines of now."""
    for other in situation.items:
        second = situation.contents.medicines.get(other.code)
        if other is item or second is None:
            continue
        if key := _alike(medicine, _codes_of(second), second.code, situation.contents):
            yield _finding(f"twice:{second.code}", "warn", f"prescribing.check.{key}_here", name=second.title)
    for current in _current(item, situation.given):
        if key := _alike(medicine, _atc_of(current), current.code, situation.contents):
            yield _finding(f"now:{current.entry}/{current.place}", "warn", f"prescribing.check.{key}_now",
                           name=current.name, chart=True)  # fmt: skip


def _alike(medicine: Medicine, codes: frozenset[str], code: str, contents: Contents) -> str:
    """Return whether two are of the `same` ingredient or of one `group`; empty where neither."""
    own = _codes_of(medicine)
    if medicine.code == code or own & codes:
        return "same"
    if {each[:_LEVEL_4] for each in own} & {each[:_LEVEL_4] for each in codes}:
        return "group"
    grouped = any(_in(group.members, own, medicine.code) and _in(group.members, codes, code)
                  for group in contents.groups.values())  # fmt: skip
    return "group" if grouped else ""


def _interactions(item: Item, medicine: Medicine, situation: Situation) -> Iterator[Finding]:
    """Yield the hospital's interactions with what stands here and with the medicines of now."""
    others: list[tuple[frozenset[str], str, Words, bool]] = []
    for other in situation.items:
        second = situation.contents.medicines.get(other.code)
        if other is not item and second is not None:
            others.append((_codes_of(second), second.code, second.title, False))
    others += [(_atc_of(each), each.code, each.name, True) for each in _current(item, situation.given)]
    own = _codes_of(medicine)
    for line in situation.contents.interactions.values():
        for codes, code, name, chart in others:
            there = _in(line.one, own, medicine.code) and _in(line.other, codes, code)
            back = _in(line.other, own, medicine.code) and _in(line.one, codes, code)
            if there or back:
                words = Words(
                    say("prescribing.check.interaction", "zh", name=name.pick("zh"), words=line.words.pick("zh")),
                    say("prescribing.check.interaction", "en", name=name.pick("en"), words=line.words.pick("en")),
                )
                name_of = f"with:{line.code}:{name.pick('zh')}"
                yield Finding(name_of, _SEVERITY[line.severity], words, line.source, chart=chart)


def _amounts(item: Item, medicine: Medicine) -> Iterator[Finding]:
    single, day, days = number(item.single), daily(item), number(item.days)
    if medicine.single_max and single and single > Decimal(medicine.single_max):
        yield _finding("single", "warn", "prescribing.check.single", most=medicine.single_max, unit=medicine.unit)
    if medicine.day_max and day and day > Decimal(medicine.day_max):
        yield _finding("day", "warn", "prescribing.check.day", most=medicine.day_max, unit=medicine.unit)
    if days and days > MOST_DAYS:
        yield _finding("days", "refuse", "prescribing.check.days", count=MOST_DAYS)
    wanted, quantity = needed(item), number(item.quantity)
    if wanted and quantity and quantity < wanted:
        yield _finding("short", "note", "prescribing.check.short", count=text_of(wanted))
    elif wanted and quantity and quantity >= wanted + medicine.pack:
        yield _finding("more", "warn", "prescribing.check.more", count=text_of(wanted), pack=medicine.pack)


def _unchecked(medicine: Medicine) -> Iterator[Finding]:
    if not _codes_of(medicine):
        yield _finding("no_atc", "note", "prescribing.check.no_atc")


def _current(item: Item, given: Given) -> list[GivenMedicine]:
    """Return the medicines of now, without the one that this renews."""
    return [each for each in given.medicines if each.now and item.renews != f"{each.entry}/{each.place}"]


def _codes_of(medicine: Medicine) -> frozenset[str]:
    return frozenset(filter(None, medicine.ingredients or (medicine.atc,))) | frozenset(filter(None, (medicine.atc,)))


def _atc_of(current: GivenMedicine) -> frozenset[str]:
    return frozenset(code.partition("#")[2] for code in current.codes if code.startswith(f"{ATC}#"))


def _touches(medicine: Medicine, members: Iterable[str]) -> bool:
    return _in(members, _codes_of(medicine), medicine.code)


def _in(members: Iterable[str], codes: frozenset[str], code: str) -> bool:
    """Tell whether something of these codes is meant by ATC prefixes or the hospital's codes."""
    return any(each == code or any(atc.startswith(each) for atc in codes) for each in members)


def number(typed: str) -> Decimal | None:
    """Read a number above nought; nothing where it is none."""
    try:
        found = Decimal(typed) if typed else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found > 0 else None


def daily(item: Item) -> Decimal | None:
    """Return units a day, of a day on which it is taken."""
    single, (times, _) = number(item.single), often_of(item)
    return single * times if single and times else None


def needed(item: Item) -> Decimal | None:
    """Return how many units the dose needs for its days; nothing while any of it is open."""
    day, days, (_, every) = daily(item), number(item.days), often_of(item)
    return day * -(-days // every) if day and days and every else None


def often_of(item: Item) -> tuple[int, int]:
    """Return (times, in so many days), (0, 0) where nothing was chosen."""
    times, _, every = item.often.partition("/")
    return (int(times), int(every)) if times.isdecimal() and every.isdecimal() else (0, 0)


def text_of(value: Decimal) -> str:
    """Return a number without needless nought."""
    return format(value.normalize(), "f")


def _folded(text: str) -> str:
    return text.strip().casefold()


def _finding(name: str, level: str, key: str, /, *, chart: bool = False, **params: Words | str | int) -> Finding:
    zh = {each: value.pick("zh") if isinstance(value, Words) else value for each, value in params.items()}
    en = {each: value.pick("en") if isinstance(value, Words) else value for each, value in params.items()}
    return Finding(name[:120], level, Words(say(key, "zh", **zh), say(key, "en", **en)), chart=chart)
