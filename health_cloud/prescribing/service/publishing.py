"""A paid prescription becomes an outcome, and a refunded one is none any more: through the writer of every record."""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import Session

from health_cloud.core.vocabulary import EntryState, RecordClass
from health_cloud.core.words import Words
from health_cloud.identity.service.faces import account_card, worker
from health_cloud.identity.service.people import department_name, organization_names
from health_cloud.ingest.service.writing import HereEntry, HereVisit, write_here
from health_cloud.prescribing.models import Prescription, Signing
from health_cloud.prescribing.service import rows
from health_cloud.prescribing.service.checking import ATC
from health_cloud.prescribing.service.visits import known_visit
from health_cloud.records.views.content import Coding, EntryContent, Medicine, Person

_CODES = "urn:health-cloud:formulary"
REFUNDED = "refunded"


def publish(session: Session, row: Prescription, signing: Signing, *, refunded: bool = False) -> list[str]:
    """Write a prescription into the chart, a medicine an entry, all of one group; or take it back.

    Args:
        session: the transaction in which it was paid or refunded.
        row: the prescription.
        signing: as it was signed and approved.
        refunded: whether the money went back.

    Returns:
        The ids of the entries.
    """
    visit = known_visit(session, row.visit_id)
    physician = worker(session, row.physician_account_id)
    body = rows.body_of(signing)
    here = HereVisit(
        visit.id,
        visit.title,
        visit.opened_at or signing.signed_at,
        visit.ended_at,
        visit.department_id,
        physician.practitioner_id if physician else "",
        visit.kind,
    )
    began = rows.local(session, row.organization_id, here.began.replace(microsecond=0))
    whole = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    entries = [
        HereEntry(
            source_type="MedicationRequest",
            source_id=f"{row.id}/{place}",
            content=_content(session, row, signing, each, began, place, refunded=refunded),
            signed=whole,
            status="cancelled" if refunded else "active",
            state=EntryState.WITHDRAWN if refunded else EntryState.PUBLISHED,
            held_reason=REFUNDED if refunded else "",
            group=row.id,
            outcome_at=row.paid_at,
        )
        for place, each in enumerate(body["items"])
    ]
    return write_here(session, row.organization_id, row.person_id, here, entries, "prescription")


def _content(
    session: Session,
    row: Prescription,
    signing: Signing,
    each: dict[str, Any],
    began: str,
    place: int,
    *,
    refunded: bool,
) -> EntryContent:
    physician = account_card(session, signing.account_id).name
    pharmacist = account_card(session, signing.reviewer_account_id or "").name
    hospital = organization_names(session, (row.organization_id,)).get(row.organization_id, Words())
    name = Words(**each["title"])
    codes = tuple(
        Coding(system, code, name.pick("zh"))
        for system, code in ((ATC, each["medicine"]["atc"]), (_CODES, each["medicine"]["code"]))
        if code
    )
    drug = Medicine(
        name=name,
        codes=codes,
        dose=Words(**each["dose"]),
        amount=Words(**each["amount"]),
        frequency=Words(**each["frequency"]),
        route=Words(**each["route"]),
        quantity=Words(**each["quantity"]),
        days=each["item"]["days"],
        note=Words.same(each["item"]["note"]),
        status="cancelled" if refunded else "active",
        from_at=rows.local(session, row.organization_id, signing.signed_at.replace(microsecond=0)),
    )
    return EntryContent(
        record_class=RecordClass.PRESCRIPTIONS.value,
        title=name,
        status=drug.status,
        occurred=began,
        issued=rows.local(session, row.organization_id, row.paid_at.replace(microsecond=0)) if row.paid_at else "",
        place=tuple(filter(_said, (department_name(session, row.department_id), hospital))),
        people=tuple(
            Person(who, role) for who, role in ((physician, "requester"), (pharmacist, "performer")) if _said(who)
        ),
        medicines=(drug,),
        codes=codes,
        payment=REFUNDED if refunded else "paid",
        group=row.number,
        source_ids=(f"MedicationRequest/{row.id}-{place + 1}",),
    )


def _said(words: Words) -> bool:
    return words != Words()
