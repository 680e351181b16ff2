"""What somebody sends as a photograph or a document, judged by what it is: never by its name or by what it is called.

A photograph is unpacked and packed anew: nothing but its pixels is kept, no place, camera or time of taking, and
nothing that was hidden behind them.
"""

from __future__ import annotations

import io
import struct
import threading
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from health_cloud.core.errors import Invalid
from health_cloud.records.service.pictures import PIXELS

LARGEST: Final = 20_000_000
"""Bytes of a file."""
EDGE: Final = 4096
"""Pixels of the longer edge that are kept."""
_SMALL: Final = 320
_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
_TAIL: Final = 2048
_PHONE: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})
_TOO_LARGE: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN: Final = (
    *(OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, AttributeError),
    *(ArithmeticError, struct.error),
)
"""What Pillow raises for files that are not what they say they are."""
_one_at_a_time = threading.Lock()
"""A photograph takes some hundred megabytes while it is unpacked."""


@dataclass(frozen=True)
class Made:
    """What is kept of a file: its kind, its bytes, and a small picture of it, if there is one."""

    kind: str
    content: bytes
    thumb: bytes = b""


def made_of(raw: bytes) -> Made:
    """Return what is kept of what was sent.

    Raises:
        Invalid: too large, empty, broken, or neither a photograph nor a document that can be shown.
    """
    if len(raw) > LARGEST:
        raise Invalid("followup.attach.error.large", megabytes=LARGEST // 1_000_000)
    if raw.startswith(_PDF):
        return _document(raw)
    if raw.startswith((_JPEG, _PNG)):
        return _photograph(raw)
    if raw[4:8] == b"ftyp" and raw[8:12] in _PHONE:
        raise Invalid("followup.attach.error.heic")
    raise Invalid("followup.attach.error.kind")


def _document(raw: bytes) -> Made:
    if b"%%EOF" not in raw[-_TAIL:] or b"startxref" not in raw[-_TAIL:]:
        raise Invalid("followup.attach.error.broken")
    if b"/Encrypt" in raw:
        raise Invalid("followup.attach.error.locked")
    return Made("pdf", raw)


def _photograph(raw: bytes) -> Made:
    with _one_at_a_time:
        try:
            with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > PIXELS:
                    raise Invalid("followup.attach.error.pixels")
                picture.thumbnail((EDGE, EDGE))
                plain = _on_white(ImageOps.exif_transpose(picture))
        except _TOO_LARGE as problem:
            raise Invalid("followup.attach.error.pixels") from problem
        except _BROKEN as problem:
            raise Invalid("followup.attach.error.broken") from problem
        content = _packed(plain, 88)
        plain.thumbnail((_SMALL, _SMALL))
        return Made("photo", content, _packed(plain, 80))


def _on_white(picture: Image.Image) -> Image.Image:
    """Return nothing but the pixels, on white where one sees through; what else the file said is not in it."""
    above = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", above.size, "white"), above).convert("RGB")


def _packed(picture: Image.Image, quality: int) -> bytes:
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    made = io.BytesIO()
    clean.save(made, "JPEG", quality=quality)
    return made.getvalue()
