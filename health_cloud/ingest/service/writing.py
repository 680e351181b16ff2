"""What is written here: entries that physicians sign in this product, through the same writer as every feed's.

A hospital's own feed for it has no files and no runs: each act brings one message, which is what was signed, verbatim.
It comes whole or not at all, so nothing of it is ever behind.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from health_cloud.chart.service.drafts import EncounterDraft, EntryDraft, Release, VersionDraft, When
from health_cloud.chart.service.writer import system as open_system_chart
from health_cloud.core import clock
from health_cloud.core.actors import system as system_actor
from health_cloud.core.crypto import seal
from health_cloud.core.dialects import insert_missing
from health_cloud.core.errors import Conflict
from health_cloud.core.ids import new_id
from health_cloud.core.vocabulary import EntryState, RecordClass, VisitType
from health_cloud.core.words import Words
from health_cloud.identity.service import directory
from health_cloud.identity.service.index import record_at
from health_cloud.ingest.models import Feed, Message
from health_cloud.ingest.service.context import Keys
from health_cloud.ingest.service.standing import HERE
from health_cloud.records.service.writer import ContentRow, put_content
from health_cloud.records.views.content import NOTHING, EntryContent, to_json

JOB = "written here"


@dataclass(frozen=True)
class HereVisit:
    """A visit on which entries hang, online or in person (`kind`); `source_id` names it for ever, times are UTC."""

    source_id: str
    title: Words
    began: datetime
    ended: datetime | None
    department_id: str
    practitioner_id: str
    kind: VisitType = VisitType.VIRTUAL


@dataclass(frozen=True)
class HereEntry:
    """One entry as it stands with this act.

    Attributes:
        source_type, source_id: name it for ever; a further one of the same name is its next version.
        content: what a reader sees.
        signed: the bytes that were signed: the message, kept verbatim.
        status: FHIR status of this version.
        state, held_reason: whether it is an outcome, or was taken back and why.
        group: shared by entries that are one to a reader; empty where it stands alone.
        outcome_at: when it became an outcome (a prescription: when it was paid); now where that is not said.
    """

    source_type: str
    source_id: str
    content: EntryContent
    signed: bytes
    status: str
    state: EntryState = EntryState.PUBLISHED
    held_reason: str = ""
    group: str = ""
    outcome_at: datetime | None = None


def write_here(
    session: Session,
    organization_id: str,
    person_id: str,
    visit: HereVisit,
    entries: Sequence[HereEntry],
    purpose: str,
) -> list[str]:
    """Write entries of a visit into a chart, in the transaction of the act that made them.

    The patient's own record at the hospital takes them, the one that its systems changed last; a new
    version of an entry goes where that stands, whoever it belongs to by now. The writing stands in
    the hospital's ledger; who signed what stands in the patient's, which the caller writes.

    Args:
        session: the transaction.
        organization_id: the hospital.
        person_id: whose chart.
        visit: the visit, made at its first entry.
        entries: at least one.
        purpose: what for, e.g. `note`, for the ledger.

    Returns:
        The ids of the entries, in the same order.

    Raises:
        Conflict: this person has no record at this hospital (any more).
    """
    feed_id, zone, now = _feed(session, organization_id), directory.zone_of(session, organization_id), clock.now()
    keys, actor = Keys(feed_id), system_actor(JOB, organization_id)
    writer = open_system_chart(
        session, actor, purpose, organization_id=organization_id, feed_id=feed_id, zone=zone, run_id=""
    )
    first = entries[0]
    record_id, owner_id = writer.standing(session, (first.source_type, keys.of(first.source_id)))
    person_id = owner_id or person_id
    record_id = record_id or record_at(session, person_id, organization_id)
    if not record_id:
        raise Conflict("ingest.error.no_record")
    began = When(visit.began, entries[0].content.occurred)
    encounter = EncounterDraft(
        source_key=keys.of(visit.source_id),
        visit_type=visit.kind,
        status="finished",
        occurred=began,
        ended_at=visit.ended,
        department_id=visit.department_id,
        practitioner_id=visit.practitioner_id or None,
        title=visit.title,
    )
    encounter_ids = writer.put_encounters(session, record_id, person_id, [encounter])
    drafts = [_draft(session, feed_id, visit, began, each, now) for each in entries]
    known = writer.known(session, record_id)
    written = writer.put_entries(session, record_id, person_id, drafts, known, encounter_ids, now)
    contents = {draft.versions[0].body: each.content for draft, each in zip(drafts, entries, strict=True)}
    made = [
        ContentRow(each.entry_id, each.version_id, contents[each.body], each.body, each.current, each.fresh_entry)
        for each in written.versions
    ]
    put_content(session, made, {})
    ids = {each.body: each.entry_id for each in made}
    return [ids[draft.versions[0].body] for draft in drafts]


def _feed(session: Session, organization_id: str) -> str:
    insert_missing(
        session,
        Feed,
        id=new_id(),
        organization_id=organization_id,
        code=HERE,
        prescriptions="settled",
        archived="finished",
    )
    return session.exec(select(Feed.id).where(Feed.organization_id == organization_id, Feed.code == HERE)).one()


def _draft(
    session: Session, feed_id: str, visit: HereVisit, began: When, entry: HereEntry, now: datetime
) -> EntryDraft:
    keys = Keys(feed_id)
    content, body = entry.content, to_json(entry.content)
    version = VersionDraft(
        content_hash=keys.shown(body),
        source_hash=keys.content(entry.source_type, entry.source_id, hashlib.sha256(entry.signed).digest()),
        status=entry.status,
        message_id=_message(session, feed_id, keys, entry.signed, now),
        source_at=now,
        body=body,
    )
    return EntryDraft(
        source_type=entry.source_type,
        source_key=keys.of(entry.source_id),
        release=Release(RecordClass(content.record_class), visit.kind, "", visit.department_id),
        state=entry.state,
        occurred=began,
        outcome_at=entry.outcome_at or now,
        title=content.title,
        place=content.place[0] if content.place else NOTHING,
        practitioner=content.people[0].name if content.people else NOTHING,
        versions=(version,),
        held_reason=entry.held_reason,
        encounter_key=keys.of(visit.source_id),
        group_key=keys.group(HERE, entry.group) if entry.group else "",
    )


def _message(session: Session, feed_id: str, keys: Keys, signed: bytes, now: datetime) -> str:
    """Keep what was signed as a message of the feed; signed in one act for several entries, it is one message."""
    digest = keys.message(signed)
    held = session.exec(select(Message.id).where(Message.feed_id == feed_id, Message.hash == digest))
    if (found := held.first()) is not None:
        return found
    made = new_id()
    session.add(
        Message(
            id=made,
            feed_id=feed_id,
            hash=digest,
            size=len(signed),
            body=seal(zlib.compress(signed, 6), "ingest_message.body", made),
            received_at=now,
            done=True,
        )
    )
    session.flush()
    return made
