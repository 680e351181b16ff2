"""Search in what this reader may see of a chart. What is looked for is patient data: it is written down nowhere."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from health_cloud.chart.service import Chart, open_chart, proof_of_chart, read_cursor, standing, write_cursor
from health_cloud.chart.views import NO_PROOF, EntryRow, Standing
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action
from health_cloud.core.words import Words
from health_cloud.records.service import reading
from health_cloud.records.service.contents import contents_of_versions
from health_cloud.records.service.matching import AS_TYPED, SIMILAR, closeness, spelled, terms_of
from health_cloud.records.service.reading import list_row, opens_next, topics_of
from health_cloud.records.service.sources import sources
from health_cloud.records.service.words import put_words, read, words_of
from health_cloud.records.views.content import EntryContent
from health_cloud.records.views.search import FoundMonth, FoundRow, Hit, SearchPage

NOTHING = Words()
LONGEST = 60
"""So many characters are looked for."""
REACH = 20_000
"""So many entries are looked into, the newest."""
FILL = 1000
"""So many entries from before there was a search are made ready by one."""
_HITS = 2
_CLOSE = {str(AS_TYPED), str(SIMILAR)}
Named = tuple[str, Words]
Near = dict[str, tuple[int, Named]]
"""How close each term came, and in what."""


@dataclass
class Looking:
    """The words looked for, and what is known of texts met already: people's records say the same again and again."""

    terms: tuple[str, ...]
    known: dict[Words, dict[str, int]] = field(default_factory=dict[Words, dict[str, int]])
    bodies: dict[str, Near] = field(default_factory=dict[str, Near])
    lines: dict[tuple[str, ...], Near] = field(default_factory=dict[tuple[str, ...], Near])

    def in_name(self, name: Words) -> dict[str, int]:
        """Return how close each term comes to a name, in either language."""
        near = self.known.get(name)
        if near is None:
            near = self.known[name] = {}
            for text in filter(None, (name.zh, name.en)):
                for term in self.terms:
                    close = closeness(term, spelled(text))
                    if close is not None:
                        near[term] = min(close, near.get(term, close))
        return near

    def in_names(self, names: Sequence[Named]) -> Near:
        """Return the closest of several names for each term, the first among equals."""
        near: Near = {}
        for kind, name in names:
            for term, close in self.in_name(name).items():
                if term not in near or close < near[term][0]:
                    near[term] = (close, (kind, name))
        return near

    def in_line(self, names: tuple[str, str, str, str, str, str]) -> Near:
        """Return the closest of what the line of an entry says."""
        near = self.lines.get(names)
        if near is None:
            title, place, person = (Words(*names[at : at + 2]) for at in (0, 2, 4))
            near = self.lines[names] = self.in_names((("title", title), ("place", place), ("person", person)))
        return near

    def in_body(self, body: str) -> Near:
        """Return the closest of the names within a content."""
        near = self.bodies.get(body)
        if near is None:
            near = self.bodies[body] = self.in_names(read(body))
        return near


@dataclass(frozen=True)
class Match:
    """An entry that has all the words: how close, where, and which line it stands on."""

    line_id: str
    close: int
    hits: tuple[Named, ...]


@dataclass(frozen=True)
class Line:
    """A line that was found, by its closest match; `at` and its id are its place among those that are as close."""

    at: datetime
    match: Match

    @property
    def cursor(self) -> str:
        """Where it stands."""
        return f"{self.match.close}~{write_cursor(self.at, self.match.line_id)}"


def search(session: Session, actor: Actor, person_id: str, asked: str, start: str = "", count: int = 0) -> SearchPage:
    """Return entries in which every word of `asked` is named, as typed before nearly so, newest first in each.

    The line in the ledger says that somebody searched, and what was shown: never for what.

    Args:
        session: the transaction.
        actor: who looks.
        person_id: in whose chart.
        asked: the words.
        start: cursor of the line before the first, empty for the beginning; one that is none of ours counts as that.
        count: how many lines the reader had, for coming back to the same place.

    Raises:
        Invalid: nothing to look for, or too much.
    """
    length = reading.first_length(count)
    with _searched(session, actor, person_id, asked) as found:
        try:
            first = found.behind(start) if start else 0
        except Invalid:  # an address is the client's word
            start, first = "", 0
        return found.page(first, first + length, start)


def search_newer(session: Session, actor: Actor, person_id: str, asked: str, cursor: str) -> SearchPage:
    """Return the page of what was found that ends where a stretch begins.

    Raises:
        Invalid: nothing to look for, or a cursor that is none of ours.
    """
    with _searched(session, actor, person_id, asked) as found:
        end = found.behind(cursor)
        first = max(0, end - reading.PAGE)
        return found.page(first, end, found.lines[first - 1].cursor if first else "")


@dataclass(frozen=True)
class Found:
    """All that was found, of which a page is shown."""

    chart: Chart
    lines: list[Line]
    unread: bool

    def behind(self, cursor: str) -> int:
        """Return how many lines stand before a place, the one at it included.

        Raises:
            Invalid: the cursor is none of ours.
        """
        close, _, place = cursor.partition("~")
        at, line_id = read_cursor(place)
        if close not in _CLOSE:
            raise Invalid(field="cursor")

        def is_behind(line: Line) -> bool:
            if line.match.close != int(close):
                return line.match.close > int(close)
            return (line.at, line.match.line_id) < (at, line_id)

        return bisect_left(self.lines, True, key=is_behind)

    def page(self, first: int, end: int, start: str) -> SearchPage:
        """Show the lines from one to another; `start` is the cursor of what stands before."""
        shown = self.lines[first:end]
        rows = {row.id: row for row in self.chart.lines([each.match.line_id for each in shown])}
        similar = next((each.match.line_id for each in self.lines if each.match.close != AS_TYPED), "")
        return SearchPage(
            months=_months(rows, [each.match for each in shown], similar),
            older=shown[-1].cursor if shown and end < len(self.lines) else "",
            start=start,
            total=len(self.lines),
            unread=self.unread,
            topics=topics_of(self.chart),
            opens=opens_next(self.chart),
            sources=sources(self.chart),
            proof=proof_of_chart(self.chart) if shown else NO_PROOF,
        )


@contextmanager
def _searched(session: Session, actor: Actor, person_id: str, asked: str) -> Generator[Found]:
    if len(asked) > LONGEST:
        raise Invalid("records.search.too_long", field="query")
    terms = terms_of(asked)
    if not terms:
        raise Invalid("records.search.empty", field="query")
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        chart.detail["search"] = 1
        every = standing(chart, limit=REACH)
        bodies = words_of(session, [each.version_id for each in every])
        unread = _fill(chart, every, bodies) or len(every) == REACH
        yield Found(chart, _lines(_matches(Looking(terms), every, bodies), every), unread)


def _fill(chart: Chart, every: Sequence[Standing], bodies: dict[str, str]) -> bool:
    """Make words of entries that came before there was a search, the newest first; tell whether some have none yet."""
    bare = [each for each in every if each.version_id not in bodies]
    some = bare[:FILL]
    contents = contents_of_versions(chart, [each.version_id for each in some])
    made = [(each.version_id, each.id, contents.get(each.version_id, EntryContent())) for each in some]
    put_words(chart.session, made)
    bodies.update(words_of(chart.session, [version_id for version_id, _, _ in made]))
    return len(bare) > len(some)


def _matches(looking: Looking, every: Sequence[Standing], bodies: Mapping[str, str]) -> Iterator[Match]:
    for each in every:
        own, inner = looking.in_line(each.names), looking.in_body(bodies.get(each.version_id, ""))
        if not own and not inner:
            continue
        near = {**inner, **{term: at for term, at in own.items() if term not in inner or at[0] < inner[term][0]}}
        if len(near) == len(looking.terms):
            hits = dict.fromkeys(at for _, at in near.values() if at[0] != "title")
            yield Match(each.line_id, max(close for close, _ in near.values()), tuple(hits)[:_HITS])


def _lines(matches: Iterator[Match], every: Sequence[Standing]) -> list[Line]:
    """Return the closest match of each line, the closest first; among equals what is newest in lists."""
    best: dict[str, Match] = {}
    for each in matches:
        if each.line_id not in best or each.close < best[each.line_id].close:
            best[each.line_id] = each
    lines = [Line(each.at, best[each.id]) for each in every if each.id in best]
    return sorted(lines, key=lambda line: line.match.close)


def _months(rows: Mapping[str, EntryRow], shown: Sequence[Match], similar: str) -> list[FoundMonth]:
    """Group what is shown; `similar` is the line with which what is only nearly as typed begins."""
    lines = [(rows[each.line_id], each) for each in shown if each.line_id in rows]
    months: list[FoundMonth] = []
    for (close, month), group in groupby(lines, key=_group):
        found = [_row(row, each) for row, each in group]
        months.append(FoundMonth(f"{close}~{month}", month, found[0].id == similar, found))
    return months


def _group(one: tuple[EntryRow, Match]) -> tuple[int, str]:
    row, match = one
    return match.close, (row.occurred or row.occurred_at)[:7]


def _row(row: EntryRow, match: Match) -> FoundRow:
    return FoundRow(row.id, list_row(row), [Hit(f"records.search.in_{kind}", name) for kind, name in match.hits])
