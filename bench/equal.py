"""Does the time an answer takes tell whether a person exists? Median gap between known and unknown, each step.

Of somebody who verifies or signs in (R2), of a physician who asks by a card, and of one who breaks the glass for
somebody whose chart no glass opens, by the card of nobody at all.

Known and unknown are asked in turns, in random order, so that drift of the machine falls on both alike.

    python -m bench.equal [--attempts 500] [--sign-ins 100]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bench.town import town_in
from health_cloud.core import clock, db
from health_cloud.core.actors import NOBODY
from health_cloud.core.errors import Invalid
from health_cloud.identity.models import Person
from health_cloud.identity.service import verification
from health_cloud.identity.service.sign_in import sign_in
from tests import charts, people, sharing
from tests.consent.emergencies import break_glass

GOAL_MS = 5.0
_REQUESTS = 14
"""So many of each kind one physician may send within an hour."""
Took = dict[tuple[str, str], list[float]]


def timed(took: Took, step: str, kind: str, work: Callable[[], object]) -> None:
    """Do a step and note how long it took, refused or not."""
    began = time.perf_counter()
    with suppress(Invalid):
        work()
    took[step, kind].append(time.perf_counter() - began)


def verify(took: Took, kind: str, town: people.Town, number: str, device: str) -> None:
    """Go through a verification that must fail at its end: each page a step."""
    here = people.at(device)
    timed(took, "document and card", kind, lambda: people.begin(here, town.lin, number=number))
    for place in range(3):
        timed(took, "a question", kind, lambda p=place: db.perform(verification.answer, NOBODY, here, p, 0))
    timed(took, "questions done", kind, lambda: db.perform(verification.finish_questions, NOBODY, here))
    timed(took, "code asked for", kind, lambda: db.perform(verification.send_code, NOBODY, here, "zh"))
    timed(took, "wrong code", kind, lambda: db.perform(verification.prove, NOBODY, here, "000000"))


def ask(took: Took, kind: str, town: people.Town, turn: int) -> None:
    """Ask for access by a card; after so many requests somebody else does."""
    physician = charts.physician(town, f"asker-{turn // _REQUESTS}")
    card = town.lin.visit_card if kind == "known" else f"V{900000 + turn}"
    timed(took, "access asked for", kind, lambda: sharing.ask(physician, card))


def break_in(took: Took, kind: str, town: people.Town, turn: int) -> None:
    """Declare an emergency that opens nothing: its person has died, or there is none."""
    physician = replace(charts.physician(town, "asker-0"), proved_at=sharing.LONG_FRESH)
    card = town.wang.visit_card if kind == "known" else f"V{900000 + turn}"
    timed(took, "emergency refused", kind, lambda: break_glass(physician, card))


def strange(number: int) -> str:
    """Return the valid number of somebody whom no hospital knows."""
    return people.with_check_digit(
        f"1101011{970 + number // 25000}{number // 900 % 12 + 1:02d}{number // 32 % 28 + 1:02d}{number % 32 + 1:03d}"
    )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=500)
    parser.add_argument("--sign-ins", type=int, default=100)
    given, _ = parser.parse_known_args()
    took: Took = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="health-cloud-bench-") as name:
        town = town_in(Path(name))
        people.signed_up(people.at(), town.lin)
        chance = random.Random(2)
        for turn in range(given.attempts):
            for kind in chance.sample(["known", "unknown"], 2):
                people.forget_attempts()
                number = town.lin.national_id if kind == "known" else strange(turn)
                verify(took, kind, town, number, f"{kind}-{turn}")
        for turn in range(given.sign_ins):
            for kind in chance.sample(["known", "unknown"], 2):
                people.forget_attempts()
                login = town.lin.national_id if kind == "known" else strange(turn)
                timed(took, "sign-in", kind, lambda who=login: sign_in(people.at(), who, "not my password", "123456"))
        with db.writing() as session:
            session.get_one(Person, town.wang.person_id).deceased_at = clock.now()
        for turn in range(given.attempts):
            for kind in chance.sample(["known", "unknown"], 2):
                people.forget_attempts()
                ask(took, kind, town, turn)
                break_in(took, kind, town, turn)
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{'step':<20} {'each':>6} {'known ms':>9} {'unknown ms':>11} {'gap ms':>7}")
    for step in dict.fromkeys(step for step, _ in took):
        known, unknown = (statistics.median(took[step, kind]) * 1e3 for kind in ("known", "unknown"))
        gap = abs(known - unknown)
        word = "" if gap < GOAL_MS else "  too much"
        print(f"{step:<20} {len(took[step, 'known']):>6} {known:>9.2f} {unknown:>11.2f} {gap:>7.2f}{word}")


if __name__ == "__main__":
    main()
