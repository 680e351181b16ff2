"""From opened files to messages: whole files or lines, parsed, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from health_cloud.ingest.service.reading import json_text
from health_cloud.ingest.service.reading.bundles import kind_of
from health_cloud.ingest.service.reading.files import (
    BROKEN,
    MEMBER_LIMIT,
    Budget,
    Listed,
    Opened,
    Refused,
    opened,
    read_lines,
    read_whole,
)

RESOURCE_LIMIT = 32 * 1024 * 1024
LINE_LIMIT = 64 * 1024 * 1024


@dataclass(slots=True)
class Item:
    """A message as it came: where from, its bytes, and what it parses to (or why not)."""

    file: str
    position: int
    raw: bytes
    parsed: Any = None
    cause: str = ""


def items_of(files: list[Listed], budget: Budget) -> Iterator[Item]:
    """Yield every message of these files in order, and in its place what was refused."""
    for found in opened(files, budget):
        if isinstance(found, Refused):
            yield Item(found.name, found.position, b"", cause=found.cause)
            if budget.spent:
                return
            continue
        try:
            yield from _lines(found, budget) if found.lines else _whole(found, budget)
        except BROKEN:
            yield Item(found.name, 0, b"", cause="broken_file")
        if budget.spent:
            yield Item(found.name, 0, b"", cause="run_too_large")
            return


def _whole(found: Opened, budget: Budget) -> Iterator[Item]:
    raw = read_whole(found.stream, MEMBER_LIMIT, budget)
    yield Item(found.name, 0, b"", cause="too_large") if raw is None else Item(found.name, 0, raw)


def _lines(found: Opened, budget: Budget) -> Iterator[Item]:
    for number, raw in enumerate(read_lines(found.stream, LINE_LIMIT, budget), start=1):
        if raw is None:
            yield Item(found.name, number, b"", cause="too_large")
        elif raw.strip():
            yield Item(found.name, number, raw)


def after(place: int, items: Iterator[Item]) -> Iterator[Item]:
    """Pass over so many items, which a killed run had finished, unparsed; parse the rest."""
    for item in islice(items, place, None):
        if not item.cause:
            try:
                item.parsed = json_text.read(item.raw)
            except json_text.BrokenJson as error:
                item.cause = error.cause
        if not item.cause and len(item.raw) > RESOURCE_LIMIT and not _is_bundle(item):
            item.cause = "too_large"
        yield item


def _is_bundle(item: Item) -> bool:
    return kind_of(item.parsed) != "resource"
