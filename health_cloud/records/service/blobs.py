"""Originals: content-addressed, sealed, in a folder of the data directory.

The name is a keyed hash of the bytes, so that the same original lies there once, and that nobody can
tell from a name which known document somebody has.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from health_cloud.core.crypto import ring, seal, unseal
from health_cloud.core.errors import Unavailable
from health_cloud.core.settings import settings

_COLUMN = "records_blob.bytes"
_SALT = 32


def name_of(content: bytes) -> str:
    """Return the id under which these bytes are kept."""
    digest = hmac.digest(ring().index_key(_COLUMN), content, hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def store(content: bytes) -> str:
    """Keep an original; returns its id. It is on disk, whole, when this returns."""
    blob_id = name_of(content)
    path = _path(blob_id)
    if path.exists():
        return blob_id
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(seal(content, _COLUMN, blob_id))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return blob_id


def load(blob_id: str) -> bytes:
    """Return an original.

    Raises:
        Unavailable: the file is gone; a backup without the folder `blobs` is half a backup.
        BrokenSeal: it is not what was stored.
    """
    try:
        return unseal(_path(blob_id).read_bytes(), _COLUMN, blob_id)
    except FileNotFoundError:
        raise Unavailable("blobs") from None


def erase(blob_id: str) -> None:
    """Erase what is kept under this id, if it is; only for what nothing else can be kept under: see `store_apart`."""
    _path(blob_id).unlink(missing_ok=True)


def store_apart(content: bytes) -> str:
    """Keep bytes that are to be erased one day; returns an id that no equal ones have. `load_apart` returns them."""
    return store(os.urandom(_SALT) + content)


def load_apart(blob_id: str) -> bytes:
    """Return what `store_apart` keeps; see `load`."""
    return load(blob_id)[_SALT:]


def _path(blob_id: str) -> Path:
    spelled = base64.urlsafe_b64decode(f"{blob_id}=").hex()  # file systems may not tell upper from lower case
    return settings().data_dir / "blobs" / spelled[:2] / spelled[2:]
