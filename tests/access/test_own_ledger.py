"""One's own ledger in plain words: whole, one's own alone, page by page."""

from __future__ import annotations

import contextlib

import pytest

from health_cloud.access.service import ledger as own
from health_cloud.access.service.ledger import own_ledger
from health_cloud.core import clock, db, ledger
from health_cloud.core.errors import Denied, HealthCloudError, NotFound
from health_cloud.core.i18n import texts
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerLine
from health_cloud.core.policy import Action, Role
from health_cloud.records.service.documents import open_document
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
    assert (looked.icon, looked.say, looked.shown) == ("looked", "access.ledger.they.entry_read", 1)
    assert (looked.who.zh, looked.what, looked.why) == ("陈立", "ui.class.laboratory", "access.ledger.basis.grant")
    assert looked.department.zh == "内分泌科"
    assert (refused.icon, refused.say) == ("refused", "access.ledger.they.failed.entry_read")


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


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("outcome", [ledger.ALLOWED, ledger.DONE, ledger.REFUSED, ledger.FAILED])
@pytest.mark.parametrize(("role", "mine"), [(Role.PATIENT, True), (Role.PHYSICIAN, False), (Role.SYSTEM, False)])
def test_every_act_has_words_of_its_own(action: Action, outcome: str, role: Role, mine: bool) -> None:
    line = LedgerLine(action=action.value, actor_role=role.value, outcome=outcome)
    assert own._sentence(line, own=mine) in texts().keys() - {"access.ledger.they.unknown"}


def test_a_flood_of_attempts_is_one_row_and_what_happened_stays_in_sight(town: people.Town) -> None:
    lin, doctor, stranger = charts.reader(town.lin), charts.physician(town), charts.physician(town, "qian")
    entry_id = charts.put(town, town.lin)
    charts.grant(town.lin, town, doctor, "laboratory")
    db.perform(entry_page, doctor, town.lin.person_id, entry_id)
    for _ in range(2 * own.PAGE):
        with contextlib.suppress(HealthCloudError):
            db.perform(entry_page, stranger, town.lin.person_id, entry_id)
    attempts, looked = rows_of(db.perform(own_ledger, lin))
    assert (attempts.icon, attempts.times) == ("refused", 2 * own.PAGE)
    assert looked.icon == "looked"


def test_ones_own_ledger_says_the_same_of_what_is_not_there_and_what_is_somebody_elses(town: people.Town) -> None:
    lin, wang = charts.reader(town.lin), charts.reader(town.wang)
    theirs = charts.document_of(charts.put(town, town.wang, original=(b"<p>paper</p>", "text/html")))
    said = []
    for document in (theirs, new_id()):
        with pytest.raises(NotFound):
            db.perform(open_document, lin, document)
        line = charts.chain(town.lin)[-1]
        said.append((len(charts.chain(town.lin)), line.action, line.outcome, line.reason, line.detail))
    assert said[0][1:] == said[1][1:]
    assert [number for number, *_ in said] == [1, 2]
    (told,) = rows_of(db.perform(own_ledger, wang))
    assert (told.icon, told.say, told.by) == (
        "refused",
        "access.ledger.they.failed.document_read",
        "access.ledger.by.somebody",
    )
    assert not told.who.zh


def test_who_failed_to_sign_in_was_not_shown_to_be_oneself(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    line = LedgerLine(
        action=Action.SIGN_IN.value, actor_account_id=lin.account_id, outcome=ledger.FAILED, detail="{}", at=clock.now()
    )
    row = own._row(lin, line, {})
    assert (row.icon, row.by, row.say) == (
        "refused",
        "access.ledger.by.somebody",
        "access.ledger.they.failed.session_start",
    )
