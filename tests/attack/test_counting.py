"""R23 over the wire: a script of reads and refusals, and just as many lines in the chains of those it was about."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack

import httpx
from sqlmodel import select

from health_cloud.core import db, ledger
from health_cloud.core.models import LedgerLine
from tests.attack.test_tabs import full
from tests.attack.world import World, teams_read
from tests.wire import Wire

_NONE = "00000000-0000-7000-8000-000000000000"


def lines(world: World) -> Counter[tuple[str, str, str]]:
    """Count (chain's owner, action, outcome) in the chains of the two patients."""
    owners = {ledger.person_chain(each.person_id): name for name, each in persons(world).items()}
    with db.reading() as session:
        found = session.exec(
            select(LedgerLine.chain, LedgerLine.action, LedgerLine.outcome).where(
                LedgerLine.chain.in_(owners),
                LedgerLine.actor_role != "system",  # what a job notes by the clock is nobody's read
            )
        ).all()
    return Counter((owners[chain], action, outcome) for chain, action, outcome in found)


def persons(world: World):
    return {"victim": world.victim, "neighbour": world.neighbour}


def test_lines_equal_reads_and_refusals(world: World, app_url: str):
    entry = next(iter(world.entries.values()))
    script = [
        ("victim", "Home.load", "/", ("victim", "records:entry:read", "allowed")),
        ("victim", "ClassList.load", "/records/laboratory", ("victim", "records:entry:read", "allowed")),
        ("victim", "Entry.load", f"/records/laboratory/{entry}", ("victim", "records:entry:read", "allowed")),
        ("victim", "Entry.load", f"/records/laboratory/{_NONE}", ("victim", "records:entry:read", "refused")),
        ("victim", "OwnLedger.load", "/ledger", None),
        ("neighbour", "Entry.load", f"/records/laboratory/{entry}", ("neighbour", "records:entry:read", "refused")),
        ("neighbour", "Home.load", "/", ("neighbour", "records:entry:read", "allowed")),
        ("staff", "Home.load", "/", None),
        ("victim", "document", "", ("victim", "records:document:read", "allowed")),
        ("granted", "document", "", ("victim", "records:document:read", "allowed")),
        ("neighbour", "document", "", ("victim", "records:document:read", "refused")),
        ("revoked", "document", "", ("victim", "records:document:read", "refused")),
        ("expired", "document", "", ("victim", "records:document:read", "refused")),
        ("staff", "document", "", ("victim", "records:document:read", "refused")),
    ]
    steps = random.Random(7).choices(script, k=60)
    before, expected = lines(world), Counter(line for *_, line in steps if line)
    tried = sum((who, what) == ("neighbour", "document") for who, what, *_ in steps)
    expected["neighbour", "records:document:read", "refused"] += tried  # in one's own chain too: decision 8
    wires = {name: Wire(app_url, cookie=world.callers[name].cookie) for name in ("victim", "neighbour", "staff")}
    for wire in wires.values():
        wire.call("reflex___state____state.hydrate_and_load", {"vars": {}}, path="/welcome", wait=0.3)
    for who, what, path, _ in steps:
        if what == "document":
            httpx.get(f"{app_url}/documents/{world.document}", headers={"cookie": world.callers[who].cookie})
        else:
            wires[who].call(full(what), {}, path=path, wait=0.15, until="{")
    for wire in wires.values():
        wire.updates(0.3)
        wire.__exit__()
    assert lines(world) - before == expected
    with db.reading() as session:
        assert [each for each in ledger.verify(session) if isinstance(each, ledger.Problem)] == []


COUNTED, READ = ("records:entry:count", "allowed"), ("records:entry:read", "allowed")
REFUSED = ("records:entry:read", "refused")


def of_a_chart(world: World, name: str) -> list[tuple[str, str, str, dict[str, str], list[tuple[str, str]]]]:
    """Return what a reader does in a chart on their ground, and the lines that it leaves with the patient."""
    chart = f"/physician/chart/{world.callers[name].grant_id}"
    entry, last = world.entries["laboratory"], list(world.entries.values())[-1]
    listed = f"{chart}?class=laboratory"
    return [
        (name, "GrantedChart.load", chart, {}, [COUNTED, READ]),
        (name, "GrantedChart.load", listed, {}, [COUNTED, READ]),
        (name, "GrantedChart.load", f"{listed}&entry={entry}", {}, [COUNTED, READ, READ]),
        (name, "GrantedChart.open_entry", listed, {"entry_id": entry}, [READ]),
        (name, "GrantedChart.open_entry", listed, {"entry_id": _NONE}, [REFUSED, COUNTED, READ]),
        (name, "GrantedTrend.load", f"{chart}/trend/{entry}/0", {}, [READ]),
        (name, "GrantedTrend.load", f"{chart}/trend/{_NONE}/0", {}, [REFUSED]),
        (name, "GrantedOriginal.load", f"{chart}/original/{last}/{world.document}", {}, [READ]),
        (name, "GrantedOriginal.load", f"{chart}/original/{entry}/{_NONE}", {}, [REFUSED]),
    ]


def test_lines_equal_reads_and_refusals_of_charts(world: World, app_url: str):
    """On a grant, as a team and in an emergency; and by those whose ground is over, or is somebody else's."""
    teams_read(world)
    steps = [step for name in ("granted", "treating", "emergency") for step in of_a_chart(world, name)]
    for name in ("revoked", "expired", "treating_over", "emergency_over"):
        _, load, listed, _, _ = of_a_chart(world, name)[1]
        steps += [(name, load, listed, {}, [REFUSED])]
    others = [of_a_chart(world, name)[1] for name in ("granted", "treating", "emergency")]
    steps += [("ungranted", load, listed, {}, [REFUSED]) for _, load, listed, _, _ in others]
    random.Random(11).shuffle(steps)
    with ExitStack() as stack:
        wires = {who: stack.enter_context(Wire(app_url, cookie=world.callers[who].cookie)) for who, *_ in steps}
        for wire in wires.values():
            wire.boot("/welcome")
        for who, what, path, payload, expected in steps:
            before = lines(world)
            wires[who].call(full(what), payload, path=path, wait=0.15, until="{")
            found = lines(world) - before
            assert found == Counter(("victim", *line) for line in expected), (who, what, path)


_TALK, _ENTER = ("followup:talk:read", "done"), ("followup:visit:enter", "refused")
_PRESCRIBED, _REVIEW = "prescribing:prescription:read", "prescribing:prescription:review"


def of_the_visits(world: World) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Return what each side does in visits and in their prescriptions, and the lines it leaves with the patient."""
    room, desk = f"/followup/visit/{world.visit}", f"/physician/visit/{world.visit}"
    alone, waiting = f"/physician/visit/{world.other}", f"/pharmacist/{world.prescription}"
    ended = f"/followup/visit/{world.ended}"
    return [
        ("victim", "Room.load", room, [_TALK]),
        ("neighbour", "Room.load", room, [_ENTER]),
        ("victim", "Prescribed.load", ended, [(_PRESCRIBED, "allowed")]),
        ("neighbour", "Prescribed.load", ended, [(_PRESCRIBED, "refused")]),
        ("attending", "VisitDesk.load", desk, [_TALK]),
        ("attending", "VisitDesk.load", alone, [_ENTER]),
        ("attending", "VisitChart.load", desk, [COUNTED, READ]),
        ("attending", "NoteProblems.ask", desk, [READ]),
        ("attending", "Prescribing.load", desk, [(_PRESCRIBED, "allowed")]),
        (
            "attending",
            "ReadPrepared.load",
            f"/physician/prepared/{world.visit}",
            [("followup:preparation:read", "allowed")],
        ),
        ("attending", "QuestionsOwed.load", "/physician/questions", [("followup:question:read", "allowed")]),
        ("attending", "QuestionsOwed.load", "/physician/questions", []),  # what is only listed: once a day
        ("attending_alone", "VisitDesk.load", alone, [_TALK]),
        ("attending_alone", "VisitDesk.load", desk, [_ENTER]),
        ("attending_alone", "VisitChart.load", alone, []),  # nothing was granted, nothing is read
        ("attending_alone", "Prescribing.load", alone, []),
        ("pharmacist", "PharmacyQueue.load", "/pharmacist", [(_REVIEW, "allowed")]),
        ("pharmacist", "PharmacyQueue.load", "/pharmacist", []),  # what is only listed: once a day
        ("pharmacist", "PharmacyReview.load", waiting, [(_REVIEW, "allowed")]),
        ("pharmacist_elsewhere", "PharmacyReview.load", waiting, [(_REVIEW, "refused")]),
    ]


def test_lines_equal_reads_and_refusals_of_visits_and_prescriptions(world: World, app_url: str):
    """By the patient, their physicians and pharmacists; by the neighbour, in whose own chain a refusal stands too."""
    with ExitStack() as stack:
        steps = of_the_visits(world)
        wires = {who: stack.enter_context(Wire(app_url, cookie=world.callers[who].cookie)) for who, *_ in steps}
        for wire in wires.values():
            wire.boot("/welcome")
        for who, what, path, expected in steps:
            before = lines(world)
            wires[who].call(full(what), {}, path=path, wait=0.15, until="{")
            owners = ("victim", "neighbour") if who == "neighbour" else ("victim",)
            found = lines(world) - before
            assert found == Counter((owner, *line) for owner in owners for line in expected), (who, what, path)
