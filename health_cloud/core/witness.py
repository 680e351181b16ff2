"""Signed heads of the ledger, written outside the database, so that cutting or rewriting it is found.

A checkpoint is a line of JSON in `<witness>/checkpoints.jsonl`: the RFC 6962 Merkle root over all heads
(sorted by chain), the heads that moved since the one before, and an Ed25519 signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from sqlmodel import Session, col, func, select

from health_cloud.core.clock import now
from health_cloud.core.crypto import ring
from health_cloud.core.ledger import Problem
from health_cloud.core.models import LedgerHead, LedgerLine

_BLOCK = 65_536


@dataclass(frozen=True)
class Standing:
    """How the witness stands, for `status`. Times are ISO text, empty where there is none.

    Attributes:
        witness: the folder.
        local: whether it lies on the disk that the data lie on, where whoever rewrites the one rewrites the other.
        checkpoint_at: when the last checkpoint was signed.
        unsigned: chains with lines that no checkpoint covers yet.
        unsigned_seconds: for how long the oldest of these lines has waited.
    """

    witness: str
    local: bool
    checkpoint_at: str
    checkpoint_seconds: int
    unsigned: int
    unsigned_seconds: int


def merkle_root(leaves: list[bytes]) -> bytes:
    """Return the Merkle tree hash of RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()


def _leaf(chain: str, seq: int, digest: str) -> bytes:
    return f"{chain} {seq} {digest}".encode()


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def checkpoint(session: Session, folder: Path) -> bool:
    """Write a signed checkpoint when any chain has moved; returns whether one was written."""
    heads = sorted(session.exec(select(LedgerHead).with_for_update()).all(), key=lambda head: head.chain)
    moved = [head for head in heads if head.seq > head.checked_seq]
    if not moved:
        return False
    content: dict[str, Any] = {
        "at": now().isoformat(),
        "chains": len(heads),
        "root": merkle_root([_leaf(head.chain, head.seq, head.hash) for head in heads]).hex(),
        "moved": [[head.chain, head.seq, head.hash] for head in moved],
    }
    content["signature"] = base64.b64encode(ring().signing.sign(_canonical(content))).decode()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "checkpoints.jsonl").open("ab") as file:
        file.write(_canonical(content) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    for head in moved:
        head.checked_seq = head.seq
    return True


def standing(session: Session, folder: Path, data: Path) -> Standing:
    """Return how the witness stands.

    Args:
        session: the database.
        folder: where checkpoints go.
        data: where the data lie.
    """
    waiting = session.exec(
        select(func.count(), func.min(LedgerLine.at))
        .select_from(LedgerHead)
        .join(LedgerLine, (col(LedgerLine.chain) == LedgerHead.chain) & (LedgerLine.seq == LedgerHead.checked_seq + 1))
    ).one()
    last = _last_line(folder / "checkpoints.jsonl")
    at = datetime.fromisoformat(json.loads(last)["at"]) if last else None
    return Standing(
        witness=str(folder),
        local=not folder.exists() or folder.stat().st_dev == data.stat().st_dev,
        checkpoint_at=at.isoformat() if at else "",
        checkpoint_seconds=_since(at),
        unsigned=waiting[0],
        unsigned_seconds=_since(waiting[1]),
    )


def _since(at: datetime | None) -> int:
    return round((now() - at).total_seconds()) if at else 0


def _last_line(path: Path) -> bytes:
    """Return the last whole line of a file that may be long, empty when there is none."""
    if not path.exists():
        return b""
    with path.open("rb") as file:
        size, block = file.seek(0, os.SEEK_END), _BLOCK
        while True:
            file.seek(max(0, size - block))
            lines = file.read().split(b"\n")[:-1]  # what follows the last newline was cut off while it was written
            if lines and (len(lines) > 1 or block >= size):
                return lines[-1]
            if block >= size:
                return b""
            block *= 4


def verify(session: Session, folder: Path) -> Iterator[Problem]:
    """Compare the ledger with every checkpoint; yields what no longer stands as it was signed."""
    path = folder / "checkpoints.jsonl"
    if not path.exists():
        return
    public = ring().signing.public_key()
    known: dict[str, tuple[int, str]] = {}
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                content = json.loads(text)
                public.verify(base64.b64decode(content.pop("signature")), _canonical(content))
            except (ValueError, KeyError, InvalidSignature):
                yield Problem("witness", number, "signature")
                continue
            known |= {chain: (seq, digest) for chain, seq, digest in content["moved"]}
            leaves = [_leaf(chain, *known[chain]) for chain in sorted(known)]
            if merkle_root(leaves).hex() != content["root"]:
                yield Problem("witness", number, "root")
            for chain, seq, digest in content["moved"]:
                found = session.exec(
                    select(LedgerLine.hash).where(LedgerLine.chain == chain, LedgerLine.seq == seq)
                ).first()
                if found != digest:
                    yield Problem(chain, seq, "not as signed")
