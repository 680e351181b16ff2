"""Before booking: what it is about, how one is, and whether that may be seen online. A yes holds for a day.

The rules are asked again with the same answers when the time is booked: what has changed in the chart since counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import cast

from sqlmodel import Session, and_, col, delete, or_, select

from health_cloud.core import clock
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import seal_text, unseal_text
from health_cloud.core.errors import Denied, Invalid, NotFound
from health_cloud.core.ids import is_id, new_id
from health_cloud.core.policy import Action
from health_cloud.core.words import Words
from health_cloud.followup.models import Checked, Slot
from health_cloud.followup.service import rows
from health_cloud.followup.service.allowing import allow
from health_cloud.followup.service.eligibility.deciding import UNKNOWN, Answers, confirmed, eligible
from health_cloud.followup.service.eligibility.facts import facts_of
from health_cloud.followup.service.eligibility.rules import Rules, shipped
from health_cloud.followup.service.ruling import rules_at
from health_cloud.followup.views import Check, CheckPage, DiseaseRow, FlagRow, Verdict, VerdictPage
from health_cloud.identity.service.faces import account_card, hospital_of_department
from health_cloud.identity.service.people import department_name, person_state

UNCHECKED = "followup.rule.unchecked"
"""Key of what is said to whoever has no yes of the last day."""
NEW = "new"
"""What somebody says who comes for something that is not on their list."""
_ANSWERS, _VERDICT = "followup_checked.answers", "followup_checked.verdict"


@dataclass(frozen=True)
class Place:
    """With whom, and where; both exist and offer times."""

    organization_id: str
    department_id: str
    physician_account_id: str


def check_page(session: Session, actor: Actor, department_id: str, physician_account_id: str) -> CheckPage:
    """Return with whom it would be, and the diseases of one's own that are followed up online.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: no such physician offers times there.
    """
    place = place_of(session, actor, department_id, physician_account_id)
    rules = rules_at(session, place.organization_id)
    facts = facts_of(session, actor, actor.subject_id, place.organization_id, place.department_id, rules)
    found = {name: confirmed(facts.diagnoses, disease) for name, disease in rules.diseases.items()}
    return CheckPage(
        physician=account_card(session, place.physician_account_id),
        department=department_name(session, place.department_id),
        diseases=tuple(DiseaseRow(name, rules.diseases[name].words, each.day) for name, each in found.items() if each),
    )


def questions_of(session: Session, actor: Actor, department_id: str, disease: str) -> list[FlagRow]:
    """Return the symptoms that are asked about with a disease in a department.

    Raises:
        Denied: not a patient, nor a guardian who books.
    """
    allow(session, actor, Action.BOOK_APPOINTMENT)
    rules = rules_at(session, hospital_of_department(session, department_id))
    return [FlagRow(each.name, each.words) for each in rules.asked_of(disease)]


def ask(
    session: Session, actor: Actor, department_id: str, physician_account_id: str, given: Mapping[str, object]
) -> VerdictPage:
    """Read what was answered (`disease flags none controlled`, see `answers_of`) by the hospital's rules, and ask them.

    Raises:
        Denied, NotFound: as `check`.
        Invalid: as `answers_of`.
    """
    place = place_of(session, actor, department_id, physician_account_id)
    rules = rules_at(session, place.organization_id)
    told = {name: given.get(name) for name in ("none", "controlled")}
    answers = answers_of(given.get("disease"), given.get("flags"), **told, rules=rules)
    return check(session, actor, department_id, physician_account_id, answers)


def answers_of(
    disease: object, flags: object, *, none: object, controlled: object, rules: Rules | None = None
) -> Answers:
    """Read what was answered; types are the client's.

    Args:
        disease: name of a disease on the list, or `new`.
        flags: names of symptoms.
        none: that there is no such symptom.
        controlled: `yes` or `no`.
        rules: those of the hospital; what is shipped where they are left out.

    Raises:
        Invalid: a question is not answered, or answered in two ways; `field` says which.
    """
    rules = rules or shipped()
    if not isinstance(disease, str) or (disease != NEW and disease not in rules.diseases):
        raise Invalid("followup.check.error.disease", field="disease")
    given = _names(flags)
    if given is None or not given <= set(rules.flags) or bool(given) == (none is True):
        raise Invalid("followup.check.error.flags", field="flags")
    if controlled not in ("yes", "no"):
        raise Invalid("followup.check.error.controlled", field="controlled")
    return Answers("" if disease == NEW else disease, given, controlled == "yes")


def _names(flags: object) -> frozenset[str] | None:
    """Return what are names in what a client sent as a list of them; nothing where it is no such list."""
    given = cast("list[object]", flags) if isinstance(flags, list) else [None]
    names = frozenset(each for each in given if isinstance(each, str))
    return names if len(given) == sum(isinstance(each, str) for each in given) else None


def check(
    session: Session, actor: Actor, department_id: str, physician_account_id: str, answers: Answers
) -> VerdictPage:
    """Ask the rules, and keep what they said: the last word alone counts.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: no such physician offers times there.
    """
    place = place_of(session, actor, department_id, physician_account_id)
    rules = rules_at(session, place.organization_id)
    facts = facts_of(session, actor, actor.subject_id, place.organization_id, place.department_id, rules)
    verdict = eligible(facts, rules, answers)
    _forget(session, actor.subject_id, place)
    row = _keep(session, actor, place, answers, verdict)
    return VerdictPage(
        verdict=verdict,
        rule=rules.texts[verdict.cited] if verdict.cited else VerdictPage().rule,
        emergency=rules.emergency,
        until=rows.local(row.until_at, rows.zone_of(session, place.organization_id)),
    )


def _keep(
    session: Session, actor: Actor, place: Place, answers: Answers, verdict: Verdict, appointment_id: str = ""
) -> Checked:
    now, row_id = clock.now(), new_id()
    told = {"disease": answers.disease, "flags": sorted(answers.flags), "controlled": answers.controlled}
    row = Checked(
        id=row_id,
        person_id=actor.subject_id,
        account_id=actor.account_id,
        physician_account_id=place.physician_account_id,
        department_id=place.department_id,
        rules_version=verdict.rules_version,
        answers=seal_text(json.dumps(told), _ANSWERS, row_id),
        verdict=seal_text(json.dumps(asdict(verdict), ensure_ascii=False), _VERDICT, row_id),
        met=verdict.met,
        made_at=now,
        until_at=now + timedelta(hours=shipped().keeps_hours),
        appointment_id=appointment_id,
    )
    session.add(row)
    return row


def _forget(session: Session, person_id: str, place: Place) -> None:
    """Delete what this person answered before with no booking on it: of this place, and what has run out."""
    here = and_(
        col(Checked.physician_account_id) == place.physician_account_id,
        col(Checked.department_id) == place.department_id,
    )
    session.exec(
        delete(Checked).where(
            col(Checked.person_id) == person_id,
            col(Checked.appointment_id) == "",
            or_(here, col(Checked.until_at) <= clock.now()),
        )
    )


def steps_before(session: Session, actor: Actor) -> dict[tuple[str, str], str]:
    """Return how far the actor's subject has come by (department, physician): `give`, or nothing that is left to do.

    Where it says nothing of a place the rules are to be asked first; the caller has asked the policy.
    """
    found = session.exec(
        select(Checked).where(
            Checked.person_id == actor.subject_id,
            Checked.appointment_id == "",
            col(Checked.met),
            col(Checked.until_at) > clock.now(),
        )
    ).all()
    now = {each: _version_in(session, each) for each in {row.department_id for row in found}}
    return {
        (each.department_id, each.physician_account_id): "give" if each.given is None else ""
        for each in found
        if each.rules_version == now[each.department_id]
    }


def _version_in(session: Session, department_id: str) -> int:
    """Return the version of the rules that hold in a department now: what was said by another is asked anew."""
    return rules_at(session, hospital_of_department(session, department_id)).version


def check_again(session: Session, actor: Actor, slot: Slot, appointment_id: str) -> tuple[Checked, Checked]:
    """Ask the rules again, with the answers of at most a day ago, and keep what they say with a booking of this time.

    The use of the chart leaves its line first, which locks the person's chain: two bookings of one person come one
    after the other.

    Returns:
        The yes on which the booking rests, and what is kept with the booking.

    Raises:
        Denied: the rules were not asked for this physician within a day, or they say no by now; the rule is named.
    """
    rules = rules_at(session, slot.organization_id)
    facts = facts_of(session, actor, actor.subject_id, slot.organization_id, slot.department_id, rules)
    row = _newest(session, actor, slot.department_id, slot.physician_account_id)
    answers = _answers_in(row)
    verdict = eligible(facts, rules, answers)
    if not verdict.met:
        raise _refusal(_rule_of(verdict), actor)
    place = Place(slot.organization_id, slot.department_id, slot.physician_account_id)
    return row, _keep(session, actor, place, answers, verdict, appointment_id)


def check_moved(session: Session, actor: Actor, slot: Slot, appointment_id: str) -> Checked:
    """Ask the rules again for an appointment that goes to another time, with the answers that were kept with it.

    The use of the chart leaves its line first, which locks the person's chain.

    Returns:
        What is kept with the booking; it stays as it is.

    Raises:
        Denied: they say no by now (the rule is named), or were never asked, or have changed since.
    """
    rules = rules_at(session, slot.organization_id)
    facts = facts_of(session, actor, actor.subject_id, slot.organization_id, slot.department_id, rules)
    row = session.exec(select(Checked).where(Checked.appointment_id == appointment_id)).first()
    if row is None or row.rules_version != rules.version:  # what newer rules ask was not answered
        raise _refusal(UNCHECKED, actor)
    verdict = eligible(facts, rules, _answers_in(row))
    if not verdict.met:
        raise _refusal(_rule_of(verdict), actor)
    return row


def verdict_at(session: Session, appointment_id: str) -> Verdict:
    """Return what the rules said at a booking; the caller has asked whose it is. One without them says nothing."""
    row = session.exec(select(Checked).where(Checked.appointment_id == appointment_id)).first()
    return kept_in(row)[0] if row is not None else Verdict()


def kept_in(row: Checked) -> tuple[Verdict, Answers]:
    """Return what the rules said once, and the answers; for whoever has asked whose it is."""
    return verdict_from(unseal_text(row.verdict, _VERDICT, row.id)), _answers_in(row)


def verdict_from(body: str) -> Verdict:
    """Read what the rules said from what was kept of it."""
    told = json.loads(body)
    checks = tuple(Check(**each | {"what": Words(**each["what"])}) for each in told["checks"])
    return Verdict(**told | {"checks": checks, "disease": Words(**told["disease"])})


def newest_yes(session: Session, actor: Actor, department_id: str, physician_account_id: str) -> Checked:
    """Return what was said last, within a day, for this physician, where it was yes.

    Raises:
        Denied: it was no, or the rules were not asked.
    """
    row = _newest(session, actor, department_id, physician_account_id)
    if not row.met:
        raise _refusal(UNCHECKED, actor)
    return row


def _newest(session: Session, actor: Actor, department_id: str, physician_account_id: str) -> Checked:
    row = session.exec(
        select(Checked)
        .where(
            Checked.person_id == actor.subject_id,
            Checked.physician_account_id == physician_account_id,
            Checked.department_id == department_id,
            Checked.appointment_id == "",
            col(Checked.until_at) > clock.now(),
        )
        .order_by(col(Checked.made_at).desc(), col(Checked.id).desc())
        .limit(1)
    ).first()
    if row is None or row.rules_version != _version_in(session, department_id):
        raise _refusal(UNCHECKED, actor)
    return row


def _rule_of(verdict: Verdict) -> str:
    """Return the key of what is said of the rule that is cited; of a missing birth date, that it is missing."""
    unknown = any(each.name == verdict.cited == "child" and each.state == UNKNOWN for each in verdict.checks)
    return "followup.rule.birth_date" if unknown else f"followup.rule.{verdict.cited}"


def _refusal(key: str, actor: Actor) -> Denied:
    return Denied(key, action=Action.BOOK_APPOINTMENT.value, person_id=actor.subject_id)


def _answers_in(row: Checked) -> Answers:
    told = json.loads(unseal_text(row.answers, _ANSWERS, row.id))
    return Answers(told["disease"], frozenset(told["flags"]), bool(told["controlled"]))


def place_of(session: Session, actor: Actor, department_id: str, physician_account_id: str) -> Place:
    """Return with whom it would be and where.

    Raises:
        Denied: not a patient, nor a guardian who books.
        NotFound: no such physician offers times there.
    """
    allow(session, actor, Action.BOOK_APPOINTMENT)
    person = person_state(session, actor.subject_id)
    known = person.organization_ids if person else ()
    found = (
        session.exec(
            select(Slot.organization_id)
            .where(
                Slot.physician_account_id == physician_account_id,
                Slot.department_id == department_id,
                Slot.state == "open",
                col(Slot.starts_at) > clock.now(),
                col(Slot.organization_id).in_(known),
            )
            .limit(1)
        ).first()
        if is_id(department_id) and is_id(physician_account_id)
        else None
    )
    if found is None:
        raise NotFound("followup.check.error.place")
    return Place(found, department_id, physician_account_id)
