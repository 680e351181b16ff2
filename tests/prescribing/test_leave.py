"""What a patient takes back, narrows or replaces reaches the prescription: on the desk of the visit and by duty."""

from __future__ import annotations

from datetime import date

from sqlmodel import select

from health_cloud.consent.models import Grant
from health_cloud.consent.service import changing, decisions
from health_cloud.core import changes, clock, db
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.prescribing.service import drafting, reviewing
from health_cloud.prescribing.service.rows import prescription_topic
from tests.databases import Database
from tests.prescribing.ward import Ward, add, found_ward, pane, signed

LABORATORY = Scope(frozenset({RecordClass.LABORATORY}))


def _narrow(ward: Ward, scope: Scope) -> None:
    db.perform(changing.narrow_grant, ward.cast.lin, ward.grant_id, scope)


def _findings(ward: Ward) -> list[str]:
    return [each.id.partition(":")[0] for row in pane(ward).medicines for each in row.findings if each.chart]


def test_what_is_not_given_any_more_goes_from_the_desk(database: Database):
    ward = found_ward(classes="prescriptions,medical_records,laboratory")
    add(ward, "amoxicillin")
    assert "allergy" in _findings(ward)
    _narrow(ward, LABORATORY)
    assert _findings(ward) == []
    heard: list[frozenset[str]] = []
    stop = changes.listen(heard.append)
    page = db.perform(drafting.earlier_medicines, ward.cast.chen, ward.visit)  # as the open screen does by itself
    stop()
    assert (page.seen, page.allergies, page.medicines) == (True, (), ())
    assert "prescribing.unseen.allergies" in page.unseen
    assert prescription_topic(ward.visit) in frozenset().union(*heard), "it is checked against what is given now"
    assert "allergy" not in _findings(ward)


def test_the_screen_knows_when_what_it_shows_is_over(database: Database):
    ward = found_ward()
    page = db.perform(drafting.earlier_medicines, ward.cast.chen, ward.visit)
    with db.reading() as session:
        grant = session.get_one(Grant, ward.grant_id)
        assert (page.ground, page.until) == (grant.id, grant.until_at.isoformat())
    assert (page.proof.basis, bool(page.proof.rules)) == ("grant", True)


def test_a_grant_that_was_read_by_is_opened(database: Database):
    ward = found_ward()
    with db.writing() as session:
        session.get_one(Grant, ward.grant_id).opened_at = None
    db.perform(drafting.earlier_medicines, ward.cast.chen, ward.visit)
    with db.reading() as session:
        assert session.get_one(Grant, ward.grant_id).opened_at is not None


def test_the_pharmacist_sees_no_more_than_the_patient_lets_be_seen(database: Database):
    ward = found_ward()
    shown = signed(ward)
    page = db.perform(reviewing.review, ward.pharmacist, shown.id)
    assert (page.withheld, page.ground, bool(page.given.allergies)) == (False, ward.grant_id, True)
    db.perform(decisions.revoke_grant, ward.cast.lin, ward.grant_id)
    page = db.perform(reviewing.review, ward.pharmacist, shown.id)
    assert (page.withheld, page.ground, page.given.allergies, page.given.medicines) == (True, "", (), ())
    assert not [each for row in page.medicines for each in row.findings if each.chart]
    assert page.medicines[0].dose.zh, "the prescription itself is there to be reviewed"


def test_narrowed_is_taken_back_in_part(database: Database):
    ward = found_ward(classes="prescriptions,medical_records")
    shown = signed(ward)
    _narrow(ward, Scope(frozenset({RecordClass.PRESCRIPTIONS}), date(2020, 1, 1)))
    assert db.perform(reviewing.review, ward.pharmacist, shown.id).withheld


def test_a_visit_that_is_over_leaves_the_review_as_it_was(database: Database):
    ward = found_ward()
    shown = signed(ward)
    with db.writing() as session:
        grant = session.exec(select(Grant).where(Grant.id == ward.grant_id)).one()
        grant.ended_at, grant.ended_reason = clock.now(), "event"
    page = db.perform(reviewing.review, ward.pharmacist, shown.id)
    assert (page.withheld, bool(page.given.allergies)) == (False, True)
