"""Where an entry comes from: its hospital, its instants, and its versions with what each changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from health_cloud.chart.service import Chart
from health_cloud.chart.views import EntryHandle, SourceState, VersionRow, WhyCard
from health_cloud.core.i18n import say
from health_cloud.core.words import Words
from health_cloud.records.models import Document
from health_cloud.records.service.changes import changes
from health_cloud.records.service.clocks import change_on_clock, clocked, on_clock
from health_cloud.records.service.contents import contents_of_versions, papers_of_versions
from health_cloud.records.service.rendering import papers_of, signed_by, status_of
from health_cloud.records.service.sources import source_of_feed
from health_cloud.records.views.content import EntryContent
from health_cloud.records.views.screens import Field, VersionLine

NOTHING = Words()
EMPTY = EntryContent()
_UNISSUED = frozenset({"preliminary", "registered", "partial", "draft"})
"""What was not given out yet is not changed but finished."""
_HERE = Words(say("records.source.here", "zh"), say("records.source.here", "en"))
_DIGEST = 16
"""So many characters of a digest are enough to find it in the ledger."""
_FOLLOWED = 10
"""So many versions back it is said what each changed."""


def source_of(
    chart: Chart, content: EntryContent, handle: EntryHandle, why: WhyCard, versions: list[VersionRow]
) -> list[Field]:
    """Return who made an entry, by which feed it came, and when it happened, was written down, came and was opened.

    All times are on the hospital's clock.
    """
    feed = source_of_feed(chart, why.feed)
    row = handle.row
    recorded = next((each.source_at for each in versions if each.id == handle.version_id), "")
    renewed = next((each.arrived_at for each in versions if each.id == handle.version_id), "")
    facts = (
        ("hospital", row.organization, ""),
        ("department", row.place if row.place != row.organization else NOTHING, ""),
        ("practitioner", row.practitioner, ""),
        ("feed", feed.name if feed else _HERE if content.signatures else NOTHING, ""),
        ("happened", NOTHING, row.occurred or row.occurred_at),
        ("issued", NOTHING, content.issued),
        ("recorded", NOTHING, recorded),
        ("received", NOTHING, why.arrived_at),
        ("renewed", NOTHING, renewed if renewed != why.arrived_at else ""),
        ("opened", NOTHING, why.released_at),
        *_complete_to(feed),
        *_signed(content),
    )
    told = [Field(f"records.source.{name}", words, at) for name, words, at in facts if words != NOTHING or at]
    return [clocked(each, why.zone) for each in told]


def _complete_to(feed: SourceState | None) -> list[tuple[str, Words, str]]:
    if feed is None or feed.complete_to is None:
        return []
    return [("complete" if feed.state == "whole" else "incomplete", NOTHING, feed.complete_to.isoformat())]


def _signed(content: EntryContent) -> Iterator[tuple[str, Words, str]]:
    """Return who signed what was written here, with what, why anew, and by which digest the ledger has it."""
    for each in content.signatures:
        yield "signed_by", signed_by(each), ""
        yield "signed", NOTHING, each.at
        yield "amended", each.reason, ""
        yield "digest", Words.same(each.digest[:_DIGEST]), ""


def version_lines(
    chart: Chart,
    handle: EntryHandle,
    versions: list[VersionRow],
    title: Words,
    zone: str,
    documents: Mapping[str, Document],
) -> list[VersionLine]:
    """Return the versions of an entry, newest first, each with what it changed of the one given out before it.

    Originals that only an earlier version has stand with it.
    """
    issued = [each for each in versions if each.status not in _UNISSUED][: _FOLLOWED + 1]
    contents = contents_of_versions(chart, [each.id for each in issued]) if len(issued) > 1 else {}
    changed = {
        newer.id: [change_on_clock(each, zone) for each in changes(contents[older.id], contents[newer.id])]
        for newer, older in pairwise(issued)
        if newer.id in contents and older.id in contents
    }
    replaced = {name: each for name, each in documents.items() if each.entry_id == handle.id and not each.current}
    papers = papers_of_versions(chart, versions, replaced)
    return [
        VersionLine(
            title,
            each.number,
            status_of(each.status),
            on_clock(each.arrived_at, zone),
            each.id == handle.version_id,
            changed.get(each.id, []),
            each.id in changed,
            papers_of(replace(EMPTY, papers=papers.get(each.id, ())), replaced, handle.row),
        )
        for each in versions
    ]
