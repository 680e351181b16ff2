"""Scans page by page: as many pages as another reader finds, in their shape, and no file that is a trap."""

from __future__ import annotations

import io
import struct
import zlib

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat
from starlette.testclient import TestClient

from health_cloud.core import db
from health_cloud.core.errors import Invalid, NotFound
from health_cloud.records.service import pictures
from health_cloud.records.service.originals import original_page
from tests import charts, people
from tests.records.test_documents import PDF, signed_in


def sheet(number: int, mode: str = "L", size: tuple[int, int] = (300, 400)) -> Image.Image:
    """Return a page with as many bars on it as its number says."""
    page = Image.new("L", size, 255)
    for bar in range(number + 1):
        ImageDraw.Draw(page).rectangle((20, 20 + 40 * bar, 200, 40 + 40 * bar), fill=60)
    return page.convert(mode)


def saved(pages: list[Image.Image], **options: object) -> bytes:
    made = io.BytesIO()
    pages[0].save(made, "TIFF", save_all=True, append_images=pages[1:], **options)
    return made.getvalue()


def opened(png: bytes) -> Image.Image:
    shown = Image.open(io.BytesIO(png))
    assert shown.format == "PNG"
    return shown


def directories(tiff: bytes) -> int:
    """Count the pages of a little-endian TIFF by its own chain of directories, without Pillow."""
    count, at = 0, struct.unpack_from("<I", tiff, 4)[0]
    while at:
        entries = struct.unpack_from("<H", tiff, at)[0]
        at = struct.unpack_from("<I", tiff, at + 2 + 12 * entries)[0]
        count += 1
    return count


@pytest.mark.parametrize(
    ("mode", "compression"),
    [("1", "group4"), ("L", "tiff_lzw"), ("RGB", "jpeg"), ("CMYK", "tiff_deflate"), ("P", "packbits"), ("RGBA", "raw")],
)
def test_every_page_of_a_scan_is_there_and_looks_like_itself(mode: str, compression: str) -> None:
    tiff = saved([sheet(number, mode) for number in range(3)], compression=compression)
    leaves = pictures.leaves_of(tiff)
    assert len(leaves) == directories(tiff) == 3
    assert {(leaf.width, leaf.height) for leaf in leaves} == {(300, 400)}
    for number in range(3):
        page = opened(pictures.page_of(tiff, number)).convert("L")
        difference = ImageChops.difference(page, sheet(number))
        assert ImageStat.Stat(difference).mean[0] < 24, "a page is another page"
    with pytest.raises(NotFound):
        pictures.page_of(tiff, 3)


def test_a_scan_looks_like_the_same_scan_in_a_pdf() -> None:
    page = sheet(4, size=(600, 800))
    made = io.BytesIO()
    page.save(made, "PDF", resolution=72)
    with pypdfium2.PdfDocument(made.getvalue()) as document:
        wanted = document[0].render(scale=1).to_pil().convert("L")
    shown = opened(pictures.page_of(saved([page]), 0)).convert("L")
    assert shown.size == wanted.size
    assert ImageStat.Stat(ImageChops.difference(shown, wanted)).mean[0] < 3


def test_a_fax_stands_as_high_as_its_paper() -> None:
    tiff = saved([sheet(1, "1", (1728, 1100))], compression="group3", dpi=(204, 98))
    (leaf,) = pictures.leaves_of(tiff)
    assert (leaf.width, leaf.height) == (1728, 2290)
    nonsense = saved([sheet(1)], dpi=(1000, 1))
    assert pictures.leaves_of(nonsense)[0].height == 400


def test_deep_greys_are_spread_over_what_a_screen_shows() -> None:
    deep = Image.new("I;16", (4, 1))
    for place, value in enumerate((1000, 1100, 1300, 2000)):
        deep.putpixel((place, 0), value)
    shown = opened(pictures.page_of(saved([deep]), 0))
    values = [shown.getpixel((place, 0)) for place in range(4)]
    assert values[0] == 0
    assert values[3] == 255
    assert values == sorted(set(values))


def test_a_large_page_is_sent_smaller_in_its_shape() -> None:
    tiff = saved([Image.new("1", (6000, 8000), 1)], compression="group4")
    shown = opened(pictures.page_of(tiff, 0))
    assert shown.width * shown.height <= pictures.SENT
    assert shown.width / shown.height == pytest.approx(0.75, abs=0.001)
    assert pictures.leaves_of(tiff)[0].width == 6000


def test_what_would_burst_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = saved([Image.new("1", (9_000, 9_000), 1)], compression="group4")
    assert len(bomb) < 100_000
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("unpacked"))
    for read in (pictures.leaves_of, lambda content: pictures.page_of(content, 0)):
        with pytest.raises(Invalid, match="large"):
            read(bomb)


def test_too_many_pages_are_refused() -> None:
    tiff = saved([Image.new("1", (1, 1))] * (pictures.PAGES + 1))
    with pytest.raises(Invalid, match="large"):
        pictures.leaves_of(tiff)
    assert len(pictures.leaves_of(saved([Image.new("1", (1, 1))] * pictures.PAGES))) == pictures.PAGES


def test_a_chain_that_bites_its_tail_ends() -> None:
    tiff = bytearray(saved([sheet(0)]))
    first = struct.unpack_from("<I", tiff, 4)[0]
    entries = struct.unpack_from("<H", tiff, first)[0]
    struct.pack_into("<I", tiff, first + 2 + 12 * entries, first)
    assert len(pictures.leaves_of(bytes(tiff))) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        saved([sheet(0)])[:300],
        zlib.compress(b"nothing"),
        b"P5 1 1 255\n\0",
    ],
    ids=["empty", "head", "far", "another program's", "cut off", "no picture", "no scan"],
)
def test_what_is_no_scan_is_said_to_be_broken(content: bytes) -> None:
    with pytest.raises(Invalid, match="broken"):
        pictures.page_of(content, 0)


def test_pages_come_by_the_same_door(town: people.Town, client: TestClient) -> None:
    tiff = saved([sheet(number) for number in range(2)])
    entry_id = charts.put(town, town.lin, original=(tiff, "image/tiff"))
    document = charts.document_of(entry_id)
    lin = charts.reader(town.lin)
    page = db.perform(original_page, lin, lin.person_id, entry_id, document)
    assert (page.look, len(page.leaves), page.problem) == ("pages", 2, "")
    own, other = signed_in(lin), signed_in(charts.reader(town.wang))
    answer = client.get(f"{page.source}/1", headers=own)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert opened(answer.content).size == (300, 400)
    line = charts.chain(town.lin)[-1]
    assert (line.action, line.outcome) == ("records:document:read", "allowed")
    assert client.get(f"{page.source}/1", headers=other).status_code == 404
    assert client.get(f"{page.source}/1").status_code == 401
    assert [client.get(f"{page.source}/{name}", headers=own).status_code for name in ("2", "-1", "x", "99999")] == [
        404
    ] * 4
    charts.policy(town, 2, laboratory={"open": False})
    assert client.get(f"{page.source}/1", headers=own).status_code == 404


def test_what_is_no_scan_has_no_pages(town: people.Town, client: TestClient) -> None:
    pdf = charts.document_of(charts.put(town, town.lin, original=PDF))
    broken_id = charts.put(town, town.lin, "imaging", original=(b"II*\0nothing", "image/tiff"))
    broken = charts.document_of(broken_id)
    lin = charts.reader(town.lin)
    page = db.perform(original_page, lin, lin.person_id, broken_id, broken)
    assert (page.leaves, page.problem) == ([], "broken")
    headers = signed_in(lin)
    assert client.get(f"/documents/{pdf}/pages/0", headers=headers).status_code == 404
    assert client.get(f"/documents/{broken}/pages/0", headers=headers).status_code == 400
