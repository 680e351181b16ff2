"""Generates the demo hospital and its people, and writes them as files for the import."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol

from health_cloud.core.words import Words
from health_cloud.demo import directory
from health_cloud.demo.directory import MINGHU, SONGYUN, Hospital
from health_cloud.demo.fhir import Bundle, at_host, bundle, dumps
from health_cloud.demo.lives import carter, huang, jin, li, lin, qin, ren, song, sun, tao, wu, xie, zhang
from health_cloud.demo.people import Person
from health_cloud.demo.script import read
from health_cloud.demo.story import Story
from health_cloud.demo.town import histories
from health_cloud.demo.views import DemoPerson

ORGANIZATION = SONGYUN.code
"""Code of the demo hospital's organization, in which physicians and staff work."""

FAMILIES = (("lin", "zhang", "child"), ("li", "zhang", "parent"))
"""Whose affairs, who sees to them, and what the latter is to the former."""

_PEOPLE_A_FILE = 200


class Life(Protocol):
    """A module of `lives`."""

    def person(self, seed: int) -> Person:
        """Returns who lives it."""
        ...

    def tell(self, seed: int, today: date) -> Story:
        """Writes it down up to, not including, today."""
        ...


LIVES: tuple[Life, ...] = (lin, sun, wu, zhang, li, huang, carter, qin, xie, ren, song, tao, jin)
ELSEWHERE: dict[str, tuple[Callable[[int, date], Story], ...]] = {MINGHU.code: (song.tell_elsewhere,)}
"""What happened to people at other hospitals, each with an import of its own."""


def cards(seed: int) -> list[DemoPerson]:
    """Returns the people of the demo with what they carry in their wallets."""
    return [_card(life.person(seed)) for life in LIVES]


def generate(seed: int, today: date, hospital: Hospital = SONGYUN) -> Iterator[Bundle]:
    """Yields a hospital's directory, then each person's bundle and the later deliveries.

    Equal arguments give equal bundles.
    """
    for _, content in _named(seed, today, hospital):
        yield content


def write(folder: Path, seed: int, today: date, hospital: Hospital = SONGYUN) -> list[Path]:
    """Writes the bundles of `generate` as JSON files and returns their paths in the order of delivery."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for number, (name, content) in enumerate(_named(seed, today, hospital)):
        path = folder / f"{number:02d}-{name}.json"
        path.write_text(dumps(content), encoding="utf-8")
        paths.append(path)
    return paths


def town(people: int, seed: int, today: date) -> Iterator[Bundle]:
    """Yields the directory, then a bundle for each of this many people, in flat memory."""
    yield bundle(directory.resources())
    for story in histories(people, seed, today):
        yield bundle(story.resources)


def write_town(folder: Path, people: int, seed: int, today: date) -> Iterator[Path]:
    """Writes the town as NDJSON, a resource a line, and yields each file's path when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    bundles = town(people, seed, today)
    number = 0
    while part := list(islice(bundles, _PEOPLE_A_FILE)):
        path = folder / f"town-{number:05d}.ndjson"
        with path.open("w", encoding="utf-8") as lines:
            for content in part:
                lines.writelines(f"{dumps(entry['resource'])}\n" for entry in content["entry"])
        number += 1
        yield path


def _named(seed: int, today: date, hospital: Hospital) -> Iterator[tuple[str, Bundle]]:
    if hospital != SONGYUN:
        host = f"https://fhir.{hospital.code}.example"
        yield "directory", at_host(bundle(directory.resources(hospital)), host)
        for tell in ELSEWHERE[hospital.code]:
            story = tell(seed, today)
            yield story.person.key, at_host(bundle(story.resources), host)
        return
    yield "directory", bundle(directory.resources())
    for life in LIVES:
        story = life.tell(seed, today)
        yield story.person.key, bundle(story.resources)
        for number, later in enumerate(story.deliveries, 2):
            yield f"{story.person.key}-{number}", bundle(later)


def _card(person: Person) -> DemoPerson:
    texts = read(person.key).texts
    return DemoPerson(
        key=person.key,
        name=Words(*person.name),
        document="passport" if person.passport else "resident_id",
        national_id=person.national_id,
        visit_card=person.visit_card,
        social_security_card=person.social_security_card,
        phone=person.phone,
        email=person.email,
        born=f"{person.birth:%Y-%m-%d}",
        story=Words(*texts["story"]),
        shows=Words(*texts["shows"]),
        died=person.died[:10],
    )
