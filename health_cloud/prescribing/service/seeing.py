"""What a patient sees of a prescription before it is a record: how it stands, and where and how it is paid."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.core import ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied
from health_cloud.core.policy import Action, Role
from health_cloud.core.settings import settings
from health_cloud.core.words import Words
from health_cloud.identity.service.people import organization_names
from health_cloud.identity.service.relations import decision_in
from health_cloud.prescribing.service import rows
from health_cloud.prescribing.service.showing import signed_rows
from health_cloud.prescribing.service.visits import visit_of
from health_cloud.prescribing.service.wording import money
from health_cloud.prescribing.views.prescriptions import NO_OWN, Item, ItemRow, OwnPrescription


def own_prescription(session: Session, actor: Actor, visit_id: str, known: str = "") -> OwnPrescription:
    """Return what was prescribed in a visit, to its patient or whoever books for them; nothing while it is a draft.

    Reading leaves a line in the patient's ledger, unless it is `known`: the `shown` before them.

    Raises:
        Denied: neither.
        NotFound: absent or somebody else's visit.
    """
    decision = decision_in(session, actor, Action.READ_PRESCRIPTION)
    if actor.role is not Role.PATIENT or not decision.allowed:
        raise Denied(action=Action.READ_PRESCRIPTION.value, person_id=actor.subject_id)
    visit = visit_of(session, actor, visit_id, Action.READ_PRESCRIPTION)
    row = rows.of_visit(session, visit.id)
    signing = rows.last_signing(session, row.id) if row is not None else None
    if row is None or signing is None:
        return NO_OWN
    hospital = organization_names(session, (row.organization_id,)).get(row.organization_id, Words())
    state = rows.stand_of(row)
    told = state in ("approved", "paid")  # what a pharmacist has not seen is not yet for anybody to take
    until = row.signed_at + rows.VALID if row.signed_at else None
    shown = f"{row.id}:{signing.number}:{state}"
    if shown != known:
        ledger.write(
            session,
            actor,
            Action.READ_PRESCRIPTION,
            ledger.ALLOWED,
            person_id=row.person_id,
            decision=decision,
            detail={"prescription": row.id, "appointment": row.visit_id},
        )
    return OwnPrescription(
        id=row.id,
        state=state,
        number=row.number,
        medicines=tuple(map(_shown, signed_rows(rows.body_of(signing)))) if told else (),
        total=money(row.total),
        signed_at=rows.local(session, row.organization_id, signing.signed_at),
        until=rows.local(session, row.organization_id, until),
        paid_at=rows.local(session, row.organization_id, row.paid_at),
        hospital=hospital,
        demo=settings().mode == "demo",
        shown=shown,
    )


def _shown(each: ItemRow) -> ItemRow:
    """Leave out what is between those who prescribe and review: findings and the reasons for passing them."""
    return replace(each, findings=(), item=Item(each.item.code, note=each.item.note))
