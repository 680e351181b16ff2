"""One hospital in the served product, with a victim whose data carry a mark, and everybody who may not see it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from health_cloud.access.models import Question
from health_cloud.access.service import asked
from health_cloud.chart.models import ReleaseKey
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import blind, seal_text
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action, Basis, Decision, Role
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Slot
from health_cloud.identity.models import (
    Account,
    Closing,
    Department,
    Guardian,
    Organization,
    Person,
    Practitioner,
    SignInSession,
)
from health_cloud.records.views.content import Coding, EntryContent, Item, Measured, Medicine
from health_cloud.visibility.service import teams_page
from tests import charts, people, treating
from tests.attack import visits
from tests.people import COMMAND_LINE, Patient, Town

MARK = "QZVICTIMQZ"
"""Stands in every piece of the victim's data and nowhere else."""
OTHERS = "QZNEIGHBOURQZ"
_NUMBERS = {"victim": "110101197806150024", "neighbour": "110101198207230013"}
_TAILS = iter(secrets.SystemRandom().sample(range(100, 1000), 900))
"""Each once: who had a number of another world of this process would be one person with that one's patient."""


@dataclass(frozen=True)
class Caller:
    """Somebody with a browser.

    `sees` tells whether the victim's records may reach them, `works` whether what is said, written or prescribed in a
    follow-up may though no record does.
    """

    name: str
    role: Role
    cookie: str
    account_id: str = ""
    session_id: str = ""
    grant_id: str = ""
    sees: bool = False
    works: bool = False

    @property
    def told(self) -> bool:
        """Tell whether the victim's mark may reach them at all."""
        return self.sees or self.works


@dataclass
class World:
    """The hospital, its callers by name, and the ids that an attacker would love to use."""

    town: Town
    victim: Patient
    neighbour: Patient
    callers: dict[str, Caller] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    document: str = ""
    request: str = ""
    slot: str = ""
    appointment: str = ""
    place: str = ""
    visit: str = ""
    ended: str = ""
    other: str = ""
    file: str = ""
    asked: str = ""
    prescription: str = ""
    prescribed: str = ""
    looked: str = ""
    question: str = ""


def found_world() -> World:
    """Make everything; each call makes a hospital and people of its own."""
    world = db.perform(_found, COMMAND_LINE)
    _chart(world, world.victim, MARK)
    _chart(world, world.neighbour, OTHERS)
    victim, neighbour = charts.reader(world.victim), charts.reader(world.neighbour)
    tag = secrets.token_hex(3)
    world.callers = {
        "visitor": Caller("visitor", Role.VISITOR, "device=visitor-of-tests"),
        "victim": call(victim, "victim", sees=True),
        "neighbour": call(neighbour, "neighbour"),
        "ungranted": call(charts.physician(world.town, f"none.{tag}"), "ungranted"),
        "staff": call(worker(world, Role.STAFF, f"staff.{tag}"), "staff"),
        "auditor": call(worker(world, Role.AUDITOR, f"audit.{tag}"), "auditor"),
    }
    now = clock.now()
    for name, given in {
        "granted": {},
        "expired": {"from_at": now - timedelta(days=2), "until_at": now - timedelta(seconds=1)},
        "revoked": {"ended_at": now - timedelta(seconds=1), "ended_reason": "revoked"},
        "future": {"from_at": now + timedelta(hours=1), "until_at": now + timedelta(hours=2)},
    }.items():
        physician = charts.physician(world.town, f"{name}.{tag}")
        grant = charts.grant(world.victim, world.town, physician, **given)
        world.callers[name] = call(physician, name, grant_id=grant, sees=name == "granted")
    _teams(world, tag)
    _emergencies(world, tag)
    foreign = worker(world, Role.PHYSICIAN, f"foreign.{tag}", elsewhere=True)
    world.callers["foreign"] = call(foreign, "foreign")
    _guardians(world)
    db.perform(people.all_agreed, COMMAND_LINE)
    db.perform(_claims, COMMAND_LINE, world)
    _visits(world, tag)
    return world


def _teams(world: World, tag: str) -> None:
    """Let a team treat the victim: rightly, in a visit that is over, and while another department does."""
    teams_read(world)
    visit = ""
    for name, department, columns in (
        ("treating", "d", {}),
        ("treating_over", "o", {"status": "finished"}),
        ("other_team", "n", None),
    ):
        physician = db.perform(_of_team, COMMAND_LINE, world, department, f"{name}.{tag}")
        if columns is not None:
            visit = treating.open_visit(world.town, world.victim, department, **columns)
        world.callers[name] = call(physician, name, grant_id=visit, sees=name == "treating")


def teams_read(world: World) -> None:
    """Have the hospital let teams read, whatever its staff did meanwhile."""
    staff = replace(charts.physician(world.town, "desk-of-world"), role=Role.STAFF, proved_at=clock.now())
    if not db.perform(teams_page, staff).open:
        treating.let_teams_read(staff)


def _of_team(session: Session, actor: Actor, world: World, department: str, login: str) -> Actor:
    """Make a physician of a department, which is made where there is none of this name."""
    if department not in world.town.departments:
        row = Department(organization_id=world.town.organization_id, source_id=department, name_zh=department)
        session.add(row)
        session.flush()
        world.town.departments[department] = row.id
    practitioner = Practitioner(
        organization_id=world.town.organization_id,
        source_id=login,
        name_zh=login,
        department_id=world.town.departments[department],
    )
    session.add(practitioner)
    session.flush()
    account = Account(
        role="physician",
        login=login,
        organization_id=world.town.organization_id,
        practitioner_id=practitioner.id,
        state="active",
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    hospital = world.town.organization_id
    return Actor(account.id, Role.PHYSICIAN, organization_id=hospital, practitioner_id=practitioner.id)


def _visits(world: World, tag: str) -> None:
    """Let physicians see the victim in visits, with a grant and without, and pharmacists review: here, and elsewhere.

    The physicians are of a department in which the victim is not: what opens is their visit, and what was granted.
    """
    people_at_work: dict[str, Actor] = {}
    for name in ("attending", "attending_alone"):
        physician = db.perform(_of_team, COMMAND_LINE, world, "v", f"{name}.{tag}")
        grant = charts.grant(world.victim, world.town, physician) if name == "attending" else ""
        world.callers[name] = call(physician, name, grant_id=grant, sees=bool(grant), works=True)
        people_at_work[name] = physician
    for name in ("pharmacist", "pharmacist_elsewhere"):
        there = name != "pharmacist"
        people_at_work[name] = worker(world, Role.PHARMACIST, f"{name}.{tag}", elsewhere=there)
        world.callers[name] = call(people_at_work[name], name, works=not there)
    attending, alone, pharmacist = (
        visits.proved(people_at_work[name], world.callers[name].session_id)
        for name in ("attending", "attending_alone", "pharmacist")
    )
    world.place = world.town.departments["v"]
    visits.follow_up(world, MARK, attending, alone, pharmacist)


def _emergencies(world: World, tag: str) -> None:
    """Let physicians have broken the glass: one just now, one whose time is up, one who has closed it."""
    now = clock.now()
    for name, given in {
        "emergency": {},
        "emergency_over": {"from_at": now - timedelta(hours=2), "until_at": now - timedelta(seconds=1)},
        "emergency_closed": {"ended_at": now - timedelta(seconds=1), "ended_reason": "closed"},
    }.items():
        physician = charts.physician(world.town, f"{name}.{tag}")
        emergency = db.perform(_emergency, COMMAND_LINE, world, physician, given)
        world.callers[name] = call(physician, name, grant_id=emergency, sees=name == "emergency")


def _emergency(session: Session, actor: Actor, world: World, physician: Actor, changes: dict[str, Any]) -> str:
    """Let a physician have broken the glass."""
    from health_cloud.consent.models import Emergency

    emergency_id, now = new_id(), clock.now()
    given = {"from_at": now - timedelta(minutes=1), "until_at": now + timedelta(hours=3)} | changes
    session.add(
        Emergency(
            id=emergency_id,
            person_id=world.victim.person_id,
            account_id=physician.account_id,
            organization_id=world.town.organization_id,
            named_by="visit_card",
            code="unconscious",
            reason=seal_text(f"{MARK} was brought in", "consent_emergency.reason", emergency_id),
            review_due_at=now + timedelta(hours=72),
            **given,
        )
    )
    return emergency_id


def _guardians(world: World) -> None:
    """Let others act for the victim: rightly, too little, too late, ended, for somebody else, or not acting at all."""
    now = clock.now()
    kinds: dict[str, dict[str, Any]] = {
        "guardian": {},
        "guardian_read": {"levels": "read"},
        "guardian_expired": {"until_at": now - timedelta(seconds=1)},
        "guardian_future": {"from_at": now + timedelta(hours=1)},
        "guardian_ended": {"state": "ended", "ended_at": now - timedelta(seconds=1), "ended_by": "patient"},
        "guardian_unagreed": {"state": "named"},
        "guardian_elsewhere": {"person_id": world.neighbour.person_id},
        "guardian_idle": {},
    }
    for name, changes in kinds.items():
        account = db.perform(_kin, COMMAND_LINE, world, changes)
        acting_for = "" if name == "guardian_idle" else world.victim.person_id
        sees = name in ("guardian", "guardian_read")
        made = call(account, name, sees=sees)
        world.callers[name] = made
        with db.writing() as session:
            row = session.get_one(SignInSession, made.session_id)
            row.acting_for = acting_for
            session.add(row)


def _kin(session: Session, actor: Actor, world: World, changes: dict[str, Any]) -> Actor:
    """Make a person with an account and their relation to the victim."""
    person = Person(created_at=clock.now())
    session.add(person)
    session.flush()
    account = Account(role="patient", person_id=person.id, state="active", created_at=clock.now())
    session.add(account)
    now = clock.now()
    relation = {
        "person_id": world.victim.person_id,
        "guardian_id": person.id,
        "relation": "child",
        "levels": "read,decide,book",
        "proof": "desk",
        "state": "living",
        "created_at": now,
        "from_at": now - timedelta(hours=1),
        "until_at": now + timedelta(days=30),
    }
    session.add(Guardian(**(relation | changes)))
    session.flush()
    return Actor(account.id, Role.PATIENT, person_id=person.id)


def _found(session: Session, actor: Actor) -> World:
    code = f"attack-{secrets.token_hex(4)}"
    hospital = Organization(code=code, name_zh="试院", name_en="Trial", created_at=clock.now())
    session.add(hospital)
    session.flush()
    department = Department(organization_id=hospital.id, source_id="d", name_zh="内分泌科", name_en="Endocrinology")
    session.add(department)
    session.flush()
    doctor = Practitioner(
        organization_id=hospital.id, source_id="p", name_zh="陈立", name_en="Chen", department_id=department.id
    )
    session.add(doctor)
    key = ReleaseKey(organization_id=hospital.id, record_class="medical_records")
    session.add(key)
    session.flush()
    made, feed_id = {}, new_id()
    for name, mark in (("victim", MARK), ("neighbour", OTHERS)):
        tail = next(_TAILS)
        number = f"{_NUMBERS[name][:14]}{tail}"
        card = f"C{secrets.token_hex(5)}".upper()
        facts = (f"{number}0", card, f"S{card}", f"+86139{secrets.randbelow(10**8):08d}", Words(f"{mark}名", mark))
        made[name] = people._patient(session, hospital.id, feed_id, facts)
    nobody = made["neighbour"]
    town = Town(hospital.id, feed_id, {"d": department.id}, {"p": doctor.id}, made["victim"], nobody, nobody)
    for patient in made.values():
        people.visits(session, town, key.id, patient, (40, "d", "p"))
    return World(town, made["victim"], made["neighbour"])


def _chart(world: World, patient: Patient, mark: str) -> None:
    for name in RecordClass:
        entry = charts.put(
            world.town,
            patient,
            name.value,
            content=_content(name, mark),
            original=(f"<p>{mark} original</p>".encode(), "text/html"),
            title_zh=f"{mark} {name.value}",
            title_en=f"{mark} {name.value}",
        )
        if mark == MARK:
            world.entries[name.value] = entry
            world.document = charts.document_of(entry)


def _content(name: RecordClass, mark: str) -> EntryContent:
    """Say something of every kind, so that whatever page reads it has the mark to show."""
    title = Words.same(f"{mark} {name.value}")
    result = Measured(title, (Coding("http://loinc.org", "4548-4"),), "quantity", "7.40", unit="%", ucum="%")
    weight = Measured(title, (Coding("http://loinc.org", "29463-7"),), "quantity", "60.2", unit="kg", ucum="kg")
    return EntryContent(
        record_class=name.value,
        title=title,
        results=(result,) if name is RecordClass.LABORATORY else (),
        measures=(weight,) if name is RecordClass.CHECK_UPS else (),
        medicines=(Medicine(title, dose=title),) if name is RecordClass.PRESCRIPTIONS else (),
        items=(Item("diagnosis", title, status="active"),) if name is RecordClass.MEDICAL_RECORDS else (),
    )


def call(actor: Actor, name: str, *, grant_id: str = "", sees: bool = False, works: bool = False) -> Caller:
    """Give an account a live session and its cookie."""
    secret, row = db.perform(_session, COMMAND_LINE, actor.account_id)
    cookie = f"session={secret}; device=dev-{name}"
    return Caller(name, actor.role, cookie, actor.account_id, row, grant_id, sees, works)


def _session(session: Session, actor: Actor, account_id: str) -> tuple[str, str]:
    secret, now = secrets.token_urlsafe(32), clock.now()
    row = SignInSession(
        account_id=account_id,
        token=blind(secret, "identity_session.token"),
        created_at=now,
        seen_at=now,
        proved_at=now,
        entered_at=now,
        ends_at=now + timedelta(hours=12),
    )
    session.add(row)
    session.flush()
    return secret, row.id


def reopen(caller: Caller) -> None:
    """Give a caller back what they rightly ended themselves: the session, the account, the notice agreed to."""
    if caller.session_id:
        db.perform(_reopen, COMMAND_LINE, caller)


def _reopen(session: Session, actor: Actor, caller: Caller) -> None:
    now = clock.now()
    secret = caller.cookie.partition("session=")[2].partition(";")[0]
    token = blind(secret, "identity_session.token")
    changes = {"ended_at": None, "token": token, "seen_at": now, "proved_at": now}
    session.exec(update(SignInSession).where(col(SignInSession.id) == caller.session_id).values(**changes))
    session.exec(update(Closing).where(col(Closing.account_id) == caller.account_id).values(undone_at=now))
    account = session.get_one(Account, caller.account_id)
    if account.person_id:
        people.agreed(session, account.person_id)


def worker(world: World, role: Role, login: str, *, elsewhere: bool = False) -> Actor:
    """Make an account of the hospital, or of another one."""
    return db.perform(_worker, COMMAND_LINE, world, role, login, elsewhere)


def _worker(session: Session, actor: Actor, world: World, role: Role, login: str, elsewhere: bool) -> Actor:
    organization_id = world.town.organization_id
    if elsewhere:
        other = Organization(code=login, name_zh="他院", name_en="Elsewhere", created_at=clock.now())
        session.add(other)
        session.flush()
        organization_id = other.id
    account = Account(
        role=role.value,
        login=login,
        organization_id=organization_id,
        name_zh=login,
        name_en=login,
        state="active",
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return Actor(account.id, role, organization_id=organization_id)


def _claims(session: Session, actor: Actor, world: World) -> None:
    """Let the victim have a request that waits, and an appointment."""
    from health_cloud.consent.models import AccessRequest

    asker = world.callers["ungranted"].account_id
    request_id, appointment_id, now = new_id(), new_id(), clock.now()
    session.add(
        AccessRequest(
            id=request_id,
            person_id=world.victim.person_id,
            asker_account_id=asker,
            organization_id=world.town.organization_id,
            asked_for=seal_text("card", "consent_request.asked_for", request_id),
            message=seal_text(f"{MARK} message", "consent_request.message", request_id),
            purpose="follow_up",
            classes="laboratory",
            hours=72,
            created_at=now,
            lapses_at=now + timedelta(hours=72),
        )
    )
    slot = Slot(
        organization_id=world.town.organization_id,
        physician_account_id=world.callers["granted"].account_id,
        department_id=world.town.departments["d"],
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=2, minutes=15),
    )
    session.add(slot)
    session.flush()
    session.add(
        Appointment(
            id=appointment_id,
            slot_id=slot.id,
            person_id=world.victim.person_id,
            reason=seal_text(f"{MARK} reason", "followup_appointment.reason", appointment_id),
            created_at=now,
            changed_at=now,
        )
    )
    world.request, world.slot, world.appointment = request_id, slot.id, appointment_id
    _ask_why(session, world)


def _ask_why(session: Session, world: World) -> None:
    """Let the victim ask why the granted physician has looked."""
    reader, person = world.callers["granted"], world.victim.person_id
    physician = Actor(reader.account_id, Role.PHYSICIAN, organization_id=world.town.organization_id)
    decision = Decision(allowed=True, basis=Basis.GRANT, basis_id=reader.grant_id)
    world.looked = ledger.write(
        session, physician, Action.READ_ENTRIES, ledger.ALLOWED, person_id=person, decision=decision
    )
    victim = Actor(world.callers["victim"].account_id, Role.PATIENT, person_id=person)
    asked.ask_why(session, victim, world.looked, f"{MARK} question")
    world.question = session.exec(select(Question.id).where(Question.line_id == world.looked)).one()


def state_of(world: World) -> dict[str, Any]:
    """Return what no attacker may change: the grant, the request, the appointment, the sessions."""
    from health_cloud.consent.models import AccessRequest, Emergency, Grant

    with db.reading() as session:
        return {
            "grant": session.get_one(Grant, world.callers["granted"].grant_id).ended_at,
            "emergency": session.get_one(Emergency, world.callers["emergency"].grant_id).ended_at,
            "verdict": session.get_one(Emergency, world.callers["emergency_over"].grant_id).verdict,
            "request": session.get_one(AccessRequest, world.request).state,
            "appointment": session.get_one(Appointment, world.appointment).state,
            "question": session.get_one(Question, world.question).state,
            "questions": session.exec(select(func.count()).select_from(Question)).one(),
            "session": session.get_one(SignInSession, world.callers["victim"].session_id).ended_at,
            "visits": visits.state_of_visits(session, world),
        }
