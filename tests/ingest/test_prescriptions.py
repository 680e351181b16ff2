"""Import rules, section "Prescriptions"."""

from __future__ import annotations

import pytest

from tests.ingest.feed import (
    Feeder,
    benefit,
    claim,
    content,
    encounter,
    entries,
    in_english,
    notice,
    patient,
    prescription,
    shown,
)


@pytest.mark.parametrize("cls", ["AMB", "EMER", "VR", "HH", "FLD"])
def test_outpatient_orders_count(feeder: Feeder, cls: str):
    assert (
        shown(feeder.feed(patient(), encounter(cls=cls), prescription(), prescriptions="settled"))["prescriptions"] == 1
    )


@pytest.mark.parametrize("cls", ["IMP", "ACUTE", "NONAC", "SS", "OBSENC", "PRENC"])
def test_inpatient_orders_are_attached_to_the_stay(feeder: Feeder, cls: str):
    done = feeder.feed(patient(), encounter(cls=cls), prescription(), prescriptions="settled")
    assert shown(done) == {"medical_records": 1}
    assert [each.title.zh for each in content().items] == ["二甲双胍"]


@pytest.mark.parametrize("status", ["active", "completed", "stopped"])
def test_statuses_that_count(feeder: Feeder, status: str):
    done = feeder.feed(patient(), encounter(), prescription(status=status), prescriptions="settled")
    assert shown(done)["prescriptions"] == 1


@pytest.mark.parametrize("status", ["on-hold", "cancelled", "entered-in-error", "draft", "unknown"])
def test_other_statuses_are_held(feeder: Feeder, status: str):
    done = feeder.feed(patient(), encounter(), prescription(status=status), prescriptions="settled")
    assert done.held == {"status": 1}


@pytest.mark.parametrize("intent", ["proposal", "plan", "original-order", "reflex-order", "option"])
def test_other_intents_are_attached(feeder: Feeder, intent: str):
    done = feeder.feed(patient(), encounter(), prescription(intent=intent), prescriptions="settled")
    assert (done.held, done.accounted["attached"]) == ({}, 2)


def test_one_group_identifier_is_one_prescription_of_its_feed(feeder: Feeder):
    def of(name: str, **given: object):
        return prescription(id=name, groupIdentifier={"system": "urn:rx", **given})

    feeder.feed(
        patient(),
        encounter(),
        of("a", value="1"),
        of("b", value="1"),
        of("c", value="2"),
        of("d", value="1", system="urn:other"),
        prescription(id="e"),
        prescriptions="settled",
    )
    keys = [each.group_key for each in entries() if each.record_class == "prescriptions"]
    assert sum(key is None for key in keys) == 1
    assert sorted(keys.count(key) for key in set(keys) - {None}) == [1, 1, 2]
    assert not {"1", "2"} & set(keys), "a number that somebody could know stays outside"


def test_an_encounter_that_is_not_here_yet_holds_it_until_it_comes(feeder: Feeder):
    done = feeder.feed(patient(), prescription(), prescriptions="settled")
    assert done.held == {"encounter_missing": 1}
    assert shown(feeder.feed(encounter(), prescriptions="settled")) == {"prescriptions": 1, "medical_records": 1}


@pytest.mark.parametrize("category", ["outpatient", "community", "discharge"])
def test_without_encounter_the_category_decides(feeder: Feeder, category: str):
    stated = prescription(encounter=None, category=[{"coding": [{"code": category}]}])
    del stated["encounter"]
    assert shown(feeder.feed(patient(), stated, prescriptions="settled")) == {"prescriptions": 1}


def test_without_encounter_and_category_it_is_held(feeder: Feeder):
    unstated = prescription(category=[{"coding": [{"code": "inpatient"}]}])
    del unstated["encounter"]
    assert feeder.feed(patient(), unstated, prescriptions="settled").held == {"encounter_unstated": 1}


PAID, UNPAID, REFUNDED = ("published", {}, 0), ("", {"unpaid": 1}, 0), ("", {}, 1)
CASES = {
    "a Claim never pays": ([claim()], UNPAID),
    "no Claim at all": ([], UNPAID),
    "an active complete benefit pays": ([claim(), benefit()], PAID),
    "a ClaimResponse pays": (
        [claim(), {**benefit(), "resourceType": "ClaimResponse", "request": {"reference": "Claim/c"}}],
        PAID,
    ),
    "a notice that is paid": ([claim(), notice()], PAID),
    "a notice that is cleared": ([claim(), notice(status="cleared")], PAID),
    "a notice that says neither": ([claim(), notice(status="pending")], UNPAID),
    "a notice that names the prescription": ([claim(), notice(request={"reference": "MedicationRequest/m"})], PAID),
    "too little": ([claim(), benefit(amount=29.99)], UNPAID),
    "in two parts": ([claim(), benefit(amount=20), notice(amount=10)], PAID),
    "the same money told twice": (
        [
            claim(),
            benefit(amount=20),
            {**benefit("x", 20), "resourceType": "ClaimResponse", "request": {"reference": "Claim/c"}},
        ],
        UNPAID,
    ),
    "not complete": ([claim(), benefit(outcome="partial")], UNPAID),
    "draft": ([claim(), benefit(status="draft")], UNPAID),
    "another currency": ([claim(), benefit(payment={"amount": {"value": 30, "currency": "USD"}})], UNPAID),
    "a bill of the encounter": (
        [claim(), claim(id="visit", prescription={}), benefit(claim={"reference": "Claim/visit"})],
        UNPAID,
    ),
    "cancelled": ([claim(), benefit(status="cancelled")], REFUNDED),
    "negative": ([claim(), benefit(), notice(amount=-1, created="2024-05-02T09:00:00+08:00")], REFUNDED),
    "refunded by status": (
        [claim(), benefit(), notice(status="refunded", created="2024-05-02T09:00:00+08:00")],
        REFUNDED,
    ),
    "refunded, then paid again": (
        [
            claim(),
            benefit(),
            notice(amount=-30, created="2024-05-02T09:00:00+08:00"),
            notice("n2", created="2024-05-03T09:00:00+08:00"),
        ],
        PAID,
    ),
    "less than the items of a Claim without total": (
        [{**claim(item=[{"net": {"value": 20}}, {"net": {"value": 11}}]), "total": None}, benefit()],
        UNPAID,
    ),
    "as much as the items of a Claim without total": (
        [{**claim(item=[{"net": {"value": 20}}, {"net": {"value": 10}}]), "total": None}, benefit()],
        PAID,
    ),
    "two Claims, one paid": ([claim(), claim(id="c2"), benefit()], UNPAID),
}


@pytest.mark.parametrize("name", CASES)
def test_payment(feeder: Feeder, name: str):
    money, (state, held, withdrawn) = CASES[name]
    done = feeder.feed(patient(), encounter(), prescription(), *money)
    assert (shown(done).get("prescriptions", 0), done.held, done.withdrawn) == (int(bool(state)), held, withdrawn)
    assert feeder.feed(*reversed([patient(), encounter(), prescription(), *money])).accounted["unchanged"] == 3 + len(
        money
    )


def test_a_later_payment_publishes_and_a_refund_withdraws(feeder: Feeder):
    assert feeder.feed(patient(), encounter(), prescription(), claim()).held == {"unpaid": 1}
    assert shown(feeder.feed(notice())) == {"prescriptions": 1}
    (entry,) = [each for each in entries() if each.record_class == "prescriptions"]
    assert entry.outcome_at.isoformat() == "2024-05-01T01:30:00+00:00"
    done = feeder.feed(notice("back", amount=-30, created="2024-05-02T09:00:00+08:00"))
    assert (done.withdrawn, [each.held_reason for each in entries("withdrawn")]) == (1, ["refunded"])


def test_the_times_decide_and_not_the_order_of_arrival(feeder: Feeder):
    feeder.feed(patient(), encounter(), prescription(), claim(), notice("again", created="2024-05-03T09:00:00+08:00"))
    done = feeder.feed(notice("back", amount=-30, created="2024-05-02T09:00:00+08:00"))
    assert (done.withdrawn, len([each for each in entries() if each.record_class == "prescriptions"])) == (0, 1)


def test_the_group_and_the_dose_are_kept(feeder: Feeder):
    dose = {"text": "一次 1 片，一日 2 次", "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}
    given = prescription(groupIdentifier={"value": "rx-1"}, dosageInstruction=[dose])
    feeder.feed(patient(), encounter(), given, prescriptions="settled")
    (entry,) = [each for each in entries() if each.record_class == "prescriptions"]
    told = content(entry)
    assert (told.group, told.medicines[0].dose.zh, told.medicines[0].frequency.en) == (
        "rx-1",
        "一次 1 片，一日 2 次",
        "twice a day",
    )


def test_units_of_doses_are_in_the_languages_of_the_source(feeder: Feeder):
    tablet = {"value": 2, "unit": "片", "_unit": {"extension": [in_english("tablet")]}}
    amounts = [
        {"doseQuantity": tablet},
        {"doseRange": {"low": {"value": 1}, "high": tablet}},
        {"doseQuantity": {"value": 2, "unit": "袋"}},
    ]
    told = []
    for number, amount in enumerate(amounts):
        given = prescription(
            id=f"rx{number}",
            dosageInstruction=[{"doseAndRate": [amount]}],
            dispenseRequest={"quantity": {"value": 28, "unit": "mL"}},
        )
        feeder.feed(patient(), encounter(), given, prescriptions="settled")
        told.append(content([each for each in entries() if each.record_class == "prescriptions"][-1]).medicines[0])
    assert [each.amount.pick("zh") for each in told] == ["2 片", "1-2 片", "2 袋"]
    assert [each.amount.pick("en") for each in told] == ["2 tablet", "1-2 tablet", "2 袋"]
    assert {each.quantity.pick(language) for each in told for language in ("zh", "en")} == {"28 mL"}
