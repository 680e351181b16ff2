"""A device that keeps passkeys, in software: it answers as browsers do, and as forgers would."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from health_cloud.core.settings import settings

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(raw: bytes) -> str:
    """Return Base64url without padding, as browsers write it."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    """Return the bytes of Base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One passkey on one device.

    Args:
        verifies: whether it checks PIN, finger or face.
        counts: whether it keeps a counter; a passkey that is on several devices keeps none.
    """

    verifies: bool = True
    counts: bool = True
    credential_id: bytes = b""
    handle: bytes = b""
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: str, **changed: Any) -> str:
        """Make the passkey; `changed` as in `answer`."""
        asked = json.loads(options)
        self.credential_id, self.handle = os.urandom(32), raw(asked["user"]["id"])
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        told = {"type": "webauthn.create", "rp": asked["rp"]["id"], "flags": self._flags() | ATTESTED, **changed}
        kept = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(cose)
        client, data = self._told(asked, told, kept)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._json({"clientDataJSON": b64(client), "attestationObject": b64(made), "transports": ["internal"]})

    def answer(self, options: str, **changed: Any) -> str:
        """Sign a challenge.

        Args:
            options: what the browser was asked.
            changed: what a forger puts in place of the truth: type, challenge, origin, rp, flags, count, handle,
                framed, signed (turns the signature's last bit).
        """
        self.count += self.counts
        asked = json.loads(options)
        told = {"type": "webauthn.get", "rp": asked["rpId"], "flags": self._flags(), **changed}
        client, data = self._told(asked, told)
        signature = bytearray(self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())))
        if "signed" in changed:
            signature[-1] ^= 1
        handle = changed.get("handle", self.handle)
        return self._json(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(data),
                "signature": b64(bytes(signature)),
                "userHandle": None if handle is None else b64(handle),
            }
        )

    def plug_into(self, page: Any, party: str = "localhost") -> None:
        """Let a browser's page (Chromium) use this passkey, or make one where there is none yet."""
        wire = page.context.new_cdp_session(page)
        wire.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": self.verifies,
            "automaticPresenceSimulation": True,
        }
        kept = {
            "credentialId": b64encode(self.credential_id).decode(),
            "isResidentCredential": True,
            "rpId": party,
            "privateKey": b64encode(
                self.key.private_bytes(
                    serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            ).decode(),
            "userHandle": b64encode(self.handle).decode(),
            "signCount": self.count,
        }
        plugged = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        if not self.credential_id:
            return
        wire.send("WebAuthn.addCredential", {"authenticatorId": plugged, "credential": kept})

    def _flags(self) -> int:
        return PRESENT | (VERIFIED if self.verifies else 0)

    def _told(self, asked: dict[str, Any], told: dict[str, Any], kept: bytes = b"") -> tuple[bytes, bytes]:
        client = {
            "type": told["type"],
            "challenge": told.get("challenge", asked["challenge"]),
            "origin": told.get("origin", settings().origin),
            "crossOrigin": told.get("framed", False),
        }
        party = hashlib.sha256(told["rp"].encode()).digest()
        data = party + struct.pack(">BI", told["flags"], told.get("count", self.count)) + kept
        return json.dumps(client).encode(), data

    def _json(self, response: dict[str, Any]) -> str:
        name = b64(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
            }
        )
