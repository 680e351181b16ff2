"""From one message to the resources in it, as the rules count them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from health_cloud.ingest.service.mapping import times
from health_cloud.ingest.service.mapping.fhir import obj
from health_cloud.ingest.service.reading.json_text import Json

UNFOLDED = frozenset({"transaction", "batch", "collection", "searchset", "message", "document", "history"})
_ZONE = ZoneInfo("UTC")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """One resource of a message.

    Attributes:
        position: its place in the bundle, from 1; 0 when it is the message itself.
        full_url: as the bundle names it, or empty.
        within: whether it belongs to a `document` Bundle alone.
        leads: whether it is the Composition that such a Bundle is.
    """

    resource: Json
    position: int
    full_url: str = ""
    within: bool = False
    leads: bool = False


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
    entries: Any = bundle.get("entry", [])
    if not isinstance(entries, list):
        yield Unread(0, "not_fhir")
        return
    numbered: list[tuple[int, Any]] = list(enumerate(entries, start=1))  # pyright: ignore[reportUnknownArgumentType]
    leading = next((number for number, entry in numbered if _type_of(entry) == "Composition"), 0)
    if kind == "document" and not leading:
        yield Unread(0, "no_composition")
        return
    for number, entry in _newest(numbered) if kind == "history" else numbered:
        leads = kind == "document" and number == leading and not within
        yield from _of_entry(number, entry, within=within or kind == "document", leads=leads)


def _type_of(entry: Any) -> str:
    resource = cast("Json", entry).get("resource") if isinstance(entry, dict) else None
    return str(cast("Json", resource).get("resourceType")) if isinstance(resource, dict) else ""


def _of_entry(number: int, entry: Any, *, within: bool, leads: bool) -> Iterator[Found | Unread]:
    if not isinstance(entry, dict):
        yield Unread(number, "not_fhir")
        return
    resource = cast("Json", entry).get("resource")
    full_url = cast("Json", entry).get("fullUrl")
    if resource is None:
        return
    if not isinstance(resource, dict):
        yield Unread(number, "not_fhir")
    elif resource.get("resourceType") == "Bundle":  # pyright: ignore[reportUnknownMemberType]
        yield from (_at(number, each) for each in _of_bundle(resource, within=within))  # pyright: ignore[reportUnknownArgumentType]
    else:
        yield Found(resource, number, full_url if isinstance(full_url, str) else "", within, leads)  # pyright: ignore[reportUnknownArgumentType]


def _at(number: int, each: Found | Unread) -> Found | Unread:
    if isinstance(each, Unread):
        return Unread(number, each.cause)
    return Found(each.resource, number, each.full_url, each.within, each.leads)


def _newest(numbered: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Of each resource the entry that was changed last; without times the first, as histories come newest first."""
    best: dict[str, tuple[datetime, int]] = {}
    for number, entry in numbered:
        name, changed = _name(entry, number), _changed(entry)
        if name not in best or changed > best[name][0]:
            best[name] = (changed, number)
    kept = {number for _, number in best.values()}
    return [each for each in numbered if each[0] in kept]


def _changed(entry: Any) -> datetime:
    resource = obj(obj(entry).get("resource"))
    found = times.when(obj(resource.get("meta")).get("lastUpdated"), _ZONE)
    return found.at if found else _LONG_AGO


def _name(entry: Any, number: int) -> str:
    resource = obj(obj(entry).get("resource"))
    if resource.get("id"):
        return f"{resource.get('resourceType')}/{resource.get('id')}"
    return str(obj(entry).get("fullUrl") or number)
