"""The page of one original, what an original is taken for, and what brings its own layout."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from health_cloud.core import db
from health_cloud.core.errors import NotFound
from health_cloud.records.service import kinds
from health_cloud.records.service.originals import original_page
from health_cloud.records.views.original import OriginalPage
from tests import charts, people
from tests.records.test_documents import HTML, PDF, signed_in

WORDS = "血红蛋白 132 g/L，未见异常。"


def page_of(town: people.Town, entry_id: str, document: str) -> OriginalPage:
    lin = charts.reader(town.lin)
    return db.perform(original_page, lin, lin.person_id, entry_id, document)


@pytest.mark.parametrize(
    ("content_type", "content", "look"),
    [
        ("application/pdf", b"", "pdf"),
        ("Application/PDF; name=a", b"", "pdf"),
        ("application/octet-stream", b"%PDF-1.4 ...", "pdf"),
        ("", b"\r\n%PDF-1.4 ...", "pdf"),
        ("image/jpeg", b"", "image"),
        ("text/plain; charset=gbk", b"", "text"),
        ("text/html", b"%PDF-", "frame"),
        ("application/octet-stream", b"<html>", "other"),
        ("application/dicom", b"", "other"),
    ],
)
def test_what_an_original_is_taken_for(content_type: str, content: bytes, look: str) -> None:
    assert kinds.look_of(kinds.type_of(content_type, content)) == look


@pytest.mark.parametrize(
    ("content_type", "content", "charset"),
    [
        ("text/plain", WORDS.encode(), "utf-8"),
        ("text/plain", WORDS.encode("gb18030"), "gb18030"),
        ("text/plain; charset=utf-8", WORDS.encode("gb18030"), "gb18030"),
        ("text/plain; charset=GB2312", WORDS.encode("gb18030"), "gb18030"),
        ("text/plain; charset=big5", "血紅素".encode("big5"), "big5"),
        ("text/plain; charset=nothing", WORDS.encode(), "utf-8"),
        ("text/plain", WORDS.encode("utf-16"), "utf-16le"),
        ("text/plain; charset=latin-1", b"\xe9", "latin-1"),
        ("text/plain", b"caf\xe9", "windows-1252"),
    ],
)
def test_a_text_is_read_as_it_was_written(content_type: str, content: bytes, charset: str) -> None:
    assert kinds.charset_of(content_type, content) == charset


def test_an_original_has_a_page_that_says_what_it_is(town: people.Town) -> None:
    entry_id = charts.put(town, town.lin, original=PDF)
    document = charts.document_of(entry_id)
    page = page_of(town, entry_id, document)
    assert (page.look, page.kind, page.size) == ("pdf", "pdf", "1 KB")
    assert (page.source, page.file) == (f"/documents/{document}", f"/documents/{document}?as=file")
    assert page.back == f"/records/laboratory/{entry_id}"
    assert page.others == []
    assert page.at


def test_an_original_is_found_at_its_own_entry_alone(town: people.Town) -> None:
    entry_id, other = charts.put(town, town.lin, original=PDF), charts.put(town, town.lin, "imaging", original=HTML)
    foreign = charts.put(town, town.wang, original=PDF)
    for entry, document in (
        (other, charts.document_of(entry_id)),
        (entry_id, charts.document_of(foreign)),
        (foreign, charts.document_of(foreign)),
        (entry_id, "x"),
        ("x", charts.document_of(entry_id)),
    ):
        with pytest.raises(NotFound):
            page_of(town, entry, document)


def test_a_hidden_entry_hides_the_page_of_its_original(town: people.Town) -> None:
    entry_id = charts.put(town, town.lin, original=PDF)
    document = charts.document_of(entry_id)
    charts.policy(town, 2, laboratory={"open": False})
    with pytest.raises(NotFound):
        page_of(town, entry_id, document)


def test_what_brings_its_layout_is_framed_by_our_own_page_alone(town: people.Town, client: TestClient) -> None:
    document = charts.document_of(charts.put(town, town.lin, original=HTML))
    headers = signed_in(charts.reader(town.lin))
    framed = client.get(f"/documents/{document}/frame", headers=headers)
    policy = framed.headers["content-security-policy"]
    assert (framed.status_code, framed.content) == (200, HTML[0])
    assert policy.startswith("sandbox;")
    assert "allow-" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    alone = client.get(f"/documents/{document}", headers=headers)
    assert "frame-ancestors 'none'" in alone.headers["content-security-policy"]
    assert charts.chain(town.lin)[-1].action == "records:document:read"


def test_a_frame_is_for_its_owner_and_for_layouts_alone(town: people.Town, client: TestClient) -> None:
    framed = charts.document_of(charts.put(town, town.lin, original=HTML))
    pdf = charts.document_of(charts.put(town, town.lin, original=PDF))
    own, other = signed_in(charts.reader(town.lin)), signed_in(charts.reader(town.wang))
    assert client.get(f"/documents/{pdf}/frame", headers=own).status_code == 404
    assert client.get(f"/documents/{framed}/frame", headers=other).status_code == 404
    assert client.get(f"/documents/{framed}/frame").status_code == 401


def test_an_original_can_be_kept_as_it_is(town: people.Town, client: TestClient) -> None:
    words = WORDS.encode("gb18030")
    document = charts.document_of(charts.put(town, town.lin, original=(words, "text/plain; charset=utf-8")))
    headers = signed_in(charts.reader(town.lin))
    shown, kept = (client.get(f"/documents/{document}{query}", headers=headers) for query in ("", "?as=file"))
    assert shown.headers["content-type"] == "text/plain; charset=gb18030"
    assert shown.headers["content-disposition"].startswith("inline")
    assert kept.headers["content-disposition"].startswith("attachment")
    assert shown.content == kept.content == words
