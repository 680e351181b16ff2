"""Signing a note: with a second factor shown just now it becomes a record of the patient, and is never changed.

A correction is signed anew with its reason; what was signed before stays beside it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from health_cloud.chart.service.released import is_released
from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Conflict, Unproved
from health_cloud.core.ids import new_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.proof import require_fresh
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Note, SignedNote, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import line
from health_cloud.followup.service.noting import content, drafts
from health_cloud.followup.service.noting.content import Signing, Written
from health_cloud.followup.service.noting.signed import covered, sealed_body, signed_of, written_of
from health_cloud.followup.service.visits import accepted, queue_topic
from health_cloud.followup.views import WrittenNote
from health_cloud.identity.service.faces import account_card
from health_cloud.identity.service.people import department_name
from health_cloud.identity.service.proving import factor_of
from health_cloud.ingest.service.writing import HereEntry, HereVisit, write_here

VISIT = "Encounter"
"""What the note of a visit is made of: the visit itself, on which everything else of it hangs."""


def sign_note(session: Session, actor: Actor, appointment_id: str, mark: object) -> str:
    """Sign a note as it is kept; it becomes an entry of the patient's medical records in the same transaction.

    What was granted for the visit may be over: a physician writes of what they saw, and reads nothing by it.

    Args:
        session: the transaction.
        actor: the physician of the visit.
        appointment_id: which visit.
        mark: of what the physician has before them, see `NotePage`.

    Returns:
        The id of the entry.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Invalid: something is missing; `field` says what.
        Conflict: it cannot be signed (now), or another window has kept something else meanwhile.
        Unproved: a second factor has to be shown first.
    """
    appointment, slot, visit, note = drafts.found(session, actor, appointment_id, Action.SIGN_NOTE)
    drafts.check_editable(visit, note)
    if note is None or visit is None or visit.opened_at is None:
        raise Conflict("followup.note.error.nothing")
    if drafts.mark_of(note) != mark:
        raise Conflict("followup.note.error.elsewhere")
    correcting = note.state == "correcting"
    content.check_whole(session, drafts.written_in(note), slot.organization_id, correcting=correcting)
    require_fresh(actor)
    before = {referred_to(slot, written_of(each)) for each in signed_of(session, appointment)}
    made = _signed(session, actor, appointment, slot, visit, note)
    note.state = "signed"
    session.add(note)
    line(
        session,
        actor,
        Action.SIGN_NOTE,
        appointment,
        decide(actor, Action.SIGN_NOTE),
        digest=made.digest,
        number=made.number,
        entry=made.entry_id,
        factor=made.factor,
    )
    facts.emit(session, "followup.note_signed", appointment=appointment.id, number=str(made.number))
    if (to := referred_to(slot, written_of(made))) and to not in before:
        facts.emit(session, "followup.referred", appointment=appointment.id, department=to)
    topics = drafts.note_topic(appointment.id), f"visit:{appointment.id}", queue_topic(slot.physician_account_id)
    changes.note(session, *topics)
    return made.entry_id


def correct_note(session: Session, actor: Actor, appointment_id: str) -> None:
    """Begin to correct a signed note, from what was signed last; until it is signed anew, that one stands.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Conflict: nothing is signed, or it is being corrected already.
    """
    appointment, _, _, note = drafts.found(session, actor, appointment_id, Action.WRITE_NOTE)
    _restore(session, actor, appointment, note, was="signed", becomes="correcting")


def leave_correction(session: Session, actor: Actor, appointment_id: str) -> None:
    """Leave a correction: what was typed of it goes, what was signed last stands.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Conflict: nothing is being corrected.
    """
    appointment, _, _, note = drafts.found(session, actor, appointment_id, Action.WRITE_NOTE)
    _restore(session, actor, appointment, note, was="correcting", becomes="signed")


def written_note(
    session: Session, actor: Actor, appointment_id: str, known: str = ""
) -> tuple[WrittenNote, tuple[str, ...]]:
    """Return where a patient reads what was written of their visit, and the topics on which that depends.

    Nothing where nothing is signed, or where the hospital's release rules do not open it to them yet.

    Args:
        session: the transaction.
        actor: the patient, or a guardian, who reads with a line when the next visit is proposed.
        appointment_id: which visit.
        known: `at` of what is before them already.

    Raises:
        Denied: neither the patient nor a guardian who is given this.
        NotFound: absent, somebody else's, or never accepted.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, Action.READ_NOTE)
    topics = (f"visit:{appointment.id}", f"person:{appointment.person_id}")
    signed = signed_of(session, appointment)
    if not signed or not is_released(session, appointment.person_id, signed[0].entry_id):
        return WrittenNote(), topics
    written = written_of(signed[0])
    weeks = written.weeks
    to = referred_to(slot, written)
    where = "in-person" if appointment.kind == rows.IN_PERSON else "book"
    page = WrittenNote(
        href=f"/records/medical_records/{signed[0].entry_id}",
        at=rows.local(signed[0].signed_at, rows.zone_of(session, slot.organization_id)),
        corrected=len(signed) > 1,
        weeks=weeks,
        book=f"/followup/{where}/{slot.department_id}/{slot.physician_account_id}" if weeks else "",
        refers_to=department_name(session, to) if to else Words(),
        in_person=f"/followup/in-person/{to}" if to else "",
    )
    if actor.for_person_id and page.at != known:
        line(session, actor, Action.READ_NOTE, appointment, decision, ledger.ALLOWED)
    return page, topics


def referred_to(slot: Slot, written: Written) -> str:
    """Return the department in which a patient is to be seen in person; empty where there is none."""
    return {"in_person": slot.department_id, "department": written.department_id}.get(written.referral, "")


def _restore(
    session: Session, actor: Actor, appointment: Appointment, note: Note | None, *, was: str, becomes: str
) -> None:
    signed = signed_of(session, appointment)
    if note is None or note.state != was or not signed:
        raise Conflict("followup.note.error.moved_on")
    note.state = becomes
    drafts.keep(session, actor, appointment, note, replace(written_of(signed[0]), reason=""), "")


def _signed(
    session: Session, actor: Actor, appointment: Appointment, slot: Slot, visit: Visit, note: Note
) -> SignedNote:
    before = signed_of(session, appointment)
    number, now = (before[0].number + 1 if before else 1), clock.now()
    zone = rows.zone_of(session, slot.organization_id)
    written, factor = drafts.written_in(note), factor_of(session, actor)
    if not factor:  # nobody signs without a session in which it was shown
        raise Unproved
    body, digest = covered(
        written,
        visit=appointment.id,
        person=appointment.person_id,
        hospital=slot.organization_id,
        department=slot.department_id,
        physician=actor.account_id,
        began=_second(visit.opened_at or now, zone),
        signed=_second(now, zone),
        factor=factor,
        number=number,
        replaces=before[0].digest if before else "",
    )
    name = account_card(session, actor.account_id)
    signing = Signing(
        name=name.name,
        at=_second(now, zone),
        factor=factor,
        digest=digest,
        number=number,
        began=_second(visit.opened_at or now, zone),
        ended=_second(visit.ended_at, zone) if visit.ended_at else "",
        asked=unseal_text(appointment.reason, "followup_appointment.reason", appointment.id),
        place=(department_name(session, slot.department_id), name.organization),
    )
    entry = HereEntry(
        VISIT,
        appointment.id,
        content.entry_of(session, written, signing, appointment.id, appointment.kind),
        body.encode(),
        "amended" if before else "finished",
    )
    (entry_id,) = write_here(
        session,
        slot.organization_id,
        appointment.person_id,
        chart_visit(actor, appointment, slot, visit),
        [entry],
        "note",
    )
    row_id = new_id()
    made = SignedNote(
        id=row_id,
        appointment_id=appointment.id,
        number=number,
        physician_account_id=actor.account_id,
        body=sealed_body(row_id, body),
        digest=digest,
        factor=factor,
        entry_id=entry_id,
        signed_at=now,
    )
    session.add(made)
    session.flush()
    return made


def chart_visit(actor: Actor, appointment: Appointment, slot: Slot, visit: Visit) -> HereVisit:
    """Return a visit as the chart has it."""
    return HereVisit(
        appointment.id,
        content.title_of(appointment.kind),
        visit.opened_at or slot.starts_at,
        visit.ended_at,
        slot.department_id,
        actor.practitioner_id,
        content.type_of(appointment.kind),
    )


def _second(at: datetime, zone: str) -> str:
    return rows.local(at.replace(microsecond=0), zone)
