"""Originals as the hospital prints them: a minimal PDF with a standard Chinese font, laid out on A4."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 595, 842
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 539, 786, 64
_LEADING = 1.7


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: cells at fractions of the text width; `rule` draws a hairline under it."""

    cells: tuple[tuple[float, str], ...]
    size: float = 10.5
    centred: bool = False
    rule: bool = False


def line(text: str, *, size: float = 10.5, centred: bool = False, rule: bool = False) -> Line:
    """Returns a line of one cell."""
    return Line(((0.0, text),), size, centred, rule)


def row(cells: Sequence[str], places: Sequence[float], *, rule: bool = False) -> Line:
    """Returns a table row with its cells at these fractions of the width."""
    return Line(tuple(zip(places, cells, strict=True)), rule=rule)


def paragraph(text: str, *, size: float = 10.5) -> list[Line]:
    """Breaks a text into lines that fit the page."""
    lines: list[Line] = []
    for part in text.split("\n"):
        current = ""
        for word in _words(part):
            if _measure(current + word) * size > _RIGHT - _LEFT:
                lines.append(line(current.rstrip(), size=size))
                current = word.lstrip()
            else:
                current += word
        lines.append(line(current, size=size))
    return lines


def _words(text: str) -> list[str]:
    """Splits where a line may break: after spaces, and beside each Chinese character."""
    words = [""]
    for character in text:
        if _wide(character) and character not in "，。；：、）":
            words.append(character)
        else:
            words[-1] += character
        if character == " ":
            words.append("")
    return words


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _measure(text: str) -> float:
    """Returns the width in em, as the page's font has it: half an em for Latin letters."""
    return sum(1.0 if _wide(character) else 0.5 for character in text)


def pdf(lines: Sequence[Line]) -> bytes:
    """Returns a PDF 1.4 file of as many pages as needed; equal lines give equal bytes."""
    pages = list(_pages(lines))
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        (
            b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500 814 939 500] "
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor << "
            b"/Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
            b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 78 >> >>"
        ),
    ]
    for number, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {6 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _pages(lines: Sequence[Line]) -> list[bytes]:
    pages: list[list[str]] = [[]]
    height = float(_TOP)
    for each in lines:
        height -= each.size * _LEADING
        if height < _BOTTOM:
            pages.append([])
            height = _TOP - each.size * _LEADING
        pages[-1] += _drawn(each, height)
    return ["\n".join(page).encode() for page in pages]


def _drawn(each: Line, height: float) -> list[str]:
    commands: list[str] = []
    for place, text in each.cells:
        left = _LEFT + place * (_RIGHT - _LEFT)
        if each.centred:
            left = (_WIDTH - _measure(text) * each.size) / 2
        code = text.encode("utf-16-be").hex()
        commands.append(f"BT /F1 {each.size} Tf {left:.1f} {height:.1f} Td <{code}> Tj ET")
    if each.rule:
        commands.append(f"0.5 w {_LEFT} {height - 5:.1f} m {_RIGHT} {height - 5:.1f} l S")
    return commands


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
