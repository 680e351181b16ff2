"""Clinical documents as pages: real ones say all they say, hostile ones do nothing."""

from __future__ import annotations

import base64
import io
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from health_cloud.core import db
from health_cloud.core.errors import Invalid
from health_cloud.records.service import cda
from health_cloud.records.service.originals import original_page
from health_cloud.records.views.original import OriginalPage
from tests import charts, people
from tests.ingest.feed import shared_data
from tests.records.test_documents import signed_in

PIXEL = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "section", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt"),
    "dd",
    *("p", "pre", "span", "div", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "ul", "ol", "li"),
    *("del", "ins", "br", "sub", "sup", "small", "strong", "img"),
}
ATTRIBUTES = {"lang", "charset", "class", "colspan", "rowspan", "alt", "src"}


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.given: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.given += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"] or data != cda.STYLE:
            self.words += f" {data}"


def document(narrative: str, *, before: str = "", entries: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<ClinicalDocument xmlns="urn:hl7-org:v3">'
        "<title>出院小结</title>"
        '<effectiveTime value="20250714093000+0800"/><recordTarget><patientRole><patient><name><given>秀兰</given>'
        '<family>林</family></name><birthTime value="19590308"/></patient></patientRole></recordTarget><author>'
        "<assignedAuthor><assignedPerson><name>陈立言</name></assignedPerson></assignedAuthor></author><custodian>"
        "<assignedCustodian><representedCustodianOrganization><name>松云医院</name></representedCustodianOrganization>"
        "</assignedCustodian></custodian><component><structuredBody><component><section><title>诊断</title>"
        f"<text>{narrative}</text>{entries}</section></component></structuredBody></component></ClinicalDocument>"
    ).encode()


def page(narrative: str, **given: str) -> Page:
    return harmless(cda.page_of(document(narrative, **given), "zh"))


def harmless(html: str) -> Page:
    """Read a page; nothing is in it but what may be."""
    made = Page(html)
    assert set(made.tags) <= TAGS
    assert {name for name, _ in made.given} <= ATTRIBUTES
    sources = [value for name, value in made.given if name == "src"]
    assert all(re.match(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$", each) for each in sources)
    spans = [int(value) for name, value in made.given if name in ("colspan", "rowspan")]
    assert all(span <= 100 for span in spans), "one cell must not make a million"
    assert html.count("<style>") == 1
    assert made.tags.count("title") == made.tags.count("style") == 1
    return made


def test_the_head_says_who_by_whom_and_when() -> None:
    words = page("<paragraph>好转</paragraph>").words
    for each in (
        "出院小结",
        "秀兰 林",
        "1959-03-08",
        "2025-07-14 09:30",
        "陈立言",
        "松云医院",
        "诊断",
        "好转",
        "保管机构",
    ):
        assert each in words
    assert "Custodian" in cda.page_of(document(""), "en")


def test_the_narrative_keeps_its_layout() -> None:
    html = cda.page_of(
        document(
            '<list listType="ordered"><caption>用药</caption><item>二甲双胍 '
            '<content styleCode="Bold xRed">0.5 g</content>'
            '</item></list><table border="1"><caption>化验</caption><thead><tr><th colspan="2">项目</th></tr></thead>'
            '<tbody><tr><td align="right">7.1<br/>%</td><td styleCode="Rrule">H<sub>2</sub>O</td></tr></tbody></table>'
            "后文"
        ),
        "zh",
    )
    assert '<ol><strong>用药</strong><li>二甲双胍 <span class="b">0.5 g</span></li></ol>' in html
    assert '<table><caption>化验</caption><thead><tr><th colspan="2">项目</th></tr></thead>' in html
    assert '<td class="r">7.1<br>%</td><td>H<sub>2</sub>O</td>' in html
    assert html.index("</table>") < html.index("后文")


def test_a_picture_of_the_document_is_shown_where_it_is_named() -> None:
    media = (
        '<entry><observationMedia ID="M1"><value mediaType="image/png" representation="B64">'
        f"{base64.b64encode(PIXEL).decode()}</value></observationMedia></entry>"
    )
    made = page('<renderMultiMedia referencedObject="M1"/><renderMultiMedia referencedObject="M2"/>', entries=media)
    assert made.tags.count("img") == 1


@pytest.mark.parametrize(
    "narrative",
    [
        "<script>alert(1)</script>ok",
        '<paragraph onclick="alert(1)" onload="alert(1)">ok</paragraph>',
        '<linkHtml href="javascript:alert(1)">ok</linkHtml>',
        '<a href="https://evil.example/">ok</a>',
        '<content style="background:url(https://evil.example/)" styleCode="x;background:url(//evil)">ok</content>',
        '<style>@import "https://evil.example/";</style>ok',
        '<img src="https://evil.example/x.png"/>ok',
        '<iframe src="https://evil.example/"/><object data="x"/><embed src="x"/><form action="/x"><input/></form>ok',
        "&lt;script&gt;alert(1)&lt;/script&gt;ok",
        '<h:svg xmlns:h="http://www.w3.org/2000/svg"><h:script>alert(1)</h:script></h:svg>ok',
        '<td colspan="999999999" rowspan="x&quot; onclick=&quot;y">ok</td>',
        "<!-- --><?php evil?><![CDATA[</title></style><script>alert(1)</script>]]>ok",
    ],
)
def test_what_a_document_brings_along_has_no_way_in(narrative: str) -> None:
    made = page(narrative)
    assert "ok" in made.words
    assert not [value for _, value in made.given if "evil" in value or "alert" in value]


def test_what_only_machines_read_is_not_shown() -> None:
    words = page("<script>alert(1)</script><style>p{color:red}</style>ok").words
    assert "alert" not in words
    assert "color:red" not in words


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "image/png;x", "application/pdf"])
def test_only_plain_pictures_are_embedded(kind: str) -> None:
    media = (
        f'<entry><observationMedia ID="M1"><value mediaType="{kind}" representation="B64">PHN2Zy8+</value>'
        "</observationMedia></entry>"
    )
    assert "img" not in page('<renderMultiMedia referencedObject="M1"/>', entries=media).tags
    reference = (
        '<entry><observationMedia ID="M1"><value mediaType="image/png"><reference value="https://evil.example/"/></value>'
        "</observationMedia></entry>"
    )
    assert "img" not in page('<renderMultiMedia referencedObject="M1"/>', entries=reference).tags


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        "<!DOCTYPE x>",
    ],
    ids=["foreign file", "billion laughs", "foreign type", "parameter", "any type"],
)
def test_entities_and_foreign_files_are_refused(before: str) -> None:
    with pytest.raises(Invalid, match="broken"):
        cda.page_of(document("x", before=before), "zh")


def test_what_is_deep_or_repeats_itself_ends_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    page("<content>" * 20_000 + "x" + "</content>" * 20_000)
    huge = base64.b64encode(PIXEL * 20_000).decode()
    media = (
        f'<entry><observationMedia ID="M1"><value mediaType="image/png" representation="B64">{huge}</value>'
        "</observationMedia></entry>"
    )
    html = cda.page_of(document('<renderMultiMedia referencedObject="M1"/>' * 500, entries=media), "zh")
    assert len(html) < 25_000_000
    assert time.monotonic() - began < 20
    monkeypatch.setattr(cda, "LARGEST", 10)
    with pytest.raises(Invalid, match="large"):
        cda.page_of(document("x"), "zh")


def test_a_document_in_gb_2312_is_read() -> None:
    given = document("血糖").decode().replace("UTF-8", "GB2312").encode("gb18030")
    assert "血糖" in cda.page_of(given, "zh")


def test_every_real_document_says_all_that_its_narrative_says() -> None:
    found = [each for each in sorted((shared_data() / "cda").rglob("*")) if each.suffix.lower() == ".xml"]
    told = [each for each in found if cda.is_document(each.read_bytes())]
    assert len(told) > 20
    for path in told:
        _whole(path)


def _whole(path: Path) -> None:
    content = path.read_bytes()
    made = harmless(cda.page_of(content, "en"))
    root = cda.read(content)
    shown = "".join(made.words.split())
    for section in root.iter("{urn:hl7-org:v3}section"):
        text = section.find("{urn:hl7-org:v3}text")
        for piece in text.itertext() if text is not None else ():
            assert "".join(piece.split()) in shown, (path.name, piece)


def test_what_was_struck_out_is_told_from_what_holds() -> None:
    html = cda.page_of(
        document(
            '<paragraph>青霉素<content revised="delete">过敏</content>'
            '<content revised="insert">不过敏</content></paragraph>'
        ),
        "zh",
    )
    assert "<p>青霉素<del>过敏</del><ins>不过敏</ins></p>" in html
    assert "上一版" in harmless(html).words
    assert "上一版" not in page('<content revised="x">过敏</content>').words


def embedded(content: bytes, kind: str = "application/pdf", **given: str) -> bytes:
    """A document whose body is a file."""
    attributes = "".join(f' {name}="{value}"' for name, value in {"representation": "B64", **given}.items())
    data = base64.b64encode(content).decode()
    body = f'<nonXMLBody><text mediaType="{kind}"{attributes}>\n {data} \n</text></nonXMLBody>'
    whole = document("").decode()
    return (
        whole[: whole.index("<structuredBody>")] + body + whole[whole.index("</component></ClinicalDocument>") :]
    ).encode()


def opened(town: people.Town, content: bytes) -> OriginalPage:
    entry_id = charts.put(town, town.lin, "medical_records", original=(content, "text/xml"))
    lin = charts.reader(town.lin)
    return db.perform(original_page, lin, lin.person_id, entry_id, charts.document_of(entry_id))


PDF = b"%PDF-1.4 inside"


def test_a_document_that_is_a_pdf_inside_opens_as_that_pdf_below_its_head(
    town: people.Town, client: TestClient
) -> None:
    shown = opened(town, embedded(PDF))
    address = f"/documents/{shown.id}/body"
    assert (shown.look, shown.kind, shown.problem) == ("pdf", "pdf", "")
    assert (shown.source, shown.file) == (address, f"{address}?as=file")
    said = {each.name.rpartition(".")[2]: each.words.zh for each in shown.head}
    assert said == {
        "patient": "秀兰 林", "born": "1959-03-08", "time": "2025-07-14 09:30", "author": "陈立言",
        "custodian": "松云医院",
    }  # fmt: skip
    before = len(charts.chain(town.lin))
    lin = signed_in(charts.reader(town.lin))
    answer = client.get(address, headers=lin)
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert client.get(shown.file, headers=lin).headers["content-disposition"].startswith("attachment")
    assert [each.action for each in charts.chain(town.lin)[before:]] == ["records:document:read"] * 2
    assert client.get(address, headers=signed_in(charts.reader(town.wang))).status_code == 404
    assert client.get(address).status_code == 401


def test_a_document_that_is_a_scan_inside_is_shown_page_by_page(town: people.Town, client: TestClient) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "TIFF", save_all=True, append_images=[Image.new("RGB", (20, 10))])
    shown = opened(town, embedded(drawn.getvalue(), "image/tiff"))
    assert (shown.look, [(each.width, each.height) for each in shown.leaves]) == ("pages", [(40, 30), (20, 10)])
    answer = client.get(f"{shown.source}/1", headers=signed_in(charts.reader(town.lin)))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert client.get(f"/documents/{shown.id}/body", headers=signed_in(charts.reader(town.lin))).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        document("好转"),
        embedded(PDF, "text/html"),
        embedded(PDF, "application/rtf"),
        embedded(PDF, representation="TXT"),
        embedded(PDF, compression="DF"),
        embedded(b""),
        embedded(PDF).replace(b"\n JVBE", b"\n ***"),
    ],
    ids=["narrative", "html", "rtf", "text", "compressed", "empty", "no base64"],
)  # fmt: skip
def test_every_other_body_is_framed_and_has_no_file(town: people.Town, client: TestClient, content: bytes) -> None:
    shown = opened(town, content)
    assert (shown.look, shown.head) == ("frame", [])
    answer = client.get(f"/documents/{shown.id}/body", headers=signed_in(charts.reader(town.lin)))
    assert answer.status_code == 404
    harmless(client.get(shown.source, headers=signed_in(charts.reader(town.lin))).text)


def test_a_body_that_was_left_elsewhere_is_said_to_be_missing() -> None:
    whole = embedded(PDF).decode()
    text = whole[whole.index("<text mediaType") : whole.index("</nonXMLBody>")]
    named = whole.replace(text, '<text><reference value="&lt;b&gt;UD_sample.pdf"/></text>').encode()
    made = harmless(cda.page_of(named, "zh"))
    assert "<b>UD_sample.pdf" in made.words
    assert "没有随这份文件送来" in made.words
    assert cda.body_of(named) is None


def test_real_documents_with_a_file_inside_open_as_that_file() -> None:
    found = sorted((shared_data() / "cda").rglob("*mbed*.xml"))
    bodies = {each.name.partition("__")[2]: cda.body_of(each.read_bytes()) for each in found}
    pdfs = [body[0][:5] for body in bodies.values() if body is not None and body[1] == "application/pdf"]
    assert pdfs == [b"%PDF-", b"%PDF-"]
    assert all(cda.head_of(each.read_bytes()) for each in found)


def test_a_document_is_framed_with_its_own_policy(town: people.Town, client: TestClient) -> None:
    entry_id = charts.put(town, town.lin, "medical_records", original=(document("好转"), "text/xml; charset=utf-8"))
    id_ = charts.document_of(entry_id)
    lin = charts.reader(town.lin)
    shown = db.perform(original_page, lin, lin.person_id, entry_id, id_)
    assert (shown.look, shown.kind, shown.problem) == ("frame", "frame", "")
    answer = client.get(shown.source, headers=signed_in(lin))
    policy = answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "好转" in answer.text
    assert policy.startswith("sandbox; default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "患者" in answer.text
    assert "Patient" in client.get(f"{shown.source}?language=en", headers=signed_in(lin)).text
    assert client.get(shown.source, headers=signed_in(charts.reader(town.wang))).status_code == 404


def test_a_hostile_document_says_that_it_cannot_be_opened(town: people.Town, client: TestClient) -> None:
    hostile = document("x", before='<!DOCTYPE x [<!ENTITY a "b">]>')
    entry_id = charts.put(town, town.lin, "medical_records", original=(hostile, "application/xml"))
    lin = charts.reader(town.lin)
    shown = db.perform(original_page, lin, lin.person_id, entry_id, charts.document_of(entry_id))
    assert (shown.look, shown.problem) == ("frame", "broken")
    assert client.get(shown.source, headers=signed_in(lin)).status_code == 400


def test_other_xml_is_shown_as_the_text_that_it_is(town: people.Town) -> None:
    entry_id = charts.put(town, town.lin, original=(b"<report>7.1</report>", "application/xml"))
    lin = charts.reader(town.lin)
    assert db.perform(original_page, lin, lin.person_id, entry_id, charts.document_of(entry_id)).look == "text"
