"""Import of what an examination was made of, where and with what, and of narratives that stand alone."""

from __future__ import annotations

import pytest

from health_cloud.core.words import Words
from health_cloud.records.views.content import Section, Series
from tests.ingest.feed import LOINC, V2_203, Feeder, code, content, observation, patient, report, resource

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'


def seen(**more: object) -> dict[str, object]:
    text = {"valueQuantity": None, "valueString": "黏膜充血"}
    return {**observation("f", "exam", code=code(LOINC, "59776-5")), **text, **more}


def test_specimen_site_and_device_from_whoever_names_them(feeder: Feeder):
    taken = resource("Specimen", "s", type={"text": "胃黏膜"}, collection={"bodySite": {"text": "胃窦"}})
    picture = resource("Media", "m", status="completed", bodySite={"text": "胃角"}, deviceName="GIF-1", content={})
    feeder.feed(
        patient(),
        taken,
        picture,
        seen(bodySite={"text": "胃窦"}, device={"display": "电子胃镜"}),
        report(
            category="SP",
            specimen=[{"reference": "Specimen/s"}],
            result=[{"reference": "Observation/f"}],
            media=[{"link": {"reference": "Media/m"}}],
        ),
    )
    said = content()
    assert said.specimen == Words("胃黏膜")
    assert said.body_site == Words("胃窦、胃角"), "the same site is said once"
    assert said.device == Words("电子胃镜、GIF-1", "电子胃镜, GIF-1")


def test_a_laboratory_report_keeps_its_specimen_with_its_results(feeder: Feeder):
    feeder.feed(
        patient(), observation(), report(specimen=[{"display": "血清"}], result=[{"reference": "Observation/o"}])
    )
    said = content()
    assert said.specimen == Words()
    assert said.results[0].specimen == Words("血清")


@pytest.mark.parametrize(
    ("more", "sections"),
    [({}, (Section(Words("腹部超声"), Words("所见\n正常")),)), ({"conclusion": "正常"}, ())],
)
def test_a_narrative_is_shown_where_a_report_says_nothing_else(
    feeder: Feeder, more: dict[str, str], sections: tuple[Section, ...]
):
    text = {"status": "generated", "div": f"{DIV}<h2>所见</h2><p>正常</p></div>"}
    feeder.feed(patient(), report(category="CUS", code={"text": "腹部超声"}, text=text, **more))
    assert content().sections == sections


def test_a_series_keeps_its_number_and_a_study_the_number_it_is_kept_under(feeder: Feeder):
    number = {"type": code(V2_203, "ACSN"), "value": "A-7"}
    series = [{"uid": "1.2", "number": 3, "modality": {"code": "CT"}, "numberOfInstances": 5}]
    feeder.feed(patient(), resource("ImagingStudy", "i", status="available", identifier=[number], series=series))
    said = content()
    assert said.number == "A-7"
    assert said.series == (Series(uid="1.2", modality="CT", images=5, number="3"),)
