"""R10: every client-callable handler and route, as everybody, aimed at the victim's data, over the wire.

The table below is written by hand, beside the product's own: a screen that nobody named here fails the test.
"""

from __future__ import annotations

import inspect
import json
import time
import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
import pytest
from reflex.state import State

from health_cloud import app as product
from health_cloud.core.policy import Role
from health_cloud.web.frame import gathered
from health_cloud.web.handlers import Handler, product_states, table
from tests.attack.conftest import Heard
from tests.attack.world import MARK, OTHERS, Caller, World, state_of, teams_read
from tests.wire import Wire

ANYBODY = frozenset(Role) - {Role.SYSTEM}
SIGNED_IN = ANYBODY - {Role.VISITOR}
PATIENT, PHYSICIAN, STAFF, AUDITOR = ({role} for role in (Role.PATIENT, Role.PHYSICIAN, Role.STAFF, Role.AUDITOR))
PHARMACIST = {Role.PHARMACIST}

MAY: dict[str, frozenset[Role] | set[Role]] = {
    **dict.fromkeys(("Verify", "Activate", "SignIn", "SingleSignOn", "Stopping", "Demo", "DemoOutbox"), ANYBODY),
    **dict.fromkeys(("Shell.dismiss", "Shell.tell", "Shell.in_demo"), ANYBODY),
    **dict.fromkeys(("Waiting", "Asked", "Shell.as_signed_in"), SIGNED_IN),
    **dict.fromkeys(("Bell", "Inbox", "Contacts", "Notices", "Proof", "Passkeys"), SIGNED_IN),
    **dict.fromkeys(
        ("Home", "ClassList", "Visits", "Entry", "Trend", "Compare", "Search", "OwnLedger", "Shell.as_patient"), PATIENT
    ),
    **dict.fromkeys(
        (
            "Sharing",
            "Deciding",
            "Appointments",
            "Booking",
            "Checking",
            "Giving",
            "Moving",
            "Preparing",
            "Waitlist",
            "InPerson",
        ),
        PATIENT,
    ),
    **dict.fromkeys(("Guardians", "Wards", "Profile"), PATIENT),
    **dict.fromkeys(("Agreements", "Leaving", "Summary", "Original", "Medicines", "OneMedicine"), PATIENT),
    **dict.fromkeys(("VisitSheet", "CardFacts", "Links", "NewLink", "Narrowing"), PATIENT),
    **dict.fromkeys(("Asking", "Sent", "GrantedChart", "GrantedOriginal", "GrantedTrend", "Slots"), PHYSICIAN),
    "Shell.as_physician": PHYSICIAN,
    **dict.fromkeys(("Places", "Security", "OwnRecovery", "Opening"), SIGNED_IN),
    **dict.fromkeys(("Recover", "WayOut", "Unlock"), ANYBODY),
    **dict.fromkeys(("Visibility", "Reviews", "Review", "Shell.as_staff"), STAFF),
    **dict.fromkeys(("Breaking", "OpenEmergencies"), PHYSICIAN),
    "Emergencies": PATIENT,
    "ToReview": SIGNED_IN,
    "TodaysVisits": PHYSICIAN,
    "ReadPrepared": PHYSICIAN,
    "Questions": PATIENT,
    **dict.fromkeys(("QuestionsOwed", "AnsweringQuestion"), PHYSICIAN),
    "AskingRules": STAFF,
    "PreparedFiles": SIGNED_IN,
    "TalkSearch": SIGNED_IN,
    "PreparedFiles.remove": PATIENT,
    "Ward": PHYSICIAN,
    "TreatingTeams": PATIENT,
    "Choosing": PATIENT,
    "ShowingCode": PATIENT,
    "TeamSwitching": STAFF,
    "Week": PHYSICIAN,
    "OpeningTimes": STAFF,
    **dict.fromkeys(("Room", "VideoRoom"), PATIENT),
    "Times": PATIENT,
    **dict.fromkeys(("VisitDesk", "VideoDesk", "VisitChart", "Queue", "Day", "Proposing"), PHYSICIAN),
    **dict.fromkeys(("NoteDesk", "NoteProblems", "Templates"), PHYSICIAN),
    "AfterVisit": PATIENT,
    "AskedInRoom": PATIENT,
    "AskedOnDesk": PHYSICIAN,
    "AskingWhy": PATIENT,
    "Owed": PHYSICIAN,
    "DeskOwed": STAFF,
    "OwedCount": SIGNED_IN,
    "Shell.as_auditor": AUDITOR,
    **dict.fromkeys(("Shell.as_pharmacist", "PharmacyQueue", "PharmacyReview"), PHARMACIST),
    "PharmacyCount": SIGNED_IN,
    **dict.fromkeys(("Prescribing", "EarlierMedicines"), PHYSICIAN),
    "Prescribed": PATIENT,
    **dict.fromkeys(("FormularyDesk", "UnfitPayments", "Ruling"), STAFF),
    **dict.fromkeys(("OwnRecovery.stop", "OwnRecovery.acknowledge"), PATIENT),
}
ROUTES_MAY = {
    "GET /auth/enter": ANYBODY,
    "POST /auth/sign-out": ANYBODY,
    "GET /auth/ends": ANYBODY,
    "POST /auth/stay": ANYBODY,
    "GET /auth/oidc/start": ANYBODY,
    "GET /auth/oidc/back": ANYBODY,
    "POST /auth/oidc/ended": ANYBODY,
    "POST /auth/act-for": PATIENT,
    "GET /lease": SIGNED_IN,
    "GET /documents/{document}": SIGNED_IN,
    "GET /documents/{document}/body": SIGNED_IN,
    "GET /documents/{document}/frame": SIGNED_IN,
    "GET /documents/{document}/pages/{number}": SIGNED_IN,
    "GET /calendar/{appointment}": PATIENT,
    "GET /visit-file/{appointment}": SIGNED_IN,
    "POST /visit-attachments/{appointment}": SIGNED_IN,
    "GET /visit-attachments/{appointment}/{file}": SIGNED_IN,
    "GET /visit-attachments/{appointment}/{file}/small": SIGNED_IN,
    "GET /ledger/file": PATIENT,
    "POST /emergency-card/keep": PATIENT,
    "GET /emergency-card/now": PATIENT,
    "GET /emergency-card/holds": ANYBODY,
    "POST /desk/formulary/file": STAFF,
    "POST /api/payments": ANYBODY,
    "POST /shl/{token}": ANYBODY,
    "GET /shl/files/{ticket}": ANYBODY,
    "GET /shl/viewer/hosts": ANYBODY,
}
CHANGES_OWN = (
    "Sharing.revoke",
    "Sharing.extend",
    "Narrowing.confirm",
    "Deciding.approve",
    "Deciding.deny",
    "Deciding.block",
    "Choosing.",
    "Appointments.cancel",
    "Appointments.take",
    "Appointments.refuse",
    "Moving.",
    "Waitlist.",
    "Proposing.",
    "Slots.",
    "Week.",
    "OpenEmergencies.close",
    "Places.",
    "Agreements.",
    "Leaving.",
)
"""What the owner and the granted physician do rightly to what is theirs; left out of their own turn."""
CHANGES_VISIT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("victim", "guardian"),
        (
            *("Room.say", "Preparing.save", "PreparedFiles.remove", "Prescribed.pay", "Prescribed.refund"),
            *("Questions.ask", "Questions.ask_further"),
        ),
    ),
    **dict.fromkeys(
        ("attending", "attending_alone"),
        (
            *("VisitDesk.say", "VisitDesk.begin", "VisitDesk.end", "VisitDesk.miss"),
            *("NoteDesk.save", "NoteDesk.sign", "NoteDesk.correct", "NoteDesk.leave", "NoteDesk.drop_problem"),
            *("AnsweringQuestion.take", "AnsweringQuestion.answer", "AnsweringQuestion.ask_to_come"),
            *("NoteProblems.choose", "Templates.insert", "Templates.keep"),
            *(f"Prescribing.{name}" for name in ("add", "renew", "write", "drop", "explain", "reason", "sign")),
        ),
    ),
    "pharmacist": ("PharmacyReview.approve", "PharmacyReview.give_back"),
}
"""What both sides of a visit, and the pharmacist, do rightly in it."""

VISITED = frozenset(
    {"Room.load", "Questions.load", "Preparing.load", "PreparedFiles.load", "Prescribed.load", "TalkSearch.find"}
)
"""What a patient has of their visits, and whoever books for them."""
AT_WORK = {
    f"{each}.load"
    for each in (
        *("VisitDesk", "Queue", "NoteDesk", "ReadPrepared", "PreparedFiles", "TodaysVisits"),
        *("QuestionsOwed", "AnsweringQuestion"),
    )
} | {"TalkSearch.find"}
READS = frozenset(
    {"Home.load", "ClassList.load", "ClassList.renew", "Visits.load", "Visits.renew", "Entry.load", "Original.load"}
    | {"Trend.load", "Search.find", "Search.load", "Search.renew", "Summary.load", "VisitSheet.load"}
    | {"Medicines.load", "OneMedicine.load"}
)
DECIDES = frozenset(
    {"Sharing.load", "Deciding.load", "Deciding.toggle", "Narrowing.load", "Emergencies.load", "AskingWhy.load"}
    | {"Appointments.load"}
)
CHART = frozenset(
    {f"GrantedChart.{each}" for each in ("load", "pick", "open_entry", "renew")}
    | {"GrantedTrend.load", "GrantedOriginal.load"}
)
SHOWS: dict[str, frozenset[str]] = {
    "victim": READS | DECIDES | VISITED | {"CardFacts.load", "Profile.load"},
    "guardian": READS | DECIDES | VISITED,
    "guardian_read": READS,
    "granted": CHART | {"Owed.load"},
    "treating": CHART | {"Ward.load", "TodaysVisits.load"},
    "emergency": CHART | {"OpenEmergencies.load"},
    "staff": frozenset({"Review.load"}),
    "attending": CHART | AT_WORK | {"VisitChart.load", "NoteProblems.ask", "Prescribing.load"},
    "attending_alone": frozenset(AT_WORK),
    "pharmacist": frozenset({"PharmacyQueue.load", "PharmacyReview.load"}),
}
"""Which handlers show the victim's mark to whom. One that refuses somebody who may is as wrong as the other way."""
_SAID_AGAIN = (
    "AnsweringQuestion.",
    "TodaysVisits.",
    "AskedOnDesk.",
    "VisitDesk.",
    "NoteDesk.",
    "NoteProblems.",
    "Prescribing.",
    "Templates.",
)
AGAIN = {"attending": _SAID_AGAIN, "attending_alone": (*_SAID_AGAIN, "Slots."), "pharmacist": ("PharmacyReview.",)}
"""What else says again, of one's own visits or reviews, what was loaded."""
AT_TIMES = ("OwnLedger.", "Guardians.", "Wards.", "AskingWhy.send", "Owed.send", "Profile.withdraw")
"""What shows a name or words again, depending on what was done before; the frames as a whole are judged below."""
TOLD = {"guardian": ("Inbox.load",), "guardian_idle": ("Inbox.load",)}
"""Who decides for the victim reads of whom news is, in their own inbox, once it is delivered; nobody else does."""

ENDS_OWN = ("Leaving.close", "Agreements.withdraw")
"""What a patient does rightly to themselves, after which everything else is refused."""


def leaves_out(caller: Caller, handler: Handler) -> bool:
    """Tell whether a caller's turn passes over a handler that would rightly change what the test looks at."""
    if caller.role is Role.PATIENT and handler.key in ENDS_OWN:
        return True
    if caller.role is Role.STAFF and handler.key == "TeamSwitching.switch":
        return True  # rightly theirs, and the treating team's only ground
    if handler.key in CHANGES_VISIT.get(caller.name, ()):
        return True
    return may_change(caller) and handler.key.startswith(CHANGES_OWN)


LOADED_FIRST = (
    *("GrantedChart.", "Preparing.", "PreparedFiles.", "PharmacyReview.", "Moving.", "Times.", "Asking."),
    *("Questions.", "AnsweringQuestion."),
)
"""What else their handlers do, they do to what is loaded; what is refused is loaded no more."""

_RELATIONS = ("____guardians", "____wards")
_INBOX = "____inbox"
_REVIEW = "____review"


@cache
def handlers() -> Mapping[str, Handler]:
    from health_cloud.web import pages

    return table(gathered((pages, *product.FEATURES), "HANDLERS"))


def may(key: str) -> frozenset[Role] | set[Role]:
    return MAY[key] if key in MAY else MAY[key.partition(".")[0]]


IN_THE_ROOM = ("Room", "AfterVisit", "Prescribed", "VideoRoom", "AskedInRoom", "Questions")
ON_THE_DESK = (
    *("VisitDesk", "VisitChart", "NoteDesk", "NoteProblems", "Templates", "Prescribing", "EarlierMedicines"),
    *("VideoDesk", "AskedOnDesk"),
)
ONE_ADDRESS = ("Inbox", "Opening")
"""What looks at the address, and finds no id there."""


@cache
def reads_its_address(state: type[State]) -> bool:
    """Tell whether a State takes an id from the address, or loads a page that has one in its address."""
    said = "".join(inspect.getsource(each) for each in state.__mro__ if each.__module__.startswith("health_cloud."))
    return state.get_full_name() in of_pages_with_parts() or ".router.url.path" in said


@cache
def of_pages_with_parts() -> frozenset[str]:
    """Return the full names of the States that load pages with a part in the address that varies."""
    from health_cloud.web import pages

    every = [page for feature in (pages, *product.FEATURES) for page in getattr(feature, "PAGES", [])]
    return frozenset(each.state_full_name for page in every if "[" in page.route for each in page.on_load)


def test_every_handler_that_reads_its_address_is_aimed(world: World):
    """One that nobody aims is tried at an address where there is nothing to find."""
    states = {each.__name__: each for each in product_states()}
    caller = world.callers["ungranted"]
    reading = {
        key: handler
        for handler in handlers().values()
        if reads_its_address(states[(key := handler.key).partition(".")[0]]) and not key.startswith(ONE_ADDRESS)
    }
    assert {"Room.say", "NoteProblems.choose", "PharmacyReview.load", "Entry.load"} <= set(reading)
    assert [key for key, each in reading.items() if any(page == "/" for page, _ in aims(world, each, caller))] == []


def aims(world: World, handler: Handler, caller: Caller) -> list[tuple[str, dict[str, Any]]]:
    """Return (page, payload) pairs that reach for what is the victim's."""
    emergencies = [world.callers[name].grant_id for name in ("emergency", "emergency_over")]
    grants = [caller.grant_id or world.callers["granted"].grant_id, world.callers["granted"].grant_id, emergencies[0]]
    entry = next(iter(world.entries.values()))
    visits = [world.visit, world.ended, world.other]
    place = f"{world.place}/{world.callers['attending'].account_id}"
    pages = {
        "GrantedChart": [
            f"/physician/chart/{grant}{'' if handler.key.endswith('.load') else '?class=laboratory'}"
            for grant in dict.fromkeys(grants)
        ],
        "GrantedOriginal": [
            f"/physician/chart/{grant}/original/{row}/{world.document}"
            for grant in dict.fromkeys(grants)
            for row in world.entries.values()
        ],
        "GrantedTrend": [
            f"/physician/chart/{grant}/trend/{row}/0"
            for grant in dict.fromkeys(grants)
            for row in world.entries.values()
        ],
        "ClassList": [f"/records/{name}" for name in world.entries],
        "Entry": [f"/records/{name}/{row}" for name, row in world.entries.items()],
        "Trend": [f"/records/{name}/{row}/0" for name, row in world.entries.items()],
        "Compare": [f"/records/{name}/{row}/compare/{row}" for name, row in world.entries.items()],
        "Original": [f"/records/{name}/{row}/original/{world.document}" for name, row in world.entries.items()],
        "OneMedicine": [f"/medicines/{row}/0" for row in world.entries.values()],
        "Deciding": [f"/access/request/{world.request}"],
        "Review": [f"/desk/emergencies/{emergency}" for emergency in emergencies],
        "AskingWhy": [f"/ledger/why/{world.looked}"],
        "Narrowing": [f"/access/grant/{grant}" for grant in dict.fromkeys(grants)],
        **{each: [f"/followup/visit/{visit}" for visit in visits] for each in IN_THE_ROOM},
        **{each: [f"/physician/visit/{visit}" for visit in visits] for each in ON_THE_DESK},
        "Preparing": [f"/followup/prepare/{visit}" for visit in visits],
        "ReadPrepared": [f"/physician/prepared/{visit}" for visit in visits],
        "PreparedFiles": [
            f"/{'followup/prepare' if caller.role is Role.PATIENT else 'physician/prepared'}/{visit}"
            for visit in visits
        ],
        "TalkSearch": [
            f"/{'followup' if caller.role is Role.PATIENT else 'physician'}/visit/{visit}" for visit in visits
        ],
        "AnsweringQuestion": [f"/physician/question/{world.asked}"],
        "Queue": [f"/physician/visit/{world.visit}"],
        "PharmacyReview": [f"/pharmacist/{each}" for each in (world.prescription, world.prescribed)],
        "Moving": [f"/followup/move/{each}" for each in (world.appointment, world.visit)],
        "Times": [f"/followup/{way}/{place}" for way in ("book", "in-person")],
        "InPerson": [f"/followup/in-person/{place.partition('/')[0]}"],
        "Waitlist": [f"/followup/book/{place}"],
        "Checking": [f"/followup/check/{place}"],
        "Giving": [f"/followup/give/{place}", *(f"/followup/let-read/{visit}" for visit in visits)],
        "Asking": [f"/physician/ask/{world.victim.visit_card}"],
        "TodaysVisits": [f"/physician/ask/{world.victim.visit_card}"],
    }.get(handler.key.partition(".")[0], ["/"])
    ids = [entry, *grants, world.request, world.appointment, world.slot, world.callers["victim"].session_id]
    of_visits = handler.key.partition(".")[0] in (*ON_THE_DESK, *IN_THE_ROOM)
    named: dict[str, list[Any]] = {
        "entry_id": list(world.entries.values()),
        "grant_id": ids,
        "request_id": [world.request],
        "appointment_id": [world.appointment],
        "visit": [page.rpartition("/")[2] for page in pages] if of_visits else [world.appointment],
        "file_id": [world.file],
        "prescription": [world.prescription],
        "key": [str(uuid.uuid4())],
        "base": [0],
        "turn": [1],
        "connected": [True],
        "slot_id": [world.slot],
        "emergency_id": emergencies,
        "question_id": [world.question, world.looked],
        "session_id": [world.callers["victim"].session_id, *ids],
        "record_class": list(world.entries),
        "params": [{}],
        "wanted": [False],
        "shown": [100],
        "length": [1],
        "number": [0],
        "place": [0],
        "given": [{}],
        "form": [
            {
                "number": world.victim.national_id,
                "card": world.victim.visit_card,
                "identifier": "x",
                "query": MARK[2:-2],
                "words": "said",
                "everywhere": "on",
            }
        ],
    }
    payloads: list[dict[str, Any]] = [{}]
    for name in handler.arguments:
        payloads = [{**made, name: value} for made in payloads for value in named.get(name, ["x"])]
    return [(page, payload) for page in pages for payload in payloads]


def settle(wire: Wire, heard: Heard, expected: int) -> None:
    """Wait until the gate has judged so many events of a tab, and what they led to has come."""
    until = time.monotonic() + 60  # a busy machine
    while sum(tab == wire.token for tab, *_ in heard.decisions) < expected and time.monotonic() < until:
        wire.updates(0.1)
    wire.updates(0.5)


def test_every_screen_and_route_is_judged_here():
    from health_cloud.web import pages

    assert [each.key for each in handlers().values() if not {each.key, each.key.partition(".")[0]} & set(MAY)] == []
    assert set(gathered((pages, *product.FEATURES), "ROUTES")) == set(ROUTES_MAY)


def beyond_relations(frame: dict[str, Any]) -> dict[str, Any]:
    """Leave out one's own relations and word of them: both sides see the other's name there, over or not."""
    delta: dict[str, Any] = frame.get("delta") or {}
    kept = {name: each for name, each in delta.items() if not name.endswith(_RELATIONS)}
    for name, each in kept.items():
        if name.endswith(_INBOX):
            news = "news_rx_state_"
            kept[name] = {
                **each,
                news: [line for line in each.get(news) or [] if not line["link"].startswith("/me/guardians")],
            }
    return {**frame, "delta": kept}


def beyond_reviews(frame: dict[str, Any]) -> dict[str, Any]:
    """Leave out what staff review: whose chart was opened in an emergency, and why, is theirs to know."""
    delta: dict[str, Any] = frame.get("delta") or {}
    return {**frame, "delta": {name: each for name, each in delta.items() if not name.endswith(_REVIEW)}}


def may_change(caller: Caller) -> bool:
    """Tell whether what is the victim's is rightly the caller's to change; a guardian who only reads tries in vain."""
    return caller.sees and caller.name != "guardian_read"


NAMES = (
    *("visitor", "neighbour", "ungranted", "expired", "revoked", "future", "foreign"),
    *("staff", "auditor", "pharmacist", "pharmacist_elsewhere", "granted", "victim"),
    *("attending", "attending_alone"),
    *("treating", "treating_over", "other_team"),
    *("emergency", "emergency_over", "emergency_closed"),
    *("guardian", "guardian_read", "guardian_expired", "guardian_future", "guardian_ended", "guardian_unagreed"),
    *("guardian_elsewhere", "guardian_idle"),
)


@pytest.mark.parametrize("name", NAMES)
def test_every_handler_as(name: str, world: World, heard: Heard, app_url: str):
    teams_read(world)
    caller, before = world.callers[name], state_of(world)
    known = handlers()
    with Wire(app_url, cookie=caller.cookie) as wire:
        wire.boot()
        sent = 0
        for full, handler in known.items():
            if leaves_out(caller, handler):
                continue
            loaded = ""
            for page, payload in aims(world, handler, caller):
                if handler.key.startswith(LOADED_FIRST) and not handler.key.endswith(".load") and page != loaded:
                    wire.emit(full.rpartition(".")[0] + ".load", path=page)
                    loaded, sent = page, sent + 1
                wire.emit(full, payload, path=page)
                sent += 1
        settle(wire, heard, sent + 1)
        judged = {known[full].key: passed for full, passed in heard.of(wire.token).items() if full in known}
        known_to_all = [beyond_relations(frame) for frame in wire.received]
        shown = [beyond_reviews(frame) for frame in known_to_all] if name == "staff" else known_to_all
        frames = json.dumps(shown, ensure_ascii=False)
    tried = {each.key for each in known.values() if not leaves_out(caller, each)}
    assert tried <= set(judged)
    assert {key for key, passed in judged.items() if passed is not (caller.role in may(key))} == set()
    showing = heard.showing(wire.token, MARK) | heard.showing(wire.token, f"/documents/{world.document}")
    shows = {known[full].key for full in showing if full in known}
    assert SHOWS.get(name, frozenset()) - shows == set(), "refused to somebody who may"
    assert {
        key
        for key in shows - SHOWS.get(name, frozenset())
        if not key.startswith((*AT_TIMES, *TOLD.get(name, ()), *AGAIN.get(name, ())))
    } == set()
    assert (MARK in frames) is caller.told
    assert (OTHERS in frames) is (name == "neighbour")
    assert state_of(world) == before


@pytest.mark.parametrize("name", NAMES)
def test_every_route_as(name: str, world: World, app_url: str):
    teams_read(world)
    caller, before = world.callers[name], state_of(world)
    headers = {"cookie": caller.cookie, "origin": app_url}
    living = world.callers["granted"].grant_id
    with httpx.Client(base_url=app_url, headers=headers) as browser:
        document = browser.get(f"/documents/{world.document}")
        none = browser.get(f"/documents/{'0' * 8}-0000-7000-8000-{'0' * 12}")
        lease = browser.get(f"/lease?grant={living}")
        other = browser.get("/lease?unknown=1")
        ledger = browser.get("/ledger/file")
        entered = browser.get(f"/auth/enter?code={MARK}", follow_redirects=False)
    signed_in = caller.role in SIGNED_IN
    assert document.status_code == (200 if caller.sees else 404 if signed_in else 401)
    assert (MARK in document.text) is caller.sees
    if not caller.sees:
        assert (document.status_code, document.content) == (none.status_code, none.content)
    assert lease.status_code == (204 if name == "granted" else 403 if signed_in else 401)
    assert other.status_code == (403 if signed_in else 401)
    takes = caller.role is Role.PATIENT and name != "guardian_read"
    assert ledger.status_code == (200 if takes else 403 if signed_in else 401)
    assert (f"person:{world.victim.person_id}" in ledger.text) is (name in ("victim", "guardian"))
    assert entered.headers["location"] == "/sign-in"
    assert "set-cookie" not in entered.headers or "session=" not in entered.headers["set-cookie"]
    assert state_of(world) == before


OF_A_VISIT = {
    "GET /visit-file/{appointment}",
    "GET /visit-attachments/{appointment}/{file}",
    "GET /visit-attachments/{appointment}/{file}/small",
}
"""What is sent of the open visit: to its two sides, and to who books for the patient."""
OWN_SESSION = ("POST /auth/sign-out", "POST /auth/act-for", "POST /auth/stay")
"""What changes the caller's own session; tests/identity has them."""


@pytest.mark.parametrize("name", NAMES)
def test_every_route_of_the_table_as(name: str, world: World, app_url: str):
    teams_read(world)
    caller, before = world.callers[name], state_of(world)
    lines = [world.callers[ground].grant_id for ground in ("granted", "treating", "emergency")]
    given = {"document": world.document, "number": "1", "appointment": world.visit, "file": world.file}
    given |= dict.fromkeys(("token", "ticket"), "A" * 43)
    answers: dict[str, httpx.Response] = {}
    with httpx.Client(base_url=app_url, headers={"cookie": caller.cookie, "origin": app_url}) as browser:
        for key in ROUTES_MAY:
            method, path = key.split(" ")
            if key not in OWN_SESSION:
                answers[key] = browser.request(method, path.format(**given), follow_redirects=False)
        leases = [browser.get(f"/lease?grant={ground}").status_code for ground in lines]
    refused = {key for key, answer in answers.items() if answer.status_code in (303, 401, 403)}
    assert {key for key in answers if caller.role not in ROUTES_MAY[key]} <= refused
    assert {key for key, answer in answers.items() if MARK in answer.text and not caller.told} == set()
    sent = {key for key in OF_A_VISIT if answers[key].status_code == 200}
    assert sent == (OF_A_VISIT if name in ("victim", "guardian", "attending") else set())
    assert {key for key, answer in answers.items() if OTHERS in answer.text and name != "neighbour"} == set()
    expected = [204 if ground == caller.grant_id else 403 if caller.role in SIGNED_IN else 401 for ground in lines]
    assert leases == expected
    assert state_of(world) == before
