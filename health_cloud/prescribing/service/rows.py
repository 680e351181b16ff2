"""Prescriptions between their table and everybody else: who may write, what a draft says, what screens are told."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from health_cloud.core import changes, clock
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.words import Words
from health_cloud.identity.service.ages import has_reached, possible_days
from health_cloud.identity.service.people import birth_date_of_person, organization_zones
from health_cloud.prescribing.models import Prescription, Signing
from health_cloud.prescribing.service.checking import YEARS, Situation
from health_cloud.prescribing.service.visits import VisitFacts
from health_cloud.prescribing.views.formulary import Contents
from health_cloud.prescribing.views.prescriptions import Given, GivenAllergy, GivenMedicine, Item

AFTER: Final = timedelta(hours=24)
"""So long after the end of a visit its physician still writes, and after a return amends."""
VALID: Final = timedelta(days=3)
"""So long a signed prescription can be reviewed and paid: Measures for the Administration of Prescriptions, Art. 18."""
OPEN: Final = ("draft", "returned")
_DRAFT = "prescribing_prescription.draft"
_BODY = "prescribing_signing.body"
_WORD = "prescribing_signing.word"


def prescription_topic(visit_id: str) -> str:
    """Return the topic of what is prescribed in one visit."""
    return f"prescription:{visit_id}"


def pharmacy_topic(organization_id: str) -> str:
    """Return the topic of what waits for a hospital's pharmacists."""
    return f"pharmacy:{organization_id}"


def tell(session: Session, row: Prescription) -> None:
    """Have the screens of the visit, of the pharmacists, and of its physician's day look again."""
    physician = f"account:{row.physician_account_id}"
    changes.note(session, prescription_topic(row.visit_id), pharmacy_topic(row.organization_id), physician)


def tell_writer(session: Session, row: Prescription) -> None:
    """Have the other screens of its physician look again: nobody else knows of a draft."""
    changes.note(session, f"account:{row.physician_account_id}")


def of_visit(session: Session, visit_id: str, *, locked: bool = False) -> Prescription | None:
    """Return what is prescribed in a visit."""
    query = select(Prescription).where(Prescription.visit_id == visit_id)
    return session.exec(query.with_for_update() if locked else query).first()


def begun(session: Session, visit: VisitFacts) -> Prescription:
    """Return a new draft; another one of the same visit is refused by the index."""
    now = clock.now()
    day = now.astimezone(zone_of(session, visit.organization_id))
    row = Prescription(
        visit_id=visit.id,
        person_id=visit.person_id,
        organization_id=visit.organization_id,
        department_id=visit.department_id or None,
        physician_account_id=visit.physician_account_id,
        number=f"{day:%Y%m%d}{secrets.randbelow(10**8):08d}",
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    return row


def last_signing(session: Session, prescription_id: str) -> Signing | None:
    """Return the newest signing of a prescription."""
    query = select(Signing).where(Signing.prescription_id == prescription_id)
    return session.exec(query.order_by(col(Signing.number).desc()).limit(1)).first()


def may_write(visit: VisitFacts, row: Prescription | None, signing: Signing | None) -> tuple[bool, datetime | None]:
    """Tell whether the physician may write now, and until when; without an instant as long as the visit lasts."""
    if visit.opened_at is None or (row is not None and row.state not in OPEN):
        return False, None
    if visit.ended_at is None:
        return True, None
    until = visit.ended_at + AFTER
    if row is not None and row.state == "returned" and signing is not None and signing.reviewed_at:
        until = max(until, signing.reviewed_at + AFTER)
    return clock.now() < until, until


def stand_of(row: Prescription) -> str:
    """Return how a prescription stands by now: `lapsed` where nobody paid, or reviewed, in time."""
    over = row.signed_at is not None and clock.now() >= row.signed_at + VALID
    return "lapsed" if over and row.state in ("signed", "approved") else row.state


def draft_of(row: Prescription | None) -> tuple[list[Item], Given]:
    """Return what a draft says, and what its physician was given to see."""
    if row is None or not row.draft:
        return [], Given()
    told: dict[str, Any] = json.loads(unseal_text(row.draft, _DRAFT, row.id))
    return items_from(told["items"]), given_from(told["given"])


def keep_draft(row: Prescription, items: list[Item], given: Given) -> None:
    """Write a draft down; its version moves on."""
    told = {"items": [asdict(each) for each in items], "given": asdict(given)}
    row.draft = seal_text(json.dumps(told, ensure_ascii=False), _DRAFT, row.id)
    row.version, row.changed_at = row.version + 1, clock.now()


def items_from(told: list[dict[str, Any]]) -> list[Item]:
    """Read items from JSON."""
    return [_item(each) for each in told]


def _item(told: dict[str, Any]) -> Item:
    values: dict[str, Any] = {**told, "was": Words(**told["was"])}
    return Item(**values)


def given_from(told: dict[str, Any]) -> Given:
    """Read what was given from JSON."""
    return Given(
        allergies=tuple(GivenAllergy(Words(**each["name"]), tuple(each["codes"])) for each in told["allergies"]),
        no_allergies=bool(told["no_allergies"]),
        medicines=tuple(
            GivenMedicine(**{name: _read(value) for name, value in each.items()}) for each in told["medicines"]
        ),
        unseen=tuple(told["unseen"]),
        at=told["at"],
        mark=told.get("mark", ""),
    )


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return Words(**cast("dict[str, str]", value))
    return tuple(cast("list[str]", value)) if isinstance(value, list) else value


def sealed_body(signing: Signing, body: str) -> None:
    """Seal what was signed."""
    signing.body = seal_text(body, _BODY, signing.id)


def body_of(signing: Signing) -> dict[str, Any]:
    """Return what was signed."""
    return json.loads(unseal_text(signing.body, _BODY, signing.id))


def seal_word(signing: Signing, word: str) -> None:
    """Seal why it was returned."""
    signing.word = seal_text(word, _WORD, signing.id)


def word_of(signing: Signing | None) -> str:
    """Return why it was returned; empty where it was not."""
    return unseal_text(signing.word, _WORD, signing.id) if signing is not None else ""


def zone_of(session: Session, organization_id: str) -> ZoneInfo:
    """Return a hospital's time zone."""
    return ZoneInfo(organization_zones(session, (organization_id,)).get(organization_id, "UTC"))


def local(session: Session, organization_id: str, at: datetime | None) -> str:
    """Return an instant on the hospital's clock, ISO text; empty for none."""
    return at.astimezone(zone_of(session, organization_id)).isoformat() if at else ""


def local_text(session: Session, organization_id: str, at: str) -> str:
    """Return the same of an instant in ISO text; empty for none."""
    return local(session, organization_id, datetime.fromisoformat(at)) if at else ""


def situation_of(session: Session, visit: VisitFacts, contents: Contents, given: Given, items: list[Item]) -> Situation:
    """Return what the checks rest on."""
    born = birth_date_of_person(session, visit.person_id)
    day: date = clock.now().astimezone(zone_of(session, visit.organization_id)).date()
    young = None if possible_days(born) is None else not has_reached(born, YEARS, day)
    return Situation(contents, given, items, young, visit.guarded)
