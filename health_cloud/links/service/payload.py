"""What a link carries, by SMART Health Links 1.0: an address, a key that nobody keeps, and files under that key."""

from __future__ import annotations

import base64
import json
import os
import secrets
from typing import Any

import qrcode
from joserfc import jwe
from joserfc.jwk import OctKey
from qrcode.constants import ERROR_CORRECT_M

from health_cloud.core.errors import Unavailable
from health_cloud.core.settings import settings

PATH = "/shl/"
VIEWER = "/view"
FHIR = "application/fhir+json"
_LONGEST_ADDRESS = 128
_SQUEEZED = 250_000
"""Readers refuse to unpack more than this (a guard against bombs): what is longer goes as it is."""
_KEY_BYTES = 32
_QUIET = 4


def new_token() -> str:
    """Return the secret part of an address: 256 bits in 43 characters."""
    return secrets.token_urlsafe(_KEY_BYTES)


def new_key() -> bytes:
    """Return a key of 256 bits."""
    return os.urandom(_KEY_BYTES)


def address_of(token: str) -> str:
    """Return the address of a manifest.

    Raises:
        Unavailable: the hospital's own address is so long that no other viewer would take the link.
    """
    address = f"{settings().origin}{PATH}{token}"
    if len(address) > _LONGEST_ADDRESS:
        raise Unavailable("links", "links.error.address")
    return address


def code_of(token: str, key: bytes, *, label: str, until: int, passcode: bool) -> str:
    """Return the link itself, `shlink:/...`; `until` is in epoch seconds."""
    payload: dict[str, Any] = {"url": address_of(token), "key": _text(key), "exp": until}
    if passcode:
        payload["flag"] = "P"
    if label:
        payload["label"] = label
    payload["v"] = 1
    return f"shlink:/{_text(json.dumps(payload, ensure_ascii=False, separators=(',', ':')).encode())}"


def viewed(code: str) -> str:
    """Return the link behind our own viewer; what follows the `#` never reaches a server."""
    return f"{settings().origin}{VIEWER}#{code}"


def encrypted(content: dict[str, Any], key: bytes) -> str:
    """Return a file as a compact JWE with a fresh nonce."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    header = {"alg": "dir", "enc": "A256GCM", "cty": FHIR}
    if len(plain) <= _SQUEEZED:
        header["zip"] = "DEF"
    return jwe.encrypt_compact(header, plain, OctKey.import_key(key), algorithms=["dir", "A256GCM", "DEF"])


def picture(text: str) -> tuple[str, int]:
    """Return a QR code at error correction M as SVG path data, one unit a module, and its size with the quiet zone."""
    code = qrcode.QRCode(border=_QUIET, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return path, len(rows)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
