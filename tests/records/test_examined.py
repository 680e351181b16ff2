"""Examinations, studies and check-ups: last time's report, the others of the visit, series in plain words, in short."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from health_cloud.chart.models import ChartEncounter
from health_cloud.core import clock, db
from health_cloud.core.words import Words
from health_cloud.records.service.examined import of_one_kind, series_of
from health_cloud.records.service.reading import entry_page
from health_cloud.records.views.content import Coding, EntryContent, Measured, Series
from health_cloud.records.views.reports import Previous
from health_cloud.records.views.screens import EntryPage
from tests import charts, people

NOTHING = Words()
GASTRIC = EntryContent(
    record_class="examinations",
    title=Words("胃镜", "Gastroscopy"),
    conclusion=Words("胃炎"),
    codes=(Coding("http://loinc.org", "11526-1"), Coding("local", "gastroscopy")),
)
COLON = replace(GASTRIC, codes=(Coding("http://loinc.org", "11526-1"), Coding("local", "colonoscopy")))


def ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def opened(reader: people.Patient, entry_id: str) -> EntryPage:
    return db.perform(entry_page, charts.reader(reader), reader.person_id, entry_id)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (GASTRIC, True),
        (replace(GASTRIC, title=Words("别的")), True),
        (COLON, False),
        (replace(GASTRIC, codes=()), True),
        (replace(GASTRIC, codes=(), title=Words("别的")), False),
    ],
)
def test_one_kind_by_all_codes_and_by_title_where_there_are_none(other: EntryContent, alike: bool) -> None:
    assert of_one_kind(GASTRIC, other) is alike
    assert not of_one_kind(EntryContent(), EntryContent())


def test_last_time_is_the_newest_one_before_of_the_same_kind(town: people.Town) -> None:
    older = charts.put(town, town.lin, "examinations", content=GASTRIC, occurred=ago(900))
    last = charts.put(
        town, town.lin, "examinations", content=replace(GASTRIC, conclusion=Words("溃疡")), occurred=ago(400)
    )
    charts.put(town, town.lin, "examinations", content=COLON, occurred=ago(100))
    now = charts.put(town, town.lin, "examinations", content=GASTRIC, occurred=ago(1))
    found = opened(town.lin, now).previous
    assert (found.conclusion, found.href) == (Words("溃疡"), f"/records/examinations/{last}")
    assert opened(town.lin, older).previous == Previous()


def test_a_physician_reads_last_times_conclusion_without_a_way_out_of_the_grant(town: people.Town) -> None:
    charts.put(town, town.lin, "examinations", content=GASTRIC, occurred=ago(400))
    now = charts.put(town, town.lin, "examinations", content=GASTRIC, occurred=ago(1))
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, "examinations")
    page = db.perform(entry_page, doctor, town.lin.person_id, now)
    assert (page.previous.conclusion, page.previous.href, page.related) == (Words("胃炎"), "", [])


def test_somebody_elses_report_is_never_last_times(town: people.Town) -> None:
    charts.put(town, town.wang, "examinations", content=GASTRIC, occurred=ago(400))
    now = charts.put(town, town.lin, "examinations", content=GASTRIC, occurred=ago(1))
    assert opened(town.lin, now).previous == Previous()


def test_series_in_plain_words_with_their_technical_names() -> None:
    series = (
        Series("1.2.3", "CT", Words("胸部"), Words("平扫"), 58, "2026-05-01", "1"),
        Series(modality="XYZ", images=2),
    )
    first, second = series_of(EntryContent(series=series))
    assert (first.word, first.images, first.number, first.uid) == ("records.modality.ct", 58, "1", "1.2.3")
    assert (second.word, second.modality) == ("", "XYZ"), "what we have no word for stands as given"


def test_the_pictures_that_the_hospital_keeps_are_counted(town: people.Town) -> None:
    study = EntryContent(record_class="imaging", series=(Series(images=58), Series(images=228)))
    assert opened(town.lin, charts.put(town, town.lin, "imaging", content=study)).stored == 286


def measured(name: str, flag: str) -> Measured:
    return Measured(Words(name), (Coding("http://loinc.org", name),), "quantity", "5", flag=flag)


def test_a_check_up_in_short_is_what_differs(town: people.Town) -> None:
    content = EntryContent(
        record_class="check_ups",
        measures=(measured("体重", "high"), measured("体温", "normal")),
        results=(
            Measured(Words("血脂"), members=(measured("甘油三酯", "critical_high"), measured("胆固醇", ""))),
            measured("白细胞", "low"),
        ),
    )
    page = opened(town.lin, charts.put(town, town.lin, "check_ups", content=content))
    assert [(each.name.zh, each.kind) for each in page.abnormal] == [
        ("体重", "high"),
        ("甘油三酯", "critical"),
        ("白细胞", "low"),
    ]


def test_results_of_a_check_up_lead_to_their_trend_on_the_report_they_were_made_for(town: people.Town) -> None:
    fat, cells = measured("甘油三酯", "high"), measured("白细胞", "low")
    with db.reading() as session:
        of_lin = select(ChartEncounter.id).where(ChartEncounter.person_id == town.lin.person_id)
        visit = session.exec(of_lin).first()
    lab = EntryContent(record_class="laboratory", results=(cells, fat))
    report = charts.put(town, town.lin, "laboratory", content=lab, encounter_id=visit)
    check = EntryContent(record_class="check_ups", results=(replace(fat, specimen=Words("血清")), measured("尿酸", "")))
    entry_id = charts.put(town, town.lin, "check_ups", content=check, encounter_id=visit)
    page = opened(town.lin, entry_id)
    assert [each.trend for each in page.results] == [f"/records/laboratory/{report}/1", ""]
