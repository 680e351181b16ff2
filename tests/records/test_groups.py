"""A prescription of several medicines is one to a reader: on lists, in counts, on home, on its page; under any rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import NotFound
from health_cloud.core.words import Words
from health_cloud.home.service import home_page
from health_cloud.records.service import reading
from health_cloud.records.views.content import EntryContent, Medicine
from health_cloud.records.views.screens import ListRow
from tests import charts, people
from tests.records.test_lists import _forget

START = datetime(2020, 1, 1, tzinfo=UTC)


def prescribe(town: people.Town, name: str, group: str | None = "rx", **given: object) -> str:
    content = EntryContent(
        record_class="prescriptions",
        title=Words(name, name),
        medicines=(Medicine(name=Words(name, name)),),
        source_ids=(f"MedicationRequest/{name}",),
    )
    return charts.put(
        town, town.lin, "prescriptions", content=content, title_zh=name, title_en=name, group_key=group, **given
    )


def listed(actor: Actor) -> list[ListRow]:
    page = db.perform(reading.list_page, actor, actor.person_id, "prescriptions")
    return [row for month in page.months for row in month.rows]


def counted(actor: Actor) -> str:
    return db.perform(home_page, actor).counts["prescriptions"]


def test_medicines_of_one_prescription_are_one_line_and_one_page(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    at = clock.now() - timedelta(days=2)
    ids = [prescribe(town, name, occurred=at) for name in ("metformin", "acarbose", "aspirin")]
    alone = prescribe(town, "loratadine", None, occurred=at - timedelta(days=1))
    rows = listed(lin)
    assert [(row.id, row.title.en, row.count) for row in rows] == [(ids[0], "metformin", 3), (alone, "loratadine", 1)]
    assert counted(lin) == "2"
    news = [row.id for row in db.perform(home_page, lin).news]
    assert ids[0] in news
    assert not {*ids[1:]} & {*news}
    for each in ids:
        page = db.perform(reading.entry_page, lin, lin.person_id, each)
        assert (page.title.en, page.count) == ("metformin", 3)
        assert [medicine.name.en for medicine in page.medicines] == ["metformin", "acarbose", "aspirin"]
        assert page.sources == [f"MedicationRequest/{name}" for name in ("metformin", "acarbose", "aspirin")]
        assert not [row for row in page.beside if row.id in ids]


def test_opening_it_opens_all_of_it(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    ids = [prescribe(town, name) for name in ("metformin", "acarbose")]
    before = db.perform(home_page, lin).new
    assert [row.fresh for row in listed(lin)] == [True]
    db.perform(reading.entry_page, lin, lin.person_id, ids[1])
    assert [row.fresh for row in listed(lin)] == [False]
    assert db.perform(home_page, lin).new == before - 1
    prescribe(town, "aspirin")
    assert [(row.fresh, row.count) for row in listed(lin)] == [(True, 3)], "one that was paid for later is new"


def test_the_ledger_names_every_medicine_that_was_shown(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    ids = [prescribe(town, name) for name in ("metformin", "acarbose")]
    listed(lin)
    line = charts.chain(town.lin)[-1]
    assert all(entry_id in line.detail for entry_id in ids)


def test_a_rule_that_hides_a_part_leaves_a_smaller_whole(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    now = clock.now()
    shown = prescribe(town, "acarbose", occurred=now - timedelta(days=3), outcome=now - timedelta(days=3))
    hidden = prescribe(town, "metformin", occurred=now - timedelta(days=4), outcome=now - timedelta(hours=1))
    charts.policy(town, 2, prescriptions={"open": True, "delay_hours": 24})
    assert [(row.id, row.title.en, row.count) for row in listed(lin)] == [(shown, "acarbose", 1)]
    assert counted(lin) == "1"
    page = db.perform(reading.entry_page, lin, lin.person_id, shown)
    assert [medicine.name.en for medicine in page.medicines] == ["acarbose"]
    with pytest.raises(NotFound):
        db.perform(reading.entry_page, lin, lin.person_id, hidden)


def test_two_people_never_share_a_prescription(town: people.Town) -> None:
    prescribe(town, "metformin")
    charts.put(town, town.wang, "prescriptions", group_key="rx", occurred=clock.now() - timedelta(days=9))
    assert [row.count for row in listed(charts.reader(town.lin))] == [1]
    assert [row.count for row in listed(charts.reader(town.wang))] == [1]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    written=st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, "a", "b", "c"])), max_size=14),
    size=st.integers(1, 4),
)
def test_pages_give_every_prescription_once(
    town: people.Town, monkeypatch: pytest.MonkeyPatch, written: list[tuple[int, str | None]], size: int
) -> None:
    """Medicines of one group may lie days apart, on other pages: the group stands where its first one does."""
    monkeypatch.setattr(reading, "PAGE", size)
    db.perform(_forget, charts.WRITER)
    lin = charts.reader(town.lin)
    made: dict[str, list[tuple[int, str]]] = {}
    for number, (day, group) in enumerate(written):
        entry_id = prescribe(town, f"m{number}", group, occurred=START + timedelta(days=day))
        made.setdefault(group or entry_id, []).append((day, entry_id))
    expected = {min(members)[1]: len(members) for members in made.values()}
    seen: list[tuple[str, int]] = []
    cursor = ""
    while True:
        page = db.perform(reading.list_page, lin, lin.person_id, "prescriptions", cursor)
        seen += [(row.id, row.count) for month in page.months for row in month.rows]
        cursor = page.older
        if not cursor:
            break
    assert len(seen) == len(expected)
    assert dict(seen) == expected
    assert counted(lin) == str(len(expected))


def test_what_is_true_of_every_medicine_is_said_once(town: people.Town) -> None:
    lin = charts.reader(town.lin)

    def add(name: str, reason: str) -> tuple[list[list[str]], list[str]]:
        content = EntryContent(
            record_class="prescriptions",
            occurred="2026-04-14",
            reason=Words.same(reason),
            medicines=(Medicine(Words.same(name), reason=Words.same(reason), from_at="2026-04-14", days="90"),),
        )
        entry_id = charts.put(town, town.lin, "prescriptions", content=content, title_en=name, group_key="rx")
        page = db.perform(reading.entry_page, lin, lin.person_id, entry_id)
        cards = [[each.words.en for each in card.fields] for card in page.medicines]
        return cards, [each.words.en for each in page.fields]

    assert add("metformin", "diabetes") == ([["90 days", "diabetes"]], [])
    assert add("acarbose", "diabetes") == ([["90 days"], ["90 days"]], ["diabetes"])
    assert add("aspirin", "heart") == ([["90 days", "diabetes"], ["90 days", "diabetes"], ["90 days", "heart"]], [])
