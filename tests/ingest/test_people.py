"""Import rules, section "People"; product.md, "Data quality"."""

from __future__ import annotations

import pytest
from sqlmodel import select

from health_cloud.chart.service import open_chart
from health_cloud.core import db
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Role
from health_cloud.identity.models import Contact, Identifier, Link, PatientRecord
from health_cloud.identity.service.numbers import records_reached_by, records_with
from tests.ingest.feed import V2_203, Feeder, cases, code, entries, patient, persons, report, shown

NATIONAL = "110101195803090020"


def number(kind: str, value: str, system: str = "urn:hospital") -> dict:
    return {"type": code(V2_203, kind), "value": value, "system": system}


def records() -> int:
    with db.reading() as session:
        return len(session.exec(select(PatientRecord)).all())


def live() -> set[str]:
    with db.reading() as session:
        return set(session.exec(select(Link.person_id).where(Link.to_at.is_(None))).all())


def test_the_same_record_by_feed_and_id(feeder: Feeder):
    feeder.feed(patient())
    feeder.feed(patient(telecom=[{"system": "phone", "value": "13800138000"}]))
    assert (records(), len(live())) == (1, 1)


def test_the_same_record_by_medical_record_number(feeder: Feeder):
    feeder.feed(patient(identifier=[number("MR", "0001")]))
    done = feeder.feed(
        patient(id="other", identifier=[number("MR", "0001")]), report(subject={"reference": "Patient/other"})
    )
    assert (records(), shown(done)) == (1, {"laboratory": 1})


def test_medical_record_numbers_of_two_hospitals_say_nothing(feeder: Feeder):
    feeder.feed(patient(identifier=[number("MR", "0001")]))
    feeder.feed(patient(identifier=[number("MR", "0001")]), organization="other")
    assert (records(), len(live()), cases()) == (2, 2, {})


@pytest.mark.parametrize("kind", ["NI", "NNCHN", "NNFRA", "SS"])
def test_the_same_person_by_national_id_and_birth_date(feeder: Feeder, kind: str):
    feeder.feed(patient(identifier=[number(kind, NATIONAL)]), report())
    feeder.feed(
        patient(id="x", identifier=[number("NI", NATIONAL.lower(), "urn:other")]),
        report(subject={"reference": "Patient/x"}),
        organization="other",
    )
    assert (records(), len(live()), len({each.person_id for each in entries()})) == (2, 1, 1)


def test_a_configured_system_carries_the_national_id(feeder: Feeder, monkeypatch: pytest.MonkeyPatch):
    from health_cloud.core.settings import settings

    monkeypatch.setenv("HEALTH_CLOUD_NATIONAL_ID_SYSTEMS", '["urn:oid:1.2.156"]')
    settings.cache_clear()
    feeder.feed(patient(identifier=[{"system": "urn:oid:1.2.156", "value": NATIONAL}]))
    feeder.feed(patient(identifier=[number("NI", NATIONAL)]), organization="other")
    assert len(live()) == 1


def test_a_link_that_comes_later_moves_the_entries(feeder: Feeder):
    feeder.feed(patient(identifier=[number("NI", NATIONAL)]))
    feeder.feed(patient(), report(), organization="other")
    assert len(live()) == 2
    feeder.feed(patient(identifier=[number("NI", NATIONAL)]), organization="other")
    assert len(live()) == 1
    assert {each.person_id for each in entries()} == live()


def test_another_birth_date_is_a_conflict_and_nobody_sees_anything(feeder: Feeder):
    feeder.feed(patient(identifier=[number("NI", NATIONAL)]), report())
    done = feeder.feed(
        patient(identifier=[number("NI", NATIONAL)], birthDate="1985-01-01"), report(), organization="other"
    )
    assert done.cases["identity_conflict"] == 1
    assert len(live()) == 2
    for person in persons():
        assert person.conflict == "identity_conflict"
        own = Actor(account_id="a", role=Role.PATIENT, person_id=person.id)
        with pytest.raises(Denied), db.writing() as session, open_chart(session, own, person.id):
            pass


@pytest.mark.parametrize(
    ("kind", "system"), [("PPN", "urn:passport"), ("", "https://health-cloud.example/fhir/sid/social-security-card")]
)
def test_other_equal_numbers_only_suggest_a_duplicate(feeder: Feeder, kind: str, system: str):
    feeder.feed(patient(identifier=[number(kind, "A1234567", system)]))
    done = feeder.feed(patient(identifier=[number(kind, "a1234567", system)]), organization="other")
    assert (len(live()), done.cases) == (2, {"duplicate": 1})


def test_numbers_that_name_nobody_are_left_out(feeder: Feeder):
    feeder.feed(patient(identifier=[number("NI", "000000000000000000"), number("NI", "unknown")]))
    feeder.feed(patient(identifier=[number("NI", "000000000000000000")]), organization="other")
    assert (len(live()), cases()) == (2, {})


def test_somebody_else_under_the_same_id_is_never_mixed_in(feeder: Feeder):
    feeder.feed(patient(), report())
    done = feeder.feed(patient(name=[{"text": "周小雨"}], birthDate="2014-03-03"))
    assert done.cases == {"wrong_patient": 1}
    assert [each.conflict for each in persons()] == ["wrong_patient"]


def test_a_new_name_alone_is_a_case_and_nothing_is_hidden(feeder: Feeder):
    feeder.feed(patient())
    assert feeder.feed(patient(name=[{"text": "王安"}])).cases == {"wrong_patient": 1}
    assert [each.conflict for each in persons()] == [""]


def test_a_version_about_somebody_else_takes_the_entry_from_the_first(feeder: Feeder):
    feeder.feed(patient(), patient(id="q", name=[{"text": "周小雨"}]), report())
    done = feeder.feed(report(subject={"reference": "Patient/q"}, status="corrected"))
    assert (shown(done), done.withdrawn, done.cases) == ({"laboratory": 1}, 1, {"wrong_patient": 1})


def test_national_ids_that_cannot_be_are_cases(feeder: Feeder):
    done = feeder.feed(patient(identifier=[number("NI", "110101195803090026")]))
    assert done.cases == {"national_id": 1}


def test_numbers_and_contacts_are_found_by_any_spelling(feeder: Feeder):
    feeder.feed(
        patient(
            identifier=[
                number("NI", NATIONAL),
                {"system": "https://health-cloud.example/fhir/sid/visit-card", "value": "M 0012-345"},
            ],
            telecom=[{"system": "phone", "value": "138 0013 8000"}, {"system": "email", "value": "Lin@Example.org"}],
        )
    )
    with db.reading() as session:
        assert len(session.exec(select(Identifier)).all()) == 2
        assert len(session.exec(select(Contact)).all()) == 2
        assert len(records_with(session, "national_id", "１１０１０１１９５８０３０９００２０")) == 1
        assert len(records_with(session, "visit_card", "m0012345")) == 1
        assert len(records_reached_by(session, "phone", "+86 13800138000")) == 1
        assert len(records_reached_by(session, "email", "lin@example.ORG")) == 1
