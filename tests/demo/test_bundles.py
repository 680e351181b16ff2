"""The bundles are well formed, repeat, and refer to nothing that is missing."""

import base64
import re
from datetime import date, timedelta

from health_cloud.demo import service
from health_cloud.demo.fhir import TRANSLATION, UCUM, dumps

from .conftest import TODAY, walk


def test_equal_arguments_give_equal_bytes(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    names = [path.name for path in service.write(first, 7, TODAY)]
    service.write(second, 7, TODAY)
    assert names == sorted(names)
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_another_seed_gives_other_numbers():
    assert {each.visit_card for each in service.cards(1)}.isdisjoint(each.visit_card for each in service.cards(2))


def test_time_passing_adds_and_does_not_rewrite(resources):
    """What happened stays word for word; only what hangs on today (waiting reports, running courses) moves."""
    fixed = date(2026, 1, 1).isoformat()
    earlier = {
        (each["resourceType"], each["id"]): dumps(each)
        for bundle in service.generate(1, TODAY - timedelta(days=30))
        for each in (entry["resource"] for entry in bundle["entry"])
        if each.get("meta", {}).get("lastUpdated", "9") < fixed
        and "presentedForm" not in each
        and each["resourceType"] != "MedicationRequest"
    }
    now = {(each["resourceType"], each["id"]) for each in resources}
    assert len(earlier) > 1000
    assert set(earlier) <= now


def test_ids_are_legal_and_unique_in_a_bundle(bundles):
    for bundle in bundles:
        urls = [entry["fullUrl"] for entry in bundle["entry"]]
        assert len(urls) == len(set(urls))
        for entry in bundle["entry"]:
            assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", entry["resource"]["id"]), entry["resource"]["id"]
            assert entry["request"]["url"] == f"{entry['resource']['resourceType']}/{entry['resource']['id']}"


def test_every_reference_is_delivered(resources, latest):
    for resource in resources:
        for element in walk(resource):
            if "reference" in element:
                assert element["reference"] in latest, (resource["id"], element["reference"])


def test_every_chinese_text_has_its_english(resources):
    chinese = re.compile(r"[一-鿿]")
    for resource in resources:
        if resource["language"] != "zh-CN" or resource["resourceType"] == "Patient":
            continue
        for element in walk(resource):
            for field in ("text", "conclusion", "valueString", "title", "description"):
                value = element.get(field)
                if isinstance(value, str) and chinese.search(value):
                    told = element[f"_{field}"]["extension"][0]
                    assert told["url"] == TRANSLATION
                    assert told["extension"][0]["valueCode"] == "en"
                    assert not chinese.search(told["extension"][1]["valueString"])


def test_the_english_records_hold_no_chinese_but_translations(bundles):
    """Names of departments and doctors keep their Chinese as a translation."""
    chinese = re.compile(r"[一-鿿]")
    carter = next(bundle for bundle in bundles if bundle["entry"][0]["resource"]["id"] == "carter")
    for element in walk(carter):
        for field, value in element.items():
            if isinstance(value, str) and field not in {"valueString", "data"}:
                assert not chinese.search(value), (field, value)


def test_units_are_ucum_and_values_plain(resources):
    known = {
        *("%", "mmol/L", "umol/L", "mL/min/{1.73_m2}", "U/L", "g/L", "10*9/L", "10*12/L", "fL", "mg/L", "ng/mL"),
        *("mm[Hg]", "pg/mL", "m[IU]/L", "pmol/L", "mg/g", "[pH]", "1", "cm", "kg", "kg/m2", "/min", "Cel"),
        *("U/mL", "[IU]"),
        *(
            "{CFU}/mL",
            "{tablet}",
            "{capsule}",
            "{sachet}",
            "[drp]",
            "{puff}",
            "{application}",
            "mL",
            "g",
            "d",
            "h",
            "mo",
        ),
    }
    for resource in resources:
        for element in walk(resource):
            if element.get("system") == UCUM:
                assert element["code"] in known, element
                assert element["value"] >= 0


def test_codes_have_the_form_of_their_system(resources):
    forms = {
        "http://loinc.org": r"(LP)?\d{1,7}-\d",
        "http://snomed.info/sct": r"\d{6,18}",
        "http://hl7.org/fhir/sid/icd-10": r"[A-Z]\d{2}(\.\d)?",
        "http://www.whocc.no/atc": r"[A-Z]\d{2}([A-Z]([A-Z](\d{2})?)?)?",
        "http://hl7.org/fhir/sid/cvx": r"\d{2,3}",
    }
    for resource in resources:
        for element in walk(resource):
            form = forms.get(element.get("system", ""))
            if form and "code" in element and "value" not in element:
                assert re.fullmatch(form, element["code"]), element


def test_loinc_check_digits(resources):
    """LOINC ends in a Luhn (mod 10) check digit; its parts (LP) do not."""
    codes = {
        element["code"]
        for resource in resources
        for element in walk(resource)
        if element.get("system") == "http://loinc.org" and not element["code"].startswith("LP")
    }
    for code in codes:
        body, check = code.split("-")
        doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
        assert (10 - sum(each // 10 + each % 10 for each in doubled) % 10) % 10 == int(check), code


def test_originals_are_what_they_say(resources):
    starts = {"application/pdf": b"%PDF-1.4", "image/png": b"\x89PNG\r\n"}
    found = set()
    for resource in resources:
        for element in walk(resource):
            if "contentType" in element:
                content = base64.b64decode(element["data"])
                assert content.startswith(starts[element["contentType"]])
                found.add(element["contentType"])
    assert found == set(starts)
