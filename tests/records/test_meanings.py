"""What tests are, in plain words: complete, short, and never a diagnosis."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from health_cloud.core import db
from health_cloud.core.words import Words
from health_cloud.demo.analytes import ANALYTES, PANELS, WORDS
from health_cloud.records.service import meanings
from health_cloud.records.service.meanings import LOINC, explained, meaning_of
from health_cloud.records.service.reading import entry_page
from health_cloud.records.service.trend import trend_page
from health_cloud.records.views.content import Coding, EntryContent, Measured
from health_cloud.records.views.meaning import NO_MEANING
from tests import charts, people

HBA1C = Measured(
    name=Words("糖化血红蛋白", "HbA1c"), codes=(Coding(LOINC, "4548-4"),), kind="quantity", value="7.4", unit="%"
)
_JUDGING = re.compile(
    r"\b(you|your|suffer|diagnos\w*|patient|cancer|tumou?r|disease is)\b|您|你|患者|确诊|癌|肿瘤|说明有", re.IGNORECASE
)
_JARGON = re.compile(
    r"\b(serum|plasma|assay|etiology|renal|hepatic|myocardial|analyte)\b|血清|血浆|代谢物|病因学", re.IGNORECASE
)


def test_the_common_ones_are_explained() -> None:
    assert len({meaning.said for meaning in explained().values()}) > 120
    own = {each.loinc for each in ANALYTES.values()} | {loinc for _, _, loinc in WORDS.values()}
    cultures = {each.loinc for each in PANELS.values() if each.service == "MB"}
    assert (own | cultures) - {""} <= set(explained())  # one test of the demo has no code of its own


def test_both_languages_are_short_plain_and_no_diagnosis() -> None:
    for code, meaning in explained().items():
        said = meaning.said
        assert 5 < len(said.zh) <= 90, code
        assert 5 < len(said.en.split()) <= 35, code
        assert said.zh.endswith("。"), code
        assert said.en.endswith("."), code
        assert all(len(sentence.split()) <= 25 for sentence in re.split(r"(?<=\.) ", said.en)), code
        for text in (said.zh, said.en):
            assert not _JUDGING.search(text), (code, text)
            assert not _JARGON.search(text), (code, text)


def test_each_names_where_it_can_be_checked() -> None:
    for code, meaning in explained().items():
        assert meaning.title, code
        assert meaning.source.zh, code
        assert meaning.source.en, code


def test_each_code_is_a_code_and_stands_once() -> None:
    text = (Path(meanings.__file__).parents[1] / "meanings.toml").read_text(encoding="utf-8")
    rows = "\n".join(line for line in text.splitlines() if "= [[" in line)
    codes = re.findall(r'"(\d+-\d)"', rows)
    assert len(codes) == len(set(codes)) == len(explained())
    for code in codes:
        assert _checked(code), f"{code}: its last digit does not fit the others"


def _checked(code: str) -> bool:
    """Tell whether the check digit of a LOINC code is right (modulus 10)."""
    digits, _, last = code.partition("-")
    doubled = [int(each) * (2 - place % 2) for place, each in enumerate(reversed(digits))]
    return (10 - sum(each // 10 + each % 10 for each in doubled) % 10) % 10 == int(last)


@pytest.mark.parametrize(
    "codes",
    [
        (),
        (Coding(LOINC, "4548"),),
        (Coding(LOINC, "4548-40"),),
        (Coding(LOINC, " 4548-4"),),
        (Coding("http://snomed.info/sct", "4548-4"),),
        (Coding("", "4548-4"),),
        (Coding("local", "HbA1c", "Hemoglobin A1c"),),
    ],
)
def test_nothing_is_guessed_from_a_name_or_a_code_that_looks_alike(codes: tuple[Coding, ...]) -> None:
    assert meaning_of(replace(HBA1C, codes=codes)) == NO_MEANING


def test_any_of_its_own_codes_will_do() -> None:
    two = replace(HBA1C, codes=(Coding("local", "HbA1c"), Coding(LOINC, "4548-4")))
    assert meaning_of(two) == meaning_of(HBA1C) != NO_MEANING


def test_a_patient_reads_it_on_the_report_and_on_the_trend_and_a_physician_is_spared(town: people.Town) -> None:
    unknown = replace(HBA1C, codes=(Coding("local", "X1"),))
    content = EntryContent(record_class="laboratory", results=(HBA1C, unknown))
    entry_id = charts.put(town, town.lin, content=content)
    own = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, entry_id)
    assert [line.meaning for line in own.results] == [meaning_of(HBA1C), NO_MEANING]
    page = db.perform(trend_page, charts.reader(town.lin), town.lin.person_id, entry_id, "0")
    assert page.meaning == meaning_of(HBA1C)
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor)
    read = db.perform(entry_page, doctor, town.lin.person_id, entry_id)
    assert [line.meaning for line in read.results] == [NO_MEANING, NO_MEANING]
