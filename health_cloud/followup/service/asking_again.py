"""The rules asked once more as a visit opens, for its patient, who comes to it: what has changed since counts.

They are asked on the patient's own right to read, as they come; the physician, who may have been given less, is told
which rule says no, and nothing of what that rests on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from html import escape

from sqlmodel import Session, select

from health_cloud.core import changes, clock
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.i18n import Language, say
from health_cloud.core.policy import Action, Role
from health_cloud.followup.models import Appointment, AskedAgain, Checked, Slot
from health_cloud.followup.service import checking, rows
from health_cloud.followup.service.allowing import allow
from health_cloud.followup.service.booking import found_for
from health_cloud.followup.service.eligibility import hospital
from health_cloud.followup.service.eligibility.deciding import Answers, eligible
from health_cloud.followup.service.eligibility.facts import facts_of
from health_cloud.followup.service.eligibility.rules import Rules
from health_cloud.followup.service.ruling import own_at, rules_at, rules_of
from health_cloud.followup.views import FlagRow, RuleText, Verdict, VerdictPage
from health_cloud.followup.views.ruling import AgainDesk, AgainRoom

LONGEST = 300
_AGAIN = timedelta(minutes=15)
"""A page that is opened anew asks no more often than this."""
_ANSWERS, _VERDICT, _REASON = (f"followup_asked_again.{name}" for name in ("answers", "verdict", "reason"))


def ask_at_coming(session: Session, actor: Actor, appointment: Appointment, slot: Slot) -> None:
    """Ask the rules as a patient comes to an accepted visit that has not begun; the caller has asked whose it is.

    Answers of within the day count as they are; older ones, or ones to an older version of the rules, are asked anew.

    Raises:
        Denied: the actor may not read this chart (any more).
    """
    booked, row = _booked(session, appointment), session.get(AskedAgain, appointment.id)
    if booked is None:
        return
    rules, now = rules_at(session, slot.organization_id), clock.now()
    fresh = row is not None and row.rules_version == rules.version and row.made_at > now - _AGAIN
    if fresh and row is not None and row.state != "unasked":
        return
    answers = _answers(row, booked, rules)
    if answers is None:
        _keep(session, appointment, row, rules, None)
        return
    _judge(session, actor, appointment, slot, row, rules, answers)


def answer_again(session: Session, actor: Actor, appointment_id: str, flags: object, *, none: object) -> None:
    """Answer the signs anew in the room of a visit, and have the rules asked.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent or somebody else's.
        Invalid: not answered, or answered in two ways.
        Conflict: nothing is asked (any more).
    """
    allow(session, actor, Action.PREPARE_VISIT)
    appointment, slot = found_for(session, actor, appointment_id, Action.PREPARE_VISIT)
    booked = _booked(session, appointment)
    row = session.get(AskedAgain, appointment.id, with_for_update=True)
    if booked is None or row is None or row.state != "unasked" or appointment.state != "accepted":
        raise Conflict("followup.again.error.over")
    rules, before = rules_at(session, slot.organization_id), checking.kept_in(booked)[1]
    disease = before.disease if before.disease in rules.diseases else checking.NEW
    controlled = "yes" if before.controlled else "no"
    answers = checking.answers_of(disease, flags, none=none, controlled=controlled, rules=rules)
    told = {"disease": answers.disease, "flags": sorted(answers.flags), "controlled": answers.controlled}
    row.answers, row.answered_at = seal_text(json.dumps(told), _ANSWERS, row.appointment_id), clock.now()
    _judge(session, actor, appointment, slot, row, rules, answers)


def require_yes(session: Session, appointment: Appointment, reason: object) -> None:
    """Let a visit begin where the rules say yes, or its physician goes on against the hospital's own with a reason.

    Raises:
        Conflict: the signs were not answered anew, or the rules say no; the key says whose.
        Invalid: the reason is too long.
    """
    if _booked(session, appointment) is None:
        return
    row = session.get(AskedAgain, appointment.id, with_for_update=True)
    if row is None or row.state == "unasked":
        raise Conflict("followup.again.error.unasked")
    words = reason.strip() if isinstance(reason, str) else ""
    if row.state == "yes":
        return
    if row.state == "law" or not words:
        raise Conflict(f"followup.again.error.{row.state}")
    if len(words) > LONGEST:
        raise Invalid("followup.error.too_long", field="again", longest=LONGEST)
    row.decided_at, row.reason = clock.now(), seal_text(words, _REASON, row.appointment_id)
    session.add(row)


def again_room(session: Session, actor: Actor, appointment_id: str) -> AgainRoom:
    """Return what the rules say to the patient of a visit that has not begun, and what they are asked anew.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: absent or somebody else's.
    """
    allow(session, actor, Action.ENTER_VISIT)
    appointment, slot = found_for(session, actor, appointment_id, Action.ENTER_VISIT)
    row, booked = session.get(AskedAgain, appointment.id), _booked(session, appointment)
    if row is None or booked is None or rows.has_begun(session, appointment):
        return AgainRoom()
    rules = rules_at(session, slot.organization_id)
    if row.state == "unasked":
        asked = rules.asked_of(checking.kept_in(booked)[1].disease)
        return AgainRoom(row.state, questions=tuple(FlagRow(each.name, each.words) for each in asked))
    verdict = _verdict(row)
    rule = rules.texts[verdict.cited] if verdict.cited else RuleText()
    page = VerdictPage(verdict, rule, rules.emergency)
    return AgainRoom(row.state, answer=page, in_person=f"/followup/in-person/{slot.department_id}")


def again_desk(session: Session, actor: Actor, appointment_id: str) -> AgainDesk:
    """Return what the rules say to the physician of a visit that has not begun: the rule, and nothing it rests on.

    Raises:
        Denied: not a physician.
        NotFound: absent or somebody else's.
    """
    if actor.role is not Role.PHYSICIAN:
        raise Denied(action=Action.BEGIN_VISIT.value)
    appointment, slot = found_for(session, actor, appointment_id, Action.BEGIN_VISIT)
    row = session.get(AskedAgain, appointment.id)
    if row is None or row.state == "yes" or rows.has_begun(session, appointment):
        return AgainDesk()
    if row.state == "unasked":
        return AgainDesk(row.state)
    verdict = _verdict(row)
    rules = rules_of(session, slot.organization_id, row.rules_version)
    return AgainDesk(row.state, rules.texts[verdict.cited])


def told_again(session: Session, appointment: Appointment, slot: Slot, language: Language) -> Iterator[str]:
    """Say in the trace of a visit what the rules said as it opened, and why its physician went on."""
    row = session.get(AskedAgain, appointment.id)
    if row is None or row.state == "unasked":
        return
    zone = rows.zone_of(session, slot.organization_id)
    yield f"<h2>{escape(say('followup.trace.again', language, version=hospital.said(row.rules_version)))}</h2>"
    yield f"<p>{escape(say('followup.trace.again_' + row.state, language))}"
    if row.state != "yes":
        rule = rules_of(session, slot.organization_id, row.rules_version).texts[_verdict(row).cited]
        yield f"<br>{rule.number}. {escape(rule.text.pick(language))}"
    yield "</p>"
    if row.decided_at is not None:
        at = rows.local(row.decided_at, zone)[:16].replace("T", " ")
        reason = unseal_text(row.reason, _REASON, row.appointment_id)
        yield f"<p>{escape(say('followup.trace.again_reason', language, at=at))} {escape(reason)}</p>"


def _booked(session: Session, appointment: Appointment) -> Checked | None:
    """Return what was answered at the booking; a visit that was never asked about has nothing to be asked again."""
    return session.exec(select(Checked).where(Checked.appointment_id == appointment.id)).first()


def _answers(row: AskedAgain | None, booked: Checked, rules: Rules) -> Answers | None:
    """Return answers that count now: given within the day, to these rules; nothing where they are to be given anew."""
    day = clock.now() - timedelta(hours=rules.keeps_hours)
    if row is not None and row.answers is not None and row.answered_at is not None:
        if row.answered_at <= day or row.rules_version != rules.version:
            return None
        told = json.loads(unseal_text(row.answers, _ANSWERS, row.appointment_id))
        return Answers(told["disease"], frozenset(told["flags"]), bool(told["controlled"]))
    if booked.made_at <= day or booked.rules_version != rules.version:
        return None
    return checking.kept_in(booked)[1]


def _judge(
    session: Session,
    actor: Actor,
    appointment: Appointment,
    slot: Slot,
    row: AskedAgain | None,
    rules: Rules,
    answers: Answers,
) -> None:
    facts = facts_of(session, actor, appointment.person_id, slot.organization_id, slot.department_id, rules)
    verdict = eligible(facts, rules, answers)
    state = "yes"
    if not verdict.met:
        law, signs = hospital.law_in(own_at(session, slot.organization_id))
        wide = facts_of(session, actor, appointment.person_id, slot.organization_id, slot.department_id, law)
        lawful = eligible(wide, law, replace(answers, flags=answers.flags & signs)).met
        state = "own" if lawful else "law"
    _keep(session, appointment, row, rules, verdict, state)


def _keep(
    session: Session,
    appointment: Appointment,
    row: AskedAgain | None,
    rules: Rules,
    verdict: Verdict | None,
    state: str = "unasked",
) -> None:
    row = row or AskedAgain(appointment_id=appointment.id, state=state, rules_version=rules.version)
    row.state, row.rules_version, row.made_at = state, rules.version, clock.now()
    told = json.dumps(asdict(verdict), ensure_ascii=False) if verdict is not None else ""
    row.verdict = seal_text(told, _VERDICT, row.appointment_id) if told else None
    session.add(row)
    session.flush()
    changes.note(session, f"visit:{appointment.id}")


def _verdict(row: AskedAgain) -> Verdict:
    return checking.verdict_from(unseal_text(row.verdict, _VERDICT, row.appointment_id))
