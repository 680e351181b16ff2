"""Signed heads of the ledger, written outside the database, so that cutting or rewriting it is found.

A checkpoint is a line of JSON in `<witness>/checkpoints.jsonl`: the RFC 6962 Merkle root over all heads
(sorted by chain), the heads that moved since the one before, and an Ed25519 signature. It signs the digest of what
moved instead of the list, so that it can be handed to one person, with their way to the root and nobody else's chain.
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
from sqlalchemy import bindparam, update
from sqlmodel import Session, SQLModel, col, func, select

from health_cloud.core.clock import now
from health_cloud.core.crypto import ring
from health_cloud.core.errors import Unavailable
from health_cloud.core.ledger import Problem, canonical
from health_cloud.core.models import LedgerHead, LedgerLine

_BLOCK = 65_536
_VERSION = 2
_HEADS = SQLModel.metadata.tables["core_ledger_head"]
_CHECKED = (
    update(_HEADS)
    .where(_HEADS.c.chain == bindparam("of"))
    .values(checked_seq=bindparam("up_to", type_=_HEADS.c.seq.type))
)


@dataclass(frozen=True)
class Head:
    """The newest line of a chain, and up to where a checkpoint covers it."""

    chain: str
    seq: int
    hash: str
    checked_seq: int


@dataclass(frozen=True)
class Witnessed:
    """A chain's newest line as a checkpoint that has left the database covers it.

    Attributes:
        seq: number of the line.
        statement: what was signed.
        signature: Ed25519, base64.
        index: place of the chain's head among the leaves.
        path: digests from it to the root, in hex (RFC 6962, section 2.1.1).
        key: the public key, base64.
    """

    seq: int
    statement: dict[str, Any]
    signature: str
    index: int
    path: list[str]
    key: str


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


class Tree:
    """The Merkle tree over all heads, in order of their chains: what moves costs its way to the root, not the tree.

    A level pairs the digests below it, the last one going up alone where there is no other: the tree of RFC 6962.
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._levels: list[list[bytes]] = [[]]

    def move(self, moved: dict[str, bytes]) -> bytes:
        """Put leaves in the place of those of their chains, or add them; returns the root."""
        leaves = self._levels[0]
        before = dict(zip(self._places, leaves, strict=True)) if moved.keys() - self._places.keys() else {}
        if before or not leaves:
            self._places = {chain: place for place, chain in enumerate(sorted({*before, *moved}))}
            added = min(self._places[chain] for chain in moved if chain not in before)
            leaves[added:] = [before.get(chain, b"") for chain in [*self._places][added:]]
        else:
            added = len(leaves)
        for chain, leaf in moved.items():
            leaves[self._places[chain]] = hashlib.sha256(b"\x00" + leaf).digest()
        changed = {self._places[chain] for chain in moved} | set(range(added, len(leaves)))
        level = 0
        while len(self._levels[level]) > 1:
            changed = self._pair(level, changed)
            level += 1
        return self._levels[level][0]

    def _pair(self, level: int, changed: set[int]) -> set[int]:
        """Make anew what stands above changed digests; returns where that is."""
        if level + 1 == len(self._levels):
            self._levels.append([])
        below, above = self._levels[level], self._levels[level + 1]
        above.extend([b""] * ((len(below) + 1) // 2 - len(above)))
        parents = {place // 2 for place in changed}
        for place in parents:
            pair = below[2 * place : 2 * place + 2]
            above[place] = pair[0] if len(pair) == 1 else hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest()
        return parents


def audit_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """Return the digests that lead from a leaf to the root (RFC 6962, section 2.1.1)."""
    if len(leaves) == 1:
        return []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < split:
        return [*audit_path(index, leaves[:split]), merkle_root(leaves[split:])]
    return [*audit_path(index - split, leaves[split:]), merkle_root(leaves[:split])]


def public_key() -> str:
    """Return the key that checks every signature here, base64."""
    return base64.b64encode(ring().signing.public_key().public_bytes_raw()).decode()


def sign(statement: dict[str, Any]) -> str:
    """Sign a statement by its canonical JSON; base64."""
    return base64.b64encode(ring().signing.sign(canonical(statement))).decode()


def _leaf(chain: str, seq: int, digest: str) -> bytes:
    return f"{chain} {seq} {digest}".encode()


def _leaves(heads: list[Head]) -> list[bytes]:
    return [_leaf(head.chain, head.seq, head.hash) for head in heads]


def _heads(session: Session) -> list[Head]:
    """Return the heads of all chains that have a line, in order; nobody moves one until this transaction ends."""
    found = session.exec(
        select(LedgerHead.chain, LedgerHead.seq, LedgerHead.hash, LedgerHead.checked_seq)
        .where(LedgerHead.seq > 0)
        .order_by(LedgerHead.chain)
        .with_for_update()
    ).all()
    return sorted((Head(*each) for each in found), key=lambda head: head.chain)


def checkpoint(session: Session, folder: Path) -> bool:
    """Write a signed checkpoint when any chain has moved; returns whether one was written."""
    return _sign(session, folder, _heads(session))


def witnessed(session: Session, folder: Path, chain: str) -> Witnessed:
    """Return a chain's newest line under a checkpoint, which is made if none covers it yet.

    The caller has asked the policy, and this transaction has written no line.

    Raises:
        Unavailable: the witness cannot be written to, or says something else than the database.
    """
    heads = _heads(session)
    try:
        _sign(session, folder, heads)
        last = json.loads(last_checkpoint(folder / "checkpoints.jsonl") or b"{}")
    except (OSError, ValueError):
        raise Unavailable("witness") from None
    signature, statement = last.pop("signature", ""), statement_of(last)
    index = next((at for at, head in enumerate(heads) if head.chain == chain), -1)
    leaves = _leaves(heads)
    if index < 0 or statement.get("version") != _VERSION or statement.get("root") != merkle_root(leaves).hex():
        raise Unavailable("witness")
    path = [step.hex() for step in audit_path(index, leaves)]
    return Witnessed(heads[index].seq, statement, signature, index, path, public_key())


def _sign(session: Session, folder: Path, heads: list[Head]) -> bool:
    moved = [head for head in heads if head.seq > head.checked_seq]
    if not moved:
        return False
    content: dict[str, Any] = {
        "version": _VERSION,
        "at": now().isoformat(),
        "chains": len(heads),
        "root": merkle_root(_leaves(heads)).hex(),
        "moved": [[head.chain, head.seq, head.hash] for head in moved],
    }
    content["signature"] = sign(statement_of(content))
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "checkpoints.jsonl").open("ab") as file:
        file.write(canonical(content) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    session.connection().execute(_CHECKED, [{"of": head.chain, "up_to": head.seq} for head in moved])
    return True


def statement_of(content: dict[str, Any]) -> dict[str, Any]:
    """Return what is signed of a checkpoint; of early ones all of it was."""
    if content.get("version") != _VERSION:
        return content
    return {**content, "moved": hashlib.sha256(canonical(content["moved"])).hexdigest()}


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
    last = last_checkpoint(folder / "checkpoints.jsonl")
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


def last_checkpoint(path: Path) -> bytes:
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
    tree = Tree()
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            try:
                content = json.loads(text)
                public.verify(base64.b64decode(content.pop("signature")), canonical(statement_of(content)))
            except (ValueError, KeyError, InvalidSignature):
                yield Problem("witness", number, "signature")
                continue
            root = tree.move({chain: _leaf(chain, seq, digest) for chain, seq, digest in content["moved"]})
            if root.hex() != content["root"]:
                yield Problem("witness", number, "root")
            for chain, seq, digest in content["moved"]:
                found = session.exec(
                    select(LedgerLine.hash).where(LedgerLine.chain == chain, LedgerLine.seq == seq)
                ).first()
                if found != digest:
                    yield Problem(chain, seq, "not as signed")
