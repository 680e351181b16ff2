"""Pages of a scan (TIFF and its like), one PNG each: what browsers do not show by themselves.

Foreign files reach Pillow here: only formats that need no other program, and every size is looked at before a pixel
is unpacked.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from PIL import Image, ImageMath

from health_cloud.core.errors import Invalid, NotFound
from health_cloud.records.views.original import Leaf

FORMATS: Final = ("TIFF", "BMP", "PNG", "JPEG", "GIF", "WEBP")
PAGES: Final = 300
PIXELS: Final = 60_000_000
"""A sheet of A3 at 600 dpi; larger is refused before it is unpacked."""
SENT: Final = 12_000_000
"""Pixels of a page as it is sent: more is made smaller, so that a phone can show it."""
_PLAIN: Final = frozenset({"1", "L", "RGB"})
_DEEP: Final = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_STRETCH: Final = 4
"""A fax is sent with half the lines; what says to be stretched further than this says nonsense."""
_TOO_LARGE: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    ArithmeticError,
    struct.error,
)
"""What Pillow raises for files that are not what they say they are."""
Image.MAX_IMAGE_PIXELS = PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
_one_at_a_time = threading.Lock()
"""A page takes some hundred megabytes while it is unpacked."""


def leaves_of(content: bytes) -> list[Leaf]:
    """Return the sizes of all pages; nothing is unpacked.

    Raises:
        Invalid: it is no picture, has too many pages, or one too large.
    """
    with _opened(content) as picture:
        found: list[Leaf] = []
        for number in range(PAGES):
            found.append(_leaf(picture))
            try:
                picture.seek(number + 1)
            except EOFError:
                return found
        raise Invalid("records.original.large")


def page_of(content: bytes, number: int) -> bytes:
    """Return a page, from 0, as PNG.

    Raises:
        Invalid: it is no picture, or the page is too large.
        NotFound: there is no such page.
    """
    with _one_at_a_time, _opened(content) as picture:
        try:
            picture.seek(number)
        except EOFError:
            raise NotFound from None
        _leaf(picture)
        shown = _shown(picture)
        made = io.BytesIO()
        shown.save(made, "PNG", compress_level=3)
        return made.getvalue()


@contextmanager
def _opened(content: bytes) -> Generator[Image.Image]:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            yield picture
    except _TOO_LARGE as problem:
        raise Invalid("records.original.large") from problem
    except _BROKEN as problem:
        raise Invalid("records.original.broken") from problem


def _leaf(picture: Image.Image) -> Leaf:
    """Return the size at which a page is to be seen: a fax has fewer lines than columns to the inch.

    Raises:
        Invalid: it is too large to be unpacked.
    """
    width, height = picture.size
    if width * height > PIXELS:
        raise Invalid("records.original.large")
    across, down = picture.info.get("dpi", (1, 1))
    stretch = float(across) / float(down) if across and down else 1.0
    return Leaf(width, round(height * stretch) if 1 / _STRETCH <= stretch <= _STRETCH else height)


def _shown(picture: Image.Image) -> Image.Image:
    """Return the page as browsers show it: eight bits a colour, no more pixels than a phone can hold."""
    picture.load()
    shown: Image.Image = picture
    if shown.mode in _DEEP:
        shown = _eight_bits(shown)
    elif shown.mode not in _PLAIN:
        shown = _on_white(shown)
    size = shown.width * shown.height
    if size > SENT:
        factor = (SENT / size) ** 0.5
        smaller = (max(1, int(shown.width * factor)), max(1, int(shown.height * factor)))
        shown = shown.convert("L") if shown.mode == "1" else shown
        shown.thumbnail(smaller, Image.Resampling.BOX)
    return shown


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Spread what is there over eight bits, as viewers of scans do."""
    wide = picture.convert("F")
    least, most = wide.getextrema()
    low, high = float(least), float(most)  # pyright: ignore[reportArgumentType] - one band, so numbers and no pairs
    scale = 255 / (high - low) if high > low else 1.0
    return ImageMath.lambda_eval(lambda given: given["convert"]((given["it"] - low) * scale, "L"), it=wide)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", above.size, "white"), above).convert("RGB")
    return picture.convert("RGB")
