"""What a FHIR dosage says reaches the reader whole: every step, every bound, in words that both languages have."""

from __future__ import annotations

from typing import Any

import pytest

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import dosing
from health_cloud.ingest.service.mapping.medicines import days_of, medicine
from health_cloud.records.service.prescribed import dose_of
from health_cloud.records.views.content import NOTHING, Medicine

UCUM = "http://unitsofmeasure.org"
SIX = {"doseAndRate": [{"doseQuantity": {"value": "6", "unit": "片"}}]}
ONE = {"doseAndRate": [{"doseQuantity": {"value": "1", "unit": "片"}}]}
DAILY = {"repeat": {"frequency": "1", "period": "1", "periodUnit": "d"}}


def mapped(*dosages: dict[str, Any], **more: Any) -> Medicine:
    request = {"resourceType": "MedicationRequest", "dosageInstruction": list(dosages), **more}
    return medicine(request, lambda _request, _reference: {})


def lasting(value: str, code: str = "", unit: str = "") -> Medicine:
    said = {"value": value, **({"system": UCUM, "code": code} if code else {}), **({"unit": unit} if unit else {})}
    return mapped(dispenseRequest={"expectedSupplyDuration": said}, authoredOn="2026-01-31T08:00:00+08:00")


@pytest.mark.parametrize(
    ("value", "code", "days", "said"),
    [
        ("30", "d", "30", NOTHING),
        ("2", "wk", "14", Words("2 周", "2 weeks")),
        ("1", "mo", "28", Words("1 个月", "1 month")),
        ("3", "mo", "89", Words("3 个月", "3 months")),
        ("1", "a", "365", Words("1 年", "1 year")),
        ("72", "h", "3", Words("72 小时", "72 hours")),
        ("90", "min", "", Words("90 分钟", "90 minutes")),
        ("30", "", "", Words("30", "30")),
        ("3", "{box}", "", Words("3 {box}", "3 {box}")),
        ("1.5", "wk", "", Words("1.5 周", "1.5 weeks")),
    ],
)
def test_a_supply_lasts_as_long_as_its_unit_says(value: str, code: str, days: str, said: Words) -> None:
    drug = lasting(value, code)
    assert (drug.days, drug.lasts) == (days, said)


def test_a_unit_in_words_is_read_and_shown_as_sent() -> None:
    drug = lasting("3", unit="months")
    assert (drug.days, drug.lasts) == ("89", Words("3 months", "3 months"))
    assert lasting("7", unit="天").days == "7"


@pytest.mark.parametrize("value", ["", "x", "NaN", "Infinity", "-3", "0", "9999999", "1e400"])
def test_no_number_of_months_is_no_number_of_days(value: str) -> None:
    assert days_of({"value": value, "code": "mo"}, "2026-01-31") == ""


@pytest.mark.parametrize("at", ["", "2026", "2026-05", "x", "9999-12-31"])
def test_without_a_day_months_are_the_mean_ones_of_ucum(at: str) -> None:
    assert days_of({"value": "3", "code": "mo"}, at) == "91"


def test_a_dose_that_steps_down_is_shown_in_all_its_steps() -> None:
    week = {"boundsDuration": {"value": "7", "code": "d"}}
    first = {"sequence": "1", **SIX, "timing": {"repeat": {**DAILY["repeat"], **week}}}
    later = {"sequence": "2", **ONE, "timing": DAILY}
    drug = mapped(later, first)
    assert drug.dose == Words(
        "6 片，每天 1 次，共 7 天；然后：1 片，每天 1 次", "6 片, once a day, for 7 days; then: 1 片, once a day"
    )
    assert (drug.amount, drug.frequency) == (NOTHING, NOTHING), "beside the whole one of its steps would be wrong"
    assert dose_of(drug) == drug.dose


def test_steps_in_words_of_the_source_keep_them() -> None:
    drug = mapped({"sequence": "1", "text": "6 tablets daily"}, {"sequence": "2", "text": "1 tablet daily"})
    assert drug.dose.en == "6 tablets daily; then: 1 tablet daily"


def test_dosages_that_hold_together_are_no_steps() -> None:
    drug = mapped({**SIX, "timing": {"repeat": {"when": ["MORN"]}}}, {**ONE, "timing": {"repeat": {"when": ["HS"]}}})
    assert drug.dose == Words("6 片，早晨；1 片，睡前", "6 片, in the morning; 1 片, before sleep")


@pytest.mark.parametrize(
    ("repeat", "said"),
    [
        ({"frequency": "2", "period": "1", "periodUnit": "d"}, Words("每天 2 次", "twice a day")),
        (
            {"frequency": "1", "frequencyMax": "2", "period": "1", "periodUnit": "d"},
            Words("每天 1-2 次", "1 to 2 times a day"),
        ),
        (
            {"frequency": "1", "period": "4", "periodMax": "6", "periodUnit": "h"},
            Words("每 4-6 小时 1 次", "once every 4 to 6 hours"),
        ),
        ({"when": ["ACM"], "offset": "30"}, Words("早餐前 30 分钟", "30 minutes before breakfast")),
        ({"when": ["XX"]}, Words("XX", "XX")),
        ({"timeOfDay": ["08:00:00", "20:30:00"]}, Words("08:00、20:30", "08:00, 20:30")),
        (
            {"frequency": "1", "period": "1", "periodUnit": "wk", "dayOfWeek": ["mon"]},
            Words("每周 1 次，周一", "once a week, Monday"),
        ),
        (
            {"count": "3", "duration": "30", "durationUnit": "min"},
            Words("总共 3 次，每次持续 30 分钟", "3 times in all, each lasting 30 minutes"),
        ),
        ({"frequency": "3"}, Words("3 次", "3 times")),
        ({"frequency": "1", "period": "2", "periodUnit": "xx"}, Words("1 / 2 xx", "1 / 2 xx")),
        (
            {"boundsPeriod": {"start": "2026-01-01", "end": "2026-01-07"}},
            Words("从 2026-01-01 起，到 2026-01-07 止", "from 2026-01-01, until 2026-01-07"),
        ),
    ],
)
def test_how_often_and_when_is_said_with_its_bounds(repeat: dict[str, Any], said: Words) -> None:
    assert dosing.frequency({"repeat": repeat}) == said


def coded(code: str, **more: str) -> dict[str, Any]:
    return {
        "coding": [{"code": code, **{name: value for name, value in more.items() if name != "text"}}],
        **{name: value for name, value in more.items() if name == "text"},
    }


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (coded("TID"), Words("每天 3 次", "3 times a day")),
        (coded("BID", display="BID"), Words("每天 2 次", "twice a day")),
        (coded("Q4H", text="q4h"), Words("每 4 小时 1 次", "once every 4 hours")),
        (coded("TID", text="Three times daily with food"), Words("每天 3 次", "Three times daily with food")),
        (coded("ZZZ"), Words("ZZZ", "ZZZ")),
        ({"text": "TID"}, Words("", "TID")),
    ],
)
def test_a_code_of_how_often_becomes_words_and_an_unknown_one_stands(code: dict[str, Any], said: Words) -> None:
    assert dosing.frequency({"code": code}) == said


def test_a_coded_route_becomes_words() -> None:
    assert mapped({"route": coded("po")}).route == Words("口服", "by mouth")
    assert mapped({"route": coded("26643006", display="Oral route")}).route == Words("口服", "Oral route")
    assert mapped({"route": coded("9999")}).route == Words("9999", "9999")


def test_as_needed_keeps_amount_interval_and_the_most_of_a_day() -> None:
    most = {"numerator": {"value": "8", "unit": "片"}, "denominator": {"value": "24", "code": "h"}}
    every = {"repeat": {"frequency": "1", "period": "4", "periodMax": "6", "periodUnit": "h"}}
    pain = {"text": "疼痛"}
    drug = mapped({**ONE, "timing": every, "asNeededCodeableConcept": pain, "maxDosePerPeriod": most})
    assert drug.dose.zh == "1 片，每 4-6 小时 1 次，需要时（疼痛），24 小时内最多 8 片"
    assert drug.dose.en == "1 片, once every 4 to 6 hours, as needed (疼痛), at most 8 片 in 24 hours"
    plain = mapped({**ONE, "asNeededBoolean": True})
    assert dose_of(plain).zh == "1 片，需要时"


def test_what_was_imported_as_needed_alone_is_shown_with_its_amount() -> None:
    earlier = Medicine(dose=Words("需要时", "as needed"), amount=Words("1 片", "1 tablet"))
    assert dose_of(earlier) == Words("1 片，需要时", "1 tablet, as needed")


def test_beside_a_sentence_instructions_and_limits_are_kept() -> None:
    drug = mapped(
        {
            "text": "1 tablet every 4 hours",
            "asNeededBoolean": True,
            "patientInstruction": "Do not drive",
            "additionalInstruction": [{"text": "With food"}],
            "maxDosePerPeriod": {"numerator": {"value": "4", "unit": "g"}, "denominator": {"value": "1", "code": "d"}},
            "maxDosePerAdministration": {"value": "2", "unit": "g"},
        }
    )
    assert drug.dose.en == (
        "1 tablet every 4 hours, as needed, With food, Do not drive, at most 4 g in 1 day, at most 2 g at once"
    )
    said = mapped({"text": "1 tablet as needed", "asNeededBoolean": True, "patientInstruction": "1 tablet as needed"})
    assert said.dose.en == "1 tablet as needed", "nothing is said twice"


def test_amounts_and_rates_are_both_shown_and_an_open_range_says_so() -> None:
    both = {"doseQuantity": {"value": "500", "unit": "mg"}, "rateQuantity": {"value": "100", "unit": "mL/h"}}
    assert mapped({"doseAndRate": [both]}).amount.en == "500 mg, 100 mL/h"
    for low, high, said in (("1", "2", "1-2 片"), ("1", "", "至少 1 片"), ("", "2", "最多 2 片")):
        ends = {"low": low, "high": high}
        sent = {name: {"value": value, "unit": "片"} for name, value in ends.items() if value}
        assert mapped({"doseAndRate": [{"doseRange": sent}]}).amount.zh == said
    ratio = {"numerator": {"value": "1", "unit": "g"}, "denominator": {"value": "8", "unit": "h"}}
    assert mapped({"doseAndRate": [{"rateRatio": ratio}]}).amount.en == "1 g / 8 h"


def test_one_dosage_whose_parts_say_everything_stays_in_its_parts() -> None:
    drug = mapped({**ONE, "timing": DAILY, "route": coded("PO")})
    assert drug.dose == NOTHING
    assert dose_of(drug).zh == "1 片，每天 1 次，口服"
