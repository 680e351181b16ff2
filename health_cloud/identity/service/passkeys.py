"""Passkeys of an account: made, named, removed, and judged wherever one answers.

What is allowed to go: an account always keeps password and authenticator, or another passkey that, alone or beside
the password, makes two factors.
"""

from __future__ import annotations

from sqlmodel import Session, col, select
from webauthn.helpers import bytes_to_base64url
from webauthn.registration.verify_registration_response import VerifiedRegistration

from health_cloud.core import changes, db, ledger
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import seal, seal_text, unseal, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, decide
from health_cloud.identity.models import Account, FactorChange, Passkey
from health_cloud.identity.service import alerts, ceremony, lookup, sessions
from health_cloud.identity.service.agents import agent_words
from health_cloud.identity.service.ceremony import Answer, NewKey, Purpose
from health_cloud.identity.service.factors import require_shown_again
from health_cloud.identity.service.people import person_name
from health_cloud.identity.views import PasskeyRow

MOST = 20
"""Passkeys of one account."""
LONGEST_NAME = 60
PATH = "/me/passkeys"
_KEY, _NAME = "identity_passkey.public_key", "identity_passkey.name"


def mine(session: Session, actor: Actor) -> list[PasskeyRow]:
    """Return the actor's passkeys, the latest made first."""
    rows = _kept(session, actor.account_id)
    return [
        PasskeyRow(
            id=row.id,
            name=_name(row),
            made=row.created_at.isoformat(),
            used=row.used_at.isoformat() if row.used_at else "",
            backed_up=row.backed_up,
            verifies=row.verified,
            doubted=row.doubted_at is not None,
        )
        for row in rows
    ]


def ask_to_add(session: Session, actor: Actor, visitor: Visitor) -> str:
    """Return what the browser is to make a passkey from.

    Raises:
        Unproved: a second factor has to be shown first.
        Conflict: there are as many as anybody keeps.
    """
    _allow(actor, Action.ADD_PASSKEY)
    require_shown_again(session, actor)
    kept = [row.credential for row in _kept(session, actor.account_id)]
    if len(kept) >= MOST:
        raise Conflict("identity.passkey.error.most")
    account = session.get_one(Account, actor.account_id)
    return ceremony.ask_for_new(
        session, visitor, Purpose.ADD, account.id, label(session, account), kept, verified=False
    )


def add(actor: Actor, visitor: Visitor, text: str) -> PasskeyRow:
    """Keep a passkey that the browser has just made.

    Raises:
        Unproved: a second factor has to be shown first.
        Invalid: it proves nothing, or was made for another question.
        Conflict: it is there already.
    """
    new = ceremony.read_new(text)
    ceremony.spend(visitor, Purpose.ADD, actor.account_id, new.challenge)
    return db.perform(_add, actor, visitor, new)


def rename(session: Session, actor: Actor, passkey_id: str, name: str) -> None:
    """Call one of one's passkeys something else.

    Raises:
        NotFound: no such passkey, or somebody else's.
        Invalid: no name.
    """
    _allow(actor, Action.NAME_PASSKEY)
    row = _own(session, actor, passkey_id, Action.NAME_PASSKEY)
    row.name = seal_text(_clean(name), _NAME, row.id)
    session.add(row)
    _line(session, actor, Action.NAME_PASSKEY, row)


def remove(session: Session, actor: Actor, passkey_id: str) -> None:
    """Take a passkey away; it opens nothing from now on, and every other session of the account ends.

    Raises:
        Unproved: a second factor has to be shown first.
        NotFound: no such passkey, or somebody else's.
        Conflict: without it the account would be left without two factors.
    """
    _allow(actor, Action.REMOVE_PASSKEY)
    require_shown_again(session, actor)
    account = lookup.account_by_id(session, actor.account_id)  # locked: two at once do not each leave the other
    row = _own(session, actor, passkey_id, Action.REMOVE_PASSKEY)
    if account is None or (row.doubted_at is None and not _enough(session, account, without=row)):
        raise Conflict("identity.passkey.error.last")
    _take_away(session, row)
    sessions.end_all(session, account.id, but=actor.session_id)
    _changed(session, actor, "passkey_removed")
    _line(session, actor, Action.REMOVE_PASSKEY, row)
    alerts.tell(session, account.id, "identity.passkey.news.removed", link=PATH, name=_name(row))


def accept(
    session: Session, account: Account | None, visitor: Visitor, answer: Answer, *, verified: bool
) -> Account | None:
    """Return whose passkey gave the answer, if it holds; its challenge has been spent.

    Args:
        session: the transaction; it has to be committed whatever comes of it.
        account: whose it must be; None for whoever it belongs to.
        visitor: where it comes from.
        answer: as it came.
        verified: whether the device must have verified the person, as it must where nothing else is shown.
    """
    row = session.exec(select(Passkey).where(Passkey.credential == answer.credential_id).with_for_update()).first()
    if row is None or row.public_key is None or row.removed_at is not None or row.doubted_at is not None:
        return None
    owner = lookup.account_by_id(session, row.account_id)
    if owner is None or owner.state != "active" or (account is not None and owner.id != account.id):
        return None
    if answer.handle != row.handle and (answer.handle or account is None):
        return None
    try:
        proved = ceremony.check_answer(answer, unseal(row.public_key, _KEY, row.id), verified=verified)
    except Invalid:
        return None
    if (proved.new_sign_count or row.sign_count) and proved.new_sign_count <= row.sign_count:
        _doubt(session, owner, row, visitor)
        return None
    row.sign_count, row.backed_up, row.used_at = proved.new_sign_count, proved.credential_backed_up, now()
    session.add(row)
    return owner


def keep(session: Session, account: Account, visitor: Visitor, new: NewKey, *, handle: str, verified: bool) -> Passkey:
    """Keep a new passkey of an account; its challenge has been spent.

    Raises:
        Invalid: it proves nothing.
        Conflict: the authenticator has it already, here or elsewhere.
    """
    proved: VerifiedRegistration = ceremony.check_new(new, verified=verified)
    credential = bytes_to_base64url(proved.credential_id)
    if session.exec(select(Passkey.id).where(Passkey.credential == credential)).first() is not None:
        raise Conflict("identity.passkey.problem.known")
    row_id = new_id()
    row = Passkey(
        id=row_id,
        account_id=account.id,
        credential=credential,
        handle=handle,
        public_key=seal(proved.credential_public_key, _KEY, row_id),
        sign_count=proved.sign_count,
        name=seal_text(agent_words(visitor.agent), _NAME, row_id),
        transports=new.transports,
        backed_up=proved.credential_backed_up,
        verified=proved.user_verified,
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return row


def forget_all(session: Session, account_id: str) -> int:
    """Take every passkey of an account away, as it is set up anew; returns how many there were."""
    rows = _kept(session, account_id)
    for row in rows:
        _take_away(session, row)
    return len(rows)


def credentials(session: Session, account_id: str) -> list[str]:
    """Return the credential ids of an account's passkeys that open something."""
    return [row.credential for row in _kept(session, account_id) if row.doubted_at is None]


def label(session: Session, account: Account) -> str:
    """Return what the owner's device calls the account: the login, else the person's name."""
    return account.login or (person_name(session, account.person_id).pick("zh") if account.person_id else "")


def _add(session: Session, actor: Actor, visitor: Visitor, new: NewKey) -> PasskeyRow:
    _allow(actor, Action.ADD_PASSKEY)
    require_shown_again(session, actor)
    account = session.get_one(Account, actor.account_id)
    row = keep(session, account, visitor, new, handle=account.id, verified=False)
    _changed(session, actor, "passkey_added")
    _line(session, actor, Action.ADD_PASSKEY, row)
    alerts.tell(session, account.id, "identity.passkey.news.added", link=PATH, name=_name(row))
    return next(each for each in mine(session, actor) if each.id == row.id)


def _enough(session: Session, account: Account, *, without: Passkey) -> bool:
    """Tell whether two factors remain."""
    others = [row for row in _kept(session, account.id) if row.id != without.id and row.doubted_at is None]
    if any(row.verified for row in others):
        return True
    return bool(account.password_hash and (account.totp or others))


def _doubt(session: Session, owner: Account, row: Passkey, visitor: Visitor) -> None:
    """Stop a passkey of which there is a copy: whoever has it may be signed in, so nobody stays."""
    row.doubted_at = now()
    session.add(row)
    sessions.end_all(session, owner.id)
    changes.note(session, f"account:{owner.id}")
    actor = sessions.plain_actor(owner, visitor)
    ledger.prepare(session, actor.person_id, actor.organization_id)
    ledger.write(
        session, actor, Action.DOUBT_PASSKEY, ledger.DONE, person_id=actor.person_id, detail={"passkey": row.id}
    )
    alerts.tell(session, owner.id, "identity.passkey.news.doubted", link=PATH, name=_name(row))


def _take_away(session: Session, row: Passkey) -> None:
    row.removed_at, row.public_key = now(), None
    session.add(row)


def _kept(session: Session, account_id: str) -> list[Passkey]:
    return list(
        session.exec(
            select(Passkey)
            .where(Passkey.account_id == account_id, col(Passkey.removed_at).is_(None))
            .order_by(col(Passkey.created_at).desc(), col(Passkey.id))
        ).all()
    )


def _own(session: Session, actor: Actor, passkey_id: str, action: Action) -> Passkey:
    row = session.get(Passkey, passkey_id) if is_id(passkey_id) else None
    if row is None or row.account_id != actor.account_id or row.removed_at is not None:
        raise NotFound(action=action.value, person_id=actor.person_id)
    return row


def _changed(session: Session, actor: Actor, what: str) -> None:
    """Keep it for the owner to look back at, and have open screens look again."""
    agent = agent_words(actor.visitor.agent)
    session.add(FactorChange(account_id=actor.account_id, what=what, agent=agent, at=now()))
    changes.note(session, f"account:{actor.account_id}")


def _allow(actor: Actor, action: Action) -> None:
    if not decide(actor, action).allowed:
        raise Denied(action=action.value)


def _clean(name: str) -> str:
    text = " ".join("".join(each if each.isprintable() else " " for each in name[: 4 * LONGEST_NAME]).split())
    if not text:
        raise Invalid("identity.passkey.error.name", field="name")
    return text[:LONGEST_NAME]


def _name(row: Passkey) -> str:
    return unseal_text(row.name, _NAME, row.id)


def _line(session: Session, actor: Actor, action: Action, row: Passkey) -> None:
    ledger.write(session, actor, action, ledger.DONE, person_id=actor.person_id, detail={"passkey": row.id})
