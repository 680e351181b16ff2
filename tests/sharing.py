"""The people of `tests/people.py` at work: two physicians, a second hospital, staff, and two patients with accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from health_cloud.chart.models import ChartEntry, ReleaseKey
from health_cloud.consent.service import decisions, requests, wishes
from health_cloud.consent.views import Given
from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Role
from health_cloud.identity.models import Account, Guardian, Link, Organization, Person
from tests.people import COMMAND_LINE, Patient, Town, agreed, found_town

LONG_FRESH = datetime(2100, 1, 1, tzinfo=UTC)
"""As if a second factor were shown at every act; asking for it has tests of its own."""
ALL = ("laboratory", "examinations", "prescriptions", "check_ups", "imaging", "medical_records")


@dataclass
class Cast:
    """Everybody who acts. 林 and 王 are patients; 陈 and 孙 physicians of 松云; 高 of another hospital."""

    town: Town
    lin: Actor
    wang: Actor
    chen: Actor
    sun: Actor
    gao: Actor
    staff: Actor
    other_staff: Actor


def found_cast() -> Cast:
    """Make them all, with two laboratory reports and a prescription for 林."""
    town = found_town()
    return db.perform(_found, COMMAND_LINE, town)


def _found(session: Session, actor: Actor, town: Town) -> Cast:
    other = Organization(code="yunxi", name_zh="云溪医院", name_en="Yunxi Hospital", created_at=clock.now())
    session.add(other)
    session.flush()
    for days, record_class in ((10, "laboratory"), (800, "laboratory"), (30, "prescriptions")):
        add_entry(session, town, town.lin, days, record_class)
    add_entry(session, town, town.wang, 10, "laboratory")
    return Cast(
        town=town,
        lin=_account(session, Role.PATIENT, "林秀兰", person=town.lin.person_id),
        wang=_account(session, Role.PATIENT, "王建国", person=town.wang.person_id),
        chen=_account(session, Role.PHYSICIAN, "陈立", town.organization_id, town.doctors["chen"]),
        sun=_account(session, Role.PHYSICIAN, "孙宁", town.organization_id, town.doctors["sun"]),
        gao=_account(session, Role.PHYSICIAN, "高远", other.id),
        staff=_account(session, Role.STAFF, "何佳", town.organization_id),
        other_staff=_account(session, Role.STAFF, "许可", other.id),
    )


def _account(
    session: Session, role: Role, name: str, organization: str = "", practitioner: str = "", *, person: str = ""
) -> Actor:
    account = Account(
        role=role.value,
        login=new_id(),
        name_zh=name,
        organization_id=organization or None,
        practitioner_id=practitioner or None,
        person_id=person or None,
        state="active",
        created_at=clock.now(),
    )
    session.add(account)
    if person:
        session.flush()
        agreed(session, person)
    return Actor(account.id, role, person, organization, practitioner, name=name, proved_at=LONG_FRESH)


def guardian_of(person_id: str, *, levels: str = "read,decide", **relation: object) -> Actor:
    """Return somebody who sees to a person's affairs; `relation` says what is otherwise in it."""
    with db.writing() as session:
        person = Person(created_at=clock.now())
        session.add(person)
        session.flush()
        guardian = _account(session, Role.PATIENT, "周敏", person=person.id)
        row = Guardian(
            person_id=person_id,
            guardian_id=person.id,
            relation="child",
            levels=levels,
            proof="desk",
            state="living",
            created_at=clock.now(),
            from_at=clock.now() - timedelta(hours=1),
            until_at=clock.now() + timedelta(days=30),
        )
        for name, value in relation.items():
            setattr(row, name, value)
        session.add(row)
        return guardian


def add_entry(session: Session, town: Town, patient: Patient, days: int, record_class: str) -> str:
    """Publish an entry that happened so many days ago."""
    key = session.exec(
        select(ReleaseKey).where(
            ReleaseKey.organization_id == town.organization_id, ReleaseKey.record_class == record_class
        )
    ).first()
    if key is None:
        key = ReleaseKey(organization_id=town.organization_id, record_class=record_class)
        session.add(key)
        session.flush()
    at = clock.now() - timedelta(days=days)
    entry_id = new_id()
    session.add(
        ChartEntry(
            id=entry_id,
            organization_id=town.organization_id,
            feed_id=town.feed_id,
            source_type="Test",
            source_id=entry_id,
            source_key=entry_id,
            record_id=session.exec(select(Link.record_id).where(Link.person_id == patient.person_id)).one(),
            person_id=patient.person_id,
            record_class=record_class,
            state="published",
            release_key_id=key.id,
            occurred_at=at,
            outcome_at=at,
            arrived_at=at,
        )
    )
    return entry_id


def ask(
    physician: Actor,
    card: str,
    *,
    classes: tuple[str, ...] = ALL,
    hours: object = 72,
    period: tuple[str, str] = ("", ""),
) -> str:
    """Ask for access."""
    asked = wishes.asked(card, "follow_up", classes, period, hours, "复诊前想看看")
    return db.perform(requests.ask_for_access, physician, asked)


def give(
    patient: Actor,
    request_id: str,
    *,
    classes: tuple[str, ...] = ALL,
    hours: object = 72,
    period: tuple[str, str] = ("", ""),
) -> str:
    """Approve a request; returns the grant's id."""
    given: Given = wishes.given(classes, period, hours)
    return db.perform(decisions.approve_request, patient, request_id, given).id


def granted(cast: Cast, **scope: object) -> str:
    """Have 陈 ask and 林 approve; returns the grant's id."""
    return give(cast.lin, ask(cast.chen, cast.town.lin.visit_card), **scope)  # type: ignore[arg-type]
