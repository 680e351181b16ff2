"""Secrets of people: sealed fields, blind indexes, and the key ring they stand on.

A sealed field is AES-256-GCM under a key derived for its column; table, column and row are the
associated data, so that a ciphertext moved elsewhere does not open (security.md R20). A blind index is
HMAC-SHA256 under a key of its own for each column, never an unkeyed hash (R21).
Form of a sealed value: version 1 | length of key id | key id | nonce 12 | ciphertext and tag.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, LargeBinary, String
from sqlmodel import Field

from health_cloud.core.clock import now
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.settings import settings

_VERSION = 1
_NONCE = 12
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class BrokenSeal(HealthCloudError):
    """A sealed value does not open: another key ring, another place, or tampering."""

    default_key = "core.error.broken_seal"


class KeyRing:
    """Sealing keys by id, the root of all blind indexes, and the keys that sign the ledger and web push."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.current: str = content["current"]
        self._sealing = {name: base64.b64decode(key) for name, key in content["sealing"].items()}
        self._index = base64.b64decode(content["index"])
        self.signing = Ed25519PrivateKey.from_private_bytes(base64.b64decode(content["signing"]))
        # derived from what never rotates: browsers know the installation by it for years, and no ring needs a new entry
        scalar = int.from_bytes(_derive(self._index, "push:vapid", length=48)) % (_P256_ORDER - 1) + 1
        self.push = ec.derive_private_key(scalar, ec.SECP256R1())
        """Signs web push messages (VAPID)."""
        self._ciphers: dict[tuple[str, str], AESGCM] = {}
        self._index_keys: dict[str, bytes] = {}

    def cipher(self, key_id: str, column: str) -> AESGCM:
        """Return the cipher of one column under one sealing key.

        Raises:
            BrokenSeal: the key is not on this ring.
        """
        found = self._ciphers.get((key_id, column))
        if found is None:
            root = self._sealing.get(key_id)
            if root is None:
                raise BrokenSeal
            found = self._ciphers[key_id, column] = AESGCM(_derive(root, f"seal:{column}"))
        return found

    def index_key(self, column: str) -> bytes:
        """Return the key of one column's blind index."""
        found = self._index_keys.get(column)
        if found is None:
            found = self._index_keys[column] = _derive(self._index, f"index:{column}")
        return found


def _derive(root: bytes, info: str, *, length: int = 32) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info.encode()).derive(root)


def _new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def create_ring(path: Path) -> None:
    """Write a fresh key ring, readable by its owner alone; an existing one is never replaced."""
    content = {"current": "k1", "sealing": {"k1": _new_key()}, "index": _new_key(), "signing": _new_key()}
    _write_ring(path, content, exclusive=True)


def add_sealing_key(path: Path) -> str:
    """Add a sealing key and make it the current one; old ones stay until nothing is sealed with them."""
    content = json.loads(path.read_text())
    name = f"k{max(int(key[1:]) for key in content['sealing']) + 1}"
    content["sealing"][name] = _new_key()
    content["current"] = name
    content.setdefault("added", {})[name] = now().isoformat()
    _write_ring(path, content)
    ring.cache_clear()
    return name


def drop_sealing_keys(path: Path) -> list[str]:
    """Remove every sealing key but the current one; call it only when nothing is sealed with them any more."""
    content = json.loads(path.read_text())
    gone = [name for name in content["sealing"] if name != content["current"]]
    content["sealing"] = {content["current"]: content["sealing"][content["current"]]}
    _write_ring(path, content)
    ring.cache_clear()
    return gone


def _write_ring(path: Path, content: dict[str, Any], *, exclusive: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + f".{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    if exclusive:
        with contextlib.suppress(FileExistsError):  # another process was first: its ring stands
            os.link(draft, path)
        draft.unlink()
    else:
        draft.replace(path)


@lru_cache(maxsize=1)
def ring() -> KeyRing:
    """Return the key ring of this process; the demo and development make their own at first use.

    Raises:
        BrokenSeal: production without a key ring.
    """
    path = settings().keys
    if not path.exists():
        if settings().mode == "production":
            raise BrokenSeal("core.error.no_keys", path=str(path))
        create_ring(path)
    return KeyRing(json.loads(path.read_text()))


def sealed(grade: int, *, nullable: bool = False) -> Any:
    """Declare a sealed column.

    Args:
        grade: GB/T 39725 grade of what is in it, 1 to 5.
        nullable: whether it may be empty.
    """
    return Field(
        default=None if nullable else b"",
        sa_column=Column(LargeBinary, nullable=nullable, info={"grade": grade, "sealed": True}),
    )


def blinded(*, index: bool = True) -> Any:
    """Declare a blind index column: 43 characters, or empty where there is nothing to find."""
    return Field(default="", sa_column=Column(String(43), nullable=False, index=index, info={"grade": 2}))


def seal(value: bytes, column: str, row: str) -> bytes:
    """Seal bytes for one place. `column` is `table.column`, `row` the primary key."""
    keys = ring()
    nonce = os.urandom(_NONCE)
    body = keys.cipher(keys.current, column).encrypt(nonce, value, f"{column}:{row}".encode())
    return sealing_prefix() + nonce + body


def unseal(value: bytes, column: str, row: str) -> bytes:
    """Open what `seal` made for the same place.

    Raises:
        BrokenSeal: wrong place, unknown key, or tampering.
    """
    key_id, rest = _key_of(value)
    try:
        return ring().cipher(key_id, column).decrypt(rest[:_NONCE], rest[_NONCE:], f"{column}:{row}".encode())
    except InvalidTag:
        raise BrokenSeal from None


def sealing_key_of(value: bytes) -> str:
    """Return the id of the key that a sealed value was made with."""
    return _key_of(value)[0]


def sealing_prefix() -> bytes:
    """Return how every value sealed with the current key begins."""
    name = ring().current.encode()
    return bytes((_VERSION, len(name))) + name


def _key_of(value: bytes) -> tuple[str, bytes]:
    if len(value) < 2 + _NONCE or value[0] != _VERSION:
        raise BrokenSeal
    end = 2 + value[1]
    return value[2:end].decode("ascii", "replace"), value[end:]


def seal_text(value: str, column: str, row: str) -> bytes:
    """Seal text; see `seal`."""
    return seal(value.encode(), column, row)


def unseal_text(value: bytes | None, column: str, row: str) -> str:
    """Open sealed text; nothing sealed is the empty text."""
    return unseal(value, column, row).decode() if value else ""


def blind(value: str, column: str, organization_id: str = "") -> str:
    """Return the blind index of an already normalised value; hospital numbers differ per organization."""
    message = f"{organization_id}\x1f{value}".encode()
    digest = hmac.new(ring().index_key(column), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
