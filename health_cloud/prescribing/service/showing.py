"""A prescription as screens show it, from a draft or from what was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from health_cloud.core.words import Words
from health_cloud.identity.service.faces import account_card
from health_cloud.prescribing.models import Prescription
from health_cloud.prescribing.service import rows
from health_cloud.prescribing.service.checking import (
    check,
    check_whole,
    is_ready,
    needed,
    number,
    text_of,
    without_chart,
)
from health_cloud.prescribing.service.visits import VisitFacts
from health_cloud.prescribing.service.wording import counted, dose_words, money
from health_cloud.prescribing.views.formulary import Contents, Medicine
from health_cloud.prescribing.views.prescriptions import Earlier, EarlierPage, Finding, Given, Item, ItemRow, Pane

NOTHING = Words()


def is_whole(item: Item) -> bool:
    """Tell whether nothing that a dose needs is left open."""
    return all((item.single, item.often, item.route, item.days, item.quantity))


def cost_of(item: Item, medicine: Medicine) -> int:
    """Return what the packs cost that hold so many units, in hundredths."""
    quantity = number(item.quantity)
    return int(-(-quantity // medicine.pack)) * medicine.price if quantity else 0


def item_rows(
    items: Sequence[Item], contents: Contents, findings: Sequence[tuple[Finding, ...]]
) -> tuple[ItemRow, ...]:
    """Return medicines as screens show them."""
    shown: list[ItemRow] = []
    for place, (item, found) in enumerate(zip(items, findings, strict=True)):
        medicine = contents.medicines.get(item.code, Medicine(item.code, Words.same(item.code)))
        wanted = needed(item)
        shown.append(
            ItemRow(
                number=place,
                title=medicine.title,
                quantity=counted(item.quantity, medicine),
                dose=dose_words(item, medicine),
                item=item,
                unit=medicine.unit,
                needs=counted(text_of(wanted), medicine) if wanted else NOTHING,
                findings=found,
                whole=is_whole(item),
                cost=money(cost_of(item, medicine)),
            )
        )
    return tuple(shown)


def signed_rows(body: dict[str, Any]) -> tuple[ItemRow, ...]:
    """Return the medicines of what was signed."""
    return tuple(
        ItemRow(
            number=place,
            title=Words(**each["title"]),
            quantity=Words(**each["quantity"]),
            dose=Words(**each["dose"]),
            item=rows.items_from([each["item"]])[0],
            findings=tuple(findings_from(each["findings"])),
            whole=True,
            cost=each["cost"],
        )
        for place, each in enumerate(body["items"])
    )


def findings_from(told: Iterable[dict[str, Any]]) -> list[Finding]:
    """Read findings from JSON."""
    return [_finding(each) for each in told]


def _finding(told: dict[str, Any]) -> Finding:
    values: dict[str, Any] = {**told, "words": Words(**told["words"])}
    return Finding(**values)


def total_of(items: Iterable[Item], contents: Contents) -> int:
    """Return what a prescription costs, in hundredths."""
    known = [(item, contents.medicines[item.code]) for item in items if item.code in contents.medicines]
    return sum(cost_of(item, medicine) for item, medicine in known)


def pane_of(
    session: Session, visit: VisitFacts, row: Prescription | None, items: list[Item], given: Given, contents: Contents
) -> Pane:
    """Show the prescription on the desk of its visit; what was signed is shown as it was signed."""
    signing = rows.last_signing(session, row.id) if row is not None else None
    read = ""
    writable, until = rows.may_write(visit, row, signing)
    general: tuple[Finding, ...] = ()
    ready = False
    if row is not None and row.state not in rows.OPEN and signing is not None:
        shown, read = signed_rows(rows.body_of(signing)), f"{row.id}:{signing.number}"
        total = row.total
    else:
        situation = rows.situation_of(session, visit, contents, given, items)
        findings = [check(item, situation) for item in items]
        shown = item_rows(items, contents, findings)
        general = check_whole(situation) if items or writable else ()  # nothing is refused to whom nobody prescribes
        ready = bool(items) and all(map(is_whole, items)) and all(is_ready(each) for each in (*findings, general))
        total = total_of(items, contents)
    reviewer = signing.reviewer_account_id if signing is not None else None
    lasts = bool(visit.ground) and given.mark in ("", visit.mark)
    if not lasts:  # the grant is over, or gives less or other things by now: what the records said goes from the desk
        shown = tuple(without_chart_in(each) for each in shown)
    return Pane(
        visit=visit.id,
        id=row.id if row is not None else "",
        state=rows.stand_of(row) if row is not None else "",
        may_write=writable,
        until=rows.local(session, visit.organization_id, until),
        version=row.version if row is not None else 0,
        mark=_mark(visit.id, row.version if row is not None else 0, shown, general, total),
        medicines=shown,
        looked_at=rows.local_text(session, visit.organization_id, given.at),
        unseen=given.unseen if given.at else (),
        ready=ready and writable,
        word=rows.word_of(signing) if row is not None and row.state == "returned" else "",
        number=row.number if row is not None else "",
        total=money(total),
        saved_at=rows.local(session, visit.organization_id, row.changed_at) if row is not None else "",
        signed_at=rows.local(session, visit.organization_id, row.signed_at) if row is not None else "",
        reviewer=account_card(session, reviewer).name if reviewer else NOTHING,
        formulary=bool(contents.medicines),
        general=general,
        ground=visit.mark,
        shown=read,
    )


def without_chart_in(shown: ItemRow) -> ItemRow:
    """Return a medicine without what the patient's records said of it."""
    kept = without_chart(shown.findings)
    known = {each.id for each in kept}
    reasons = {name: each for name, each in shown.item.reasons.items() if name in known}
    return replace(shown, findings=kept, item=replace(shown.item, reasons=reasons, was=NOTHING, renews=""))


def _mark(*shown: object) -> str:
    """Name what a screen shows: anything else has another name."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def earlier_page(visit: VisitFacts, given: Given, contents: Contents) -> EarlierPage:
    """Show what the physician was given to see."""
    return EarlierPage(
        seen=True,
        allergies=tuple(each.name for each in given.allergies),
        none_known=given.no_allergies,
        medicines=tuple(
            Earlier(
                name=each.name,
                dose=each.dose,
                at=each.at,
                until=each.until,
                now=each.now,
                entry=each.entry,
                place=each.place,
                code=each.code if each.code in contents.medicines else "",
            )
            for each in given.medicines
        ),
        unseen=given.unseen,
        ground=visit.ground,
        until=visit.reads_until.isoformat() if visit.reads_until else "",
    )
