"""Many lines of the ledger, chained as the product chains them, written straight into the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from health_cloud.core import clock, ledger
from health_cloud.core.ids import new_id

LINES, HEADS = (SQLModel.metadata.tables[name] for name in ("core_ledger_line", "core_ledger_head"))
_AT_ONCE = 10_000


def chained(lines: int, chains: int) -> Iterator[dict[str, Any]]:
    """Yield so many lines, the chains in turns; each holds to the one before it in its chain."""
    heads = [(0, ledger.START)] * chains
    for number in range(lines):
        seq, previous = heads[number % chains]
        line: dict[str, Any] = {
            "id": new_id(),
            "chain": ledger.person_chain(f"p{number % chains:06}"),
            "seq": seq + 1,
            "at": clock.now() + timedelta(microseconds=number),
            "actor_account_id": f"account-{number % 7}",
            "actor_role": "physician",
            "actor_organization_id": "hospital",
            "action": "records:entry:read",
            "outcome": ledger.ALLOWED,
            "basis": "grant",
            "basis_id": f"grant-{number % 11}",
            "policy_version": 3,
            "record_class": "laboratory",
            "reason": "core.reason.grant",
            "detail": json.dumps({"entries": [f"entry-{number}"]}, separators=(",", ":")),
            "previous": previous,
        }
        line["hash"] = ledger._digest(line)
        heads[number % chains] = (seq + 1, line["hash"])
        yield line


def write(session: Session, lines: int, chains: int) -> None:
    """Write them with their heads."""
    connection, waiting, heads = session.connection(), list[dict[str, Any]](), dict[str, dict[str, Any]]()
    for line in chained(lines, chains):
        waiting.append(line)
        heads[line["chain"]] = {"chain": line["chain"], "seq": line["seq"], "hash": line["hash"], "checked_seq": 0}
        if len(waiting) == _AT_ONCE:
            connection.execute(insert(LINES), waiting)
            waiting.clear()
    if waiting:
        connection.execute(insert(LINES), waiting)
    connection.execute(insert(HEADS), list(heads.values()))
