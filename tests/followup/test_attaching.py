"""Files of a visit: what is taken, what is kept of it, who reads it, and that it goes when its time has come."""

from __future__ import annotations

import asyncio
import hashlib
import io
import uuid
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from PIL import Image
from sqlmodel import col, select
from starlette.applications import Starlette

from health_cloud.core import db, facts, ledger
from health_cloud.core.actors import Actor, Visitor, act_as
from health_cloud.core.clock import clock
from health_cloud.core.errors import Conflict, Denied, HealthCloudError, Invalid, NotFound
from health_cloud.core.models import LedgerLine
from health_cloud.core.settings import settings
from health_cloud.followup import api, service
from health_cloud.followup.models import Appointment, Attachment
from health_cloud.followup.service import attaching, keeping, pictures, telling
from health_cloud.followup.service.trace import trace_of
from tests.databases import Database
from tests.loops import run
from tests.sharing import Cast, found_cast, guardian_of
from tests.visiting import agreed

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def _photo(kind: str = "JPEG", size: tuple[int, int] = (600, 400), **options: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (180, 40, 40)).save(made, kind, **options)
    return made.getvalue()


def _located() -> bytes:
    """Return a photograph, on its side, that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "QZCAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 29.0)})
    return _photo(exif=exif, comment=b"QZCOMMENT")


def _sent(actor: Actor, visit: str, raw: bytes = b"", name: str = "a.jpg", key: str = "") -> httpx.Response:
    """Send a file over the route itself; the guard in front of it has tests of its own."""

    async def send() -> httpx.Response:
        act_as(actor, Visitor("127.0.0.1", "", "zh", ""))
        transport = httpx.ASGITransport(app=Starlette(routes=api.routes()))
        headers = {"x-file-key": key or str(uuid.uuid4()), "x-file-name": quote(name)}
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
            return await browser.post(f"/visit-attachments/{visit}", content=raw or _photo(), headers=headers)

    return run(send())


def _taken(actor: Actor, visit: str, file: str, size: str = "") -> httpx.Response:
    async def take() -> httpx.Response:
        act_as(actor, Visitor("127.0.0.1", "", "zh", ""))
        transport = httpx.ASGITransport(app=Starlette(routes=api.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
            return await browser.get(f"/visit-attachments/{visit}/{file}{size}")

    return run(take())


def _files(actor: Actor, visit: str) -> list[str]:
    return [file.id for file in db.perform(attaching.prepared_files, actor, visit)[0].files]


def _lines(person_id: str) -> list[tuple[str, str]]:
    with db.reading() as session:
        own = col(LedgerLine.chain) == ledger.person_chain(person_id)
        lines = session.exec(select(LedgerLine).where(own).order_by(col(LedgerLine.seq))).all()
        return [(each.action, each.actor_account_id) for each in lines if each.action.startswith("followup:file")]


def _stored() -> int:
    return sum(each.is_file() for each in (settings().data_dir / "blobs").rglob("*"))


def _begun(cast: Cast) -> str:
    visit = agreed(cast.chen, cast.lin, 5)
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    return visit


def test_nothing_but_the_picture_is_kept_of_a_photograph():
    made = pictures.made_of(_located())
    with Image.open(io.BytesIO(made.content)) as kept:
        assert (made.kind, kept.format, kept.size) == ("photo", "JPEG", (400, 600)), "turned as it was held"
        assert not kept.getexif()
    assert b"QZCAMERA" not in made.content
    assert b"QZCOMMENT" not in made.content
    with Image.open(io.BytesIO(made.thumb)) as small:
        assert max(small.size) == 320
    wide = pictures.made_of(_photo("PNG", (5000, 100)))
    with Image.open(io.BytesIO(wide.content)) as kept:
        assert kept.size[0] == pictures.EDGE


def test_what_hides_behind_a_photograph_is_not_kept():
    page = b"<html><script>alert(1)</script></html>"
    made = pictures.made_of(_photo() + page)
    assert page not in made.content


def _bomb() -> bytes:
    """Return a PNG of a hundred bytes or so that would unpack to 100,000 x 100,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    side = (100_000).to_bytes(4, "big")
    head = chunk(b"IHDR", side + side + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(b"", "kind", id="nothing"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind", id="svg"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", "kind", id="html"),
        pytest.param(b"GIF89a<script>alert(1)</script>", "kind", id="gif"),
        pytest.param(b"PK\x03\x04" + PDF, "kind", id="zip-with-a-pdf-inside"),
        pytest.param(b"<html>" + PDF, "kind", id="html-with-a-pdf-inside"),
        pytest.param(b"\x00\x00\x00\x18ftypheic" + bytes(64), "heic", id="heic"),
        pytest.param(b"\xff\xd8\xff" + bytes(200), "broken", id="jpeg-by-name-only"),
        pytest.param(_photo()[:400], "broken", id="cut-jpeg"),
        pytest.param(_photo("PNG")[:60], "broken", id="cut-png"),
        pytest.param(_bomb(), "pixels", id="bomb"),
        pytest.param(b"%PDF-1.4\nnothing", "broken", id="cut-pdf"),
        pytest.param(PDF.replace(b"trailer<<", b"trailer<</Encrypt 2 0 R"), "locked", id="locked-pdf"),
        pytest.param(bytes(pictures.LARGEST + 1), "large", id="too-large"),
    ],
)
def test_what_is_no_picture_and_no_document_is_refused_with_a_word(raw: bytes, why: str):
    with pytest.raises(Invalid) as refused:
        pictures.made_of(raw)
    assert refused.value.key == f"followup.attach.error.{why}"


def test_sent_before_the_visit_and_read_by_its_physician_alone(database: Database):
    cast = found_cast()
    visit, other = agreed(cast.chen, cast.lin, 60), agreed(cast.sun, cast.lin, 60)
    assert _sent(cast.lin, visit, _located(), "../../etc/皮疹\x00.JPEG").status_code == 200
    assert _sent(cast.lin, visit, PDF, "report.exe").status_code == 200
    page, _ = db.perform(attaching.prepared_files, cast.chen, visit)
    assert [(file.kind, file.name, file.removable) for file in page.files] == [
        ("photo", "皮疹.jpg", False),
        ("pdf", "report.pdf", False),
    ]
    assert (page.may_add, db.perform(attaching.prepared_files, cast.lin, visit)[0].may_add) == (False, True)
    photo, document = (file.id for file in page.files)
    whole = _taken(cast.chen, visit, photo)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "image/jpeg")
    assert _taken(cast.chen, visit, document).content == PDF
    for answer in (whole, _taken(cast.chen, visit, photo, "/small"), _taken(cast.lin, visit, document)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"].startswith("sandbox")
    sent, read = ("followup:file:attach", cast.lin.account_id), ("followup:file:read", cast.chen.account_id)
    assert _lines(cast.lin.person_id) == [sent, sent, read, read, read], "one's own is no reading by somebody else"
    names = (NotFound, Denied)
    for somebody in (cast.wang, cast.sun, cast.gao, cast.staff):
        for size in ("whole", "small"):
            with pytest.raises(names):
                db.perform(attaching.open_file, somebody, visit, photo, size)
        with pytest.raises(names):
            db.perform(attaching.prepared_files, somebody, visit)
    for swapped in (cast.sun, cast.lin):
        with pytest.raises(NotFound):
            db.perform(attaching.open_file, swapped, other, photo, "whole")
    with pytest.raises(NotFound):
        db.perform(attaching.open_file, cast.chen, visit, document, "small")
    with pytest.raises(NotFound):
        db.perform(attaching.open_file, cast.chen, visit, "../../x", "whole")


def test_the_physician_of_a_visit_that_is_called_off_reads_nothing_of_it(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 60)
    _sent(cast.lin, visit)
    (file,) = _files(cast.lin, visit)
    with db.writing() as session:
        session.get_one(Appointment, visit).state = "cancelled"
    with pytest.raises(NotFound):
        db.perform(attaching.open_file, cast.chen, visit, file, "whole")
    assert db.perform(attaching.open_file, cast.lin, visit, file, "whole").kind == "photo"


def test_it_lies_sealed_and_goes_when_it_is_taken_away_until_the_visit_begins(database: Database):
    cast = found_cast()
    visit, before = agreed(cast.chen, cast.lin, 5), _stored()
    _sent(cast.lin, visit, PDF, "QZNAME.pdf")
    _sent(cast.lin, visit, PDF, "QZNAME.pdf")
    assert _stored() == before + 2, "equal bytes lie apart, so that one of them can go"
    first, second = _files(cast.lin, visit)
    with db.reading() as session:
        row = session.get_one(Attachment, first)
        assert row.facts is not None
        assert b"QZNAME" not in row.facts
    assert all(PDF not in each.read_bytes() for each in (settings().data_dir / "blobs").rglob("*") if each.is_file())
    for somebody in (cast.wang, cast.chen):
        with pytest.raises((NotFound, Denied)):
            db.perform(attaching.remove_file, somebody, visit, first)
    facts.subscribe(attaching.GONE, "followup.files", telling.SUBSCRIBERS[attaching.GONE])
    db.perform(attaching.remove_file, cast.lin, visit, first)
    facts.deliver()
    assert (_files(cast.lin, visit), _stored()) == ([second], before + 1)
    for again in (first, "x", 7):
        with pytest.raises(NotFound):
            db.perform(attaching.remove_file, cast.lin, visit, again)
    with pytest.raises(NotFound):
        db.perform(attaching.open_file, cast.lin, visit, first, "whole")
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    with pytest.raises(Conflict):
        db.perform(attaching.remove_file, cast.lin, visit, second)


def test_both_sides_send_while_the_visit_is_open_and_nobody_after_it(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 5)
    assert _sent(cast.chen, visit).status_code == 409, "before the visit it is the patient's to prepare"
    db.perform(service.enter_visit, cast.lin, visit)
    db.perform(service.begin_visit, cast.chen, visit)
    assert _sent(cast.lin, visit).status_code == 200
    assert _sent(cast.chen, visit, PDF, "计划.pdf").status_code == 200
    room, _ = db.perform(service.look_at_visit, cast.lin, visit)
    files = [line.file for line in room.talk if line.kind == "file"]
    assert [(file.side, file.name, file.removable) for file in files] == [
        ("patient", "a.jpg", False),
        ("physician", "计划.pdf", False),
    ]
    assert db.perform(attaching.prepared_files, cast.chen, visit)[0].files == ()
    db.perform(service.end_visit, cast.chen, visit)
    before = _stored()
    for somebody in (cast.lin, cast.chen):
        assert _sent(somebody, visit).status_code == 409
    assert _stored() == before
    assert db.perform(attaching.open_file, cast.chen, visit, files[0].id, "whole").kind == "photo"
    made = db.perform(trace_of, cast.chen, visit, "zh")
    assert hashlib.sha256(PDF).hexdigest() in made
    assert "计划.pdf" in made


def test_a_new_file_of_somebody_else_is_read_with_a_line(database: Database):
    cast = found_cast()
    visit = _begun(cast)
    _sent(cast.lin, visit)

    def read() -> int:
        with db.reading() as session:
            of_chen = (LedgerLine.action == "followup:talk:read", LedgerLine.actor_account_id == cast.chen.account_id)
            return len(session.exec(select(LedgerLine.id).where(*of_chen)).all())

    before = read()
    db.perform(service.look_at_visit, cast.chen, visit, 0, 0)
    assert read() == before + 1
    db.perform(service.look_at_visit, cast.chen, visit, 0, 1)
    assert read() == before + 1


def test_a_guardian_sends_with_the_level_and_takes_away_their_own_alone(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 60)
    books, reads = (guardian_of(cast.lin.person_id, levels=levels) for levels in ("read,book", "read,decide"))
    books, reads = (replace(each, for_person_id=cast.lin.person_id) for each in (books, reads))
    assert _sent(books, visit).status_code == 200
    assert _sent(reads, visit).status_code == 403
    _sent(cast.lin, visit)
    page, _ = db.perform(attaching.prepared_files, books, visit)
    assert [file.removable for file in page.files] == [True, False]
    with db.reading() as session:
        assert session.get_one(Attachment, page.files[0].id).speaker_id == books.person_id
    with pytest.raises(NotFound):
        db.perform(attaching.remove_file, books, visit, page.files[1].id)
    with pytest.raises(Denied):
        db.perform(attaching.open_file, reads, visit, page.files[0].id, "whole")
    db.perform(attaching.remove_file, cast.lin, visit, page.files[0].id)


def test_sent_twice_it_stands_once_and_no_more_than_fit(database: Database, monkeypatch: pytest.MonkeyPatch):
    cast = found_cast()
    visit, key, before = agreed(cast.chen, cast.lin, 60), str(uuid.uuid4()), _stored()
    for _ in range(2):
        assert _sent(cast.lin, visit, PDF, key=key).status_code == 200
    assert (len(_files(cast.lin, visit)), _stored()) == (1, before + 1)
    assert _sent(cast.lin, visit, key="no-key").status_code == 400
    assert _stored() == before + 1, "what was refused does not stay"
    monkeypatch.setattr(attaching, "EVER", 3)
    for _ in range(2):
        _sent(cast.lin, visit, PDF)
    db.perform(attaching.remove_file, cast.lin, visit, _files(cast.lin, visit)[0])
    assert _sent(cast.lin, visit, PDF).status_code == 409, "taking away makes no room for ever"


def test_many_at_once_do_not_get_past_the_limit(database: Database, monkeypatch: pytest.MonkeyPatch):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 60)
    monkeypatch.setattr(attaching, "AT_MOST", 3)
    stored = [attaching.store(pictures.Made("pdf", PDF)) for _ in range(12)]

    async def one(file: attaching.Stored) -> bool:
        try:
            return await asyncio.to_thread(
                db.perform, attaching.attach, cast.lin, visit, str(uuid.uuid4()), "a.pdf", file
            )
        except HealthCloudError:
            return False

    async def all_() -> list[bool]:
        return await asyncio.gather(*(one(file) for file in stored))

    assert sum(run(all_())) == 3
    assert len(_files(cast.lin, visit)) == 3


def test_more_than_two_of_one_account_do_not_arrive_at_once(database: Database):
    cast = found_cast()
    visit = agreed(cast.chen, cast.lin, 60)
    gate = asyncio.Event()

    async def slow():
        yield b"%PDF-"
        await gate.wait()

    async def send() -> list[int]:
        act_as(cast.lin, Visitor("127.0.0.1", "", "zh", ""))
        transport = httpx.ASGITransport(app=Starlette(routes=api.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
            waiting = [
                asyncio.create_task(browser.post(f"/visit-attachments/{visit}", content=slow())) for _ in range(2)
            ]
            await asyncio.sleep(0.3)
            third = await browser.post(f"/visit-attachments/{visit}", content=PDF)
            gate.set()
            return [third.status_code, *[(await each).status_code for each in waiting]]

    assert run(send()) == [409, 400, 400]
    assert not api._arriving


def test_it_is_erased_with_the_talk_after_three_years(database: Database):
    cast = found_cast()
    visit, never = _begun(cast), agreed(cast.sun, cast.lin, 60)
    _sent(cast.lin, visit, PDF)
    _sent(cast.lin, never, PDF)
    db.perform(service.end_visit, cast.chen, visit)
    before = _stored()
    facts.subscribe(attaching.GONE, "followup.files", telling.SUBSCRIBERS[attaching.GONE])
    clock.offset += timedelta(days=3 * 365 - 1)
    keeping.erase_due()
    facts.deliver()
    assert _stored() == before
    clock.offset += timedelta(days=3)
    keeping.erase_due()
    facts.deliver()
    assert _stored() == before - 2
    with db.reading() as session:
        assert session.exec(select(Attachment.id).where(col(Attachment.removed_at).is_(None))).all() == []
        assert all(row.facts is None for row in session.exec(select(Attachment)).all())
