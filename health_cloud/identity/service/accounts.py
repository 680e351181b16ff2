"""Accounts as the hospital manages them: made, handed a code, unlocked, disabled. Each act leaves its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select

from health_cloud.core import changes, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.policy import Action, Role, decide
from health_cloud.core.settings import settings
from health_cloud.core.words import Language, Words
from health_cloud.identity.models import Account, Code, Contact, Identifier, Link, Organization, Practitioner
from health_cloud.identity.service import lookup, sessions, throttle, totp, verification
from health_cloud.identity.service.numbers import blind_identifier
from health_cloud.identity.service.people import person_name
from health_cloud.identity.service.typed import CARDS, DOCUMENTS
from health_cloud.identity.views import AccountRow, IssuedCode

DISABLED = "identity.account_disabled"
"""Fact: an account was closed by the hospital, and what its owner had open is over."""
CODE_LIFE = timedelta(days=7)
CODE_LENGTH = 10
ROLES: Final = (Role.PHYSICIAN, Role.PHARMACIST, Role.STAFF, Role.AUDITOR)
_LOGIN = re.compile(r"(?=.*[a-z])[a-z0-9][a-z0-9._-]{1,59}")


@dataclass(frozen=True)
class Named:
    """How somebody is named at the desk or on the command line: by one of these."""

    login: str = ""
    national_id: str = ""
    visit_card: str = ""
    organization: str = ""
    """Code of the hospital; needed with a visit card when there is more than one."""


def add_account(
    session: Session,
    actor: Actor,
    role: Role,
    login: str,
    name: Words,
    *,
    organization: str = "",
    practitioner: str = "",
) -> AccountRow:
    """Make an account for a physician or staff member; they set password and authenticator with a code.

    Args:
        session: the transaction.
        actor: who makes it.
        role: not patient: patients verify themselves.
        login: letters, digits, `.`, `_`, `-`; at least one letter.
        name: as patients will see it; taken from the directory where it is empty.
        organization: code of the hospital; may be left out where there is but one.
        practitioner: id in the hospital's directory, of a physician.

    Raises:
        Invalid: not a login, not such a role, or no such hospital or practitioner.
        Conflict: the login is taken.
    """
    _allow(actor, Action.CREATE_ACCOUNT)
    spelled = login.strip().casefold()
    if role not in ROLES:
        raise Invalid("identity.error.role", field="role")
    if not _LOGIN.fullmatch(spelled):
        raise Invalid("identity.error.login", field="login")
    hospital = _organization(session, organization)
    entry = _practitioner(session, hospital.id, practitioner)
    if session.exec(select(Account.id).where(Account.login == spelled)).first():
        raise Conflict("identity.error.login_taken")
    account = Account(
        role=role.value,
        login=spelled,
        organization_id=hospital.id,
        practitioner_id=entry.id if entry else None,
        name_zh=name.zh or (entry.name_zh if entry else ""),
        name_en=name.en or (entry.name_en if entry else ""),
        created_at=now(),
    )
    if not account.name_zh and not account.name_en:
        raise Invalid("identity.error.name", field="name")
    session.add(account)
    session.flush()
    _line(session, actor, Action.CREATE_ACCOUNT, account)
    return _row(account)


def issue_code(session: Session, actor: Actor, named: Named) -> IssuedCode:
    """Make the code that the desk prints: it opens once, within 7 days; an earlier one of the same person ends.

    Raises:
        NotFound: nobody is named so.
    """
    _allow(actor, Action.ISSUE_CODE)
    code, at = totp.readable(CODE_LENGTH), now()
    row = Code(purpose="desk", blind=verification.printed_blind(code), created_at=at, expires_at=at + CODE_LIFE)
    if named.login:
        row.purpose, row.account_id = "account", _account(session, named).id
        same = col(Code.account_id) == row.account_id
    else:
        row.person_id = _person(session, named)
        same = col(Code.person_id) == row.person_id
    for old in session.exec(select(Code).where(same, Code.purpose == row.purpose, col(Code.used_at).is_(None))).all():
        old.used_at = at
    session.add(row)
    session.flush()
    detail: dict[str, str | int] = {"code": row.id, "account": row.account_id}
    ledger.write(session, actor, Action.ISSUE_CODE, ledger.DONE, person_id=row.person_id, detail=detail)
    path = "activate" if named.login else "verify"
    return IssuedCode(totp.grouped(code), row.expires_at.isoformat(), f"{settings().origin}/{path}")


def unlock(session: Session, actor: Actor, named: Named) -> None:
    """Let somebody try again: failures are forgotten, and a disabled account opens.

    Raises:
        NotFound: nobody is named so.
    """
    _allow(actor, Action.UNLOCK_ACCOUNT)
    if named.login:
        account, person_id, known_as = _account(session, named), "", [named.login.strip().casefold()]
    else:
        person_id = _person(session, named)
        account = session.exec(select(Account).where(Account.person_id == person_id)).first()
        known_as = _known_as(session, person_id)
    if account is not None:
        known_as.append(account.id)
        account.failures = 0
        if account.state == "disabled":
            account.state = "active" if account.password_hash else "new"
        session.add(account)
    throttle.forgive(session, known_as)
    ledger.write(
        session,
        actor,
        Action.UNLOCK_ACCOUNT,
        ledger.DONE,
        person_id=person_id,
        detail={"account": account.id if account else ""},
    )


def disable(session: Session, actor: Actor, named: Named) -> int:
    """Close an account and end its sessions at once; returns how many were open.

    Raises:
        NotFound: there is no such account.
    """
    _allow(actor, Action.DISABLE_ACCOUNT)
    if named.login:
        account = _account(session, named)
    else:
        account = session.exec(select(Account).where(Account.person_id == _person(session, named))).first()
    if account is None:
        raise NotFound
    account.state = "disabled"
    session.add(account)
    ended = sessions.end_all(session, account.id)
    changes.note(session, f"account:{account.id}")
    facts.emit(session, DISABLED, account=account.id)
    _line(session, actor, Action.DISABLE_ACCOUNT, account)
    return ended


def person_named(session: Session, named: Named) -> str:
    """Return the id of the patient of this number.

    Raises:
        NotFound: nobody is named so, or several are.
    """
    return _person(session, named)


def is_login(text: str) -> bool:
    """Tell whether a text can be a login."""
    return _LOGIN.fullmatch(text) is not None


def exists(session: Session, login: str) -> bool:
    """Tell whether a login is taken."""
    return session.exec(select(Account.id).where(Account.login == login)).first() is not None


def has_practitioner(session: Session, organization: str, source_id: str) -> bool:
    """Tell whether a hospital's directory has this practitioner."""
    return (
        session.exec(
            select(Practitioner.id)
            .join(Organization, col(Organization.id) == Practitioner.organization_id)
            .where(Organization.code == organization, Practitioner.source_id == source_id)
        ).first()
        is not None
    )


def set_language(session: Session, actor: Actor, language: Language) -> None:
    """Keep the language in which the actor is written to."""
    account = session.get_one(Account, actor.account_id)
    account.language = language
    session.add(account)


def demo_codes(session: Session) -> list[tuple[Words, str, str]]:
    """Return name, login and the authenticator's code of every account that is set up; empty outside the demo."""
    if settings().mode != "demo":
        return []
    rows = session.exec(select(Account).where(Account.state == "active").order_by(col(Account.created_at))).all()
    return [
        (
            person_name(session, row.person_id) if row.person_id else Words(row.name_zh, row.name_en),
            row.login or "",
            totp.demo_code(totp.secret_of(row.id, row.totp)),
        )
        for row in rows
        if row.totp
    ]


def _allow(actor: Actor, action: Action) -> None:
    if not decide(actor, action).allowed:
        raise Denied(action=action.value)


def _organization(session: Session, code: str) -> Organization:
    query = select(Organization)
    rows = session.exec((query.where(Organization.code == code) if code else query).limit(2)).all()
    if len(rows) != 1:
        raise Invalid("identity.error.organization", field="organization")
    return rows[0]


def _practitioner(session: Session, organization_id: str, source_id: str) -> Practitioner | None:
    if not source_id:
        return None
    found = session.exec(
        select(Practitioner).where(Practitioner.organization_id == organization_id, Practitioner.source_id == source_id)
    ).first()
    if found is None:
        raise Invalid("identity.error.practitioner", field="practitioner")
    return found


def _account(session: Session, named: Named) -> Account:
    found = session.exec(select(Account).where(Account.login == named.login.strip().casefold())).first()
    if found is None:
        raise NotFound("identity.error.nobody")
    return found


def _person(session: Session, named: Named) -> str:
    """Return the one person of this number; several of one number are nobody."""
    if named.national_id:
        kind, digests = "national_id", [blind_identifier("national_id", named.national_id, "")]
    elif named.visit_card:
        hospital = _organization(session, named.organization)
        kind = "visit_card"
        digests = [blind_identifier(kind, named.visit_card, hospital.id)]
    else:
        raise Invalid("identity.error.nobody")
    rows = session.exec(
        select(Link.person_id)
        .join(Identifier, col(Identifier.record_id) == Link.record_id)
        .where(col(Link.to_at).is_(None), Identifier.kind == kind, col(Identifier.blind).in_(digests))
        .distinct()
        .limit(2)
    ).all()
    if len(rows) != 1:
        raise NotFound("identity.error.nobody")
    return rows[0]


def _known_as(session: Session, person_id: str) -> list[str]:
    """Return every spelling under which this person's attempts may have been counted."""
    numbers = session.exec(
        select(Identifier)
        .join(Link, col(Link.record_id) == Identifier.record_id)
        .where(Link.person_id == person_id, col(Identifier.kind).in_((*DOCUMENTS, *CARDS)))
    ).all()
    contacts = session.exec(
        select(Contact)
        .join(Link, col(Link.record_id) == Contact.record_id)
        .where(Link.person_id == person_id, Contact.kind == "phone")
    ).all()
    opened = [(each.kind, unseal_text(each.value, "identity_identifier.value", each.id)) for each in numbers]
    papers = [text for kind, text in opened if kind in DOCUMENTS]
    cards = [text for kind, text in opened if kind in CARDS]
    told = papers + [unseal_text(each.value, "identity_contact.value", each.id) for each in contacts]
    names = [each for text in told for each in (lookup.spelling(text), *lookup.identifiers_typed(text))]
    return names + [verification.throttled_as(paper, card) for paper in papers for card in cards]


def _line(session: Session, actor: Actor, action: Action, account: Account) -> None:
    ledger.write(session, actor, action, ledger.DONE, person_id=account.person_id or "", detail={"account": account.id})


def _row(account: Account) -> AccountRow:
    return AccountRow(
        account.id, account.role, account.login or "", account.state, Words(account.name_zh, account.name_en)
    )
