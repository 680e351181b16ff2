"""The desk names a guardian, for children and for those who cannot invite: who proved what stands in the ledger."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, select

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.errors import Denied, Invalid, NotFound
from health_cloud.core.policy import Action, decide
from health_cloud.identity.models import Guardian
from health_cloud.identity.service import alerts
from health_cloud.identity.service.accounts import Named, person_named
from health_cloud.identity.service.guardians.inviting import begin
from health_cloud.identity.service.guardians.terms import end_at, levels_of, relation_of
from health_cloud.identity.service.guardians.using import close
from health_cloud.identity.service.guardians.word import PAGE, name_of
from health_cloud.identity.service.relations import LIVING
from health_cloud.notify.views import Kind


def name_guardian(
    session: Session,
    actor: Actor,
    patient: Named,
    guardian: Named,
    relation: str,
    further: tuple[str, ...],
    *,
    days: int,
    proof: str,
) -> str:
    """Let somebody see to a patient's affairs from now on; both are told. Returns until when, as ISO text.

    Args:
        session: the transaction.
        actor: the desk.
        patient: by an identifier.
        guardian: by an identifier; needs no account yet to be named, but one of their own to act.
        relation: what the guardian is to the patient.
        further: levels beyond reading.
        days: for how long, a year at most; a parent's relation to a child ends by the age in the settings.
        proof: what was shown, such as a household register; kept sealed beside the line.

    Raises:
        NotFound: one of the two is nobody.
        Invalid: one and the same person, no relation, or no word on what was shown.
    """
    _allow(actor)
    if not proof.strip():
        raise Invalid("identity.guardians.no_proof", field="proof")
    person_id, guardian_id = person_named(session, patient), person_named(session, guardian)
    if person_id == guardian_id:
        raise Invalid("identity.guardians.oneself")
    kind, at = relation_of(relation), now()
    row = Guardian(
        person_id=person_id,
        guardian_id=guardian_id,
        relation=kind,
        levels=levels_of(further),
        proof="desk",
        state="named",
        created_at=at,
        until_at=end_at(session, person_id, kind, at + timedelta(days=max(days, 1))),
    )
    session.add(row)
    session.flush()
    begin(session, row)
    ledger.write(
        session,
        actor,
        Action.NAME_GUARDIAN,
        ledger.DONE,
        person_id=person_id,
        decision=decide(actor, Action.NAME_GUARDIAN),
        note=proof.strip(),
        detail={"relation": row.id, "step": LIVING},
    )
    for side, other, key in (
        (person_id, guardian_id, "identity.guardians.told.appointed"),
        (guardian_id, person_id, "identity.guardians.told.living"),
    ):
        alerts.tell_person(session, side, key, kind=Kind.GUARDIAN, link=PAGE, name=name_of(session, other))
    return row.until_at.isoformat()


def end_guardian(session: Session, actor: Actor, patient: Named, guardian: Named) -> None:
    """End a living relation; both are told.

    Raises:
        NotFound: one of the two is nobody, or there is no living relation between them.
    """
    _allow(actor)
    row = session.exec(
        select(Guardian).where(
            Guardian.person_id == person_named(session, patient),
            Guardian.guardian_id == person_named(session, guardian),
            Guardian.state == LIVING,
        )
    ).first()
    if row is None:
        raise NotFound("identity.guardians.none_living")
    close(session, actor, row, "desk")


def were_related(session: Session, patient: Named, guardian: Named) -> bool:
    """Tell whether there is or was a relation between these two; for the demonstration's people."""
    found = session.exec(
        select(Guardian.id).where(
            Guardian.person_id == person_named(session, patient),
            Guardian.guardian_id == person_named(session, guardian),
        )
    ).first()
    return found is not None


def _allow(actor: Actor) -> None:
    if not decide(actor, Action.NAME_GUARDIAN).allowed:
        raise Denied(action=Action.NAME_GUARDIAN.value)
