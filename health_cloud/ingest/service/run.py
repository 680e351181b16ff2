"""One import from start to summary: lock, read and stage, decide, publish. Killed anywhere, it goes on there."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import json
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from health_cloud.chart.service.sources import Promise, begin_delivery, cut_delivery, end_delivery, put_source
from health_cloud.chart.service.writer import system as open_system_chart
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.actors import system as system_actor
from health_cloud.core.errors import Conflict
from health_cloud.core.settings import settings
from health_cloud.identity.service import directory
from health_cloud.identity.service.directory import put_organization
from health_cloud.ingest.models import CheckUpType, Feed, Run
from health_cloud.ingest.service.context import Feeding, Keys, save_counts
from health_cloud.ingest.service.publishing import adopt, decide_all
from health_cloud.ingest.service.reading.files import Budget, Listed, files_of
from health_cloud.ingest.service.reading.items import after, items_of
from health_cloud.ingest.service.staging import Stager
from health_cloud.ingest.service.standing import lock_file
from health_cloud.ingest.views import Counts, Options, Progress, Rejected, Summary

Tell = Callable[[Progress], None]
_COLLECT_EVERY = 100_000
UNSAID = Promise()
"""Nothing said: a feed goes on as it was, and a new one delivers within a day."""
_NO_RECORD = "not_fhir"
_EVERY = 0.5
"""Seconds between two words of progress."""


def ingest_fhir(
    paths: Iterable[Path],
    *,
    organization_code: str,
    name: str = "",
    prescriptions: Literal["settled", "unsettled"] = "unsettled",
    archived: Literal["finished", "message"] = "finished",
    progress: Tell | None = None,
    demo: bool = False,
    promise: Promise = UNSAID,
    as_of: datetime | None = None,
) -> Summary:
    """Import FHIR R4 files, folders and archives into one hospital's charts.

    Args:
        paths: files, folders, archives; read in sorted order.
        organization_code: the hospital, made at first use.
        name: what it is called.
        prescriptions: `settled` when the feed sends only what is paid.
        archived: `finished` when a finished stay is an archived one.
        progress: told every half second how far it is.
        demo: whether a hospital made now is an invented one.
        promise: what the hospital says of the feed from now on.
        as_of: when the files were exported, without a zone on the hospital's clock: what it had up to then is in
            them. Else the start of the run, if it brings anything new: the same files again tell nothing of since.

    Returns:
        What the run did; of a continued run, all of it.

    Raises:
        Invalid: a path does not exist.
        Conflict: another import for this hospital is running.
    """
    began = time.monotonic()
    files = files_of(paths)
    options = Options(prescriptions, archived)
    with db.writing() as session:
        organization_id = put_organization(session, organization_code, name, demo=demo).id
        feed_id = _feed(session, organization_id, options)
        put_source(session, organization_id, feed_id, promise)
    with alone(feed_id), _seldom_collecting(), _told_if_broken(feed_id):
        with db.writing() as session:
            feeding, state, place = _begin(session, organization_id, feed_id, options, _digest(files, options))
        before = feeding.counts.seconds
        tell = _paced(progress)
        if state == "reading":
            _read(feeding, files, place, tell)
            adopt(feeding)
            _set_state(feeding, "deciding")
        _prepare(feeding)
        for left in decide_all(feeding):
            tell(Progress("deciding", "", feeding.counts.resources, 0.0, left))
        feeding.counts.seconds = round(before + time.monotonic() - began, 3)
        _set_state(feeding, "done", as_of)
    return summary_of(feeding.counts)


def has_finished(session: Session, organization_code: str) -> bool:
    """Tell whether any import of a hospital has come to its end."""
    hospitals = {code: organization_id for organization_id, code in directory.codes(session).items()}
    query = select(Run.id).join(Feed, col(Feed.id) == Run.feed_id).where(Run.state == "done")
    of_it = query.where(Feed.organization_id == hospitals.get(organization_code, ""))
    return session.exec(of_it.limit(1)).first() is not None


def summary_of(counts: Counts) -> Summary:
    """Return a run's counts as they are told."""
    return Summary(
        resources=counts.resources,
        patients=counts.patients,
        accounted=counts.accounted,
        published=counts.published,
        withdrawn=counts.withdrawn,
        held=dict(sorted((name, number) for name, number in counts.held.items() if number)),
        cases=dict(sorted(counts.cases.items())),
        rejected=tuple(Rejected(*each) for each in counts.rejected),
        seconds=counts.seconds,
    )


def _feed(session: Session, organization_id: str, options: Options) -> str:
    feed = session.exec(select(Feed).where(Feed.organization_id == organization_id, Feed.code == "fhir")).first()
    if feed is None:
        feed = Feed(organization_id=organization_id)
        session.add(feed)
    feed.prescriptions, feed.archived = options.prescriptions, options.archived
    session.flush()
    return feed.id


@contextmanager
def _told_if_broken(feed_id: str) -> Generator[None]:
    """Whatever ends a run before its end (no room, Ctrl-C): patients are told at once that its feed is not complete."""
    ended = False
    try:
        yield
        ended = True
    finally:
        if not ended:
            with suppress(SQLAlchemyError), db.writing() as session:
                cut_delivery(session, feed_id)


def _refused(counts: Counts) -> bool:
    """Tell whether anything that may have been a record could not be read; a log among the files is none."""
    logs = sum(cause == _NO_RECORD for _, _, cause in counts.rejected)
    return counts.accounted["rejected"] > logs


def _up_to(feeding: Feeding, as_of: datetime | None) -> datetime | None:
    """Return up to when a run brought everything; none where nothing was new, and nobody says when it is of."""
    if as_of is not None:
        return min(as_of if as_of.tzinfo else as_of.replace(tzinfo=feeding.zone), clock.now())
    counts = feeding.counts
    new = counts.resources > counts.accounted["unchanged"] + counts.accounted["rejected"]
    return feeding.started_at if new else None


@contextmanager
def alone(feed_id: str) -> Generator[None]:
    """Hold the feed's lock: one import at a time. The lock of a killed process is gone with it."""
    path = lock_file(feed_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("ingest.error.busy") from None
        yield


@contextmanager
def _seldom_collecting() -> Generator[None]:
    """Look for cycles seldom: parsed JSON has none, and looking costs a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_EVERY, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _digest(files: list[Listed], options: Options) -> str:
    facts = [(each.name, str(each.path.absolute()), each.cause, *_looks(each.path)) for each in files]
    return hashlib.sha256(json.dumps([facts, asdict(options)]).encode()).hexdigest()[:43]


def _looks(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:  # a link to nowhere: reported when it is opened
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _begin(
    session: Session, organization_id: str, feed_id: str, options: Options, digest: str
) -> tuple[Feeding, str, int]:
    """Open a run, or go on with the one over the same files that never came to its end."""
    run: Run | None = None
    for each in session.exec(select(Run).where(Run.feed_id == feed_id, col(Run.finished_at).is_(None))).all():
        if each.files == digest:
            run = each
        else:
            each.state, each.finished_at = "left", clock.now()
    if run is None:
        run = Run(feed_id=feed_id, files=digest, started_at=clock.now())
        session.add(run)
        session.flush()
    begin_delivery(session, feed_id, run.started_at)
    zone = directory.zone_of(session, organization_id)
    writer = open_system_chart(
        session,
        _actor(organization_id),
        "ingest",
        organization_id=organization_id,
        feed_id=feed_id,
        zone=zone,
        run_id=run.id,
    )
    types = session.exec(select(CheckUpType).where(CheckUpType.organization_id == organization_id)).all()
    feeding = Feeding(
        organization_id=organization_id,
        feed_id=feed_id,
        run_id=run.id,
        zone=ZoneInfo(zone),
        options=options,
        counts=Counts(**json.loads(run.counts)),
        writer=writer,
        keys=Keys(feed_id),
        started_at=run.started_at,
        check_up_types=frozenset(f"{each.system}|{each.code}" for each in types),
        national_id_systems=frozenset(settings().national_id_systems),
    )
    return feeding, run.state, run.place


def _actor(organization_id: str) -> Actor:
    return system_actor("ingest", organization_id)


def _paced(progress: Tell | None) -> Tell:
    last = [0.0]

    def tell(word: Progress) -> None:
        if progress is not None and (
            time.monotonic() - last[0] >= _EVERY or (word.phase == "deciding" and not word.left)
        ):
            last[0] = time.monotonic()
            progress(word)

    return tell


def _set_state(feeding: Feeding, state: str, as_of: datetime | None = None) -> None:
    with db.writing() as session:
        run = session.get_one(Run, feeding.run_id)
        run.state = state
        if state == "done":
            run.finished_at = clock.now()
            end_delivery(session, feeding.feed_id, complete_to=_up_to(feeding, as_of), refused=_refused(feeding.counts))
        session.flush()
        save_counts(session, feeding)


def _prepare(feeding: Feeding) -> None:
    with db.reading() as session:
        departments = directory.departments(session, feeding.organization_id)
        practitioners = directory.practitioners(session, feeding.organization_id)
        feeding.departments = {key: row.id for key, row in departments.items()}
        feeding.practitioners = {key: row.id for key, row in practitioners.items()}


def _read(feeding: Feeding, files: list[Listed], place: int, tell: Tell) -> None:
    stager, budget = Stager(feeding), Budget()
    for item in after(place, items_of(files, budget)):
        stager.take(item)
        tell(Progress("reading", item.file, feeding.counts.resources, round(budget.read / 1e6, 1)))
    stager.flush()
