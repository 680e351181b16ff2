"""A visit in which somebody prescribes: 陈 sees 林, whose records name an allergy and medicines of now."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlmodel import Session, col, select

from health_cloud.chart.models import Background, ChartEntry, EntryVersion
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, system
from health_cloud.core.crypto import seal
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Role
from health_cloud.core.words import Words
from health_cloud.demo.formulary import formulary_file
from health_cloud.followup import service as followup
from health_cloud.followup.service.prescribed import known_visit, visit_facts
from health_cloud.identity.models import Account, Link
from health_cloud.prescribing.models import Signing
from health_cloud.prescribing.service import drafting, formulary, reviewing, signing, visits
from health_cloud.prescribing.service.checking import ATC
from health_cloud.prescribing.views.prescriptions import Pane
from health_cloud.records.models import Content
from health_cloud.records.service.writer import SEALED
from health_cloud.records.views.content import Coding, EntryContent, Item, Medicine, to_json
from tests.charts import grant
from tests.people import COMMAND_LINE, Town
from tests.sharing import LONG_FRESH, Cast, add_entry, found_cast
from tests.visiting import agreed

WRITTEN = {
    "single": "1",
    "often": "2/1",
    "route": "oral",
    "timing": "after_meals",
    "days": "30",
    "quantity": "60",
    "note": "",
}


@dataclass
class Ward:
    """Everybody, and the open visit."""

    cast: Cast
    visit: str
    pharmacist: Actor
    grant_id: str


def found_ward(*, begun: bool = True, classes: str = "prescriptions,medical_records") -> Ward:
    """Make a hospital with a formulary, a pharmacist, and a visit with a grant."""
    visits.plug(visit_facts, known_visit)
    cast = found_cast()
    town = cast.town
    db.perform(_formulary, COMMAND_LINE, town.organization_id)
    db.perform(_records, COMMAND_LINE, town)
    pharmacist = db.perform(_pharmacist, COMMAND_LINE, town)
    given = grant(town.lin, town, cast.chen, classes)
    visit = agreed(cast.chen, cast.lin, 5)
    if begun:
        db.perform(followup.enter_visit, cast.lin, visit)
        db.perform(followup.begin_visit, cast.chen, visit)
    return Ward(cast, visit, pharmacist, given)


def _formulary(session: Session, actor: Actor, organization_id: str) -> None:
    made = formulary.load_formulary(session, actor, formulary_file(), organization_id)
    formulary.take_loaded(session, actor, organization_id, made.id)


def _pharmacist(session: Session, actor: Actor, town: Town) -> Actor:
    return pharmacist_of(session, town.organization_id)


def pharmacist_of(session: Session, organization_id: str, practitioner: str = "") -> Actor:
    """Return a pharmacist of a hospital."""
    account = Account(
        role="pharmacist",
        login=new_id(),
        name_zh="许静",
        organization_id=organization_id,
        practitioner_id=practitioner or None,
        state="active",
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return Actor(account.id, Role.PHARMACIST, "", organization_id, practitioner, name="许静", proved_at=LONG_FRESH)


def _records(session: Session, actor: Actor, town: Town) -> None:
    """Let 林 be allergic to penicillin and take valsartan."""
    entry_id = add_entry(session, town, town.lin, 10, "prescriptions")
    session.flush()
    drug = Medicine(
        name=Words("缬沙坦胶囊 80 mg", "Valsartan capsule 80 mg"),
        codes=(Coding(ATC, "C09CA03"), Coding("http://local/medicine", "valsartan")),
        dose=Words("口服，每次 1 粒，每天 1 次，早晨", "By mouth, 1 capsule every morning"),
        amount=Words("1 粒", "1 capsule"),
        frequency=Words("每天 1 次", "once a day"),
        quantity=Words("84 粒", "84 capsules"),
        days="84",
        status="active",
    )
    content = EntryContent(record_class="prescriptions", title=drug.name, medicines=(drug,), payment="paid")
    put(session, entry_id, content)
    record = session.exec(select(Link.record_id).where(Link.person_id == town.lin.person_id)).one()
    said = Item("allergy", Words("青霉素", "Penicillin"), (Coding("http://snomed.info/sct", "91936005"),))
    body = zlib.compress(to_json(EntryContent(items=(said,))).encode())
    row = Background(
        organization_id=town.organization_id,
        feed_id=town.feed_id,
        record_id=record,
        person_id=town.lin.person_id,
        digest="x",
        arrived_at=clock.now() - timedelta(days=3),
    )
    row.body = seal(body, "chart_background.body", row.id)
    session.add(row)


def put(session: Session, entry_id: str, content: EntryContent) -> None:
    """Give an entry its content."""
    version = new_id()
    session.add(
        EntryVersion(
            id=version, entry_id=entry_id, number=1, content_hash=new_id(), arrived_at=clock.now(), status="active"
        )
    )
    sealed = seal(zlib.compress(to_json(content).encode()), SEALED, version)
    session.add(Content(id=version, entry_id=entry_id, body=sealed))
    entry = session.get_one(ChartEntry, entry_id)
    entry.title_zh = content.title.zh
    session.add(entry)


def pane(ward: Ward) -> Pane:
    """Return the prescription on its physician's desk."""
    return db.perform(drafting.look_at_pane, ward.cast.chen, ward.visit)


def add(ward: Ward, code: str, **written: str) -> Pane:
    """Put a medicine on it, with its dose."""
    shown = db.perform(drafting.add_medicine, ward.cast.chen, ward.visit, pane(ward).version, code)
    place = len(shown.medicines) - 1
    return db.perform(drafting.write_item, ward.cast.chen, ward.visit, shown.version, place, WRITTEN | written)


def signed(ward: Ward) -> Pane:
    """Let 陈 prescribe metformin and sign it."""
    shown = add(ward, "metformin")
    return db.perform(signing.sign, ward.cast.chen, ward.visit, shown.mark)


def digest(prescription_id: str) -> str:
    """Return what names the newest signature of a prescription."""
    with db.reading() as session:
        newest = select(Signing.digest).where(Signing.prescription_id == prescription_id)
        return session.exec(newest.order_by(col(Signing.number).desc())).first() or ""


def approved(ward: Ward) -> Pane:
    """Let a pharmacist approve it, too."""
    shown = signed(ward)
    db.perform(reviewing.approve, ward.pharmacist, shown.id, digest(shown.id))
    return pane(ward)


def without_proof(actor: Actor) -> Actor:
    """Return the same person, who has shown no second factor lately."""
    return replace(actor, proved_at=None)


def cashier(ward: Ward) -> Actor:
    """Return the cashier of the hospital."""
    return system("cashier", ward.cast.town.organization_id)
