"""Prescriptions: outpatient orders that are paid for."""

from __future__ import annotations

from health_cloud.chart.service.drafts import When
from health_cloud.core.vocabulary import EntryState, RecordClass
from health_cloud.ingest.service.folder import Piece
from health_cloud.ingest.service.mapping import fhir, items, times
from health_cloud.ingest.service.mapping.fhir import Json, obj, text
from health_cloud.ingest.service.mapping.medicines import medicine
from health_cloud.ingest.service.rules import codes
from health_cloud.ingest.service.rules.encounters import gather
from health_cloud.ingest.service.rules.payments import REFUNDED, UNPAID, Till
from health_cloud.ingest.service.rules.verdict import Verdict, Visit, encounter_ref, outcomes, release
from health_cloud.records.views.content import EntryContent


def decide_prescriptions(verdict: Verdict) -> None:
    """Decide every MedicationRequest."""
    requests = verdict.folder.of("MedicationRequest")
    if not requests:
        return
    till = Till(verdict.folder)
    for piece in requests:
        if piece.resource.get("intent") != "order":
            verdict.attach(piece)
            gather(verdict, piece)
        elif text(piece.resource.get("status")) not in codes.PRESCRIBED:
            verdict.hold(piece, "status")
        else:
            _decide(verdict, piece, till)


def _decide(verdict: Verdict, piece: Piece, till: Till) -> None:
    reference = encounter_ref(piece.resource)
    visit = verdict.visit_of(piece.resource)
    if visit is not None and visit.code in codes.INPATIENT:
        verdict.attach(piece)
        visit.attached.append(piece)
        return
    if reference is not None and visit is None:
        verdict.folder.awaited.add(verdict.feeding.keys.of(reference.id))
        verdict.hold(piece, "encounter_missing")
        return
    outpatient = visit is not None and visit.code in codes.OUTPATIENT
    if not outpatient and not fhir.codes(piece.resource.get("category")) & codes.OUTPATIENT_CATEGORIES:
        verdict.hold(piece, "encounter_unstated")
        return
    if verdict.feeding.options.prescriptions == "settled":
        _publish(verdict, piece, visit, None, "settled")
        return
    state, paid = till.state_of(piece)
    if state == UNPAID:
        verdict.hold(piece, "unpaid")
    else:
        _publish(verdict, piece, visit, paid, "paid" if state != REFUNDED else REFUNDED)


def _publish(verdict: Verdict, piece: Piece, visit: Visit | None, paid: When | None, payment: str) -> None:
    zone = verdict.feeding.zone
    written = times.when(piece.resource.get("authoredOn"), zone)
    occurred = written or (times.occurred(visit.piece.resource, zone, "period") if visit else None)
    verdict.check_times(piece, written)
    refunded = payment == REFUNDED
    history = outcomes(piece, codes.PRESCRIBED)
    verdict.add_entry(
        piece,
        [_content(verdict, each.resource, visit, payment) for each in history],
        release(RecordClass.PRESCRIPTIONS, visit),
        occurred=occurred,
        outcome=paid,
        state=EntryState.WITHDRAWN if refunded else EntryState.PUBLISHED,
        held_reason=REFUNDED if refunded else "",
        encounter_key=visit.piece.source_key if visit else "",
        history=history,
        group_key=_group_key(verdict, piece.resource),
    )


def _group_key(verdict: Verdict, request: Json) -> str:
    """Return the key of the prescription that a medicine is a part of, where the source says so."""
    group = obj(request.get("groupIdentifier"))
    value = text(group.get("value"))
    return verdict.feeding.keys.group(text(group.get("system")), value) if value else ""


def _content(verdict: Verdict, request: Json, visit: Visit | None, payment: str) -> EntryContent:
    look = verdict.folder.look
    drug = medicine(request, look)
    return EntryContent(
        record_class=RecordClass.PRESCRIPTIONS.value,
        title=drug.name,
        status=text(request.get("status")),
        occurred=text(request.get("authoredOn")),
        place=visit.place if visit else (),
        people=items.people(request, look, "requester", "performer"),
        reason=drug.reason,
        medicines=(drug,),
        codes=drug.codes,
        payment=payment,
        group=text(obj(request.get("groupIdentifier")).get("value")),
        source_ids=(f"MedicationRequest/{text(request.get('id'))}",),
    )
