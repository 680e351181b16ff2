"""Jobs that must run in one worker only: whoever holds the lease runs them; a dead holder's lease runs out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from health_cloud.core import db
from health_cloud.core.changes import this_process
from health_cloud.core.clock import now
from health_cloud.core.models import Lease


def hold(job: str, seconds: float, holder: str = "") -> bool:
    """Take or renew the lease of a job for so long; tells whether it is ours, or its who is named."""
    holder, at = holder or this_process(), now()
    with db.writing() as session:
        taken = session.exec(
            update(Lease)
            .where(col(Lease.job) == job, or_(col(Lease.until) < at, col(Lease.holder) == holder))
            .values(holder=holder, until=at + timedelta(seconds=seconds))
        ).rowcount
        if taken or session.get(Lease, job) is not None:
            return bool(taken)
    try:
        with db.writing() as session:
            session.add(Lease(job=job, holder=holder, until=at + timedelta(seconds=seconds)))
    except IntegrityError:
        return False  # another worker was faster
    return True
