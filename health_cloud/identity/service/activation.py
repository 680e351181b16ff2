"""Setting up an account: password, authenticator, recovery codes; the same for patients, physicians and staff.

The way in is a proved verification (patients) or an activation code from the hospital (physicians, staff). Until
the first code of the authenticator is confirmed nothing of the account changes. Doing it again needs more: see
`recoveries.may_replace`. It replaces both factors, or the forgotten password alone where the authenticator was
shown, ends every session and is told to the contact the hospital holds.
"""

from __future__ import annotations

import hmac
import json
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from health_cloud.core import changes, db, ledger
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Invalid
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action, Role
from health_cloud.core.words import Language, Words
from health_cloud.identity.models import Account, Code, Verification
from health_cloud.identity.service import (
    alerts,
    ceremony,
    passkeys,
    passwords,
    recoveries,
    sessions,
    throttle,
    totp,
    verification,
)
from health_cloud.identity.service.ceremony import NewKey, Purpose
from health_cloud.identity.service.people import organization_names, person_name
from health_cloud.identity.views import ActivationPage
from health_cloud.notify.views import Kind

PURPOSE = "activate"
LIFE = timedelta(minutes=30)
_CONTENT = "identity_verification.content"
_READY = "proved"
_DONE = "activated"
_NOBODY = "-"
_LONGEST = 100


def claim(session: Session, actor: Actor, visitor: Visitor, login: str, code: str) -> ActivationPage:
    """Begin with the activation code that a physician or staff member was handed.

    Raises:
        Invalid: login and code do not fit; what, is not told.
        Slowed: too many attempts.
    """
    del actor
    if not visitor.device:
        raise Invalid("identity.error.no_cookie")
    typed = login[:_LONGEST].strip().casefold()
    account = session.exec(select(Account).where(Account.login == typed)).first()
    open_codes = session.exec(
        select(Code).where(
            Code.account_id == (account.id if account else _NOBODY),
            Code.purpose == "account",
            col(Code.used_at).is_(None),
            col(Code.expires_at) > now(),
        )
    ).all()
    digest = verification.printed_blind(code[:_LONGEST])
    fit = next((each for each in open_codes if hmac.compare_digest(each.blind, digest)), None)
    if account is None or fit is None or account.state == "disabled":
        ledger.prepare(session)
        ledger.write(session, NOBODY, Action.ACTIVATE_ACCOUNT, ledger.FAILED)
        return ActivationPage()
    fit.used_at = now()
    verification.give_up(session, NOBODY, visitor)
    row = Verification(
        id=new_id(),
        device=sessions.device_blind(visitor),
        account_id=account.id,
        state=_READY,
        created_at=now(),
        expires_at=now() + LIFE,
    )
    session.add(row)
    session.flush()
    throttle.give_back(session, visitor, PURPOSE, typed)
    return _page(session, row)


def claim_account(visitor: Visitor, login: str, code: str) -> ActivationPage:
    """Count the attempt, then judge it; see `claim`."""
    db.perform(_charge, NOBODY, visitor, login[:_LONGEST].strip().casefold())
    page = db.perform(claim, NOBODY, visitor, login, code)
    if page.state == "none":
        raise Invalid("identity.error.activation")
    return page


def current(session: Session, actor: Actor, visitor: Visitor) -> ActivationPage:
    """Return how far this browser is; where there is nothing to set up, a page in state `none`."""
    del actor
    row = verification.look(session, visitor, _READY, _DONE)
    return _page(session, row) if row else ActivationPage()


def set_password(visitor: Visitor, password: str) -> ActivationPage:
    """Take the password; it waits, hashed and sealed, until the authenticator is confirmed.

    Raises:
        Invalid: too short, too common, or made of what everybody knows of the person.
        Conflict: there is nothing to set up in this browser.
    """
    passwords.check(password, db.perform(_about, NOBODY, visitor))
    return db.perform(_keep_password, NOBODY, visitor, passwords.hash_password(password))


def confirm(session: Session, actor: Actor, visitor: Visitor, code: str, language: Language) -> ActivationPage:
    """Confirm the authenticator by its first code; the account opens and the recovery codes are shown this once.

    Raises:
        Invalid: the code is not the authenticator's.
        Conflict: there is nothing to set up in this browser.
    """
    del actor
    row = verification.found(session, visitor, _READY)
    content = _read(row)
    secret = str(content.get("secret", ""))
    step = totp.step_of(secret, "".join(code.split())[:_LONGEST], now()) if secret else 0
    if not step:
        raise Invalid("identity.error.authenticator", field="code")
    content["step"] = step
    return _settle(session, row, content, visitor, language)


def ask_passkey(session: Session, actor: Actor, visitor: Visitor) -> str:
    """Return what the browser is to make a passkey from, in place of the authenticator: it must verify the person.

    Raises:
        Conflict: there is nothing to set up in this browser, or no password yet.
    """
    del actor
    row = verification.found(session, visitor, _READY)
    account, content = _account(session, row), _read(row)
    if "password" not in content:
        raise Conflict("identity.error.over")
    content["handle"] = account.id
    _write(session, row, content)
    name = passkeys.label(session, account)
    return ceremony.ask_for_new(session, visitor, Purpose.ACTIVATE, account.id, name, (), verified=True)


def confirm_passkey(visitor: Visitor, text: str, language: Language) -> ActivationPage:
    """Take the passkey that the browser has just made in place of an authenticator; see `confirm`.

    Raises:
        Invalid: it proves nothing, does not verify the person, or was made for another question.
        Conflict: there is nothing to set up in this browser.
    """
    new = ceremony.read_new(text)
    ceremony.spend(visitor, Purpose.ACTIVATE, db.perform(_handle, NOBODY, visitor), new.challenge)
    return db.perform(_confirm_passkey, NOBODY, visitor, new, language)


def enter(session: Session, actor: Actor, visitor: Visitor) -> str:
    """Sign in right after setting up, once; returns the entry code.

    Raises:
        Conflict: not in this browser, or already done.
    """
    del actor
    row = verification.found(session, visitor, _DONE)
    row.state = "used"
    session.add(row)
    account = session.get_one(Account, row.account_id)
    if account.state != "active":  # closed since
        raise Conflict("identity.error.over")
    made = sessions.plain_actor(account, visitor)
    ledger.prepare(session, made.person_id, made.organization_id)
    ledger.write(session, made, Action.SIGN_IN, ledger.DONE, person_id=made.person_id)
    return sessions.begin(session, account, visitor, "activation")


def _charge(session: Session, actor: Actor, visitor: Visitor, typed: str) -> None:
    del actor
    throttle.charge(session, visitor, PURPOSE, typed)


def _about(session: Session, actor: Actor, visitor: Visitor) -> tuple[str, ...]:
    """Return the words that anybody who knows the person knows."""
    del actor
    row = verification.found(session, visitor, _READY)
    account = session.get(Account, row.account_id) if row.account_id else None
    names = [person_name(session, row.person_id)] if row.person_id else []
    if account is not None:
        names += [Words(account.name_zh, account.name_en), Words.same(account.login or "")]
        names += organization_names(session, (account.organization_id or "",)).values()
    words = [part for name in names for text in (name.zh, name.en) for part in (text, *text.split())]
    number = str(_read(row).get("number", ""))
    return tuple({*words, number, number[-8:], number[6:14], "healthcloud", "健康云"} - {""})


def _handle(session: Session, actor: Actor, visitor: Visitor) -> str:
    del actor
    return str(_read(verification.found(session, visitor, _READY)).get("handle", ""))


def _confirm_passkey(
    session: Session, actor: Actor, visitor: Visitor, new: NewKey, language: Language
) -> ActivationPage:
    del actor
    row = verification.found(session, visitor, _READY)
    return _settle(session, row, _read(row), visitor, language, new)


def _settle(
    session: Session,
    row: Verification,
    content: dict[str, Any],
    visitor: Visitor,
    language: Language,
    new: NewKey | None = None,
) -> ActivationPage:
    """Write the factors into the account, end all earlier ones and what was open, and tell the owner."""
    account = _account(session, row)
    known = account.state == "active"
    account.state, account.failures, account.language = "active", 0, language
    account.password_hash = str(content["password"])
    if not content.get("keeps"):
        _replace_factors(session, account, content, visitor, new)
    session.add(account)
    session.flush()
    recovery = [] if content.get("keeps") else totp.new_recovery_codes(session, account.id)
    recoveries.conclude(session, account, content)
    sessions.end_all(session, account.id)
    changes.note(session, f"account:{account.id}")
    row.state, row.account_id, row.content = _DONE, account.id, None
    row.expires_at = now() + LIFE
    session.add(row)
    made = sessions.plain_actor(account, visitor)
    ledger.prepare(session, made.person_id, made.organization_id)
    act = Action.CHANGE_FACTOR if known else Action.ACTIVATE_ACCOUNT
    ledger.write(session, made, act, ledger.DONE, person_id=made.person_id, detail={"account": account.id})
    if known and account.person_id:
        alerts.tell(session, account.id, "identity.recovery.told_done", kind=Kind.FACTOR, link="/me")
    keeps = bool(content.get("keeps"))
    return ActivationPage(state="done", role=account.role, known=known, keeps=keeps, recovery=tuple(recovery))


def _replace_factors(
    session: Session, account: Account, content: dict[str, Any], visitor: Visitor, new: NewKey | None
) -> None:
    """Put the new authenticator or passkey in place of all that were."""
    secret = "" if new else str(content["secret"])
    account.totp = seal_text(secret, "identity_account.totp", account.id) if secret else None
    account.totp_step = int(content["step"]) if secret else 0
    session.add(account)
    session.flush()
    passkeys.forget_all(session, account.id)
    if new:
        passkeys.keep(session, account, visitor, new, handle=str(content["handle"]), verified=True)


def _keep_password(session: Session, actor: Actor, visitor: Visitor, hashed: str) -> ActivationPage:
    del actor
    row = verification.found(session, visitor, _READY)
    _account(session, row)
    content = _read(row)
    content["password"] = hashed
    if content.get("keeps"):
        return _settle(session, row, content, visitor, visitor.language)
    content.setdefault("secret", totp.new_secret())
    _write(session, row, content)
    return _page(session, row)


def _account(session: Session, row: Verification) -> Account:
    """Return the account to set up; a patient's is made here, at the very end.

    Raises:
        Invalid: the account is closed.
        Conflict: it is in use, and whoever is here may not replace its factors.
    """
    if row.account_id:
        account = session.get_one(Account, row.account_id)
        if account.state == "disabled":  # closed while its set-up was under way
            raise Invalid("identity.error.disabled")
        return account
    found = session.exec(select(Account).where(Account.person_id == row.person_id).with_for_update()).first()
    if found is not None and found.state == "disabled":
        raise Invalid("identity.error.disabled")
    if found is not None and recoveries.is_in_use(found) and row.state == _READY:
        content = _read(row)
        if not recoveries.may_replace(session, found, content, row.device):
            raise Conflict("identity.error.in_use")
    made_id = str(_read(row).get("handle") or new_id())
    return found or Account(id=made_id, role=Role.PATIENT.value, person_id=row.person_id, created_at=now())


def _page(session: Session, row: Verification) -> ActivationPage:
    if row.state == _DONE:
        account = session.get_one(Account, row.account_id)
        return ActivationPage(state="done", role=account.role)
    try:
        account = _account(session, row)
    except Conflict:
        return ActivationPage(state="recover", known=True)
    content = _read(row)
    name = person_name(session, row.person_id) if row.person_id else Words(account.name_zh, account.name_en)
    secret = str(content.get("secret", ""))
    address = totp.uri(secret, account.login or name.pick("zh")) if secret else ""
    picture, size = totp.picture(address) if secret else ("", 0)
    return ActivationPage(
        state="authenticator" if secret else "password",
        name=name,
        role=account.role,
        known=account.state == "active",
        keeps=bool(content.get("keeps")),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        address=address,
        picture=picture,
        size=size,
        demo_code=totp.demo_code(secret),
    )


def _read(row: Verification) -> dict[str, Any]:
    return json.loads(unseal_text(row.content, _CONTENT, row.id) or "{}")


def _write(session: Session, row: Verification, content: dict[str, Any]) -> None:
    row.content = seal_text(json.dumps(content, ensure_ascii=False), _CONTENT, row.id)
    session.add(row)
