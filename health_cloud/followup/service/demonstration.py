"""The demo's physician holds hours like any other, so that there is something to book."""

from __future__ import annotations

from sqlmodel import Session

from health_cloud.core.policy import Role
from health_cloud.followup.service.hours import WantedHours, add_hours
from health_cloud.identity.service.faces import department_of, worker

_WORKDAYS = range(5)
_TUESDAY = 1


def hold_hours(session: Session, payload: dict[str, str]) -> None:
    """Give a physician of the demo who has just begun a usual week; a subscriber of facts."""
    actor = worker(session, payload["account"])
    if actor is None or actor.role is not Role.PHYSICIAN or not department_of(session, actor.practitioner_id):
        return
    for weekday in _WORKDAYS:
        add_hours(session, actor, WantedHours(weekday, "16:00", "17:30", "15", ["text"]))
    add_hours(session, actor, WantedHours(_TUESDAY, "11:00", "12:00", "20", ["text"], quota="3"))
