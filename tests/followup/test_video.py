"""The picture of a visit: two seats, what goes between them and nowhere else, and whatever ends it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from health_cloud.consent.models import Grant
from health_cloud.core import clock, db, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.clock import clock as the_clock
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.settings import Settings, settings
from health_cloud.followup import service
from health_cloud.followup.models import VideoSeat, VideoSignal
from health_cloud.followup.service import attaching
from health_cloud.followup.service.video import signalling, turn
from health_cloud.followup.service.video.seats import erase_left
from health_cloud.followup.views.video import VideoStand
from health_cloud.identity.models import SignInSession
from tests.databases import Database
from tests.people import COMMAND_LINE
from tests.sharing import Cast, found_cast, guardian_of
from tests.visiting import agreed

SAID = '{"from":"x","parts":[{"description":{"type":"offer","sdp":"v=0"}}]}'


def _seated(actor: Actor) -> Actor:
    """Return somebody with a session that lives."""

    def begin(session: Session, _: Actor) -> str:
        now = clock.now()
        row = SignInSession(
            account_id=actor.account_id,
            method="password",
            token=uuid.uuid4().hex,
            acting_for=actor.for_person_id,
            created_at=now,
            seen_at=now,
            entered_at=now,
            ends_at=now + timedelta(hours=12),
        )
        session.add(row)
        session.flush()
        return row.id

    return replace(actor, session_id=db.perform(begin, COMMAND_LINE))


def _open(cast: Cast, kind: str = "video") -> tuple[str, Actor, Actor]:
    visit = agreed(cast.chen, cast.lin, 5, kind=kind)
    lin, chen = _seated(cast.lin), _seated(cast.chen)
    db.perform(service.enter_visit, lin, visit)
    db.perform(service.begin_visit, chen, visit)
    return visit, lin, chen


def _sit(actor: Actor, visit: str) -> str:
    tab = str(uuid.uuid4())
    db.perform(signalling.take_seat, actor, visit, tab)
    return tab


def _look(actor: Actor, visit: str, tab: str = "") -> tuple[VideoStand, list[str]]:
    stand, came, _ = db.perform(signalling.look_at_video, actor, visit, tab)
    return stand, [each.body for each in came]


def _both(cast: Cast) -> tuple[str, Actor, Actor, str, str]:
    visit, lin, chen = _open(cast)
    return visit, lin, chen, _sit(lin, visit), _sit(chen, visit)


def test_what_one_side_sends_comes_to_the_other_tab_once(database: Database):
    visit, lin, chen, hers, his = _both(found_cast())
    stand, _ = _look(lin, visit)
    assert (stand.open, stand.mine, stand.other) == (True, hers, his)
    db.perform(signalling.send, lin, visit, hers, his, SAID)
    db.perform(signalling.send, lin, visit, hers, his, "2")
    assert _look(chen, visit, his)[1] == [SAID, "2"]
    assert _look(chen, visit, str(uuid.uuid4()))[1] == []  # another tab of the same physician
    assert _look(lin, visit, hers)[1] == []
    with db.reading() as session:
        assert all(SAID.encode() not in each.body for each in session.exec(select(VideoSignal)).all())
    db.perform(signalling.taken, chen, visit, his, 1)
    assert _look(chen, visit, his)[1] == ["2"]
    db.perform(signalling.taken, chen, visit, his, 2)
    with db.reading() as session:
        assert session.exec(select(VideoSignal)).all() == []


def test_the_tab_that_came_last_has_the_seat(database: Database):
    visit, lin, chen, hers, his = _both(found_cast())
    db.perform(signalling.send, chen, visit, his, hers, SAID)
    newer = _sit(lin, visit)
    assert _look(chen, visit)[0].other == newer
    assert _look(lin, visit, newer)[1] == []  # what was meant for the one before
    with pytest.raises(Conflict):
        db.perform(signalling.send, lin, visit, hers, his, SAID)
    db.perform(signalling.send, chen, visit, his, hers, SAID)  # to whom is no longer there: nowhere
    assert _look(lin, visit, newer)[1] == []
    db.perform(signalling.leave, lin, visit, hers)
    assert _look(chen, visit)[0].other == newer
    db.perform(signalling.leave, lin, visit, newer)
    assert _look(chen, visit)[0].other == ""


def test_nobody_else_sits_sends_or_hears(database: Database):
    cast = found_cast()
    visit, _, chen, hers, his = _both(cast)
    other_visit = agreed(cast.sun, cast.wang, 5, kind="video")
    for somebody in (cast.wang, cast.sun, cast.gao):
        for act, given in _acts(hers, his):
            with pytest.raises(NotFound):
                db.perform(act, _seated(somebody), visit, *given)
    for act, given in _acts(hers, his):
        with pytest.raises(HealthCloudError):
            db.perform(act, cast.staff, visit, *given)
    with pytest.raises(NotFound):
        db.perform(signalling.send, chen, other_visit, his, hers, SAID)
    stolen = replace(chen, session_id=_seated(cast.chen).session_id)  # another session of the same physician
    with pytest.raises(Conflict):
        db.perform(signalling.send, stolen, visit, his, hers, SAID)
    with db.reading() as session:
        assert session.exec(select(VideoSignal)).all() == []


def _acts(hers: str, his: str) -> list[tuple[Any, tuple[Any, ...]]]:
    return [
        (signalling.look_at_video, (his,)),
        (signalling.take_seat, (str(uuid.uuid4()),)),
        (signalling.send, (his, hers, SAID)),
        (signalling.taken, (his, 1)),
        (signalling.say_connected, (his, True)),
        (signalling.leave, (his,)),
    ]


@pytest.mark.parametrize("state", ["text", "waiting", "ended"])
def test_only_an_open_visit_by_video_has_a_picture(database: Database, state: str):
    cast = found_cast()
    if state == "waiting":
        visit, lin = agreed(cast.chen, cast.lin, 5, kind="video"), _seated(cast.lin)
        db.perform(service.enter_visit, lin, visit)
    else:
        visit, lin, chen = _open(cast, "text" if state == "text" else "video")
        if state == "ended":
            db.perform(service.end_visit, chen, visit)
    tab = str(uuid.uuid4())
    for act, given in _acts(tab, tab)[1:5]:
        with pytest.raises(Conflict):
            db.perform(act, lin, visit, *given)
    stand, _ = _look(lin, visit)
    assert (stand.open, stand.waiting, bool(stand.id)) == (False, state == "waiting", state != "text")


@pytest.mark.parametrize("how", ["visit", "sign_out", "grant"])
def test_ends_with_its_visit_a_session_or_what_was_given(database: Database, how: str):
    cast = found_cast()
    visit, lin, chen, hers, his = _both(cast)
    given = db.perform(_give, COMMAND_LINE, cast, visit) if how == "grant" else ""
    db.perform(signalling.send, lin, visit, hers, his, SAID)
    _, _, topics = db.perform(signalling.look_at_video, chen, visit, his)
    assert f"session:{lin.session_id}" in topics
    if how == "visit":
        db.perform(service.end_visit, chen, visit)
    elif how == "sign_out":
        db.perform(_sign_out, COMMAND_LINE, lin.session_id)
    else:
        assert f"grant:{given}" in topics
        db.perform(_take_back, COMMAND_LINE, given)
    stand, came = _look(chen, visit, his)
    assert (stand.other, bool(came)) == ("", how == "sign_out")
    if how == "sign_out":
        assert (stand.open, stand.mine) == (True, his)  # he stays, and waits
    else:
        assert (stand.open, stand.mine) == (False, "")
    if how == "grant":
        assert stand.why == "followup.video.why.taken_back"
        with pytest.raises(Conflict):
            db.perform(signalling.take_seat, lin, visit, str(uuid.uuid4()))
    with db.reading() as session:
        left = [seat.side for seat in session.exec(select(VideoSeat)).all()]
    assert left == (["physician"] if how == "sign_out" else [])


def _give(session: Session, _: Actor, cast: Cast, visit: str) -> str:
    now = clock.now()
    made = Grant(
        person_id=cast.lin.person_id,
        grantee_account_id=cast.chen.account_id,
        organization_id=cast.chen.organization_id,
        purpose="follow_up",
        classes="laboratory",
        from_at=now,
        until_at=now + timedelta(hours=2),
        ends_with="visit",
        visit_id=visit,
    )
    session.add(made)
    session.flush()
    return made.id


def _take_back(session: Session, _: Actor, grant_id: str) -> None:
    session.get_one(Grant, grant_id).ended_at = clock.now()


def _sign_out(session: Session, _: Actor, row_id: str) -> None:
    session.get_one(SignInSession, row_id).ended_at = clock.now()


def test_what_is_sent_is_capped_and_counted(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(signalling, "WAITING_AT_MOST", 6)
    monkeypatch.setattr(signalling, "A_MINUTE_AT_MOST", 12)
    visit, lin, chen, hers, his = _both(found_cast())
    for body in ("", "x" * 16_001, "é", "a\x00", "a\nb", None, 7, ["x"]):
        with pytest.raises(Invalid):
            db.perform(signalling.send, lin, visit, hers, his, body)
    for tab in ("", "x", None, 3, hers.upper()):
        with pytest.raises(Invalid):
            db.perform(signalling.take_seat, lin, visit, tab)
    with pytest.raises(Invalid):  # the other side's name
        db.perform(signalling.take_seat, lin, visit, his)
    for number in (-1, True, "1", 1.5, 2**31, None):
        with pytest.raises(Invalid):
            db.perform(signalling.taken, lin, visit, hers, number)
    for _ in range(signalling.WAITING_AT_MOST):
        db.perform(signalling.send, lin, visit, hers, his, "x")
    with pytest.raises(Conflict):
        db.perform(signalling.send, lin, visit, hers, his, "x")
    the_clock.advance(minutes=1)  # what nobody took is gone
    assert _look(chen, visit, his)[1] == []
    assert erase_left() == signalling.WAITING_AT_MOST
    for _ in range(signalling.A_MINUTE_AT_MOST):
        db.perform(signalling.send, lin, visit, hers, his, "x")
        db.perform(signalling.taken, chen, visit, his, 10_000)
    with pytest.raises(Conflict):
        db.perform(signalling.send, lin, visit, hers, his, "x")


def test_the_ledger_says_once_that_it_began_and_for_how_long_it_was(database: Database):
    cast = found_cast()
    visit, lin, chen, hers, his = _both(cast)
    db.perform(signalling.say_connected, lin, visit, hers, True)
    db.perform(signalling.say_connected, chen, visit, his, True)
    the_clock.advance(minutes=3)
    db.perform(signalling.leave, lin, visit, hers)
    the_clock.advance(minutes=2)
    again = _sit(lin, visit)
    the_clock.advance(minutes=1)  # nobody sees anybody yet
    db.perform(signalling.say_connected, lin, visit, again, True)
    the_clock.advance(minutes=4)
    db.perform(service.end_visit, chen, visit)
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(cast.lin.person_id)
        lines = session.exec(select(LedgerLine).where(own).order_by(col(LedgerLine.seq))).all()
        told = [(each.action, json.loads(each.detail)) for each in lines if each.action.startswith("followup:video")]
    assert told == [
        ("followup:video:begin", {"appointment": visit}),
        ("followup:video:end", {"appointment": visit, "seconds": 7 * 60}),
    ]
    for side in (lin, chen):  # both pages say it afterwards
        assert db.perform(service.look_at_visit, side, visit)[0].seen == 7


def test_how_long_it_was_is_said_when_it_is_over_and_only_of_a_picture(database: Database):
    cast = found_cast()
    visit, lin, chen, hers, his = _both(cast)
    for side, tab in ((lin, hers), (chen, his)):
        db.perform(signalling.say_connected, side, visit, tab, True)
    the_clock.advance(seconds=40)
    assert db.perform(service.look_at_visit, lin, visit)[0].seen == -1  # it goes on
    db.perform(service.end_visit, chen, visit)
    assert db.perform(service.look_at_visit, lin, visit)[0].seen == 0  # less than a minute
    without, lin, chen = _open(cast)
    db.perform(service.end_visit, chen, without)
    assert db.perform(service.look_at_visit, lin, without)[0].seen == -1


def test_a_guardian_who_may_talk_may_be_seen_and_no_longer_than_that(database: Database):
    cast = found_cast()
    visit, lin, chen = _open(cast)
    kin = _seated(_kin(cast, "read,book"))
    tab, his = _sit(kin, visit), _sit(chen, visit)
    assert _look(chen, visit)[0].other == tab
    db.perform(_end_relation, COMMAND_LINE, cast.lin.person_id)
    assert _look(chen, visit, his)[0].other == ""
    with pytest.raises(Denied):
        db.perform(signalling.take_seat, kin, visit, str(uuid.uuid4()))
    reads = _seated(_kin(cast, "read"))
    with pytest.raises(Denied):
        db.perform(signalling.take_seat, reads, visit, str(uuid.uuid4()))
    _sit(lin, visit)


def _kin(cast: Cast, levels: str) -> Actor:
    return replace(guardian_of(cast.lin.person_id, levels=levels), for_person_id=cast.lin.person_id)


def _end_relation(session: Session, _: Actor, person_id: str) -> None:
    from health_cloud.identity.models import Guardian

    for row in session.exec(select(Guardian).where(Guardian.person_id == person_id)).all():
        row.ended_at = clock.now()
        session.add(row)


def test_no_server_is_named_unless_the_operator_does(monkeypatch: pytest.MonkeyPatch):
    settings.cache_clear()
    assert json.loads(turn.servers("t")) == {"iceServers": [], "iceTransportPolicy": "all"}
    monkeypatch.setenv("HEALTH_CLOUD_TURN_URLS", '["stun:s.example", "turn:t.example:3478?transport=udp"]')
    monkeypatch.setenv("HEALTH_CLOUD_TURN_SECRET", "shared")
    monkeypatch.setenv("HEALTH_CLOUD_TURN_ONLY", "true")
    settings.cache_clear()
    made = json.loads(turn.servers("tab"))
    assert made["iceTransportPolicy"] == "relay"
    assert made["iceServers"][0] == {"urls": ["stun:s.example"]}
    relay = made["iceServers"][1]
    until, _, name = relay["username"].partition(":")
    assert (name, relay["urls"]) == ("tab", ["turn:t.example:3478?transport=udp"])
    assert abs(int(until) - (clock.now() + turn.LASTS).timestamp()) < 5
    expected = hmac.new(b"shared", relay["username"].encode(), hashlib.sha1).digest()
    assert relay["credential"] == base64.b64encode(expected).decode()
    settings.cache_clear()


@pytest.mark.parametrize(
    "given",
    [
        {"turn_urls": ("turn:t.example",)},
        {"turn_urls": ("http://t.example",), "turn_secret": "x"},
        {"turn_urls": ("stun:s.example",), "turn_only": True},
    ],
    ids=["no secret", "no such scheme", "no relay"],
)
def test_half_a_configuration_does_not_start(given: dict[str, Any]):
    with pytest.raises(ValueError, match=r"HEALTH_CLOUD_TURN|write servers"):
        Settings(**given)


def test_an_appointment_in_person_is_nothing_online(database: Database):
    """Its time was booked without the rules of online care: it must not become online care."""
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 5, kind="in_person")
    db.perform(service.begin_visit, cast.chen, visit)
    for act, who, *given in (
        (service.say_in_visit, cast.lin, str(uuid.uuid4()), "在吗"),
        (service.say_in_visit, cast.chen, str(uuid.uuid4()), "在"),
        (signalling.take_seat, _seated(cast.lin), str(uuid.uuid4())),
        (signalling.take_seat, _seated(cast.chen), str(uuid.uuid4())),
    ):
        with pytest.raises(NotFound):
            db.perform(act, who, visit, *given)
    with pytest.raises(Conflict):
        db.perform(attaching.may_attach, cast.lin, visit)
