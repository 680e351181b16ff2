"""What was decided about one patient: entries, visits, how each resource counts, and problems found."""

from __future__ import annotations

from dataclasses import dataclass, field

from health_cloud.chart.service.drafts import EncounterDraft, EntryDraft, Release, VersionDraft, When
from health_cloud.core.clock import now
from health_cloud.core.vocabulary import EntryState, RecordClass, VisitType
from health_cloud.core.words import Words
from health_cloud.ingest.service.cases import Problem
from health_cloud.ingest.service.context import Feeding
from health_cloud.ingest.service.folder import Folder, Piece
from health_cloud.ingest.service.mapping import fhir, times
from health_cloud.ingest.service.mapping.fhir import Json, text
from health_cloud.records.service.writer import Original
from health_cloud.records.views.content import NOTHING, EntryContent, to_json


@dataclass(slots=True)
class Visit:
    """An Encounter as the other rules need it."""

    piece: Piece
    code: str
    visit_type: VisitType
    check_up: bool
    department_id: str = ""
    place: tuple[Words, ...] = ()
    practitioner: Words = NOTHING
    attached: list[Piece] = field(default_factory=list[Piece])
    reports: list[Piece] = field(default_factory=list[Piece])
    """Reports and results that are entries of their own, shown in a check-up too."""


@dataclass(slots=True)
class Verdict:
    """Collects decisions; nothing is written before all are made."""

    feeding: Feeding
    folder: Folder
    record_id: str
    birth_date: str = ""
    sound: bool = True
    """Whether everything could be judged; else nothing of it is written."""
    marks: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Row id to (accounted, reason)."""
    entries: list[EntryDraft] = field(default_factory=list[EntryDraft])
    contents: dict[str, EntryContent] = field(default_factory=dict[str, EntryContent])
    encounters: list[EncounterDraft] = field(default_factory=list[EncounterDraft])
    visits: dict[str, Visit] = field(default_factory=dict[str, Visit])
    background: list[Piece] = field(default_factory=list[Piece])
    """What is said of the patient apart from any visit."""
    originals: dict[str, Original] = field(default_factory=dict[str, Original])
    problems: list[Problem] = field(default_factory=list[Problem])

    def attach(self, piece: Piece) -> None:
        """Count a resource as part of something else."""
        self._mark(piece, "attached", "")

    def hold(self, piece: Piece, reason: str) -> None:
        """Hold a resource back: it is no outcome (yet)."""
        self._mark(piece, "held", reason)

    def publish(self, piece: Piece) -> None:
        """Count a resource as an entry."""
        self._mark(piece, "entry", "")

    def _mark(self, piece: Piece, accounted: str, reason: str) -> None:
        for each in piece.history or [piece]:
            self.marks[each.id] = (accounted, reason)

    def problem(self, rule: str, piece: Piece, evidence: str = "", again: str = "") -> None:
        """Note a data-quality problem of a resource."""
        self.problems.append(Problem(rule, piece.name, evidence, piece.message_id, self.record_id, again))

    def orphan(self, piece: Piece, reference: fhir.Ref) -> None:
        """Note that a visit is named and not here: one case for all that name it."""
        self.folder.awaited.add(self.feeding.keys.of(reference.id))
        about = f"Encounter/{reference.id}"
        self.problems.append(Problem("orphan", about, piece.name, piece.message_id, self.record_id))

    def visit_of(self, resource: Json) -> Visit | None:
        """Return the visit that a resource names, if it is here."""
        return self.visits.get(self.encounter_key(resource))

    def encounter_key(self, resource: Json) -> str:
        """Return the key of the Encounter that a resource names: its source key where it is here, else empty."""
        reference = encounter_ref(resource)
        piece = self.folder.find(reference, "Encounter")
        return piece.source_key if piece else ""

    def add_entry(
        self,
        piece: Piece,
        contents: list[EntryContent],
        release: Release,
        *,
        occurred: When | None,
        outcome: When | None = None,
        state: EntryState = EntryState.PUBLISHED,
        held_reason: str = "",
        encounter_key: str = "",
        practitioner: Words = NOTHING,
        flag: tuple[str, int] = ("", 0),
        history: list[Piece] | None = None,
        group_key: str = "",
    ) -> None:
        """Make a resource an entry.

        Args:
            piece: the latest content of the resource.
            contents: what readers see, of each content in its history, oldest first.
            release: what release rules may distinguish.
            occurred: when it happened; unknown: arrival.
            outcome: when it became an outcome; unknown or in the future: arrival.
            state: published or withdrawn.
            held_reason: why it was withdrawn.
            encounter_key: the visit it belongs to.
            practitioner: who is named on its line.
            flag: worst flag and number of flagged results.
            history: whose contents the versions follow, where it is another resource of the entry.
            group_key: shared by the entries that readers see as one.
        """
        arrival = self.feeding.started_at
        content = contents[-1]
        followed = history or piece.history
        versions = [self._version(each, shown) for each, shown in zip(followed, contents, strict=True)]
        place = content.place[0] if content.place else NOTHING
        self.entries.append(
            EntryDraft(
                source_type=piece.type,
                source_key=piece.source_key,
                release=release,
                state=state,
                occurred=occurred or When(arrival, "", "second"),
                outcome_at=outcome.at if outcome and outcome.at <= now() else arrival,
                title=content.title,
                place=place,
                practitioner=practitioner if practitioner != NOTHING else _first_person(content),
                versions=_distinct(versions),
                held_reason=held_reason,
                encounter_key=encounter_key,
                flag=flag[0],
                flagged=flag[1],
                group_key=group_key,
            )
        )
        self.publish(piece)

    def _version(self, piece: Piece, content: EntryContent) -> VersionDraft:
        body = to_json(content)
        content_hash = self.feeding.keys.shown(body)
        self.contents[content_hash] = content
        status = text(piece.resource.get("status"))
        return VersionDraft(content_hash, piece.content_hash, status, piece.message_id, piece.source_at, body)

    def check_times(self, piece: Piece, occurred: When | None, outcome: When | None = None) -> None:
        """Look for times that cannot be."""
        limit = now()
        for what, given in (("occurred", occurred), ("issued", outcome)):
            if given is not None and given.at > limit and given.precision in ("second", "minute", "day"):
                self.problem("impossible_time", piece, f"{what} {given.text} is in the future", what)
        born = times.when(self.birth_date, self.feeding.zone)
        if (
            occurred is not None
            and born is not None
            and occurred.text[:10] < self.birth_date[: len(occurred.text[:10])]
        ):
            self.problem("impossible_time", piece, f"{occurred.text} is before birth", "birth")
        if (
            occurred is not None
            and outcome is not None
            and outcome.at < occurred.at
            and outcome.text[:10] < occurred.text[:10]
        ):
            self.problem("impossible_time", piece, f"issued {outcome.text}, collected {occurred.text}", "order")


def encounter_ref(resource: Json) -> fhir.Ref | None:
    """Return the Encounter that a resource names, if it names one."""
    found = fhir.ref(resource.get("encounter"))
    if found is None and isinstance(resource.get("context"), dict):
        context = fhir.obj(resource.get("context"))
        found = fhir.ref(fhir.first(context.get("encounter"))) or fhir.ref(context)
        if found is not None and found.type not in ("", "Encounter"):
            return None
    return found


def outcomes(piece: Piece, statuses: frozenset[str]) -> list[Piece]:
    """Return the contents of a resource that were outcomes: readers see no preliminary version beside a final one."""
    return [each for each in piece.history if text(each.resource.get("status")) in statuses]


def _distinct(versions: list[VersionDraft]) -> tuple[VersionDraft, ...]:
    """Drop older versions that show the same as a later one."""
    kept: dict[str, VersionDraft] = {}
    for each in versions:
        kept.pop(each.content_hash, None)
        kept[each.content_hash] = each
    return tuple(kept.values())


def _first_person(content: EntryContent) -> Words:
    return content.people[0].name if content.people else NOTHING


def release(record_class: RecordClass, visit: Visit | None, kind_group: str = "") -> Release:
    """Return what release rules may distinguish of an entry."""
    if visit is None:
        return Release(record_class, VisitType.NONE, kind_group)
    return Release(record_class, visit.visit_type, kind_group, visit.department_id)
