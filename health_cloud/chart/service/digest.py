"""Once a day patients are told that something new is open to them: by the clock or just arrived, in one message.

Only whether there is anything is found out, under the same rules as every reading; what it is stays where it is.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, not_, or_
from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.chart.service.release import visible
from health_cloud.core import db, jobs, ledger
from health_cloud.core.actors import system
from health_cloud.core.clock import now
from health_cloud.core.policy import Action, Scope
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import ALL_CLASSES
from health_cloud.identity.service import alerts
from health_cloud.identity.service.directory import codes
from health_cloud.identity.service.people import organization_zones
from health_cloud.notify.views import Kind
from health_cloud.visibility.service.in_force import newest

KEY = "chart.news.released"
_AT = time(8)
_DAY = timedelta(days=1)
_SECONDS = 600


def tell_released() -> int:
    """Tell whoever has something new since yesterday's message, once; returns how many were told."""
    until = _last_time(now())
    with db.reading() as session:
        persons = _gaining(session, until - _DAY, until)
    told = 0
    for person_id in persons:
        with db.writing() as session:
            told += alerts.tell_person_once(session, person_id, KEY, until, kind=Kind.RECORDS, link="/")
    if told:
        with db.writing() as session:
            ledger.write(session, system("digest"), Action.COUNT_ENTRIES, ledger.ALLOWED, detail={"told": told})
    return told


def _last_time(at: datetime) -> datetime:
    """Return the last eight o'clock of the hospital's mornings."""
    here = at.astimezone(ZoneInfo(settings().timezone))
    today = datetime.combine(here.date(), _AT, here.tzinfo)
    return today if today <= here else today - _DAY


def _gaining(session: Session, since: datetime, until: datetime) -> list[str]:
    """Return the persons for whom an entry opened between two instants, by its delay's end or by its arrival."""
    hospitals = tuple(codes(session))
    zones, scope = organization_zones(session, hospitals), Scope(classes=ALL_CLASSES)
    found: set[str] = set()
    for hospital in hospitals:
        policies = [newest(session, hospital)]
        opened = or_(not_(visible(policies, zones, scope, since)), col(ChartEntry.arrived_at) > since)
        query = (
            select(col(ChartEntry.person_id))
            .join(ReleaseKey, col(ReleaseKey.id) == ChartEntry.release_key_id)
            .where(and_(visible(policies, zones, scope, until), opened, col(ChartEntry.arrived_at) <= until))
            .distinct()
        )
        found |= set(session.exec(query).all())
    return sorted(found)


async def run() -> None:
    """Tell once a day, in one worker, until the server stops."""
    await jobs.attend("digest", _SECONDS, tell_released)


TASKS = (run,)
