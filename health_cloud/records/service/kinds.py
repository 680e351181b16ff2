"""What an original is: by what its source says, and by its first bytes where the source says nothing of use."""

from __future__ import annotations

import codecs
import re

_LOOKS = {
    "application/pdf": "pdf",
    "image/png": "image",
    "image/jpeg": "image",
    "image/jpg": "image",
    "image/pjpeg": "image",
    "image/gif": "image",
    "image/webp": "image",
    "image/svg+xml": "image",
    "image/tiff": "pages",
    "image/tif": "pages",
    "image/x-tiff": "pages",
    "image/bmp": "pages",
    "image/x-ms-bmp": "pages",
    "text/plain": "text",
    "text/csv": "text",
    "text/markdown": "text",
    "text/xml": "text",
    "application/xml": "text",
    "application/json": "text",
    "application/fhir+json": "text",
    "application/fhir+xml": "text",
    "application/hl7-sda+xml": "text",
    "application/hl7-cda+xml": "text",
    "application/cda+xml": "text",
    "text/html": "frame",
    "application/xhtml+xml": "frame",
}
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_FIRST_BYTES = ((b"II*\0", "image/tiff"), (b"MM\0*", "image/tiff"))
_PDF = b"%PDF-"
_HEAD = 1024
"""A PDF may begin after other bytes, within so many."""
_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF16_BE, "utf-16be"))
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030"}
"""Each is part of GB 18030, and what says to be one of them often has a character of the next."""


def essence_of(content_type: str) -> str:
    """Return a media type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def type_of(content_type: str, content: bytes) -> str:
    """Return the media type without parameters; by the first bytes where the source gave none."""
    essence = essence_of(content_type)
    if essence not in _UNSAID:
        return essence
    if _PDF in content[:_HEAD]:
        return "application/pdf"
    return next((kind for mark, kind in _FIRST_BYTES if content.startswith(mark)), essence)


def is_unsaid(content_type: str) -> bool:
    """Tell whether the bytes have to say what they are."""
    return essence_of(content_type) in _UNSAID


def is_xml(essence: str) -> bool:
    """Tell whether this is XML of some kind, which may be a clinical document."""
    return essence in ("text/xml", "application/xml") or (essence.endswith("+xml") and _LOOKS.get(essence) != "frame")


def look_of(essence: str) -> str:
    """Return how an original of this media type is shown; "other" is only to be kept as a file."""
    return _LOOKS.get(essence, "other")


def charset_of(content_type: str, content: bytes) -> str:
    """Return the encoding of a text: as its bytes say, as its source says if that fits, else UTF-8 or GB 18030.

    Hospital systems send GB 18030 and call it nothing at all, or UTF-8. What is no Chinese either is taken as
    Windows-1252, in which every byte is something.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    said = _CHARSET.search(content_type)
    wanted = said[1].lower() if said else ""
    for name in (_CHINESE.get(wanted, wanted), "utf-8", "gb18030"):
        if name and _fits(content, name):
            return name
    return "windows-1252"


def _fits(content: bytes, name: str) -> bool:
    try:
        content.decode(name)
    except (LookupError, UnicodeDecodeError, ValueError):
        return False
    return True
