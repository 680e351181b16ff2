"""Filters of a list: from the address to the chart and back, offering only what stands in what may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from health_cloud.chart.service import Chart
from health_cloud.chart.views import Facet, Narrowed
from health_cloud.core.crypto import blind
from health_cloud.core.ids import is_id
from health_cloud.core.words import Words
from health_cloud.records.views.filters import NO_CHIP, NO_CHOICE, UNFILTERED, Asked, Chip, Filters, OneOf, Option

NOTHING = Words()
NOWHERE = Words("\x1f", "\x1f")
"""The name of no department: what a key that fits none is narrowed to."""
_KEY = 16
_SPANS = {"12m": timedelta(days=365), "5y": timedelta(days=5 * 365 + 1)}
_YEAR = 4


def asked_of(query: Mapping[str, str]) -> Asked:
    """Read a filter from an address; what is none of ours is passed over."""
    only, hospital, department, period = (query.get(name, "") for name in ("only", "hospital", "department", "period"))
    return Asked(
        only=only if only in ("abnormal", "new") else "",
        hospital=hospital if is_id(hospital) else "",
        department=department if len(department) == _KEY and department.isascii() else "",
        period=period if period in _SPANS or _is_year(period) else "",
    )


def _is_year(text: str) -> bool:
    return len(text) == _YEAR and text.isascii() and text.isdecimal() and text >= "0001"


def address(record_class: str, asked: Asked) -> str:
    """Return where a list stands under a filter."""
    given = {name: value for name, value in asdict(asked).items() if value}
    return f"/records/{record_class}" + (f"?{urlencode(given)}" if given else "")


def key_of(place: Words) -> str:
    """Return what stands for a department in an address: no name stays in a browser's history."""
    return blind(f"{place.zh}\x1f{place.en}", "records_filter.place")[:_KEY]


def narrowed_by(asked: Asked, facets: Sequence[Facet], now: datetime) -> Narrowed:
    """Return a filter as the chart takes it."""
    places = {key_of(each.place): each.place for each in facets}
    return Narrowed(
        abnormal=asked.only == "abnormal",
        fresh=asked.only == "new",
        organization_id=asked.hospital,
        place=places.get(asked.department, NOWHERE) if asked.department else None,
        since=now - _SPANS[asked.period] if asked.period in _SPANS else None,
        year=int(asked.period) if _is_year(asked.period) else 0,
    )


def filters_of(chart: Chart, record_class: str, asked: Asked, facets: Sequence[Facet]) -> Filters:
    """Return what may be chosen, and what is: one hospital, or one year, is no choice."""
    made = Filters(
        every=address(record_class, UNFILTERED),
        narrowed=asked != UNFILTERED,
        abnormal=_chip(record_class, asked, "abnormal", any(each.abnormal for each in facets)),
        new=_chip(record_class, asked, "new", any(each.fresh for each in facets)),
        hospital=_hospitals(chart, record_class, asked, facets),
        department=_departments(chart, record_class, asked, facets),
        period=_periods(record_class, asked, facets, chart.now),
    )
    choice = (
        made.abnormal.href,
        made.new.href,
        *(one.options for one in (made.hospital, made.department, made.period)),
    )
    return replace(made, offered=any(choice))


def _chip(record_class: str, asked: Asked, name: str, there: bool) -> Chip:
    on = asked.only == name
    if not there and not on:
        return NO_CHIP
    return Chip(address(record_class, replace(asked, only="" if on else name)), on)


def _hospitals(chart: Chart, record_class: str, asked: Asked, facets: Sequence[Facet]) -> OneOf:
    names = {each.organization_id: chart.names.get(each.organization_id, NOTHING) for each in facets}
    hrefs = {key: address(record_class, replace(asked, hospital=key, department="")) for key in ("", *names)}
    named = [Option(hrefs[key], name) for key, name in sorted(names.items(), key=lambda one: (one[1].zh, one[0]))]
    return _one_of("hospital", hrefs, asked.hospital, named)


def _departments(chart: Chart, record_class: str, asked: Asked, facets: Sequence[Facet]) -> OneOf:
    names = {
        key_of(each.place): each.place
        for each in facets
        if each.organization_id == (asked.hospital or each.organization_id)
        and each.place not in (NOTHING, chart.names.get(each.organization_id))
    }
    hrefs = {key: address(record_class, replace(asked, department=key)) for key in ("", *names)}
    named = [Option(hrefs[key], name) for key, name in sorted(names.items(), key=lambda one: (one[1].zh, one[1].en))]
    return _one_of("department", hrefs, asked.department, named)


def _periods(record_class: str, asked: Asked, facets: Sequence[Facet], now: datetime) -> OneOf:
    years = sorted({each.year for each in facets if _is_year(each.year)}, reverse=True)
    spans = [name for name, span in _SPANS.items() if _parts(facets, now - span)]
    hrefs = {key: address(record_class, replace(asked, period=key)) for key in ("", *spans, *years)}
    said = [Option(hrefs[name], text=f"records.filter.period_{name}") for name in spans]
    return _one_of("period", hrefs, asked.period, [*said, *(Option(hrefs[each], year=each) for each in years)])


def _parts(facets: Iterable[Facet], since: datetime) -> bool:
    """Tell whether something lies on both sides of an instant."""
    return any(each.last >= since for each in facets) and any(each.first < since for each in facets)


def _one_of(name: str, hrefs: Mapping[str, str], chosen: str, named: list[Option]) -> OneOf:
    if len(named) <= 1 and not chosen:
        return NO_CHOICE
    every = Option(hrefs[""], text=f"records.filter.every_{name}")
    if chosen in hrefs:
        return OneOf(hrefs[chosen], [every, *named])
    # asked for by the address, and nothing here is of it
    gone = Option("#", year=chosen) if _is_year(chosen) else Option("#", text=f"records.filter.other_{name}")
    return OneOf("#", [every, *named, gone])
