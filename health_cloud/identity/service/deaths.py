"""When somebody has died: nobody signs in as them any more and nobody reads; what then is for the desk to decide.

The desk reports it, or the hospital's feed does (`Patient.deceased`). A mistake can be taken back: the account opens
as it was; what the person had allowed others stays ended, and they allow it anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlmodel import Session, select

from health_cloud.core import changes, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.errors import Conflict, Denied
from health_cloud.core.policy import Action, decide
from health_cloud.identity.models import Account, Person
from health_cloud.identity.service import accounts, sessions
from health_cloud.identity.service.accounts import Named

DIED: Final = "identity.person_died"
"""Fact with the person's id: what they had allowed and booked ends."""


def report_death(session: Session, actor: Actor, named: Named) -> int:
    """Note that a patient has died; returns how many of their sessions ended by it.

    Raises:
        NotFound: nobody is named so.
        Conflict: it is known already.
    """
    _allow(actor)
    person_id = accounts.person_named(session, named)
    ended = died(session, person_id, now())
    if ended is None:
        raise Conflict("identity.error.died_already")
    _line(session, actor, person_id, "reported")
    return ended


def take_back(session: Session, actor: Actor, named: Named) -> None:
    """Take a report back: the person lives, and their account is as it was.

    Raises:
        NotFound: nobody is named so.
        Conflict: nobody has reported that they died.
    """
    _allow(actor)
    person_id = accounts.person_named(session, named)
    person = session.exec(select(Person).where(Person.id == person_id).with_for_update()).one()
    if person.deceased_at is None:
        raise Conflict("identity.error.not_died")
    person.deceased_at = None
    account = _account(session, person_id)
    if account is not None and account.state == "deceased":
        account.state = "active" if account.password_hash else "new"
        changes.note(session, f"account:{account.id}")
    changes.note(session, *changes.of_person(person_id))
    _line(session, actor, person_id, "taken back")


def died(session: Session, person_id: str, at: datetime) -> int | None:
    """Close everything that opens to a person who has died; returns how many sessions ended, nothing if it was known.

    Who asks has the right to: the desk by `report_death`, the import by the hospital's own word.
    """
    person = session.exec(select(Person).where(Person.id == person_id).with_for_update()).one()
    if person.deceased_at is not None:
        return None
    person.deceased_at = at
    changes.note(session, *changes.of_person(person_id))
    account = _account(session, person_id)
    if account is None:
        return 0
    if account.state != "disabled":
        account.state = "deceased"
    facts.emit(session, DIED, person=person_id)
    changes.note(session, f"account:{account.id}")
    return sessions.end_all(session, account.id)


def _account(session: Session, person_id: str) -> Account | None:
    return session.exec(select(Account).where(Account.person_id == person_id).with_for_update()).first()


def _allow(actor: Actor) -> None:
    if not decide(actor, Action.REPORT_DEATH).allowed:
        raise Denied(action=Action.REPORT_DEATH.value)


def _line(session: Session, actor: Actor, person_id: str, what: str) -> None:
    ledger.write(session, actor, Action.REPORT_DEATH, ledger.DONE, person_id=person_id, detail={"what": what})
