"""A corrected culture: each cell that said something else before says so, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlmodel import col

from health_cloud.chart.models import EntryVersion
from health_cloud.core import db
from health_cloud.core.words import Words
from health_cloud.records.service.changes import changes
from health_cloud.records.service.corrections import corrected
from health_cloud.records.service.reading import entry_page
from health_cloud.records.service.results import grid
from health_cloud.records.views.content import Coding, EntryContent, Measured
from health_cloud.records.views.screens import Cell, Grid
from tests import charts, people

COLI, FAECALIS = Words("大肠埃希菌", "Escherichia coli"), Words("粪肠球菌", "Enterococcus faecalis")


def answer(code: str, flag: str, value: str = "", comparator: str = "") -> Measured:
    kind = "quantity" if value else "none"
    return Measured(
        name=Words.same(code),
        codes=(Coding("http://loinc.org", code),),
        kind=kind,
        value=value,
        comparator=comparator,
        unit="mg/L" if value else "",
        flag=flag,
    )


def version(*answers: Measured, organism: Words = COLI) -> EntryContent:
    culture = Measured(name=Words.same("culture"), kind="coded", words=organism, members=answers)
    return EntryContent(record_class="laboratory", results=(culture,))


def shown(now: EntryContent, *older: EntryContent) -> Grid:
    return grid(now.results, corrected(now, older))


def cells(found: Grid) -> dict[str, Cell]:
    return {row.name.zh: row.cells[0] for row in found.rows}


def test_a_changed_cell_says_what_it_was() -> None:
    before = version(answer("A", "susceptible", "1", "<="), answer("B", "susceptible", "2"))
    now = version(answer("A", "resistant", "64", ">="), answer("B", "susceptible", "2"))
    found = shown(now, before)
    changed, same = cells(found)["A"], cells(found)["B"]
    assert (changed.word, changed.amount.zh) == ("records.flag.resistant", "≥ 64")
    assert (changed.was, changed.was_amount.zh) == ("records.flag.susceptible", "≤ 1")
    assert (same.was, same.was_amount) == ("", Words())
    assert found.corrected == 1


def test_another_amount_alone_is_a_correction_too() -> None:
    found = shown(version(answer("A", "susceptible", "2")), version(answer("A", "susceptible", "1")))
    assert (cells(found)["A"].was_amount.zh, found.corrected) == ("1", 1)


def test_what_was_only_added_is_no_correction() -> None:
    found = shown(version(answer("A", "resistant"), answer("B", "resistant")), version(answer("A", "resistant")))
    assert found.corrected == 0


def test_what_was_taken_back_stays_in_sight() -> None:
    found = shown(version(answer("A", "resistant")), version(answer("A", "resistant"), answer("B", "susceptible", "1")))
    gone = cells(found)["B"]
    assert (gone.tested, gone.was, gone.was_amount.zh) == (False, "records.flag.susceptible", "1 mg/L")


def test_the_last_word_before_counts_and_a_correction_is_not_forgotten() -> None:
    first, second, third = (version(answer("A", flag)) for flag in ("susceptible", "intermediate", "resistant"))
    assert cells(shown(third, second, first))["A"].was == "records.flag.intermediate"
    assert cells(shown(third, third, first))["A"].was == "records.flag.susceptible"


def test_each_organism_has_its_own_past() -> None:
    other = version(answer("A", "resistant"), organism=FAECALIS)
    now = replace(
        version(answer("A", "susceptible")), results=(*version(answer("A", "susceptible")).results, *other.results)
    )
    before = replace(now, results=(*version(answer("A", "resistant")).results, *other.results))
    assert [cell.was for cell in shown(now, before).rows[0].cells] == ["records.flag.resistant", ""]
    renamed = version(answer("A", "resistant"), organism=Words("革兰阴性杆菌", "Gram-negative rods"))
    assert shown(version(answer("A", "susceptible")), renamed).corrected == 0, "another organism is another column"


def isolate(*answers: Measured, name: str = "", organism: Words = COLI) -> Measured:
    return replace(version(*answers, organism=organism).results[0], source_id=name)


def report(*cultures: Measured) -> EntryContent:
    return EntryContent(record_class="laboratory", results=cultures)


def columns(found: Grid) -> list[list[tuple[str, str]]]:
    """What each isolate's cells say, and said before, antibiotic by antibiotic."""
    said = [[(cell.kind, cell.was.rpartition(".")[2]) for cell in row.cells] for row in found.rows]
    return [list(column) for column in zip(*said, strict=True)]


TWO = (answer("A", "resistant"), answer("B", "susceptible")), (answer("A", "susceptible"), answer("B", "susceptible"))


def test_two_isolates_of_one_organism_have_a_column_each() -> None:
    found = shown(report(*(isolate(*each) for each in TWO), isolate(*TWO[0], organism=FAECALIS)))
    assert [(each.name, each.isolate) for each in found.organisms] == [(COLI, 1), (COLI, 2), (FAECALIS, 0)]
    assert columns(found)[:2] == [[("resistant", ""), ("susceptible", "")], [("susceptible", ""), ("susceptible", "")]]
    assert (found.kinds, found.corrected) == (2, 0)


@pytest.mark.parametrize("names", [("x", "y"), ("", "")])
def test_a_correction_of_one_isolate_stands_in_its_own_column(names: tuple[str, str]) -> None:
    first, second = (isolate(*each, name=name) for each, name in zip(TWO, names, strict=True))
    now = replace(second, members=(answer("A", "resistant"), second.members[1]))
    found = shown(report(first, now), report(first, second))
    assert columns(found) == [
        [("resistant", ""), ("susceptible", "")],
        [("resistant", "susceptible"), ("susceptible", "")],
    ]
    assert found.corrected == 1
    (change,) = changes(report(first, second), report(first, now))
    assert change.name == Words("大肠埃希菌（第 2 株），A", "Escherichia coli (isolate 2), A")


def test_isolates_that_come_in_another_order_are_known_by_the_sources_id() -> None:
    first, second = (isolate(*each, name=name) for each, name in zip(TWO, "xy", strict=True))
    assert shown(report(second, first), report(first, second)).corrected == 0
    assert changes(report(first, second), report(second, first)) == []


def test_an_isolate_that_was_found_later_corrects_no_other() -> None:
    first, second = (isolate(*each) for each in TWO)
    assert shown(report(first, second), report(first)).corrected == 0
    added = changes(report(first), report(first, second))
    assert {each.was.given for each in added} == {False}
    named = {each.name.zh for each in added}
    assert "大肠埃希菌（第 2 株），A" in named
    assert not any("第 1 株" in name for name in named)


def test_an_antibiotic_that_was_tested_in_two_ways_stands_twice() -> None:
    disc, strip = (
        replace(answer("A", flag), method=Words(name))
        for flag, name in (("resistant", "纸片"), ("susceptible", "E 试验"))
    )
    found = shown(report(isolate(disc, strip)))
    assert [row.name.zh for row in found.rows] == ["A（纸片）", "A（E 试验）"]
    assert columns(found) == [[("resistant", ""), ("susceptible", "")]]


@pytest.mark.parametrize(("status", "was"), [("final", "records.flag.susceptible"), ("preliminary", "")])
def test_a_report_shows_what_its_issued_versions_said(town: people.Town, status: str, was: str) -> None:
    entry_id = charts.put(town, town.lin, content=version(answer("A", "susceptible")))
    with db.writing() as session:
        session.exec(
            update(EntryVersion)
            .where(col(EntryVersion.entry_id) == entry_id)
            .values(number=0, status=status, current=False)
        )
        charts._version(session, entry_id, "laboratory", version(answer("A", "resistant")), None)
    page = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, entry_id)
    assert cells(page.grid)["A"].word == "records.flag.resistant"
    assert cells(page.grid)["A"].was == was
