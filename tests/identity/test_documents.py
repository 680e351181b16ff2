"""Identity documents beside the national ID: their forms, and the whole way to an account with each."""

from __future__ import annotations

import pytest

from health_cloud.core import db
from health_cloud.core.actors import NOBODY
from health_cloud.core.clock import clock
from health_cloud.core.errors import Invalid
from health_cloud.identity.service import index, typed, verification
from health_cloud.ingest.service.mapping import patients
from tests import people

KINDS = {
    "passport": "E12345678",
    "hk_macau_permit": "H12345678",
    "taiwan_permit": "12345678",
    "foreign_resident": "GBR110091091201",
}


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("passport", "e 1234 5678", "E12345678"),
        ("hk_macau_permit", "h12345678", "H12345678"),
        ("hk_macau_permit", "M1234567802", "M12345678"),
        ("taiwan_permit", "12345678", "12345678"),
        ("taiwan_permit", "1234567801", "12345678"),
        ("foreign_resident", "gbr110091091201", "GBR110091091201"),
        (
            "foreign_resident",
            people.with_check_digit("91100119910912001"),
            people.with_check_digit("91100119910912001"),
        ),
    ],
)
def test_a_number_has_one_spelling(kind, text, number):
    assert typed.document_number(kind, text) == number


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("passport", "1234"),
        ("passport", "PASSPORT"),
        ("hk_macau_permit", "K12345678"),
        ("hk_macau_permit", "H1234567"),
        ("taiwan_permit", "T12345678"),
        ("taiwan_permit", "1234567"),
        ("foreign_resident", "GB1110091091201"),
        ("foreign_resident", "911001199109120010"[:17] + "Y"),
        ("library_card", "12345678"),
    ],
)
def test_what_cannot_be_one_by_its_form_is_said_beside_the_field(kind, text):
    with pytest.raises(Invalid) as told:
        typed.document_number(kind, text)
    assert told.value.field == "number"


def test_a_resident_card_with_a_slip_is_found_by_its_check_character():
    right = people.with_check_digit("91100119910912001")
    wrong = right[:-2] + str((int(right[-2]) + 1) % 10) + right[-1]
    with pytest.raises(Invalid):
        typed.document_number("foreign_resident", wrong)


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        ({"system": patients.HK_MACAU_PERMIT, "value": "H12345678"}, "hk_macau_permit"),
        ({"system": patients.TAIWAN_PERMIT, "value": "12345678"}, "taiwan_permit"),
        ({"system": patients.FOREIGN_RESIDENT, "value": "GBR110091091201"}, "foreign_resident"),
        ({"type": {"coding": [{"code": "PRC"}]}, "value": "GBR110091091201"}, "foreign_resident"),
        ({"type": {"coding": [{"code": "PPN"}]}, "value": "E12345678"}, "passport"),
    ],
)
def test_feeds_name_them_by_system_or_type(identifier, kind):
    assert patients.kind_of(identifier, identifier.get("system", ""), frozenset()) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_with_each_of_them_an_account_is_opened(town, kind):
    wrote = KINDS[kind] + ("03" if kind.endswith("permit") else "")  # the hospital wrote down the issue too
    db.perform(_add, people.COMMAND_LINE, town, index.Number(kind, wrote))
    visitor = people.at()
    page = db.perform(verification.begin, NOBODY, visitor, kind, KINDS[kind], "visit_card", town.lin.visit_card)
    people.answer_truly(visitor, page)
    assert db.perform(verification.prove, NOBODY, visitor, people.sent_code(visitor)).state == "proved"


def _add(session, actor, town, number):
    record = index.record_of_number(session, town.organization_id, "visit_card", "", town.lin.visit_card)
    (key, *_) = index.keys_of_record(session, town.feed_id, record)
    facts = index.PatientFacts(keys=(key,), name=town.lin.name, birth_date="1959-03-07", numbers=(number,))
    index.put_patient(session, town.organization_id, town.feed_id, facts, "test")


def test_a_child_who_proves_everything_is_led_to_a_parent(town):
    """Only who holds the code is told: until then the pages are those of everybody."""
    born = "2015-06-01"
    number = people.with_check_digit("110101201506010" + "02")
    facts = ("child-key", number, "V200001", "+8613800000077")
    person = db.perform(_child, people.COMMAND_LINE, town, facts, born)
    visitor = people.at()
    page = db.perform(verification.begin, NOBODY, visitor, "national_id", number, "visit_card", "V200001")
    for place in range(len(page.questions)):
        db.perform(verification.answer, NOBODY, visitor, place, -1)
    db.perform(verification.finish_questions, NOBODY, visitor)
    from health_cloud.identity.service import accounts

    issued = db.perform(accounts.issue_code, people.COMMAND_LINE, accounts.Named(national_id=number))
    assert db.perform(verification.prove, NOBODY, visitor, "WRONG").state == "code"
    shown = db.perform(verification.prove, NOBODY, visitor, issued.code)
    assert (shown.state, shown.age) == ("young", 14)
    assert person
    with pytest.raises(Exception, match=r"identity\.error\.over"):
        people.set_up(visitor)


def _child(session, actor, town, facts, born):
    key, number, card, phone = facts
    made = index.put_patient(
        session,
        town.organization_id,
        town.feed_id,
        index.PatientFacts(
            keys=(key,),
            name=town.zhou.name,
            birth_date=born,
            numbers=(index.Number("national_id", number), index.Number("visit_card", card)),
            contacts=(("phone", phone),),
        ),
        "test",
    )
    return made.person_id


def teardown_function():
    clock.reset()
