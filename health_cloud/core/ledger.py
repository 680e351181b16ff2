"""The ledger: one line per use of a chart and per security-relevant act, chained per person.

Each line's hash covers all its columns and the hash before it; the head of each chain is a row that a
writer locks. Signed checkpoints over the heads go to a witness outside the database (`witness.py`), so
that a cut or rewritten chain is found as well as an edited line.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, update
from sqlmodel import Session, SQLModel, col, select

from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind, seal_text
from health_cloud.core.dialects import insert_missing
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerHead, LedgerLine, LedgerNote
from health_cloud.core.policy import Action, Decision

ALLOWED, REFUSED, DONE, FAILED = "allowed", "refused", "done", "failed"
INSTALLATION = "installation"
START = "0" * 64
HIDDEN = ("actor_account_id", "basis_id", "detail")
_LISTED = 50
_LISTED_AGAIN = timedelta(days=1)

_LINES, _HEADS = (SQLModel.metadata.tables[name] for name in ("core_ledger_line", "core_ledger_head"))
_HEAD = select(_HEADS.c.seq, _HEADS.c.hash).where(_HEADS.c.chain == bindparam("of")).with_for_update()
_ALL_LINES = _LINES.select().order_by(_LINES.c.chain, _LINES.c.seq)
_AT_ONCE = 2000
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_ADD_LINE = insert(_LINES)
_MOVE_HEAD = update(_HEADS).where(_HEADS.c.chain == bindparam("of"))


@dataclass(frozen=True)
class Problem:
    """A place where the ledger does not hold together."""

    chain: str
    seq: int
    cause: str


def person_chain(person_id: str) -> str:
    """Return the chain of a person."""
    return f"person:{person_id}"


def _chain(person_id: str, organization_id: str) -> str:
    if person_id:
        return person_chain(person_id)
    return f"organization:{organization_id}" if organization_id else INSTALLATION


def write(
    session: Session,
    actor: Actor,
    action: Action | str,
    outcome: str,
    *,
    person_id: str = "",
    decision: Decision | None = None,
    record_class: str = "",
    entries: Sequence[str] | None = None,
    note: str = "",
    reason: str = "",
    detail: dict[str, str | int] | None = None,
) -> str:
    """Add a line to the chain of the person, else of the actor's organization, else of the installation.

    Args:
        session: the transaction in which the act or read happens.
        actor: who acts.
        action: what.
        outcome: `allowed`, `refused`, `done` or `failed`.
        person_id: whose chain.
        decision: the policy's answer, for basis, version and purpose.
        record_class: one of the six, or empty.
        entries: ids of what was shown; over 50 only their digest and count are kept.
        note: free text, kept beside the line by salted hash, sealed and erasable.
        reason: key of a text.
        detail: further ids, counts and filters; never names or content.

    Returns:
        The line's id.
    """
    facts: dict[str, Any] = dict(detail or {})
    if entries is not None:
        facts |= _entries(entries)
    if decision is not None and decision.purpose:
        facts["purpose"] = decision.purpose
    line_id = new_id()
    salt = os.urandom(16).hex()
    if note:
        facts["note"] = hashlib.sha256(f"{salt}{note}".encode()).hexdigest()
    chain = _chain(person_id, actor.organization_id)
    seq, previous = _locked_head(session, chain)
    line: dict[str, Any] = {
        "id": line_id,
        "chain": chain,
        "seq": seq + 1,
        "at": now(),
        "actor_account_id": actor.account_id,
        "actor_role": actor.role.value,
        "actor_organization_id": actor.organization_id,
        "action": str(action),
        "outcome": outcome,
        "basis": decision.basis.value if decision and decision.basis else "",
        "basis_id": decision.basis_id if decision else "",
        "policy_version": decision.policy_version if decision else 0,
        "record_class": record_class,
        "reason": reason or (decision.reason if decision else ""),
        "detail": json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
        "previous": previous,
    }
    line["hash"] = _digest(line)
    session.flush()
    connection = session.connection()
    connection.execute(_ADD_LINE, line)
    connection.execute(_MOVE_HEAD, {"of": chain, "seq": line["seq"], "hash": line["hash"]})
    if note:
        session.add(LedgerNote(id=line_id, salt=salt, text=seal_text(note, "core_ledger_note.text", line_id)))
    return line_id


def refused(session: Session, actor: Actor, error: HealthCloudError) -> None:
    """Leave the line of a refusal with whomever it was about.

    A patient can read their own chain. So it says the same of every attempt of theirs, whether there was nothing,
    something hidden, or something of somebody else's; and as many lines are written (docs/decisions/0008). A guardian's
    attempts stand in the chain of the person for whom they act.
    """
    action = error.action or "unknown"
    about = "" if error.person_id == actor.subject_id else error.person_id
    write(session, actor, action, REFUSED, person_id=about, reason=error.key)
    if actor.subject_id:
        write(session, actor, action, REFUSED, person_id=actor.subject_id, reason=error.key)


def _entries(entries: Sequence[str]) -> dict[str, Any]:
    if len(entries) <= _LISTED:
        return {"entries": list(entries)}
    return {"digest": hashlib.sha256("\n".join(entries).encode()).hexdigest(), "count": len(entries)}


def _locked_head(session: Session, chain: str) -> tuple[int, str]:
    """Return number and hash of the chain's last line; nobody else adds to it until this transaction ends."""
    connection = session.connection()
    head = connection.execute(_HEAD, {"of": chain}).first()
    if head is None:
        _make_head(session, chain)
        head = connection.execute(_HEAD, {"of": chain}).one()
    return head.seq, head.hash


def prepare(session: Session, person_id: str = "", organization_id: str = "") -> None:
    """Make sure that a chain has a head, so that its first line costs what every other one costs."""
    _make_head(session, _chain(person_id, organization_id))


def _make_head(session: Session, chain: str) -> None:
    insert_missing(session, LedgerHead, chain=chain, seq=0, hash=START, checked_seq=0)


def line_hash(line: LedgerLine) -> str:
    """Return SHA-256 over the canonical JSON of what a line says: `content_of` its columns."""
    return _digest(line.model_dump(exclude={"hash"}))


def content_of(columns: dict[str, Any]) -> dict[str, Any]:
    """Return what the hash of a line covers.

    Columns that may name somebody else stand in it as a salted digest: so a line can be handed to the person whose
    chain it is in, and its hash checked, without them.
    """
    root = blind(columns["id"], "core_ledger_line.salt")
    hidden = {name: hashlib.sha256(f"{_salt(root, name)}{columns[name]}".encode()).hexdigest() for name in HIDDEN}
    return {**columns, "at": columns["at"].isoformat(timespec="microseconds"), **hidden}


def opened(line: LedgerLine, name: str) -> list[str]:
    """Return salt and value of a hidden column, for whoever may know it."""
    return [_salt(blind(line.id, "core_ledger_line.salt"), name), getattr(line, name)]


def _salt(root: str, name: str) -> str:
    return hashlib.sha256(f"{root}{name}".encode()).hexdigest()


def _digest(columns: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content_of(columns))).hexdigest()


def is_early(line: LedgerLine) -> bool:
    """Tell whether a line was written before hidden columns were: its hash covers every column as it stands."""
    return line.hash == _early_digest(line.model_dump(exclude={"hash"}))


def _early_digest(columns: dict[str, Any]) -> str:
    whole = {**columns, "at": columns["at"].isoformat(timespec="microseconds")}
    return hashlib.sha256(canonical(whole)).hexdigest()


def canonical(content: Any) -> bytes:
    """Return the JSON that is hashed and signed: keys in order, no blanks, no escapes but those that JSON demands."""
    return _CANONICAL.encode(content).encode()


def verify(session: Session) -> Iterator[Problem | int]:
    """Walk every chain; yields a `Problem` for each break, and at the end the number of lines read.

    Finds edited, deleted, inserted and reordered lines, and a chain that ends elsewhere than its head says.
    """
    connection = session.connection()
    heads = {row.chain: (row.seq, row.hash) for row in connection.execute(_HEADS.select())}
    seen: dict[str, tuple[int, str]] = {}
    count = 0
    # bare columns: as rows of the mapper a million lines would take minutes
    for line in connection.execution_options(yield_per=_AT_ONCE).execute(_ALL_LINES).mappings():
        count += 1
        chain, number = line["chain"], line["seq"]
        seq, previous = seen.get(chain, (0, START))
        if number != seq + 1:
            yield Problem(chain, seq + 1, "missing")
        if line["previous"] != previous:
            yield Problem(chain, number, "unlinked")
        columns = dict(line)
        said = columns.pop("hash")
        if said != _digest(columns) and said != _early_digest(columns):
            yield Problem(chain, number, "edited")
        seen[chain] = (number, said)
    for chain in heads.keys() | seen.keys():
        seq, last = seen.get(chain, (0, START))
        if heads.get(chain) != (seq, last):
            yield Problem(chain, seq + 1, "cut")
    yield count


@dataclass(frozen=True)
class Narrowed:
    """Which lines of a chain are meant; what is empty leaves everything.

    Attributes:
        roles: who acted, by what their account is.
        account: by this account; `beside` is by any but this one.
        bases: on these grounds.
        outcomes: with these outcomes.
        record_class: of this class.
        since, until: from this instant on, and before that one.
    """

    roles: tuple[str, ...] = ()
    account: str = ""
    beside: str = ""
    bases: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    record_class: str = ""
    since: datetime | None = None
    until: datetime | None = None


EVERY_LINE = Narrowed()


def _conditions(narrowed: Narrowed) -> Iterator[ColumnElement[bool]]:
    among = (
        (LedgerLine.actor_role, narrowed.roles),
        (LedgerLine.actor_account_id, (narrowed.account,) if narrowed.account else ()),
        (LedgerLine.basis, narrowed.bases),
        (LedgerLine.outcome, narrowed.outcomes),
        (LedgerLine.record_class, (narrowed.record_class,) if narrowed.record_class else ()),
    )
    yield from (col(column).in_(chosen) for column, chosen in among if chosen)
    if narrowed.beside:
        yield col(LedgerLine.actor_account_id) != narrowed.beside
    if narrowed.since is not None:
        yield col(LedgerLine.at) >= narrowed.since
    if narrowed.until is not None:
        yield col(LedgerLine.at) < narrowed.until


def lines_of(
    session: Session, chain: str, *, before: int | None = None, limit: int = 50, narrowed: Narrowed = EVERY_LINE
) -> list[LedgerLine]:
    """Return lines of one chain, newest first, below `before`. The caller has asked the policy."""
    query = select(LedgerLine).where(LedgerLine.chain == chain, *_conditions(narrowed))
    if before is not None:
        query = query.where(LedgerLine.seq < before)
    return list(session.exec(query.order_by(col(LedgerLine.seq).desc()).limit(limit)).all())


def lines_from(
    session: Session, chain: str, first: int, *, limit: int = 50, narrowed: Narrowed = EVERY_LINE
) -> list[LedgerLine]:
    """Return lines of one chain, oldest first, from number `first` on. The caller has asked the policy."""
    query = select(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.seq >= first, *_conditions(narrowed))
    return list(session.exec(query.order_by(col(LedgerLine.seq)).limit(limit)).all())


def note_listed(
    session: Session, actor: Actor, action: Action, decision: Decision, named: Mapping[str, dict[str, str]]
) -> None:
    """Write for each person whom a list names that they were seen there, once a day by each reader.

    Args:
        session: the transaction in which the list is made.
        actor: who reads it.
        action: what for.
        decision: why they may.
        named: ids of the persons, each with what is said of them in the line.
    """
    since = now() - _LISTED_AGAIN
    said = LedgerLine.actor_account_id == actor.account_id, col(LedgerLine.at) > since
    query = select(LedgerLine.chain).where(*said, LedgerLine.action == action.value, LedgerLine.outcome == ALLOWED)
    known = set(session.exec(query.distinct()).all())
    for person_id, detail in sorted(named.items()):  # in one order, whoever else takes these chains at this moment
        if person_chain(person_id) not in known:
            told: dict[str, str | int] = {**detail, "listed": 1}
            write(session, actor, action, ALLOWED, person_id=person_id, decision=decision, detail=told)


def line_of(session: Session, chain: str, line_id: str) -> LedgerLine | None:
    """Return one line of a chain, or nothing where it is in none or in another. The caller has asked the policy."""
    return session.exec(select(LedgerLine).where(LedgerLine.id == line_id, LedgerLine.chain == chain)).first()
