"""Follow-ups of the victim with a mark in every word: one open, one over, one of a physician who was granted nothing.

In the open one there is talk, a file, a preparation, a draft of a note and a prescription that waits for a pharmacist;
in the one that is over a signed note and an approved prescription.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image
from sqlmodel import Session, col, func, select

from health_cloud.core import clock, db
from health_cloud.core.actors import Actor
from health_cloud.demo.formulary import formulary_file
from health_cloud.followup import service
from health_cloud.followup.models import Appointment, Attachment, Message, Note, Prepared, SignedNote, Visit
from health_cloud.followup.service import asking, attaching, noting, pictures
from health_cloud.identity.models import SignInSession
from health_cloud.prescribing.models import Prescription, Signing
from health_cloud.prescribing.service import drafting, formulary, reviewing, signing
from tests import charts
from tests.people import COMMAND_LINE
from tests.visiting import agreed

if TYPE_CHECKING:
    from tests.attack.world import World

_DOSE = {"single": "1", "often": "2/1", "route": "oral", "timing": "after_meals", "days": "7", "quantity": "14"}
_WHY = "QZ"


def follow_up(world: World, mark: str, attending: Actor, alone: Actor, pharmacist: Actor) -> None:
    """Let the victim have been, and be, in visits.

    Args:
        world: where; the visits, the file and the prescription are noted in it.
        mark: what stands in every word.
        attending: the physician of the open visit and of the one that is over, who was granted the chart.
        alone: the physician of another open visit, who was granted nothing.
        pharmacist: who has approved the prescription of the visit that is over.
    """
    db.perform(_formulary, COMMAND_LINE, world.town.organization_id)
    victim = charts.reader(world.victim)
    ended = _begun(victim, attending, mark, 4)
    _write(attending, ended, mark)
    page, _ = db.perform(noting.note_page, attending, ended)
    db.perform(noting.sign_note, attending, ended, page.mark)
    done = _prescribe(attending, ended, mark)
    with db.reading() as session:
        digest = session.exec(select(Signing.digest).where(Signing.prescription_id == done)).one()
    db.perform(reviewing.approve, pharmacist, done, digest)
    db.perform(service.end_visit, attending, ended)
    visit = _begun(victim, attending, mark, 5)
    _write(attending, visit, mark)
    waiting = _prescribe(attending, visit, mark)
    other = _begun(victim, alone, mark, 6)
    _write(alone, other, mark)
    db.perform(asking.ask_team, victim, ended, f"{mark} asked")
    world.asked = db.perform(asking.questions_of, victim, ended)[0].questions[0].id
    world.visit, world.ended, world.other = visit, ended, other
    world.prescription, world.prescribed = waiting, done
    with db.reading() as session:
        world.file = session.exec(select(Attachment.id).where(Attachment.appointment_id == visit)).one()


def _formulary(session: Session, actor: Actor, organization_id: str) -> None:
    made = formulary.load_formulary(session, actor, formulary_file(), organization_id)
    formulary.take_loaded(session, actor, organization_id, made.id)


def proved(actor: Actor, session_id: str) -> Actor:
    """Return somebody who has just shown a second factor in their session."""
    with db.writing() as session:
        session.get_one(SignInSession, session_id).proved_by = "passkey"
    return replace(actor, session_id=session_id, proved_at=clock.now())


def _begun(victim: Actor, physician: Actor, mark: str, minutes: int) -> str:
    visit = agreed(physician, victim, minutes, f"{mark} reason")
    db.perform(service.prepare, victim, visit, {"text": f"{mark} prepared"})
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "JPEG")
    stored = attaching.store(pictures.made_of(picture.getvalue()))
    db.perform(attaching.attach, victim, visit, str(uuid.uuid4()), f"{mark}.jpg", stored)
    db.perform(service.enter_visit, victim, visit)
    db.perform(service.begin_visit, physician, visit)
    for actor in (victim, physician):
        db.perform(service.say_in_visit, actor, visit, str(uuid.uuid4()), f"{mark} said")
    return visit


def _write(physician: Actor, visit: str, mark: str) -> None:
    words = dict.fromkeys(("situation", "judgement", "plan"), f"{mark} noted")
    db.perform(noting.save_note, physician, visit, words, 0, str(uuid.uuid4()))


def _prescribe(physician: Actor, visit: str, mark: str) -> str:
    """Let a physician prescribe and sign; returns the prescription."""
    shown = db.perform(drafting.look_at_pane, physician, visit)
    shown = db.perform(drafting.add_medicine, physician, visit, shown.version, "metformin")
    shown = db.perform(drafting.write_item, physician, visit, shown.version, 0, {**_DOSE, "note": f"{mark} prescribed"})
    for finding in shown.medicines[0].findings:
        shown = db.perform(drafting.give_reason, physician, visit, shown.version, 0, finding.id, _WHY)
    shown = db.perform(signing.sign, physician, visit, shown.mark)
    return shown.id


def state_of_visits(session: Session, world: World) -> dict[str, Any]:
    """Return what no attacker may change of them."""
    visits = [world.visit, world.ended, world.other]
    made: dict[str, Any] = {}
    for visit in visits:
        note = session.get_one(Note, visit)
        said = select(func.count()).select_from(Message).where(Message.appointment_id == visit)
        files = select(func.count()).select_from(Attachment).where(Attachment.appointment_id == visit)
        signed = select(func.count()).select_from(SignedNote).where(SignedNote.appointment_id == visit)
        made[visit] = (
            session.get_one(Visit, visit).state,
            session.get_one(Appointment, visit).state,
            session.get_one(Prepared, visit).changed_at,
            (note.state, note.version),
            session.exec(said).one(),
            session.exec(files.where(col(Attachment.removed_at).is_(None))).one(),
            session.exec(signed).one(),
        )
    for prescription in (world.prescription, world.prescribed):
        row = session.get_one(Prescription, prescription)
        made[prescription] = (row.state, row.version, row.signings)
    return made
