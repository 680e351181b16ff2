"""Links between us and software that is not ours: theirs opens what we make, our page opens what they make."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey
from playwright.sync_api import Page, expect

from health_cloud.core import db
from health_cloud.core.policy import Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.links.service import ending, making
from health_cloud.links.views import Wish
from tests.databases import heed
from tests.journeys import cast
from tests.journeys.cast import Cast
from tests.journeys.conftest import Opened
from tests.links.foreign import speak

pytestmark = pytest.mark.browser

WHO = "sun"
PASSCODE = "abc 123"
DATA = Path(__file__).parents[3] / "shared" / "data"
SPEC = DATA / "shl" / "spec"
KEY = "rxTgYlOaKJPFtcEd0qcceN8wEU4p94SqAwIWQe6uX7Q"
"""That of every example of the specification."""
ZIPPED = jwe.JWERegistry(algorithms=["dir", "A256GCM", "DEF"])
BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "document",
    "timestamp": "2026-04-14T08:00:00Z",
    "entry": [
        {
            "fullUrl": "urn:uuid:1",
            "resource": {
                "resourceType": "Composition",
                "title": "Patient Summary",
                "date": "2026-04-14",
                "author": [{"display": "Dr. Walther van der Meulen"}],
                "section": [
                    {"title": "Allergies", "entry": [{"reference": "AllergyIntolerance/a1"}]},
                    {
                        "title": "Plan",
                        "text": {
                            "div": "<div><p>Walk daily</p><img src=x onerror=alert(1)><script>alert(1)</script></div>"
                        },
                    },
                ],
            },
        },
        {
            "fullUrl": "https://elsewhere.example/fhir/Patient/p1",
            "resource": {
                "resourceType": "Patient",
                "id": "p1",
                "name": [{"family": "DeLarosa", "given": ["Martha"]}],
                "birthDate": "1972-05-01",
            },
        },
        {
            "fullUrl": "https://elsewhere.example/fhir/AllergyIntolerance/a1",
            "resource": {
                "resourceType": "AllergyIntolerance",
                "id": "a1",
                "criticality": "high",
                "code": {"coding": [{"display": "Latex"}]},
            },
        },
    ],
}


def test_a_viewer_that_is_not_ours_opens_our_link(demo: Cast, app_url: str) -> None:
    actor = demo.actor(WHO)
    scope = Scope(frozenset({RecordClass.PRESCRIPTIONS}))
    wish = Wish(summary=True, scope=scope, label="给外院看")
    passcode = making.new_passcode()
    made = db.perform(making.make_link, actor, wish, passcode, making.hashed_of(passcode))
    try:
        for longest in ("10000000", "10"):
            got = speak("open", made.link, passcode, longest)
            assert got.get("label") == "给外院看", got
            assert ["embedded" in each for each in got["files"]] == [longest != "10"] * 2
            summary, chosen = got["resources"]
            assert (summary["type"], chosen["type"]) == ("document", "collection")
            assert summary["entry"][0]["resource"]["type"]["coding"][0]["code"] == "60591-5"
            names = [
                each["resource"]["name"] for each in summary["entry"] if each["resource"]["resourceType"] == "Patient"
            ]
            assert names[0][0]["text"] == cast.person(WHO).name.zh
        wrong = f"{(int(passcode) + 1) % 1_000_000:06}"
        assert speak("open", made.code, wrong, "10") == {"refused": "SHLInvalidPasscodeError"}
    finally:
        db.perform(ending.end_link, actor, made.id)
    assert speak("open", made.code, passcode, "10") == {"refused": "SHLManifestNotFoundError"}


class Foreign(ThreadingHTTPServer):
    """Another hospital's server of links: gives out what it was made with to whoever knows the passcode."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.made: dict[str, Any] = {}
        self.passcode = PASSCODE
        self.came: list[dict[str, Any]] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Answers(BaseHTTPRequestHandler):
    server: Foreign

    def do_OPTIONS(self) -> None:
        self._answer(204, {})

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.came.append({**said, "cookie": self.headers.get("cookie", ""), "path": self.path})
        right = said.get("passcode", "") == self.server.passcode
        self._answer(*((200, self.server.made["located"]) if right else (401, {"remainingAttempts": 3})))

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        self.server.came.append({"path": asked.path, "query": asked.query, "cookie": self.headers.get("cookie", "")})
        self._answer(200, self.server.made["stored"][asked.path.rpartition("/")[2]])

    def _answer(self, status: int, body: Any) -> None:
        self.send_response(status)
        for name, value in (("origin", "*"), ("headers", "content-type"), ("methods", "POST")):
            self.send_header(f"access-control-allow-{name}", value)
        self.end_headers()
        if status != 204:
            self.wfile.write(body.encode() if isinstance(body, str) else json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def foreign() -> Generator[Foreign]:
    server = Foreign()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Generator[Callable[..., None]]:
    """Name hosts that our viewer may ask, as the hospital would in its settings."""

    def name(*hosts: str) -> None:
        monkeypatch.setenv("HEALTH_CLOUD_LINK_HOSTS", json.dumps(hosts))
        heed()

    yield name
    monkeypatch.undo()
    heed()


def _ask(page: Page, passcode: str) -> None:
    page.locator("#recipient").fill("李医生")
    page.locator("#passcode").fill(passcode)
    page.locator("#open").click()


def test_our_page_opens_a_link_that_is_not_ours(opened: Opened, foreign: Foreign, named: Callable[..., None]) -> None:
    foreign.made = speak("make", f"http://{foreign.host}/shl", said=json.dumps(BUNDLE))
    page = opened("", f"/view#{foreign.made['link']}", "en")
    _ask(page, PASSCODE)
    expect(page.locator("#message")).to_contain_text(foreign.host)  # not asked: the hospital has named no host
    assert foreign.came == []
    named(foreign.host)
    page.reload()
    expect(page.locator("#label")).to_have_text("From elsewhere")
    _ask(page, "wrong")
    expect(page.locator("#problem")).to_contain_text("3")
    _ask(page, PASSCODE)
    expect(page.locator(".view-whom h2")).to_have_text("Martha DeLarosa")
    parts = page.locator(".view-part")
    expect(parts.nth(0)).to_contain_text("Latex")
    expect(parts.nth(0)).to_contain_text("High risk")
    expect(parts.nth(1)).to_contain_text("Walk daily")
    assert page.locator(".view-records :is(img, script)").count() == 0
    assert {each["cookie"] for each in foreign.came} == {""}
    _draws_every_summary(page)


def _draws_every_summary(page: Page) -> None:
    """Draw the summaries of many countries, where they are at hand: each says whose it is and has parts."""
    summaries = sorted((DATA / "ips").glob("*.json"))
    assert bool(summaries) == DATA.exists()
    for path in summaries:
        drawn = page.evaluate(_DRAWN, json.loads(path.read_text()))
        assert drawn["whom"], path.name
        assert drawn["parts"] > 0, path.name
        assert "undefined" not in drawn["text"], path.name
        assert "[object" not in drawn["text"], path.name


def _link(foreign: Foreign, name: str, flag: str, **more: Any) -> str:
    """Return the address of our viewer with a link such as the specification has them, to a file of that server."""
    said = {"url": f"http://{foreign.host}/shl/{name}", "flag": flag, "key": KEY, "label": "Demo", **more}
    return "/view#shlink:/" + urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _sealed(content: Any, kind: str) -> str:
    """Return a file as the specification wants it: compact JWE, squeezed."""
    head = {"alg": "dir", "enc": "A256GCM", "zip": "DEF", "cty": kind}
    return jwe.encrypt_compact(head, json.dumps(content), OctKey.import_key({"kty": "oct", "k": KEY}), registry=ZIPPED)


def _open(page: Page) -> None:
    expect(page.locator("#guarded")).to_be_hidden()
    page.locator("#recipient").fill("李医生")
    page.locator("#open").click()


@pytest.mark.skipif(not SPEC.exists(), reason="the examples of the specification are not at hand")
def test_our_page_opens_what_the_specification_shows(
    opened: Opened, foreign: Foreign, named: Callable[..., None]
) -> None:
    """A file without a manifest and without a passcode (`LU`), as the specification's own example of a summary is."""
    named(foreign.host)
    foreign.made = {"stored": {"file": (SPEC / "IPS_IG-bundle-01-enc.txt").read_text()}}
    page = opened("", _link(foreign, "file", "LU"), "en")
    _open(page)
    whom = json.loads((SPEC / "IPS_IG-bundle-01.json").read_text())
    patient = next(each["resource"] for each in whom["entry"] if each["resource"]["resourceType"] == "Patient")
    expect(page.locator(".view-whom h2")).to_contain_text(patient["name"][0]["family"])
    assert page.locator(".view-part").count() > 2
    assert [(each["path"], each["cookie"]) for each in foreign.came] == [("/shl/file", "")]
    assert parse_qs(foreign.came[0]["query"]) == {"recipient": ["李医生"]}
    # what is no sealed file is not shown, whoever signed it
    foreign.made = {"stored": {"other": (SPEC / "CARIN_INS_CD-bundle-01-enc.txt").read_text()}}
    page = opened("", _link(foreign, "other", "LU"), "en")
    _open(page)
    expect(page.locator("#message")).to_have_text(
        "The content does not open: the code may be incomplete. Scan it again."
    )


@pytest.mark.skipif(not SPEC.exists(), reason="the examples of the specification are not at hand")
def test_our_page_opens_a_health_card_without_a_passcode(
    opened: Opened, foreign: Foreign, named: Callable[..., None]
) -> None:
    """A manifest for the long term (`L`): a health card inside it, and a resource that lies elsewhere."""
    named(foreign.host)
    card = {"verifiableCredential": [(SPEC / "example-00-d-jws.txt").read_text().strip()]}
    allergy = BUNDLE["entry"][2]["resource"]
    files = [
        {"contentType": "application/smart-health-card", "embedded": _sealed(card, "application/smart-health-card")},
        {"contentType": "application/fhir+json; fhirVersion=4.0.1", "location": f"http://{foreign.host}/shl/allergy"},
        {"contentType": "application/smart-api-access", "location": f"http://{foreign.host}/shl/never"},
    ]
    foreign.made = {"located": {"files": files}, "stored": {"allergy": _sealed(allergy, "application/fhir+json")}}
    foreign.passcode = ""
    page = opened("", _link(foreign, "manifest", "L", v=1), "en")
    _open(page)
    expect(page.locator(".view-whom h2")).to_contain_text("Anyperson")
    expect(page.locator(".view-records")).to_contain_text("Latex")
    assert [each["path"] for each in foreign.came] == ["/shl/manifest", "/shl/allergy"]


_DRAWN = """async (bundle) => {
  const { drawn, named } = await import("/view/draw.js");
  const box = drawn(named([bundle]), "en");
  return {
    whom: box.querySelector("h2")?.textContent ?? "",
    parts: box.querySelectorAll(".view-part").length,
    text: box.textContent,
  };
}"""
