"""Drawn pages against a reference: PDFium, a reader that shares no line with the one on the page."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image, ImageChops, ImageFilter, ImageStat

INK = 128
"""Darker than this is ink."""
REACH = 7
"""Pixels of a page 1,000 wide by which two drawings of one letter may lie apart: fonts that are not embedded differ."""


def count_of(pdf: bytes) -> int:
    """Return how many pages PDFium finds."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def reference(pdf: bytes, number: int, width: int) -> Image.Image:
    """Return a page, from 0, as PDFium draws it, so many pixels wide."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[number]
        return page.render(scale=width / page.get_width()).to_pil().convert("L")


def apart(drawn: bytes, pdf: bytes, number: int) -> tuple[float, float, float]:
    """Compare a drawn page (PNG) with the reference.

    Returns:
        Mean absolute difference of the two (0 to 1), and how much of either's ink lies farther than `REACH` from the
        other's: (difference, ink missing, ink too much).
    """
    shown = Image.open(io.BytesIO(drawn)).convert("L")
    wanted = reference(pdf, number, shown.width)
    assert abs(wanted.height - shown.height) <= 1, f"{shown.size} instead of {wanted.size}"
    size = (1000, round(1000 * shown.height / shown.width))
    shown, wanted = shown.resize(size), wanted.resize(size)
    difference = ImageStat.Stat(ImageChops.difference(shown, wanted)).mean[0] / 255
    return difference, _beyond(wanted, shown), _beyond(shown, wanted)


def _beyond(one: Image.Image, other: Image.Image) -> float:
    """Return how much of the ink of one lies where the other has none near."""
    ink, near = _ink(one), _ink(other).filter(ImageFilter.MaxFilter(2 * REACH + 1))
    whole = ImageStat.Stat(ink).sum[0]
    assert whole, "an empty page"
    return ImageStat.Stat(ImageChops.subtract(ink, near)).sum[0] / whole


def _ink(page: Image.Image) -> Image.Image:
    return page.point(lambda value: 255 if value < INK else 0)
