"""Whose account a provider's subject is: linked by the desk, or made at the first sign-in where that is allowed.

An e-mail address or a name never finds an account: both change hands. A patient's account is never one of these.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, cast

from sqlmodel import Session, col, select

from health_cloud.core import changes, ledger
from health_cloud.core.actors import Actor, system
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action, Role, decide
from health_cloud.core.settings import SignOnRule, settings
from health_cloud.core.words import Words
from health_cloud.identity.models import Account, Department, Organization, Practitioner, ProviderIdentity
from health_cloud.identity.service import accounts, alerts, directory, sessions
from health_cloud.identity.service.single_sign_on.tokens import Claims
from health_cloud.identity.service.totp import readable

FIRST_SIGN_IN = "first_sign_in"
_LONGEST_NAME = 60
_LONGEST_SUBJECT = 255
_LONGEST_ISSUER = 300
_UNFIT = re.compile(r"[^a-z0-9._-]")


def blind_of(issuer: str, subject: str) -> str:
    """Return the blind index of somebody at a provider."""
    return blind(f"{issuer}\x1f{subject}", "identity_provider_identity.blind")


def link(session: Session, actor: Actor, login: str, issuer: str, subject: str) -> None:
    """Let a subject of the provider sign in to an account that exists; the account's open sessions end.

    Raises:
        NotFound: there is no such account of a physician or staff member.
        Invalid: issuer or subject cannot be one.
        Conflict: the subject has an account already.
    """
    _allow(actor)
    account = _account(session, login)
    where = issuer or settings().oidc_issuer
    if not where.startswith(("https://", "http://")) or len(where) > _LONGEST_ISSUER:
        raise Invalid("identity.error.issuer", field="issuer")
    if not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise Invalid("identity.error.subject", field="subject")
    if find(session, where, subject) is not None:
        raise Conflict("identity.error.linked")
    _add(session, account, where, subject, "desk")
    _changed(session, actor, account, "identity.alerts.sign_on_linked")


def unlink(session: Session, actor: Actor, login: str) -> int:
    """Take single sign-on from an account and end its sessions; returns how many subjects it had.

    Raises:
        NotFound: there is no such account of a physician or staff member.
    """
    _allow(actor)
    account = _account(session, login)
    rows = session.exec(select(ProviderIdentity).where(ProviderIdentity.account_id == account.id)).all()
    for row in rows:
        session.delete(row)
    if rows:
        _changed(session, actor, account, "identity.alerts.sign_on_unlinked")
    return len(rows)


def find(session: Session, issuer: str, subject: str) -> ProviderIdentity | None:
    """Return who a subject is here."""
    return session.exec(select(ProviderIdentity).where(ProviderIdentity.blind == blind_of(issuer, subject))).first()


def rule_for(claims: Claims) -> SignOnRule | None:
    """Return the first rule that these claims meet; without one somebody is nobody here."""
    return next((rule for rule in settings().oidc_mapping if rule.value in _values(claims, rule.claim)), None)


def keeps(known: ProviderIdentity, role: str, rule: SignOnRule | None) -> bool:
    """Tell whether an account made by the mapping still is what the mapping says; one of the desk's always is."""
    return known.made_by != FIRST_SIGN_IN or (rule is not None and rule.role == role)


def make(session: Session, claims: Claims, rule: SignOnRule) -> Account | None:
    """Make the account of whoever signs in for the first time; None where the rule's hospital is not to be found.

    An account of that name is never taken over: whoever comes then gets another login.
    """
    hospital = _organization(session, rule.organization)
    if hospital is None:
        return None
    account = Account(
        role=rule.role,
        login=_login(session, claims),
        organization_id=hospital.id,
        practitioner_id=_practitioner(session, claims, rule, hospital.id),
        state="active" if settings().oidc_second_factor == "provider" else "new",
        created_at=now(),
    )
    name = _name(claims) or account.login or ""
    account.name_zh, account.name_en = name, name if name.isascii() else ""
    session.add(account)
    session.flush()
    _add(session, account, settings().oidc_issuer, claims["sub"], FIRST_SIGN_IN)
    maker = system("single sign-on", hospital.id)
    ledger.write(session, maker, Action.CREATE_ACCOUNT, ledger.DONE, detail={"account": account.id, "role": rule.role})
    return account


def _values(claims: Claims, path: str) -> list[str]:
    """Return what a claim says, as texts; a dot leads into an object unless the claim's own name has it."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = cast("dict[str, Any]", found).get(part) if isinstance(found, dict) else None
    given = cast("list[object]", found) if isinstance(found, list) else [found]
    return [each for each in given if isinstance(each, str)]


def _organization(session: Session, code: str) -> Organization | None:
    query = select(Organization)
    rows = session.exec((query.where(Organization.code == code) if code else query).limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def _login(session: Session, claims: Claims) -> str:
    wanted = _UNFIT.sub("", str(claims.get("preferred_username", "")).casefold().partition("@")[0])[:40]
    if accounts.is_login(wanted) and not accounts.exists(session, wanted):
        return wanted
    return f"{wanted or 'sso'}-{readable(8).lower()}"


def _practitioner(session: Session, claims: Claims, rule: SignOnRule, organization_id: str) -> str | None:
    """Return a physician's entry in the directory: the one that the feed knows, else one of their own."""
    if rule.role != Role.PHYSICIAN.value:
        return None
    told = _values(claims, settings().oidc_practitioner_claim) if settings().oidc_practitioner_claim else []
    source = told[0][:100] if told else f"sign-on:{blind_of(settings().oidc_issuer, claims['sub'])}"
    found = session.exec(
        select(Practitioner).where(Practitioner.organization_id == organization_id, Practitioner.source_id == source)
    ).first()
    if found is not None:
        taken = session.exec(select(Account.id).where(Account.practitioner_id == found.id)).first()
        return None if taken else found.id
    name = _name(claims)
    made = directory.put_practitioner(session, organization_id, source, Words(name, name if name.isascii() else ""))
    department = session.exec(
        select(Department.id).where(
            Department.organization_id == organization_id,
            Department.source_id == rule.department,
            col(Department.source_id) != "",
        )
    ).first()
    directory.put_role(session, organization_id, source, title=Words(), department_id=department)
    return made


def _name(claims: Claims) -> str:
    given = claims.get("name")
    text = "".join(each for each in str(given or "") if unicodedata.category(each)[0] != "C")
    return " ".join(text.split())[:_LONGEST_NAME]


def _add(session: Session, account: Account, issuer: str, subject: str, made_by: str) -> None:
    row_id = new_id()
    session.add(
        ProviderIdentity(
            id=row_id,
            account_id=account.id,
            issuer=issuer,
            blind=blind_of(issuer, subject),
            subject=seal_text(subject, "identity_provider_identity.subject", row_id),
            made_by=made_by,
            created_at=now(),
        )
    )
    session.flush()


def _changed(session: Session, actor: Actor, account: Account, key: str) -> None:
    """A way in has changed: what is open ends, the owner hears of it, the ledger has it."""
    sessions.end_all(session, account.id)
    changes.note(session, f"account:{account.id}")
    alerts.tell(session, account.id, key)
    ledger.write(session, actor, Action.LINK_SIGN_ON, ledger.DONE, detail={"account": account.id})


def _account(session: Session, login: str) -> Account:
    found = session.exec(select(Account).where(Account.login == login.strip().casefold())).first()
    if found is None or found.role == Role.PATIENT.value:
        raise NotFound("identity.error.nobody")
    return found


def _allow(actor: Actor) -> None:
    if not decide(actor, Action.LINK_SIGN_ON).allowed:
        raise Denied(action=Action.LINK_SIGN_ON.value)
