"""Import of what tells a visit: wards and their times, from where and to where, chapters of notes by their codes."""

from __future__ import annotations

import pytest

from health_cloud.core.words import Words
from health_cloud.records.views.content import Section
from tests.ingest.feed import LOINC, Feeder, code, content, encounter, in_english, patient, report, resource

VISIT = {"encounter": {"reference": "Encounter/e"}}


def ward(name: str, start: str = "", **more: object) -> dict[str, object]:
    return {"location": {"display": name}, **({"period": {"start": start}} if start else {}), **more}


def test_wards_of_a_stay_in_the_order_of_their_times(feeder: Feeder):
    places = [
        ward("监护室", "2024-05-01T08:30:00+08:00"),
        ward("一病区", "2024-05-01T08:00:00+08:00"),
        ward("没有时间"),
        ward("留着的床", "2024-05-01T08:40:00+08:00", status="reserved"),
    ]
    feeder.feed(patient(), encounter(cls="IMP", location=places))
    said = content()
    assert [(each.kind, each.title.zh) for each in said.items] == [("ward", "一病区"), ("ward", "监护室")]
    assert Words("没有时间") in said.place


def test_the_rooms_of_a_visit_are_no_wards(feeder: Feeder):
    feeder.feed(patient(), encounter(location=[ward("三诊室", "2024-05-01T08:00:00+08:00")]))
    assert content().items == ()


def test_from_where_and_to_where(feeder: Feeder):
    where = {"admitSource": {"text": "急诊"}, "dischargeDisposition": {"text": "回家"}}
    feeder.feed(patient(), encounter(cls="IMP", hospitalization=where))
    said = content()
    assert (said.admitted, said.discharged) == (Words("急诊"), Words("回家"))


def chapter(title: str, loinc: str, text: str) -> dict[str, object]:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'
    return {"title": title, "code": code(LOINC, loinc), "text": {"status": "additional", "div": div}}


def test_chapters_of_a_note_tell_what_their_codes_say(feeder: Feeder):
    note = resource(
        "Composition",
        "n",
        status="final",
        type=code(LOINC, "18842-5", "出院小结"),
        date="2024-05-01T09:00:00+08:00",
        **VISIT,
        section=[
            chapter("住院经过", "8648-8", "<p>手术顺利</p>"),
            chapter("出院医嘱", "8653-8", '<div lang="zh-CN"><p>休息</p></div><div lang="en"><p>Rest</p></div>'),
            chapter("其他", "99999-9", "<p>无</p>"),
        ],
    )
    feeder.feed(patient(), encounter(cls="IMP"), note)
    at = "2024-05-01T09:00:00+08:00"
    assert content().sections == (
        Section(Words("住院经过"), Words("手术顺利"), "done", at),
        Section(Words("出院医嘱"), Words("休息", "Rest"), "next", at),
        Section(Words("其他"), Words("无"), "summary", at),
    )


@pytest.mark.parametrize(("loinc", "kind"), [("11504-8", "done"), ("18842-5", "summary"), ("34117-2", "")])
def test_a_note_in_one_piece_tells_what_its_own_code_says(feeder: Feeder, loinc: str, kind: str):
    said = {"conclusion": "原文", "_conclusion": {"extension": [in_english("As sent")]}}
    note = report("n", [code(LOINC, loinc)], effectiveDateTime="2024-05-01T08:30:00+08:00", **VISIT, **said)
    feeder.feed(patient(), encounter(), note)
    (section,) = content().sections
    assert (section.text, section.kind, section.at) == (Words("原文", "As sent"), kind, "2024-05-01T08:30:00+08:00")
