"""Reading: lists of a class, visits, and entries with everything there is. Each use is one line in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from sqlmodel import Session

from health_cloud.chart.service import Chart, open_chart, proof_of_class, upward
from health_cloud.chart.views import NO_PROOF, EncounterRow, EntryHandle, EntryRow
from health_cloud.core import changes
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action, Basis, Role
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.records.service import rendering, results
from health_cloud.records.service.alike import alike, compare_address
from health_cloud.records.service.clocks import clocked, on_clock, why_on_clock
from health_cloud.records.service.contents import contents_of, documents_of, whole_of
from health_cloud.records.service.corrections import corrections
from health_cloud.records.service.examined import result_trends, series_of, with_reports
from health_cloud.records.service.history import past_measures, past_results
from health_cloud.records.service.meanings import meaning_of
from health_cloud.records.service.provenance import source_of, version_lines
from health_cloud.records.service.sources import turns_next
from health_cloud.records.service.story import with_story
from health_cloud.records.service.terms import terms_of
from health_cloud.records.views.changes import Change
from health_cloud.records.views.content import EntryContent
from health_cloud.records.views.meaning import Term
from health_cloud.records.views.screens import (
    EntryPage,
    ListPage,
    ListRow,
    Month,
    VisitPart,
    VisitRow,
)

NOTHING = Words()
NO_CHANGES: list[Change] = []
NO_TERMS: list[Term] = []
SAYS = frozenset(
    {RecordClass.MEDICAL_RECORDS, RecordClass.CHECK_UPS, RecordClass.PRESCRIPTIONS, RecordClass.LABORATORY}
)
"""The classes that have a place in an overview, beside what a hospital says apart from any visit."""
PAGE = 50
FIRST = 25
"""So many lines come first: what a phone shows, and what is read while more comes."""
MOST = 200
"""So many lines are read at once for whoever comes back to where they were."""


def class_of(text: str) -> RecordClass:
    """Read the name of a record class.

    Raises:
        Invalid: there is no such class.
    """
    try:
        return RecordClass(text)
    except ValueError:
        raise Invalid(field="record_class") from None


def first_length(count: int) -> int:
    """Return how long the part is that comes first, for a reader who had so many lines."""
    return min(max(count, min(FIRST, PAGE)), MOST)


def list_page(
    session: Session, actor: Actor, person_id: str, record_class: str, before: str = "", count: int = 0
) -> ListPage:
    """Return a page of a class, newest first, older than the cursor `before`, as long as the reader had it."""
    name = class_of(record_class)
    length = first_length(count)
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        found = chart.entries(name, before=before, limit=length)
        older = found[-1].cursor if len(found) == length else ""
        proof = proof_of_class(chart, name) if found else NO_PROOF
        return ListPage(name.value, months_of(found), older, "", topics_of(chart), opens_next(chart), proof)


def newer_page(session: Session, actor: Actor, person_id: str, record_class: str, cursor: str) -> ListPage:
    """Return the page of a class that ends where a stretch begins."""
    name = class_of(record_class)
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        found, begins = upward(chart, name, cursor, limit=PAGE)
        return ListPage(name.value, months_of(found), "", begins, topics_of(chart), opens_next(chart))


def entry_page(session: Session, actor: Actor, person_id: str, entry_id: str) -> EntryPage:
    """Return an entry with everything there is, and note that this account has opened it.

    Raises:
        NotFound: absent, of somebody else, or not released: never told apart.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        handle = chart.entry(entry_id)
        group = chart.group(handle)
        page = _rendered(chart, handle, group)
        for each in group:
            chart.mark_opened(each)
        return page


def topics_of(chart: Chart) -> tuple[str, ...]:
    """Return what changes a screen of this chart: news of the person, and rules of their hospitals.

    To whom it belongs, and to their guardians: whatever changes for them. To others: what changes in what was granted
    and in whether it may be read; that a request of somebody else was denied, a visit booked or a result of another
    class came is none of their business, not even by a screen that looks again.
    """
    hospitals = [f"organization:{organization_id}" for organization_id in chart.person.organization_ids]
    if chart.decision.basis in (Basis.OWN, Basis.GUARDIAN):
        return (f"person:{chart.person_id}", *hospitals)
    scope, said = chart.decision.scope, (changes.BACKGROUND,) if chart.decision.scope.classes & SAYS else ()
    team = [changes.team_topic(chart.person_id)] if chart.decision.basis is Basis.TREATMENT else []
    return (
        changes.chart_topic(chart.person_id),
        *team,
        *hospitals,
        *(
            changes.within(changes.class_topic(chart.person_id, name, each), scope.period_from, scope.period_to)
            for each in chart.person.organization_ids
            for name in scope.classes
        ),
        *(changes.class_topic(chart.person_id, name, each) for each in chart.person.organization_ids for name in said),
    )


def opens_next(chart: Chart) -> str:
    """Return when the clock alone shows this reader something else, ISO text; empty where it never does."""
    instant = min(filter(None, (chart.opens_next(), turns_next(chart))), default=None)
    return instant.isoformat() if instant else ""


def months_of(found: list[EntryRow], *, least_since: str | None = None) -> list[Month]:
    """Group rows, newest first, by the month that they carry; since `least_since` there may be more of them."""
    months = [(month, [list_row(row) for row in group]) for month, group in groupby(found, key=_month)]
    return [
        Month(month, rows, least_since is not None and month >= least_since[: len(month)]) for month, rows in months
    ]


def _month(row: EntryRow) -> str:
    return (row.occurred or row.occurred_at)[:7]


def list_row(row: EntryRow) -> ListRow:
    """Return the line of an entry."""
    return ListRow(
        id=row.id,
        record_class=row.record_class,
        href=f"/records/{row.record_class}/{row.id}",
        title=row.title,
        count=row.members,
        place=row.place if row.place != NOTHING else row.organization,
        practitioner=row.practitioner,
        occurred=row.occurred or row.occurred_at,
        kind=results.kind_of(row.flag),
        word=_word(row),
        flagged=row.flagged,
        fresh=row.fresh,
        mark=_mark(row),
    )


_REPORTS = frozenset({RecordClass.LABORATORY, RecordClass.EXAMINATIONS, RecordClass.IMAGING})


def _mark(row: EntryRow) -> str:
    """A report that changes is a correction; a prescription or a visit goes on by itself."""
    if not row.fresh or not row.corrected:
        return "ui.row.new" if row.fresh else ""
    return "ui.row.corrected" if row.record_class in _REPORTS else "ui.row.changed"


def _word(row: EntryRow) -> str:
    if not row.flag:
        return ""
    if row.flag == "normal":
        return "records.row.normal"
    if row.flagged > 1 and row.flag != "critical":
        return "records.row.several"  # the row knows the worst flag and how many there are, not how many of each
    return f"records.row.{row.flag}" if row.flag in ("critical", "high", "low", "abnormal") else ""


def visit_row(row: EncounterRow) -> VisitRow:
    """Return the line of a visit."""
    parts = [VisitPart(name.value, row.counts[name]) for name in RecordClass if row.counts.get(name)]
    return VisitRow(
        id=row.id,
        title=row.title,
        kind=row.visit_type,
        department=row.department,
        practitioner=row.practitioner,
        organization=row.organization,
        occurred=row.occurred or row.occurred_at,
        ended=row.ended_at,
        parts=[part for part in parts if part.record_class != RecordClass.MEDICAL_RECORDS.value],
        href=f"/records/{row.entry_class}/{row.entry_id}" if row.entry_id else "",
    )


def _visit_first(chart: Chart, encounter_id: str) -> list[EntryRow]:
    """Return the entries of a visit: the visit itself before what it made."""
    found = chart.of_encounter(encounter_id)
    return sorted(found, key=lambda row: row.record_class not in (RecordClass.MEDICAL_RECORDS, RecordClass.CHECK_UPS))


def _through(chart: Chart, row: EntryRow, parts: Mapping[str, EntryContent]) -> list[str]:
    """Return where the medicines of a prescription are shown through time, to whoever has pages for that."""
    if row.record_class != RecordClass.PRESCRIPTIONS.value or chart.actor.role is not Role.PATIENT:
        return []
    return [f"/medicines/{entry}/{place}" for entry, part in parts.items() for place in range(len(part.medicines))]


def _rendered(chart: Chart, handle: EntryHandle, group: list[EntryHandle]) -> EntryPage:
    members = {each.id for each in group}
    parts = contents_of(chart, group)
    content = whole_of(parts.get(handle.id, EntryContent(record_class=handle.row.record_class)), list(parts.values()))
    row = handle.row
    said = results.shared(content.results)
    past = past_results(chart, handle, content.results)
    own = chart.actor.role is Role.PATIENT
    followed = row.record_class == RecordClass.LABORATORY.value
    made = [list_row(each) for each in _visit_first(chart, row.encounter_id) if each.id not in members]
    checked = row.record_class == RecordClass.CHECK_UPS.value
    trends = results.trends_of(row.record_class, handle.id, content.results) if followed else results.NO_ADDRESSES
    trends = result_trends(chart, made, content.results) if checked else trends
    explain = meaning_of if own else results.unexplained
    shown = results.lines(content.results, past, said=said, trends=trends, explain=explain)
    lines = list(results.told_once(shown))
    before, compared = past_measures(chart, handle, content.measures) if checked else ({}, "")
    weighed = row.record_class in (RecordClass.CHECK_UPS.value, RecordClass.MEDICAL_RECORDS.value)
    courses = results.trends_of(row.record_class, handle.id, content.measures) if weighed else results.NO_ADDRESSES
    measures = list(results.told_once(results.lines(content.measures, before, trends=courses, explain=explain)))
    why = chart.why(handle)
    history = {each.id: chart.versions(each) for each in group}
    documents = documents_of(chart, group, replaced=True)
    versions = [
        line
        for each in group
        for line in version_lines(
            chart, each, history[each.id], each.row.title if len(group) > 1 else NOTHING, why.zone, documents
        )
    ]
    beside = alike(chart, handle, content, limit=1) if own else []
    chart.note(RecordClass(row.record_class), (each.id for each in beside))
    page = EntryPage(
        id=handle.id,
        record_class=row.record_class,
        title=group[0].row.title if group[0].row.title != NOTHING else content.title,
        count=len(group),
        organization=row.organization,
        place=row.place,
        practitioner=row.practitioner,
        occurred=on_clock(row.occurred or row.occurred_at, why.zone),
        ended=on_clock(content.ended, why.zone),
        issued=on_clock(content.issued, why.zone),
        status=rendering.status_of(content.status),
        fields=[clocked(each, why.zone) for each in rendering.fields_of(content, *said)],
        headline=results.headline(lines),
        passages=rendering.passages_of(content),
        results=lines,
        grid=results.grid(content.results, corrections(chart, handle, content)),
        measures=measures,
        compared=compared,
        sortable=results.sortable(lines) or (checked and results.sortable(measures)),
        compare=compare_address(handle, beside[0].id) if beside else "",
        compare_at=beside[0].occurred if beside else "",
        medicines=rendering.medicines_of(content, _through(chart, row, parts)),
        groups=rendering.groups_of(content),
        series=series_of(content),
        papers=(papers := rendering.papers_of(content, documents, row)),
        terms=terms_of(content) if own else NO_TERMS,
        pictures=sum(each.image for each in papers),
        original=next((each.page for each in papers if each.page), ""),
        missing_results=content.missing_results,
        versions=versions,
        version=max((each.number for each in versions), default=1),
        changed=next((each.changes for each in versions if each.current and each.changes), NO_CHANGES),
        beside=made,
        sources=list(content.source_ids),
        source=source_of(chart, content, handle, why, history[handle.id]),
        why=why_on_clock(why, why.zone),
        topics=topics_of(chart),
    )
    if row.record_class == RecordClass.MEDICAL_RECORDS.value:
        return with_story(page, content, made, own=own)
    return with_reports(page, chart, handle, content)
