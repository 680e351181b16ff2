"""A process that books as fast as it can and says each booking that was acknowledged, until it is killed."""

from __future__ import annotations

import random
import sys
from contextlib import suppress

from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict
from health_cloud.core.policy import Role
from health_cloud.followup import service
from health_cloud.followup.service import booking


def main(account: str, person: str, *slots: str) -> None:
    """Hold and book every time, in an order of its own."""
    booking.LIVING_AT_MOST = 1000
    booking.give = lambda *_: None  # one yes serves them all
    patient = Actor(account, Role.PATIENT, person)
    for slot in random.sample(slots, len(slots)):
        with suppress(Conflict):
            db.perform(service.hold, patient, slot)
            made = db.perform(service.book, patient, slot, "想调一下药")
            sys.stdout.write(f"{made.id}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
