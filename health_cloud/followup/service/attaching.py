"""Files of a visit: photographs and documents, by the patient before it and by both sides while it is open."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, func, select

from health_cloud.core import changes, clock, facts, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action, Decision, Role, decide
from health_cloud.core.words import Words
from health_cloud.followup.models import Appointment, Attachment, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow, line
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.pictures import Made
from health_cloud.followup.views import AttachedFile, FileBytes, FilesPage
from health_cloud.identity.service.people import person_name
from health_cloud.records.service import blobs

AT_MOST = 10
"""Files of one side that stand in a visit at once."""
EVER = 30
"""Files of one side that were ever sent to a visit, what was removed again included."""
LONGEST_NAME = 120
GONE = "followup.file_gone"
_FACTS = "followup_attachment.facts"
_KB, _MB = 1000, 1_000_000


@dataclass(frozen=True)
class Stored:
    """A file that lies in the store already, and what stands in its row."""

    kind: str
    size: int
    sha256: str
    content: str
    thumb: str = ""


def store(made: Made) -> Stored:
    """Put a file into the store; whoever does not attach it then has to `drop` it."""
    content = blobs.store_apart(made.content)
    thumb = blobs.store_apart(made.thumb) if made.thumb else ""
    return Stored(made.kind, len(made.content), hashlib.sha256(made.content).hexdigest(), content, thumb)


def drop(stored: Stored) -> None:
    """Erase what was stored and not attached."""
    for blob_id in filter(None, (stored.content, stored.thumb)):
        blobs.erase(blob_id)


def may_attach(session: Session, actor: Actor, appointment_id: str) -> None:
    """Ask whether a file would be taken, before one is sent.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this.
        NotFound: absent, or somebody else's.
        Conflict: not now, or there are as many as fit.
    """
    _open(session, actor, appointment_id)


def attach(session: Session, actor: Actor, appointment_id: str, key: object, name: object, stored: Stored) -> bool:
    """Attach a stored file to a visit; however often the same key comes, it stands once. Tells whether it is new.

    Args:
        session: the transaction.
        actor: the patient, who acts for them, or the physician.
        appointment_id: which visit.
        key: the browser's own id of the file, a UUID.
        name: what the file was called there; it decides nothing.
        stored: what lies in the store.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this.
        NotFound: absent, or somebody else's.
        Invalid: no key.
        Conflict: not now, or there are as many as fit.
    """
    decision, appointment, slot = _found(session, actor, appointment_id, Action.ATTACH_FILE)
    if not isinstance(key, str) or not is_id(key):
        raise Invalid
    sent = select(Attachment.id).where(
        Attachment.appointment_id == appointment.id, Attachment.account_id == actor.account_id, Attachment.key == key
    )
    if session.exec(sent).first() is not None:
        return False
    stage = _stage(session, actor, appointment, slot)
    _room_for(session, actor, appointment)
    made = new_id()
    told = json.dumps({"name": _named(name, stored.kind), "sha256": stored.sha256}, ensure_ascii=False)
    session.add(
        Attachment(
            id=made,
            appointment_id=appointment.id,
            stage=stage,
            account_id=actor.account_id,
            side=_side(actor),
            speaker_id=actor.person_id if actor.for_person_id else "",
            key=key,
            kind=stored.kind,
            size=stored.size,
            facts=seal_text(told, _FACTS, made),
            content=stored.content,
            thumb=stored.thumb,
            at=clock.now(),
        )
    )
    session.flush()
    line(session, actor, Action.ATTACH_FILE, appointment, decision, file=made, size=stored.size)
    _note(session, appointment)
    return True


def remove_file(session: Session, actor: Actor, appointment_id: str, file_id: object) -> None:
    """Take away a file that one has sent oneself, until the visit begins; its bytes are erased.

    Raises:
        Denied: not a patient, or a guardian who is not given this.
        NotFound: absent, somebody else's, or gone already.
        Conflict: the visit has begun: what both sides had before them stays.
    """
    decision, appointment, _ = _found(session, actor, appointment_id, Action.REMOVE_FILE)
    row = session.get(Attachment, file_id) if isinstance(file_id, str) and is_id(file_id) else None
    if row is None or row.appointment_id != appointment.id or row.removed_at or not _is_ones_own(actor, row):
        raise NotFound(action=Action.REMOVE_FILE.value, person_id=appointment.person_id)
    if rows.has_begun(session, appointment):
        raise Conflict("followup.attach.error.begun")
    empty_row(session, row)
    line(session, actor, Action.REMOVE_FILE, appointment, decision, file=row.id)
    _note(session, appointment)


def empty_row(session: Session, row: Attachment) -> None:
    """Take name and bytes from a file's row; the bytes are erased once that is kept."""
    for blob_id in filter(None, (row.content, row.thumb)):
        facts.emit(session, GONE, blob=blob_id)
    row.facts, row.content, row.thumb, row.removed_at = None, "", "", clock.now()
    session.add(row)
    session.flush()


def erase_bytes(_session: Session, payload: dict[str, str]) -> None:
    """Erase the bytes of a file whose row no longer names them. A subscriber of facts."""
    blobs.erase(payload["blob"])


def open_file(
    session: Session, actor: Actor, appointment_id: str, file_id: object, size: Literal["whole", "small"]
) -> FileBytes:
    """Return where the bytes of a file lie; that somebody else reads it is in the ledger.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this.
        NotFound: absent, of another visit, of somebody else's, gone, or without a small picture: never told apart.
    """
    decision, appointment, _ = _found(session, actor, appointment_id, Action.READ_FILE)
    row = session.get(Attachment, file_id) if isinstance(file_id, str) and is_id(file_id) else None
    known = row is not None and row.appointment_id == appointment.id and row.removed_at is None
    if row is None or not known or not _may_read(actor, appointment):
        raise NotFound(action=Action.READ_FILE.value, person_id=appointment.person_id)
    blob_id = row.content if size == "whole" else row.thumb
    if not blob_id:
        raise NotFound(action=Action.READ_FILE.value, person_id=appointment.person_id)
    if row.account_id != actor.account_id:
        line(session, actor, Action.READ_FILE, appointment, decision, ledger.ALLOWED, file=row.id, shown=size)
    return FileBytes(row.kind if size == "whole" else "photo", _facts_of(row)["name"], blob_id)


def bytes_of(found: FileBytes) -> bytes:
    """Return the bytes of a file that `open_file` has let somebody read.

    Raises:
        Unavailable: the store of originals does not have it.
    """
    return blobs.load_apart(found.blob_id)


def prepared_files(session: Session, actor: Actor, appointment_id: str) -> tuple[FilesPage, tuple[str, ...]]:
    """Return what was sent before a visit, to its patient or its physician, and the topics on which it depends.

    The names alone are shown: a line is written with each picture that somebody else looks at, and with what they read
    of the preparation itself.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this.
        NotFound: absent, somebody else's, or called off.
    """
    _, appointment, slot = _found(session, actor, appointment_id, Action.READ_FILE)
    if not _may_read(actor, appointment):
        raise NotFound(action=Action.READ_FILE.value, person_id=appointment.person_id)
    files = tuple(file for row, file in attached_to(session, actor, appointment, slot) if row.stage == "prepared")
    try:
        may_add = actor.role is Role.PATIENT and _stage(session, actor, appointment, slot) == "prepared"
        _room_for(session, actor, appointment)
    except Conflict:
        may_add = False
    return FilesPage(appointment.id, files, may_add), (_topic(appointment),)


def attached_to(
    session: Session, actor: Actor, appointment: Appointment, slot: Slot
) -> list[tuple[Attachment, AttachedFile]]:
    """Return the files of a visit in their order; the caller has asked whose it is."""
    found = session.exec(
        select(Attachment)
        .where(Attachment.appointment_id == appointment.id, col(Attachment.removed_at).is_(None))
        .order_by(col(Attachment.at), col(Attachment.id))
    ).all()
    if not found:
        return []
    zone, begun = rows.zone_of(session, slot.organization_id), rows.has_begun(session, appointment)
    return [
        (
            row,
            AttachedFile(
                id=row.id,
                kind=row.kind,
                name=_facts_of(row)["name"],
                size=_size(row.size),
                side=row.side,
                at=rows.local(row.at, zone),
                by=person_name(session, row.speaker_id) if row.speaker_id else Words(),
                removable=not begun and _is_ones_own(actor, row),
            ),
        )
        for row in found
    ]


def has_more_files(session: Session, actor: Actor, appointment: Appointment, known: int) -> bool:
    """Tell whether somebody else has sent files since; the caller has asked whose visit it is.

    Args:
        session: the transaction.
        actor: who looks.
        appointment: the visit.
        known: how many files, of whomever, were before them.
    """
    standing = (Attachment.appointment_id == appointment.id, col(Attachment.removed_at).is_(None))
    others = session.exec(select(Attachment.id).where(*standing, Attachment.account_id != actor.account_id)).first()
    return (
        others is not None and session.exec(select(func.count()).select_from(Attachment).where(*standing)).one() > known
    )


def sha256_of(row: Attachment) -> str:
    """Return the SHA-256 of the bytes that are kept of a file."""
    return _facts_of(row)["sha256"]


def _open(session: Session, actor: Actor, appointment_id: str) -> tuple[Decision, Appointment, str]:
    decision, appointment, slot = _found(session, actor, appointment_id, Action.ATTACH_FILE)
    stage = _stage(session, actor, appointment, slot)
    _room_for(session, actor, appointment)
    return decision, appointment, stage


def _found(session: Session, actor: Actor, appointment_id: str, action: Action) -> tuple[Decision, Appointment, Slot]:
    if actor.role is Role.PATIENT:
        decision = allow(session, actor, action)
    else:
        decision = decide(actor, action)
        if not decision.allowed:
            raise Denied(action=action.value)
    return decision, *found_for(session, actor, appointment_id, action)


def _stage(session: Session, actor: Actor, appointment: Appointment, slot: Slot) -> str:
    """Return whether a file would be of the preparation or of the talk.

    Raises:
        Conflict: neither: it is over, called off, or not the physician's turn yet.
    """
    visit = session.get(Visit, appointment.id)
    if visit is not None and visit.state == "open" and appointment.kind in rows.ONLINE:
        return "talk"
    begun = visit is not None and visit.state != "waiting"
    until = slot.ends_at + rows.LATEST if appointment.state == "accepted" else slot.ends_at
    coming = appointment.state in rows.LIVE and until > clock.now()
    if actor.role is Role.PATIENT and coming and not begun:
        return "prepared"
    raise Conflict("followup.attach.error.closed")


def _room_for(session: Session, actor: Actor, appointment: Appointment) -> None:
    """See that one more fits; the appointment is locked, so that two at once are counted one after the other.

    Raises:
        Conflict: it does not.
    """
    of_side = (Attachment.appointment_id == appointment.id, Attachment.side == _side(actor))
    ever = session.exec(select(func.count()).select_from(Attachment).where(*of_side)).one()
    now = session.exec(
        select(func.count()).select_from(Attachment).where(*of_side, col(Attachment.removed_at).is_(None))
    ).one()
    if now >= AT_MOST or ever >= EVER:
        raise Conflict("followup.attach.error.full", most=AT_MOST)


def _may_read(actor: Actor, appointment: Appointment) -> bool:
    """Tell whether a visit of theirs has files for them: a physician's, while it is not called off."""
    return actor.role is Role.PATIENT or appointment.state in rows.LIVE


def _is_ones_own(actor: Actor, row: Attachment) -> bool:
    """Tell whether somebody may take a file away: the patient what was sent for them, a guardian what they sent."""
    if actor.role is not Role.PATIENT or row.side != "patient":
        return False
    return not actor.for_person_id or row.account_id == actor.account_id


def _side(actor: Actor) -> str:
    return "patient" if actor.role is Role.PATIENT else "physician"


def _named(name: object, kind: str) -> str:
    """Return a name that can be shown and kept, whatever was sent as one."""
    ending = ".jpg" if kind == "photo" else ".pdf"
    said = name if isinstance(name, str) else ""
    last = said.replace("\\", "/").rpartition("/")[2]
    clean = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    stem = clean.rpartition(".")[0] or clean
    return (stem[:LONGEST_NAME].strip(" .") or kind) + ending


def _facts_of(row: Attachment) -> dict[str, str]:
    told: dict[str, str] = json.loads(unseal_text(row.facts, _FACTS, row.id) or "{}")
    return {"name": "", "sha256": "", **told}


def _size(size: int) -> str:
    return f"{size / _MB:.1f} MB" if size >= _MB else f"{max(1, size // _KB)} KB"


def _topic(appointment: Appointment) -> str:
    return f"visit:{appointment.id}"


def _note(session: Session, appointment: Appointment) -> None:
    changes.note(session, _topic(appointment))
