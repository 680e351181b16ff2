"""A relation begins: invited by the person, taken up by the guardian, agreed to by the person, given another end."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind
from health_cloud.core.errors import Invalid, NotFound
from health_cloud.core.policy import Action
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import settings
from health_cloud.identity.models import Guardian
from health_cloud.identity.service import throttle, totp
from health_cloud.identity.service.guardians.terms import days_of, end_at, levels_of, relation_of
from health_cloud.identity.service.guardians.word import (
    OPEN,
    PAGE,
    has_run_out,
    line,
    mine,
    name_of,
    own_affairs,
    tell,
    tell_screens,
)
from health_cloud.identity.service.relations import LIVING
from health_cloud.identity.views import Invitation

CODE_LIFE = timedelta(days=2)
CODE_LENGTH = 10
AT_MOST = 5
PURPOSE = "guardian"
_LONGEST_CODE = 100


def invite(session: Session, actor: Actor, relation: object, further: object, days: object) -> Invitation:
    """Make the code that the actor hands to whoever is to see to their affairs.

    Args:
        session: the transaction.
        actor: the patient.
        relation: what the other is to the patient, one of `RELATIONS`.
        further: levels beyond reading, of `FURTHER`.
        days: for how long, one of `DAYS`.

    Raises:
        Denied: no patient, or acting for somebody else at the moment.
        Unproved: no second factor was shown just now.
        Invalid: none of the choices, or as many relations as one may have.
    """
    own_affairs(actor, Action.APPOINT_GUARDIAN)
    require_fresh(actor)
    if len(_open_ones(session, actor.person_id)) >= AT_MOST:
        raise Invalid("identity.guardians.too_many", most=AT_MOST)
    code, at = totp.readable(CODE_LENGTH), now()
    row = Guardian(
        person_id=actor.person_id,
        relation=relation_of(relation),
        levels=levels_of(further),
        proof="invitation",
        state="invited",
        code=_code_blind(code),
        code_until=at + CODE_LIFE,
        created_at=at,
        until_at=end_at(session, actor.person_id, relation_of(relation), at + timedelta(days=days_of(days))),
    )
    session.add(row)
    session.flush()
    line(session, actor, Action.APPOINT_GUARDIAN, row, step="invited")
    tell_screens(session, row)
    address = f"{settings().origin}{PAGE}"
    picture, size = totp.picture(f"{address}#{code}")
    return Invitation(totp.grouped(code), (at + CODE_LIFE).isoformat(), address, picture, size)


def _open_ones(session: Session, person_id: str) -> list[Guardian]:
    found = session.exec(
        select(Guardian).where(Guardian.person_id == person_id, col(Guardian.state).in_(OPEN)).with_for_update()
    ).all()
    return [row for row in found if not has_run_out(row)]


def take_up(actor: Actor, code: object) -> None:
    """Enter the code of an invitation: both now see each other's name, and the patient has to say yes.

    Raises:
        Invalid: not a code that waits; what is wrong with it is not told.
        Slowed: too many attempts.
    """
    db.perform(_charge, actor)
    if not db.perform(_take_up, actor, code[:_LONGEST_CODE] if isinstance(code, str) else ""):
        raise Invalid("identity.guardians.no_such_code", field="code")


def _charge(session: Session, actor: Actor) -> None:
    own_affairs(actor, Action.ACCEPT_GUARDIAN)
    throttle.charge(session, actor.visitor, PURPOSE, actor.account_id)


def _take_up(session: Session, actor: Actor, code: str) -> bool:
    typed = "".join(each for each in code.upper() if each in totp.ALPHABET)
    row = session.exec(select(Guardian).where(Guardian.code == _code_blind(typed)).with_for_update()).first()
    if row is None or row.state != "invited" or row.code_until is None or row.code_until <= now():
        ledger.write(session, actor, Action.ACCEPT_GUARDIAN, ledger.FAILED, person_id=actor.person_id)
        return False
    if row.person_id == actor.person_id:
        raise Invalid("identity.guardians.oneself", field="code")
    throttle.give_back(session, actor.visitor, PURPOSE, actor.account_id)
    row.guardian_id, row.state, row.code, row.code_until = actor.person_id, "named", "", None
    session.add(row)
    line(session, actor, Action.ACCEPT_GUARDIAN, row, step="named")
    tell(session, row, row.person_id, "identity.guardians.told.named", name=name_of(session, actor.person_id))
    return True


def agree(session: Session, actor: Actor, relation_id: str) -> None:
    """Say yes to whoever entered the code; the relation lives from here on.

    Raises:
        NotFound: no relation of the actor's that waits for it.
        Unproved: no second factor was shown just now.
    """
    own_affairs(actor, Action.APPOINT_GUARDIAN)
    require_fresh(actor)
    row = mine(session, actor, relation_id, Action.APPOINT_GUARDIAN)
    if row.person_id != actor.person_id or row.state != "named" or row.until_at <= now():
        raise NotFound(action=Action.APPOINT_GUARDIAN.value, person_id=actor.person_id)
    begin(session, row)
    line(session, actor, Action.APPOINT_GUARDIAN, row, step="living")
    tell(session, row, row.guardian_id, "identity.guardians.told.living", name=name_of(session, row.person_id))


def begin(session: Session, row: Guardian) -> None:
    """Let a relation live; an older one of the same two gives way."""
    at = now()
    for older in session.exec(
        select(Guardian).where(
            Guardian.person_id == row.person_id, Guardian.guardian_id == row.guardian_id, Guardian.state == LIVING
        )
    ).all():
        older.state, older.ended_at, older.ended_by = "ended", at, "renewal"
        session.add(older)
    session.flush()
    row.state, row.from_at = LIVING, at
    session.add(row)
    session.flush()
    tell_screens(session, row)


def renew(session: Session, actor: Actor, relation_id: str, days: object) -> None:
    """Give a living relation of the actor's own another end, a year from now at most.

    Raises:
        NotFound: no living relation in which somebody sees to the actor's affairs.
        Unproved: no second factor was shown just now.
    """
    own_affairs(actor, Action.APPOINT_GUARDIAN)
    require_fresh(actor)
    row = mine(session, actor, relation_id, Action.APPOINT_GUARDIAN)
    if row.person_id != actor.person_id or row.state != LIVING:
        raise NotFound(action=Action.APPOINT_GUARDIAN.value, person_id=actor.person_id)
    row.until_at = end_at(session, row.person_id, row.relation, now() + timedelta(days=days_of(days)))
    session.add(row)
    line(session, actor, Action.APPOINT_GUARDIAN, row, step="renewed")
    tell(session, row, row.guardian_id, "identity.guardians.told.renewed", name=name_of(session, row.person_id))


def _code_blind(code: str) -> str:
    return blind(code, "identity_guardian.code")
