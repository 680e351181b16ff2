"""Search in talks: within one visit, and across the visits of the same patient that the reader may read anyway.

What lies sealed is opened and searched here, newest first, up to a bound; nothing of it is kept, and what somebody may
not read is not opened, so that it is neither found nor counted.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sqlmodel import Session, col, select

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.core.errors import Invalid
from health_cloud.core.policy import Action, Role
from health_cloud.followup.models import Appointment, Message, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import line
from health_cloud.followup.service.visits import accepted
from health_cloud.followup.views import FoundLine, FoundTalk
from health_cloud.identity.service.faces import account_card

LONGEST: Final = 50
SEARCHED: Final = 3000
"""Messages that are opened for one search, the newest."""
SHOWN: Final = 30
_AROUND: Final = 40


def search_talk(session: Session, actor: Actor, appointment_id: str, words: object, *, everywhere: bool) -> FoundTalk:
    """Return what was said with these words in it; that somebody read it is in the patient's ledger, by visit.

    Args:
        session: the transaction.
        actor: the patient, who acts for them, or the visit's physician.
        appointment_id: the visit that is before them.
        words: 1 to 50 characters; case and width do not count.
        everywhere: in all visits of this patient, for a physician in those with them alone.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this.
        NotFound: absent, somebody else's, or never accepted.
        Invalid: no words, or too many; `field` is `words`.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, Action.READ_TALK)
    wanted = unicodedata.normalize("NFKC", words).strip() if isinstance(words, str) else ""
    if not wanted or len(wanted) > LONGEST:
        raise Invalid("followup.find.error.words", field="words", longest=LONGEST)
    query = (
        select(Message, Appointment, Slot)
        .join(Appointment, col(Appointment.id) == Message.appointment_id)
        .join(Slot, col(Slot.id) == Appointment.slot_id)
        .where(Appointment.person_id == appointment.person_id, Appointment.state == "accepted")
    )
    if actor.role is not Role.PATIENT:
        query = query.where(Slot.physician_account_id == slot.physician_account_id)
    if not everywhere:
        query = query.where(Message.appointment_id == appointment.id)
    pattern = re.compile(re.escape(wanted), re.IGNORECASE)
    found: list[FoundLine] = []
    read: dict[str, Appointment] = {}
    more = False
    for message, of, at in session.exec(query.order_by(col(Message.at).desc()).limit(SEARCHED)):
        text = unicodedata.normalize("NFKC", unseal_text(message.text, "followup_message.text", message.id))
        hit = pattern.search(text)
        if hit is None:
            continue
        if len(found) == SHOWN:
            more = True
            break
        found.append(_found(session, message, of, at, text, hit, here=of.id == appointment.id))
        read[of.id] = of
    for each in read.values() or (appointment,):  # that nothing was said of it has been read, too
        line(session, actor, Action.READ_TALK, each, decision, ledger.ALLOWED, found="words")
    return FoundTalk(tuple(found), more)


def _found(
    session: Session, message: Message, of: Appointment, slot: Slot, text: str, hit: re.Match[str], *, here: bool
) -> FoundLine:
    zone = rows.zone_of(session, slot.organization_id)
    begin, end = hit.span()
    from_, to = max(0, begin - _AROUND), end + _AROUND
    return FoundLine(
        id=message.id,
        visit=of.id,
        here=here,
        side=message.side,
        at=rows.local(message.at, zone),
        visit_at=rows.local(slot.starts_at, zone),
        physician=account_card(session, slot.physician_account_id).name,
        before=("…" if from_ else "") + text[from_:begin],
        match=text[begin:end],
        after=text[end:to] + ("…" if to < len(text) else ""),
    )
