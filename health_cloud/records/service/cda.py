"""HL7 CDA as a page: who, by whom and when, then the narrative of each section with its own layout.

Made anew from the elements of CDA's narrative block (CDA R2, 4.3.5) out of nothing but escaped text: what a document
brings along (scripts, styles, addresses) has no way in. A document type, an entity or a foreign file is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from health_cloud.core.errors import Invalid
from health_cloud.core.i18n import say
from health_cloud.core.words import Language
from health_cloud.records.service.cda_narrative import Narrative, inside, kids, name_of, picture_of, said

LARGEST: Final = 20_000_000
_HEAD: Final = 8192
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?ClinicalDocument[\s>]")
_DECLARED: Final = re.compile(rb"^\s*<\?xml[^>]*encoding=[\"'](gb2312|gbk|gb18030)[\"'][^>]*\?>", re.IGNORECASE)
_TIME: Final = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_DEEPEST: Final = 12
STYLE: Final = (
    ":root{color-scheme:only light}"
    "body{margin:0;padding:20px;background:#fff;color:#1c211d;font:16px/1.56 'PingFang SC','Noto Sans SC',"
    "'Microsoft YaHei',system-ui,sans-serif;overflow-wrap:break-word}"
    "h1{font-size:22px;line-height:1.36;margin:0 0 12px}h2{font-size:18px;margin:24px 0 8px}h3,h4{font-size:16px}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:0;padding:0 0 12px}"
    "dt{color:#4f4f49}dd{margin:0}p{margin:0 0 8px}pre{white-space:pre-wrap;font:inherit}"
    ".wide{overflow-x:auto}table{border-collapse:collapse;margin:8px 0}caption{text-align:left;font-weight:600}"
    "th,td{border:1px solid #888680;padding:4px 8px;text-align:left;vertical-align:top}th{background:#efede8}"
    "ul,ol{margin:0 0 8px;padding-left:24px}img{max-width:100%;height:auto}"
    ".b{font-weight:600}.i{font-style:italic}.u{text-decoration:underline}.e{font-weight:600}"
    "del{color:#4f4f49;text-decoration:line-through}ins{text-decoration:underline}.legend{color:#4f4f49}"
    ".r{text-align:right}.c{text-align:center}"
)
"""Of the page alone; its digest stands in the answer's policy, so that no other style counts."""
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"sandbox; default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'"
)


def is_document(content: bytes) -> bool:
    """Tell whether these bytes begin like a CDA document."""
    return _ROOT.search(content[:_HEAD]) is not None


def read(content: bytes) -> Element:
    """Return the document.

    Raises:
        Invalid: it is damaged, too large, or has a document type (which may name foreign files and grow for ever).
    """
    if len(content) > LARGEST:
        raise Invalid("records.original.large")
    if _DECLARED.match(content):  # expat knows no encoding of several bytes but Unicode's
        content = _DECLARED.sub(b"", content.decode("gb18030", "replace").encode(), count=1)
    try:
        document: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise Invalid("records.original.broken") from problem
    if name_of(document) != "ClinicalDocument":
        raise Invalid("records.original.broken")
    return document


def page_of(content: bytes, language: Language) -> str:
    """Return a document as HTML.

    Raises:
        Invalid: as `read`.
    """
    document = read(content)
    narrative = Narrative(document)
    body = "".join(_body(document, narrative, language))
    revised = f'<p class="legend">{escape(say("records.cda.revised", language))}</p>' if narrative.revised else ""
    title = said(inside(document, "title")) or _display(inside(document, "code")) or "CDA"
    parts = [f"<h1>{escape(title)}</h1>", _header(document, language), revised, body]
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def body_of(content: bytes) -> tuple[bytes, str] | None:
    """Return the file that is all there is of a document's body, and its media type; nothing where it has a narrative.

    Raises:
        Invalid: as `read`.
    """
    for component in kids(read(content), "component"):
        text = inside(component, "nonXMLBody", "text")
        if text is not None and text.get("representation") == "B64" and "compression" not in text.attrib:
            try:
                given = base64.b64decode("".join("".join(text.itertext()).split()), validate=True)
            except ValueError:
                return None
            return (given, text.get("mediaType", "").strip().lower()) if given else None
    return None


def head_of(content: bytes) -> list[tuple[str, str]]:
    """Return who a document is about, by whom, when, and who keeps it: keys of what it is, and texts as given.

    Raises:
        Invalid: as `read`.
    """
    return _head(read(content))


def _header(document: Element, language: Language) -> str:
    shown = [f"<dt>{escape(say(key, language))}</dt><dd>{escape(text)}</dd>" for key, text in _head(document)]
    return f"<dl>{''.join(shown)}</dl>" if shown else ""


def _head(document: Element) -> list[tuple[str, str]]:
    role = inside(document, "recordTarget", "patientRole")
    patient = inside(role, "patient")
    authors = (_author(inside(each, "assignedAuthor")) for each in kids(document, "author"))
    custodian = inside(document, "custodian", "assignedCustodian", "representedCustodianOrganization")
    rows = (
        ("patient", _names(kids(patient, "name"))),
        ("born", _time(inside(patient, "birthTime")).partition(" ")[0]),
        ("sex", _display(inside(patient, "administrativeGenderCode"))),
        ("time", _time(inside(document, "effectiveTime"))),
        ("author", "; ".join(dict.fromkeys(each for each in authors if each))),
        (
            "custodian",
            _names(kids(custodian, "name")),
        ),
    )
    return [(f"records.cda.{name}", text) for name, text in rows if text]


def _author(assigned: Element | None) -> str:
    person = _names(kids(inside(assigned, "assignedPerson"), "name"))
    where = _names(kids(inside(assigned, "representedOrganization"), "name"))
    device = said(inside(assigned, "assignedAuthoringDevice", "softwareName"))
    return ", ".join(filter(None, (person or device, where)))


def _names(found: Iterable[Element]) -> str:
    return "; ".join(dict.fromkeys(text for each in found if (text := said(each))))


def _display(code: Element | None) -> str:
    if code is None:
        return ""
    return code.get("displayName", "") or said(inside(code, "originalText")) or code.get("code", "")


def _time(time: Element | None) -> str:
    """Return a time as precisely as it was given (HL7 TS)."""
    if time is None:
        return ""
    low = inside(time, "low")
    given = time.get("value", "") or (low.get("value", "") if low is not None else "")
    found = _TIME.match(given)
    if not found:
        return given
    day = "-".join(part for part in found.group(1, 2, 3) if part)
    return f"{day} {found[4]}:{found[5]}" if found[4] and found[5] else day


def _body(document: Element, narrative: Narrative, language: Language) -> Iterator[str]:
    for component in kids(document, "component"):
        for structured in kids(component, "structuredBody"):
            yield from _sections(structured, narrative, 2)
        for other in kids(component, "nonXMLBody"):
            yield _other(inside(other, "text"), language)


def _sections(parent: Element, narrative: Narrative, level: int) -> Iterator[str]:
    if level > _DEEPEST:
        return
    for component in kids(parent, "component"):
        for section in kids(component, "section"):
            title = said(inside(section, "title")) or _display(inside(section, "code"))
            depth = min(level, 6)
            yield f"<section><h{depth}>{escape(title)}</h{depth}>" if title else "<section>"
            text = inside(section, "text")
            if text is not None:
                yield narrative.html(text)
            yield from _sections(section, narrative, level + 1)
            yield "</section>"


def _other(text: Element | None, language: Language) -> str:
    """Show a body that is no CDA narrative: text and pictures; anything else is in the file that can be kept."""
    if text is None:
        return ""
    kind = text.get("mediaType", "text/plain").lower()
    named = inside(text, "reference")
    if named is not None and not said(text):
        return f"<p>{escape(say('records.cda.elsewhere', language, name=named.get('value', '')))}</p>"
    if kind == "text/plain":
        return f"<pre>{escape(_decoded(text))}</pre>"
    shown = picture_of(text)
    return shown or f"<p>{escape(say('records.cda.attached', language, kind=kind))}</p>"


def _decoded(text: Element) -> str:
    given = "".join(text.itertext())
    if text.get("representation") != "B64":
        return given
    try:
        return base64.b64decode(given).decode("utf-8", "replace")
    except ValueError:
        return ""
