"""R24 at its size: ten thousand lines, every way to touch them in a chain of its own, all looked for at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from health_cloud.core import db, ledger, witness
from health_cloud.core.ids import new_id
from tests.core.lines import HEADS, LINES, write

COUNT, CHAINS = 10_000, 100
LENGTH = COUNT // CHAINS
FORGED: dict[str, Callable[[Any], Any]] = {
    "at": lambda at: at + timedelta(microseconds=1),
    "policy_version": lambda version: version + 1,
    "seq": lambda seq: seq + LENGTH,
    "id": lambda _id: new_id(),
    "chain": lambda _chain: "person:nobody",
}
"""What a column is changed to; any other is changed in its last character."""


@dataclass(frozen=True)
class Cut:
    """One chain, for whoever forges it."""

    session: Session
    chain: str
    at: int
    """A line in the midst of it."""

    def line(self, seq: int) -> dict[str, Any]:
        """Return a line as it stands."""
        found = self.session.connection().execute(select(LINES).where(LINES.c.chain == self.chain, LINES.c.seq == seq))
        return dict(found.mappings().one())

    def change(self, number: int, /, **columns: Any) -> None:
        """Change a line."""
        self.session.connection().execute(
            update(LINES).where(LINES.c.chain == self.chain, LINES.c.seq == number).values(**columns)
        )

    def drop(self, *conditions: Any) -> None:
        """Delete lines."""
        self.session.connection().execute(delete(LINES).where(LINES.c.chain == self.chain, *conditions))

    def head(self, **columns: Any) -> None:
        """Change the head."""
        self.session.connection().execute(update(HEADS).where(HEADS.c.chain == self.chain).values(**columns))


def _other(value: str) -> str:
    return value[:-1] + ("0" if value[-1:] != "0" else "1")


def _column(name: str) -> Callable[[Cut], None]:
    def forge(cut: Cut) -> None:
        cut.change(cut.at, **{name: FORGED.get(name, _other)(cut.line(cut.at)[name])})

    return forge


def _numbers_change_places(cut: Cut) -> None:
    cut.change(cut.at, seq=0)
    cut.change(cut.at + 1, seq=cut.at)
    cut.change(0, seq=cut.at + 1)


def _contents_change_places(cut: Cut) -> None:
    """All that two lines say is exchanged, hashes too; only number and link stay where they were."""
    one, other = cut.line(cut.at), cut.line(cut.at + 1)
    kept = {"id", "chain", "seq", "previous"}
    cut.change(cut.at, **{name: value for name, value in other.items() if name not in kept})
    cut.change(cut.at + 1, **{name: value for name, value in one.items() if name not in kept})


def _far_ones_change_places(cut: Cut) -> None:
    cut.change(2, seq=0)
    cut.change(LENGTH - 1, seq=2)
    cut.change(0, seq=LENGTH - 1)


def _edited_and_hashed_anew(cut: Cut) -> None:
    line = cut.line(cut.at) | {"outcome": ledger.REFUSED}
    line.pop("hash")
    cut.change(cut.at, outcome=ledger.REFUSED, hash=ledger._digest(line))


def _put_in_between(cut: Cut) -> None:
    """A line more, rightly linked and hashed; those behind it move up by one."""
    for seq in range(LENGTH, cut.at, -1):
        cut.change(seq, seq=seq + 1)
    line = cut.line(cut.at)
    more = line | {"id": new_id(), "seq": cut.at + 1, "previous": line["hash"]}
    more.pop("hash")
    cut.session.connection().execute(insert(LINES), [more | {"hash": ledger._digest(more)}])
    cut.head(seq=LENGTH + 1)


def _taken_out(cut: Cut) -> None:
    """A line less; those behind it move down by one, and the head with them."""
    cut.drop(LINES.c.seq == cut.at)
    for seq in range(cut.at + 1, LENGTH + 1):
        cut.change(seq, seq=seq - 1)
    cut.head(seq=LENGTH - 1)


TOUCHES: dict[str, Callable[[Cut], None]] = {
    **{f"column {column.name}": _column(column.name) for column in LINES.columns},
    "first deleted": lambda cut: cut.drop(LINES.c.seq == 1),
    "one deleted": lambda cut: cut.drop(LINES.c.seq == cut.at),
    "last deleted": lambda cut: cut.drop(LINES.c.seq == LENGTH),
    "end cut": lambda cut: cut.drop(LINES.c.seq > cut.at),
    "all cut": lambda cut: cut.drop(),
    "end cut, head moved": lambda cut: (cut.drop(LINES.c.seq > cut.at), cut.head(seq=cut.at)),
    "numbers change places": _numbers_change_places,
    "contents change places": _contents_change_places,
    "far ones change places": _far_ones_change_places,
    "edited and hashed anew": _edited_and_hashed_anew,
    "put in between": _put_in_between,
    "taken out": _taken_out,
    "head's number": lambda cut: cut.head(seq=LENGTH + 1),
    "head's hash": lambda cut: cut.head(hash=ledger.START),
    "no head": lambda cut: cut.session.connection().execute(delete(HEADS).where(HEADS.c.chain == cut.chain)),
}


def found() -> tuple[set[str], int]:
    """Return the chains in which something is wrong, and how many lines were read."""
    with db.reading() as session:
        said = list(ledger.verify(session))
    chains = {each.chain for each in said if isinstance(each, ledger.Problem)}
    return chains, next(each for each in said if isinstance(each, int))


def _made_anew(cut: Cut) -> None:
    """Rewritten from a line on, every hash right and the head too: nothing in the database tells."""
    previous = cut.line(cut.at - 1)["hash"]
    for seq in range(cut.at, LENGTH + 1):
        line = cut.line(seq) | {"previous": previous, "outcome": ledger.REFUSED}
        line.pop("hash")
        previous = ledger._digest(line)
        cut.change(seq, previous=line["previous"], outcome=ledger.REFUSED, hash=previous)
    cut.head(hash=previous)


def test_whatever_is_done_to_ten_thousand_lines_is_found(database, tmp_path: Path):
    assert database
    with db.writing() as session:
        write(session, COUNT, CHAINS)
        witness.checkpoint(session, tmp_path)
    chance = random.Random(24)
    signed, *numbers = chance.sample(range(CHAINS), len(TOUCHES) + 1)
    with db.writing() as session:
        anew = Cut(session, ledger.person_chain(f"p{signed:06}"), LENGTH - 20)
        _made_anew(anew)
    assert found() == (set(), COUNT)
    with db.reading() as session:
        assert {each.chain for each in witness.verify(session, tmp_path)} == {anew.chain}
    touched = {ledger.person_chain(f"p{number:06}"): name for name, number in zip(TOUCHES, numbers, strict=True)}
    with db.writing() as session:
        for chain, name in touched.items():
            TOUCHES[name](Cut(session, chain, chance.randrange(10, LENGTH - 10)))
    wrong, _ = found()
    assert {name for chain, name in touched.items() if chain not in wrong} == set()
    assert wrong - set(touched) == {"person:nobody"}
