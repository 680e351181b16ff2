"""Word to the owner of an account: in the inbox of the app always, outside it no more than what kind of news there is.

Other services call `tell` in the transaction of what happened. It does the same work for somebody unknown (R2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, select

from health_cloud.core.words import Words
from health_cloud.identity.models import Account
from health_cloud.identity.service import lookup
from health_cloud.notify.service import inbox, sending
from health_cloud.notify.views import Kind, Reach


def tell(
    session: Session, account_id: str, key: str, *, kind: Kind = Kind.FACTOR, link: str = "", **params: str | Words
) -> None:
    """Tell the owner of an account what happened.

    Args:
        session: the transaction of what it tells about.
        account_id: whose; empty or nobody's for somebody unknown, at the same cost.
        key: text of the line in the app; it may be exact, since only its owner reads it there.
        kind: what it is about, which is all that is said outside.
        link: path in the app where more is to be seen.
        params: placeholders of the line; words are said in the language of whom it is for.
    """
    _tell(session, session.exec(select(Account).where(Account.id == account_id)).first(), key, kind, link, params)


def tell_person(
    session: Session, person_id: str, key: str, *, kind: Kind, link: str = "", **params: str | Words
) -> bool:
    """Tell a patient what happened; see `tell`. Who has no account is told nothing; returns whether it reached them."""
    account = session.exec(select(Account).where(Account.person_id == person_id)).first()
    reach = _tell(session, account, key, kind, link, params)
    return account is not None and (account.state == "active" or bool(reach.sms or reach.email))


def tell_contact(session: Session, person_id: str, kind: Kind) -> bool:
    """Tell somebody without an account, where a hospital can reach them, that there is news of this kind.

    Returns:
        Whether a hospital holds a phone number or an e-mail address of theirs.
    """
    channel, address = lookup.contact_of(session, person_id)
    sending.queue(session, channel, address, f"notify.outside.{kind}", "zh")
    return address != ""


def tell_person_once(
    session: Session, person_id: str, key: str, since: datetime, *, kind: Kind, link: str = ""
) -> bool:
    """Tell a patient with a living account something, unless they were told the same since then; returns whether."""
    account = session.exec(select(Account).where(Account.person_id == person_id, Account.state == "active")).first()
    if account is None or inbox.told_since(session, account.id, key, since):
        return False
    _tell(session, account, key, kind, link, {})
    return True


def _tell(
    session: Session, account: Account | None, key: str, kind: Kind, link: str, params: Mapping[str, str | Words]
) -> Reach:
    reach = lookup.reach_of(session, account)
    said = {
        name: value.pick("en" if reach.language == "en" else "zh") if isinstance(value, Words) else value
        for name, value in params.items()
    }
    inbox.put(session, account.id if account else "", kind, key, reach, link=link, **said)
    return reach
