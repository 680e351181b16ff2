"""Key rotation: everything sealed with an older key is sealed again, in small steps, under load, resumable.

A row is changed only while it still holds what was read, so that a writer in between wins; what a crash
leaves behind is found by the next run, because every sealed value names its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, func, select, update
from sqlmodel import Session, SQLModel

from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import ring, seal, sealing_prefix, unseal
from health_cloud.core.policy import Action

_BATCH = 200


@dataclass(frozen=True)
class Rotated:
    """How many values of one column were sealed again."""

    column: str
    count: int


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Return every column declared with `crypto.sealed`; each such table has one primary key column."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("sealed"):
                yield table, column


def rotate(actor: Actor, progress: Callable[[Rotated], None] | None = None) -> list[Rotated]:
    """Seal everything with the current key; returns what was done per column, and leaves a ledger line.

    Args:
        actor: who asked for it; the system on the command line.
        progress: called after each batch with the column and the count so far.
    """
    done: list[Rotated] = []
    for table, column in sealed_columns():
        count = 0
        while moved := _rotate_batch(table, column):
            count += moved
            if progress:
                progress(Rotated(f"{table.name}.{column.name}", count))
        if count:
            done.append(Rotated(f"{table.name}.{column.name}", count))
    total = sum(item.count for item in done)
    db.perform(_note, actor, total)
    return done


def left_behind() -> int:
    """Count values that are not sealed with the current key: 0 before old keys may be dropped."""
    with db.reading() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table).where(_old(column))) or 0
            for table, column in sealed_columns()
        )


def _note(session: Session, actor: Actor, total: int) -> None:
    ledger.write(session, actor, Action.ROTATE_KEYS, ledger.DONE, detail={"values": total, "key": ring().current})


def _old(column: Column[Any]) -> Any:
    prefix = sealing_prefix()
    start = func.substr(column, 1, len(prefix))
    return (column.is_not(None)) & (func.length(column) > 0) & (start != prefix)


def _rotate_batch(table: Table, column: Column[Any]) -> int:
    (key,) = table.primary_key.columns
    name = f"{table.name}.{column.name}"
    with db.writing() as session:
        rows = session.connection().execute(select(key, column).where(_old(column)).limit(_BATCH)).all()
        for row_id, value in rows:
            fresh = seal(unseal(value, name, row_id), name, row_id)
            unchanged = update(table).where(key == row_id, column == value)
            session.connection().execute(unchanged.values({column.name: fresh}))
    return len(rows)
