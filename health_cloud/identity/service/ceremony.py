"""The WebAuthn ceremonies: what a browser is asked, once, and whether its answer holds (WebAuthn Level 3, section 7).

A challenge is bound to the browser that asked, to a purpose and, where it is known, to the account; it is taken out
of the database, in a transaction of its own, before anything is judged: whatever comes of it, it is used up.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import cast
from urllib.parse import urlsplit

import webauthn
from cbor2 import CBORError
from cryptography.exceptions import UnsupportedAlgorithm
from sqlalchemy import CursorResult, delete
from sqlmodel import Session, col
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from health_cloud.core import db
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind
from health_cloud.core.errors import Invalid
from health_cloud.core.settings import settings
from health_cloud.identity.models import PasskeyChallenge
from health_cloud.identity.service.sessions import device_blind

NAME = "Health Cloud"
LIFE = timedelta(minutes=5)
LONGEST = 20_000
_BYTES = 32
_UNFIT = "identity.passkey.error.unfit"
_MALFORMED = (
    WebAuthnException,
    CBORError,
    UnsupportedAlgorithm,
    struct.error,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""All that the library raises over an answer that is none; whoever sent it is told one thing."""


class Purpose(StrEnum):
    """What a challenge is for; an answer to one opens nothing else."""

    SIGN_IN = "sign_in"
    SECOND = "second"
    PROVE = "prove"
    UNLOCK = "unlock"
    SIGN_ON = "sign_on"
    ADD = "add"
    ACTIVATE = "activate"


@dataclass(frozen=True)
class Answer:
    """What an authenticator signed, as it came; nothing of it is believed yet.

    `handle` is the user handle, empty where the authenticator kept none.
    """

    credential: AuthenticationCredential
    credential_id: str
    challenge: bytes
    handle: str


@dataclass(frozen=True)
class NewKey:
    """A passkey just made, as it came; nothing of it is believed yet."""

    credential: RegistrationCredential
    challenge: bytes
    transports: str


def party() -> str:
    """Return the relying party's id: the host that people type.

    Raises:
        Invalid: browsers allow no passkeys there: by plain http on another machine, or at a bare address.
    """
    url = urlsplit(settings().origin)
    host = url.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    if _is_address(host) or not (settings().https or local):
        raise Invalid("identity.passkey.problem.place")
    return host


def ask_for_new(
    session: Session, visitor: Visitor, purpose: Purpose, handle: str, name: str, kept: Sequence[str], *, verified: bool
) -> str:
    """Return what `navigator.credentials.create` is to be called with, as JSON.

    Every passkey has to be discoverable: at sign-in nobody is told whose credentials there are (R2).

    Args:
        session: the transaction.
        visitor: where the answer has to come from.
        purpose: `ADD` or `ACTIVATE`.
        handle: user handle; also what the challenge is bound to.
        name: under which the device lists it.
        kept: credential ids there are already; the same device is not asked to make a second.
        verified: whether it must verify the person.
    """
    wanted = UserVerificationRequirement.REQUIRED if verified else UserVerificationRequirement.PREFERRED
    options = webauthn.generate_registration_options(
        rp_id=party(),
        rp_name=NAME,
        user_name=name or NAME,
        user_id=handle.encode(),
        challenge=_issue(session, visitor, purpose, handle),
        timeout=int(LIFE.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=wanted
        ),
        exclude_credentials=_described(kept),
    )
    return webauthn.options_to_json(options)


def ask_for_answer(
    session: Session, visitor: Visitor, purpose: Purpose, account_id: str = "", known: Sequence[str] = ()
) -> str:
    """Return what `navigator.credentials.get` is to be called with, as JSON; without `known`, of anybody."""
    verified = purpose in (Purpose.SIGN_IN, Purpose.UNLOCK, Purpose.SIGN_ON)
    options = webauthn.generate_authentication_options(
        rp_id=party(),
        challenge=_issue(session, visitor, purpose, account_id),
        timeout=int(LIFE.total_seconds() * 1000),
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED if verified else UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options)


def read_answer(text: str) -> Answer:
    """Read the browser's JSON.

    Raises:
        Invalid: it is none.
    """
    with _well_formed(text):
        credential = parse_authentication_credential_json(text)
        client = parse_client_data_json(credential.response.client_data_json)
        handle = (credential.response.user_handle or b"").decode()
        return Answer(credential, bytes_to_base64url(credential.raw_id), client.challenge, handle)


def read_new(text: str) -> NewKey:
    """Read the browser's JSON.

    Raises:
        Invalid: it is none.
    """
    with _well_formed(text):
        credential = parse_registration_credential_json(text)
        client = parse_client_data_json(credential.response.client_data_json)
        transports = " ".join(each.value for each in credential.response.transports or ())
        return NewKey(credential, client.challenge, transports)


def spend(visitor: Visitor, purpose: Purpose, owner: str, challenge: bytes) -> None:
    """Use up a challenge; of many answers to it one goes on.

    Raises:
        Invalid: never asked, already used, too old, from another browser, for something or somebody else.
    """
    if not db.perform(_take, NOBODY, visitor, purpose, owner, challenge):
        raise Invalid("identity.passkey.error.over")


def check_new(new: NewKey, *, verified: bool) -> VerifiedRegistration:
    """Return what the answer proves (section 7.1); its challenge has been spent.

    Raises:
        Invalid: it proves nothing.
    """
    with _well_formed():
        _refuse_framed(new.credential.response.client_data_json)
        return webauthn.verify_registration_response(
            credential=new.credential,
            expected_challenge=new.challenge,
            expected_rp_id=party(),
            expected_origin=_origins(),
            require_user_verification=verified,
        )


def check_answer(answer: Answer, public_key: bytes, *, verified: bool) -> VerifiedAuthentication:
    """Return what the answer proves (section 7.2); its challenge has been spent.

    The counter is left to the caller: only beside a right signature does it tell that there is a copy.

    Raises:
        Invalid: it proves nothing.
    """
    with _well_formed():
        _refuse_framed(answer.credential.response.client_data_json)
        return webauthn.verify_authentication_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=party(),
            expected_origin=_origins(),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=verified,
        )


def _origins() -> list[str]:
    return [origin for origin in settings().origins if urlsplit(origin).hostname == party()]


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _described(ids: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(each)) for each in ids]


def _issue(session: Session, visitor: Visitor, purpose: Purpose, owner: str) -> bytes:
    if not visitor.device:
        raise Invalid("identity.error.no_cookie")
    at = now()
    session.exec(delete(PasskeyChallenge).where(col(PasskeyChallenge.expires_at) <= at))
    challenge = secrets.token_bytes(_BYTES)
    session.add(
        PasskeyChallenge(
            blind=_blind(challenge),
            purpose=purpose.value,
            device=device_blind(visitor),
            account_id=owner,
            expires_at=at + LIFE,
        )
    )
    return challenge


def _take(session: Session, actor: Actor, visitor: Visitor, purpose: Purpose, owner: str, challenge: bytes) -> bool:
    del actor
    taken = cast(
        "CursorResult[tuple[()]]",
        session.exec(
            delete(PasskeyChallenge).where(
                col(PasskeyChallenge.blind) == _blind(challenge),
                col(PasskeyChallenge.purpose) == purpose.value,
                col(PasskeyChallenge.device) == device_blind(visitor),
                col(PasskeyChallenge.account_id) == owner,
                col(PasskeyChallenge.expires_at) > now(),
            )
        ),
    )
    return bool(visitor.device and taken.rowcount)


def _blind(challenge: bytes) -> str:
    return blind(bytes_to_base64url(challenge), "identity_passkey_challenge.blind")


def _refuse_framed(client_data: bytes) -> None:
    """A page of somebody else's that frames ours gets no signature that counts."""
    if parse_client_data_json(client_data).cross_origin:
        raise Invalid(_UNFIT)


@contextmanager
def _well_formed(text: str = "") -> Generator[None]:
    if len(text) > LONGEST:
        raise Invalid(_UNFIT)
    try:
        yield
    except Invalid:
        raise
    except _MALFORMED:
        raise Invalid(_UNFIT) from None
