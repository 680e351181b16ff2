"""What was imported, mapped anew from what is kept of it: only how it is shown changes, nothing that the hospital said.

A record that an import has not decided yet, or of which more than our mapping would change (an original that was
replaced, an entry that rules of today make or drop), is left to the next import, which makes versions of it as always.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session
from sqlmodel import select as select_rows

from health_cloud.chart.service.drafts import EntryDraft, Known, Written
from health_cloud.chart.service.remapping import count_records, records_after, remap_background, remap_entries
from health_cloud.chart.service.writer import system as open_system_chart
from health_cloud.core import clock, db
from health_cloud.core.actors import system as system_actor
from health_cloud.core.errors import NotFound
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import EntryState
from health_cloud.identity.service import directory
from health_cloud.identity.service.index import birth_date_of, keys_of_record, record_of_key
from health_cloud.ingest.models import CheckUpType, Feed
from health_cloud.ingest.service.context import Feeding, Keys
from health_cloud.ingest.service.folder import Folder, Outside
from health_cloud.ingest.service.publishing import awaiting, judged
from health_cloud.ingest.service.rows import UNDECIDED, portions, undecide
from health_cloud.ingest.service.rules.background import background_of
from health_cloud.ingest.service.rules.verdict import Verdict
from health_cloud.ingest.service.run import alone
from health_cloud.ingest.service.standing import HERE, lock_file
from health_cloud.ingest.views import Counts, Options, Remapped
from health_cloud.records.service.writer import ContentRow, documents_named, put_content
from health_cloud.records.views.content import to_json

WITHDRAWN = EntryState.WITHDRAWN.value
Tell = Callable[[Remapped], None]
_ACTOR = "remap"
_RECORDS = 100
"""So many records are asked for at once."""
_ENTRIES = 50
"""So many entries are written in one transaction: readers and writers hardly wait."""


@dataclass
class _Place:
    """How far a run over one feed has come; kept beside the feed's lock, so that a killed one goes on there."""

    path: Path
    after: str = ""
    records: int = 0
    entries: int = 0
    versions: int = 0
    summaries: int = 0
    left: int = 0

    def keep(self) -> None:
        """Write it down, whole or not at all."""
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps({name: value for name, value in asdict(self).items() if name != "path"}))
        draft.replace(self.path)

    def told(self, organization: str, total: int) -> Remapped:
        """Return it as it is told."""
        return Remapped(organization, self.records, total, self.entries, self.versions, self.summaries, self.left)


def remap(organization_code: str = "", progress: Tell | None = None) -> list[Remapped]:
    """Map everything that hospitals' feeds have sent anew.

    Args:
        organization_code: only this hospital's.
        progress: told after each hundred patient records.

    Returns:
        What it did, hospital by hospital; of a continued run, all of it.

    Raises:
        NotFound: no hospital has this code.
        Conflict: an import for this hospital is running.
    """
    with db.reading() as session:
        names = directory.codes(session)
        if organization_code and organization_code not in names.values():
            raise NotFound
        query = select_rows(Feed.id, Feed.organization_id).where(Feed.code != HERE).order_by(Feed.id)
        feeds = [(feed, names[hospital]) for feed, hospital in session.exec(query).all() if hospital in names]
    return [_feed(feed, code, progress) for feed, code in feeds if organization_code in ("", code)]


def _feed(feed_id: str, code: str, progress: Tell | None) -> Remapped:
    with alone(feed_id):
        place = _begun(lock_file(feed_id).with_suffix(".remap"))
        with db.writing() as session:
            feeding = _feeding(session, feed_id)
            total = count_records(session, feed_id)
        outside = Outside()
        while True:
            with db.reading() as session:
                some = records_after(session, feed_id, place.after, _RECORDS)
            if not some:
                break
            for record_id in some:
                _record(feeding, outside, record_id, place)
                place.after, place.records = record_id, place.records + 1
                place.keep()
            if progress is not None:
                progress(place.told(code, total))
        place.path.unlink(missing_ok=True)
        return place.told(code, total)


def _begun(path: Path) -> _Place:
    try:
        return _Place(path, **json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):  # none was begun, or nobody can tell how far it came
        return _Place(path)


def _feeding(session: Session, feed_id: str) -> Feeding:
    feed = session.get_one(Feed, feed_id)
    organization_id, zone = feed.organization_id, directory.zone_of(session, feed.organization_id)
    actor = system_actor(_ACTOR, organization_id)
    writer = open_system_chart(
        session, actor, _ACTOR, organization_id=organization_id, feed_id=feed_id, zone=zone, run_id=""
    )
    types = session.exec(select_rows(CheckUpType).where(CheckUpType.organization_id == organization_id)).all()
    return Feeding(
        organization_id=organization_id,
        feed_id=feed_id,
        run_id="",
        zone=ZoneInfo(zone),
        options=Options(
            "settled" if feed.prescriptions == "settled" else "unsettled",
            "message" if feed.archived == "message" else "finished",
        ),
        counts=Counts(),
        writer=writer,
        keys=Keys(feed_id),
        started_at=clock.now(),
        check_up_types=frozenset(f"{each.system}|{each.code}" for each in types),
        national_id_systems=frozenset(settings().national_id_systems),
        departments={key: row.id for key, row in directory.departments(session, organization_id).items()},
        practitioners={key: row.id for key, row in directory.practitioners(session, organization_id).items()},
    )


def _record(feeding: Feeding, outside: Outside, record_id: str, place: _Place) -> None:
    with db.reading() as session:
        keys = set(keys_of_record(session, feeding.feed_id, record_id))
        found = next((each for key in keys if (each := record_of_key(session, feeding.feed_id, key))), None)
        waits = select(UNDECIDED.c.patient_key).where(UNDECIDED.c.patient_key.in_(list(keys)))
        if found is None or session.connection().execute(waits).first() is not None:
            place.left += 1
            return
        folder = Folder(session, feeding, keys, outside)
        verdict = judged(feeding, folder, record_id, birth_date_of(session, record_id))
        known = feeding.writer.known(session, record_id) if verdict.sound else {}
        background = background_of(verdict) if verdict.sound else None
    if not verdict.sound or background is None:
        place.left += 1
        return
    whole = _shown(verdict.entries) == {
        (*key, each.row["state"]) for key, each in known.items() if each.row["state"] != WITHDRAWN
    }
    body = to_json(background) if background.items or background.measures else ""
    digest = feeding.keys.shown(body) if body else ""
    drafts = [each for each in verdict.entries if each.key in known]
    for some in portions(drafts, _ENTRIES):
        with db.writing() as session:
            replaced = _replaced(session, some, known, verdict)
            plain = [each for each in some if each.key not in replaced]
            written = remap_entries(session, feeding.writer, plain, known)
            _put(session, verdict, written)
        place.entries += len({each.entry_id for each in written.versions})
        place.versions += len(written.versions)
        whole = whole and not replaced
    with db.writing() as session:
        place.summaries += remap_background(session, feeding.writer, record_id, body, digest)
        awaiting(session, feeding, verdict, keys)
        if not whole:
            undecide(session, feeding.feed_id, keys)
            place.left += 1


def _shown(drafts: list[EntryDraft]) -> set[tuple[str, str, str]]:
    return {(*each.key, each.state.value) for each in drafts if each.state.value != WITHDRAWN}


def _replaced(
    session: Session, drafts: list[EntryDraft], known: dict[tuple[str, str], Known], verdict: Verdict
) -> set[tuple[str, str]]:
    """Return the entries of which an original is another one by now: that is the hospital's doing, and a version."""
    named = documents_named(session, [known[each.key].row["id"] for each in drafts])
    return {
        each.key
        for each in drafts
        if named.get(known[each.key].row["id"], set())
        - {paper.document_id for paper in verdict.contents[each.versions[-1].content_hash].papers}
    }


def _put(session: Session, verdict: Verdict, written: Written) -> None:
    contents = {each.body: verdict.contents[verdict.feeding.keys.shown(each.body)] for each in written.versions}
    rows = [
        ContentRow(each.entry_id, each.version_id, contents[each.body], each.body, each.current, each.fresh_entry)
        for each in written.versions
    ]
    put_content(session, rows, verdict.originals)
