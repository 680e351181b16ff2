"""Visits in which one prescribes; what keeps them is above this feature and is plugged in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import VisitType
from health_cloud.core.words import Words


@dataclass(frozen=True)
class VisitFacts:
    """A visit as prescribing has to know it.

    Attributes:
        id: of the visit.
        person_id, organization_id, department_id, physician_account_id: whose, where and to whom.
        opened_at, ended_at: when it began and ended; nothing as long as it has not.
        ground: the grant on which its physician may read now, empty where there is none.
        mark: what names that grant and how much it gives; `reads_until` is when it is over by the clock.
        title: what the visit is called in the chart; `kind` is what it is there: online, or in person.
        guarded: a guardian acts for the patient in it, and the department is a paediatric one.
    """

    id: str
    person_id: str
    organization_id: str
    department_id: str
    physician_account_id: str
    opened_at: datetime | None
    ended_at: datetime | None
    ground: str
    guarded: bool
    title: Words
    mark: str = ""
    reads_until: datetime | None = None
    kind: VisitType = VisitType.VIRTUAL


Find = Callable[[Session, Actor, str, Action], VisitFacts]
"""`(session, actor, visit_id, action)` -> a visit of which the actor is the patient or the physician.

Who acts for the patient counts as them.

Raises `NotFound` for everybody else, and writes the attempt down.
"""

Look = Callable[[Session, str], VisitFacts | None]
"""`(session, visit_id)` -> the same for what the system does by itself."""

_finders: list[Find] = []
_looks: list[Look] = []


def plug(find: Find, look: Look) -> None:
    """Say where visits are found; wired in `app.py` alone."""
    _finders[:] = [find]
    _looks[:] = [look]


def known_visit(session: Session, visit_id: str) -> VisitFacts:
    """Return a visit for what the system does by itself.

    Raises:
        NotFound: absent.
    """
    for look in _looks:
        if (found := look(session, visit_id)) is not None:
            return found
    raise NotFound


def visit_of(session: Session, actor: Actor, visit_id: str, action: Action) -> VisitFacts:
    """Return a visit of the actor's.

    Raises:
        NotFound: absent or somebody else's.
        Denied: a guardian who is not given this.
    """
    for find in _finders:
        return find(session, actor, visit_id, action)
    raise NotFound(action=action.value)
