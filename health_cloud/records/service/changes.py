"""What a version changed, field by field: nothing is interpreted, values stand as they were sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from health_cloud.core.words import Words
from health_cloud.records.service.isolates import grown, is_culture, isolates, paired
from health_cloud.records.service.rendering import KINDS, lasting, role_of, severity_of, size_of, status_of
from health_cloud.records.service.results import unit_words, value_of, with_unit, word_of
from health_cloud.records.service.writer import analyte_of
from health_cloud.records.views.changes import NOT_SAID, Change, Said
from health_cloud.records.views.content import EntryContent, Item, Measured, Medicine, Paper

NOTHING = Words()
_SAYS_NOTHING = Said()


@dataclass(frozen=True)
class _Fact:
    """One thing that a content says; equal places of two contents are compared."""

    place: tuple[Hashable, ...]
    label: str
    name: Words
    said: Said


def changes(was: EntryContent, now: EntryContent) -> list[Change]:
    """Return what the later content says otherwise, in its own order; what it no longer says comes last."""
    was_grown, now_grown = _cultures(was, now)
    before, after = _placed(was, was_grown), _placed(now, now_grown)
    found: list[Change] = []
    for place in dict.fromkeys((*after, *before)):
        one = after.get(place) or before[place]
        old = before[place].said if place in before else NOT_SAID
        new = after[place].said if place in after else NOT_SAID
        if old != new:
            found.append(Change(one.label, one.name, old, new))
    return found + list(_papers(was, now))


_Grown = tuple[Hashable, Words]
"""By what an isolate is found in the other version, and what it is called."""


def _cultures(was: EntryContent, now: EntryContent) -> tuple[list[_Grown], list[_Grown]]:
    """Return the isolates of both versions, in their order; one that is in both has one place and one name."""
    old, new = isolates(was.results), isolates(now.results)
    after: list[_Grown] = [(("isolate", place), each.name) for place, each in enumerate(new)]
    before: list[_Grown] = [(("gone", place), each.name) for place, each in enumerate(old)]
    for place, other in enumerate(paired(new, old)):
        if other is not None:
            before[other] = after[place]
    return before, after


def _placed(content: EntryContent, cultures: Sequence[_Grown]) -> dict[tuple[Hashable, ...], _Fact]:
    """Return facts by place; the second of equal ones gets a number."""
    times: Counter[tuple[Hashable, ...]] = Counter()
    found: dict[tuple[Hashable, ...], _Fact] = {}
    for fact in _facts(content, iter(cultures)):
        times[fact.place] += 1
        found[*fact.place, times[fact.place]] = fact
    return found


def _facts(content: EntryContent, cultures: Iterator[_Grown]) -> Iterator[_Fact]:
    yield from _whole(content)
    yield from _measured(content.results, cultures)
    yield from _measured(content.measures, iter(()))
    for medicine in content.medicines:
        yield from _medicine(medicine)
    for item in content.items:
        yield _item(item)
    for series in content.series:
        name = series.title if series.title != NOTHING else Words.same(series.modality)
        yield _Fact(("series", series.uid), "records.part.series", name, Said(Words.same(str(series.images))))


def _papers(was: EntryContent, now: EntryContent) -> Iterator[Change]:
    """Return what became of originals: other bytes are another original, however equal all that is said of it is."""
    kept = {each.document_id for each in was.papers} & {each.document_id for each in now.papers} - {""}
    before, after = _named(was, kept), _named(now, kept)
    for place in dict.fromkeys((*after, *before)):
        old, new = before.get(place), after.get(place)
        name = new.title if new else old.title if old else NOTHING
        if old and new and old.document_id and new.document_id and not kept & {old.document_id}:
            yield Change("records.change.replaced", name, _paper(old), _paper(new))
        elif old and new and old.title != new.title:
            yield Change("records.part.originals", name, Said(old.title), Said(new.title))
        elif _paper(old) != _paper(new):
            yield Change("records.part.originals", name, _paper(old), _paper(new))


def _named(content: EntryContent, kept: set[str]) -> dict[tuple[Hashable, int], Paper]:
    """Return originals by what they are compared by: those of both by their bytes, others by their name and number."""
    times: Counter[Words] = Counter()
    found: dict[tuple[Hashable, int], Paper] = {}
    for each in content.papers:
        if each.document_id in kept:
            found[each.document_id, 0] = each
        else:
            times[each.title] += 1
            found[each.title, times[each.title]] = each
    return found


def _paper(paper: Paper | None) -> Said:
    if paper is None:
        return NOT_SAID
    return Said(Words.same(size_of(paper.size)), key="records.paper.missing" if paper.missing else "", at=paper.at)


def _whole(content: EntryContent) -> Iterator[_Fact]:
    """Return what is said of the entry itself."""
    texts = (
        ("records.change.title", content.title),
        ("records.change.place", _joined(content.place)),
        ("records.field.reason", content.reason),
        ("records.field.admitted", content.admitted),
        ("records.field.discharged", content.discharged),
        ("records.field.specimen", content.specimen),
        ("records.field.body_site", content.body_site),
        ("records.field.device", content.device),
        ("records.field.number", Words.same(content.number)),
        ("records.passage.conclusion", content.conclusion),
        ("records.passage.findings", content.findings),
        ("records.change.missing", Words.same(str(content.missing_results or ""))),
    )
    if content.status:
        yield _Fact(("status",), "records.change.status", NOTHING, Said(key=status_of(content.status)))
    yield from (_Fact((label,), label, NOTHING, Said(words)) for label, words in texts if words != NOTHING)
    instants = (
        ("records.change.occurred", content.occurred),
        ("records.field.ended", content.ended),
        ("records.field.issued", content.issued),
    )
    yield from (_Fact((label,), label, NOTHING, Said(at=at)) for label, at in instants if at)
    for role in dict.fromkeys(role_of(each.role) for each in content.people):
        names = _joined(each.name for each in content.people if role_of(each.role) == role)
        yield _Fact(("person", role), role, NOTHING, Said(names))
    for section in content.sections:
        yield _Fact(("section", section.heading), "", section.heading, Said(section.text))


def _measured(
    results: Iterable[Measured], cultures: Iterator[_Grown], path: tuple[Hashable, ...] = (), within: Words = NOTHING
) -> Iterator[_Fact]:
    """Return results with their members, each under what it belongs to; antibiotics are named with their isolate."""
    for each in results:
        isolate, called = next(cultures, (NOTHING, grown(each))) if is_culture(each) else (NOTHING, within)
        place = (*path, analyte_of(each), isolate)
        name = _joined((within, each.name)) if within != NOTHING else each.name
        said = Said(with_unit(value_of(each), unit_words(each)), key=word_of(each.flag))
        if said != _SAYS_NOTHING:
            yield _Fact((*place, "value"), "", name, said)
        beside = (
            ("records.change.range", _range(each)),
            ("records.field.specimen", each.specimen),
            ("records.field.method", each.method),
            ("records.medicine.note", each.note),
        )
        yield from (_Fact((*place, label), label, name, Said(words)) for label, words in beside if words != NOTHING)
        yield from _measured(each.members, cultures, place, called)


def _range(each: Measured) -> Words:
    if each.range_words != NOTHING:
        return each.range_words
    if each.low and each.high:
        return Words.same(f"{each.low}–{each.high}")
    return Words.same(f"≥ {each.low}" if each.low else f"≤ {each.high}" if each.high else "")


def _medicine(each: Medicine) -> Iterator[_Fact]:
    parts = (
        ("records.change.dose", each.dose),
        ("records.medicine.amount", each.amount),
        ("records.medicine.frequency", each.frequency),
        ("records.medicine.route", each.route),
        ("records.medicine.quantity", each.quantity),
        ("records.medicine.days", lasting(each)),
        ("records.medicine.repeats", Words.same(each.repeats)),
        ("records.medicine.reason", each.reason),
        ("records.medicine.note", each.note),
    )
    yield _Fact(("medicine", each.name), "records.item.medicine", each.name, Said(key=status_of(each.status)))
    for label, words in parts:
        if words != NOTHING:
            yield _Fact(("medicine", each.name, label), label, each.name, Said(words))
    for label, at in (("records.medicine.from", each.from_at), ("records.medicine.to", each.to_at)):
        if at:
            yield _Fact(("medicine", each.name, label), label, each.name, Said(at=at))


def _item(each: Item) -> _Fact:
    kind = each.kind if each.kind in KINDS else "other"
    people = (person.name for person in each.people)
    said = Said(
        _joined((*each.detail, *people)),
        key=status_of(each.certainty or each.status),
        at=each.at,
        until=each.until,
        severity=severity_of(each.severity),
    )
    return _Fact(("item", each.kind, each.title), f"records.item.{kind}", each.title, said)


def _joined(several: Iterable[Words]) -> Words:
    """Join texts as a list of them is written in each language; one that is not there in it is given in the other."""
    some = [each for each in several if each != NOTHING]
    return Words("，".join(each.pick("zh") for each in some), ", ".join(each.pick("en") for each in some))
