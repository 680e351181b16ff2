"""`system`: the import's way into charts. It asks the policy and leaves one ledger line per run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, insert, select, update
from sqlmodel import Session, col

from health_cloud.chart.models import Background, ChartEncounter, ChartEntry, EntryVersion, Gap, ReleaseKey
from health_cloud.chart.service.background import sealed_background
from health_cloud.chart.service.drafts import EncounterDraft, EntryDraft, Key, Known, Release, Written
from health_cloud.chart.service.treatment import OPEN, ward_topic
from health_cloud.chart.service.versions import first_versions, merge_versions
from health_cloud.consent.service.ending import end_with_encounters
from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.vocabulary import EntryState, RecordClass

_ENTRY: Table = ChartEntry.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_VERSION: Table = EntryVersion.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_BACKGROUND: Table = Background.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_GAP: Table = Gap.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
_ENCOUNTER: Table = ChartEncounter.__table__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


class ChartWriter:
    """Writes entries and encounters of one feed, patient record by patient record. Made by `system` alone."""

    def __init__(self, organization_id: str, feed_id: str, zone: str) -> None:
        self.organization_id, self.feed_id, self.zone = organization_id, feed_id, zone
        self._release_keys: dict[Release, str] = {}

    def known(self, session: Session, record_id: str) -> dict[Key, Known]:
        """Return the entries that this feed has made for a record, with their versions, oldest first."""
        rows = session.connection().execute(
            select(_ENTRY).where(_ENTRY.c.record_id == record_id)  # of all feeds: a planner would take the feed's index
        )
        found = {row["id"]: Known(dict(row)) for row in rows.mappings() if row["feed_id"] == self.feed_id}
        versions = session.connection().execute(
            select(_VERSION)
            .join(_ENTRY, _ENTRY.c.id == _VERSION.c.entry_id)
            .where(_ENTRY.c.record_id == record_id)
            .order_by(_VERSION.c.number)
        )
        for row in versions.mappings():
            if row["entry_id"] in found:
                found[row["entry_id"]].versions.append(dict(row))
        return {(each.row["source_type"], each.row["source_id"]): each for each in found.values()}

    def standing(self, session: Session, key: Key) -> tuple[str, str]:
        """Return the record in which this feed has made an entry, and whose that is now; nothing where it has not."""
        query = select(_ENTRY.c.record_id, _ENTRY.c.person_id).where(
            _ENTRY.c.feed_id == self.feed_id, _ENTRY.c.source_type == key[0], _ENTRY.c.source_id == key[1]
        )
        found = session.connection().execute(query.order_by(_ENTRY.c.id)).first()
        return (found[0], found[1]) if found else ("", "")

    def put_encounters(
        self, session: Session, record_id: str, person_id: str, drafts: Sequence[EncounterDraft]
    ) -> dict[str, str]:
        """Write visits; returns the id of each by its source key, of those written earlier too."""
        held = {
            row["source_id"]: dict(row)
            for row in session.connection()
            .execute(select(_ENCOUNTER).where(_ENCOUNTER.c.record_id == record_id))
            .mappings()
            if row["feed_id"] == self.feed_id
        }
        fresh: list[dict[str, Any]] = []
        over: dict[str, datetime | None] = {}
        for draft in drafts:
            row = self._encounter_row(draft, record_id, person_id)
            before = held.get(draft.source_key)
            if before is None:
                row["id"] = new_id()
                fresh.append(row)
                _note_ward(session, row)
            elif changed := _changed(before, row):
                session.connection().execute(update(_ENCOUNTER).where(_ENCOUNTER.c.id == before["id"]).values(changed))
                changes.note(session, f"person:{person_id}", f"grant:{before['id']}")  # a team may read by it
                _note_ward(session, before, row)
                over |= _over(before["id"], row)
        if fresh:
            session.connection().execute(insert(_ENCOUNTER), fresh)
            changes.note(session, f"person:{person_id}")
        end_with_encounters(session, over)
        ids = {key: row["id"] for key, row in held.items()}
        return ids | {row["source_id"]: row["id"] for row in fresh}

    def put_entries(
        self,
        session: Session,
        record_id: str,
        person_id: str,
        drafts: Sequence[EntryDraft],
        known: dict[Key, Known],
        encounter_ids: dict[str, str],
        arrived_at: datetime,
    ) -> Written:
        """Write entries: new ones, new versions, and transitions between published and withdrawn."""
        written = Written()
        rows: list[dict[str, Any]] = []
        versions: list[dict[str, Any]] = []
        for draft in drafts:
            row = self._entry_row(session, draft, record_id, person_id, encounter_ids)
            before = known.get(draft.key)
            if before is None:
                row |= {"id": new_id(), "arrived_at": arrived_at, "version": len(draft.versions)}
                rows.append(row)
                versions += first_versions(row["id"], draft, arrived_at, written)
                _count(written, "", draft.state, draft.release.record_class)
            else:
                self._change(session, draft, row, before, arrived_at, written)
        if rows:
            session.connection().execute(insert(_ENTRY), rows)
        if versions:
            session.connection().execute(insert(_VERSION), versions)
        for row in rows:
            self.note_entry(session, row)
        return written

    def withdraw(self, session: Session, known: Iterable[Known], reason: str) -> int:
        """Take entries back; returns how many were shown until now."""
        count = 0
        for each in known:
            if each.row["state"] == EntryState.PUBLISHED.value:
                count += 1
                changed = {"state": EntryState.WITHDRAWN.value, "held_reason": reason}
                session.connection().execute(update(_ENTRY).where(_ENTRY.c.id == each.row["id"]).values(changed))
                self.note_entry(session, each.row)
        return count

    def put_background(
        self, session: Session, record_id: str, person_id: str, body: str, digest: str, arrived_at: datetime
    ) -> None:
        """Write what this feed says of a patient apart from any visit, in place of what it said before."""
        own = (_BACKGROUND.c.record_id == record_id) & (_BACKGROUND.c.feed_id == self.feed_id)
        before = session.connection().execute(select(_BACKGROUND.c.digest).where(own)).scalar() or ""
        if before == digest:
            return
        session.connection().execute(delete(_BACKGROUND).where(own))
        if digest:
            session.add(
                sealed_background(
                    organization_id=self.organization_id,
                    feed_id=self.feed_id,
                    record_id=record_id,
                    person_id=person_id,
                    digest=digest,
                    body=body,
                    arrived_at=arrived_at,
                )
            )
        changes.note(
            session, f"person:{person_id}", changes.class_topic(person_id, changes.BACKGROUND, self.organization_id)
        )

    def move(self, session: Session, record_id: str, person_id: str) -> None:
        """Let everything of a record follow it to another person; what hung on its visits was another's word."""
        visits = session.connection().execute(select(_ENCOUNTER.c.id).where(_ENCOUNTER.c.record_id == record_id))
        end_with_encounters(session, dict.fromkeys(visits.scalars()))
        for table in (_ENTRY, _ENCOUNTER, _BACKGROUND, _GAP):
            session.connection().execute(
                update(table).where(table.c.record_id == record_id).values(person_id=person_id)
            )

    def note_entry(self, session: Session, row: Mapping[str, Any]) -> None:
        """Tell whose it is, and who reads this class of this hospital's: nobody else learns that something came."""
        person_id = row["person_id"]
        changes.note(session, f"person:{person_id}")
        if row["state"] == EntryState.PUBLISHED.value:
            topic = changes.class_topic(person_id, row["record_class"], self.organization_id)
            changes.note(session, changes.on_day(topic, _day(row)))

    def _encounter_row(self, draft: EncounterDraft, record_id: str, person_id: str) -> dict[str, Any]:
        return {
            "organization_id": self.organization_id,
            "feed_id": self.feed_id,
            "source_id": draft.source_key,
            "record_id": record_id,
            "person_id": person_id,
            "visit_type": draft.visit_type.value,
            "status": draft.status[:20],
            "occurred_at": draft.occurred.at if draft.occurred else None,
            "occurred_text": draft.occurred.text[:40] if draft.occurred else "",
            "ended_at": draft.ended_at,
            "department_id": draft.department_id,
            "practitioner_id": draft.practitioner_id,
            "title_zh": draft.title.zh,
            "title_en": draft.title.en,
        }

    def _entry_row(
        self, session: Session, draft: EntryDraft, record_id: str, person_id: str, encounter_ids: dict[str, str]
    ) -> dict[str, Any]:
        return {
            "organization_id": self.organization_id,
            "feed_id": self.feed_id,
            "source_type": draft.source_type,
            "source_id": draft.source_key,
            "record_id": record_id,
            "person_id": person_id,
            "record_class": draft.release.record_class.value,
            "state": draft.state.value,
            "held_reason": draft.held_reason,
            "encounter_id": encounter_ids.get(draft.encounter_key),
            "release_key_id": self._release_key(session, draft.release),
            "occurred_at": draft.occurred.at,
            "occurred_text": draft.occurred.text[:40],
            "precision": draft.occurred.precision,
            "timezone": self.zone,
            "outcome_at": draft.outcome_at,
            **line_of(draft),
            "group_key": draft.group_key or None,
        }

    def _change(
        self,
        session: Session,
        draft: EntryDraft,
        row: dict[str, Any],
        before: Known,
        arrived_at: datetime,
        written: Written,
    ) -> None:
        entry_id: str = before.row["id"]
        if row["occurred_text"] == "" and before.row["occurred_text"] == "":
            row["occurred_at"] = before.row["occurred_at"]  # not dated by the source: its first arrival stands
        if draft.outcome_at == arrived_at:
            row["outcome_at"] = min(before.row["outcome_at"], arrived_at)
        known = len(written.versions)
        merge_versions(session, entry_id, draft, before, arrived_at, written)
        row["version"] = len(before.versions)
        if changed := _changed(before.row, row):
            session.connection().execute(update(_ENTRY).where(_ENTRY.c.id == entry_id).values(changed))
        if changed or len(written.versions) > known:
            self.note_entry(session, before.row)
            self.note_entry(session, row)
        _count(written, before.row["state"], draft.state, draft.release.record_class)

    def _release_key(self, session: Session, release: Release) -> str:
        found = self._release_keys.get(release)
        if found is None:
            wanted = {
                "organization_id": self.organization_id,
                "record_class": release.record_class.value,
                "visit_type": release.visit_type.value,
                "kind_group": release.kind_group[:30],
                "department_id": release.department_id,
                "sensitivity": release.sensitivity,
            }
            query = select(col(ReleaseKey.id)).where(
                *[getattr(ReleaseKey, name) == value for name, value in wanted.items()]
            )
            found = session.connection().execute(query).scalar()
            if found is None:
                row = ReleaseKey(**wanted)
                session.add(row)
                session.flush()
                found = row.id
            self._release_keys[release] = found
        return found

    def forget(self) -> None:
        """Forget what a rolled back transaction may have made."""
        self._release_keys.clear()


def system(
    session: Session, actor: Actor, purpose: str, *, organization_id: str, feed_id: str, zone: str, run_id: str
) -> ChartWriter:
    """Open the charts of one hospital's feed for writing, for the length of one run.

    Args:
        session: the transaction; the ledger line commits with it, before anything is written.
        actor: the system.
        purpose: what for, e.g. `ingest`.
        organization_id: the hospital.
        feed_id: the source system: nothing of other feeds is touched.
        zone: the hospital's time zone.
        run_id: stands in the line, so that it leads to the run's counts.

    Raises:
        Denied: this actor may not.
    """
    decision = decide(actor, Action.WRITE_ENTRIES)
    if not decision.allowed:
        raise Denied(action=Action.WRITE_ENTRIES.value)
    ledger.write(
        session,
        actor,
        Action.WRITE_ENTRIES,
        ledger.ALLOWED,
        decision=decision,
        detail={"purpose": purpose, "feed": feed_id, "run": run_id},
    )
    return ChartWriter(organization_id, feed_id, zone)


def _note_ward(session: Session, *visits: dict[str, Any]) -> None:
    """Have the departments of a visit, as it was and as it is, look again at whom they treat: only who is there now."""
    for visit in visits:
        if visit["department_id"] and visit["status"] in OPEN:
            changes.note(session, ward_topic(visit["department_id"]))


def _over(visit_id: str, row: dict[str, Any]) -> dict[str, datetime | None]:
    """Return that a visit is over, or from when on, as the hospital says now; nothing while it says no such thing."""
    if row["status"] not in OPEN:
        return {visit_id: None}
    ended = row["ended_at"]
    if ended is None:
        return {}
    return {visit_id: None if ended <= clock.now() else ended}


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if before.get(name) != value}


def _count(written: Written, before: str, after: EntryState, record_class: RecordClass) -> None:
    if after is EntryState.PUBLISHED and before != EntryState.PUBLISHED.value:
        written.published.append(record_class.value)
    if after is EntryState.WITHDRAWN and before != EntryState.WITHDRAWN.value:
        written.withdrawn += 1


def _day(row: Mapping[str, Any]) -> date:
    """Return the day of an entry on its hospital's calendar, as a grant's period counts it."""
    return row["occurred_at"].astimezone(ZoneInfo(row["timezone"])).date()


def line_of(draft: EntryDraft) -> dict[str, Any]:
    """Return what a list shows of an entry, as columns."""
    return {
        "title_zh": draft.title.zh,
        "title_en": draft.title.en,
        "place_zh": draft.place.zh,
        "place_en": draft.place.en,
        "practitioner_zh": draft.practitioner.zh,
        "practitioner_en": draft.practitioner.en,
        "flag": draft.flag,
        "flagged": draft.flagged,
    }
