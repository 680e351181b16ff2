"""One's own ledger in plain words: whole, one's own alone, page by page."""

from __future__ import annotations

import contextlib

import pytest

from health_cloud.access.service import ledger as own
from health_cloud.access.service.ledger import own_ledger
from health_cloud.core import db
from health_cloud.core.errors import Denied, HealthCloudError
from health_cloud.core.i18n import texts
from health_cloud.records.service.reading import entry_page, list_page
from tests import charts, people


def rows_of(page: own.LedgerPage) -> list[own.LedgerRow]:
    return [row for day in page.days for row in day.rows]


def test_who_looked_why_and_who_was_refused(town: people.Town) -> None:
    lin, doctor, stranger = charts.reader(town.lin), charts.physician(town), charts.physician(town, "qian")
    entry_id = charts.put(town, town.lin)
    charts.grant(town.lin, town, doctor, "laboratory")
    db.perform(entry_page, doctor, town.lin.person_id, entry_id)
    with contextlib.suppress(HealthCloudError):
        db.perform(entry_page, stranger, town.lin.person_id, entry_id)
    refused, looked = rows_of(db.perform(own_ledger, lin))
    assert (looked.icon, looked.say, looked.shown) == ("looked", "access.ledger.they.entry", 1)
    assert (looked.who.zh, looked.what, looked.why) == ("陈立", "ui.class.laboratory", "access.ledger.basis.grant")
    assert looked.department.zh == "内分泌科"
    assert (refused.icon, refused.say) == ("refused", "access.ledger.they.refused")


def test_ones_own_looks_are_folded_and_others_never(town: people.Town) -> None:
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    charts.put(town, town.lin)
    charts.grant(town.lin, town, doctor, "laboratory")
    for actor in (lin, lin, lin, doctor, doctor):
        db.perform(list_page, actor, town.lin.person_id, "laboratory")
    assert [(row.icon, row.times) for row in rows_of(db.perform(own_ledger, lin))] == [
        ("looked", 1),
        ("looked", 1),
        ("you", 3),
    ]


def test_pages_are_whole(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "PAGE", 3)
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    charts.grant(town.lin, town, doctor, "laboratory")
    for _ in range(7):
        db.perform(list_page, doctor, town.lin.person_id, "laboratory")
    seen: list[str] = []
    before = 0
    while True:
        page = db.perform(own_ledger, lin, before)
        seen += [row.id for row in rows_of(page)]
        before = page.before
        if not before:
            break
    assert len(seen) == len(set(seen)) == 7


def test_reading_it_leaves_no_line_and_is_ones_own_alone(town: people.Town) -> None:
    db.perform(own_ledger, charts.reader(town.lin))
    assert not charts.chain(town.lin)
    with pytest.raises(Denied):
        db.perform(own_ledger, charts.physician(town))
    charts.put(town, town.lin)
    db.perform(list_page, charts.reader(town.lin), town.lin.person_id, "laboratory")
    assert not rows_of(db.perform(own_ledger, charts.reader(town.wang)))


def test_every_sentence_of_it_exists(town: people.Town) -> None:
    """Each action, by oneself, another and the system, has words."""
    from health_cloud.core.models import LedgerLine
    from health_cloud.core.policy import Action

    for action in Action:
        for role, mine in (("patient", True), ("physician", False), ("system", False)):
            for outcome in ("allowed", "refused", "done"):
                line = LedgerLine(action=action.value, actor_role=role, outcome=outcome)
                assert own._sentence(line, own=mine) in texts()
