"""A process that books one visit, moves it as fast as it can and says each acknowledged place, until killed."""

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
    """Book the first time that is free, and go on to every other."""
    booking.LIVING_AT_MOST = 1000
    booking.give = lambda *_: None  # one yes serves them all
    patient = Actor(account, Role.PATIENT, person)
    visit = ""
    for slot in random.sample(slots, len(slots)) * 20:
        with suppress(Conflict):
            if visit:
                db.perform(service.move_appointment, patient, visit, slot)
            else:
                visit = db.perform(service.book, patient, slot, "想调一下药").id
            sys.stdout.write(f"{visit} {slot}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
