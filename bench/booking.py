"""Booking in a large hospital: what finding a time costs, and how many bookings a second are taken, none lost.

500 practitioners of 20 departments offer 20 times a day on 60 days; nine of ten times are booked already. A patient who
was seen in one department, and one who was seen in all, ask for the next free time of each physician. Then clients of
one physician each book and move as fast as they can, through the product's own use cases, commit included.

    python -m bench.booking [--physicians 500] [--days 60] [--clients 8] [--seconds 10] [--rounds 20]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, insert, select

from bench.town import share, town_in
from health_cloud.chart.models import ChartEncounter
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Role
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Slot
from health_cloud.followup.service import booking
from health_cloud.identity.models import Account, Department
from tests import people
from tests.followup.eligibility import agreed, answered, diagnosed
from tests.sharing import LONG_FRESH

DEPARTMENTS, A_DAY, BOOKED = 20, 20, 10


def _hospital(session: Session, _: Actor, town: people.Town, physicians: int, days: int) -> list[str]:
    """Lay out the hospital; returns its departments, the one where the patient was seen first."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    places = [town.departments["endocrinology"]]
    for number in range(DEPARTMENTS - 1):
        place = Department(
            organization_id=town.organization_id,
            source_id=f"d{number}",
            name_zh=f"科室 {number}",
            name_en=f"Department {number}",
        )
        session.add(place)
        session.flush()
        places.append(place.id)
    for number in range(physicians):
        account = Account(role="physician", organization_id=town.organization_id, state="active", created_at=now)
        session.add(account)
        session.flush()
        slots = [
            {
                "id": new_id(),
                "organization_id": town.organization_id,
                "physician_account_id": account.id,
                "department_id": places[number % DEPARTMENTS],
                "starts_at": (starts := now + timedelta(days=day + 1, minutes=20 * each)),
                "ends_at": starts + timedelta(minutes=20),
                "state": "open",
                "kinds": "text",
            }
            for day in range(days)
            for each in range(A_DAY)
        ]
        session.execute(insert(Slot), slots)
        taken = [
            {
                "id": new_id(),
                "slot_id": slot["id"],
                "person_id": town.wang.person_id,
                "state": "accepted",
                "ended_by": "",
                "created_at": now,
                "changed_at": now,
                "moved": 0,
            }
            for at, slot in enumerate(slots)
            if at % BOOKED or at < A_DAY * (number % 30)
        ]
        session.execute(insert(Appointment), taken)
    return places


def _took(rounds: int, act: Callable[[], object]) -> str:
    took: list[float] = []
    for _ in range(rounds + 2):
        begun = time.perf_counter()
        act()
        took.append(time.perf_counter() - begun)
    return f"median {statistics.median(took[2:]) * 1e3:.1f} ms, p95 {share(took[2:], 0.95):.1f} ms"


def _race(patient: Actor, clients: int, seconds: float) -> None:
    """Book and move at once; says how many a second, and that none was lost."""
    booking.LIVING_AT_MOST = 10**6
    booking.give = lambda *_: None  # one yes serves them all
    with db.reading() as session:
        offer = service.offers(session, patient).offers[0]
        *_, department, physician = offer.times.split("/")
        here = select(Slot.id).where(Slot.department_id == department, Slot.physician_account_id == physician)
        ids = list(session.exec(here.order_by(col(Slot.starts_at))).all())
    acknowledged: list[dict[str, str]] = [{} for _ in range(clients)]
    acts = [0] * clients
    until = time.monotonic() + seconds

    def client(number: int) -> None:
        own, last = acknowledged[number], ""
        for slot in ids[number::clients] * 50:
            if time.monotonic() > until:
                return
            try:
                if last and acts[number] % 2:
                    own[last] = db.perform(service.move_appointment, patient, last, slot).slot_id
                else:
                    last = db.perform(service.book, patient, slot, "想调药").id
                    own[last] = slot
            except Conflict:
                continue
            acts[number] += 1

    crowd = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    begun = time.monotonic()
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    took = time.monotonic() - begun
    wanted = {visit: slot for own in acknowledged for visit, slot in own.items()}
    with db.reading() as session:
        found = session.exec(select(Appointment).where(Appointment.person_id == patient.person_id)).all()
        living = {each.id: each.slot_id for each in found}
    lost = sum(living.get(visit) != slot for visit, slot in wanted.items())
    doubled = len(living) - len(set(living.values()))
    print(f"{clients} clients: {sum(acts) / took:.0f} bookings and moves a second; {lost} lost, {doubled} doubled")


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser()
    given.add_argument("--physicians", type=int, default=500)
    given.add_argument("--days", type=int, default=60)
    given.add_argument("--clients", type=int, default=8)
    given.add_argument("--seconds", type=float, default=10)
    given.add_argument("--rounds", type=int, default=20)
    chosen, _ = given.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        town = town_in(Path(folder) / "booking")
        places = db.perform(_hospital, people.COMMAND_LINE, town, chosen.physicians, chosen.days)
        patient = db.perform(_patient, people.COMMAND_LINE, town)
        print(f"{chosen.physicians} physicians, {chosen.days} days, {A_DAY} times a day, most of them booked")
        db.perform(_seen, people.COMMAND_LINE, town, places[:1])
        print(
            "next free times, seen in one department:",
            _took(chosen.rounds, lambda: db.perform(service.offers, patient)),
        )
        *_, department, physician = db.perform(service.offers, patient).offers[0].times.split("/")
        page = _took(chosen.rounds, lambda: db.perform(service.times_page, patient, department, physician))
        print("the page of one physician's times:", page)
        db.perform(_seen, people.COMMAND_LINE, town, places[1:])
        print(
            "next free times, seen in all of them:", _took(chosen.rounds, lambda: db.perform(service.offers, patient))
        )
        diagnosed(town, town.lin)
        chen = Actor(physician, Role.PHYSICIAN)
        answered(patient, chen, department)
        agreed(patient, chen, department)
        for clients in (1, chosen.clients):
            _race(patient, clients, chosen.seconds)


def _patient(session: Session, _: Actor, town: people.Town) -> Actor:
    account = Account(role="patient", person_id=town.lin.person_id, state="active", created_at=clock.now())
    session.add(account)
    session.flush()
    people.agreed(session, town.lin.person_id)
    return Actor(account.id, Role.PATIENT, town.lin.person_id, proved_at=LONG_FRESH)


def _seen(session: Session, _: Actor, town: people.Town, departments: list[str]) -> None:
    """Let the patient have been seen there."""
    known = session.exec(select(ChartEncounter).where(ChartEncounter.person_id == town.lin.person_id)).first()
    assert known is not None
    for each in departments:
        columns: dict[str, Any] = known.model_dump() | {"id": new_id(), "source_id": new_id(), "department_id": each}
        session.add(ChartEncounter(**columns))


if __name__ == "__main__":
    main()
