# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false
# Authlib has no types; what comes out of it is checked here, value by value.
"""The hospital's provider as its discovery document describes it, and the three things said to it.

Discovery and keys are kept for an hour in each worker; a key that is not among them makes them be fetched anew, once
a minute at most, so that a provider may change its keys and nobody can make us call it without end.
"""

from __future__ import annotations

import threading
import time
import warnings
from dataclasses import dataclass
from typing import Any, Final, cast

import httpx

from health_cloud.core.settings import settings
from health_cloud.identity.service.single_sign_on import calls, tokens
from health_cloud.identity.service.single_sign_on.refusals import SILENT, UNTRUSTED, Refused

with warnings.catch_warnings():
    import authlib.deprecate as _speaks_up  # puts its own filter first, so ours has to come after it

    warnings.simplefilter("ignore", _speaks_up.AuthlibDeprecationWarning)  # it would rather have httpx's successor
    from authlib.integrations.base_client.errors import OAuthError
    from authlib.integrations.httpx_client import OAuth2Client

BACK: Final = "/auth/oidc/back"
KEPT: Final = 3600.0
ANEW: Final = 60.0
_MOST_KEYS = 50


@dataclass(frozen=True)
class Metadata:
    """What of the discovery document is used; every address is one of the provider's own hosts."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    leaving: str
    names_itself: bool
    """Whether its answers carry `iss` (RFC 9207)."""
    secret_in_body: bool


class _Kept:
    """What this worker knows of the provider."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.issuer = ""
        self.metadata: Metadata | None = None
        self.metadata_at = 0.0
        self.keys: list[dict[str, Any]] = []
        self.keys_at = 0.0
        self.asked_at = -ANEW


_kept = _Kept()


def forget() -> None:
    """Forget what is kept; for tests, which change providers."""
    _kept.forget()


def configured() -> bool:
    """Tell whether this installation has single sign-on."""
    return bool(settings().oidc_issuer)


def metadata() -> Metadata:
    """Return the provider's metadata.

    Raises:
        Refused: it does not answer, or what it says is not usable.
    """
    issuer = settings().oidc_issuer
    if _kept.issuer != issuer:
        _kept.forget()
        _kept.issuer = issuer
    if _kept.metadata is None or time.monotonic() - _kept.metadata_at >= KEPT:
        with _client() as client:
            found = _json(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        _kept.metadata, _kept.metadata_at = _read(found), time.monotonic()
    return _kept.metadata


def keys(anew: bool = False) -> list[dict[str, Any]]:
    """Return the provider's public keys.

    Args:
        anew: a key is wanted that is not among those kept.
    """
    where, at = metadata().keys, time.monotonic()
    with _kept.lock:
        stale = not _kept.keys or at - _kept.keys_at >= KEPT
        if stale or (anew and at - _kept.asked_at >= ANEW):
            if not stale:
                _kept.asked_at = at
            with _client() as client:
                found = _json(client, where).get("keys")
            if not isinstance(found, list):
                raise Refused(UNTRUSTED, "keys")
            given = cast("list[object]", found)[:_MOST_KEYS]
            _kept.keys = [cast("dict[str, Any]", each) for each in given if isinstance(each, dict)]
            _kept.keys_at = at
        return _kept.keys


def address(state: str, nonce: str, verifier: str, *, again: bool) -> str:
    """Return where the browser goes to sign in: code flow, PKCE with S256, nonce.

    Args:
        state: which attempt.
        nonce: comes back in the ID token.
        verifier: its hash goes along; we alone can redeem the code.
        again: the provider is to see the person anew, however lately it did.
    """
    more: dict[str, str] = {"prompt": "login", "max_age": "0"} if again else {}
    if settings().oidc_acr_values:
        more["acr_values"] = settings().oidc_acr_values
    where = metadata().authorization
    with _client() as client:
        url, _ = client.create_authorization_url(where, state=state, code_verifier=verifier, nonce=nonce, **more)
    return str(url)


def redeem(code: str, nonce: str, verifier: str) -> tuple[tokens.Claims, str]:
    """Redeem a code; returns who it is about, and the ID token that says so.

    Raises:
        Refused: the provider does not answer, does not take the code, or its answer does not hold.
    """
    known = metadata()
    with _client() as client:
        try:
            given: Any = client.fetch_token(
                known.token,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=settings().origin + BACK,
            )
        except OAuthError as problem:
            raise Refused(UNTRUSTED, "code") from problem
        except httpx.HTTPError as problem:
            raise Refused(SILENT, "token") from problem
        except (ValueError, TypeError, AttributeError, RecursionError) as problem:
            raise Refused(UNTRUSTED, "token") from problem
        answer = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        access = answer.get("access_token")
        if not isinstance(access, str) or str(answer.get("token_type")).lower() != "bearer":
            raise Refused(UNTRUSTED, "token")
        claims = tokens.identity_of(answer.get("id_token"), keys, nonce=nonce, access_token=access)
        if settings().oidc_userinfo and known.userinfo:
            told = _json(client, known.userinfo, {"authorization": f"Bearer {access}"})
            if told.get("sub") != claims["sub"]:
                raise Refused(UNTRUSTED, "userinfo")
            claims = {**told, **claims}
    return claims, str(answer["id_token"])


def _client() -> Any:
    """Return a client of Authlib that calls nobody else; it is httpx's own too."""
    file = settings().oidc_client_secret_file
    try:
        secret = file.read_text().strip() if file else None
    except OSError as problem:
        raise Refused(SILENT, "secret") from problem
    known = _kept.metadata
    with_secret = "client_secret_post" if known and known.secret_in_body else "client_secret_basic"
    return OAuth2Client(
        settings().oidc_client_id,
        secret,
        token_endpoint_auth_method=with_secret if secret else "none",
        scope=" ".join(dict.fromkeys(["openid", *settings().oidc_scopes.split()])),
        redirect_uri=settings().origin + BACK,
        code_challenge_method="S256",
        transport=calls.Bounded(),
        timeout=calls.SECONDS / 2,
        follow_redirects=False,
        trust_env=False,
    )


def _json(client: Any, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        answer = client.request("GET", url, withhold_token=True, headers=headers or {})
    except httpx.HTTPError as problem:
        raise Refused(SILENT, "answer") from problem
    if answer.status_code != httpx.codes.OK:
        raise Refused(SILENT, "status")
    try:
        found = answer.json()
    except (ValueError, RecursionError) as problem:
        raise Refused(UNTRUSTED, "json") from problem
    if not isinstance(found, dict):
        raise Refused(UNTRUSTED, "json")
    return cast("dict[str, Any]", found)


def _read(found: dict[str, Any]) -> Metadata:
    if found.get("issuer") != settings().oidc_issuer:
        raise Refused(UNTRUSTED, "issuer")
    if "S256" not in found.get("code_challenge_methods_supported", ["S256"]):
        raise Refused(UNTRUSTED, "pkce")
    methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        authorization=calls.require_own(found.get("authorization_endpoint", "")),
        token=calls.require_own(found.get("token_endpoint", "")),
        keys=calls.require_own(found.get("jwks_uri", "")),
        userinfo=_optional(found, "userinfo_endpoint"),
        leaving=_optional(found, "end_session_endpoint"),
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
        secret_in_body="client_secret_basic" not in methods and "client_secret_post" in methods,
    )


def _optional(found: dict[str, Any], name: str) -> str:
    return calls.require_own(found[name]) if found.get(name) else ""
