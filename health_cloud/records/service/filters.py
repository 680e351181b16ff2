"""Filters of a list: from the address to the chart and back, offering only what stands in what may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from health_cloud.chart.service import Chart
from health_cloud.chart.views import DatedFacet, Facet, Narrowed
from health_cloud.core.crypto import blind
from health_cloud.core.ids import is_id
from health_cloud.core.words import Words
from health_cloud.records.service.categories import OTHER, Shelf, called, kind_of, kinds_of
from health_cloud.records.views.filters import NO_CHIP, NO_CHOICE, UNFILTERED, Asked, Chip, Filters, OneOf, Option

NOTHING = Words()
NOWHERE = Words("\x1f", "\x1f")
"""The name of no department: what a key that fits none is narrowed to."""
_KEY = 16
_SPANS = {"12m": timedelta(days=365), "5y": timedelta(days=5 * 365 + 1)}
_YEAR = 4


def asked_of(query: Mapping[str, str], shelf: Shelf) -> Asked:
    """Read a filter from an address; what is none of ours, or of another list, is passed over."""
    only, hospital, department, kind, period = (
        query.get(name, "") for name in ("only", "hospital", "department", "kind", "period")
    )
    return Asked(
        only=only if only in ("abnormal", "new") else "",
        hospital=hospital if is_id(hospital) else "",
        department=department if len(department) == _KEY and department.isascii() else "",
        kind=kind if shelf.kinds and kind in (*shelf.kinds, OTHER) else "",
        period=period if shelf.dated and (period in _SPANS or _is_year(period)) else "",
    )


def _is_year(text: str) -> bool:
    return len(text) == _YEAR and text.isascii() and text.isdecimal() and text >= "0001"


def address(shelf: Shelf, asked: Asked) -> str:
    """Return where a list stands under a filter."""
    given = {name: value for name, value in asdict(asked).items() if value}
    return shelf.at + (f"?{urlencode(given)}" if given else "")


def key_of(place: Words) -> str:
    """Return what stands for a department in an address: no name stays in a browser's history."""
    return blind(f"{place.zh}\x1f{place.en}", "records_filter.place")[:_KEY]


def narrowed_by(chart: Chart, shelf: Shelf, asked: Asked, facets: Sequence[Facet]) -> Narrowed:
    """Return a filter as the chart takes it; the ledger says which were used, and never what they were set to.

    Args:
        chart: whose ledger line it is noted in.
        shelf: what is narrowed.
        asked: the filter.
        facets: what the department's key is looked up in; not asked for without one.
    """
    if asked != UNFILTERED:
        chart.detail["filters"] = ",".join(name for name, value in asdict(asked).items() if value)
    places = {key_of(each.place): each.place for each in facets} if asked.department else {}
    return Narrowed(
        abnormal=asked.only == "abnormal",
        fresh=asked.only == "new",
        organization_id=asked.hospital,
        place=places.get(asked.department, NOWHERE) if asked.department else None,
        kinds=kinds_of(shelf.kinds, asked.kind) if asked.kind else None,
        since=chart.now - _SPANS[asked.period] if asked.period in _SPANS else None,
        year=int(asked.period) if _is_year(asked.period) else 0,
    )


def filters_of(chart: Chart, shelf: Shelf, asked: Asked, facets: Sequence[Facet], period: OneOf = NO_CHOICE) -> Filters:
    """Return what may be chosen, and what is: one hospital, one kind or one year is no choice."""
    made = Filters(
        every=address(shelf, UNFILTERED),
        narrowed=asked != UNFILTERED,
        abnormal=_chip(shelf, asked, "abnormal", any(each.abnormal for each in facets)),
        new=_chip(shelf, asked, "new", any(each.fresh for each in facets)),
        kind=_kinds(shelf, asked, facets),
        hospital=_hospitals(chart, shelf, asked, facets),
        department=_departments(chart, shelf, asked, facets),
        period=period,
    )
    choices = (one.options for one in (made.kind, made.hospital, made.department, made.period))
    return replace(made, offered=any((made.abnormal.href, made.new.href, *choices)))


def _chip(shelf: Shelf, asked: Asked, name: str, there: bool) -> Chip:
    on = asked.only == name
    if not there and not on:
        return NO_CHIP
    return Chip(address(shelf, replace(asked, only="" if on else name)), on)


def _kinds(shelf: Shelf, asked: Asked, facets: Sequence[Facet]) -> OneOf:
    there = {kind_of(shelf.kinds, each.kind) for each in facets}
    offered = [key for key in (*shelf.kinds, OTHER) if key in there]
    hrefs = {key: address(shelf, replace(asked, kind=key)) for key in ("", *offered)}
    named = [Option(hrefs[key], text=called(key)) for key in offered]
    return _one_of("kind", hrefs, asked.kind, named, Option("#", text=called(asked.kind)))


def _hospitals(chart: Chart, shelf: Shelf, asked: Asked, facets: Sequence[Facet]) -> OneOf:
    names = {each.organization_id: chart.names.get(each.organization_id, NOTHING) for each in facets}
    hrefs = {key: address(shelf, replace(asked, hospital=key, department="")) for key in ("", *names)}
    named = [Option(hrefs[key], name) for key, name in sorted(names.items(), key=lambda one: (one[1].zh, one[0]))]
    return _one_of("hospital", hrefs, asked.hospital, named, Option("#", text="records.filter.other_hospital"))


def _departments(chart: Chart, shelf: Shelf, asked: Asked, facets: Sequence[Facet]) -> OneOf:
    names = {
        key_of(each.place): each.place
        for each in facets
        if each.organization_id == (asked.hospital or each.organization_id)
        and each.place not in (NOTHING, chart.names.get(each.organization_id))
    }
    hrefs = {key: address(shelf, replace(asked, department=key)) for key in ("", *names)}
    named = [Option(hrefs[key], name) for key, name in sorted(names.items(), key=lambda one: (one[1].zh, one[1].en))]
    return _one_of("department", hrefs, asked.department, named, Option("#", text="records.filter.other_department"))


def periods(shelf: Shelf, asked: Asked, facets: Sequence[DatedFacet], now: datetime) -> OneOf:
    """Return the times that may be chosen: the last ones, where something is older than they, and each year."""
    years = sorted({each.year for each in facets if _is_year(each.year)}, reverse=True)
    spans = [name for name, span in _SPANS.items() if _parts(facets, now - span)]
    hrefs = {key: address(shelf, replace(asked, period=key)) for key in ("", *spans, *years)}
    named = [Option(hrefs[name], text=f"records.filter.period_{name}") for name in spans]
    named += [Option(hrefs[each], year=each) for each in years]
    gone = Option("#", year=asked.period) if _is_year(asked.period) else Option("#", text="records.filter.other_period")
    return _one_of("period", hrefs, asked.period, named, gone)


def _parts(facets: Iterable[DatedFacet], since: datetime) -> bool:
    """Tell whether something lies on both sides of an instant."""
    return any(each.last >= since for each in facets) and any(each.first < since for each in facets)


def _one_of(name: str, hrefs: Mapping[str, str], chosen: str, named: list[Option], gone: Option) -> OneOf:
    """Return a choice, where there is one; `gone` is what the address asked for when nothing here is of it."""
    if len(named) <= 1 and not chosen:
        return NO_CHOICE
    every = Option(hrefs[""], text=f"records.filter.every_{name}")
    if chosen in hrefs:
        return OneOf(hrefs[chosen], [every, *named])
    return OneOf("#", [every, *named, gone])
