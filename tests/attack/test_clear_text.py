"""R20 over the whole product: an import, a journey of everybody, then every byte that it left anywhere.

It runs in production mode: the demo shows codes and sends none, on purpose.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import time
import urllib.parse
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from simple_websocket import ConnectionClosed
from sqlmodel import select

from health_cloud.core import db
from health_cloud.demo import service
from health_cloud.demo.showing import SEED
from health_cloud.identity.models import Verification
from health_cloud.identity.service import verification
from tests import people
from tests.attack.production import ORIGIN, ROOT, Product, made, running
from tests.attack.test_tabs import full
from tests.databases import heed, use
from tests.ingest.feed import shared_data
from tests.people import PASSWORD
from tests.wire import Wire, delta

NAME = {"秀兰": "藿蘅蕤", "Xiulan": "Huohengqz"}
"""Nobody in the product's own texts is called so."""
TEXTS = ("每年查眼底和尿微量白蛋白", "non-proliferative diabetic retinopathy")
MESSAGE = "血糖近三月的走势QZMESSAGE"
CHROMIUM = {"user-agent": "Mozilla/5.0", "accept-language": "zh-CN"}


@dataclass
class Journey:
    """What happened, and what must be found nowhere. `cookies`: every Set-Cookie that came."""

    product: Product
    planted: dict[str, str]
    codes: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    alive: bytes = b""
    began: float = 0.0
    read: str = ""


def forms(text: str) -> set[bytes]:
    """Return the byte sequences by which a text would betray itself."""
    raw = text.encode()
    found = {raw, text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("gb18030")}
    found |= {json.dumps(text)[1:-1].encode(), urllib.parse.quote(text).encode(), repr(raw)[2:-1].encode()}
    found |= {binascii.hexlify(raw), binascii.hexlify(raw).upper()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):  # wherever in the groups of three it begins; the ends depend on what is beside it
            whole = encode(b"\0" * shift + raw).rstrip(b"=")
            found.add(whole[(shift * 8 + 5) // 6 : len(whole) - 1])
    return found


def betrayed(held: bytes, planted: dict[str, str]) -> set[str]:
    return {name for name, text in planted.items() if any(form in held for form in forms(text))}


def unpacked(held: bytes) -> bytes:
    """Return what lies there packed by zlib: what is packed and not sealed is as good as in clear."""
    found: list[bytes] = []
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", held):
        with suppress(zlib.error):
            text = zlib.decompressobj().decompress(held[start.start() :], 1 << 20)
            found.append(text)
    return b"\n".join(found)


def bytes_below(folder: Path, *, since: float = 0.0) -> bytes:
    skipped = {".git", "node_modules", "__pycache__", ".ruff_cache", ".pytest_cache", ".venv"}
    held: list[bytes] = []
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in skipped]
        held.append(at.encode())
        for name in names:
            path = Path(at) / name
            with suppress(FileNotFoundError):
                if path.stat().st_mtime >= since:
                    held += [name.encode(), path.read_bytes()]
    return b"\n".join(held)


@pytest.fixture(scope="module")
def journey(served: Any, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """Import, and everybody's way through, once."""
    assert served  # the screens are built
    folder = tmp_path_factory.mktemp("production")
    product, began = made(folder), time.time()
    person = next(each for each in service.cards(SEED) if each.key == "lin")
    feeds = folder / "feeds"
    for path in service.write(feeds, SEED, datetime.now(UTC).date()):
        if "directory" not in path.name and "lin" not in path.name:
            path.unlink()
            continue
        text = path.read_text()
        for old, new in NAME.items():
            text = text.replace(old, new)
        path.write_text(text)
    with suppress(pytest.skip.Exception):  # without the shared sets our own have to do
        strange = next((shared_data() / "fhir" / "synthea_bundles").glob("Ned_Hintz*"))
        (feeds / "other.json").write_bytes(strange.read_bytes())
    product.command("keys", "create")
    product.command("ingest", "fhir", str(feeds), "--organization", "songyun", "--name", "松云医院")
    for path in feeds.iterdir():
        path.unlink()
    product.command("people", "add", "physician", "dr.chen", "--name", "陈立")
    printed = json.loads(product.command("people", "code", "--login", "dr.chen", "--json"))["code"]
    number = person.national_id
    made_journey = Journey(
        product,
        {
            "name": "藿蘅蕤",
            "English name": "Huohengqz",
            "national ID": number,
            "national ID of 15": number[:6] + number[8:17],
            "visit card": person.visit_card,
            "social security card": person.social_security_card,
            "phone": person.phone.removeprefix("+86"),
            "e-mail": person.email,
            "password": PASSWORD,
            "desk code": printed,
            "desk code without a hyphen": printed.replace("-", ""),
            "message": MESSAGE,
            "finding": TEXTS[0],
            "impression": TEXTS[1],
            "synthea's name": "Hintz",
        },
        began=began,
    )
    with running(product):
        _everybody(made_journey, person, printed)
        made_journey.alive = bytes_below(folder / "data")
    return made_journey


class Browser:
    """Somebody's tab, and the cookies of their browser."""

    def __init__(self, journey: Journey, device: str) -> None:
        self.journey, self.jar = journey, {"__Host-device": device}
        self.tab = self._open()
        journey.planted[f"browser of {device[:4]}"] = device

    def _open(self) -> Wire:
        headers = {**CHROMIUM, "Origin": ORIGIN}
        return Wire(self.journey.product.url, cookie=self.cookie, origin=ORIGIN, headers=headers)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.jar.items())

    def do(self, key: str, payload: Any = None, *, path: str = "/", until: str = "") -> dict[str, Any]:
        """Call a handler; returns its State's vars."""
        with suppress(ConnectionClosed):
            self.tab.updates(0.01)
        if not self.tab.socket.connected:  # nobody answered the server's pings while another was busy
            self.tab = self._open()
            self.tab.boot()
        came = self.tab.call(full(key), payload, path=path, wait=0.2, until=until)
        return delta(came).get(full(key).rpartition(".")[0], {})

    def get(self, path: str) -> httpx.Response:
        answer = httpx.get(f"{self.journey.product.url}{path}", headers={**CHROMIUM, "cookie": self.cookie})
        self.journey.cookies += answer.headers.get_list("set-cookie")
        return answer

    def set_up(self, name: str) -> None:
        """Choose a password, confirm the authenticator, and go in."""
        secret = self.do("Activate.set_password", {"form": {"password": PASSWORD}}, until="secret")["secret"]
        secret = secret.replace(" ", "")
        key = pyotp.TOTP(secret)
        recovery = self.do("Activate.confirm", {"form": {"code": key.now()}}, until="recovery")["recovery"]
        self.enter(name, self.do("Activate.enter", until="entry")["entry"])
        planted = {f"{name}'s authenticator": secret}
        planted |= {f"{name}'s recovery code {at}": each for at, each in enumerate(recovery)}
        planted |= {f"{name}'s recovery code {at} bare": each.replace("-", "") for at, each in enumerate(recovery)}
        self.journey.planted.update(planted)

    def enter(self, name: str, entry: str) -> None:
        answer = self.get(f"/auth/enter?code={entry}")
        secret = next(
            each.partition("=")[2].partition(";")[0]
            for each in answer.headers.get_list("set-cookie")
            if each.startswith("__Host-session=")
        )
        self.jar["__Host-session"] = secret
        self.journey.planted |= {f"{name}'s session": secret, f"{name}'s entry": entry}
        self.tab.__exit__()


def _everybody(journey: Journey, person: Any, printed: str) -> None:
    product = journey.product
    doctor = Browser(journey, "physicians-browser-QZ")
    doctor.do("Activate.claim", {"form": {"login": "dr.chen", "code": printed}}, until="step")
    doctor.set_up("physician")
    patient = Browser(journey, "patients-browser-QZ")
    patient.get("/verify")
    patient.do("Verify.give_document", {"form": {"number": person.national_id}}, until="tail")
    patient.do("Verify.pick_card", {"kind": "visit_card"})
    asked = patient.do("Verify.give_card", {"form": {"card": person.visit_card}}, until="question")
    assert asked["step"] == "question", asked
    for right in _answers(product):
        patient.do("Verify.answer", {"form": {"answer": str(right)}}, until="index")
    patient.do("Verify.send", until="sent")
    code = product.code(0)
    patient.do("Verify.prove", {"form": {"code": f"{(int(code) + 1) % 10**6:06d}"}}, until="tries")
    patient.do("Verify.prove", {"form": {"code": code}})
    patient.set_up("patient")
    journey.codes += [code]
    _agreed(product)
    doctor.do("Asking.load")
    asking = {"card": person.visit_card, "message": MESSAGE, "period_from": "", "period_to": ""}
    assert doctor.do("Asking.send", {"form": asking}, until="sent")["sent"], "the request was not sent"
    waiting = patient.do("Sharing.load", until="requests")["requests"]
    page = f"/access/request/{waiting[0]['id']}"
    patient.do("Deciding.load", path=page, until="ready")
    assert patient.do("Deciding.approve", path=page, until="approved")["done"] == "approved"
    given = doctor.do("Sent.load", until="until_at")["open"]
    page = f"/physician/chart/{given[0]['grant_id']}"
    doctor.do("GrantedChart.load", path=page, until="indicators")
    charts = [given, doctor.do("GrantedChart.load", path=f"{page}?class=laboratory", until=NAME["秀兰"])]
    for name in ("check_ups", "examinations"):
        charts.append(patient.do("ClassList.load", path=f"/records/{name}", until="months"))
        for href in re.findall(rf"/records/{name}/[0-9a-f-]{{36}}", str(charts[-1]))[:4]:
            charts.append(patient.do("Entry.load", path=href, until="page"))  # noqa: PERF401 - each is a call
    patient.do("Home.load", until="ready")
    patient.do("OwnLedger.load", path="/ledger", until="days")
    documents = set(re.findall(r"/documents/[0-9a-f-]{36}", str(charts)))
    assert documents
    assert charts[1]["months"], "the physician reads"
    assert all(patient.get(each).status_code == 200 for each in documents)
    journey.read = str(charts)
    patient.get("/documents/0")
    patient.do("SignIn.submit", {"form": {"identifier": person.national_id, "password": PASSWORD, "code": code}})
    patient.do("Verify.give_document", {"form": {"number": person.national_id, "more": PASSWORD}, "x": 1})
    answer = httpx.post(f"{product.url}/auth/sign-out", headers={"cookie": patient.cookie, "origin": ORIGIN})
    journey.cookies += answer.headers.get_list("set-cookie")
    assert answer.status_code == 303
    for browser in (doctor, patient):
        browser.tab.__exit__()


def _answers(product: Product) -> list[int]:
    """Look into the database, as no attacker can, for what was asked and is right."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTH_CLOUD_KEYS_FILE", str(product.folder / "keys" / "keys.json"))
        use(patch, product.folder / "data")
        with db.reading() as session:
            rows = session.exec(select(Verification).where(Verification.state == "questions")).all()
            found = [each[2] for each in verification._read(rows[-1])["questions"]]
    heed()
    assert all(right >= 0 for right in found)
    return found


def _agreed(product: Product) -> None:
    """Have the patient agree to the notice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTH_CLOUD_KEYS_FILE", str(product.folder / "keys" / "keys.json"))
        use(patch, product.folder / "data")
        db.perform(people.all_agreed, people.COMMAND_LINE)
    heed()


def test_the_journey_went_through_what_it_should(journey: Journey) -> None:
    assert [text for text in (NAME["秀兰"], *TEXTS) if text not in journey.read] == []
    assert "松云医院".encode() in bytes_below(journey.product.folder / "data"), "the search would find what is there"


@pytest.mark.parametrize("place", ["data", "tmp", "log", "feeds", "beside the sources"])
def test_nothing_planted_is_left(journey: Journey, place: str) -> None:
    folder = journey.product.folder
    held = {
        "data": lambda: journey.alive + bytes_below(folder / "data"),
        "log": journey.product.log.read_bytes,
        "beside the sources": lambda: bytes_below(ROOT, since=journey.began) + bytes_below(ROOT / ".web" / "build"),
    }.get(place, lambda: bytes_below(folder / place))()
    if place == "data":
        held += unpacked(held)
    assert betrayed(held, journey.planted) == set()
    if place != "beside the sources":
        assert _codes_in(held, journey.codes) == []


def _codes_in(held: bytes, codes: Iterable[str]) -> list[str]:
    """Six digits are soon somewhere by chance: fractions of a second do not count."""
    return [code for code in codes if re.search(rb"(?<![\d.])%s(?!\d)" % code.encode(), held)]


@pytest.mark.parametrize("text", ["蓟藿蘅蕤", "110101195903070026", "a long walk by the lake"])
def test_the_search_sees_through_encodings(text: str) -> None:
    raw = text.encode()
    disguised = [raw, text.encode("utf-16"), raw.hex().encode(), raw.hex().upper().encode(), json.dumps(text).encode()]
    disguised += [base64.b64encode(b"x" * shift + raw + b"yz") for shift in range(5)]
    disguised += [urllib.parse.quote(text).encode(), repr(raw).encode()]
    assert [each for each in disguised if not betrayed(b"before " + each + b" after", {"it": text})] == []
    assert betrayed(unpacked(b"before " + zlib.compress(raw * 9, 1) + b" after"), {"it": text})
    assert not betrayed(os.urandom(1 << 16), {"it": text})


def test_cookies_under_https(journey: Journey) -> None:
    """R6: both are `__Host-`, Secure, HttpOnly and of this host alone, whenever they are set."""
    assert {each.partition("=")[0] for each in journey.cookies} <= {"__Host-session", "__Host-device"}
    sessions = [each for each in journey.cookies if each.startswith("__Host-session")]
    assert len(sessions) == 3, "two entries, one leave"
    for each in journey.cookies:
        parts = {part.strip().lower() for part in each.split(";")[1:]}
        assert {"secure", "httponly", "path=/"} <= parts
        assert not any(part.startswith("domain") for part in parts)
    assert all("SameSite=Strict" in each for each in sessions)


def test_nothing_of_the_keys_is_beside_the_data(journey: Journey) -> None:
    held = bytes_below(journey.product.folder / "data") + journey.product.log.read_bytes()
    ring = json.loads((journey.product.folder / "keys" / "keys.json").read_text())
    for secret in (ring["index"], ring["signing"], *ring["sealing"].values()):
        raw = base64.b64decode(secret)
        assert not any(form in held for form in (secret.encode(), raw, raw.hex().encode()))
