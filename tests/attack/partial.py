"""Patients of whose charts a reader is given a part: each entry with a mark of its own, and a twin without the rest."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from health_cloud.chart.service.background import sealed_background
from health_cloud.consent.models import Emergency
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Role
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.models import Organization
from health_cloud.records.models import Document
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured, Medicine, to_json
from tests import charts, people, treating
from tests.attack.world import Caller, World, _found, _of_team, call
from tests.people import COMMAND_LINE, Patient, Town

_NUMBERS = count(1)
_DAYS = {"lately": 1, "long": 400, "ancient": 4000, "held": 2, "elsewhere": 3}
"""Of what there is in each class, how many days old it is: `held` is no outcome yet, `elsewhere` another hospital's."""
ELSEWHERE = "QZELSEWHEREQZ"
"""The name of the other hospital."""
ICD = "http://hl7.org/fhir/sid/icd-10"


class Kept(NamedTuple):
    """One entry, or with age `apart` what the hospital says apart from any visit."""

    record_class: RecordClass
    age: str

    @property
    def mark(self) -> str:
        """Stands in every piece of this entry and in no other."""
        return f"QZ{self.record_class.value.replace('_', '')}{self.age}QZ".upper()

    @property
    def value(self) -> str:
        """The number that was measured; no other entry has it."""
        return f"{31 + 7 * list(RecordClass).index(self.record_class)}.{_DAYS.get(self.age, 5):04d}7"


EVERYTHING = (
    *(Kept(name, age) for name in RecordClass for age in _DAYS),
    Kept(RecordClass.MEDICAL_RECORDS, "apart"),
)
May = Callable[[Kept], bool]


def released(kept: Kept) -> bool:
    """Read the release policy of `publish` literally."""
    if kept.age in ("ancient", "held"):
        return False
    if kept.age == "elsewhere":
        return True
    if kept.record_class is RecordClass.IMAGING:
        return False
    return (kept.record_class, kept.age) != (RecordClass.CHECK_UPS, "lately")


def publish(town: Town) -> None:
    """Let the hospital open five classes, nothing older than nine years, and check-ups after two days."""
    first = (clock.now() - timedelta(days=3300)).date()
    rules: dict[str, dict[str, Any]] = {name.value: {"from_date": first} for name in RecordClass}
    rules["imaging"]["open"] = False
    rules["check_ups"]["delay_hours"] = 48
    charts.policy(town, 2, **rules)


@dataclass(frozen=True)
class Records:
    """A patient, and what there is of them."""

    patient: Patient
    entries: dict[Kept, str]
    documents: dict[Kept, str]


@dataclass(frozen=True)
class Reader:
    """Who reads a patient's records on a ground."""

    records: Records
    caller: Caller
    ground: str


@dataclass
class Hospitals:
    """Where the records are, and where others are."""

    world: World
    elsewhere: Town


def found_hospitals() -> Hospitals:
    """Make a hospital that has published a policy, and another one."""
    world = db.perform(_found, COMMAND_LINE)
    town = world.town
    publish(town)
    desk = replace(charts.physician(town, f"desk-{secrets.token_hex(4)}"), role=Role.STAFF, proved_at=clock.now())
    treating.let_teams_read(desk)
    return Hospitals(world, db.perform(_elsewhere, COMMAND_LINE, town))


def _elsewhere(session: Session, actor: Actor, town: Town) -> Town:
    code = f"elsewhere-{secrets.token_hex(4)}"
    other = Organization(code=code, name_zh="他处医院", name_en=ELSEWHERE, created_at=clock.now())
    session.add(other)
    session.flush()
    return Town(other.id, new_id(), {}, {}, town.lin, town.wang, town.zhou)


def write(hospitals: Hospitals, kept: May) -> Records:
    """Make a patient of whom there is what `kept` says."""
    patient = db.perform(_patient, COMMAND_LINE, hospitals, kept)
    charts.reader(patient)  # whoever can be told may be treated
    entries = db.perform(_entries, COMMAND_LINE, hospitals, patient, kept)
    return Records(patient, entries, db.perform(_documents, COMMAND_LINE, entries))


def reader_of(hospitals: Hospitals, records: Records, ground: str, name: str) -> Reader:
    """Make a physician who reads on a ground of this kind."""
    actor, ground_id = GROUNDS[ground](hospitals.world, records.patient, f"{name}-{ground}")
    return Reader(records, call(actor, name, grant_id=ground_id), ground_id)


def _patient(session: Session, actor: Actor, hospitals: Hospitals, kept: May) -> Patient:
    """Make the patient, whom the other hospital knows where it has something of them."""
    number, town = next(_NUMBERS), hospitals.world.town
    facts = (f"11010119660210{number:03}0", f"P{secrets.token_hex(5)}".upper())
    social, phone, name = secrets.token_hex(6), f"+86137{secrets.randbelow(10**8):08d}", Words("分", "Part")
    made = people._patient(session, town.organization_id, town.feed_id, (*facts, social, phone, name))
    people.agreed(session, made.person_id)
    if any(kept(each) for each in EVERYTHING if each.age == "elsewhere"):
        there = hospitals.elsewhere
        again = people._patient(session, there.organization_id, there.feed_id, (*facts, f"E{social}", phone, name))
        assert again.person_id == made.person_id
    return made


def _entries(session: Session, actor: Actor, hospitals: Hospitals, patient: Patient, kept: May) -> dict[Kept, str]:
    made: dict[Kept, str] = {}
    town = hospitals.world.town
    for each in EVERYTHING:
        if not kept(each):
            continue
        at = clock.now() - timedelta(days=_DAYS.get(each.age, 5))
        if each.age == "apart":
            _apart(session, town, patient, each)
            continue
        where = hospitals.elsewhere if each.age == "elsewhere" else town
        columns = {"title_zh": each.mark, "title_en": each.mark, "place_zh": each.mark, "place_en": each.mark}
        columns |= {"practitioner_zh": each.mark, "practitioner_en": each.mark, "flag": "high", "flagged": 1}
        columns |= {"state": "held"} if each.age == "held" else {}
        paper = (f"<p>{each.mark} original</p>".encode(), "text/html")
        given = (at, at, content_of(each), paper, columns)
        made[each] = charts._put(session, actor, where, patient, each.record_class.value, *given)
    return made


def content_of(kept: Kept) -> EntryContent:
    """Say something of every kind that its class has."""
    words, name = Words.same(kept.mark), kept.record_class
    result = Measured(
        words, (Coding("http://loinc.org", "4548-4"),), "quantity", kept.value, unit="%", ucum="%", note=words
    )
    weight = Measured(words, (Coding("http://loinc.org", "29463-7"),), "quantity", kept.value, unit="kg", ucum="kg")
    said = ("diagnosis", "allergy", "immunization")
    return EntryContent(
        record_class=name.value,
        title=words,
        place=(words,),
        findings=words if name in (RecordClass.EXAMINATIONS, RecordClass.IMAGING) else Words(),
        conclusion=words,
        results=(result,) if name is RecordClass.LABORATORY else (),
        measures=(weight,) if name is RecordClass.CHECK_UPS else (),
        medicines=(Medicine(words, dose=words, reason=words),) if name is RecordClass.PRESCRIPTIONS else (),
        items=tuple(Item(kind, words, (Coding(ICD, kept.mark),), status="active") for kind in said)
        if name is RecordClass.MEDICAL_RECORDS
        else (),
    )


def _apart(session: Session, town: Town, patient: Patient, kept: Kept) -> None:
    at = clock.now() - timedelta(days=5)
    said = Item("diagnosis", Words.same(kept.mark), (Coding(ICD, kept.mark),), at=at.isoformat(), status="active")
    body = to_json(EntryContent(record_class=kept.record_class.value, items=(said,)))
    session.add(
        sealed_background(
            organization_id=town.organization_id,
            feed_id=town.feed_id,
            record_id=charts.record_of(session, patient, town.organization_id),
            person_id=patient.person_id,
            digest=new_id()[-22:],
            body=body,
            arrived_at=at,
        )
    )


def _documents(session: Session, actor: Actor, entries: dict[Kept, str]) -> dict[Kept, str]:
    found = session.exec(select(Document.entry_id, Document.id).where(col(Document.entry_id).in_(entries.values())))
    of_entry = dict(found.all())
    return {kept: of_entry[entry_id] for kept, entry_id in entries.items()}


def _granted(classes: str = ",".join(RecordClass), **given: Any) -> Callable[[World, Patient, str], tuple[Actor, str]]:
    def make(world: World, patient: Patient, name: str) -> tuple[Actor, str]:
        reader = charts.physician(world.town, name)
        return reader, charts.grant(
            patient, world.town, reader, classes, **{key: value() for key, value in given.items()}
        )

    return make


def _opened(world: World, patient: Patient, name: str) -> tuple[Actor, str]:
    """Give one opening, which another session of the same physician has."""
    now = clock.now()
    given = {"ends_with": "opening", "opened_at": now, "kept_until": now + timedelta(minutes=1)}
    reader = charts.physician(world.town, name)
    return reader, charts.grant(patient, world.town, reader, **given, opener_session=new_id(), opener_screen=new_id())


def _team(world: World, patient: Patient, name: str) -> tuple[Actor, str]:
    reader = db.perform(_of_team, COMMAND_LINE, world, name, name)
    return reader, treating.open_visit(world.town, patient, name)


def _emergency(world: World, patient: Patient, name: str) -> tuple[Actor, str]:
    reader = charts.physician(world.town, name)
    return reader, db.perform(_broken, COMMAND_LINE, world, patient, reader)


def _broken(session: Session, actor: Actor, world: World, patient: Patient, reader: Actor) -> str:
    row_id, now = new_id(), clock.now()
    session.add(
        Emergency(
            id=row_id,
            person_id=patient.person_id,
            account_id=reader.account_id,
            organization_id=world.town.organization_id,
            named_by="visit_card",
            code="unconscious",
            reason=seal_text("brought in", "consent_emergency.reason", row_id),
            from_at=now - timedelta(minutes=1),
            until_at=now + timedelta(hours=3),
            review_due_at=now + timedelta(hours=72),
        )
    )
    return row_id


def _days_ago(days: int) -> Callable[[], Any]:
    def day() -> Any:
        return (clock.now() - timedelta(days=days)).date()

    return day


GROUNDS: dict[str, Callable[[World, Patient, str], tuple[Actor, str]]] = {
    "classes": _granted("laboratory,prescriptions"),
    "since": _granted(period_from=_days_ago(30)),
    "until": _granted(period_to=_days_ago(200)),
    "opened": _opened,
    "treating": _team,
    "emergency": _emergency,
}
MAY: dict[str, May] = {
    "classes": lambda kept: kept.record_class in (RecordClass.LABORATORY, RecordClass.PRESCRIPTIONS),
    "since": lambda kept: kept.age != "long",
    "until": lambda kept: kept.age == "long",
    "opened": lambda _kept: False,
    "treating": lambda kept: kept.age != "elsewhere",
    "emergency": lambda _kept: True,
}
"""What each ground opens, read literally; the release policy is asked beside it."""


def given(ground: str) -> May:
    """Tell which entries a reader on a ground may see."""
    return lambda kept: released(kept) and MAY[ground](kept)
