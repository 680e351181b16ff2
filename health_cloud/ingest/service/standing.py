"""How the feeds stand: for `status` and whoever watches over the imports. Counts, codes and times alone."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import Any, cast

from sqlmodel import Session, col, func, select

from health_cloud.chart.service.sources import source_of_feed
from health_cloud.core.clock import now
from health_cloud.core.settings import settings
from health_cloud.identity.service import directory
from health_cloud.ingest.models import Case, Feed, Message, Run
from health_cloud.ingest.views import FeedState, OpenCases

HERE = "here"
"""The feed of what is written in this product itself: it has no deliveries, so there is nothing to watch over."""


def feeds(session: Session) -> list[FeedState]:
    """Return how each feed stands that delivers, by hospital."""
    codes = directory.codes(session)
    rows = session.exec(select(Feed).where(Feed.code != HERE)).all()
    return sorted((_feed(session, codes, each) for each in rows), key=lambda each: (each.organization, each.feed))


def open_cases(session: Session) -> list[OpenCases]:
    """Return how many data-quality cases are open, by hospital and rule."""
    codes = directory.codes(session)
    rows = session.exec(
        select(Case.organization_id, Case.rule, func.count())
        .where(Case.state == "open")
        .group_by(Case.organization_id, Case.rule)
    ).all()
    return sorted(
        (OpenCases(codes.get(organization, ""), rule, count) for organization, rule, count in rows),
        key=lambda each: (each.organization, each.rule),
    )


def lock_file(feed_id: str) -> Path:
    """Return the file that an import holds locked while it runs."""
    return settings().data_dir / "locks" / f"ingest-{feed_id}"


def _feed(session: Session, codes: dict[str, str], feed: Feed) -> FeedState:
    last = session.exec(select(func.max(Message.received_at)).where(Message.feed_id == feed.id)).one()
    run = session.exec(select(Run).where(Run.feed_id == feed.id).order_by(col(Run.started_at).desc()).limit(1)).first()
    source = source_of_feed(session, feed.id)
    counts = cast("dict[str, Any]", json.loads(run.counts)) if run else {}
    return FeedState(
        organization=codes.get(feed.organization_id, ""),
        feed=feed.code,
        last_message_at=last.isoformat() if last else "",
        lag_seconds=round((now() - last).total_seconds()) if last else 0,
        run=_state(run),
        run_started_at=run.started_at.isoformat() if run else "",
        run_finished_at=run.finished_at.isoformat() if run and run.finished_at else "",
        resources=int(counts.get("resources", 0)),
        rejected=int(counts.get("accounted", {}).get("rejected", 0)),
        held=dict(counts.get("held", {})),
        cycle=source.cycle if source else "",
        complete_to=source.complete_to.isoformat() if source and source.complete_to else "",
        complete=source.state if source else "",
    )


def _state(run: Run | None) -> str:
    if run is None:
        return "none"
    if run.finished_at is not None:
        return run.state
    return "running" if _is_held(lock_file(run.feed_id)) else "interrupted"


def _is_held(path: Path) -> bool:
    """Tell whether an import of this machine holds the lock: the lock of a killed one is gone with it."""
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
