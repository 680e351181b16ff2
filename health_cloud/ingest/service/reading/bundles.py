"""From one message to the resources in it, as the rules count them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from health_cloud.ingest.service.reading.json_text import Json

UNFOLDED = frozenset({"transaction", "batch", "collection", "searchset", "message", "document", "history"})


@dataclass(frozen=True, slots=True)
class Found:
    """One resource of a message.

    Attributes:
        position: its place in the bundle, from 1; 0 when it is the message itself.
        full_url: as the bundle names it, or empty.
        within: whether it belongs to a `document` Bundle alone.
    """

    resource: Json
    position: int
    full_url: str = ""
    within: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """An item of a message that cannot be read, and why."""

    position: int
    cause: str


def kind_of(message: Any) -> str:
    """Return the type of a Bundle, or `resource`."""
    if isinstance(message, dict) and message.get("resourceType") == "Bundle":  # pyright: ignore[reportUnknownMemberType]
        return str(message.get("type", ""))[:20]  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return "resource"


def unfold(message: Any) -> Iterator[Found | Unread]:
    """Yield every resource of a message: a bundle's entries, or the one that it is."""
    if not isinstance(message, dict):
        yield Unread(0, "not_fhir")
    elif message.get("resourceType") != "Bundle":  # pyright: ignore[reportUnknownMemberType]
        yield Found(message, 0)  # pyright: ignore[reportUnknownArgumentType]
    else:
        yield from _of_bundle(message, within=False)  # pyright: ignore[reportUnknownArgumentType]


def _of_bundle(bundle: Json, *, within: bool) -> Iterator[Found | Unread]:
    kind = bundle.get("type")
    if kind not in UNFOLDED:
        yield Unread(0, "bundle_type")
        return
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        return
    numbered = [(number, each) for number, each in enumerate(entries, start=1) if isinstance(each, dict)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    for number, entry in _newest(numbered) if kind == "history" else numbered:  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        yield from _of_entry(number, entry, within=within or kind == "document")  # pyright: ignore[reportUnknownArgumentType]


def _of_entry(number: int, entry: Json, *, within: bool) -> Iterator[Found | Unread]:
    resource = entry.get("resource")
    full_url = entry.get("fullUrl")
    if resource is None:
        return
    if not isinstance(resource, dict):
        yield Unread(number, "not_fhir")
    elif resource.get("resourceType") == "Bundle":  # pyright: ignore[reportUnknownMemberType]
        yield from (_at(number, each) for each in _of_bundle(resource, within=within))  # pyright: ignore[reportUnknownArgumentType]
    else:
        yield Found(resource, number, full_url if isinstance(full_url, str) else "", within)  # pyright: ignore[reportUnknownArgumentType]


def _at(number: int, each: Found | Unread) -> Found | Unread:
    if isinstance(each, Unread):
        return Unread(number, each.cause)
    return Found(each.resource, number, each.full_url, each.within)


def _newest(numbered: list[tuple[int, Json]]) -> list[tuple[int, Json]]:
    """Of each resource the entry that was changed last; without times the first, as histories come newest first."""
    best: dict[str, tuple[tuple[str, int], int, Json]] = {}
    for number, entry in numbered:
        resource = entry.get("resource")
        meta = resource.get("meta") if isinstance(resource, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        updated = meta.get("lastUpdated", "") if isinstance(meta, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        rank = (str(updated), -number)  # pyright: ignore[reportUnknownArgumentType]
        name = _name(entry, number)
        if name not in best or rank > best[name][0]:
            best[name] = (rank, number, entry)
    return sorted(((number, entry) for _, number, entry in best.values()), key=lambda each: each[0])


def _name(entry: Json, number: int) -> str:
    resource = entry.get("resource")
    if isinstance(resource, dict) and resource.get("id"):  # pyright: ignore[reportUnknownMemberType]
        return f"{resource.get('resourceType')}/{resource.get('id')}"  # pyright: ignore[reportUnknownMemberType]
    return str(entry.get("fullUrl") or number)
