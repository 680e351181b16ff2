"""What a patient says once and for all of requests: never from there, or always to me; the narrowest word decides.

A request that is kept away is to its asker what every other one is: sent, and after 72 hours without an answer. So the
choice is looked up by the same statement for everybody, and nothing else of asking depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, delete, func, or_, select

from health_cloud.consent.models import AccessRequest, Grant, StandingChoice
from health_cloud.consent.service.owning import line, own_decision
from health_cloud.consent.views import ALL, ASK, DEPARTMENT, HOSPITAL, NEVER, PHYSICIAN, QR, ChoiceRow, ChoicesPage
from health_cloud.core import changes, clock
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Invalid, NotFound
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Action
from health_cloud.core.words import Words
from health_cloud.identity.service.faces import account_card, department_face, departments_in, working_place
from health_cloud.identity.service.people import organization_names, person_state

KINDS = (ALL, HOSPITAL, DEPARTMENT, PHYSICIAN)
_NARROWEST = (PHYSICIAN, DEPARTMENT, HOSPITAL, ALL)
_COUNTED = timedelta(days=90)
_SHOWN = 50


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as a standing choice may name them; `account_id` is empty for a team as a whole."""

    organization_id: str
    department_id: str = ""
    account_id: str = ""


def asker_of(session: Session, account_id: str) -> Asker:
    """Return where a physician works, whoever they ask for."""
    organization_id, department_id = working_place(session, account_id)
    return Asker(organization_id, department_id, account_id)


def keeps_away(session: Session, person_id: str, asker: Asker) -> bool:
    """Tell whether a person has said never to this asker; one statement, for a person that there is not, too."""
    named = {ALL: "", HOSPITAL: asker.organization_id, DEPARTMENT: asker.department_id, PHYSICIAN: asker.account_id}
    rows = session.exec(
        select(StandingChoice.kind, StandingChoice.choice).where(
            StandingChoice.person_id == person_id,
            or_(
                *[
                    (col(StandingChoice.kind) == kind) & (col(StandingChoice.target_id) == target)
                    for kind, target in named.items()
                ]
            ),
        )
    ).all()
    said = dict(rows)
    return next((said[kind] for kind in _NARROWEST if kind in said and (named[kind] or kind == ALL)), ASK) == NEVER


def choose(session: Session, actor: Actor, kind: str, target_id: str, choice: str) -> None:
    """Say once and for all what becomes of requests from somewhere; an empty choice takes it back.

    Requests that wait follow it at once: those that may not come are put away, and come back when the word is taken
    back before they lapse.

    Raises:
        Denied: it is none of the actor's affairs.
        Invalid: no such choice.
        NotFound: nobody of whom the actor could have heard.
    """
    ground = own_decision(session, actor, Action.CHOOSE_STANDING)
    if kind not in KINDS or choice not in ("", NEVER, ASK) or (kind == ALL and choice == ASK):
        raise Invalid
    if kind == ALL:
        target_id = ""
    elif not _is_known(session, actor, kind, target_id):
        raise NotFound(action=Action.CHOOSE_STANDING.value)
    person_id = actor.subject_id
    before = _said(session, person_id, kind, target_id)
    # what was said before goes first; two screens at once end as the later one said
    session.exec(
        delete(StandingChoice).where(
            col(StandingChoice.person_id) == person_id,
            col(StandingChoice.kind) == kind,
            col(StandingChoice.target_id) == target_id,
        )
    )
    if choice:
        now = clock.now()
        session.add(StandingChoice(person_id=person_id, kind=kind, target_id=target_id, choice=choice, chosen_at=now))
    session.flush()
    _settle(session, person_id)
    line(session, actor, ground, Action.CHOOSE_STANDING, kind=kind, target=target_id, choice=choice or "none")
    changes.note(session, f"person:{person_id}")
    if NEVER in (before, choice):  # it decides on teams too
        changes.note(session, changes.team_topic(person_id))


def _said(session: Session, person_id: str, kind: str, target_id: str) -> str:
    return (
        session.exec(
            select(StandingChoice.choice).where(
                StandingChoice.person_id == person_id,
                StandingChoice.kind == kind,
                StandingChoice.target_id == target_id,
            )
        ).first()
        or ""
    )


def circle_of(session: Session, actor: Actor, request_id: str, kind: str) -> str:
    """Return whom a choice made from a waiting request is about: its asker, their department or their hospital.

    Raises:
        NotFound: no such request waits for the actor.
        Invalid: no such circle, or the asker has no department.
    """
    own_decision(session, actor, Action.CHOOSE_STANDING)
    request = session.get(AccessRequest, request_id) if is_id(request_id) else None
    if request is None or request.person_id != actor.subject_id or request.state != "sent":
        raise NotFound(action=Action.CHOOSE_STANDING.value)
    asker = asker_of(session, request.asker_account_id)
    target = {PHYSICIAN: asker.account_id, DEPARTMENT: asker.department_id, HOSPITAL: asker.organization_id}.get(kind)
    if not target:
        raise Invalid
    return target


def _settle(session: Session, person_id: str) -> None:
    """Have what waits follow the choices as they stand; what the patient invited themselves stays with them."""
    waiting = session.exec(
        select(AccessRequest)
        .where(
            AccessRequest.person_id == person_id,
            col(AccessRequest.state).in_(("sent", "kept")),
            col(AccessRequest.lapses_at) > clock.now(),
        )
        .with_for_update()
    ).all()
    for request in waiting:
        kept = keeps_away(session, person_id, asker_of(session, request.asker_account_id))
        request.state = "kept" if kept and request.asked_by != QR else "sent"
        session.add(request)


def choices_page(session: Session, actor: Actor) -> ChoicesPage:
    """Return the standing choices of the actor's subject, and whom else one can be made of.

    Raises:
        Denied: it is none of the actor's affairs.
    """
    own_decision(session, actor, Action.CHOOSE_STANDING)
    person_id = actor.subject_id
    rows = session.exec(
        select(StandingChoice)
        .where(StandingChoice.person_id == person_id)
        .order_by(col(StandingChoice.chosen_at).desc())
    ).all()
    said = {(row.kind, row.target_id): row.choice for row in rows}
    askers = _askers(session, person_id)
    hospitals = _hospitals(session, actor, askers)
    places = [
        row
        for hospital in hospitals
        for row in (
            _row(session, HOSPITAL, hospital),
            *(_row(session, DEPARTMENT, each) for each, _ in departments_in(session, hospital)),
        )
    ]
    return ChoicesPage(
        nobody=said.get((ALL, "")) == NEVER,
        made=[_row(session, row.kind, row.target_id, row.choice) for row in rows if row.kind != ALL],
        physicians=[_row(session, PHYSICIAN, each) for each in askers if (PHYSICIAN, each) not in said],
        places=[row for row in places if (row.kind, row.id) not in said],
        kept=_kept(session, person_id),
    )


def _askers(session: Session, person_id: str, hidden: str = "kept") -> list[str]:
    """Return who has reached this person with a request or may read by their leave, the newest first."""
    asked = session.exec(
        select(AccessRequest.asker_account_id)
        .where(AccessRequest.person_id == person_id, AccessRequest.state != hidden)
        .order_by(col(AccessRequest.created_at).desc())
        .limit(_SHOWN)
    ).all()
    granted = session.exec(
        select(Grant.grantee_account_id)
        .where(Grant.person_id == person_id)
        .order_by(col(Grant.from_at).desc())
        .limit(_SHOWN)
    ).all()
    return list(dict.fromkeys((*asked, *granted)))


def _hospitals(session: Session, actor: Actor, askers: Iterable[str]) -> list[str]:
    """Return the hospitals that know the actor's subject, and those of whoever has asked."""
    person = person_state(session, actor.subject_id)
    own = person.organization_ids if person else ()
    theirs = (asker_of(session, each).organization_id for each in askers)
    return [each for each in dict.fromkeys((*own, *theirs)) if each]


def _is_known(session: Session, actor: Actor, kind: str, target_id: str) -> bool:
    """Tell whether this is somebody of whom the actor could have heard; anybody else is not to be guessed here."""
    if not is_id(target_id):
        return False
    said = select(StandingChoice.id).where(
        StandingChoice.person_id == actor.subject_id,
        StandingChoice.kind == kind,
        StandingChoice.target_id == target_id,
    )
    if session.exec(said).first() is not None:
        return True
    askers = _askers(session, actor.subject_id, "")  # their ledger names those, too, who were kept away
    if kind == PHYSICIAN:
        return target_id in askers
    hospitals = _hospitals(session, actor, askers)
    if kind == HOSPITAL:
        return target_id in hospitals
    return any(target_id == each for hospital in hospitals for each, _ in departments_in(session, hospital)) or any(
        target_id == asker_of(session, each).department_id for each in askers
    )


def _row(session: Session, kind: str, target_id: str, choice: str = "") -> ChoiceRow:
    if kind == HOSPITAL:
        name = organization_names(session, (target_id,)).get(target_id, Words())
        return ChoiceRow(kind, target_id, name, Words(), choice)
    if kind == DEPARTMENT:
        name, place = department_face(session, target_id)
        return ChoiceRow(kind, target_id, name, place, choice)
    card = account_card(session, target_id)
    return ChoiceRow(kind, target_id, card.name, card.department, choice)


def _kept(session: Session, person_id: str) -> int:
    return session.exec(
        select(func.count()).where(
            AccessRequest.person_id == person_id,
            AccessRequest.state == "kept",
            col(AccessRequest.created_at) > clock.now() - _COUNTED,
        )
    ).one()
