"""A visit as a story: why, what was found, done, and comes next, of a stay its days; only what was sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from health_cloud.core.words import Words
from health_cloud.records.service.passages import blocks_of
from health_cloud.records.service.rendering import fields_of, groups_of, passages_of
from health_cloud.records.service.story import with_story
from health_cloud.records.views.content import EntryContent, Item, Measured, Person, Section
from health_cloud.records.views.screens import EntryPage, ListRow
from health_cloud.records.views.story import Block, Chapter, StoryLine

NOTHING = Words()
CLINIC = EntryContent(
    record_class="medical_records",
    category="outpatient",
    occurred="2026-05-12T08:10:00+08:00",
    reason=Words("复查", "Review"),
)
STAY = replace(CLINIC, category="inpatient", occurred="2026-05-12T23:50:00+08:00", ended="2026-05-15T09:00:00+08:00")


def row(record_class: str, title: str, at: str = "2026-05-12T09:00:00+08:00", flag: str = "") -> ListRow:
    href = f"/records/{record_class}/{title}"
    word = f"records.row.{flag}" if flag else ""
    return ListRow(title, record_class, href, Words(title), 1, NOTHING, NOTHING, at, flag, word, bool(flag), False)


def told(content: EntryContent, *made: ListRow, own: bool = True) -> EntryPage:
    page = EntryPage(
        passages=passages_of(content), groups=groups_of(content), fields=fields_of(content), beside=list(made)
    )
    return with_story(page, content, made, own=own)


def chapter(page: EntryPage, name: str) -> Chapter:
    return next(each for each in page.story.chapters if each.name == name)


def titles(lines: list[StoryLine]) -> list[str]:
    return [each.title.zh for each in lines]


def test_four_chapters_in_order_each_line_where_it_belongs() -> None:
    content = replace(
        CLINIC,
        measures=(Measured(Words("体重")), Measured(Words("体温"))),
        items=(
            Item("diagnosis", Words("溃疡"), at=CLINIC.occurred, status="active"),
            Item("procedure", Words("活检"), at=CLINIC.occurred, people=(Person(Words("周医生"), "performer"),)),
            Item("order", Words("胃镜"), status="active"),
            Item("order", Words("抽血"), status="completed"),
            Item("care_plan", Words("一年后复查")),
            Item("allergy", Words("青霉素")),
        ),
    )
    page = told(content, row("prescriptions", "药"), row("laboratory", "血"), row("examinations", "镜"))
    assert [each.name for each in page.story.chapters] == ["why", "found", "done", "next"]
    assert titles(chapter(page, "why").said) == ["复查"]
    found = chapter(page, "found").said
    assert titles(found) == ["溃疡", "镜", "血", ""]
    assert (found[-1].label, found[-1].count) == ("records.story.measured", 2)
    assert found[1].href == "/records/examinations/镜"
    assert titles(chapter(page, "done").said) == ["活检", "抽血", "药"]
    assert titles(chapter(page, "next").said) == ["一年后复查", "胃镜"]
    assert [each.kind for each in page.groups] == ["allergy"], "each thing stands once"
    assert page.beside == []
    assert page.fields == []


def test_what_is_not_recorded_says_so_and_never_that_there_is_none() -> None:
    page = told(replace(CLINIC, reason=NOTHING))
    assert {each.absent for each in page.story.chapters} == {"records.story.absent"}
    noted = told(replace(CLINIC, sections=(Section(Words("门诊病历"), Words("三个月后复查")),)))
    assert chapter(noted, "next").absent == "records.story.elsewhere", "the note may say it"
    assert [each.text.zh for each in noted.passages] == ["三个月后复查"]
    assert chapter(noted, "why").absent == ""


@pytest.mark.parametrize(
    ("kind", "name"),
    [("complaint", "why"), ("history", "why"), ("findings", "found"), ("done", "done"), ("next", "next")],
)
def test_a_chapter_of_a_note_stands_in_the_knot_that_it_tells_and_there_alone(kind: str, name: str) -> None:
    page = told(replace(CLINIC, sections=(Section(Words("标题"), Words("原文"), kind),)))
    assert [each.text.zh for each in chapter(page, name).passages] == ["原文"]
    assert page.passages == []


def test_a_doubt_of_a_diagnosis_is_said() -> None:
    items = (
        Item("diagnosis", Words("肺炎"), status="active", certainty="refuted"),
        Item("diagnosis", Words("感冒"), status="active"),
        Item("procedure", Words("穿刺"), status="not-done"),
    )
    page = told(replace(CLINIC, items=items))
    assert [each.status for each in chapter(page, "found").said] == ["records.status.refuted", ""]
    assert [each.status for each in chapter(page, "done").said] == ["records.status.not_done"]


def test_many_reports_fold_and_those_that_differ_stand_first() -> None:
    made = [row("laboratory", f"血{number}", flag="high" if number == 8 else "normal") for number in range(9)]
    found = chapter(told(CLINIC, *made, row("imaging", "片")), "found")
    assert titles(found.said)[:3] == ["片", "血8", "血0"]
    assert len(found.said) == 6
    assert len(found.folded) == 4
    seven = chapter(told(CLINIC, *made[:7]), "found")
    assert (len(seven.said), seven.folded) == (7, []), "nothing is folded for one line alone"


def test_who_may_not_open_an_entry_here_reads_its_name_alone() -> None:
    page = told(CLINIC, row("laboratory", "血"), own=False)
    assert [(each.title.zh, each.href) for each in chapter(page, "found").said] == [("血", "")]


def test_a_stay_has_its_summary_its_wards_and_its_days() -> None:
    content = replace(
        STAY,
        admitted=Words("急诊"),
        discharged=Words("回家"),
        sections=(
            Section(Words("出院小结"), Words("恢复好"), "summary", "2026-05-15T08:30:00+08:00"),
            Section(Words("出院医嘱"), Words("少提重物"), "next", "2026-05-15T08:00:00+08:00"),
            Section(Words("其他"), Words("同一份"), "next", "2026-05-15T08:00:00+08:00"),
            Section(Words("手术记录"), Words("顺利"), "done", "2026-05-13T14:00:00+08:00"),
        ),
        items=(
            Item("ward", Words("一病区"), at="2026-05-12T23:50:00+08:00", until="2026-05-13T08:00:00+08:00"),
            Item("ward", Words("监护室"), at="2026-05-13T08:00:00+08:00"),
            Item("procedure", Words("阑尾切除"), at="2026-05-13T09:00:00+08:00", until="2026-05-13T10:00:00+08:00"),
            Item("medicine", Words("头孢"), at="2026-05-13T07:00:00+08:00"),
        ),
    )
    page = told(content, row("laboratory", "血", "2026-05-14T06:00:00+08:00"), row("laboratory", "旧", "2026-05-01"))
    story = page.story
    assert (story.stay, story.days) == (True, 4)
    assert [(each.heading, each.text.zh) for each in story.summary] == [(NOTHING, "恢复好")], "its name stands above it"
    assert titles(chapter(page, "why").said) == ["复查", "急诊"]
    assert titles(chapter(page, "next").said) == ["回家"]
    assert [each.text.zh for each in chapter(page, "next").passages] == ["少提重物", "同一份"]
    assert [(day.number, day.day) for day in story.course] == [
        (1, "2026-05-12"),
        (2, "2026-05-13"),
        (3, "2026-05-14"),
        (4, "2026-05-15"),
    ]
    lines = [[(each.label, each.title.zh) for each in day.said] for day in story.course]
    assert lines == [
        [("records.story.came", "一病区")],
        [
            ("records.story.started", "头孢"),
            ("records.story.moved", "监护室"),
            ("", "阑尾切除"),
            ("records.story.written", "手术记录"),
        ],
        [("", "血")],
        [("records.story.left", "")],
    ], "what lies before the stay is no day of it"
    assert page.groups == []


@pytest.mark.parametrize("ended", ["", "2026-05", "2026-05-10T09:00:00+08:00"])
def test_a_stay_whose_end_is_not_known_has_no_days(ended: str) -> None:
    story = told(replace(STAY, ended=ended), row("laboratory", "血")).story
    assert (story.days, story.course) == (0, [])


def test_a_document_is_no_visit() -> None:
    page = told(replace(CLINIC, category="document", sections=(Section(NOTHING, Words("正文")),)))
    assert page.story.chapters == []
    assert [each.text.zh for each in page.passages] == ["正文"]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (Words("一段话。\n第二行。"), []),
        (Words("所见：\n肝大。\n\n结论：\n脂肪肝。"), ["heading", "text", "heading", "text"]),
        (Words(en="# Chief Complaint\nCough.\n\n## Plan\n- Rest"), ["heading", "text", "heading", "text"]),
        (Words("【印象】\n正常"), ["heading", "text"]),
        (Words("第一段。\n\n第二段。", "First.\n\nSecond."), ["text", "text"]),
        (Words("第一段。\n\n第二段。", "All in one."), []),
    ],
)
def test_headings_and_paragraphs_are_kept_as_sent(text: Words, blocks: list[str]) -> None:
    assert [each.kind for each in blocks_of(text)] == blocks


def test_no_word_of_a_structured_text_is_lost() -> None:
    sent = "所见：\n肝大，3 cm\n  缩进\n\n【印象】\n脂肪肝\n"
    made = blocks_of(Words(sent, sent))
    assert made[0] == Block("heading", Words("所见：", "所见："))
    assert "".join("".join(each.text.zh.split()) for each in made) == "".join(sent.split())


def test_how_bad_a_diagnosis_is_and_until_when_it_was_stands_with_it() -> None:
    item = Item("diagnosis", Words("哮喘"), at=CLINIC.occurred, until="2026-06-01", severity="Moderate")
    page = told(replace(CLINIC, items=(item, replace(item, title=Words("湿疹"), until="", severity="2 级"))))
    first, second = chapter(page, "found").said
    assert (first.at, first.until, first.severity) == (CLINIC.occurred, "2026-06-01", "records.severity.moderate")
    assert (second.at, second.until, second.severity) == ("", "", "2 级")
