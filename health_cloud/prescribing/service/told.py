"""What was prescribed in a visit, for what hangs on the visit: no more than its medicines and how they are taken."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from health_cloud.prescribing.service import rows
from health_cloud.prescribing.service.showing import signed_rows
from health_cloud.prescribing.views.prescriptions import Item, ItemRow


def medicines_of_visit(session: Session, visit_id: str) -> tuple[ItemRow, ...]:
    """Return the medicines of a visit's prescription once a pharmacist has approved it; who asks may know.

    What the checks said stays between those who prescribe and review.
    """
    row = rows.of_visit(session, visit_id)
    signing = rows.last_signing(session, row.id) if row is not None else None
    if row is None or signing is None or rows.stand_of(row) not in ("approved", "paid"):
        return ()
    shown = signed_rows(rows.body_of(signing))
    return tuple(replace(each, findings=(), item=Item(each.item.code, note=each.item.note)) for each in shown)
