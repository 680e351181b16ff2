"""Writing a prescription on the desk of a visit: each change is kept at once, checked, and said to nobody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from health_cloud.access.service.grounds import ground_holds
from health_cloud.core import changes, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.policy import Action, Decision, Role, decide
from health_cloud.core.words import Words
from health_cloud.prescribing.models import Prescription
from health_cloud.prescribing.service import checking, rows, searching
from health_cloud.prescribing.service.formulary import in_force
from health_cloud.prescribing.service.given import given_to, given_with_proof
from health_cloud.prescribing.service.showing import earlier_page, pane_of
from health_cloud.prescribing.service.visits import VisitFacts, visit_of
from health_cloud.prescribing.service.wording import OFTEN, ROUTES, TIMINGS, renewed
from health_cloud.prescribing.views.formulary import Contents
from health_cloud.prescribing.views.prescriptions import EarlierPage, Given, Item, MedicineOption, Pane

NOTHING = Words()
_LONGEST_NOTE, _LONGEST_REASON = 100, 200
_AMOUNT = re.compile(r"\d{1,4}(\.\d{1,3})?")
_WHOLE = re.compile(r"\d{1,4}")


@dataclass
class Desk:
    """A draft, locked, with what it rests on."""

    visit: VisitFacts
    row: Prescription | None
    items: list[Item]
    given: Given
    contents: Contents
    decision: Decision

    def item(self, number: object) -> int:
        """Return the place of a medicine.

        Raises:
            Conflict: there is no such one (any more).
        """
        if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < len(self.items):
            return number
        raise Conflict("prescribing.error.elsewhere")


def look_at_pane(session: Session, actor: Actor, visit_id: str, known: str = "") -> Pane:
    """Return what is prescribed in a visit, on its physician's desk, without looking at the chart.

    What was signed leaves a line in its patient's ledger when it comes before the physician, unless it is `known`: the
    `shown` of the pane that is there already.

    Raises:
        Denied: not a physician.
        NotFound: absent or somebody else's visit.
    """
    visit, decision = physicians_visit(session, actor, visit_id, Action.WRITE_PRESCRIPTION)
    row = rows.of_visit(session, visit.id)
    _, contents = in_force(session, visit.organization_id)
    shown = pane_of(session, visit, row, *rows.draft_of(row), contents)
    if shown.shown not in ("", known):
        ledger.write(
            session,
            actor,
            Action.READ_PRESCRIPTION,
            ledger.ALLOWED,
            person_id=visit.person_id,
            decision=decision,
            detail={"prescription": shown.id, "appointment": visit.id},
        )
    return shown


def earlier_medicines(session: Session, actor: Actor, visit_id: str) -> EarlierPage:
    """Return what the physician is given to see for prescribing, in one use of the chart; the draft rests on it then.

    Raises:
        Denied, NotFound: as `look_at_pane`.
    """
    visit, _ = physicians_visit(session, actor, visit_id, Action.WRITE_PRESCRIPTION)
    row = rows.of_visit(session, visit.id, locked=True)
    writable, _ = rows.may_write(visit, row, rows.last_signing(session, row.id) if row else None)
    _, contents = in_force(session, visit.organization_id)
    found = given_with_proof(session, actor, visit, contents) if writable and contents.medicines else None
    if found is None:
        return EarlierPage()
    given, proof = found
    items, before = rows.draft_of(row)
    if row is not None:
        if before.mark != given.mark:
            changes.note(session, rows.prescription_topic(visit.id))  # it is checked against other things by now
        version = row.version
        rows.keep_draft(row, items, given)
        row.version = version  # nothing that is written has changed
        session.add(row)
    return replace(earlier_page(visit, given, contents), proof=proof)


def add_medicine(session: Session, actor: Actor, visit_id: str, version: object, code: object) -> Pane:
    """Put a medicine on the prescription, with nothing chosen for it.

    Raises:
        Denied, NotFound: as `look_at_pane`.
        Conflict: it was written elsewhere meanwhile, or cannot be written any more.
        Invalid: no such medicine, one that is never prescribed online, or it stands there already.
    """
    desk = _desk(session, actor, visit_id, version)
    medicine = desk.contents.medicines.get(code) if isinstance(code, str) else None
    if medicine is None:
        raise Invalid("prescribing.error.no_medicine", field="query")
    if checking.stop_of(medicine) != NOTHING:
        raise Invalid("prescribing.error.stopped", field="query")
    _require_given(session, actor, desk)
    _room_for(desk, medicine.code)
    desk.items.append(Item(medicine.code))
    return _keep(session, actor, desk)


def renew(session: Session, actor: Actor, visit_id: str, version: object, entry_id: object, place: object) -> Pane:
    """Copy what a physician wrote before, as far as this one was given to see it; it is theirs to sign.

    Raises:
        Denied, NotFound, Conflict: as `add_medicine`.
        Invalid: not among what was given, or the formulary has none that is the same.
    """
    desk = _desk(session, actor, visit_id, version)
    _require_given(session, actor, desk)
    earlier = next((each for each in desk.given.medicines if (each.entry, each.place) == (entry_id, place)), None)
    medicine = desk.contents.medicines.get(earlier.code) if earlier else None
    if earlier is None or medicine is None:
        raise Invalid("prescribing.error.not_renewable", field="query")
    if checking.stop_of(medicine) != NOTHING:
        raise Invalid("prescribing.error.stopped", field="query")
    _room_for(desk, medicine.code)
    desk.items.append(renewed(earlier))
    return _keep(session, actor, desk)


def write_item(
    session: Session, actor: Actor, visit_id: str, version: object, number: object, form: Mapping[str, Any]
) -> Pane:
    """Write how one medicine is to be taken: `single often route timing days quantity note` of a form, as text.

    Raises:
        Denied, NotFound, Conflict: as `add_medicine`.
        Invalid: a field cannot be; `field` names it.
    """
    desk = _desk(session, actor, visit_id, version)
    place = desk.item(number)
    desk.items[place] = _written(desk.items[place], form)
    return _keep(session, actor, desk)


def drop_item(session: Session, actor: Actor, visit_id: str, version: object, number: object) -> Pane:
    """Take a medicine off.

    Raises:
        Denied, NotFound, Conflict: as `add_medicine`.
    """
    desk = _desk(session, actor, visit_id, version)
    del desk.items[desk.item(number)]
    return _keep(session, actor, desk)


def give_reason(
    session: Session, actor: Actor, visit_id: str, version: object, number: object, finding: object, reason: object
) -> Pane:
    """Say why a warning does not stop a medicine; an empty reason takes it back.

    Raises:
        Denied, NotFound, Conflict: as `add_medicine`.
        Invalid: no such warning: a refusal is never passed; or the reason is too long.
    """
    desk = _desk(session, actor, visit_id, version)
    place = desk.item(number)
    item = desk.items[place]
    found = checking.check(item, rows.situation_of(session, desk.visit, desk.contents, desk.given, desk.items))
    if finding not in {each.id for each in found if each.level == "warn"} or not isinstance(finding, str):
        raise Invalid("prescribing.error.no_warning", field="reason")
    words = reason.strip() if isinstance(reason, str) else ""
    if len(words) > _LONGEST_REASON:
        raise Invalid("prescribing.error.too_long", longest=_LONGEST_REASON, field="reason")
    others = {name: each for name, each in item.reasons.items() if name != finding}
    desk.items[place] = replace(item, reasons={**others, finding: words} if words else others)
    return _keep(session, actor, desk)


def find_medicine(session: Session, actor: Actor, visit_id: str, query: object) -> list[MedicineOption]:
    """Search the formulary of the visit's hospital.

    Raises:
        Denied, NotFound: as `look_at_pane`.
    """
    visit, _ = physicians_visit(session, actor, visit_id, Action.WRITE_PRESCRIPTION)
    _, contents = in_force(session, visit.organization_id)
    return searching.search(contents, query if isinstance(query, str) else "")


def physicians_visit(session: Session, actor: Actor, visit_id: str, action: Action) -> tuple[VisitFacts, Decision]:
    """Return a visit to its physician.

    Raises:
        Denied: not a physician.
        NotFound: absent or somebody else's.
    """
    decision = decide(actor, action)
    if not decision.allowed or actor.role is not Role.PHYSICIAN:
        raise Denied(action=action.value)
    return visit_of(session, actor, visit_id, action), decision


def desk_of(session: Session, actor: Actor, visit_id: str, version: object, action: Action) -> Desk:
    """Return a draft that may be written now, locked, as the physician saw it last; of any version where that is None.

    Raises:
        Denied, NotFound: as `look_at_pane`.
        Conflict: it was written elsewhere meanwhile, or cannot be written any more.
    """
    visit, decision = physicians_visit(session, actor, visit_id, action)
    row = rows.of_visit(session, visit.id, locked=True)
    writable, _ = rows.may_write(visit, row, rows.last_signing(session, row.id) if row else None)
    if not writable:
        raise Conflict("prescribing.error.closed")
    if version is not None and (version != (row.version if row else 0) or isinstance(version, bool)):
        raise Conflict("prescribing.error.elsewhere")
    _, contents = in_force(session, visit.organization_id)
    if not contents.medicines:
        raise Conflict("prescribing.error.no_formulary")
    items, given = rows.draft_of(row)
    if row is None:
        given = given_to(session, actor, visit, contents) or given
    return Desk(visit, row, items, given, contents, decision)


def _desk(session: Session, actor: Actor, visit_id: str, version: object) -> Desk:
    if version is None:
        raise Conflict("prescribing.error.elsewhere")
    return desk_of(session, actor, visit_id, version, Action.WRITE_PRESCRIPTION)


def _require_given(session: Session, actor: Actor, desk: Desk) -> None:
    """Let a further medicine pass while a grant holds: what is checked against it stands in the chart.

    Raises:
        Conflict: nothing is granted (any more).
    """
    if not desk.visit.ground or not ground_holds(session, actor, desk.visit.ground):
        raise Conflict("prescribing.error.no_grant")


def _room_for(desk: Desk, code: str) -> None:
    if any(each.code == code for each in desk.items):
        raise Invalid("prescribing.error.twice", field="query")
    if len(desk.items) >= checking.MOST:
        raise Invalid("prescribing.check.many", count=checking.MOST, field="query")


def _keep(session: Session, actor: Actor, desk: Desk) -> Pane:
    row = desk.row
    if row is None:
        row = rows.begun(session, desk.visit)
        try:
            session.flush()
        except IntegrityError:
            raise Conflict("prescribing.error.elsewhere") from None
        ledger.write(
            session,
            actor,
            Action.WRITE_PRESCRIPTION,
            ledger.DONE,
            person_id=row.person_id,
            decision=desk.decision,
            detail={"prescription": row.id, "appointment": row.visit_id},
        )
    rows.keep_draft(row, desk.items, desk.given)
    session.add(row)
    session.flush()
    rows.tell_writer(session, row)
    return pane_of(session, desk.visit, row, desk.items, desk.given, desk.contents)


def _written(item: Item, form: Mapping[str, Any]) -> Item:
    def typed(name: str) -> str:
        value = form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def shaped(name: str, shape: re.Pattern[str]) -> str:
        value = typed(name)
        if value and (not shape.fullmatch(value) or checking.number(value) is None):
            raise Invalid(f"prescribing.error.{name}", field=name)
        return value

    def among(name: str, allowed: tuple[str, ...]) -> str:
        value = typed(name)
        if value and value not in allowed:
            raise Invalid(f"prescribing.error.{name}", field=name)
        return value

    note = typed("note")
    if len(note) > _LONGEST_NOTE:
        raise Invalid("prescribing.error.too_long", longest=_LONGEST_NOTE, field="note")
    return replace(
        item,
        single=shaped("single", _AMOUNT),
        often=among("often", OFTEN),
        route=among("route", ROUTES),
        timing=among("timing", TIMINGS),
        days=shaped("days", _WHOLE),
        quantity=shaped("quantity", _WHOLE),
        note=note,
    )
