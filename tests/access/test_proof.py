"""Proof on every page for every reader: on which ground, by whose rules of which version, and when each was opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from health_cloud.access.service.overview import granted_overview, granted_trend
from health_cloud.access.service.reading import granted_list
from health_cloud.chart.views import NO_PROOF, Proof
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.home.service import home_page
from health_cloud.identity.models import Link, Organization, PatientRecord
from health_cloud.identity.service import guardians
from health_cloud.records.service.comparing import compare_page
from health_cloud.records.service.lists import own_list
from health_cloud.records.service.medicines import medicine_page, medicines_page
from health_cloud.records.service.originals import original_page
from health_cloud.records.service.search import search
from health_cloud.records.service.sheet import sheet_page
from health_cloud.records.service.summary import summary_page
from health_cloud.records.service.timeline import visits_page
from health_cloud.records.service.trend import trend_page
from health_cloud.records.views.content import EntryContent, Medicine
from tests import charts, people
from tests.consent.emergencies import break_glass
from tests.databases import Database
from tests.identity.test_guardians import _signed_in, befriend, now_as
from tests.records.test_documents import PDF
from tests.records.test_sheet import HBA1C, WEIGHT
from tests.records.test_summary import DIABETES, visit
from tests.sharing import found_cast
from tests.treating import let_teams_read, open_visit


@pytest.fixture
def town(database: Database) -> people.Town:
    """A hospital whose reports open after two days, by the third version of its rules."""
    assert database
    found = people.found_town()
    charts.policy(found, 3, laboratory={"delay_hours": 48, "from_date": date(2016, 1, 1)})
    return found


def _report(town: people.Town, days: int, **more: object) -> str:
    title = Words.same("HbA1c")
    content = EntryContent(record_class="laboratory", title=title, results=(HBA1C,), measures=(WEIGHT,))
    occurred = clock.now() - timedelta(days=days)
    return charts.put(town, town.lin, "laboratory", content=content, occurred=occurred, **more)


def _said(proof: Proof) -> tuple[str, str, list[tuple[str, int, str, int]]]:
    rules = [(each.organization.zh, each.policy_version, each.from_date, each.delay_hours) for each in proof.rules]
    return proof.basis, proof.reason, rules


ZONE = ZoneInfo("Asia/Shanghai")
RULE = ("松云医院", 3, "2016-01-01", 48)
OPEN = ("松云医院", 3, "", 0)


def _elsewhere(town: people.Town) -> people.Town:
    """Let another hospital know 林秀兰 too."""
    other = people.found_town("other")

    def join(session: Session, _actor: Actor) -> None:
        session.get_one(Organization, other.organization_id).name_zh = "云溪医院"
        record = PatientRecord(organization_id=other.organization_id, updated_at=clock.now())
        session.add(record)
        session.flush()
        session.add(
            Link(person_id=town.lin.person_id, record_id=record.id, method="new", by="tests", from_at=clock.now())
        )

    db.perform(join, charts.WRITER)
    return other


def test_ones_own_pages_say_why(town: people.Town) -> None:
    older, newer = _report(town, 400), _report(town, 10)
    visit(town, 3, DIABETES)
    lin, person = charts.reader(town.lin), town.lin.person_id
    own = ("own", "core.reason.own", [RULE])
    assert _said(db.perform(own_list, lin, person, "laboratory").page.proof) == own
    assert _said(db.perform(trend_page, lin, person, newer, "0").proof) == own
    found = db.perform(compare_page, lin, person, "laboratory", newer, older)
    assert _said(found.proof) == own
    opened = (clock.now() - timedelta(days=8)).astimezone(ZONE).date().isoformat()
    assert found.newer.released.startswith(opened)
    assert found.newer.rule == 3
    assert _said(db.perform(summary_page, lin, person).proof) == ("own", "core.reason.own", [OPEN])


def test_the_first_screen_and_all_that_mixes_classes_say_why(town: people.Town) -> None:
    _report(town, 10)
    script = _prescribe(town, 3)
    lin, person = charts.reader(town.lin), town.lin.person_id
    searched = db.perform(search, lin, person, "HbA1c")
    assert searched.months
    for mixed in (db.perform(home_page, lin).proof, db.perform(visits_page, lin, person).proof, searched.proof):
        assert (mixed.basis, mixed.reason, mixed.single) == ("own", "core.reason.own", True)
        assert [(each.classes, each.delay_hours) for each in mixed.rules] == [
            (["laboratory"], 48),
            (["examinations", "prescriptions", "check_ups", "imaging", "medical_records"], 0),
        ]
    for medicines in (
        db.perform(medicines_page, lin, person).proof,
        db.perform(medicine_page, lin, person, script, "0").proof,
    ):
        assert _said(medicines) == ("own", "core.reason.own", [OPEN])
    assert [each.delay_hours for each in db.perform(sheet_page, lin, person).proof.rules] == [48, 0]


def test_only_hospitals_of_which_something_is_there_prove_it(town: people.Town) -> None:
    other = _elsewhere(town)
    lin, person = charts.reader(town.lin), town.lin.person_id
    _report(town, 10)
    script = _prescribe(town, 3)

    def named() -> list[set[str]]:
        return [
            {each.organization.zh for each in proof.rules}
            for proof in (
                db.perform(home_page, lin).proof,
                db.perform(visits_page, lin, person).proof,
                db.perform(search, lin, person, "HbA1c").proof,
                db.perform(sheet_page, lin, person).proof,
                db.perform(medicines_page, lin, person).proof,
                db.perform(medicine_page, lin, person, script, "0").proof,
            )
        ]

    assert named() == [{"松云医院"}] * 6
    there = replace(other.lin, person_id=person)
    charts.put(other, there, "prescriptions", content=_tablets("Metformin"), occurred=clock.now())
    both = {"松云医院", "云溪医院"}
    assert named() == [both, both, both, both, both, {"松云医院"}]


def _tablets(name: str) -> EntryContent:
    taken = Medicine(name=Words.same(name), days="30", status="active")
    return EntryContent(record_class="prescriptions", title=Words.same(name), medicines=(taken,))


def _prescribe(town: people.Town, days: int) -> str:
    occurred = clock.now() - timedelta(days=days)
    return charts.put(town, town.lin, "prescriptions", content=_tablets("Aspirin"), occurred=occurred)


def test_where_nothing_is_open_nothing_is_proved(town: people.Town) -> None:
    charts.policy(town, 4, **{each.value: {"open": False} for each in RecordClass})
    lin, person = charts.reader(town.lin), town.lin.person_id
    _report(town, 10)
    _prescribe(town, 3)
    assert db.perform(home_page, lin).proof == NO_PROOF
    assert db.perform(visits_page, lin, person).proof == NO_PROOF
    assert db.perform(search, lin, person, "HbA1c").proof == NO_PROOF
    assert db.perform(medicines_page, lin, person).proof == NO_PROOF
    assert db.perform(sheet_page, lin, person).proof == NO_PROOF


def test_each_point_says_when_it_was_opened(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor)
    report = _report(town, 10)
    row = db.perform(granted_trend, doctor, grant, report, "0").page.rows[0]
    opened = (clock.now() - timedelta(days=8)).astimezone(ZONE)
    assert (row.released[:10], row.rule) == (opened.date().isoformat(), 3)
    assert row.href == f"/physician/chart/{grant}?class=laboratory&entry={report}"


def test_a_granted_page_says_by_whose_leave_and_until_when(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor, "laboratory")
    report = _report(town, 10)
    said = ("grant", "core.reason.grant", [RULE])
    for proof in (
        db.perform(granted_list, doctor, grant, "laboratory").proof,
        db.perform(granted_overview, doctor, grant).summary.proof,
        db.perform(granted_trend, doctor, grant, report, "0").page.proof,
    ):
        assert _said(proof) == said
        assert proof.until
        assert proof.single


def test_values_of_the_overview_lead_to_their_records(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor)
    older, newer = _report(town, 60), _report(town, 10)
    each = db.perform(granted_overview, doctor, grant).indicators[0]
    assert each.href == f"/physician/chart/{grant}?class=laboratory&entry={newer}"
    assert [point.href for point in each.before] == [f"/physician/chart/{grant}?class=laboratory&entry={older}"]


def test_what_opens_alike_is_said_once_and_what_does_not_by_class(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor)
    _report(town, 10)
    visit(town, 3, DIABETES)
    rules = db.perform(granted_overview, doctor, grant).summary.proof.rules
    assert [(each.classes, each.delay_hours) for each in rules] == [
        (["laboratory"], 48),
        (["prescriptions", "check_ups", "medical_records"], 0),
    ]


def test_a_hospital_of_which_nothing_is_granted_is_not_named(town: people.Town) -> None:
    other = _elsewhere(town)
    doctor = charts.physician(town)
    _report(town, 10)
    charts.put(other, replace(other.lin, person_id=town.lin.person_id), "laboratory", occurred=clock.now())
    charts.put(other, replace(other.lin, person_id=town.lin.person_id), "imaging", occurred=clock.now())
    narrow = charts.grant(town.lin, town, doctor, "laboratory", period_to=(clock.now() - timedelta(days=5)).date())
    for proof in (
        db.perform(granted_list, doctor, narrow, "laboratory").proof,
        db.perform(granted_overview, doctor, narrow).summary.proof,
    ):
        assert [each.organization.zh for each in proof.rules] == ["松云医院"]


def test_an_empty_page_proves_nothing(town: people.Town) -> None:
    doctor = charts.physician(town)
    grant = charts.grant(town.lin, town, doctor)
    assert db.perform(granted_list, doctor, grant, "imaging").proof == NO_PROOF


def test_every_ground_is_named(database: Database) -> None:
    assert database
    cast = found_cast()
    let_teams_read(cast.staff)
    treated = open_visit(cast.town, cast.town.lin)
    assert db.perform(granted_list, cast.chen, treated, "laboratory").proof.basis == "treatment"
    urgent = break_glass(cast.sun, cast.town.lin.visit_card)
    assert db.perform(granted_list, cast.sun, urgent, "laboratory").proof.basis == "emergency"


def test_a_guardian_reads_as_a_guardian(town: people.Town) -> None:
    _report(town, 10)
    lin, wang = _signed_in(town.lin, "lin"), _signed_in(town.wang, "wang")
    db.perform(guardians.act_for, wang, befriend(lin, wang))
    page = db.perform(own_list, now_as(wang), town.lin.person_id, "laboratory").page
    assert _said(page.proof) == ("guardian", "core.reason.guardian", [RULE])
    assert page.proof.until


def test_an_original_says_since_when_it_can_be_read(town: people.Town) -> None:
    report = _report(town, 10, original=PDF)
    lin = charts.reader(town.lin)
    page = db.perform(original_page, lin, lin.person_id, report, charts.document_of(report))
    assert _said(page.proof) == ("own", "core.reason.own", [RULE])
    assert page.released.startswith((clock.now() - timedelta(days=8)).astimezone(ZONE).date().isoformat())
