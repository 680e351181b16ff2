"""Search finds what is named in what may be seen, typing errors forgiven, and nothing else; nobody learns for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, delete, select

from health_cloud.chart.models import ChartEntry, EntryVersion
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.ids import new_id
from health_cloud.core.words import Words
from health_cloud.records.models import Content, EntryWords
from health_cloud.records.service import reading
from health_cloud.records.service import search as searching
from health_cloud.records.service.matching import closeness, distance, mistakes, spelled, terms_of
from health_cloud.records.service.search import search, search_newer
from health_cloud.records.service.words import read, written
from health_cloud.records.service.writer import ContentRow, put_content
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured, Medicine, to_json
from health_cloud.records.views.search import FoundRow, SearchPage
from tests import charts, people

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
HBA1C = Measured(
    name=Words("糖化血红蛋白", "Glycated hemoglobin"),
    codes=(Coding("http://loinc.org", "4548-4"), Coding("local", "HbA1c")),
    kind="quantity",
    value="7.4",
)
PANEL = EntryContent(record_class="laboratory", results=(Measured(name=Words("组套", "Panel"), members=(HBA1C,)),))
STAY = EntryContent(
    record_class="medical_records",
    items=(
        Item(kind="diagnosis", title=Words("2型糖尿病", "Type 2 diabetes mellitus")),
        Item(kind="note", title=Words("查房记录", "Ward round")),
    ),
)
PILLS = EntryContent(record_class="prescriptions", medicines=(Medicine(name=Words("盐酸二甲双胍片", "Metformin")),))


@pytest.fixture(autouse=True)
def _spring() -> Any:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def put(town: people.Town, content: EntryContent = PANEL, days: int = 1, **given: Any) -> str:
    patient = given.pop("patient", town.lin)
    at = NOW - timedelta(days=days)
    return charts.put(town, patient, content.record_class, content=content, occurred=at, **given)


def look(town: people.Town, asked: str, *, reader: Actor | None = None, start: str = "", count: int = 0) -> SearchPage:
    return db.perform(search, reader or charts.reader(town.lin), town.lin.person_id, asked, start, count)


def rows(page: SearchPage) -> list[FoundRow]:
    return [row for month in page.months for row in month.rows]


def found(town: people.Town, asked: str) -> list[str]:
    return [row.line.id for row in rows(look(town, asked))]


def hits(town: people.Town, asked: str) -> list[tuple[str, str]]:
    kind = "records.search.in_"
    return [(hit.kind.removeprefix(kind), hit.name.zh) for row in rows(look(town, asked)) for hit in row.hits]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("糖化血红蛋白", [("analyte", "糖化血红蛋白")]),
        ("糖化血红旦白", [("analyte", "糖化血红蛋白")]),
        ("hba1c", [("analyte", "HbA1c")]),
        ("ＨｂＡ１ｃ", [("analyte", "HbA1c")]),
        ("glycated hemoglobin", [("analyte", "糖化血红蛋白")]),
        ("glycated hemoglobn", [("analyte", "糖化血红蛋白")]),
        ("2型糖尿病", [("diagnosis", "2型糖尿病")]),
        ("diabetse", [("diagnosis", "2型糖尿病")]),
        ("二甲双胍", [("medicine", "盐酸二甲双胍片")]),
        ("metfromin", [("medicine", "盐酸二甲双胍片")]),
        ("metfo", [("medicine", "盐酸二甲双胍片")]),
        ("内分泌", [("place", "内分泌科")]),
        ("陈立", [("person", "陈立")]),
        ("Chen Li 内分泌", [("person", "陈立"), ("place", "内分泌科")]),
        ("查房记录", []),
        ("4548-4", []),
        ("糖尿病 二甲双胍", []),
        ("gout", []),
        ("复诊", [("diagnosis", "糖尿病复诊")]),
    ],
)
def test_what_is_named_is_found_and_it_says_where(
    town: people.Town, asked: str, expected: list[tuple[str, str]]
) -> None:
    put(town, title_zh="血液检查", title_en="Blood test")
    put(town, STAY, 2, title_zh="住院", title_en="Hospital stay")
    put(town, PILLS, 3, title_zh="处方", title_en="Prescription")
    place = {
        "place_zh": "内分泌科",
        "place_en": "Endocrinology",
        "practitioner_zh": "陈立",
        "practitioner_en": "Chen Li",
    }
    put(
        town,
        EntryContent(record_class="imaging", reason=Words("糖尿病复诊", "")),
        4,
        title_zh="胸片",
        title_en="Chest film",
        **place,
    )
    assert hits(town, asked) == expected


def test_a_title_needs_no_word_of_where(town: people.Town) -> None:
    entry_id = put(town, title_zh="血常规", title_en="Blood count")
    assert found(town, "血常规") == found(town, "blood") == [entry_id]
    assert hits(town, "blood") == []
    put(town, days=2, title_zh="", title_en="HbA1c and more")
    assert hits(town, "HbA1c") == [("analyte", "HbA1c")] * 2, "what stands within says more than the title again"


def test_as_typed_comes_before_nearly_so_and_newest_first_in_each(town: people.Town) -> None:
    def named(name: str, days: int) -> str:
        return put(town, days=days, title_zh="", title_en=name)

    far, near, newest = named("calcium", 400), named("calcum", 2), named("calcum", 1)
    old = named("calcium ionized", 900)
    page = look(town, "calcium")
    assert [row.line.id for row in rows(page)] == [far, old, newest, near]
    assert [month.rows[0].id for month in page.months if month.similar] == [newest]
    assert page.total == 4


def test_a_prescription_is_found_by_any_medicine_and_stands_once(town: people.Town) -> None:
    first, _ = (
        put(town, replace(PILLS, medicines=(Medicine(name=Words.same(name)),)), days, group_key="rx", title_zh=name)
        for name, days in (("metformin", 3), ("acarbose", 2))
    )
    assert found(town, "acarbose") == [first]
    assert [(row.line.id, row.line.count) for row in rows(look(town, "metformin"))] == [(first, 2)]


def test_a_line_stands_where_lists_have_it_whichever_of_its_group_was_found(town: people.Town) -> None:
    """The first of a prescription is its line: a later medicine of it does not put it before what is newer."""
    pills = {"group_key": "rx", "title_zh": "", "title_en": ""}
    first = put(town, replace(PILLS, medicines=(Medicine(name=Words.same("acarbose")),)), 9, **pills)
    put(town, replace(PILLS, medicines=(Medicine(name=Words.same("metformin")),)), 1, **pills)
    between = put(town, PILLS, 5, title_zh="", title_en="")
    assert found(town, "metformin") == [between, first]


def forget(session: Session, _actor: Actor) -> None:
    for table in (EntryWords, Content, EntryVersion, ChartEntry):
        session.exec(delete(table))


MANY = 100
"""So many never are there: a page that does not go on ends."""
PLAIN = EntryContent(record_class="laboratory")
KINDS = {"as typed": "calcium", "nearly so": "calcum", "not at all": "glucose"}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    lines=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1, 5)), min_size=1, max_size=14),
    size=st.integers(1, 4),
    begin=st.integers(0, 13),
    coming=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(1, 5)), max_size=4),
    turns=st.lists(st.booleans(), max_size=12),
)
def test_up_and_down_from_anywhere_give_every_line_once_while_others_come(
    town: people.Town,
    monkeypatch: pytest.MonkeyPatch,
    lines: list[tuple[str, int]],
    size: int,
    begin: int,
    coming: list[tuple[str, int]],
    turns: list[bool],
) -> None:
    """Many share an instant, and what is nearly as typed stands behind what is exactly so, however old."""
    monkeypatch.setattr(reading, "PAGE", size)
    db.perform(forget, charts.WRITER)
    made = {put(town, PLAIN, days, title_zh="", title_en=KINDS[kind]) for kind, days in lines}
    whole = look(town, "calcium", count=200)
    order = [row.id for row in rows(whole)]
    assert whole.total == len(order) == sum(kind != "not at all" for kind, _ in lines)
    start = ""
    for _ in range(begin % max(1, len(order))):
        start = look(town, "calcium", start=start).older or start
    page = look(town, "calcium", start=start)
    shown, older, newer = [row.id for row in rows(page)], page.older, page.start
    wanted, arriving = iter(turns), iter(coming)
    while (older or newer) and len(shown) < MANY:
        if (arrived := next(arriving, None)) is not None:
            put(town, PLAIN, arrived[1], title_zh="", title_en=KINDS[arrived[0]])
        if newer and (not older or next(wanted, True)):
            page = db.perform(search_newer, charts.reader(town.lin), town.lin.person_id, "calcium", newer)
            shown, newer = [*(row.id for row in rows(page)), *shown], page.start
        else:
            page = look(town, "calcium", start=older)
            shown, older = [*shown, *(row.id for row in rows(page))], page.older
    assert len(set(shown)) == len(shown)
    assert [one for one in shown if one in made] == order, "each that was there from the first, in order"


@pytest.mark.parametrize(
    "start", ["x", "0", "2~", "~", "0~x~y", f"9~{NOW.isoformat()}~01a200a4-155d-7e30-b7b7-43c51a94edbf"]
)
def test_a_place_that_is_none_is_the_beginning(town: people.Town, start: str) -> None:
    made = put(town)
    assert [row.id for row in rows(look(town, "血常规", start=start))] == [made]
    with pytest.raises(Invalid):
        db.perform(search_newer, charts.reader(town.lin), town.lin.person_id, "血常规", start)


@pytest.mark.parametrize("asked", ["", "  ", "，。!", "\0", "_"])
def test_nothing_to_look_for_is_said(town: people.Town, asked: str) -> None:
    with pytest.raises(Invalid, match=r"records.search.empty"):
        look(town, asked)


def test_too_much_is_refused_and_the_most_is_borne(town: people.Town) -> None:
    put(town)
    with pytest.raises(Invalid, match=r"records.search.too_long"):
        look(town, "血" * 61)
    assert look(town, "血" * 60).total == 0
    assert look(town, "%_' OR 1=1 --").total == 0


HIDDEN = ("closed", "delayed", "withdrawn", "held", "other person", "superseded")


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_is_hidden_never_matches_and_changes_nothing(town: people.Town, hidden: str) -> None:
    """Not by a word of its own, and not by weighing in the order, the count or the cap of what is shown."""
    secret = replace(PANEL, results=(replace(HBA1C, name=Words("艾滋病毒抗体", "HIV antibody"), codes=()),))
    shown = [put(town, days=days, title_zh="血糖 抗体", title_en="glucose") for days in (10, 20)]
    asked = ("艾滋病毒抗体", "hiv", "HIV antibodi", "glucose", "血糖", "抗体")
    before = [bare(look(town, each)) for each in asked]
    given: dict[str, Any] = {"title_zh": "艾滋病毒抗体", "title_en": "HIV antibody glucose"}
    if hidden in ("withdrawn", "held"):
        given["state"] = hidden
    elif hidden == "other person":
        given["patient"] = town.wang
    if hidden == "superseded":
        db.perform(_correct, charts.WRITER, shown[0], secret, PANEL)
    else:
        put(town, secret, 1, outcome=NOW, **given)
    if hidden in ("closed", "delayed"):
        rule = {"open": False} if hidden == "closed" else {"open": True, "delay_hours": 24}
        charts.policy(town, 2, laboratory=rule)
    after = [bare(look(town, each)) for each in asked]
    if hidden == "closed":  # all of the class with it
        assert {page.total for page in after} == {0}
    else:
        assert after == before
        assert [page.total for page in after] == [0, 0, 0, 2, 2, 2]


def bare(page: SearchPage) -> SearchPage:
    """Return what was found alone: the rules' version, which the proof names, is no secret."""
    return replace(page, topics=(), opens="", proof=replace(page.proof, rules=[]))


def _correct(session: Session, actor: Actor, entry_id: str, before: EntryContent, after: EntryContent) -> None:
    """Let there have been another content, which was replaced."""
    current = session.exec(select(EntryVersion).where(EntryVersion.entry_id == entry_id)).one()
    earlier = EntryVersion(
        id=new_id(), entry_id=entry_id, number=0, content_hash=new_id(), arrived_at=clock.now(), current=False
    )
    session.add(earlier)
    session.flush()
    put_content(session, [row(entry_id, earlier.id, before, current=True)], {})
    put_content(session, [row(entry_id, current.id, after, current=True)], {})


def row(entry_id: str, version_id: str, content: EntryContent, *, current: bool) -> ContentRow:
    return ContentRow(entry_id, version_id, content, to_json(content), current=current, fresh=False)


@pytest.mark.parametrize(("ready", "current"), [(True, True), (False, True), (True, False)])
def test_a_correction_is_found_by_its_new_name_alone(town: people.Town, ready: bool, current: bool) -> None:
    entry_id = put(town, title_zh="", title_en="")
    if ready:
        assert found(town, "hba1c") == [entry_id]
    corrected = replace(PANEL, results=(replace(HBA1C, name=Words("果糖胺", "Fructosamine"), codes=()),))

    def correct(session: Session, _actor: Actor) -> None:
        version = session.exec(select(EntryVersion).where(EntryVersion.entry_id == entry_id)).one()
        put_content(session, [row(entry_id, version.id, corrected, current=current)], {})

    db.perform(correct, charts.WRITER)
    assert found(town, "hba1c") == []
    assert found(town, "fructosamine") == [entry_id]


def test_entries_from_before_are_made_ready_bit_by_bit(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FILL", 2)
    made = [put(town, days=days, title_zh="", title_en="") for days in range(1, 4)]
    first = look(town, "hba1c")
    assert ([each.line.id for each in rows(first)], first.unread) == (made[:2], True)
    again = look(town, "hba1c")
    assert ([each.line.id for each in rows(again)], again.unread) == (made, False)


def test_an_entry_without_content_holds_nobody_up(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FILL", 1)
    empty = put(town, days=1)
    with db.writing() as session:
        session.delete(session.exec(select(Content).where(Content.entry_id == empty)).one())
    put(town, days=2)
    assert look(town, "血常规").unread
    assert not look(town, "血常规").unread


def test_a_reader_without_a_ground_learns_nothing(town: people.Town) -> None:
    put(town)
    with pytest.raises(Denied):
        look(town, "hba1c", reader=charts.reader(town.wang))


def test_a_grant_narrows_it(town: people.Town) -> None:
    doctor = charts.physician(town)
    put(town)
    shown = put(town, STAY, 2)
    charts.grant(town.lin, town, doctor, "medical_records")
    assert look(town, "hba1c", reader=doctor).total == 0
    assert [each.line.id for each in rows(look(town, "糖尿病", reader=doctor))] == [shown]


def test_the_ledger_says_that_and_not_for_what(town: people.Town) -> None:
    entry_id = put(town, title_zh="", title_en="")
    other = put(town, STAY, 2)
    look(town, "hba1c")
    line = charts.chain(town.lin)[-1]
    assert '"search":1' in line.detail
    assert entry_id in line.detail
    assert other not in line.detail, "only what was shown was given out"
    assert "hba1c" not in line.detail.lower()


def test_words_lie_sealed(town: people.Town) -> None:
    put(town)
    look(town, "hba1c")
    with db.reading() as session:
        bodies = [bytes(each.body or b"") for each in session.exec(select(EntryWords)).all()]
    assert bodies
    assert not [body for body in bodies if b"HbA1c" in body or "糖".encode() in body]


def test_names_go_in_and_out_as_they_are() -> None:
    odd = Words("a\tb\nc\u2028d", "x" * 500)
    content = EntryContent(medicines=(Medicine(name=odd), Medicine(name=odd)))
    assert read(written(content)) == [("medicine", Words("a b c d", "x" * 120))]


@pytest.mark.parametrize(
    ("term", "most"), [("血压", 0), ("血小板", 1), ("alt", 0), ("iron", 1), ("12345", 0), ("a" * 25, 0)]
)
def test_short_words_and_numbers_are_taken_as_they_are(term: str, most: int) -> None:
    assert mistakes(term) == most


WORD = st.text("abcde", min_size=1, max_size=9)


def slowly(term: str, text: str) -> int:
    """The definition: swaps of neighbours, each letter touched once (optimal string alignment)."""
    if not term or not text:
        return len(term) + len(text)
    ways = [
        slowly(term[1:], text) + 1,
        slowly(term, text[1:]) + 1,
        slowly(term[1:], text[1:]) + (term[0] != text[0]),
    ]
    if len(term) > 1 and len(text) > 1 and term[:2] == text[1] + text[0]:
        ways.append(slowly(term[2:], text[2:]) + 1)
    return min(ways)


@settings(max_examples=60, deadline=None)
@given(term=st.text("abc", max_size=5), text=st.text("abc", max_size=5))
@example(term="ab", text="ba")
def test_the_distance_is_the_one_of_the_book(term: str, text: str) -> None:
    assert distance(term, text) == slowly(term, text)
    pieces = {text[i:j] for i in range(len(text) + 1) for j in range(i, len(text) + 1)}
    assert distance(term, text, anywhere=True) == min(slowly(term, piece) for piece in pieces)


@settings(max_examples=200, deadline=None)
@given(term=WORD, text=st.lists(WORD, max_size=3))
def test_close_is_what_the_distance_says(term: str, text: list[str]) -> None:
    """The quick looks before comparing pass over nothing that would have been found."""
    most = mistakes(term)
    near = any(distance(term, run) <= most or distance(term, run[: len(term)]) <= most for run in text)
    expected = 0 if term in " ".join(text) else 1 if most and near else None
    assert closeness(term, spelled(" ".join(text))) == expected


@settings(max_examples=200, deadline=None)
@given(term=st.text("糖尿病血", min_size=1, max_size=7), text=st.text("糖尿病血压", max_size=9))
def test_chinese_is_close_anywhere_in_a_text(term: str, text: str) -> None:
    near = bool(text) and distance(term, text, anywhere=True) <= mistakes(term)
    expected = 0 if term in text else 1 if mistakes(term) and near else None
    assert closeness(term, spelled(text)) == expected


@pytest.mark.parametrize(
    ("text", "terms"), [("HbA1c糖化", ("hba1c", "糖化")), ("Café  CAFÉ", ("cafe",)), ("γ-GT", ("γ", "gt"))]
)
def test_words_of_a_question(text: str, terms: tuple[str, ...]) -> None:
    assert terms_of(text) == terms


def test_the_door_gives_every_entry_its_line(town: people.Town) -> None:
    """What stands for a group is the first of those that may be seen, as in lists."""
    ids = [put(town, PILLS, days, group_key="rx") for days in (3, 3, 2)]
    with db.reading() as session:
        first = session.exec(
            select(ChartEntry.id)
            .where(col(ChartEntry.id).in_(ids))
            .order_by(col(ChartEntry.occurred_at), col(ChartEntry.id))
        ).first()
    assert found(town, "二甲双胍") == [first]
