"""What every act on a relation shares: whose it is, its line in the ledger, and word to both sides."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session, select

from health_cloud.core import changes, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, Basis, decide
from health_cloud.core.words import Words
from health_cloud.identity.models import Guardian
from health_cloud.identity.service import alerts
from health_cloud.identity.service.people import person_facts
from health_cloud.identity.service.relations import LIVING
from health_cloud.notify.views import Kind

OPEN = ("invited", "named", LIVING)
PAGE = "/me/guardians"


def own_affairs(actor: Actor, action: Action) -> None:
    """Let an act pass that is about the actor's own affairs, while they act for nobody else.

    Raises:
        Denied: no patient, or acting for somebody else.
    """
    if not actor.person_id or not decide(actor, action).allowed:
        raise Denied(action=action.value)
    if actor.for_person_id:
        raise Denied("identity.guardians.own_first", action=action.value, person_id=actor.for_person_id)


def mine(session: Session, actor: Actor, relation_id: str, action: Action) -> Guardian:
    """Return a relation in which the actor is one of the two, locked.

    Raises:
        NotFound: absent or somebody else's.
    """
    row = (
        session.exec(select(Guardian).where(Guardian.id == relation_id).with_for_update()).first()
        if is_id(relation_id)
        else None
    )
    if row is None or not actor.person_id or actor.person_id not in (row.person_id, row.guardian_id):
        raise NotFound(action=action.value, person_id=actor.person_id)
    return row


def has_run_out(row: Guardian) -> bool:
    """Tell whether a relation, or the code of an invitation, is over by the clock."""
    at = now()
    return row.until_at <= at or (row.state == "invited" and row.code_until is not None and row.code_until <= at)


def name_of(session: Session, person_id: str) -> Words:
    """Return how a person is called in word to the other side."""
    return person_facts(session, person_id).name


def tell(session: Session, row: Guardian, person_id: str | None, key: str, *, name: Words) -> None:
    """Tell one side what the other did, and the open screens of both."""
    alerts.tell_person(session, person_id or "", key, kind=Kind.GUARDIAN, link=PAGE, name=name)
    tell_screens(session, row)


def tell_screens(session: Session, row: Guardian) -> None:
    """Have the open screens of both sides look again."""
    changes.note(session, f"person:{row.person_id}", *([f"person:{row.guardian_id}"] if row.guardian_id else []))


def line(session: Session, actor: Actor, action: Action, row: Guardian, **detail: str) -> None:
    """Leave a line in the chain of the person, with what the guardian acts on where it is the guardian who acts."""
    ground = decide(actor, action)
    if actor.person_id and actor.person_id == row.guardian_id:
        ground = replace(ground, basis=Basis.GUARDIAN, basis_id=row.id, reason="core.reason.guardian")
    ledger.write(
        session,
        actor,
        action,
        ledger.DONE,
        person_id=row.person_id,
        decision=ground,
        detail={"relation": row.id, **detail},
    )
