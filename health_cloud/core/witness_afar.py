"""Signed heads by POST to an address that the operator names, so that they leave the machine without a shared disk.

What is posted is what was signed: time, number of chains, root, the digest of what moved, signature and key, and
nobody's chain. It follows `checkpoints.jsonl` in the witness's folder; how far it is stands beside it in `posted.json`.
Nothing waits for it: while the address is away, lines are signed and read as ever, `status` says so, and what is owed
follows in its order.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from health_cloud.core import witness
from health_cloud.core.clock import now
from health_cloud.core.errors import Unavailable
from health_cloud.core.ledger import canonical

_SECONDS = 10
_AT_ONCE = 60
"""So many checkpoints are posted before others get their turn: an hour's."""


@dataclass(frozen=True)
class Posted:
    """How far the address has got. Times are ISO text, empty where there is none.

    Attributes:
        offset: up to this byte the file of checkpoints has been taken; -1 before the first time.
        at: when the address took one last.
        failed_at: since when it takes none; empty while it does.
        problem: what went wrong, without the address.
    """

    offset: int = -1
    at: str = ""
    failed_at: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Afar:
    """How the address stands, for `status`: `waiting` checkpoints (bytes of them) that it has not taken."""

    posted_at: str
    posted_seconds: int
    failed_seconds: int
    problem: str
    waiting: bool


def post_checkpoints(folder: Path, url: str) -> int:
    """Post what the address has not taken, oldest first; returns how many it took.

    The first time the newest alone: its root covers all that lies before.

    Raises:
        Unavailable: the address did not answer with success; noted, and tried again the next time.
    """
    lines, posted, taken = folder / "checkpoints.jsonl", _read(folder), 0
    for line, end in _owed(lines, posted.offset):
        problem = _sent(url, _payload(line))
        if problem:
            _write(folder, replace(posted, failed_at=posted.failed_at or now().isoformat(), problem=problem))
            raise Unavailable("witness")
        posted = Posted(end, now().isoformat())
        _write(folder, posted)
        taken += 1
    return taken


def afar(folder: Path) -> Afar:
    """Return how the address stands."""
    posted = _read(folder)
    owed = next(iter(_owed(folder / "checkpoints.jsonl", posted.offset)), None)
    return Afar(posted.at, _since(posted.at), _since(posted.failed_at), posted.problem, owed is not None)


def _owed(path: Path, offset: int) -> list[tuple[bytes, int]]:
    """Return the next whole lines from a byte on, each with where it ends."""
    if not path.exists():
        return []
    if offset < 0 or offset > path.stat().st_size:  # the first time, or another file than it was: begin at its end
        last = witness.last_checkpoint(path)
        return [(last, path.stat().st_size)] if last else []
    found: list[tuple[bytes, int]] = []
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n") or len(found) == _AT_ONCE:
                break
            offset += len(line)
            found.append((line, offset))
    return found


def _payload(line: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(line)
    signature = content.pop("signature", "")
    return {"statement": witness.statement_of(content), "signature": signature, "key": witness.public_key()}


def _sent(url: str, payload: dict[str, Any]) -> str:
    """Post one; returns what went wrong, or nothing."""
    try:
        answer = httpx.post(
            url,
            content=canonical(payload),
            headers={"Content-Type": "application/json"},
            timeout=_SECONDS,
            follow_redirects=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        return type(problem).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"


def _read(folder: Path) -> Posted:
    try:
        return Posted(**json.loads((folder / "posted.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Posted()


def _write(folder: Path, posted: Posted) -> None:
    """Keep it, whole or not at all."""
    beside = folder / "posted.json.new"
    beside.write_text(json.dumps(asdict(posted)), encoding="utf-8")
    os.replace(beside, folder / "posted.json")  # noqa: PTH105 - atomic


def _since(at: str) -> int:
    return round((now() - datetime.fromisoformat(at)).total_seconds()) if at else 0
