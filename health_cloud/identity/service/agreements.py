"""Consent to the notice, purpose by purpose: given, seen, withdrawn; without the needed ones no records are shown.

`Person.agreed` is what the door to the records asks: the version whose needed purposes are all in force, 0 where they
never were, and `WITHDRAWN`. A newer version asks the owner again; those whom the owner has allowed go on reading until
something is withdrawn. Withdrawing deletes nothing that the hospital keeps by law.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlmodel import Session, col, select

from health_cloud.core import changes, db, ledger
from health_cloud.core.actors import NOBODY, Actor
from health_cloud.core.clock import now
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.policy import Action, Role, Situation, decide
from health_cloud.identity.models import Account, Agreement, Person
from health_cloud.identity.service import privacy_notice
from health_cloud.identity.service.privacy_notice import Notice, Purpose
from health_cloud.identity.views import NoticePage, PurposeRow
from health_cloud.notify.service import subscriptions

WITHDRAWN: Final = -1
PUSH: Final = "push"
_PATH = "/me/notice"
_ALWAYS_OPEN = ("/me", "/ledger", "/notifications")
"""Pages that show no records: what one agreed to, who looked, and how to leave."""


def notice_page(session: Session, actor: Actor) -> NoticePage:
    """Return the notice and what the actor has agreed to of it."""
    _allow(actor)
    notice, person = privacy_notice.current(), session.get_one(Person, actor.person_id)
    rows = _rows(session, actor.person_id)
    return NoticePage(
        version=notice.version,
        date=notice.date,
        parts=list(notice.parts),
        purposes=[_row(each, rows) for each in notice.purposes],
        in_force=person.agreed >= notice.version,
        withdrawn=person.agreed == WITHDRAWN,
        again=0 < person.agreed < notice.version,
    )


def agree(session: Session, actor: Actor, version: int, purposes: Sequence[str]) -> NoticePage:
    """Agree to purposes of the version that was shown.

    Raises:
        Invalid: a needed purpose is open, or there is no such purpose.
        Conflict: there is a newer version by now.
    """
    _allow(actor)
    notice = privacy_notice.current()
    if version != notice.version:
        raise Conflict("identity.error.notice_changed")
    person = session.exec(select(Person).where(Person.id == actor.person_id).with_for_update()).one()
    wanted = set(purposes)
    if wanted - {each.key for each in notice.purposes}:
        raise Invalid(field="purposes")
    held = {row.purpose for row in _rows(session, person.id) if _holds(row, notice)}
    if set(notice.needed) - wanted - held:
        raise Invalid("identity.error.notice_needed", field="purposes")
    for key in sorted(wanted - held):
        _give(session, actor, person, notice, key)
    person.agreed = notice.version
    changes.note(session, *changes.of_person(person.id))
    session.flush()
    return notice_page(session, actor)


def withdraw(session: Session, actor: Actor, purpose: str) -> NoticePage:
    """Withdraw a purpose; of a needed one, nobody reads here until it is given again. Twice changes nothing."""
    _allow(actor)
    person = session.exec(select(Person).where(Person.id == actor.person_id).with_for_update()).one()
    rows = [row for row in _rows(session, person.id) if row.purpose == purpose and row.withdrawn_at is None]
    for row in rows:
        row.withdrawn_at = now()
        session.add(row)
    if rows:
        if any(purpose in each.needed for each in privacy_notice.versions()):
            person.agreed = WITHDRAWN
            changes.note(session, *changes.of_person(person.id))
        if purpose == PUSH:
            subscriptions.forget(session, actor.account_id)
        _line(session, actor, withdrawn=purpose)
    session.flush()
    return notice_page(session, actor)


def stop_of(actor: Actor, path: str) -> str:
    """Return where a patient is led before a page of records: to the notice, until its needed purposes are in force."""
    if actor.role is not Role.PATIENT or any(path == each or path.startswith(f"{each}/") for each in _ALWAYS_OPEN):
        return ""
    with db.reading() as session:
        agreed = session.exec(select(Person.agreed).where(Person.id == actor.person_id)).first()
    return "" if agreed is not None and agreed >= privacy_notice.current_version() else _PATH


def push_chosen(session: Session, payload: dict[str, str]) -> None:
    """Note the consent that switching web push on is; a subscriber of facts."""
    account = session.get(Account, payload["account"])
    person = session.get(Person, account.person_id) if account is not None and account.person_id else None
    notice = privacy_notice.current()
    if account is None or person is None or notice.purpose(PUSH) is None:
        return
    if not any(row.purpose == PUSH and _holds(row, notice) for row in _rows(session, person.id)):
        _give(session, Actor(account.id, Role.PATIENT, person.id), person, notice, PUSH)


def _give(session: Session, actor: Actor, person: Person, notice: Notice, key: str) -> None:
    session.add(
        Agreement(
            person_id=person.id,
            account_id=actor.account_id,
            purpose=key,
            version=notice.version,
            text_digest=notice.digest,
            given_at=now(),
        )
    )
    _line(session, actor, given=key, version=str(notice.version))


def _rows(session: Session, person_id: str) -> Sequence[Agreement]:
    return session.exec(
        select(Agreement).where(Agreement.person_id == person_id).order_by(col(Agreement.given_at).desc())
    ).all()


def _holds(row: Agreement, notice: Notice) -> bool:
    return row.withdrawn_at is None and row.version == notice.version


def _row(purpose: Purpose, rows: Sequence[Agreement]) -> PurposeRow:
    living = next((row for row in rows if row.purpose == purpose.key and row.withdrawn_at is None), None)
    return PurposeRow(
        key=purpose.key,
        needed=purpose.needed,
        title=purpose.title,
        text=purpose.text,
        given_at=living.given_at.isoformat() if living else "",
        version=living.version if living else 0,
    )


def _allow(actor: Actor) -> None:
    """Let the owner pass, for themselves: consent cannot be given in somebody's place by mistake."""
    situation = Situation(person_id=actor.person_id or NOBODY.person_id, now=now())
    if not actor.person_id or actor.for_person_id or not decide(actor, Action.AGREE, situation).allowed:
        raise Denied(action=Action.AGREE.value)


def _line(session: Session, actor: Actor, **detail: str) -> None:
    ledger.write(session, actor, Action.AGREE, ledger.DONE, person_id=actor.person_id, detail=dict(detail))
