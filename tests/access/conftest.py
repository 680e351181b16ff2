"""The served product with the invented hospital in it, and people signed in at its browsers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlmodel import Session, select

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor, Visitor
from health_cloud.core.cookies import device_cookie, session_cookie
from health_cloud.core.policy import Role
from health_cloud.demo import service as demo
from health_cloud.demo.showing import SEED
from health_cloud.identity.models import Account, Organization, Practitioner
from health_cloud.identity.service import sessions
from health_cloud.identity.service.faces import person_by_visit_card
from health_cloud.ingest.service.run import ingest_fhir
from tests import people
from tests.databases import Database
from tests.people import COMMAND_LINE

CODE = "sharing"


@pytest.fixture
def town(database: Database) -> people.Town:
    """An empty database with the hospital and its people."""
    assert database
    return people.found_town()


@dataclass(frozen=True)
class Ward:
    """Who plays: a patient with her card, a physician of a department where she was seen, and staff."""

    card: str
    patient: Actor
    physician: Actor
    staff: Actor


@pytest.fixture(scope="module")
def ward(served: Any, tmp_path_factory: pytest.TempPathFactory) -> Ward:
    """Import the first person of the demonstration and give everybody an account."""
    assert served
    folder: Path = tmp_path_factory.mktemp("demo")
    paths = demo.write(folder, SEED, clock.now().date())
    ingest_fhir(paths[:2], organization_code=CODE, progress=lambda _: None)
    return db.perform(_people, COMMAND_LINE)


def _people(session: Session, actor: Actor) -> Ward:
    hospital = session.exec(select(Organization).where(Organization.code == CODE)).one()
    hospital.name_zh, hospital.name_en = "松云医院", "Songyun Hospital"
    card = demo.cards(SEED)[0].visit_card
    person = person_by_visit_card(session, hospital.id, card)
    practitioner = session.exec(
        select(Practitioner).where(Practitioner.organization_id == hospital.id, Practitioner.name_zh == "陈立言")
    ).first()
    return Ward(
        card=card,
        patient=_account(session, Role.PATIENT, person=person),
        physician=_account(
            session, Role.PHYSICIAN, hospital.id, practitioner.id if practitioner else "", name=("陈立言", "Chen Liyan")
        ),
        staff=_account(session, Role.STAFF, hospital.id, name=("何佳", "He Jia")),
    )


def _account(
    session: Session,
    role: Role,
    organization: str = "",
    practitioner: str = "",
    *,
    person: str = "",
    name: tuple[str, str] = ("", ""),
) -> Actor:
    account = session.exec(select(Account).where(Account.person_id == person)).first() if person else None
    if account is None:
        account = Account(
            role=role.value,
            organization_id=organization or None,
            practitioner_id=practitioner or None,
            person_id=person or None,
            state="active",
            name_zh=name[0],
            name_en=name[1],
            created_at=clock.now(),
        )
        session.add(account)
        session.flush()
        if person:
            people.agreed(session, person)
    return Actor(account.id, role, person, organization, practitioner)


@pytest.fixture
def signed_in(new_context: Callable[..., BrowserContext], app_url: str) -> Callable[..., Page]:
    """Open a browser in which somebody is signed in."""

    def open_page(actor: Actor, **options: Any) -> Page:
        device = Visitor(device=f"device-{actor.account_id}")

        def begin(session: Session, _actor: Actor) -> str:
            account = session.get_one(Account, actor.account_id)
            return sessions.begin(session, account, device, "password")

        entry = db.perform(begin, COMMAND_LINE)
        secret = db.perform(sessions.enter, COMMAND_LINE, entry, device).secret
        context = new_context(**options)
        context.add_cookies(
            [
                {"name": session_cookie(), "value": secret, "url": app_url, "httpOnly": True, "sameSite": "Strict"},
                {"name": device_cookie(), "value": device.device, "url": app_url},
            ]
        )
        return context.new_page()

    return open_page
