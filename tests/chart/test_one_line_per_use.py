"""Every use of a chart leaves one line with exactly what was shown; every refusal too (security.md, R23)."""

from __future__ import annotations

import json
import random
from datetime import timedelta

from health_cloud.core import clock, db, ledger
from health_cloud.core.errors import Denied, HealthCloudError, NotFound
from health_cloud.core.ids import new_id
from health_cloud.home.service import home_page
from health_cloud.records.service.documents import open_document
from health_cloud.records.service.reading import entry_page, list_page
from health_cloud.records.service.timeline import visits_page
from tests import charts, people


def test_one_line_with_the_exact_entries(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    mine = [charts.put(town, town.lin, occurred=clock.now() - timedelta(days=n)) for n in range(1, 4)]
    before = len(charts.chain(town.lin))
    db.perform(list_page, lin, town.lin.person_id, "laboratory")
    db.perform(entry_page, lin, town.lin.person_id, mine[0])
    lines = charts.chain(town.lin)[before:]
    assert [line.outcome for line in lines] == ["allowed", "allowed"]
    assert json.loads(lines[0].detail)["entries"] == mine
    assert json.loads(lines[1].detail)["entries"] == [mine[0]]
    assert {line.basis for line in lines} == {"own"}
    assert {line.record_class for line in lines} == {"laboratory"}


def test_somebody_elses_entry_is_not_found_and_leaves_a_refusal(town: people.Town) -> None:
    theirs = charts.put(town, town.wang)
    lin = charts.reader(town.lin)
    texts = set()
    for entry_id in (theirs, new_id(), "no id at all"):
        try:
            db.perform(entry_page, lin, town.lin.person_id, entry_id)
        except NotFound as refusal:
            texts.add(refusal.key)
    assert texts == {"core.error.not_found"}, "hidden and absent look the same"
    assert [line.outcome for line in charts.chain(town.lin)] == ["refused"] * 3
    assert not charts.chain(town.wang)


def test_somebody_elses_chart_is_denied_and_its_owner_can_read_of_it(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    for use in (list_page, visits_page, entry_page):
        arguments = {list_page: ["laboratory"], visits_page: [], entry_page: [new_id()]}[use]
        try:
            db.perform(use, lin, town.wang.person_id, *arguments)
            raise AssertionError(use)
        except Denied:
            pass
    assert [line.actor_account_id for line in charts.chain(town.wang)] == [lin.account_id] * 3


def test_lines_equal_reads_and_refusals(town: people.Town) -> None:
    """A counting oracle over random uses by the owner, a grantee and strangers."""
    chance = random.Random(20260504)
    mine = [charts.put(town, town.lin, original=(b"%PDF-1.7", "application/pdf")) for _ in range(4)]
    theirs = [charts.put(town, town.wang, original=(b"%PDF-1.4", "application/pdf")) for _ in range(2)]
    doctor, stranger = charts.physician(town), charts.physician(town, "qian")
    charts.grant(town.lin, town, doctor, "laboratory")
    actors = [charts.reader(town.lin), charts.reader(town.wang), doctor, stranger]
    start = _outcomes(town)
    allowed = refused = 0
    for _ in range(60):
        actor = chance.choice(actors)
        person = chance.choice((town.lin.person_id, town.wang.person_id))
        entry_id = chance.choice([*mine, *theirs])
        uses = [
            lambda a=actor, p=person: db.perform(list_page, a, p, chance.choice(("laboratory", "imaging"))),
            lambda a=actor, p=person, e=entry_id: db.perform(entry_page, a, p, e),
            lambda a=actor, p=person: db.perform(visits_page, a, p),
            lambda a=actor, e=entry_id: db.perform(open_document, a, charts.document_of(e)),
        ]
        if actor.person_id:
            uses.append(lambda a=actor: db.perform(home_page, a))
        try:
            chance.choice(uses)()
            allowed += 1
        except HealthCloudError:
            refused += 2 if actor.person_id else 1  # a patient's stands in their own chain too: decision 8
    after = _outcomes(town)
    assert after.count("allowed") - start.count("allowed") == allowed > 10
    assert after.count("refused") - start.count("refused") == refused > 10
    with db.reading() as session:
        assert not [problem for problem in ledger.verify(session) if isinstance(problem, ledger.Problem)]


def _outcomes(town: people.Town) -> list[str]:
    from sqlmodel import select

    from health_cloud.core.models import LedgerLine

    assert town
    with db.reading() as session:
        return list(session.exec(select(LedgerLine.outcome).where(LedgerLine.action.startswith("records:"))).all())
