"""What a physician was given to see of a patient: allergies and earlier medicines, and expressly what not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session

from health_cloud.access.service.grounds import ground_holds
from health_cloud.chart.service import Chart, lately, open_chart, proof_of_chart
from health_cloud.chart.views import Proof
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.vocabulary import RecordClass
from health_cloud.prescribing.service.checking import ATC
from health_cloud.prescribing.service.visits import VisitFacts
from health_cloud.prescribing.views.formulary import Contents
from health_cloud.prescribing.views.prescriptions import Given, GivenAllergy, GivenMedicine
from health_cloud.records.service.contents import parts_of
from health_cloud.records.service.prescribed import NOW, Prescribed, prescribed_of, supplies_of
from health_cloud.records.service.sources import sources
from health_cloud.records.service.summary import coded_summary
from health_cloud.records.views.content import Coding
from health_cloud.records.views.medicines import Supply

_LOOKED = 200
"""So many prescriptions back earlier medicines are looked for."""
_KEPT = 60


def given_to(session: Session, actor: Actor, visit: VisitFacts, contents: Contents) -> Given | None:
    """Return what the physician may see now, in one use of the chart; nothing where no grant holds.

    Raises:
        Denied: the grant has ended in this very moment.
    """
    found = given_with_proof(session, actor, visit, contents)
    return found[0] if found else None


def given_with_proof(
    session: Session, actor: Actor, visit: VisitFacts, contents: Contents
) -> tuple[Given, Proof] | None:
    """Return the same, and on which ground and by whose rules it is shown.

    Raises:
        Denied: as `given_to`.
    """
    if not visit.ground or not ground_holds(session, actor, visit.ground):
        return None
    reader = replace(actor, ground=visit.ground)
    with open_chart(session, reader, visit.person_id, Action.READ_ENTRIES) as chart:
        chart.detail["prescribing"] = visit.id
        given = replace(_given(chart, contents, visit.organization_id), mark=visit.mark)
        return given, proof_of_chart(chart)


def _given(chart: Chart, contents: Contents, hospital: str) -> Given:
    summary = coded_summary(chart)
    allergies: list[GivenAllergy] = []
    for told in summary.things["allergy"]:
        if told.line in summary.page.allergies.current:
            allergies.append(GivenAllergy(told.line.title, _codes(told.item.codes)))
            _note(chart, told.line.newest.href)
    medicines = _medicines(chart, contents, hospital)
    chart.note(RecordClass.PRESCRIPTIONS, [each.entry for each in medicines])
    return Given(
        allergies=tuple(allergies),
        no_allergies=bool(summary.page.allergies.stated) and not allergies,
        medicines=tuple(medicines[:_KEPT]),
        unseen=tuple(_unseen(chart, older=summary.page.older)),
        at=chart.now.isoformat(),
    )


def _note(chart: Chart, href: str) -> None:
    """Note the record that says something: `/records/{class}/{entry}`."""
    parts = href.split("/")
    if len(parts) > 3 and parts[2] in tuple(RecordClass):  # noqa: PLR2004 - the parts of such an address
        chart.note(RecordClass(parts[2]), [parts[3]])


def _unseen(chart: Chart, *, older: bool) -> Iterable[str]:
    """Yield the keys of what the checks could not look at."""
    scope = chart.decision.scope
    if RecordClass.MEDICAL_RECORDS not in scope.classes:
        yield "prescribing.unseen.allergies"
    if RecordClass.PRESCRIPTIONS not in scope.classes:
        yield "prescribing.unseen.medicines"
    if scope.period_from is not None or scope.period_to is not None:
        yield "prescribing.unseen.period"
    if older:
        yield "prescribing.unseen.older"
    if sources(chart).wanting:
        yield "prescribing.unseen.sources"


def _medicines(chart: Chart, contents: Contents, hospital: str) -> list[GivenMedicine]:
    """Return each medicine by its newest prescription, and beside it those that still run; newest first."""
    if RecordClass.PRESCRIPTIONS not in chart.decision.scope.classes:
        return []
    entries = lately(chart, (RecordClass.PRESCRIPTIONS,), limit=_LOOKED)
    groups: dict[object, list[Prescribed]] = {}
    for each in prescribed_of(entries, parts_of(chart, entries, "medicines", "people", "payment")):
        groups.setdefault(each.thing, []).append(each)
    found: list[GivenMedicine] = []
    for group in groups.values():
        for number, (each, supply) in enumerate(zip(group, supplies_of(chart, group), strict=True)):
            if number == 0 or supply.state in NOW:
                found.append(_medicine(each, supply, contents, hospital))
    return sorted(found, key=lambda each: not each.now)


def _medicine(each: Prescribed, supply: Supply, contents: Contents, hospital: str) -> GivenMedicine:
    drug = each.medicine
    return GivenMedicine(
        name=drug.name,
        codes=_codes(drug.codes),
        dose=supply.dose,
        amount=drug.amount,
        frequency=drug.frequency,
        route=drug.route,
        quantity=drug.quantity,
        days=drug.days,
        now=supply.state in NOW,
        until=supply.until,
        at=supply.at[:10],
        entry=each.entry.id,
        place=each.place,
        code=_known(drug.codes, drug.name.pick("zh"), contents, own=each.entry.organization_id == hospital),
    )


def _known(codes: Iterable[Coding], name: str, contents: Contents, *, own: bool) -> str:
    """Return the code of the one medicine of the formulary that is the same product; else nothing.

    Codes that a hospital made itself mean something to that hospital alone (`own`): another one's `A1` is another drug.
    """
    given = list(codes)
    atc = {each.code for each in given if each.system == ATC}
    for each in given if own else ():
        line = contents.medicines.get(each.code) if each.system != ATC else None
        if line is not None and (not atc or not line.atc or line.atc in atc):
            return line.code
    same = [
        line.code for line in contents.medicines.values() if line.atc in atc and line.title.pick("zh") == name.strip()
    ]
    return same[0] if len(same) == 1 else ""


def _codes(codes: Iterable[Coding]) -> tuple[str, ...]:
    return tuple(f"{each.system}#{each.code}" for each in codes)
