"""FHIR dates: the instant, the text as given, and how exact it is. Partial dates never shift by zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from health_cloud.chart.service.drafts import When
from health_cloud.core.vocabulary import Precision
from health_cloud.ingest.service.mapping.fhir import Json, obj, text

_FORM = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?"
)


def when(value: Any, zone: ZoneInfo) -> When | None:
    """Read a FHIR date, dateTime or instant; nothing when it is none.

    A time without a zone is the hospital's own; a partial date is its first instant there.
    """
    given = text(value)
    form = _FORM.fullmatch(given)
    if form is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = form.groups()
    try:
        local = datetime(  # noqa: DTZ001 - gets its zone below
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            min(int(second or 0), 59),
            int((fraction or "")[:6].ljust(6, "0")),
        )
        at = _zoned(local, offset, zone)
    except (ValueError, OverflowError):
        return None
    return When(at, given, _precision(month, day, hour, second))


def _zoned(local: datetime, offset: str | None, zone: ZoneInfo) -> datetime:
    if offset in (None, ""):
        return local.replace(tzinfo=zone).astimezone(UTC)
    if offset == "Z":
        return local.replace(tzinfo=UTC)
    return datetime.fromisoformat(f"{local.isoformat()}{offset[:3]}:{offset[-2:]}").astimezone(UTC)


def _precision(month: str | None, day: str | None, hour: str | None, second: str | None) -> str:
    if hour:
        return (Precision.SECOND if second else Precision.MINUTE).value
    if day:
        return Precision.DAY.value
    return (Precision.MONTH if month else Precision.YEAR).value


def occurred(resource: Json, zone: ZoneInfo, *names: str) -> When | None:
    """Return the first of these elements that is a date; of a Period its start, else its end."""
    for name in names:
        value = resource.get(name)
        if isinstance(value, dict):
            period = obj(value)
            found = when(period.get("start"), zone) or when(period.get("end"), zone)
        else:
            found = when(value, zone)
        if found is not None:
            return found
    return None


def said(resource: Json, *names: str) -> str:
    """Return the first of these elements as it is given, of a Period its start, else its end."""
    for name in names:
        value = resource.get(name)
        if isinstance(value, dict):
            value = obj(value).get("start") or obj(value).get("end")
        if given := text(value):
            return given
    return ""


def ended(resource: Json, *names: str) -> str:
    """Return the end of the first of these Periods that has one, as it is given."""
    for name in names:
        if given := text(obj(resource.get(name)).get("end")):
            return given
    return ""


def changed_at(resource: Json, zone: ZoneInfo) -> datetime | None:
    """Return when the source last changed a resource: `meta.lastUpdated`, else when it was issued or written."""
    updated = when(obj(resource.get("meta")).get("lastUpdated"), zone)
    if updated is None:
        updated = occurred(resource, zone, "issued", "date") if "issued" in resource or "date" in resource else None
    return updated.at if updated else None
