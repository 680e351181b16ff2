"""The draft of a note: kept while it is typed, by the physician of the visit alone, never overwritten unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from sqlmodel import Session

from health_cloud.chart.service import open_chart
from health_cloud.consent.service.grants import grants_between
from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action, decide
from health_cloud.core.vocabulary import RecordClass
from health_cloud.followup.models import Appointment, Note, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import line
from health_cloud.followup.service.noting import content
from health_cloud.followup.service.noting.content import Written
from health_cloud.followup.service.noting.signed import signed_rows
from health_cloud.followup.service.visits import accepted
from health_cloud.followup.views import DepartmentRow, NotePage, ProblemRow
from health_cloud.identity.service.faces import departments_in
from health_cloud.records.service.diagnoses import Stated, diagnoses_of

WRITES = timedelta(days=7)
"""So long after a visit its note can be written for the first time.

It is due at the visit (Basic Norms of Medical Records, 2010, Art. 15); whoever was called away must still be able to
write what they saw, and the date of the signature tells how late. A signed note can be corrected at any later time.
"""
BODY = "followup_note.body"
_EDITABLE = ("draft", "correcting")
Found = tuple[Appointment, Slot, Visit | None, Note | None]


def note_topic(appointment_id: str) -> str:
    """Return the topic of a visit's note."""
    return f"note:{appointment_id}"


def note_page(session: Session, actor: Actor, appointment_id: str, known: int = 0) -> tuple[NotePage, tuple[str, ...]]:
    """Return the note of a visit to its physician, and the topics on which it depends.

    What is signed is the patient's record: it is read with a line, also by whoever wrote it.

    Args:
        session: the transaction.
        actor: the physician.
        appointment_id: which visit.
        known: how many signed ones are before them already.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
    """
    appointment, slot, visit, note = found(session, actor, appointment_id, Action.WRITE_NOTE)
    zone = rows.zone_of(session, slot.organization_id)
    ends = _ends(visit, note)
    signed = signed_rows(session, appointment, zone)
    if len(signed) > known:
        line(session, actor, Action.READ_NOTE, appointment, decide(actor, Action.READ_NOTE), ledger.ALLOWED)
    page = NotePage(
        id=appointment.id,
        phase=phase_of(visit, note),
        version=note.version if note else 0,
        mark=mark_of(note) if note else "",
        text=content.text_of(session, written_in(note)),
        saved_at=rows.local(note.changed_at, zone) if note else "",
        until_at=rows.local(ends, zone) if ends else "",
        departments=tuple(DepartmentRow(*each) for each in departments_in(session, slot.organization_id)),
        signed=signed,
        looks_again=ends.isoformat() if ends and ends > clock.now() else "",
    )
    return page, (note_topic(appointment.id), f"visit:{appointment.id}")


def save_note(session: Session, actor: Actor, appointment_id: str, form: object, base: object, writer: object) -> None:
    """Keep what a window has of a note.

    Args:
        session: the transaction.
        actor: the physician of the visit.
        appointment_id: which visit.
        form: fields by name, see `NoteText`; `department` and `weeks` as a form sends them.
        base: the version on which the window has worked.
        writer: the window's own name, a UUID: what it kept itself it may replace.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Invalid: too long, or nothing that can be chosen.
        Conflict: it cannot be written (now), or another window has kept something else meanwhile.
    """
    appointment, _, visit, note = found(session, actor, appointment_id, Action.WRITE_NOTE)
    check_editable(visit, note)
    if not isinstance(form, Mapping) or not isinstance(base, int) or not isinstance(writer, str) or not is_id(writer):
        raise Invalid
    before = written_in(note)
    after = content.read(cast("Mapping[str, object]", form), before)
    if note is not None and after == before:
        return
    if note is not None and note.version != base and note.writer != writer:
        raise Conflict("followup.note.error.elsewhere")
    keep(session, actor, appointment, note, after, writer)


def problems(session: Session, actor: Actor, appointment_id: str) -> tuple[tuple[ProblemRow, ...], str, str]:
    """Return the confirmed diagnoses that this physician was given, the grant they rest on, and until when.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Conflict: it cannot be written (now), or nothing is granted (any more).
    """
    appointment, _, visit, note = found(session, actor, appointment_id, Action.WRITE_NOTE)
    check_editable(visit, note)
    ground, until, stated = _given(session, actor, appointment)
    shown = tuple(ProblemRow(key_of(each), each.name, _code(each)[1], each.day) for each in stated)
    return shown, ground, until.isoformat() if until else ""


def choose_problem(session: Session, actor: Actor, appointment_id: str, key: object) -> None:
    """Let a note be about one of the patient's confirmed diagnoses, as far as this physician was given them.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Invalid: no diagnosis that this physician was given.
        Conflict: it cannot be written (now), or nothing is granted (any more).
    """
    appointment, _, visit, note = found(session, actor, appointment_id, Action.WRITE_NOTE)
    check_editable(visit, note)
    _, _, stated = _given(session, actor, appointment)
    one = next((each for each in stated if isinstance(key, str) and key_of(each) == key), None)
    if one is None:
        raise Invalid("followup.note.error.problem", field="judgement")
    _about(session, actor, appointment, note, (*_code(one), one.name.zh, one.name.en))


def drop_problem(session: Session, actor: Actor, appointment_id: str) -> None:
    """Let a note be about no diagnosis of the chart.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
        Conflict: it cannot be written (now).
    """
    appointment, _, visit, note = found(session, actor, appointment_id, Action.WRITE_NOTE)
    check_editable(visit, note)
    _about(session, actor, appointment, note, ())


def found(session: Session, actor: Actor, appointment_id: str, action: Action) -> Found:
    """Return a visit of this physician's and its note, locked with the appointment.

    Raises:
        Denied: not a physician.
        NotFound: absent, somebody else's, or never accepted.
    """
    if not is_id(appointment_id):
        raise NotFound(action=action.value)
    _, appointment, slot = accepted(session, actor, appointment_id, action)
    return appointment, slot, session.get(Visit, appointment.id), session.get(Note, appointment.id)


def phase_of(visit: Visit | None, note: Note | None) -> str:
    """Return how far a note is; see `views.NotePage`."""
    if visit is None or visit.opened_at is None:
        return "early"
    if note is not None and note.state != "draft":
        return note.state
    ends = _ends(visit, note)
    return "over" if ends is not None and ends <= clock.now() else "draft"


def check_editable(visit: Visit | None, note: Note | None) -> None:
    """Check that a note can be written now.

    Raises:
        Conflict: the visit has not begun, its time to be written is over, or it is signed.
    """
    phase = phase_of(visit, note)
    if phase not in _EDITABLE:
        raise Conflict(f"followup.note.error.{phase}")


def written_in(note: Note | None) -> Written:
    """Return what is kept of a note."""
    return content.from_json(unseal_text(note.body, BODY, note.appointment_id)) if note else Written()


def mark_of(note: Note) -> str:
    """Return what tells one state of a note from every other: its version, and the diagnosis beside the text."""
    return f"{note.version}-{hashlib.sha256(repr(written_in(note).problem).encode()).hexdigest()[:16]}"


def keep(
    session: Session, actor: Actor, appointment: Appointment, note: Note | None, after: Written, writer: str
) -> None:
    """Keep a note as its next version."""
    note = note or Note(appointment_id=appointment.id, physician_account_id=actor.account_id, body=b"")
    note.body = seal_text(content.to_json(after), BODY, appointment.id)
    note.version, note.writer, note.changed_at = note.version + 1, writer, clock.now()
    session.add(note)
    changes.note(session, note_topic(appointment.id))


def _about(
    session: Session, actor: Actor, appointment: Appointment, note: Note | None, problem: tuple[str, ...]
) -> None:
    """Note the diagnosis beside the text: a window that is typing goes on from the version it has."""
    if note is None:
        keep(session, actor, appointment, None, Written(problem=problem), "")
        return
    note.body = seal_text(content.to_json(replace(written_in(note), problem=problem)), BODY, appointment.id)
    session.add(note)
    changes.note(session, note_topic(appointment.id))


def _given(session: Session, actor: Actor, appointment: Appointment) -> tuple[str, datetime | None, list[Stated]]:
    """Return what the physician was given of the patient's confirmed diagnoses; the use stands in the ledger."""
    grants = grants_between(session, appointment.person_id, actor, clock.now())
    if not grants:
        raise Conflict("followup.note.error.no_grant")
    reader = replace(actor, ground=grants[0].id)
    with open_chart(session, reader, appointment.person_id, Action.READ_ENTRIES) as chart:
        named: dict[str, Stated] = {}
        for each in diagnoses_of(chart):
            if each.certain and key_of(each) not in named:
                named[key_of(each)] = each
                if each.entry_id:
                    chart.note(RecordClass(each.record_class), [each.entry_id])
        return chart.decision.basis_id, chart.decision.until, list(named.values())


def key_of(stated: Stated) -> str:
    """Return how a diagnosis is named to the server: by its code, else by its name."""
    system, code = _code(stated)
    return f"{system}|{code}" if code else (stated.name.zh or stated.name.en)


def _code(stated: Stated) -> tuple[str, str]:
    """Return system and code, ICD-10 where there is one: it is what notes are coded by."""
    ranked = sorted(stated.codes, key=lambda each: "icd" not in each.system.lower())
    return (ranked[0].system, ranked[0].code) if ranked else ("", "")


def _ends(visit: Visit | None, note: Note | None) -> datetime | None:
    """Return until when a note can be written for the first time; nothing while the visit goes on, or once signed."""
    if visit is None or visit.ended_at is None or (note is not None and note.state != "draft"):
        return None
    return visit.ended_at + WRITES
