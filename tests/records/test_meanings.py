"""What tests are, in plain words: complete, short, and never a diagnosis."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from health_cloud.core import db, i18n
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
    r"\b(you|your|suffer\w*|diagnos\w*|patients?|cancers?|tumou?rs?|disease is)\b"
    r"|您|你|患者|患有|诊断|确诊|癌|肿瘤|说明有",
    re.IGNORECASE,
)
_ADVISING = re.compile(
    r"\b(stop|start|double|skip|increase|reduce) (taking|the dose|a medicine)|\bshould (take|see)\b"
    r"|停药|停用|加量|减量|换药|改药|请就医|应该吃",
    re.IGNORECASE,
)
_JARGON = re.compile(
    r"\b(serum|plasma|assay|etiology|renal|hepatic|myocardial|analyte)\b|血清|血浆|代谢物|病因学", re.IGNORECASE
)


def test_the_common_ones_are_explained() -> None:
    assert len({meaning.said for meaning in explained().values()}) > 300
    own = {each.loinc for each in ANALYTES.values()} | {loinc for _, _, loinc in WORDS.values()}
    cultures = {each.loinc for each in PANELS.values() if each.service == "MB"}
    assert (own | cultures) - {""} <= set(explained())  # one test of the demo has no code of its own


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param(
            "6690-2 789-8 718-7 4544-3 787-2 785-6 786-4 788-0 777-3 770-8 736-9 5905-5 713-8 706-2", id="blood"
        ),
        pytest.param("5803-2 5811-5 20454-5 25428-4 2514-8 5794-3 5799-2 5802-4 5770-3 13658-0 9842-6", id="urine"),
        pytest.param("1742-6 1920-8 2324-2 6768-6 14631-6 14629-0 2885-2 1751-7 10834-0 14628-2 2098-2", id="liver"),
        pytest.param("14682-9 22664-7 14933-6 33863-2 62238-1 1952-1 9318-7", id="kidney"),
        pytest.param("14647-2 14927-8 14646-4 22748-8 1869-7 1884-6 10835-7 13965-9", id="blood fats"),
        pytest.param("14771-0 4548-4 14995-5 20448-7 1986-9 13873-5", id="sugar"),
        pytest.param("2823-3 2951-2 2075-0 2000-8 14879-1 2601-3 2028-9 5671-3 14955-9", id="minerals"),
        pytest.param("2744-1 2703-7 2019-8 11555-0 2524-7", id="blood gas"),
        pytest.param("5902-2 6301-6 14979-9 3255-7 3243-3 48065-7 30226-5", id="clotting"),
        pytest.param("10839-9 13969-1 2639-3 33762-6 2157-6 2532-0", id="heart"),
        pytest.param("3016-3 14920-3 14928-6 8099-4 8098-6 5385-0 3013-0 1992-7", id="thyroid"),
        pytest.param("15067-2 10501-5 2243-4 2839-9 2986-8 2842-3 38476-8 19080-1 33069-6 32046-5", id="hormones"),
        pytest.param(
            "1834-1 2039-6 10334-1 24108-3 6875-9 17843-4 15060-7 25390-6 9679-2 55180-4 2857-1", id="markers"
        ),
        pytest.param("5196-1 16935-9 13954-3 13953-5 13952-7 11258-1 16128-1 56888-1 22587-0 20507-0", id="infections"),
        pytest.param("29891-9 17780-8 2335-8 30167-1 10524-7", id="screening"),
        pytest.param("11572-5 33935-8 8061-4 5130-0 5370-2 4537-7 30522-7 33959-8 26881-3", id="inflammation"),
        pytest.param("2465-3 2458-8 2472-9 4485-9 4498-2 19113-0 6096-2", id="antibodies"),
        pytest.param("2276-4 2498-4 2500-7 2132-9 2284-8 62292-8", id="iron and vitamins"),
        pytest.param("8480-6 8462-4 8867-4 59408-5 39156-5 8280-0 79883-5 56844-4 38267-1", id="check-up"),
    ],
)
def test_what_a_hospital_commonly_measures_is_explained(codes: str) -> None:
    assert [code for code in codes.split() if code not in explained()] == []


def test_both_languages_are_short_plain_and_no_diagnosis() -> None:
    for code, meaning in explained().items():
        said = meaning.said
        assert 5 < len(said.zh) <= 90, code
        assert 5 < len(said.en.split()) <= 35, code
        assert said.zh.endswith("。"), code
        assert said.en.endswith("."), code
        assert said.zh.count("。") <= 2, code
        assert len(re.split(r"(?<=\.) ", said.en)) <= 2, code
        assert all(len(sentence.split()) <= 25 for sentence in re.split(r"(?<=\.) ", said.en)), code
        for text in (said.zh, said.en):
            assert not _JUDGING.search(text), (code, text)
            assert not _ADVISING.search(text), (code, text)
            assert not _JARGON.search(text), (code, text)


def test_each_names_where_it_can_be_checked() -> None:
    for code, meaning in explained().items():
        assert meaning.title, code
        assert meaning.source.zh, code
        assert meaning.source.en, code
        own = re.match(r"\d+-\d ", meaning.title)
        assert (own is not None) == (meaning.source.en == "LOINC"), code
        assert own is None or explained()[own[0].strip()] == meaning, code


def test_the_texts_stay_on_the_server() -> None:
    shipped = {text for room in ("", i18n.LATER, *i18n.rooms_apart()) for text in i18n.catalogue("zh", room).values()}
    assert not shipped & {meaning.said.zh for meaning in explained().values()}


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
