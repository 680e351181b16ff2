"""My summary: what hospitals have said of a person, read from all records at each visit, and where each thing is said.

Nothing is concluded: equal codes and equal names make one line, anything else stays apart. What a source took back is
left out, what it ruled out stands under what was before. An empty group is no statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from health_cloud.chart.service import Chart, background, lately, open_chart, proof_of
from health_cloud.chart.views import BackgroundBody, DatedEntry
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.service import prescribed
from health_cloud.records.service.contents import parts_of
from health_cloud.records.service.prescribed import Thing, thing_of
from health_cloud.records.service.reading import opens_next, topics_of
from health_cloud.records.service.rendering import severity_of, status_of
from health_cloud.records.service.results import kind_of, unit_words, value_of, word_of
from health_cloud.records.service.sources import sources
from health_cloud.records.views.content import EntryContent, Item, Measured, Medicine, from_json
from health_cloud.records.views.medicines import MedicineLine
from health_cloud.records.views.summary import SeenPerson, Source, SummaryGroup, SummaryLine, SummaryPage

NOTHING = Words()
CLASSES = (RecordClass.MEDICAL_RECORDS, RecordClass.CHECK_UPS, RecordClass.PRESCRIPTIONS)
"""The classes whose contents say what a summary has."""
LOOKED = 2000
"""So many records back things are looked for; the page says so where there are more."""
_LINES, _SOURCES, _PEOPLE = 60, 12, 6
_PAST = frozenset({"resolved", "inactive", "remission", "completed", "stopped", "not-taken", "not-done", "on-hold"})
_DOUBTS = frozenset({"refuted", "unconfirmed", "provisional", "differential"})
_WITHDRAWN = "entered-in-error"
_ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
_SNOMED = "http://snomed.info/sct"
_NONE = frozenset(
    {
        "716186003", "409137002", "429625007", "716220001", "428607008", "428197003", "1003774007",
        "160245001", "787481004",
    }
)  # fmt: skip
"""SNOMED CT codes by which a source says expressly that there is nothing of a kind (IPS value sets)."""
_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"
"""LOINC codes of the two numbers of a blood pressure, which people say together."""


@dataclass(frozen=True)
class Statement:
    """Something that one record says; `hospital` tells whose word it is, `past` whether it holds no more."""

    item: Item
    source: Source
    hospital: str
    past: bool


def summary_page(session: Session, actor: Actor, person_id: str) -> SummaryPage:
    """Return the summary of a person from everything that the reader may see.

    Raises:
        Denied: the reader has no basis, or there is no such person.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        page, entries = summary_of(chart)
        note_shown(chart, page, entries)
        return replace(page, proof=proof_of(chart, CLASSES, hospitals_of(page)))


@dataclass(frozen=True)
class Told:
    """A thing as a line says it, and as the record that the line follows gives it, codes and all."""

    line: SummaryLine
    item: Item


@dataclass(frozen=True)
class CodedSummary:
    """A summary for whoever hands it on in a form with codes.

    Attributes:
        page: what stands in it, as people read it.
        entries: the records that it was read from.
        things: by kind, those that hold and then what a hospital says expressly of there being none.
        medicines: those of now, each with the prescription that says so.
        measures: the last value of each, with where it was said.
    """

    page: SummaryPage
    entries: list[DatedEntry]
    things: dict[str, list[Told]]
    medicines: list[tuple[MedicineLine, Medicine]]
    measures: list[tuple[Measured, Source]]


def summary_of(chart: Chart) -> tuple[SummaryPage, list[DatedEntry]]:
    """Return the summary and the records that it was read from; who shows a part of it notes that part."""
    page, entries, _ = _summed(chart)
    return page, entries


def coded_summary(chart: Chart) -> CodedSummary:
    """Return the summary with the codes of its things; who shows it notes it."""
    page, entries, read = _summed(chart)
    things: dict[str, list[Told]] = {}
    for kind in ("diagnosis", "allergy", "medicine", "immunization"):
        current, stated, _ = _sorted_things(read.said, kind)
        things[kind] = [*current[:_LINES], *stated]
    medicines = {
        f"/medicines/{each.entry.id}/{each.place}": each.medicine
        for each in prescribed.prescribed_of(_prescriptions(entries), read.contents)
    }
    measures = [(measured, line.newest) for measured, line in _latest(entries, read.contents, read.apart)][:_LINES]
    return CodedSummary(page, entries, things, [(line, medicines[line.href]) for line in page.medicines], measures)


@dataclass(frozen=True)
class _Read:
    contents: dict[str, EntryContent]
    apart: list[tuple[BackgroundBody, EntryContent]]
    said: list[Statement]


def _summed(chart: Chart) -> tuple[SummaryPage, list[DatedEntry], _Read]:
    found = lately(chart, CLASSES, limit=LOOKED + 1)
    entries = found[:LOOKED]
    contents = parts_of(chart, entries, "items", "measures", "medicines", "people", "payment")
    apart = [(each, from_json(each.body)) for each in background(chart)]
    said = [*_apart(apart), *_in_entries(entries, contents)]
    medicines = prescribed.lines_of(chart, prescribed.prescribed_of(_prescriptions(entries), contents))
    page = SummaryPage(
        problems=_group(said, "diagnosis"),
        allergies=_group(said, "allergy"),
        medicines=[line for line in medicines if line.now],
        named=_group(said, "medicine"),
        immunizations=_group(said, "immunization"),
        measures=[line for _, line in _latest(entries, contents, apart)][:_LINES],
        people=_people(entries),
        looked=len(entries),
        older=len(found) > len(entries),
        closed=any(name not in chart.decision.scope.classes for name in CLASSES),
        topics=topics_of(chart),
        opens=opens_next(chart),
        sources=sources(chart),
    )
    return page, entries, _Read(contents, apart, said)


def note_shown(chart: Chart, page: SummaryPage, entries: Iterable[DatedEntry]) -> None:
    """Note the records that stand on the page; that a thing is said in more of them is all it tells of those."""
    shown = {source.href for line in _lines_of(page) for source in (line.newest, *line.others)}
    shown |= {line.newest.href for line in page.medicines} | {person.href for person in page.people}
    for entry in entries:
        if address_of(entry) in shown:
            chart.note(RecordClass(entry.record_class), [entry.id])


def hospitals_of(page: SummaryPage) -> set[Words]:
    """Return the names of the hospitals that say something on the page."""
    said = {source.organization for line in _lines_of(page) for source in (line.newest, *line.others)}
    return said | {line.newest.organization for line in page.medicines} | {each.organization for each in page.people}


def _lines_of(page: SummaryPage) -> list[SummaryLine]:
    groups = (page.problems, page.allergies, page.named, page.immunizations)
    return [line for each in groups for line in (*each.current, *each.stated, *each.before)] + page.measures


def address_of(entry: DatedEntry) -> str:
    """Return where an entry is read."""
    return f"/records/{entry.record_class}/{entry.id}"


def _prescriptions(entries: Iterable[DatedEntry]) -> list[DatedEntry]:
    return [each for each in entries if each.record_class == RecordClass.PRESCRIPTIONS.value]


def _apart(apart: Iterable[tuple[BackgroundBody, EntryContent]]) -> Iterator[Statement]:
    """Return what was said apart from any visit: lists that hospitals keep, so they tell of the day they came."""
    for body, content in apart:
        for item in content.items:
            if is_within(body, item.at):
                at = item.at if item.kind == "immunization" and item.at else body.arrived.isoformat()
                yield _statement(item, Source(body.organization, at), body.organization_id)


def is_within(body: BackgroundBody, at: str) -> bool:
    """Tell whether something dated so is open; without a day it counts as of its arrival."""
    day = (at or body.arrived.isoformat())[:10]
    return day >= body.first[: len(day)] and (not body.last or day <= body.last[: len(day)])


def _in_entries(entries: Iterable[DatedEntry], contents: dict[str, EntryContent]) -> Iterator[Statement]:
    for entry in entries:
        for item in contents[entry.id].items if entry.id in contents else ():
            if item.kind == "medicine" and entry.visit:
                continue  # given during a stay, or told by its prescription
            at = item.at if item.kind == "immunization" and item.at else entry.occurred
            yield _statement(item, _source(entry, at), entry.organization_id)


def _source(entry: DatedEntry, at: str) -> Source:
    return Source(entry.organization, at, address_of(entry))


def _statement(item: Item, source: Source, hospital: str) -> Statement:
    status = item.certainty if item.certainty in _DOUBTS else item.status
    past = item.certainty == "refuted" or item.status in _PAST or (not item.status and bool(item.until))
    if item.kind == "immunization":
        past = item.status == "not-done"
        status = status if past else ""
    return Statement(item, replace(source, status=status_of(status)), hospital, past)


def _group(said: Iterable[Statement], kind: str) -> SummaryGroup:
    """Return what is said of one kind, each thing once, newest first."""
    current, stated, before = ([told.line for told in part] for part in _sorted_things(said, kind))
    more = max(0, len(current) - _LINES) + max(0, len(before) - _LINES)
    return SummaryGroup(current[:_LINES], stated, before[:_LINES], more, any=bool(current or stated or before))


def _sorted_things(said: Iterable[Statement], kind: str) -> tuple[list[Told], list[Told], list[Told]]:
    """Return the things of one kind that hold, those of which there are expressly none, and those before."""
    by_thing: dict[Thing, list[Statement]] = {}
    for each in said:
        item = each.item
        if item.kind == kind and item.title != NOTHING and _WITHDRAWN not in (item.status, item.certainty):
            by_thing.setdefault(thing_of(item.codes, item.title), []).append(each)
    current: list[Told] = []
    stated: list[Told] = []
    before: list[Told] = []
    for group in by_thing.values():
        group.sort(key=lambda each: each.source.at[:19], reverse=True)
        last = list({each.hospital: each for each in reversed(group)}.values())
        holds = [each for each in last if not each.past]
        shown = next((each for each in group if each in holds), group[0])
        told = Told(_line(group, shown, differ=0 < len(holds) < len(last)), shown.item)
        (before if not holds else stated if _says_none(group[0].item) else current).append(told)
    for part in (current, stated, before):
        part.sort(key=lambda told: told.line.newest.at[:19], reverse=True)
    return current, stated, before


def _says_none(item: Item) -> bool:
    return any(each.system == _ABSENT or (each.system == _SNOMED and each.code in _NONE) for each in item.codes)


def _line(group: Sequence[Statement], shown: Statement, *, differ: bool) -> SummaryLine:
    item = shown.item
    others = [each.source for each in group if each is not shown]
    return SummaryLine(
        title=item.title,
        details=[each for each in item.detail if each != NOTHING],
        since=item.at if item.kind != "immunization" and item.at[:10] != shown.source.at[:10] else "",
        until=item.until,
        status=shown.source.status,
        severity=severity_of(item.severity),
        differ=differ,
        newest=shown.source,
        others=others[:_SOURCES],
        count=len(group),
    )


def _latest(
    entries: Sequence[DatedEntry],
    contents: dict[str, EntryContent],
    apart: Iterable[tuple[BackgroundBody, EntryContent]],
) -> Iterator[tuple[Measured, SummaryLine]]:
    """Return the last value of each measure, newest first."""
    every = [
        (measured, _source(entry, measured.at or entry.occurred))
        for entry in entries
        if entry.id in contents
        for measured in reversed(contents[entry.id].measures)
    ]
    every += [
        (measured, Source(body.organization, measured.at or body.arrived.isoformat()))
        for body, content in apart
        for measured in content.measures
        if is_within(body, measured.at)
    ]
    every.sort(key=lambda each: each[1].at[:19], reverse=True)
    shown: set[Thing] = set()
    for measured, source in every:
        key = thing_of(measured.codes, measured.name)
        if key not in shown and (line := _measure(measured, source)) is not None:
            shown.add(key)
            yield measured, line


def _measure(measured: Measured, source: Source) -> SummaryLine | None:
    value, unit = _pressure(measured) or (value_of(measured), unit_words(measured))
    if value == NOTHING and measured.members:
        value = _listed(measured.members)
    if value == NOTHING or measured.absent != NOTHING or measured.status == _WITHDRAWN:
        return None
    return SummaryLine(
        title=measured.name,
        newest=source,
        value=value,
        unit=unit,
        kind=kind_of(measured.flag),
        word=word_of(measured.flag),
    )


def _pressure(measured: Measured) -> tuple[Words, Words] | None:
    """Return both numbers of a blood pressure as people say them, where they have the same unit."""
    parts = {coding.code: each for each in measured.members for coding in each.codes}
    high, low = parts.get(_SYSTOLIC), parts.get(_DIASTOLIC)
    if high is None or low is None or not (high.value and low.value) or unit_words(high) != unit_words(low):
        return None
    if high.comparator or low.comparator:
        return None
    return Words.same(f"{high.value}/{low.value}"), unit_words(high)


def _listed(members: Iterable[Measured]) -> Words:
    told = [(each.name, value_of(each), unit_words(each)) for each in members if value_of(each) != NOTHING]
    return Words(
        "，".join(" ".join(part.pick("zh") for part in each).strip() for each in told),
        ", ".join(" ".join(part.pick("en") for part in each).strip() for each in told),
    )


def _people(entries: Iterable[DatedEntry]) -> list[SeenPerson]:
    """Return who saw the patient, each once with the last visit."""
    found: dict[tuple[Words, str], SeenPerson] = {}
    for each in entries:
        if each.visit and each.practitioner != NOTHING:
            person = SeenPerson(
                name=each.practitioner,
                place=each.place if each.place != each.organization else NOTHING,
                organization=each.organization,
                at=each.occurred,
                href=address_of(each),
            )
            found.setdefault((each.practitioner, each.organization_id), person)
    return list(found.values())[:_PEOPLE]
