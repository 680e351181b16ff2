"""The whole trace of a visit as a file: what was agreed, who came when, what was said, what the ledger says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape

from sqlmodel import Session, col, or_, select

from health_cloud.consent.service.ending import grants_of_visit
from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import unseal_text
from health_cloud.core.i18n import say
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import READS, Action, Basis, Role
from health_cloud.core.vocabulary import RecordClass
from health_cloud.core.words import Language
from health_cloud.followup.models import Appointment, Slot, Visit
from health_cloud.followup.service import rows
from health_cloud.followup.service.asking_again import told_again
from health_cloud.followup.service.attaching import attached_to, sha256_of
from health_cloud.followup.service.checking import verdict_at
from health_cloud.followup.service.eligibility.hospital import said
from health_cloud.followup.service.giving import given_for
from health_cloud.followup.service.preparing import prepared_for
from health_cloud.followup.service.ruling import rules_of
from health_cloud.followup.service.visits import accepted
from health_cloud.followup.service.waiting import room_of
from health_cloud.followup.views import VisitRoom

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:44em;margin:2em auto;padding:0 1em}"
    "dt{color:#555}dd{margin:0 0 .5em}li{margin:.5em 0;white-space:pre-wrap}small{color:#555}"
)


def trace_of(session: Session, actor: Actor, appointment_id: str, language: Language) -> str:
    """Return the trace of a visit as one HTML page, to its patient or its physician; the ledger says that it was taken.

    Raises:
        Denied: neither a patient nor a physician, or a guardian who is not given this.
        NotFound: absent, somebody else's, or never accepted.
    """
    decision, appointment, slot = accepted(session, actor, appointment_id, Action.TAKE_TRACE)
    ledger.write(
        session,
        actor,
        Action.TAKE_TRACE,
        ledger.DONE,
        person_id=appointment.person_id,
        decision=decision,
        detail={"appointment": appointment.id},
    )
    session.flush()
    room = room_of(session, actor, appointment, slot, session.get(Visit, appointment.id))
    answer = unseal_text(appointment.word, "followup_appointment.word", appointment.id)
    title = escape(say("followup.trace.title", language))
    parts = (
        f"<h1>{title}</h1>",
        *_facts(room, answer, language),
        *_before(session, appointment, slot, language),
        *told_again(session, appointment, slot, language),
        *_talk(room, language),
        *_files(session, actor, appointment, slot, room, language),
        *_lines(session, appointment, slot, room, language),
        f"<p><small>{escape(say('followup.trace.made', language, at=_at(clock.now().isoformat())))}</small></p>",
    )
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    spoken = "zh-CN" if language == "zh" else "en"
    return f'<!doctype html><html lang="{spoken}"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _facts(room: VisitRoom, answer: str, language: Language) -> Iterator[str]:
    told = (
        ("patient", room.patient.pick(language)),
        ("physician", room.physician.name.pick(language)),
        ("department", room.department.pick(language)),
        ("hospital", room.physician.organization.pick(language)),
        ("agreed", f"{_at(room.starts_at)} - {_at(room.ends_at)}"),
        ("reason", room.reason),
        ("answer", answer),
        ("patient_came", _at(room.patient_came)),
        ("physician_came", _at(room.physician_came)),
        ("begun", _at(room.opened_at)),
        ("ended", _at(room.ended_at)),
    )
    yield "<dl>"
    for name, value in told:
        if value:
            yield f"<dt>{escape(say('followup.trace.' + name, language))}</dt><dd>{escape(value)}</dd>"
    yield "</dl>"


def _before(session: Session, appointment: Appointment, slot: Slot, language: Language) -> Iterator[str]:
    """Say what the rules said, what was agreed to and what was prepared; not what the rules rested on.

    That may stand in records which this physician was not given.
    """
    verdict, given = verdict_at(session, appointment.id), given_for(session, appointment.id)
    if verdict.checks:
        rules = rules_of(session, slot.organization_id, verdict.rules_version)
        yield f"<h2>{escape(say('followup.trace.rules', language, version=said(verdict.rules_version)))}</h2><ul>"
        for check in verdict.checks:
            rule = rules.texts[check.name]
            stands = say("followup.trace.rule." + check.state, language)
            words = f"{rule.number}. {rule.text.pick(language)} {stands}"
            yield f"<li>{escape(words)}<br><small>{escape(rule.source.pick(language))}</small></li>"
        yield "</ul>"
    if given:
        scope, at = given
        names = [say("ui.class." + each.value, language) for each in RecordClass if each in scope.classes]
        ends = [day.isoformat() if day else "" for day in (scope.period_from, scope.period_to)]
        period = f" ({ends[0]} - {ends[1]})" if any(ends) else ""
        yield f"<h2>{escape(say('followup.trace.online', language))}</h2><dl>"
        yield f"<dt>{escape(say('followup.trace.online_at', language))}</dt>"
        yield f"<dd>{_at(rows.local(datetime.fromisoformat(at), rows.zone_of(session, slot.organization_id)))}</dd>"
        yield f"<dt>{escape(say('followup.trace.may_read', language))}</dt>"
        yield f"<dd>{escape(', '.join(names))}{period}</dd></dl>"
    page = prepared_for(session, appointment, slot)
    if page.saved_at:
        yield f"<h2>{escape(say('followup.trace.prepared', language))}</h2><p>{escape(page.text)}</p><dl>"
        for each in page.measures:
            if each.value:
                yield f"<dt>{escape(each.words.pick(language))}</dt><dd>{escape(f'{each.value} {each.unit}')}</dd>"
        yield f"</dl><p><small>{page.day} · {_at(page.saved_at)}</small></p>"


def _talk(room: VisitRoom, language: Language) -> Iterator[str]:
    said = [line for line in room.talk if line.kind == "said"]
    yield f"<h2>{escape(say('followup.trace.talk', language, count=len(said)))}</h2><ol>"
    for line in said:
        name = room.physician.name if line.side == "physician" else room.patient
        by = (line.by if line.by.zh or line.by.en else name).pick(language)
        yield f"<li><small>{_at(line.at)} {escape(by)}</small><br>{escape(line.text)}</li>"
    yield "</ol>"


def _files(
    session: Session, actor: Actor, appointment: Appointment, slot: Slot, room: VisitRoom, language: Language
) -> Iterator[str]:
    """Name the files that were sent, each with the SHA-256 of its bytes: they are taken beside, from the visit."""
    found = attached_to(session, actor, appointment, slot)
    if not found:
        return
    yield f"<h2>{escape(say('followup.trace.files', language, count=len(found)))}</h2><ol>"
    for row, file in found:
        name = room.physician.name if file.side == "physician" else room.patient
        by = (file.by if file.by.zh or file.by.en else name).pick(language)
        yield f"<li><small>{_at(file.at)} {escape(by)}</small><br>{escape(file.name)} · {file.size}"
        yield f"<br><small>SHA-256 {sha256_of(row)}</small></li>"
    yield f"</ol><p><small>{escape(say('followup.trace.files_text', language))}</small></p>"


def _lines(
    session: Session, appointment: Appointment, slot: Slot, room: VisitRoom, language: Language
) -> Iterator[str]:
    """Say what the patient's ledger holds of this visit and of what was given for it, what was read by that included.

    Each line stands with its hash: it can be found there again.
    """
    zone = rows.zone_of(session, slot.organization_id)
    grants = grants_of_visit(session, appointment.id)
    ours = col(LedgerLine.action).startswith("followup:") & col(LedgerLine.detail).contains(appointment.id)
    about = [ours, col(LedgerLine.basis_id).in_(grants), *(col(LedgerLine.detail).contains(each) for each in grants)]
    found = session.exec(
        select(LedgerLine)
        .where(LedgerLine.chain == ledger.person_chain(appointment.person_id), or_(*about))
        .order_by(col(LedgerLine.seq))
    ).all()
    yield f"<h2>{escape(say('followup.trace.ledger', language, count=len(found)))}</h2><ol>"
    for line in found:
        names = {Role.PHYSICIAN.value: room.physician.name, Role.PATIENT.value: room.patient}
        kin = line.basis == Basis.GUARDIAN
        named = None if kin else names.get(line.actor_role)
        name = named.pick(language) if named else say("followup.trace." + ("kin" if kin else "hospital_did"), language)
        did = line.action.partition(":")[2].replace(":", "_")
        reads = line.action in READS
        words = say("followup.trace.read" if reads else "access.ledger.they." + did, language, name=name)
        yield f"<li><small>{_at(rows.local(line.at, zone))} {line.hash}</small><br>{escape(words)}</li>"
    yield "</ol>"


def _at(iso: str) -> str:
    """Return an instant as people and machines read it, with the hospital's offset."""
    return f"{iso[:10]} {iso[11:19]} {iso[-6:]}" if iso else ""
