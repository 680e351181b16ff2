"""Generates the demo hospital and its people, and writes them as files for the import."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from health_cloud.demo import directory
from health_cloud.demo.fhir import Bundle, bundle, dumps
from health_cloud.demo.lives import lin

LIVES = (lin,)
ORGANIZATION = "songyun"
"""Code of the demo hospital's organization."""


def generate(seed: int, today: date) -> Iterator[Bundle]:
    """Yields the directory, then one bundle a person; equal arguments give equal bundles."""
    for _, content in _named(seed, today):
        yield content


def write(folder: Path, seed: int, today: date) -> list[Path]:
    """Writes the bundles of `generate` as JSON files and returns their paths in the order of delivery."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for number, (name, content) in enumerate(_named(seed, today)):
        path = folder / f"{number:02d}-{name}.json"
        path.write_text(dumps(content), encoding="utf-8")
        paths.append(path)
    return paths


def _named(seed: int, today: date) -> Iterator[tuple[str, Bundle]]:
    yield "directory", bundle(directory.resources())
    for life in LIVES:
        story = life.tell(seed, today)
        yield story.person.key, bundle(story.resources)
