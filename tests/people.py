"""A few named people for tests, made by the product's own services.

松云 hospital knows 林秀兰 (three visits, a phone), 王建国 (visits, no contact) and 周小雨 (no visit).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta

import pyotp
from sqlalchemy import delete
from sqlmodel import Session, col, select

from health_cloud.chart.models import ChartEncounter, ChartEntry, ReleaseKey
from health_cloud.chart.service.visits import visits_for_questions
from health_cloud.core import clock, db
from health_cloud.core.actors import NOBODY, Actor, Visitor, system
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Role
from health_cloud.core.words import Words
from health_cloud.identity.models import Account, Department, Link, Organization, Person, Practitioner, Throttle
from health_cloud.identity.service import accounts, activation, index, privacy_notice, questions, sessions, verification
from health_cloud.identity.service.accounts import Named
from health_cloud.identity.views import VerificationPage
from health_cloud.notify.service import sending

COMMAND_LINE = system("command line")
PASSWORD = "a long walk by the lake"


@dataclass(frozen=True)
class Patient:
    """Somebody's own numbers and true answers."""

    person_id: str
    national_id: str
    visit_card: str
    social_security_card: str
    phone: str
    name: Words


@dataclass
class Town:
    """A hospital with its departments, doctors and patients."""

    organization_id: str
    feed_id: str
    departments: dict[str, str]
    doctors: dict[str, str]
    lin: Patient
    wang: Patient
    zhou: Patient


DEPARTMENTS = {
    "endocrinology": ("内分泌科", "Endocrinology"),
    "cardiology": ("心血管内科", "Cardiology"),
    "orthopaedics": ("骨科", "Orthopaedics"),
    "eye": ("眼科", "Ophthalmology"),
    "respiratory": ("呼吸与危重症医学科", "Respiratory Medicine"),
    "digestive": ("消化内科", "Gastroenterology"),
    "neurology": ("神经内科", "Neurology"),
    "psychiatry": ("精神心理科", "Psychiatry"),
    "laboratory": ("检验科", "Clinical Laboratory"),
}
DOCTORS = {
    "chen": ("陈立", "Chen Li", "endocrinology"),
    "zhao": ("赵敏", "Zhao Min", "cardiology"),
    "qian": ("钱进", "Qian Jin", "orthopaedics"),
    "sun": ("孙宁", "Sun Ning", "eye"),
    "li": ("李航", "Li Hang", "respiratory"),
    "wu": ("吴越", "Wu Yue", "digestive"),
    "zheng": ("郑和", "Zheng He", "psychiatry"),
}
LIN = ("110101195903070026", "V100001", "AB1234567", "+8613800000026", Words("林秀兰", "Lin Xiulan"))
WANG = ("110101197203150036", "V100002", "AB1234568", "", Words("王建国", "Wang Jianguo"))
ZHOU = ("110101200101010018", "V100003", "AB1234569", "+8613800000018", Words("周小雨", "Zhou Xiaoyu"))
STRANGER = "110101198501010016"


def with_check_digit(number: str) -> str:
    """Return a resident ID number with its right last character (GB 11643)."""
    from stdnum.cn import ric

    body = number[:17].ljust(17, "0")
    return body + ric.calc_check_digit(f"{body}0")


def found_town(code: str = "songyun") -> Town:
    """Make the hospital and its people, and let verification read the chart.

    Another code gives another hospital with other people of the same names, for tests that share a database.
    """
    questions.plug(visits_for_questions)
    return db.perform(_found, COMMAND_LINE, code)


def _found(session: Session, actor: Actor, code: str) -> Town:
    hospital = Organization(code=code, name_zh="松云医院", name_en="Songyun Hospital", created_at=clock.now())
    session.add(hospital)
    session.flush()
    departments, doctors = {}, {}
    for key, (zh, en) in DEPARTMENTS.items():
        row = Department(
            organization_id=hospital.id, source_id=key, name_zh=zh, name_en=en, sensitive=key == "psychiatry"
        )
        session.add(row)
        departments[key] = row.id
    session.flush()
    for key, (zh, en, department) in DOCTORS.items():
        entry = Practitioner(
            organization_id=hospital.id, source_id=key, name_zh=zh, name_en=en, department_id=departments[department]
        )
        session.add(entry)
        doctors[key] = entry.id
    key = ReleaseKey(organization_id=hospital.id, record_class="medical_records")
    session.add(key)
    session.flush()
    feed_id = new_id()
    made = [_patient(session, hospital.id, feed_id, _of(code, facts)) for facts in (LIN, WANG, ZHOU)]
    town = Town(hospital.id, feed_id, departments, doctors, *made)
    for patient in (town.lin, town.wang):
        visits(
            session,
            town,
            key.id,
            patient,
            (20, "psychiatry", "zheng"),
            (45, "endocrinology", "chen"),
            (140, "eye", "sun"),
            (400, "endocrinology", "chen"),
        )
    return town


def _of(code: str, facts: tuple[str, str, str, str, Words]) -> tuple[str, str, str, str, Words]:
    """Give the people of another hospital numbers of their own."""
    if code == "songyun":
        return facts
    shift = sum(code.encode()) % 900
    number, card, social, phone, name = facts
    own = f"{number[:14]}{(int(number[14:17]) + shift) % 1000:03d}0"
    return own, f"{card}{shift}", f"{social}{shift}", phone and f"{phone[:-5]}{shift:03d}{phone[-2:]}", name


def _patient(session: Session, hospital: str, feed_id: str, facts: tuple[str, str, str, str, Words]) -> Patient:
    number, card, social, phone, name = facts
    number = with_check_digit(number)
    indexed = index.put_patient(
        session,
        hospital,
        feed_id,
        index.PatientFacts(
            keys=(new_id()[-22:],),
            name=name,
            sex="female",
            birth_date=f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
            numbers=(
                index.Number("national_id", number),
                index.Number("visit_card", card),
                index.Number("social_security_card", social),
            ),
            contacts=(("phone", phone),) if phone else (),
        ),
        "test",
    )
    return Patient(indexed.person_id, number, card, social, phone, name)


def visits(session: Session, town: Town, key: str, patient: Patient, *seen: tuple[int, str, str]) -> None:
    """Let a patient have been seen, each time so many days ago, in a department, by a doctor."""
    record_id = session.exec(select(Link.record_id).where(Link.person_id == patient.person_id)).one()
    encounters = [
        ChartEncounter(
            organization_id=town.organization_id,
            feed_id=town.feed_id,
            source_id=f"visit-{patient.person_id[-4:]}-{days}",
            source_key=f"visit-{patient.person_id[-4:]}-{days}",
            record_id=record_id,
            person_id=patient.person_id,
            visit_type="outpatient",
            status="finished",
            occurred_at=clock.now() - timedelta(days=days),
            department_id=town.departments[department],
            practitioner_id=town.doctors[doctor],
        )
        for days, department, doctor in seen
    ]
    session.add_all(encounters)
    session.flush()
    session.add_all(
        ChartEntry(
            organization_id=town.organization_id,
            feed_id=town.feed_id,
            source_type="Encounter",
            source_id=each.source_id,
            source_key=each.source_id,
            record_id=record_id,
            person_id=patient.person_id,
            record_class="medical_records",
            state="published",
            encounter_id=each.id,
            release_key_id=key,
            occurred_at=each.occurred_at,
            outcome_at=each.occurred_at,
            arrived_at=each.occurred_at,
        )
        for each in encounters
    )


def at(device: str = "browser-1", address: str = "192.0.2.1", language: str = "zh") -> Visitor:
    """Return somebody at a browser."""
    return Visitor(address=address, device=device, language=language)


def begin(visitor: Visitor, patient: Patient, *, number: str = "", card: str = "") -> VerificationPage:
    """Give an identity document and a visit card."""
    return db.perform(
        verification.begin,
        NOBODY,
        visitor,
        "national_id",
        number or patient.national_id,
        "visit_card",
        card or patient.visit_card,
    )


TRUE = ("内分泌科", 45, "陈立")


def answer_truly(visitor: Visitor, page: VerificationPage, *, mistakes: int = 0) -> VerificationPage:
    """Answer as 林秀兰 and 王建国 would, with so many mistakes, and end the questions."""
    month = f"{(clock.now() - timedelta(days=TRUE[1])).astimezone(UTC):%Y-%m}"
    for place, question in enumerate(page.questions):
        right = [
            option.value
            for option in question.options
            if option.words.zh in (TRUE[0], TRUE[2]) or (option.month and option.month == month)
        ]
        chosen = right[0] if right and place >= mistakes else questions.FORGOTTEN
        db.perform(verification.answer, NOBODY, visitor, place, chosen)
    return db.perform(verification.finish_questions, NOBODY, visitor)


def sent_code(visitor: Visitor) -> str:
    """Have a code sent and read it in the demo's outbox; empty where none came."""
    db.perform(verification.send_code, NOBODY, visitor, "zh")
    sending.deliver()
    rows = db.perform(sending.outbox, NOBODY)
    return next((row.text[:6] for row in rows if row.text[:6].isdigit()), "")


def prove(visitor: Visitor, patient: Patient) -> VerificationPage:
    """Go the whole way with everything right."""
    answer_truly(visitor, begin(visitor, patient))
    return db.perform(verification.prove, NOBODY, visitor, sent_code(visitor))


@dataclass
class Key:
    """What the owner of an account has: the secret of the authenticator, and the recovery codes."""

    secret: str
    recovery: tuple[str, ...]

    def code(self, step: int = 0) -> str:
        """Return the authenticator's code now, or of a step before or after."""
        return pyotp.TOTP(self.secret).at(clock.now() + timedelta(seconds=30 * step))


def set_up(visitor: Visitor, password: str = PASSWORD) -> Key:
    """Set password and authenticator in a browser that has proved itself."""
    page = activation.set_password(visitor, password)
    key = Key(page.secret.replace(" ", ""), ())
    done = db.perform(activation.confirm, NOBODY, visitor, key.code(), "zh")
    db.perform(all_agreed, COMMAND_LINE)
    return Key(key.secret, done.recovery)


def signed_up(visitor: Visitor, patient: Patient) -> Key:
    """Verify and set up a patient's account."""
    assert prove(visitor, patient).state == "proved"
    return set_up(visitor)


def enter(visitor: Visitor, code: str) -> Actor:
    """Trade an entry code and return who acts under the session."""
    secret = db.perform(sessions.enter, NOBODY, code, visitor).secret
    actor = sessions.actor_of_row(sessions.row_of_secret(secret), visitor)
    assert actor is not None
    return actor


def employee(role: Role, login: str, visitor: Visitor, *, practitioner: str = "") -> Key:
    """Make a physician's or staff member's account, and set it up with its code."""
    db.perform(
        accounts.add_account,
        COMMAND_LINE,
        role,
        login,
        Words.same(login),
        organization="songyun",
        practitioner=practitioner,
    )
    issued = db.perform(accounts.issue_code, COMMAND_LINE, Named(login=login))
    activation.claim_account(visitor, login, issued.code)
    return set_up(visitor)


def agreed(session: Session, person_id: str) -> None:
    """Have somebody agree to the notice, without a trace; asking for it has tests of its own."""
    session.get_one(Person, person_id).agreed = privacy_notice.current_version()


def all_agreed(session: Session, actor: Actor) -> None:
    """Have everybody with an account agree to the notice."""
    for person_id in session.exec(select(Account.person_id).where(col(Account.person_id).is_not(None))).all():
        agreed(session, person_id or "")


def forget_attempts() -> None:
    """Let everybody try afresh; slowing down has tests of its own."""
    with db.writing() as session:
        session.exec(delete(Throttle))
