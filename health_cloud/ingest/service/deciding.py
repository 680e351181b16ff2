"""Decisions about one patient, after all files of a run: what is an entry, what waits, what belongs where."""

from __future__ import annotations

from health_cloud.core.vocabulary import RecordClass
from health_cloud.ingest.service.context import Feeding
from health_cloud.ingest.service.folder import Folder, Piece
from health_cloud.ingest.service.mapping import items
from health_cloud.ingest.service.mapping.fhir import text
from health_cloud.ingest.service.mapping.measured import is_laboratory
from health_cloud.ingest.service.rules import background, reports
from health_cloud.ingest.service.rules.documents import decide_documents, decide_note
from health_cloud.ingest.service.rules.encounters import decide_visits, gather, note_visits
from health_cloud.ingest.service.rules.imaging import decide_studies
from health_cloud.ingest.service.rules.prescriptions import decide_prescriptions
from health_cloud.ingest.service.rules.verdict import Verdict, encounter_ref

OF_THEIR_OWN = frozenset({"Encounter", "DiagnosticReport", "MedicationRequest", "ImagingStudy", "DocumentReference"})
"""Types that have a rule of their own; Observations have two."""

UNFIT = frozenset({"entered-in-error", "cancelled", "not-done", "preliminary", "registered", "draft", "unknown"})
"""Statuses in which a detail is no outcome: it is kept, and not shown with its visit."""

BILLING = frozenset(
    {
        "Claim", "ClaimResponse", "ExplanationOfBenefit", "PaymentNotice", "PaymentReconciliation", "Coverage",
        "CoverageEligibilityRequest", "CoverageEligibilityResponse", "Account", "ChargeItem", "Invoice", "Contract",
    }
)  # fmt: skip
DETAILS = frozenset(
    {
        "Patient",
        "RelatedPerson",
        "Person",
        "Specimen",
        "Device",
        "Media",
        "BodyStructure",
        "Provenance",
        "Binary",
        "Group",
    }
)
"""Attached whatever becomes of their patient."""


def decide(feeding: Feeding, folder: Folder, record_id: str, birth_date: str) -> Verdict:
    """Apply the outcome rules to everything that is known of one patient record."""
    verdict = Verdict(feeding, folder, record_id, birth_date)
    note_visits(verdict)
    carried = reports.carried_keys(verdict)
    classes = {piece.source_key: reports.class_of(verdict, piece) for piece in folder.of("DiagnosticReport")}
    joined = decide_studies(verdict, classes)
    for piece in folder.of("DiagnosticReport"):
        _decide_report(verdict, piece, classes[piece.source_key], joined)
    for piece in folder.of("Observation"):
        _decide_observation(verdict, piece, carried)
    decide_prescriptions(verdict)
    decide_documents(verdict)
    for kind in folder.kinds():
        if kind not in OF_THEIR_OWN and kind != "Observation":
            for piece in folder.of(kind):
                _decide_other(verdict, piece)
    decide_visits(verdict)
    for piece in folder.strayed:
        verdict.hold(piece, "wrong_patient")
        verdict.problem("wrong_patient", piece, "a newer version is about another patient")
    return verdict


def _decide_report(verdict: Verdict, piece: Piece, record_class: RecordClass | str, joined: set[str]) -> None:
    if piece.source_key in joined:
        return
    if isinstance(record_class, RecordClass):
        reports.decide_report(verdict, piece, record_class)
    else:
        decide_note(verdict, piece)


def _decide_observation(verdict: Verdict, piece: Piece, carried: set[str]) -> None:
    if piece.source_key in carried or (piece.alias_key and piece.alias_key in carried):
        verdict.attach(piece)
    elif is_laboratory(piece.resource):
        reports.decide_result(verdict, piece)
    else:
        _decide_other(verdict, piece)


def _decide_other(verdict: Verdict, piece: Piece) -> None:
    """Attach everything else to the visit that it names, or to the patient's summary."""
    verdict.attach(piece)
    if piece.type in BILLING or text(piece.resource.get("status")) in UNFIT or items.withdrawn(piece.resource):
        return
    if encounter_ref(piece.resource) is not None:
        gather(verdict, piece)
    elif piece.type in background.LASTING:
        verdict.background.append(piece)


def without_patient(piece: Piece) -> tuple[str, str]:
    """Return how a resource counts whose patient is not here: clinical ones are held, the rest is attached."""
    if piece.within and piece.type != "Composition":
        return ("attached", "")
    return ("attached", "") if piece.type in BILLING or piece.type in DETAILS else ("held", "patient_missing")
