"""R8: whatever is wrong with what a provider, or somebody in its place, answers: nobody is signed in."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwk
from sqlmodel import select

from health_cloud.core import db, ledger
from health_cloud.core.clock import clock, now
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action
from health_cloud.identity.models import Account, SignInSession
from health_cloud.identity.service.single_sign_on import calls, flow
from health_cloud.identity.service.single_sign_on.flow import Answer
from health_cloud.identity.service.single_sign_on.refusals import Refused
from tests.identity.single_sign_on.provider import CLIENT, Provider, answer, drip, encoded, redirect, signed
from tests.people import Town, at

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # whatever the database: same judgement

OTHER = jwk.generate_key("RSA", 2048, {"kid": "one"})
WEAK = jwk.generate_key("RSA", 1024, {"kid": "one"})
CURVE = jwk.generate_key("EC", "P-256", {"kid": "one"})


def _go(provider: Provider, **changed: str) -> str:
    """Go to the provider and back; what comes back may be changed on the way."""
    begun = flow.begin(at())
    back = provider.consent(begun.address) | changed
    return flow.finish(at(), Answer(back["state"], back["code"], back["iss"]), begun.secret).entry


def _sessions() -> int:
    with db.reading() as session:
        return len(session.exec(select(SignInSession.id)).all())


def _lines() -> list[tuple[str, str]]:
    """Return outcome and check of each sign-in, as the ledger has them."""
    with db.reading() as session:
        rows = session.exec(select(LedgerLine).where(LedgerLine.action == Action.SIGN_IN.value)).all()
        return [(row.outcome, json.loads(row.detail).get("check", "")) for row in rows]


def _refused(check: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.cause == check
    assert _sessions() == 0
    assert _lines() == [(ledger.FAILED, check)]


def test_an_honest_answer_signs_in(town: Town, provider: Provider) -> None:
    """Everything below differs from this by one thing."""
    assert _go(provider)
    assert _sessions() == 1
    assert _lines() == [(ledger.DONE, "")]


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{encoded(header | {'alg': 'none'})}.{encoded(claims)}."


def _by_public_key(provider: Provider) -> Callable[[dict[str, Any], dict[str, Any]], str]:
    """HS256 with the public key as the secret, as a library that trusts `alg` would verify it."""
    secret = provider.key.as_pem(private=False)

    def forged(header: dict[str, Any], claims: dict[str, Any]) -> str:
        body = f"{encoded(header | {'alg': 'HS256'})}.{encoded(claims)}"
        return f"{body}.{base64.urlsafe_b64encode(hmac.digest(secret, body.encode(), 'sha256')).decode().rstrip('=')}"

    return forged


TOKENS: dict[str, tuple[str, dict[str, Any]]] = {
    "unsigned": ("alg", {"token": _unsigned}),
    "unsigned, spelled otherwise": (
        "alg",
        {"header": {"alg": "nOnE"}, "token": lambda h, c: f"{encoded(h)}.{encoded(c)}."},
    ),
    "no signature": ("signature", {"token": lambda h, c: f"{encoded(h)}.{encoded(c)}."}),
    "another's key": ("signature", {"token": lambda h, c: signed(h, c, OTHER)}),
    "key brought along": (
        "signature",
        {"token": lambda h, c: signed(h | {"jwk": OTHER.as_dict(private=False)}, c, OTHER)},
    ),
    "kind of key confused": ("kid", {"token": lambda h, c: signed(h | {"alg": "ES256"}, c, CURVE)}),
    "a weak key": (
        "key",
        {"token": lambda h, c: signed(h, c, WEAK), "keys": [{**WEAK.as_dict(private=False), "use": "sig"}]},
    ),
    "critical extension": ("crit", {"token": lambda h, c: f"{encoded(h | {'crit': ['x'], 'x': 1})}.{encoded(c)}.eA"}),
    "unknown kid": ("kid", {"header": {"kid": "two"}}),
    "a key for encryption": ("kid", {"keys": [{**OTHER.as_dict(private=False), "use": "enc"}]}),
    "keys of nobody": ("kid", {"keys": []}),
    "keys that are none": ("key", {"keys": [{"kty": "RSA", "kid": "one", "n": "!", "e": 7}]}),
    "no form": ("form", {"token": lambda h, c: "not.a.token"}),
    "no token": ("form", {"token": lambda h, c: ""}),
    "another issuer": ("iss", {"claims": {"iss": "https://other.example"}}),
    "issuer with a slash more": ("iss", {"claims": {"iss": "SLASH"}}),
    "for another client": ("aud", {"claims": {"aud": "another"}}),
    "for nobody": ("aud", {"without": ("aud",)}),
    "for several, without azp": ("azp", {"claims": {"aud": [CLIENT, "another"]}}),
    "for another's use": ("azp", {"claims": {"azp": "another"}}),
    "audience of odd kind": ("aud", {"claims": {"aud": [CLIENT, 7]}}),
    "expired": ("exp", {"claims": {"exp": -61}}),
    "without an end": ("exp", {"without": ("exp",)}),
    "an end in words": ("exp", {"claims": {"exp": "tomorrow"}}),
    "an end beyond numbers": ("exp", {"claims": {"exp": 1e300}}),
    "from the future": ("iat", {"claims": {"iat": 120}}),
    "long ago": ("iat", {"claims": {"iat": -900}}),
    "without a time": ("iat", {"without": ("iat",)}),
    "not yet": ("nbf", {"claims": {"nbf": 120}}),
    "another nonce": ("nonce", {"claims": {"nonce": "somebody else's"}}),
    "no nonce": ("nonce", {"without": ("nonce",)}),
    "another access token": ("at_hash", {"claims": {"at_hash": "AAAA"}}),
    "nobody": ("sub", {"without": ("sub",)}),
    "somebody endless": ("sub", {"claims": {"sub": "x" * 256}}),
    "a list of people": ("sub", {"claims": {"sub": ["doctor-1"]}}),
}


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_that_does_not_hold(town: Town, provider: Provider, name: str) -> None:
    check, changed = TOKENS[name]
    values = dict(changed.get("claims", {}))
    for each in ("exp", "iat", "nbf"):
        if isinstance(values.get(each), int):
            values[each] += int(now().timestamp())
    if values.get("iss") == "SLASH":
        values["iss"] = f"{provider.url}/"
    vars(provider).update({**changed, "claims": values})
    _refused(check, lambda: _go(provider))


def test_signed_with_the_public_key_as_a_secret(town: Town, provider: Provider) -> None:
    provider.token = _by_public_key(provider)
    _refused("alg", lambda: _go(provider))


def test_without_kid_only_one_key_is_clear(town: Town, provider: Provider) -> None:
    provider.token = lambda header, claims: signed({"alg": "RS256"}, claims, provider.key)
    provider.keys = [{**key.as_dict(private=False), "kid": name} for key, name in ((provider.key, "one"), (OTHER, "2"))]
    _refused("kid", lambda: _go(provider))


def test_keys_may_change_and_are_not_asked_for_without_end(town: Town, provider: Provider) -> None:
    assert _go(provider)
    fresh = jwk.generate_key("RSA", 2048, {"kid": "two"})
    provider.keys = [fresh.as_dict(private=False)]
    provider.header, provider.token = {"kid": "two"}, lambda header, claims: signed(header, claims, fresh)
    assert _go(provider)
    before = provider.asked.count("/keys")
    provider.header = {"kid": "three"}
    for _ in range(3):
        with pytest.raises(Refused):
            _go(provider)
    assert provider.asked.count("/keys") == before


class TestAnswers:
    """What comes back through the browser."""

    def test_of_another_provider(self, town: Town, provider: Provider) -> None:
        _refused("mix_up", lambda: _go(provider, iss="https://other.example"))

    def test_that_does_not_name_its_provider(self, town: Town, provider: Provider) -> None:
        _refused("mix_up", lambda: _go(provider, iss=""))

    def test_with_another_state(self, town: Town, provider: Provider) -> None:
        _refused("state", lambda: _go(provider, state="of my own making"))

    def test_without_state(self, town: Town, provider: Provider) -> None:
        _refused("state", lambda: _go(provider, state=""))

    def test_with_a_code_of_somebody_elses(self, town: Town, provider: Provider) -> None:
        """The attacker's code, put into the victim's browser: the provider has another challenge for it."""
        theirs = provider.consent(flow.begin(at("attacker")).address)["code"]
        _refused("code", lambda: _go(provider, code=theirs))

    def test_with_a_code_that_is_none(self, town: Town, provider: Provider) -> None:
        _refused("code", lambda: _go(provider, code=""))

    def test_a_second_time(self, town: Town, provider: Provider) -> None:
        begun = flow.begin(at())
        back = provider.consent(begun.address)
        answer = Answer(back["state"], back["code"], back["iss"])
        assert flow.finish(at(), answer, begun.secret).entry
        provider.consent(begun.address)
        with pytest.raises(Refused) as refused:
            flow.finish(at(), answer, begun.secret)
        assert refused.value.cause == "state"
        assert _sessions() == 1

    def test_a_code_a_second_time(self, town: Town, provider: Provider) -> None:
        begun, used = flow.begin(at()), flow.begin(at())
        back = provider.consent(used.address)
        assert flow.finish(at(), Answer(back["state"], back["code"], back["iss"]), used.secret).entry
        fresh = provider.consent(begun.address)
        with pytest.raises(Refused) as refused:
            flow.finish(at(), Answer(fresh["state"], back["code"], back["iss"]), begun.secret)
        assert refused.value.cause == "code"
        assert _sessions() == 1

    @pytest.mark.parametrize(("device", "secret"), [("browser-2", None), ("browser-1", "guessed"), ("browser-1", "")])
    def test_in_another_browser(self, town: Town, provider: Provider, device: str, secret: str | None) -> None:
        """Someone else tries: the link that would sign the victim in as the attacker, or the attacker as the victim."""
        begun = flow.begin(at())
        back = provider.consent(begun.address)
        answer = Answer(back["state"], back["code"], back["iss"])
        given = begun.secret if secret is None else secret
        _refused("state", lambda: flow.finish(at(device), answer, given))
        assert flow.finish(at(), answer, begun.secret).entry, "and its owner is not kept out by that"

    def test_after_ten_minutes(self, town: Town, provider: Provider) -> None:
        begun = flow.begin(at())
        back = provider.consent(begun.address)
        clock.advance(minutes=10)
        answer = Answer(back["state"], back["code"], back["iss"])
        _refused("state", lambda: flow.finish(at(), answer, begun.secret))

    def test_that_says_no(self, town: Town, provider: Provider) -> None:
        begun = flow.begin(at())
        back = provider.consent(begun.address)
        answer = Answer(back["state"], "", back["iss"], "access_denied")
        _refused("declined", lambda: flow.finish(at(), answer, begun.secret))

    def test_to_a_browser_that_keeps_no_cookie(self, town: Town, provider: Provider) -> None:
        _refused("cookie", lambda: flow.begin(at("")))


DISCOVERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "another issuer": ("issuer", {"issuer": "https://other.example"}),
    "no PKCE": ("pkce", {"code_challenge_methods_supported": ["plain"]}),
    "token endpoint elsewhere": ("address", {"token_endpoint": "https://other.example/token"}),
    "keys elsewhere": ("address", {"jwks_uri": "http://169.254.169.254/latest"}),
    "sign-in elsewhere": ("address", {"authorization_endpoint": "https://other.example/authorize"}),
    "sign-in by script": ("address", {"authorization_endpoint": "javascript:alert(1)"}),
    "no addresses": ("address", {"token_endpoint": None}),
    "a user in the address": ("address", {"token_endpoint": "http://127.0.0.1@other.example/"}),
}


@pytest.mark.parametrize("name", DISCOVERIES)
def test_a_discovery_that_leads_elsewhere(town: Town, provider: Provider, name: str) -> None:
    check, provider.discovery = DISCOVERIES[name]
    _refused(check, lambda: flow.begin(at()))


def test_a_discovery_in_clear(town: Town, provider: Provider, configure: Callable[..., None]) -> None:
    """A host of the provider's own, by plain http, from another machine."""
    configure(hosts=["login.hospital.example"])
    provider.discovery = {"token_endpoint": "https://login.hospital.example/token"}
    assert flow.begin(at())
    configure()
    provider.discovery = {"token_endpoint": "http://login.hospital.example/token"}
    _refused("address", lambda: flow.begin(at()))


@pytest.mark.parametrize("where", ["http://localhost:{}/keys", "http://x@127.0.0.1:{}/keys"])
def test_no_call_to_anybody_else(town: Town, provider: Provider, where: str) -> None:
    """Whatever asks for it: the transport itself refuses, before it connects."""
    address = where.format(urlsplit(provider.url).port)
    with pytest.raises(Refused):
        calls.Bounded().handle_request(httpx.Request("GET", address))
    assert provider.asked == []


HUGE = b'{"a": "' + b"x" * (2 * calls.MOST_BYTES) + b'"}'


@pytest.mark.parametrize("place", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("how", ["huge", "drip", "error", "no json", "a list", "deep", "redirect"])
def test_a_provider_that_misbehaves(
    town: Town, provider: Provider, monkeypatch: pytest.MonkeyPatch, place: str, how: str
) -> None:
    monkeypatch.setattr(calls, "SECONDS", 0.6)
    provider.answers[place] = {
        "huge": lambda handler: answer(handler, HUGE),
        "drip": drip,
        "error": lambda handler: answer(handler, {}, 500),
        "no json": lambda handler: answer(handler, b"<html>"),
        "a list": lambda handler: answer(handler, []),
        "deep": lambda handler: answer(handler, b"[" * 100_000),
        "redirect": redirect(f"{provider.url}/elsewhere"),
    }[how]
    with pytest.raises(Refused) as refused:
        _go(provider)
    assert refused.value.cause in {"size", "time", "answer", "status", "json", "keys", "token", "code"}
    assert _sessions() == 0
    assert _lines() == [(ledger.FAILED, refused.value.cause)]
    assert "/elsewhere" not in provider.asked


def test_nothing_is_called_where_nothing_is_set(town: Town, provider: Provider, configure: Callable[..., None]) -> None:
    from health_cloud.identity.service.single_sign_on import provider as known

    configure(issuer="")
    assert not known.configured()
    assert provider.asked == []


def test_somebody_that_no_rule_knows(town: Town, provider: Provider) -> None:
    provider.claims = {"groups": ["cooks"]}
    _refused("unknown", lambda: _go(provider))
    with db.reading() as session:
        assert session.exec(select(Account)).all() == []


def test_two_factors_that_nobody_spoke_of(town: Town, provider: Provider) -> None:
    provider.claims = {"amr": ["pwd"], "acr": "1"}
    with pytest.raises(Refused) as refused:
        _go(provider)
    assert refused.value.cause == "one_factor"
    assert _sessions() == 0
