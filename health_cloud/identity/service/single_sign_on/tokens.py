"""What the provider signs: ID tokens (OpenID Connect Core 1.0, 3.1.3.7) and logout tokens (Back-Channel Logout 1.0).

Signatures by the provider's own public keys and by algorithms of this list alone, whatever the token says of itself;
then every claim, by type and by value. The first that does not fit ends it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, cast

from joserfc import jwk, jws
from joserfc.errors import JoseError

from health_cloud.core.clock import now
from health_cloud.core.settings import settings
from health_cloud.identity.service.single_sign_on.refusals import UNTRUSTED, Refused

Claims = dict[str, Any]
Keys = Callable[[bool], list[dict[str, Any]]]
"""The provider's public keys; with True fetched anew, for a key that is not among them."""

ALGORITHMS: Final = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "EC", "ES384": "EC", "ES512": "EC", "EdDSA": "OKP",
}  # fmt: skip
"""What is accepted, and the kind of key it takes: never `none`, never a shared secret."""
LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""
OLDEST: Final = 600
"""Seconds after which a token that was made for this very answer is none."""
_LONGEST = 16_384
_LONGEST_SUBJECT = 255
_RSA_BITS = 2048
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


def identity_of(token: object, keys: Keys, *, nonce: str, access_token: str) -> Claims:
    """Return the claims of an ID token that the token endpoint gave for our own code.

    Raises:
        Refused: with the first check that it does not pass.
    """
    header, claims = _signed(token, keys)
    _common(claims)
    _subject(claims)
    if _number(claims, "exp") <= now().timestamp() - LEEWAY:
        raise _no("exp")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()) or not nonce:
        raise _no("nonce")
    if "at_hash" in claims and claims["at_hash"] != _half_hash(header["alg"], access_token):
        raise _no("at_hash")
    return claims


def two_factors(claims: Claims) -> bool:
    """Tell whether the provider says that it asked for two factors; its silence is a no."""
    methods: Any = claims.get("amr")
    said = [*(cast("list[object]", methods) if isinstance(methods, list) else []), claims.get("acr")]
    return any(each in settings().oidc_two_factors for each in said if isinstance(each, str))


def seen_at(claims: Claims) -> datetime | None:
    """Return when the person was at the provider themselves, not after now; None where that is not said, or cannot be.

    Args:
        claims: of an ID token.
    """
    at: Any = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 < at <= now().timestamp() + LEEWAY:
        return None
    return min(now(), datetime.fromtimestamp(at, UTC))


def ending_of(token: object, keys: Keys) -> Claims:
    """Return the claims of a logout token: whose sessions end, by `sub`, `sid` or both.

    Raises:
        Refused: with the first check that it does not pass.
    """
    header, claims = _signed(token, keys)
    if str(header.get("typ", "JWT")).lower().removeprefix("application/") not in {"jwt", "logout+jwt"}:
        raise _no("typ")
    _common(claims)
    if "exp" in claims and _number(claims, "exp") <= now().timestamp() - LEEWAY:
        raise _no("exp")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(cast("Claims", events).get(_LOGOUT), dict):
        raise _no("events")
    if "nonce" in claims:
        raise _no("nonce")
    if "sub" in claims:
        _subject(claims)
    elif not isinstance(claims.get("sid"), str) or not claims["sid"]:
        raise _no("sid")
    return claims


def _signed(token: object, keys: Keys) -> tuple[dict[str, Any], Claims]:
    """Return header and claims once the signature is seen to be the provider's."""
    if not isinstance(token, str) or token.count(".") != 2 or len(token) > _LONGEST:  # noqa: PLR2004 - a compact JWS
        raise _no("form")
    header = _part(token.split(".")[0])
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise _no("alg")
    if "crit" in header or "b64" in header:
        raise _no("crit")
    key = _key(header, algorithm, keys(False)) or _key(header, algorithm, keys(True))
    if key is None:
        raise _no("kid")
    try:
        registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        jws.deserialize_compact(token, key, algorithms=[algorithm], registry=registry)
    except (JoseError, ValueError, TypeError) as problem:
        raise _no("signature") from problem
    return header, _part(token.split(".")[1])


def _part(text: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as problem:
        raise _no("form") from problem
    if not isinstance(found, dict):
        raise _no("form")
    return cast("dict[str, Any]", found)


def _key(header: dict[str, Any], algorithm: str, known: list[dict[str, Any]]) -> jwk.Key | None:
    """Return the key that the token names; one that names none is only clear where there is one."""
    fitting = [
        each
        for each in known
        if each.get("kty") == ALGORITHMS[algorithm]
        and each.get("use", "sig") == "sig"
        and each.get("alg", algorithm) == algorithm
    ]
    if "kid" in header:
        fitting = [each for each in fitting if each.get("kid") == header["kid"]]
    if len(fitting) != 1:
        return None
    public = {name: value for name, value in fitting[0].items() if name in {"kty", "n", "e", "crv", "x", "y"}}
    try:
        key = jwk.import_key(public)
        weak = public["kty"] == "RSA" and int.from_bytes(_bytes(public["n"])).bit_length() < _RSA_BITS
    except (JoseError, ValueError, TypeError, KeyError) as problem:
        raise _no("key") from problem
    if weak:
        raise _no("key")
    return key


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _common(claims: Claims) -> None:
    if claims.get("iss") != settings().oidc_issuer:
        raise _no("iss")
    _audience(claims)
    at = now().timestamp()
    if not at - OLDEST - LEEWAY <= _number(claims, "iat") <= at + LEEWAY:
        raise _no("iat")
    if "nbf" in claims and _number(claims, "nbf") > at + LEEWAY:
        raise _no("nbf")


def _audience(claims: Claims) -> None:
    given: object = claims.get("aud")
    audiences = cast("list[object]", given) if isinstance(given, list) else [given]
    ours = settings().oidc_client_id
    if ours not in audiences or not all(isinstance(each, str) for each in audiences):
        raise _no("aud")
    if ("azp" in claims or len(audiences) > 1) and claims.get("azp") != ours:
        raise _no("azp")


def _subject(claims: Claims) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise _no("sub")


def _number(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        raise _no(name)
    return value


def _half_hash(algorithm: str, text: str) -> str:
    """Return the left half of a token's hash, by the algorithm of the signature (3.1.3.6)."""
    name = {"256": "sha256", "384": "sha384"}.get(algorithm[-3:], "sha512")
    digest = hashlib.new(name, text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")


def _no(check: str) -> Refused:
    return Refused(UNTRUSTED, check)
