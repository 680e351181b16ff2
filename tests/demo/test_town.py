"""The town streams, repeats, and grows without changing who lives there."""

import json
from datetime import date
from itertools import islice

from stdnum.cn import ric

from health_cloud.demo import service
from health_cloud.demo.fhir import dumps
from health_cloud.demo.town import histories

from .conftest import TODAY, walk


def test_a_larger_town_begins_with_the_smaller():
    small = [dumps(each) for each in service.town(20, 5, TODAY)]
    assert small == [dumps(each) for each in islice(service.town(1_000_000, 5, TODAY), 21)]


def test_references_and_dates_hold():
    bundles = list(service.town(60, 5, TODAY))
    resources = {
        f"{each['resource']['resourceType']}/{each['resource']['id']}": each["resource"]
        for bundle in bundles
        for each in bundle["entry"]
    }
    births = {key: each["birthDate"] for key, each in resources.items() if key.startswith("Patient/")}
    assert len(births) == 60
    for each in resources.values():
        for element in walk(each):
            assert "reference" not in element or element["reference"] in resources
        subject = each.get("subject", {}).get("reference")
        if subject:
            assert births[subject] <= each["meta"]["lastUpdated"][:10] < TODAY.isoformat()


def test_files_hold_a_resource_a_line(tmp_path):
    paths = list(service.write_town(tmp_path, 5, 5, TODAY))
    lines = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    assert sum(each["resourceType"] == "Patient" for each in lines) == 5


def test_no_two_people_share_a_number():
    people = [story.person for story in histories(1000, 5, date(2026, 1, 1))]
    for field in ("national_id", "visit_card", "social_security_card", "record_number", "phone"):
        assert len({getattr(each, field) for each in people}) == len(people)
    for each in people[:200]:
        ric.validate(each.national_id)
        assert ric.get_birth_date(each.national_id) == each.birth
