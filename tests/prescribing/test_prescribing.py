"""A prescription from the first medicine to the record: who may, what is checked, what is refused, what is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from sqlmodel import Session, col, select

from health_cloud.access.service.ledger import own_ledger
from health_cloud.chart.models import ChartEncounter, ChartEntry
from health_cloud.consent.service import decisions
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound, Unproved
from health_cloud.core.models import LedgerLine
from health_cloud.demo.formulary import formulary_file
from health_cloud.followup import service as followup
from health_cloud.identity.models import Account
from health_cloud.prescribing.models import Prescription, Signing
from health_cloud.prescribing.service import drafting, formulary, paying, reviewing, rows, seeing, signing
from health_cloud.prescribing.service.checking import Situation, check_whole
from health_cloud.prescribing.views.formulary import Contents
from health_cloud.prescribing.views.prescriptions import NO_GIVEN, Given
from health_cloud.records.service.medicines import medicines_page
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.prescribing.ward import (
    WRITTEN,
    Ward,
    add,
    approved,
    cashier,
    digest,
    found_ward,
    pane,
    pharmacist_of,
    signed,
    without_proof,
)
from tests.sharing import guardian_of


def _lines(ward: Ward, action: str) -> list[LedgerLine]:
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(ward.cast.lin.person_id)
        found = session.exec(select(LedgerLine).where(own, LedgerLine.action == action)).all()
        return [LedgerLine(**each.model_dump()) for each in found]


def _report(ward: Ward, kind: str = "payment", reference: str = "A1", amount: int = 0) -> paying.Report:
    with db.reading() as session:
        row = session.exec(select(Prescription)).one()
        return paying.Report(row.number, reference, kind, amount or row.total, clock.now())


def test_from_the_first_medicine_to_the_record(database: Database):
    ward = found_ward()
    shown = signed(ward)
    assert (shown.state, shown.may_write, shown.total) == ("signed", False, "32.80")
    assert shown.medicines[0].dose.zh == "口服，每次 1 片，每天 2 次，饭后，30 天"
    assert shown.medicines[0].dose.en == "by mouth, 1 tablet each time, twice a day, after meals, 30 days"
    own = db.perform(seeing.own_prescription, ward.cast.lin, ward.visit)
    assert (own.state, own.medicines) == ("signed", ())  # nobody takes what no pharmacist has seen
    (waiting,) = db.perform(reviewing.queue, ward.pharmacist)
    assert (waiting.patient.zh, waiting.count, waiting.own, waiting.again) == ("林秀兰", 1, False, False)
    page = db.perform(reviewing.review, ward.pharmacist, waiting.id)
    assert [each.name.zh for each in page.given.allergies] == ["青霉素"]
    assert [each.name.zh for each in page.given.medicines] == ["缬沙坦胶囊 80 mg"]
    db.perform(reviewing.approve, ward.pharmacist, waiting.id, digest(waiting.id))
    own = db.perform(seeing.own_prescription, ward.cast.lin, ward.visit)
    assert (own.state, own.total, own.medicines[0].title.zh) == ("approved", "32.80", "二甲双胍缓释片 0.5 g")
    before = db.perform(medicines_page, ward.cast.lin, ward.cast.lin.person_id)
    assert len(before.current) == 1
    assert db.perform(paying.take, cashier(ward), _report(ward)).state == "paid"
    after = db.perform(medicines_page, ward.cast.lin, ward.cast.lin.person_id)
    (line,) = [each for each in after.current if each.name.zh == "二甲双胍缓释片 0.5 g"]
    assert (line.newest.days, line.newest.state) == (30, "running")
    assert line.newest.prescriber.zh == "陈立"
    assert line.newest.paid == "" or line.newest.paid
    with db.reading() as session:
        entry = session.exec(select(ChartEntry).where(ChartEntry.source_type == "MedicationRequest")).one()
        encounter = session.get_one(ChartEncounter, entry.encounter_id)
        assert (entry.state, encounter.visit_type) == ("published", "virtual")
        assert encounter.department_id == ward.cast.town.departments["endocrinology"]


def test_a_refunded_one_is_no_outcome_any_more(database: Database):
    ward = found_ward()
    approved(ward)
    db.perform(paying.take, cashier(ward), _report(ward))
    assert db.perform(paying.take, cashier(ward), _report(ward, "refund", "A2")).state == "refunded"
    page = db.perform(medicines_page, ward.cast.lin, ward.cast.lin.person_id)
    assert "二甲双胍缓释片 0.5 g" not in [each.name.zh for each in (*page.current, *page.before)]
    with db.reading() as session:
        entry = session.exec(select(ChartEntry).where(ChartEntry.source_type == "MedicationRequest")).one()
        assert (entry.state, entry.held_reason) == ("withdrawn", "refunded")
    with pytest.raises(Conflict):
        db.perform(paying.take, cashier(ward), _report(ward, "payment", "A3"))


def test_what_is_signed_is_hashed_into_the_ledger(database: Database):
    ward = found_ward()
    signed(ward)
    (line,) = _lines(ward, "prescribing:prescription:sign")
    with db.reading() as session:
        row = session.exec(select(Signing)).one()
        body = json.dumps(rows.body_of(row), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert json.loads(line.detail)["digest"] == row.digest == hashlib.sha256(body.encode()).hexdigest()


def test_a_signature_asks_for_a_second_factor(database: Database):
    ward = found_ward()
    shown = add(ward, "metformin")
    with pytest.raises(Unproved):
        db.perform(signing.sign, without_proof(ward.cast.chen), ward.visit, shown.mark)
    assert pane(ward).state == "draft"
    shown = signed_again(ward)
    with pytest.raises(Unproved):
        db.perform(reviewing.approve, without_proof(ward.pharmacist), shown.id, digest(shown.id))
    assert pane(ward).state == "signed"


def signed_again(ward: Ward):
    return db.perform(signing.sign, ward.cast.chen, ward.visit, pane(ward).mark)


def test_a_returned_one_is_amended_and_signed_anew(database: Database):
    ward = found_ward()
    shown = signed(ward)
    with pytest.raises(Invalid):
        db.perform(reviewing.give_back, ward.pharmacist, shown.id, digest(shown.id), "  ")
    db.perform(reviewing.give_back, ward.pharmacist, shown.id, digest(shown.id), "请改成每天 1 次")
    shown = pane(ward)
    assert (shown.state, shown.may_write, shown.word) == ("returned", True, "请改成每天 1 次")
    assert db.perform(seeing.own_prescription, ward.cast.lin, ward.visit).state == "returned"
    form = WRITTEN | {"often": "1/1", "quantity": "30"}
    db.perform(drafting.write_item, ward.cast.chen, ward.visit, shown.version, 0, form)
    shown = signed_again(ward)
    page = db.perform(reviewing.review, ward.pharmacist, shown.id)
    assert (page.signings, page.before) == (2, "请改成每天 1 次")
    assert page.medicines[0].dose.zh.startswith("口服，每次 1 片，每天 1 次")
    with db.reading() as session:
        bodies = [rows.body_of(each) for each in session.exec(select(Signing).order_by(col(Signing.number)))]
        assert [each["items"][0]["item"]["often"] for each in bodies] == ["2/1", "1/1"]  # the first one stays
    with pytest.raises(Conflict):
        db.perform(drafting.drop_item, ward.cast.chen, ward.visit, shown.version, 0)


def test_what_was_signed_anew_meanwhile_is_not_approved_unread(database: Database):
    ward = found_ward()
    read = digest(signed(ward).id)
    db.perform(reviewing.give_back, ward.pharmacist, pane(ward).id, read, "请改成每天 1 次")
    form = WRITTEN | {"often": "1/1", "quantity": "30"}
    db.perform(drafting.write_item, ward.cast.chen, ward.visit, pane(ward).version, 0, form)
    shown = signed_again(ward)
    for act in (lambda: db.perform(reviewing.approve, ward.pharmacist, shown.id, read),
                lambda: db.perform(reviewing.give_back, ward.pharmacist, shown.id, read, "再改")):  # fmt: skip
        with pytest.raises(Conflict):
            act()
    assert pane(ward).state == "signed"


def test_what_the_formulary_changed_meanwhile_is_neither_signed_nor_approved_unseen(database: Database):
    ward = found_ward()
    seen = add(ward, "metformin")
    _take(ward, formulary_file().replace(b"16.40", b"99.90"))
    assert pane(ward).version == seen.version
    with pytest.raises(Conflict, match="elsewhere"):
        db.perform(signing.sign, ward.cast.chen, ward.visit, seen.mark)
    shown = signed_again(ward)
    _take(ward, b"kind,code,name_zh,strength,unit_zh,pack,price,control,antibacterial\n"
                b"medicine,metformin,\xe9\x98\xbf,0.5 g,\xe7\x89\x87,30,9.00,other,\n")  # fmt: skip
    with pytest.raises(Conflict, match="stopped_since"):
        db.perform(reviewing.approve, ward.pharmacist, shown.id, digest(shown.id))


def _take(ward: Ward, raw: bytes) -> None:
    made = db.perform(formulary.load_formulary, ward.cast.staff, raw)
    db.perform(formulary.take_formulary, ward.cast.staff, made.id)


def test_without_a_grant_no_medicine_is_added_and_nothing_signed(database: Database):
    ward = found_ward()
    kept = add(ward, "metformin")
    (grant,) = db.perform(decisions.living_grants, ward.cast.lin)
    db.perform(decisions.revoke_grant, ward.cast.lin, grant.id)
    for code in ("acarbose", "amoxicillin"):
        with pytest.raises(Conflict, match="no_grant"):
            db.perform(drafting.add_medicine, ward.cast.chen, ward.visit, kept.version, code)
    assert signed_again(ward).state == "signed"  # on what was seen
    bare = Situation(Contents(), Given(), ())
    assert [(each.id, each.level) for each in check_whole(bare)] == [("given", "refuse")]


def test_by_duty_the_chart_is_seen_while_it_waits_and_no_longer(database: Database):
    ward = found_ward()
    shown = approved(ward)
    page = db.perform(reviewing.review, ward.pharmacist, shown.id)
    assert (page.given, page.general, page.medicines[0].findings) == (NO_GIVEN, (), ())
    assert page.medicines[0].title.zh == "二甲双胍缓释片 0.5 g"


def test_a_warning_needs_a_reason_and_a_refusal_takes_none(database: Database):
    ward = found_ward()
    shown = add(ward, "amoxicillin", quantity="60")
    (allergy,) = [each for each in shown.medicines[0].findings if each.id.startswith("allergy")]
    assert (allergy.level, shown.ready) == ("warn", False)
    with pytest.raises(Invalid):
        db.perform(signing.sign, ward.cast.chen, ward.visit, shown.mark)
    chen, visit = ward.cast.chen, ward.visit
    shown = db.perform(drafting.give_reason, chen, visit, shown.version, 0, allergy.id, "皮试阴性")
    for finding in [each for each in shown.medicines[0].findings if each.level == "warn" and not each.reason]:
        shown = db.perform(drafting.give_reason, chen, visit, shown.version, 0, finding.id, "已问过")
    assert shown.ready
    shown = db.perform(drafting.write_item, chen, visit, shown.version, 0, WRITTEN | {"days": "200", "quantity": "400"})
    assert "days" in [each.id for each in shown.medicines[0].findings if each.level == "refuse"]
    with pytest.raises(Invalid):
        db.perform(drafting.give_reason, chen, visit, shown.version, 0, "days", "要用")
    with pytest.raises(Invalid):
        db.perform(signing.sign, chen, visit, shown.mark)


def test_no_controlled_medicine_online(database: Database):
    ward = found_ward()
    for code in ("alprazolam", "oxycodone", "testosterone", "linezolid"):
        with pytest.raises(Invalid):
            db.perform(drafting.add_medicine, ward.cast.chen, ward.visit, 0, code)
    (found,) = db.perform(drafting.find_medicine, ward.cast.chen, ward.visit, "oxy")
    assert "第十九条" in found.stop.zh


def test_renewing_copies_what_was_written_and_invents_nothing(database: Database):
    ward = found_ward()
    page = db.perform(drafting.earlier_medicines, ward.cast.chen, ward.visit)
    assert ([each.zh for each in page.allergies], page.unseen) == (["青霉素"], ())
    (earlier,) = page.medicines
    shown = db.perform(drafting.renew, ward.cast.chen, ward.visit, 0, earlier.entry, earlier.place)
    (row,) = shown.medicines
    item = row.item
    written = (item.code, item.single, item.often, item.route, item.timing, item.days, item.quantity)
    assert written == ("valsartan", "1", "1/1", "oral", "morning", "84", "84")
    assert [each.id for each in row.findings] == []  # it is not its own duplicate
    assert shown.ready
    with pytest.raises(Invalid):
        db.perform(drafting.renew, ward.cast.chen, ward.visit, shown.version, earlier.entry, 7)


def test_the_checks_say_what_they_could_not_see(database: Database):
    ward = found_ward(classes="laboratory")
    shown = add(ward, "amoxicillin")
    assert shown.unseen == ("prescribing.unseen.allergies", "prescribing.unseen.medicines")
    assert [each for each in shown.medicines[0].findings if each.id.startswith("allergy")] == []


def test_without_a_grant_nothing_of_the_chart_is_shown(database: Database):
    ward = found_ward()
    db.perform(drafting.earlier_medicines, ward.cast.chen, ward.visit)
    reads = len(_lines(ward, "records:entry:read"))
    db.perform(decisions.revoke_grant, ward.cast.lin, ward.grant_id)
    page = db.perform(drafting.earlier_medicines, ward.cast.chen, ward.visit)
    assert (page.seen, page.medicines, page.allergies) == (False, (), ())
    assert len(_lines(ward, "records:entry:read")) == reads


def test_two_screens_never_overwrite_each_other(database: Database):
    ward = found_ward()
    shown = add(ward, "metformin")
    add(ward, "aspirin", quantity="60")
    with pytest.raises(Conflict):
        db.perform(drafting.drop_item, ward.cast.chen, ward.visit, shown.version, 0)
    assert len(pane(ward).medicines) == 2


def test_it_is_written_from_the_beginning_until_a_day_after_the_end(database: Database):
    ward = found_ward(begun=False)
    with pytest.raises(Conflict):
        add(ward, "metformin")
    db.perform(followup.enter_visit, ward.cast.lin, ward.visit)
    db.perform(followup.begin_visit, ward.cast.chen, ward.visit)
    add(ward, "metformin")
    db.perform(followup.end_visit, ward.cast.chen, ward.visit)
    the_clock.advance(hours=23)
    shown = add(ward, "acarbose", quantity="60")
    assert shown.may_write
    the_clock.advance(hours=2)
    with pytest.raises(Conflict):
        db.perform(signing.sign, ward.cast.chen, ward.visit, shown.mark)


def test_somebody_else_tries(database: Database):
    ward = found_ward()
    shown = signed(ward)
    cast = ward.cast
    for other in (cast.sun, cast.gao):
        with pytest.raises(NotFound):
            db.perform(drafting.look_at_pane, other, ward.visit)
        with pytest.raises(NotFound):
            db.perform(signing.sign, other, ward.visit, shown.mark)
    for other in (cast.lin, cast.staff, ward.pharmacist):
        with pytest.raises(Denied):
            db.perform(drafting.look_at_pane, other, ward.visit)
    for other in (cast.lin, cast.chen, cast.staff):
        with pytest.raises(Denied):
            db.perform(reviewing.review, other, shown.id)
        with pytest.raises(Denied):
            db.perform(reviewing.approve, other, shown.id, digest(shown.id))
    with pytest.raises(NotFound):
        db.perform(seeing.own_prescription, cast.wang, ward.visit)
    foreign = db.perform(_pharmacist_elsewhere, COMMAND_LINE, cast.gao.organization_id)
    with pytest.raises(NotFound):
        db.perform(reviewing.review, foreign, shown.id)
    assert db.perform(reviewing.queue, foreign) == []
    reader = guardian_of(cast.lin.person_id, levels="read")
    with pytest.raises(Denied):
        db.perform(seeing.own_prescription, replace(reader, for_person_id=cast.lin.person_id), ward.visit)
    booker = guardian_of(cast.lin.person_id, levels="read,book")
    seen = db.perform(seeing.own_prescription, replace(booker, for_person_id=cast.lin.person_id), ward.visit)
    assert seen.state == "signed"


def _pharmacist_elsewhere(session: Session, actor: Actor, organization_id: str) -> Actor:
    return pharmacist_of(session, organization_id)


def test_nobody_reviews_their_own(database: Database):
    ward = found_ward()
    both = db.perform(_same_practitioner, COMMAND_LINE, ward)
    shown = signed(ward)
    assert db.perform(reviewing.queue, both)[0].own
    with pytest.raises(Denied):
        db.perform(reviewing.approve, both, shown.id, digest(shown.id))


def _same_practitioner(session: Session, actor: Actor, ward: Ward) -> Actor:
    account = session.get_one(Account, ward.cast.chen.account_id)
    return pharmacist_of(session, ward.cast.town.organization_id, account.practitioner_id or "")


def test_every_look_of_a_pharmacist_leaves_a_line(database: Database):
    ward = found_ward()
    shown = signed(ward)
    db.perform(reviewing.review, ward.pharmacist, shown.id)
    (line,) = _lines(ward, "prescribing:prescription:review")
    assert (line.basis, line.actor_account_id) == ("duty", ward.pharmacist.account_id)


def test_an_old_one_lapses(database: Database):
    ward = found_ward()
    approved(ward)
    report = _report(ward)
    the_clock.advance(days=3, minutes=1)
    assert pane(ward).state == "lapsed"
    assert db.perform(seeing.own_prescription, ward.cast.lin, ward.visit).state == "lapsed"
    with pytest.raises(Conflict):
        db.perform(paying.take, cashier(ward), report)


def test_a_draft_survives_and_is_nobody_elses(database: Database):
    ward = found_ward()
    add(ward, "metformin")
    db.engine().dispose()
    assert pane(ward).medicines[0].item.single == "1"
    assert db.perform(seeing.own_prescription, ward.cast.lin, ward.visit).id == ""
    assert db.perform(reviewing.queue, ward.pharmacist) == []


def test_a_new_formulary_checks_the_draft_anew(database: Database):
    ward = found_ward()
    add(ward, "metformin")
    raw = (
        b"kind,code,name_zh,strength,unit_zh,pack,price,control,antibacterial\n"
        b"medicine,aspirin,\xe9\x98\xbf,0.1 g,\xe7\x89\x87,30,9.00,,\n"
    )
    made = db.perform(formulary.load_formulary, ward.cast.staff, raw)
    db.perform(formulary.take_formulary, ward.cast.staff, made.id)
    shown = pane(ward)
    assert [each.id for each in shown.medicines[0].findings] == ["gone"]
    assert not shown.ready


def test_the_list_of_what_waits_leaves_a_line_with_each_patient_once_a_day(database: Database):
    ward = found_ward()
    signed(ward)

    def listed() -> list[tuple[str, str]]:
        with db.reading() as session:
            chain, action = f"person:{ward.cast.lin.person_id}", "prescribing:prescription:review"
            said = select(LedgerLine).where(LedgerLine.chain == chain, LedgerLine.action == action)
            return [(each.actor_account_id, each.basis) for each in session.exec(said).all()]

    for _ in range(2):
        db.perform(reviewing.queue, ward.pharmacist)
    assert listed() == [(ward.pharmacist.account_id, "duty")]
    (row,) = [each for day in db.perform(own_ledger, ward.cast.lin).days for each in day.rows if "listed" in each.say]
    assert (row.say, row.why_asked.state) == ("access.ledger.they.prescription_listed", "can")
    other = db.perform(lambda session, _: pharmacist_of(session, ward.cast.town.organization_id), COMMAND_LINE)
    db.perform(reviewing.queue, other)
    assert [who for who, _ in listed()] == [ward.pharmacist.account_id, other.account_id]
    the_clock.advance(hours=25)
    db.perform(reviewing.queue, ward.pharmacist)
    assert len(listed()) == 3
