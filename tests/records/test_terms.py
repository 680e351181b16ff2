"""What words of reports mean: only words that stand there as words, once, in both languages, and never a diagnosis."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from health_cloud.core import db
from health_cloud.core.words import Words
from health_cloud.records.service import terms
from health_cloud.records.service.reading import entry_page
from health_cloud.records.service.terms import terms_in
from health_cloud.records.views.content import EntryContent, Section
from tests import charts, people
from tests.records.test_meanings import _ADVISING, _JUDGING

_TABLES = tomllib.loads((Path(terms.__file__).parents[1] / "terms.toml").read_text(encoding="utf-8"))
ROWS = {
    name: row
    for source, rows in _TABLES.items()
    if source not in ("source", "other")
    for name, row in sorted(rows.items())
}


def names(*texts: Words) -> list[tuple[str, str]]:
    return [(each.name.zh, each.name.en) for each in terms_in(texts)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (Words("轻度脂肪肝。"), [("脂肪肝", "fatty liver")]),
        (Words("右肺上叶小结节，直径 4 mm"), [("小结节", "nodule")]),
        (Words("符合结节病改变，主动脉结钙化"), [("钙化", "calcification")]),
        (Words("慢性萎缩性胃炎伴灶性肠化"), [("萎缩性胃炎", "atrophic gastritis"), ("肠化", "intestinal metaplasia")]),
        (Words("BI-RADS 3 类"), [("BI-RADS", "BI-RADS")]),
        (Words("C-TIRADS 4A 类"), [("C-TIRADS", "C-TIRADS")]),
        (Words("ACR TI-RADS 3 类"), [("TI-RADS", "TI-RADS")]),
        (Words("右肺磨玻璃结节，左肺小结节"), [("磨玻璃结节", "ground-glass nodule"), ("小结节", "nodule")]),
        (Words("胆囊息肉，乳腺增生"), [("胆囊息肉", "gallbladder polyp"), ("乳腺增生", "fibrocystic breast")]),
        (Words("右侧颈动脉内中膜增厚，子宫内膜增厚"), [("内中膜增厚", "intima-media thickening")]),
        (Words("食管静脉曲张；左肾血管平滑肌脂肪瘤"), []),
        (Words("右下肺少许陈旧索条，双眼晶状体轻度混浊"), [("索条", "fibrous strand"), ("晶状体轻度混浊", "cataract")]),
        (
            Words("左室收缩功能正常，舒张功能减低"),
            [("收缩功能", "systolic function"), ("舒张功能减低", "diastolic dysfunction")],
        ),
        (Words(en="Two NODULES, no polypoid mass"), [("小结节", "NODULES")]),
        (Words(en="A cystoscopy was planned; cystic fibrosis excluded"), []),
        (Words("结节", "A nodule"), [("结节", "nodule")]),
        (Words("正常心电图。", "Normal electrocardiogram."), []),
    ],
)
def test_a_term_is_a_word_of_the_text_and_the_longest_wins(text: Words, found: list[tuple[str, str]]) -> None:
    assert names(text) == found


def test_each_term_once_in_the_order_of_the_text() -> None:
    assert names(Words("囊肿，息肉"), Words("息肉，结节")) == [("囊肿", "cyst"), ("息肉", "polyp"), ("结节", "nodule")]


@pytest.mark.parametrize("name", list(ROWS))
def test_a_term_is_explained_plainly_with_its_source(name: str) -> None:
    chinese, english, said_zh, said_en, title = ROWS[name]
    assert chinese
    assert english
    assert title
    assert said_zh.endswith("。")
    assert said_en.endswith(".")
    assert 5 < len(said_zh) <= 90
    assert all(len(sentence.split()) <= 25 for sentence in re.split(r"(?<=[.:;]) ", said_en))
    assert not _JUDGING.search(said_zh + said_en)
    assert not _ADVISING.search(said_zh + said_en)


def test_no_word_stands_for_two_terms() -> None:
    for place in (0, 1):
        words = [word.lower() for row in ROWS.values() for word in row[place]]
        assert len(words) == len(set(words))


def test_a_patient_is_offered_them_and_a_physician_is_spared(town: people.Town) -> None:
    content = EntryContent(
        record_class="examinations", conclusion=Words("息肉"), sections=(Section(text=Words("囊肿")),)
    )
    entry_id = charts.put(town, town.lin, "examinations", content=content)
    own = db.perform(entry_page, charts.reader(town.lin), town.lin.person_id, entry_id)
    assert [each.name.zh for each in own.terms] == ["息肉", "囊肿"]
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, "examinations")
    assert db.perform(entry_page, doctor, town.lin.person_id, entry_id).terms == []
