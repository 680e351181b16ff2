"""Two reports of one kind side by side: values as given, and a difference only where they are comparable."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from sqlmodel import Session

from health_cloud.chart.service import Chart, open_chart, proof_of
from health_cloud.chart.views import EntryHandle
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.records.service.alike import CLASSES, Place, Placed, alike, compare_address, placed, same_kind
from health_cloud.records.service.clocks import on_clock
from health_cloud.records.service.contents import contents_of
from health_cloud.records.service.reading import opens_next, topics_of
from health_cloud.records.service.results import kind_of, short_code, unit_words, value_of, word_of
from health_cloud.records.service.writer import said_of
from health_cloud.records.views.compare import NO_VALUE, ComparedRow, ComparedSide, ComparedValue, ComparePage
from health_cloud.records.views.content import Measured

OTHERS = 24
"""So many of the same kind are offered."""


def compare_page(
    session: Session, actor: Actor, person_id: str, record_class: str, entry_id: str, other_id: str
) -> ComparePage:
    """Return two reports of one kind side by side, the older one first, whichever is named first.

    Raises:
        NotFound: one is absent, of somebody else, or not released, or they are not of one kind: never told apart.
    """
    with open_chart(session, actor, person_id, Action.READ_ENTRIES) as chart:
        pair = sorted((chart.entry(entry_id), chart.entry(other_id)), key=lambda each: each.row.occurred_at)
        older, newer = pair
        contents = contents_of(chart, pair)
        classes = {each.row.record_class for each in pair}
        if (
            older.id == newer.id
            or classes != {record_class}
            or record_class not in CLASSES
            or len(contents) < len(pair)
            or not same_kind(contents[older.id], contents[newer.id])
        ):
            raise NotFound(action=Action.READ_ENTRIES.value, person_id=person_id)
        was, now = contents[older.id], contents[newer.id]
        others = [each for each in alike(chart, newer, now, limit=OTHERS) if each.id != older.id]
        chart.note(RecordClass(record_class), (each.id for each in others))
        return ComparePage(
            id=newer.id,
            record_class=record_class,
            title=newer.row.title,
            older=_side(chart, older),
            newer=_side(chart, newer),
            measures=compared(was.measures, now.measures),
            results=compared(was.results, now.results),
            others=[
                ComparedSide(compare_address(newer, each.id), each.occurred, organization=each.organization)
                for each in others
            ],
            proof=proof_of(
                chart, (RecordClass(record_class),), {each.organization for each in (older.row, newer.row, *others)}
            ),
            topics=topics_of(chart),
            opens=opens_next(chart),
        )


def compared(was: Sequence[Measured], now: Sequence[Measured]) -> list[ComparedRow]:
    """Lay results side by side in the order of the newer report; what only the older one has comes last."""
    older = {each.place: each for each in placed(was)}
    newer = {each.place: each for each in placed(now)}
    places = dict.fromkeys((*newer, *older))
    return [_row(older.get(place), newer.get(place), _elsewhere(place, older, newer)) for place in places]


def _elsewhere(place: Place, older: dict[Place, Placed], newer: dict[Place, Placed]) -> str:
    """Say where a result stands that only one of both has, and whether the other has it in another way."""
    if place in older and place in newer:
        return ""
    other, side = (older, "newer") if place in newer else (newer, "older")
    rivals = [each for each in other if each[0] == place[0] and each not in (newer if side == "newer" else older)]
    if any(each[1] != place[1] for each in rivals):
        return "records.compare.other_unit"
    return "records.compare.other_specimen" if rivals else f"records.compare.only_{side}"


def _row(older: Placed | None, newer: Placed | None, elsewhere: str) -> ComparedRow:
    one = newer or older
    assert one is not None
    say, by = (elsewhere, "") if older is None or newer is None else _difference(older.measured, newer.measured)
    return ComparedRow(
        name=one.measured.name,
        code=short_code(one.measured),
        panel=one.panel,
        older=_value(older),
        newer=_value(newer),
        say=say,
        by=by,
    )


def _value(placed: Placed | None) -> ComparedValue:
    if placed is None:
        return NO_VALUE
    each = placed.measured
    return ComparedValue(
        given=True,
        value=value_of(each),
        unit=unit_words(each),
        numeric=bool(each.value),
        low=each.low,
        high=each.high,
        limits=each.range_words,
        kind=kind_of(each.flag),
        word=word_of(each.flag),
    )


def _difference(was: Measured, now: Measured) -> tuple[str, str]:
    """Return the key of how a value differs and by how much; of words, and of what is only a limit, nothing is said."""
    first, second = _number(was), _number(now)
    if first is None or second is None:
        return "", ""
    if said_of(was.method) != said_of(now.method):
        return "records.compare.other_method", ""
    difference = second - first
    way = "more" if difference > 0 else "less" if difference < 0 else "same"
    return f"records.compare.{way}", f"{abs(difference):f}"


def _number(each: Measured) -> Decimal | None:
    if each.kind != "quantity" or not each.value or each.comparator:
        return None
    try:
        number = Decimal(each.value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _side(chart: Chart, handle: EntryHandle) -> ComparedSide:
    row, why = handle.row, chart.why(handle)
    href = f"/records/{row.record_class}/{handle.id}"
    released = on_clock(why.released_at, why.zone)
    at = row.occurred or row.occurred_at
    return ComparedSide(href, at, row.title, row.organization, released, why.policy_version)
