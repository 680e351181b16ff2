"""Fills an empty installation with the invented hospital: generated FHIR files through the real import."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session

from health_cloud.chart.service.sources import Promise
from health_cloud.core import db
from health_cloud.core.actors import Actor, system
from health_cloud.core.clock import now
from health_cloud.core.errors import Conflict, Denied
from health_cloud.core.settings import settings
from health_cloud.core.words import Words
from health_cloud.demo import service
from health_cloud.demo.directory import HOSPITALS, MINGHU, Hospital
from health_cloud.demo.formulary import put_formulary
from health_cloud.demo.showing import SEED
from health_cloud.identity.service import directory
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.service.guardians import desk
from health_cloud.ingest.service.run import has_finished, ingest_fhir
from health_cloud.ingest.views import Progress, Summary

Say = Callable[[str], None]

_FEED = Promise(Words("临床数据中心", "Clinical data centre"), "none")
"""The demo's hospitals promise no more deliveries: nobody is told tomorrow that they are silent."""


def is_wanted() -> bool:
    """Tell whether a start has to seed: in demo mode, until an import has come to its end.

    Raises:
        Conflict: demo mode on a database that holds a real hospital; `/demo` would show its people's codes.
    """
    if settings().mode != "demo":
        return False
    with db.reading() as session:
        if not directory.only_demo(session):
            raise Conflict("demo.error.real_hospital")
        return not all(has_finished(session, code) for code in HOSPITALS)


def seed(say: Say, *, people: int = 0, number: int = SEED) -> Summary:
    """Seed the demo; done again, it only brings what is missing.

    Args:
        say: is told what happens, a line at a time.
        people: so many more people, with shorter histories.
        number: the generator's seed; equal numbers make equal people.

    Raises:
        Denied: not in demo mode.
        Conflict: the database holds a real hospital.
    """
    if settings().mode != "demo":
        raise Denied("demo.error.not_demo")
    for hospital in HOSPITALS.values():
        db.perform(_found, system("seed"), hospital)
    with tempfile.TemporaryDirectory(prefix="health-cloud-seed-") as folder:
        say("Inventing people and their records ...")
        elsewhere = service.write(Path(folder) / MINGHU.code, number, now().date(), MINGHU)
        ingest_fhir(elsewhere, organization_code=MINGHU.code, promise=_FEED)
        paths = service.write(Path(folder), number, now().date())
        if people:
            paths += list(service.write_town(Path(folder) / "town", people, number, now().date()))
        say(f"Importing {len(paths)} files ...")
        summary = ingest_fhir(paths, organization_code=service.ORGANIZATION, progress=_teller(say), promise=_FEED)
    db.perform(_families, system("seed"), number)
    db.perform(put_formulary, system("seed"), service.ORGANIZATION)
    told = f"{summary.patients} people, {sum(summary.published.values())} records"
    say(f"  {told} from {summary.resources} resources in {summary.seconds:.0f} s")
    return summary


def _found(session: Session, _actor: Actor, hospital: Hospital) -> None:
    directory.found_demo(session, hospital.code, Words(*hospital.name))


def _families(session: Session, actor: Actor, number: int) -> None:
    """Let the daughter of one and the mother of another see to their affairs, as a desk would enter it."""
    known = {card.key: Named(national_id=card.national_id) for card in service.cards(number)}
    for patient, guardian, relation in service.FAMILIES:
        if not desk.were_related(session, known[patient], known[guardian]):
            desk.name_guardian(
                session,
                actor,
                known[patient],
                known[guardian],
                relation,
                ("decide", "book"),
                days=365,
                proof="demonstration",
            )


def _teller(say: Say) -> Callable[[Progress], None]:
    """Say how far it is; what is left to decide is more than people, so it is told as a part of the whole."""
    whole: list[int] = []

    def tell(word: Progress) -> None:
        if word.phase == "reading":
            say(f"  read {word.resources} resources, {word.megabytes:.0f} MB")
            return
        whole.append(word.left + 1)
        say(f"  decided {100 - 100 * word.left // whole[0]} %")

    return tell
