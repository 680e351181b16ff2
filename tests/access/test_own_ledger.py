"""One's own ledger in plain words: whole, one's own alone, page by page."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, delete, select

from health_cloud.access.service import ledger as own
from health_cloud.access.service import ledger_filters, ledger_words
from health_cloud.access.service.ledger import own_ledger, own_ledger_newer
from health_cloud.access.state.ledger import OwnLedger
from health_cloud.consent.models import Grant
from health_cloud.consent.service import requests
from health_cloud.core import clock, db, facts, ledger
from health_cloud.core.actors import Actor, act_as
from health_cloud.core.errors import Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.i18n import texts
from health_cloud.core.ids import new_id
from health_cloud.core.models import LedgerHead, LedgerLine
from health_cloud.core.policy import Action, Basis, Decision, Role
from health_cloud.records.service.documents import open_document
from health_cloud.records.service.reading import entry_page, list_page
from tests import charts, people, sharing, states
from tests.databases import Database

START = datetime(2026, 4, 14, 8, tzinfo=UTC)


def rows_of(page: own.LedgerPage) -> list[ledger_words.LedgerRow]:
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


def test_who_saw_no_entry_is_not_said_to_have_looked_at_none_of_them(town: people.Town) -> None:
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    charts.grant(town.lin, town, doctor, "laboratory")
    db.perform(list_page, doctor, town.lin.person_id, "laboratory")
    looked = rows_of(db.perform(own_ledger, lin))[0]
    assert (looked.say, looked.shown) == ("access.ledger.they.entry_read_none", 0)


def test_a_line_says_for_what_it_was_asked_and_given(town: people.Town) -> None:
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    entry_id = charts.put(town, town.lin)
    grant = charts.grant(town.lin, town, doctor, "laboratory", purpose="second_opinion")
    db.perform(entry_page, doctor, town.lin.person_id, entry_id)
    with db.writing() as session:  # what is said of the grant later changes nothing of what was written then
        session.get_one(Grant, grant).purpose = "referral"
    (looked,) = rows_of(db.perform(own_ledger, lin))
    assert looked.purpose == "access.purpose.second_opinion"
    db.perform(entry_page, doctor, town.lin.person_id, entry_id)
    assert [row.purpose for row in rows_of(db.perform(own_ledger, lin))] == [
        "access.purpose.referral",
        "access.purpose.second_opinion",
    ]
    db.perform(entry_page, lin, town.lin.person_id, entry_id)
    assert rows_of(db.perform(own_ledger, lin))[0].purpose == ""


def test_a_request_and_its_answer_say_for_what(database: Database) -> None:
    cast = sharing.found_cast()
    facts.subscribe(requests.SENT, "consent.chain", requests.tell_chain)
    sharing.granted(cast)
    facts.deliver()
    said = {row.say: row.purpose for row in rows_of(db.perform(own_ledger, cast.lin))}
    assert said == {
        "access.ledger.they.request_create": "access.purpose.follow_up",
        "access.ledger.you.request_decide": "access.purpose.follow_up",
    }


def test_a_purpose_without_words_is_not_shown(town: people.Town) -> None:
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    charts.put(town, town.lin)
    charts.grant(town.lin, town, doctor, "laboratory", purpose="import")
    db.perform(list_page, doctor, town.lin.person_id, "laboratory")
    assert rows_of(db.perform(own_ledger, lin))[0].purpose == ""


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


def forget(session: Session, _actor: Actor) -> None:
    for table in (LedgerLine, LedgerHead):
        session.exec(delete(table))


def write(session: Session, actor: Actor, person_id: str, action: Action, outcome: str) -> str:
    return ledger.write(session, actor, action, outcome, person_id=person_id)


def lines(chain: str) -> Sequence[tuple[str, int, str, str, str, datetime]]:
    """Return id, number, who, what, outcome and instant of each line, oldest first."""
    columns = ("id", "seq", "actor_account_id", "action", "outcome", "at")
    query = select(*(getattr(LedgerLine, name) for name in columns)).where(LedgerLine.chain == chain)
    with db.reading() as session:
        return session.exec(query.order_by(LedgerLine.seq)).all()


MANY = 100
"""So many never are there: a page that does not go on ends."""
SAID = [(Action.READ_ENTRIES, ledger.ALLOWED), (Action.READ_ENTRIES, ledger.REFUSED), (Action.COUNT_ENTRIES, "allowed")]
ACT = st.tuples(st.booleans(), st.sampled_from(SAID), st.booleans())


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    acts=st.lists(ACT, min_size=1, max_size=24),
    size=st.integers(1, 4),
    together=st.integers(2, 9),
    longest=st.integers(1, 30),
    begin=st.integers(0, 23),
    coming=st.lists(ACT, max_size=4),
    turns=st.lists(st.booleans(), max_size=12),
)
def test_up_and_down_from_anywhere_give_every_row_once_and_whole_while_others_come(
    town: people.Town,
    monkeypatch: pytest.MonkeyPatch,
    acts: list[tuple[bool, tuple[Action, str], bool]],
    size: int,
    together: int,
    longest: int,
    begin: int,
    coming: list[tuple[bool, tuple[Action, str], bool]],
    turns: list[bool],
) -> None:
    """Lines that say the same are one row wherever a page begins or ends; what comes is added at the top."""
    for name, value in (("PAGE", size), ("TOGETHER", together), ("_LONGEST", longest), ("_BATCH", 3)):
        monkeypatch.setattr(own, name, value)
    db.perform(forget, charts.WRITER)
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    monkeypatch.setattr(clock.clock, "frozen", START)

    def act(mine: bool, said: tuple[Action, str], next_day: bool) -> None:
        monkeypatch.setattr(clock.clock, "frozen", clock.now() + timedelta(days=int(next_day)))
        db.perform(write, lin if mine else doctor, town.lin.person_id, *said)

    for one in acts:
        act(*one)
    order: list[list[str]] = []
    before: tuple[object, ...] = ()
    for line_id, number, *said in lines(ledger.person_chain(town.lin.person_id)):
        key = (*said, number // together)
        if key == before and (said[0] == lin.account_id or said[2] == ledger.REFUSED):
            order[0].append(line_id)
        else:
            order.insert(0, [line_id])
        before = key
    start = ""
    for _ in range(begin % len(order)):
        start = db.perform(own_ledger, lin, start).older or start
    page = db.perform(own_ledger, lin, start)
    shown, older, newer = rows_of(page), page.older, page.start
    wanted, arriving = iter(turns), iter(coming)
    while (older or newer) and len(shown) < MANY:
        if (arrived := next(arriving, None)) is not None:
            act(*arrived)
        if newer and (not older or next(wanted, True)):
            page = db.perform(own_ledger_newer, lin, newer)
            shown, newer = [*rows_of(page), *shown], page.start
        else:
            page = db.perform(own_ledger, lin, older)
            shown, older = [*shown, *rows_of(page)], page.older
    assert len({row.id for row in shown}) == len(shown)
    known = {group[0]: len(group) for group in order}
    assert [row.id for row in shown if row.id in known] == list(known), "each that was there from the first, in order"
    assert [row.times for row in shown if row.id in known][1:] == list(known.values())[1:], "the newest may have grown"


@pytest.mark.parametrize("cursor", ["x", "-1", "", "1.5", "٣", "9" * 30])
def test_a_place_that_is_none_is_the_newest(town: people.Town, cursor: str) -> None:
    lin = charts.reader(town.lin)
    db.perform(list_page, lin, town.lin.person_id, "laboratory")
    assert db.perform(own_ledger, lin, cursor) == db.perform(own_ledger, lin)
    with pytest.raises(Invalid):
        db.perform(own_ledger_newer, lin, cursor)


def test_nobody_elses_chain_is_read_from_a_place(town: people.Town) -> None:
    for use_case in (own_ledger, own_ledger_newer):
        with pytest.raises(Denied):
            db.perform(use_case, charts.physician(town), "1")


def test_a_tab_goes_on_in_parts_each_sent_once(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "PAGE", 4)
    doctor = charts.physician(town)
    charts.grant(town.lin, town, doctor, "laboratory")
    for _ in range(10):
        db.perform(list_page, doctor, town.lin.person_id, "laboratory")
    act_as(charts.reader(town.lin))
    tab = states.of(OwnLedger)
    parts = [states.sent(tab, "load"), *(states.sent(tab, "show_older") for _ in range(2))]
    seen = [row.id for part in parts for day in part["days"] for row in day.rows]
    assert len(seen) == len(set(seen)) == 10
    assert [set(part) for part in parts[1:]] == [{"days", "part", "start", "older"}] * 2
    assert states.sent(tab, "show_older") == {}, "nothing lies beyond the last"
    again = states.sent(tab, "renew", parts[1]["start"], 2)
    assert (again["newer"], again["turn"] != parts[0]["turn"]) == (parts[1]["start"], True)
    above = states.sent(tab, "show_newer")
    assert [row.id for day in above["days"] for row in day.rows] == seen[:4]


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
    assert ledger_words.sentence_of(line, own=mine) in texts().keys() - {"access.ledger.they.unknown"}


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
    row = ledger_words.row_of(lin, line, {})
    assert (row.icon, row.by, row.say) == (
        "refused",
        "access.ledger.by.somebody",
        "access.ledger.they.failed.session_start",
    )


def seen(actor: Actor, **asked: str) -> list[tuple[str, str]]:
    page = db.perform(own_ledger, actor, "", 0, ledger_filters.asked_of(asked))
    return [(row.icon, row.what.removeprefix("ui.class.")) for row in rows_of(page)]


def test_a_filter_leaves_what_was_asked_for(town: people.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who, class and time, alone and together; what fits none of them is passed over."""
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    person, staff = town.lin.person_id, Actor("staff", Role.STAFF)
    monkeypatch.setattr(clock.clock, "frozen", START)
    for actor, of, outcome in (
        (lin, "imaging", ledger.ALLOWED),
        (doctor, "laboratory", ledger.ALLOWED),
        (doctor, "imaging", ledger.REFUSED),
        (staff, "", ledger.DONE),
        (charts.reader(town.wang), "laboratory", ledger.REFUSED),
    ):
        db.perform(
            lambda session, by, of=of, outcome=outcome: ledger.write(
                session, by, Action.READ_ENTRIES, outcome, person_id=person, record_class=of
            ),
            actor,
        )
    monkeypatch.setattr(clock.clock, "frozen", START + timedelta(days=400))
    db.perform(
        lambda session, by: ledger.write(session, by, Action.COUNT_ENTRIES, ledger.ALLOWED, person_id=person), lin
    )
    every = seen(lin)
    assert len(every) == 6
    assert seen(lin, who="physicians") == [("refused", "imaging"), ("looked", "laboratory")]
    assert seen(lin, who="me", cls="imaging") == [("you", "imaging")]
    assert seen(lin, who="hospital") == [("looked", "access.ledger.records")]
    assert seen(lin, who="refused") == [("refused", "laboratory"), ("refused", "imaging")]
    assert seen(lin, who="family") == []
    assert seen(lin, cls="laboratory", who="physicians") == [("looked", "laboratory")]
    assert seen(lin, period="30d") == seen(lin, period="2027") == [("you", "access.ledger.records")]
    assert seen(lin, period="2026") == every[1:]
    assert seen(lin, period="2025") == []
    assert seen(lin, who="me' OR 1=1", cls="all", period="20261") == every


def test_what_somebody_failed_at_under_ones_name_is_not_oneself(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    for outcome in (ledger.FAILED, ledger.DONE):
        db.perform(write, lin, town.lin.person_id, Action.SIGN_IN, outcome)
    write_as = replace(lin, account_id="daughter")
    decision = Decision(allowed=True, basis=Basis.GUARDIAN, basis_id=new_id())
    db.perform(
        lambda session, by: ledger.write(
            session, by, Action.READ_ENTRIES, ledger.ALLOWED, person_id=town.lin.person_id, decision=decision
        ),
        write_as,
    )
    assert [icon for icon, _ in seen(lin, who="me")] == ["you"]
    assert [icon for icon, _ in seen(lin, who="refused")] == ["refused"]
    assert [icon for icon, _ in seen(lin, who="family")] == ["looked"]
    assert [icon for icon, _ in seen(write_as, who="me")] == ["you"]


@pytest.mark.parametrize("asked", [{}, {"who": "physicians"}, {"cls": "laboratory", "who": "refused"}])
def test_a_narrowed_list_goes_on_both_ways(
    town: people.Town, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    """Every line that fits, once and in order, from page to page; none that does not."""
    monkeypatch.setattr(own, "PAGE", 2)
    monkeypatch.setattr(own, "_BATCH", 3)
    lin, doctor = charts.reader(town.lin), charts.physician(town)
    chance = random.Random(5)
    fit: list[str] = []
    for _ in range(40):
        of, refused = chance.choice(["laboratory", "imaging"]), chance.random() < 0.5
        line = db.perform(
            lambda session, by, of=of, refused=refused: ledger.write(
                session,
                by,
                Action.READ_ENTRIES,
                ledger.REFUSED if refused else ledger.ALLOWED,
                person_id=town.lin.person_id,
                record_class=of,
                reason=new_id(),
            ),
            doctor,
        )
        if of == asked.get("cls", of) and (refused or asked.get("who") != "refused"):
            fit.insert(0, line)
    wanted = ledger_filters.asked_of(asked)
    page = db.perform(own_ledger, lin, "", 0, wanted)
    down = [row.id for row in rows_of(page)]
    while page.older and len(down) < MANY:
        cursor = page.older
        page = db.perform(own_ledger, lin, cursor, 0, wanted)
        down += [row.id for row in rows_of(page)]
    assert down == fit
    page = db.perform(own_ledger_newer, lin, cursor, wanted)
    up = [row.id for row in rows_of(page)]
    while page.start and len(up) < MANY:
        page = db.perform(own_ledger_newer, lin, page.start, wanted)
        up = [*(row.id for row in rows_of(page)), *up]
    assert up == fit[: len(up)]
    assert len(up) in (len(fit) - 1, len(fit) - 2)


def test_the_address_keeps_the_filter_and_offers_only_what_can_be(town: people.Town) -> None:
    lin = charts.reader(town.lin)
    assert db.perform(own_ledger, lin).filters == ledger_filters.NO_FILTERS, "an empty ledger has nothing to narrow"
    db.perform(list_page, lin, town.lin.person_id, "laboratory")
    wanted = ledger_filters.asked_of({"who": "me", "cls": "laboratory", "period": "1999"})
    filters = db.perform(own_ledger, lin, "", 0, wanted).filters
    assert ledger_filters.address(wanted) == filters.who.chosen == "/ledger?who=me&cls=laboratory&period=1999"
    for choice in (filters.who, filters.cls, filters.period):
        assert choice.chosen in [option.href for option in choice.options]
    assert filters.cls.options[0].href == "/ledger?who=me&period=1999"
    assert [option.year for option in filters.period.options if option.year] == ["1999"], "one year is no choice"
    act_as(lin)
    tab = states.of(OwnLedger)
    assert states.sent(tab, "load")["at"] == "/ledger"
