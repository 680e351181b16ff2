"""A visit told in order: why, what was found, what was done, what next; of a stay its days.

Every line is something that the source sent. What it does not say is said to be not recorded, or left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from health_cloud.core.vocabulary import RecordClass, VisitType
from health_cloud.core.words import Words
from health_cloud.records.service.passages import passages
from health_cloud.records.service.rendering import severity_of, status_of
from health_cloud.records.views.content import EntryContent, Item
from health_cloud.records.views.screens import EntryPage, ListRow
from health_cloud.records.views.story import Chapter, Passage, StayDay, Story, StoryLine

NOTHING = Words()
PARTS = {"why": ("complaint", "history"), "found": ("findings",), "done": ("done",), "next": ("next",)}
"""Kinds of running text that each chapter tells."""
ITEMS = {
    "found": ("diagnosis",),
    "done": ("procedure", "medicine", "immunization", "order"),
    "next": ("care_plan", "goal"),
}
"""Kinds of what belongs to a visit that each chapter tells; what is still to be done is the next."""
TOLD = frozenset({"ward", *(kind for kinds in ITEMS.values() for kind in kinds)})
_OPEN = 6
"""So many lines of a chapter stand open; a stay makes dozens."""
_USUAL = frozenset({"", "active", "completed", "confirmed", "final", "finished"})
_TO_DO = frozenset({"active", "on-hold", "draft"})
_NEWS = frozenset({"critical", "high", "low", "abnormal"})
_DAY = 10
"""Characters of a day in ISO text."""
_DAYS = 400
"""A stay of more days than this is told without them."""
_ENDS = 2
"""Admission and discharge alone make no course."""


@dataclass(frozen=True)
class _Visit:
    """A visit with the entries that it made."""

    content: EntryContent
    made: Sequence[ListRow]
    stay: bool


def with_story(page: EntryPage, content: EntryContent, made: Sequence[ListRow], *, own: bool) -> EntryPage:
    """Tell a visit as a story; what the story tells stands nowhere else on the page.

    Args:
        page: the visit's page.
        content: its content.
        made: the visible entries that it made.
        own: whether the reader has pages of these; else they are named alone.
    """
    if content.category not in set(VisitType):
        return page
    rows = [each if own else replace(each, href="") for each in made]
    story = story_of(content, rows)
    left = [each for each in content.sections if not _kept(each.kind, stay=story.stay)]
    told = {f"records.field.{name}" for name in ("reason", "admitted", "discharged")}
    return replace(
        page,
        story=story,
        passages=passages(left),
        groups=[each for each in page.groups if each.kind not in TOLD],
        fields=[each for each in page.fields if each.name not in told],
        beside=[],
    )


def _kept(kind: str, *, stay: bool) -> bool:
    """Tell whether the story tells a section; the summary of a stay stands before it."""
    return any(kind in kinds for kinds in PARTS.values()) or (stay and kind == "summary")


def story_of(content: EntryContent, made: Sequence[ListRow]) -> Story:
    """Return a visit in its chapters, and a stay with its summary and its days."""
    visit = _Visit(content, made, content.category == VisitType.INPATIENT)
    summary = [each for each in content.sections if visit.stay and each.kind == "summary"]
    elsewhere = bool(content.papers) or any(not _kept(each.kind, stay=False) for each in content.sections)
    absent = "records.story.elsewhere" if elsewhere else "records.story.absent"
    lines = {"why": _why(visit), "found": _found(visit), "done": _done(visit), "next": _next(visit)}
    return Story(
        chapters=[_chapter(name, visit, list(said), absent) for name, said in lines.items()],
        stay=visit.stay,
        days=_days(visit) if visit.stay else 0,
        summary=[replace(each, heading=NOTHING) if _is_name(each) else each for each in passages(summary)],
        course=_course(visit) if visit.stay else [],
    )


def _is_name(each: Passage) -> bool:
    """Tell whether a heading only says again what stands above the summary."""
    return each.heading.zh == "出院小结" or each.heading.en.lower() == "discharge summary"


def _chapter(name: str, visit: _Visit, lines: list[StoryLine], absent: str) -> Chapter:
    told = passages(each for each in visit.content.sections if each.kind in PARTS[name])
    opened = len(lines) if len(lines) == _OPEN + 1 else _OPEN  # nothing is folded for one line alone
    return Chapter(name, lines[:opened], lines[opened:], told, "" if lines or told else absent)


def _why(visit: _Visit) -> Iterator[StoryLine]:
    content = visit.content
    if content.reason != NOTHING:
        yield StoryLine(content.reason)
    if content.admitted != NOTHING:
        yield StoryLine(content.admitted, "records.field.admitted")


def _found(visit: _Visit) -> Iterator[StoryLine]:
    yield from _items(visit, *ITEMS["found"])
    seen = [each for each in visit.made if each.record_class != RecordClass.PRESCRIPTIONS.value]
    yield from map(entry_line, sorted(seen, key=_weight))
    count = len(visit.content.measures)
    if count:
        yield StoryLine(label="records.story.measured", count=count)


def _weight(row: ListRow) -> tuple[bool, bool]:
    """Order what was found: what a doctor saw and said first, then tests, those first in which something differs."""
    tested = row.record_class == RecordClass.LABORATORY.value
    return tested, tested and row.kind not in _NEWS


def _done(visit: _Visit) -> Iterator[StoryLine]:
    for item in visit.content.items:
        if item.kind in ITEMS["done"] and not _is_to_do(item):
            yield _item(visit, item)
    yield from (entry_line(each) for each in visit.made if each.record_class == RecordClass.PRESCRIPTIONS.value)


def _next(visit: _Visit) -> Iterator[StoryLine]:
    if visit.content.discharged != NOTHING:
        yield StoryLine(visit.content.discharged, "records.field.discharged")
    yield from _items(visit, *ITEMS["next"])
    yield from (_item(visit, each) for each in visit.content.items if _is_to_do(each))


def _is_to_do(item: Item) -> bool:
    return item.kind == "order" and item.status in _TO_DO


def _items(visit: _Visit, *kinds: str) -> Iterator[StoryLine]:
    for kind in kinds:
        yield from (_item(visit, each) for each in visit.content.items if each.kind == kind)


_ENDING = frozenset({"procedure", "diagnosis", "allergy"})
"""Kinds whose end is told in a visit; when a medicine ends stands with the medicine."""


def _item(visit: _Visit, item: Item) -> StoryLine:
    said = item.certainty or item.status
    done = item.kind == "procedure"
    ends = item.kind in _ENDING and item.until[:_DAY] not in ("", item.at[:_DAY])
    same = item.at[:_DAY] == visit.content.occurred[:_DAY] and not (visit.stay and done) and not ends
    return StoryLine(
        title=item.title,
        details=[words for words in item.detail if words != NOTHING],
        at="" if same else item.at,
        until=item.until if ends else "",
        status="" if said in _USUAL else status_of(said),
        people=[each.name for each in item.people if done and each.name != NOTHING],
        severity=severity_of(item.severity),
    )


def entry_line(row: ListRow) -> StoryLine:
    """Return the line of an entry that a visit made."""
    return StoryLine(
        title=row.title,
        count=row.count,
        record_class=row.record_class,
        href=row.href,
        kind=row.kind,
        word=row.word,
        flagged=row.flagged,
    )


def _days(visit: _Visit) -> int:
    first, last = _day(visit.content.occurred), _day(visit.content.ended)
    return (last - first).days + 1 if first and last and last >= first else 0


def _day(at: str) -> date | None:
    """Return the day of an instant as the source wrote it; none where it wrote less."""
    try:
        return date.fromisoformat(at[:_DAY])
    except ValueError:
        return None


def _course(visit: _Visit) -> list[StayDay]:
    """Return the days of a stay on which something is recorded; what lies before or after it is no day of it."""
    first, count = _day(visit.content.occurred), _days(visit)
    if first is None or not 0 < count <= _DAYS:
        return []
    events = sorted(_events(visit), key=lambda each: each[0])
    by_day: dict[int, list[StoryLine]] = {}
    for at, line in events:
        day = _day(at)
        if day is not None and 0 <= (day - first).days < count:
            by_day.setdefault((day - first).days, []).append(replace(line, at="", until="", details=[], people=[]))
    if len(events) <= _ENDS:
        return []
    return [
        StayDay(number + 1, date.fromordinal(first.toordinal() + number).isoformat(), lines)
        for number, lines in sorted(by_day.items())
    ]


def _events(visit: _Visit) -> Iterable[tuple[str, StoryLine]]:
    """Return what has a time: admission, wards, procedures, medicines, notes, reports, discharge."""
    content = visit.content
    wards = [each for each in content.items if each.kind == "ward"]
    came = wards[:1] if wards and wards[0].at[:_DAY] == content.occurred[:_DAY] else []
    yield content.occurred, StoryLine(came[0].title if came else NOTHING, "records.story.came")
    yield from ((each.at, StoryLine(each.title, "records.story.moved")) for each in wards[len(came) :])
    for item in content.items:
        if item.kind == "procedure":
            yield item.at, _item(visit, item)
        elif item.kind == "medicine":
            yield item.at, StoryLine(item.title, "records.story.started")
    yield from ((row.occurred, entry_line(row)) for row in visit.made)
    written = Counter(each.at for each in content.sections)
    for section in content.sections:
        if written[section.at] == 1 and section.kind != "summary":  # chapters of one note are no events of their own
            yield section.at, StoryLine(section.heading, "records.story.written")
    yield content.ended, StoryLine(NOTHING, "records.story.left")
