"""R23 through crashes: whoever was told something has a line on the disk, and every line was asked for."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter

from sqlmodel import select

from health_cloud import tables
from health_cloud.core import db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Role
from health_cloud.records.service.reading import list_page
from tests import charts, people

READERS = 8
KILLS = 6
LINES_OF_A_REFUSAL = 2
"""A patient's stands with whom it was about and in their own chain: decision 8."""


async def read_for_ever(reader: Actor, stranger: str) -> None:
    """Tell on standard output of each read and refusal as soon as it is answered."""

    async def one(person_id: str) -> None:
        while True:
            try:
                page = await db.transact(list_page, reader, person_id, "laboratory")
                outcome = ledger.ALLOWED if page.months else "empty"
            except Denied:
                outcome = ledger.REFUSED
            os.write(1, f"{outcome}\n".encode())

    await asyncio.gather(*(one(stranger if number % 4 == 0 else reader.person_id) for number in range(READERS)))


def told_until_killed(arguments: list[str], answers: int) -> Counter[str]:
    """Let a process of its own read, kill it after so many answers, and count all that it had told."""
    words = [sys.executable, "-m", "tests.chart.test_crash", *arguments]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = Counter(process.stdout.readline().strip() for _ in range(answers))
    process.send_signal(signal.SIGKILL)
    told.update(line.strip() for line in process.stdout if line.endswith("\n"))
    process.wait()
    return told


def test_every_answer_before_a_kill_has_its_line(town: people.Town) -> None:
    charts.put(town, town.lin)
    lin = charts.reader(town.lin)
    chance = random.Random(23)
    before = outcomes(town)
    for _ in range(KILLS):
        told = told_until_killed([lin.account_id, lin.person_id, town.wang.person_id], chance.randint(20, 120))
        after = outcomes(town)
        assert set(told) == {ledger.ALLOWED, ledger.REFUSED}
        written = after - before
        told[ledger.REFUSED] *= LINES_OF_A_REFUSAL
        assert not told - written, "told, and not in the ledger"
        assert (written - told).total() <= LINES_OF_A_REFUSAL * READERS, "in the ledger, and never asked for"
        before = after
    with db.reading() as session:
        assert all(isinstance(found, int) for found in ledger.verify(session))


def outcomes(town: people.Town) -> Counter[str]:
    chains = [ledger.person_chain(each.person_id) for each in (town.lin, town.wang)]
    with db.reading() as session:
        return Counter(session.exec(select(LedgerLine.outcome).where(LedgerLine.chain.in_(chains))).all())


if __name__ == "__main__":
    assert tables.FEATURES
    account_id, person_id, stranger_id = sys.argv[1:]
    asyncio.run(read_for_ever(Actor(account_id, Role.PATIENT, person_id=person_id), stranger_id))
