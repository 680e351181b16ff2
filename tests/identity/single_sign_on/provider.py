"""A provider of our own that answers as it should, or as badly as a test wants it to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwk, jws

from health_cloud.core.clock import now

CLIENT = "health-cloud"


def encoded(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """Sign whatever it is, without the doubts a library has."""
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[header["alg"]], registry=registry)


@dataclass
class Provider:
    """What it does at each place; tests change it."""

    url: str = ""
    key: Any = field(default_factory=lambda: jwk.generate_key("RSA", 2048, {"kid": "one"}))
    keys: list[dict[str, Any]] | None = None
    discovery: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    token: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    """Makes the ID token of header and claims, instead of an honest signature."""
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    """Path -> what happens there instead."""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def consent(self, address: str) -> dict[str, str]:
        """Be the person at the provider: returns what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url}

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "end_session_endpoint": f"{self.url}/leave",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.discovery,
        }

    def public(self) -> list[dict[str, Any]]:
        return self.keys if self.keys is not None else [{**self.key.as_dict(private=False), "use": "sig"}]

    def redeem(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Give tokens for a code, once, to whoever has the verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or asked.get("code_challenge") != challenge or asked.get("code_challenge_method") != "S256":
            return None
        access = secrets.token_urlsafe(16)
        half = hashlib.sha256(access.encode()).digest()[:16]
        at = int(now().timestamp())
        claims = {
            "iss": self.url,
            "sub": "doctor-1",
            "aud": CLIENT,
            "exp": at + 300,
            "iat": at,
            "auth_time": at,
            "nonce": asked["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            "amr": ["pwd", "otp", "mfa"],
            "sid": "their-session",
            "name": "王敏",
            "preferred_username": "wang.min",
            "groups": ["doctors"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.without}
        header = {"alg": "RS256", "kid": "one", **self.header}
        token = (self.token or (lambda h, c: signed(h, c, self.key)))(header, claims)
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def logout_token(self, **claims: Any) -> str:
        """Sign the word that sessions are over."""
        events = {"http://schemas.openid.net/event/backchannel-logout": {}}
        told = {"iss": self.url, "aud": CLIENT, "iat": int(now().timestamp()), "jti": "1", "events": events, **claims}
        return signed({"alg": "RS256", "kid": "one", "typ": "logout+jwt"}, told, self.key)


def answer(handler: BaseHTTPRequestHandler, content: Any, status: int = 200) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def redirect(to: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answered(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("location", to)
        handler.end_headers()

    return answered


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, never late and never done."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        try:
            handler.wfile.write(b" ")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.1)


def serve(provider: Provider) -> ThreadingHTTPServer:
    """Start it on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            self._serve({name: values[0] for name, values in parse_qs(body).items()})

        def _serve(self, form: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            if path in provider.answers:
                provider.answers[path](self)
            elif path == "/.well-known/openid-configuration":
                answer(self, provider.metadata())
            elif path == "/keys":
                answer(self, {"keys": provider.public()})
            elif path == "/token":
                given = provider.redeem(form)
                answer(self, given or {"error": "invalid_grant"}, 200 if given else 400)
            elif path == "/userinfo":
                answer(self, {"sub": "doctor-1", "groups": ["doctors"]})
            else:
                answer(self, {}, 404)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True, name="provider").start()
    return server
