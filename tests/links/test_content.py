"""What a link shows: what hospitals have said, as FHIR that others read, and nothing that was not chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from health_cloud.core import clock, db
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.models import Guardian
from health_cloud.links.service import ending, making, own
from health_cloud.links.views import Wish
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured, Medicine, Section
from tests import charts
from tests.links.conftest import NO_CLASS, SUMMARY, Place, carried

NOW = datetime(2026, 4, 14, 8, tzinfo=UTC)
DIABETES = Item(
    "diagnosis",
    Words("2型糖尿病", "Type 2 diabetes"),
    (Coding("http://hl7.org/fhir/sid/icd-10", "E11.9"),),
    status="active",
)
NONE_KNOWN = Item("allergy", Words("无已知过敏", "No known allergy"), (Coding("http://snomed.info/sct", "716186003"),))
SUGAR = Measured(
    Words("空腹血糖", "Glucose"),
    (Coding("http://loinc.org", "1558-6"),),
    "quantity",
    value="7.10",
    unit="mmol/L",
    ucum="mmol/L",
    low="3.9",
    high="6.1",
    flag="high",
    status="final",
)
ONE_CLASS = Wish(summary=False, scope=Scope(frozenset({RecordClass.LABORATORY})))


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    clock.clock.frozen = NOW
    yield
    clock.clock.reset()


def put(place: Place, kind: str, days: int, *, original: tuple[bytes, str] | None = None, **parts: Any) -> str:
    content = EntryContent(record_class=kind, **parts)
    source = "Encounter" if kind == "medical_records" else "DiagnosticReport"
    at = NOW - timedelta(days=days)
    return charts.put(
        place.town, place.town.lin, kind, content=content, occurred=at, source_type=source, original=original
    )


def of(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == kind]


def section(bundle: dict[str, Any], code: str) -> dict[str, Any]:
    (composition,) = of(bundle, "Composition")
    (found,) = [each for each in composition["section"] if each["code"]["coding"][0]["code"] == code]
    return found


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_a_summary_has_the_shape_of_the_international_one(place: Place) -> None:
    put(place, "medical_records", 3, items=(DIABETES, NONE_KNOWN))
    put(place, "prescriptions", 2, medicines=(Medicine(Words("二甲双胍"), days="30", dose=Words("每日两次")),))
    put(place, "laboratory", 1, title=Words("生化"), results=(SUGAR,))
    (bundle,) = place.opened(place.link())
    first = bundle["entry"][0]["resource"]
    assert (bundle["type"], first["resourceType"], first["type"]["coding"][0]["code"]) == (
        "document",
        "Composition",
        "60591-5",
    )
    (patient,) = of(bundle, "Patient")
    assert (patient["name"][0]["text"], patient["birthDate"]) == ("林秀兰", "1959-03-07")
    assert "identifier" not in patient
    (condition,) = of(bundle, "Condition")
    assert condition["code"]["coding"] == [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "E11.9"}]
    translated = condition["code"]["_text"]["extension"][0]["extension"][1]["valueString"]
    assert (condition["code"]["text"], translated) == ("2型糖尿病", "Type 2 diabetes")
    (medicine,) = of(bundle, "MedicationStatement")
    assert (medicine["status"], medicine["dosage"]) == ("unknown", [{"text": "每日两次"}])
    (result,) = of(bundle, "Observation")
    assert result["valueQuantity"]["value"] == 7.1
    assert result["valueQuantity"]["extension"][0]["valueString"] == "7.10"
    assert result["referenceRange"][0]["high"]["value"] == 6.1
    assert result["interpretation"][0]["coding"][0]["code"] == "H"
    known = {each["fullUrl"] for each in bundle["entry"]}
    assert set(references(bundle)) <= known


def test_nothing_recorded_is_no_statement_and_none_known_is_one(place: Place) -> None:
    (empty,) = place.opened(place.link())
    for code in ("11450-4", "48765-2", "10160-0", "11369-6", "30954-2", "8716-3"):
        assert "entry" not in section(empty, code)
        assert section(empty, code)["emptyReason"]["coding"][0]["code"] == "unavailable"
    put(place, "medical_records", 3, items=(NONE_KNOWN,))
    (said,) = place.opened(place.link())
    (allergy,) = of(said, "AllergyIntolerance")
    assert allergy["code"]["coding"][0]["code"] == "716186003"
    assert "emptyReason" not in section(said, "48765-2")
    assert "emptyReason" in section(said, "11450-4")


def test_chosen_classes_and_days_and_nothing_besides(place: Place) -> None:
    put(
        place,
        "laboratory",
        10,
        title=Words("血糖"),
        results=(SUGAR,),
        original=(b"%PDF-1.4 as on paper", "application/pdf"),
    )
    put(place, "laboratory", 400, title=Words("很久以前"))
    put(place, "examinations", 5, title=Words("胃镜"), conclusion=Words("未选"))
    scope = Scope(frozenset({RecordClass.LABORATORY}), date(2026, 1, 1))
    made = place.link(replace(ONE_CLASS, scope=scope))
    (bundle,) = place.opened(made)
    (report,) = of(bundle, "DiagnosticReport")
    assert (bundle["type"], report["code"]["text"], len(report["result"])) == ("collection", "血糖", 1)
    (document,) = of(bundle, "DocumentReference")
    assert document["content"][0]["attachment"]["data"]
    assert set(references(bundle)) <= {each["fullUrl"] for each in bundle["entry"]}
    (card,) = db.perform(own.own_links, place.lin)
    assert (card.classes, card.entry_count, card.summary, card.period_from) == (["laboratory"], 1, False, "2026-01-01")


def test_one_entry(place: Place) -> None:
    wanted = put(
        place,
        "medical_records",
        3,
        title=Words("门诊"),
        items=(DIABETES,),
        sections=(Section(Words("主诉"), Words("口渴")),),
    )
    put(place, "medical_records", 2, title=Words("另一次"))
    (bundle,) = place.opened(place.link(Wish(summary=False, scope=NO_CLASS, entry=wanted)))
    (note,) = of(bundle, "Composition")
    assert (note["title"], note["section"][0]["title"], len(of(bundle, "Condition"))) == ("门诊", "主诉", 1)
    assert "口渴" in note["section"][0]["text"]["div"]


def test_one_prescription_is_all_that_stands_on_its_page(place: Place) -> None:
    for name in ("二甲双胍", "氨氯地平"):
        content = EntryContent(record_class="prescriptions", medicines=(Medicine(Words(name)),))
        wanted = charts.put(
            place.town,
            place.town.lin,
            "prescriptions",
            content=content,
            occurred=NOW - timedelta(days=1),
            source_type="MedicationRequest",
            group_key="one paper",
        )
    put(place, "prescriptions", 2, medicines=(Medicine(Words("另一张")),))
    (bundle,) = place.opened(place.link(Wish(summary=False, scope=NO_CLASS, entry=wanted)))
    names = {each["medicationCodeableConcept"]["text"] for each in of(bundle, "MedicationRequest")}
    assert names == {"二甲双胍", "氨氯地平"}


def test_what_is_read_for_it_stands_in_the_ledger(place: Place) -> None:
    entry = put(place, "laboratory", 1, title=Words("生化"), results=(SUGAR,))
    made = place.link(ONE_CLASS)
    with db.reading() as session:
        query = select(LedgerLine.detail, LedgerLine.basis).where(LedgerLine.action == "links:link:make")
        ((detail, basis),) = session.exec(query.order_by(col(LedgerLine.seq))).all()
    assert (made.id in detail, entry in detail, basis) == (True, True, "own")


def test_a_link_says_what_the_standard_wants(place: Place) -> None:
    made = place.link(replace(SUMMARY, label="给李医生"))
    said = carried(made)
    assert (said["flag"], said["v"], said["label"], len(said["key"])) == ("P", 1, "给李医生", 43)
    assert (len(said["url"]) <= 128, len(said["url"].rpartition("/")[2])) == (True, 43)
    assert said["exp"] == int((NOW + timedelta(hours=24)).timestamp())
    assert made.link.partition("#")[2] == made.code
    assert (len(made.passcode), made.passcode.isdecimal()) == (6, True)
    other = carried(place.link())
    assert {other["url"], other["key"]} & {said["url"], said["key"]} == set()


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (replace(SUMMARY, summary=False), "what"),
        (ONE_CLASS, "what"),
        (replace(SUMMARY, hours=2), "hours"),
        (replace(SUMMARY, label="x" * 81), "label"),
    ],
    ids=["nothing chosen", "nothing there", "hours", "label"],
)
def test_what_cannot_be_made(place: Place, wish: Wish, field: str) -> None:
    with pytest.raises(Invalid) as problem:
        place.link(wish)
    assert problem.value.field == field
    assert db.perform(own.own_links, place.lin) == []


def test_others_make_and_end_nothing(place: Place) -> None:
    made = place.link()
    wang = replace(charts.reader(place.town.wang), proved_at=NOW)
    doctor = replace(charts.physician(place.town), proved_at=NOW)
    theirs = put(place, "laboratory", 1)
    with pytest.raises(NotFound):
        db.perform(ending.end_link, wang, made.id)
    with pytest.raises(NotFound):
        place.link(Wish(summary=False, scope=NO_CLASS, entry=theirs), wang)
    for act in (lambda: place.link(SUMMARY, doctor), lambda: db.perform(ending.end_link, doctor, made.id)):
        with pytest.raises(Denied):
            act()
    with pytest.raises(Denied):
        db.perform(own.own_links, doctor)
    assert db.perform(own.own_links, wang) == []
    pretends = replace(wang, for_person_id=place.town.lin.person_id)
    for act in (
        lambda: db.perform(own.own_links, pretends),
        lambda: db.perform(making.offer, pretends),
        lambda: place.link(SUMMARY, pretends),
        lambda: db.perform(ending.end_link, pretends, made.id),
    ):
        with pytest.raises(Denied):
            act()
    assert place.asked(made).status_code == 200


def test_a_second_factor_shown_just_now(place: Place) -> None:
    with pytest.raises(Unproved):
        place.link(SUMMARY, replace(place.lin, proved_at=NOW - timedelta(hours=1)))


def test_so_many_live_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_LIVING", 2)
    first = place.link()
    place.link()
    with pytest.raises(Conflict):
        place.link()
    db.perform(ending.end_link, place.lin, first.id)
    place.link()


def test_it_ends_with_the_account_and_is_forgotten_with_it(place: Place) -> None:
    made = place.link()
    with db.writing() as session:
        ending.end_links_of(session, {"person": place.town.lin.person_id, "fact_id": "f"})
    assert place.asked(made).status_code == 404
    assert [card.state for card in db.perform(own.own_links, place.lin)] == ["event"]
    with db.writing() as session:
        ending.forget_links(session, place.lin.account_id)
    assert db.perform(own.own_links, place.lin) == []


@pytest.mark.parametrize(("levels", "may"), [("read", False), ("read,decide", True)])
def test_a_guardian_shows_records_only_where_they_decide(place: Place, levels: str, may: bool) -> None:
    with db.writing() as session:
        tie = {"relation": "child", "proof": "desk", "state": "living", "created_at": NOW, "from_at": NOW}
        people = {"person_id": place.town.lin.person_id, "guardian_id": place.town.wang.person_id}
        session.add(Guardian(**tie, **people, levels=levels, until_at=NOW + timedelta(days=9)))
    wang = replace(charts.reader(place.town.wang), proved_at=NOW, for_person_id=place.town.lin.person_id)
    if may:
        assert db.perform(making.offer, wang).counts
        made = place.link(SUMMARY, wang)
        assert [card.id for card in db.perform(own.own_links, place.lin)] == [made.id]  # seen by whom it is about
        db.perform(ending.end_link, wang, made.id)
        return
    for act in (lambda: db.perform(making.offer, wang), lambda: place.link(SUMMARY, wang)):
        with pytest.raises(Denied):
            act()
