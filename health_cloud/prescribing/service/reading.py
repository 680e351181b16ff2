"""A formulary's file: CSV of a stated format (docs/formulary.md), read whole or not at all, with errors by line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Protocol

from health_cloud.core.errors import Invalid
from health_cloud.core.i18n import say
from health_cloud.core.words import Words
from health_cloud.prescribing.views.formulary import Allergy, Contents, Group, Interaction, LineProblem, Medicine

COLUMNS: Final = (
    *("kind", "code", "name_zh", "name_en", "pinyin", "atc", "form_zh", "form_en", "strength", "unit_zh", "unit_en"),
    *("pack", "price", "single_max", "day_max", "control", "antibacterial"),
    *("members", "other", "severity", "words_zh", "words_en", "source"),
)
NEEDED: Final = ("kind", "code", "name_zh", "control", "antibacterial")
"""Without the columns of what is never prescribed online everything would be."""
LARGEST: Final = 4_000_000
MOST_LINES: Final = 20_000
MOST_OF: Final = {"group": 500, "interaction": 5_000, "allergy": 1_000}
"""So many lines of a kind: each check of a medicine asks all of them."""
MOST_MEMBERS: Final = 50
_MOST_PROBLEMS = 50
_LONGEST = 400
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_ATC = re.compile(r"[A-Z]\d\d[A-Z]{2}\d\d")
_PREFIX = re.compile(r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?")
_STRENGTH = re.compile(r"\d+(\.\d+)? ?\S.*")
_NUMBER = re.compile(r"\d{1,7}(\.\d{1,4})?")
CONTROLS: Final = ("", "narcotic", "psychotropic", "other")
ANTIBACTERIALS: Final = ("", "open", "restricted", "special")
SEVERITIES: Final = ("forbidden", "serious", "caution")


class _Lines(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]:
        """Give line after line."""
        ...


class Unreadable(Invalid):
    """A file of which nothing was taken; `problems` says what is wrong, by line."""

    def __init__(self, problems: list[LineProblem]) -> None:
        super().__init__("prescribing.formulary.error.lines", count=len(problems))
        self.problems = problems[:_MOST_PROBLEMS]


@dataclass
class _Row:
    """One line being read; what is wrong in it is noted, with a harmless value in its place."""

    line: int
    given: dict[str, str]
    problems: list[LineProblem] = field(default_factory=list[LineProblem])

    def wrong(self, column: str, key: str, **params: str | int) -> None:
        """Note that a column cannot be taken."""
        words = Words(say(key, "zh", **params), say(key, "en", **params))
        self.problems.append(LineProblem(self.line, column, words))

    def text(self, column: str, *, needed: bool = False) -> str:
        """Return a column's text, without blanks around it."""
        value = self.given.get(column, "")
        if needed and not value:
            self.wrong(column, "prescribing.formulary.error.missing")
        if len(value) > _LONGEST:
            self.wrong(column, "prescribing.formulary.error.long", longest=_LONGEST)
        return value

    def words(self, column: str) -> Words:
        """Return a text in both languages; a missing one stays empty."""
        return Words(self.text(f"{column}_zh"), self.text(f"{column}_en"))

    def shaped(self, column: str, shape: re.Pattern[str], key: str, *, needed: bool = False) -> str:
        """Return a text of a shape."""
        value = self.text(column, needed=needed)
        if value and not shape.fullmatch(value):
            self.wrong(column, key)
            return ""
        return value

    def one_of(self, column: str, allowed: tuple[str, ...]) -> str:
        """Return one of a few words."""
        value = self.text(column)
        if value not in allowed:
            self.wrong(column, "prescribing.formulary.error.one_of", allowed=", ".join(filter(None, allowed)))
            return allowed[0]
        return value

    def number(self, column: str, *, needed: bool = False) -> str:
        """Return a number above nought as its own text."""
        value = self.shaped(column, _NUMBER, "prescribing.formulary.error.number", needed=needed)
        try:
            if value and Decimal(value) <= 0:
                self.wrong(column, "prescribing.formulary.error.number")
                return ""
        except InvalidOperation:
            return ""
        return value

    def members(self, column: str, *, needed: bool = True) -> tuple[str, ...]:
        """Return ATC prefixes and codes, parted by blanks."""
        found = tuple(dict.fromkeys(self.text(column, needed=needed).split()))
        if len(found) > MOST_MEMBERS:
            self.wrong(column, "prescribing.formulary.error.members", most=MOST_MEMBERS)
            return ()
        for each in found:
            if not _PREFIX.fullmatch(each) and not _CODE.fullmatch(each):
                self.wrong(column, "prescribing.formulary.error.member", member=each[:40])
        return found


def read(raw: bytes) -> Contents:
    """Read a file, whole or not at all.

    Args:
        raw: bytes of a CSV in UTF-8 or GB 18030, first line the names of the columns.

    Raises:
        Unreadable: any line cannot be taken; nothing is.
        Invalid: it is no such file, or too large.
    """
    if len(raw) > LARGEST:
        raise Invalid("prescribing.formulary.error.large", megabytes=LARGEST // 1_000_000, field="file")
    reader = csv.reader(io.StringIO(_decoded(raw), newline=""))
    try:
        header = [name.strip().casefold() for name in next(reader, list[str]())]
        _check_header(header)
        return _read(reader, header)
    except csv.Error:
        raise Invalid("prescribing.formulary.error.no_csv", field="file") from None


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Invalid("prescribing.formulary.error.no_csv", field="file")


def _check_header(header: list[str]) -> None:
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise Invalid("prescribing.formulary.error.columns", columns=", ".join(missing), field="file")
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or len(set(header)) < len(header):
        wrong = ", ".join(unknown or header)[:_LONGEST]
        raise Invalid("prescribing.formulary.error.unknown_columns", columns=wrong, field="file")


def _read(reader: _Lines, header: list[str]) -> Contents:
    contents, problems, counted = Contents(), list[LineProblem](), Counter[str]()
    kinds: dict[str, Callable[[_Row, Contents], None]] = {
        "medicine": _medicine,
        "group": _group,
        "interaction": _interaction,
        "allergy": _allergy,
    }
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row = _Row(reader.line_num, {name: cell.strip() for name, cell in zip(header, cells, strict=False)})
        if reader.line_num > MOST_LINES:
            row.wrong("kind", "prescribing.formulary.error.many", most=MOST_LINES)
        elif len(cells) != len(header):
            row.wrong("kind", "prescribing.formulary.error.cells", found=len(cells), wanted=len(header))
        elif take := kinds.get(kind := row.text("kind")):
            counted[kind] += 1
            if counted[kind] > MOST_OF.get(kind, MOST_LINES):
                row.wrong("kind", "prescribing.formulary.error.many_of", most=MOST_OF[kind], kind=kind)
            else:
                take(row, contents)
        else:
            row.wrong("kind", "prescribing.formulary.error.one_of", allowed=", ".join(kinds))
        problems += row.problems
        if len(problems) > _MOST_PROBLEMS:
            break
    if problems:
        raise Unreadable(problems)
    if not contents.medicines:
        raise Invalid("prescribing.formulary.error.none", field="file")
    return contents


def _code(row: _Row, known: Mapping[str, object]) -> str:
    code = row.shaped("code", _CODE, "prescribing.formulary.error.code", needed=True)
    if code in known:
        row.wrong("code", "prescribing.formulary.error.twice", code=code)
    row.text("name_zh", needed=True)
    return code


def _medicine(row: _Row, contents: Contents) -> None:
    code = _code(row, contents.medicines)
    pack = row.number("pack", needed=True)
    if "." in pack:
        row.wrong("pack", "prescribing.formulary.error.whole")
    price = row.number("price", needed=True)
    if price and Decimal(price) * 100 != int(Decimal(price) * 100):
        row.wrong("price", "prescribing.formulary.error.price")
    single, day = row.number("single_max"), row.number("day_max")
    if single and day and Decimal(single) > Decimal(day):
        row.wrong("day_max", "prescribing.formulary.error.max")
    unit = row.words("unit")
    if not unit.zh:
        row.wrong("unit_zh", "prescribing.formulary.error.missing")
    ingredients = row.members("members", needed=False)
    for each in ingredients:
        if not _ATC.fullmatch(each):
            row.wrong("members", "prescribing.formulary.error.atc")
    made = Medicine(
        code=code,
        name=row.words("name"),
        pinyin=row.text("pinyin").casefold(),
        atc=row.shaped("atc", _ATC, "prescribing.formulary.error.atc"),
        ingredients=ingredients,
        form=row.words("form"),
        strength=row.shaped("strength", _STRENGTH, "prescribing.formulary.error.strength", needed=True),
        unit=unit,
        pack=int(pack) if pack and "." not in pack else 1,
        price=int(Decimal(price or 0) * 100),
        single_max=single,
        day_max=day,
        control=row.one_of("control", CONTROLS),
        antibacterial=row.one_of("antibacterial", ANTIBACTERIALS),
    )
    if not row.problems:
        contents.medicines[code] = made


def _group(row: _Row, contents: Contents) -> None:
    code = _code(row, contents.groups)
    made = Group(code, row.words("name"), row.members("members"))
    if not row.problems:
        contents.groups[code] = made


def _interaction(row: _Row, contents: Contents) -> None:
    code = _code(row, contents.interactions)
    row.text("words_zh", needed=True)
    severity = row.text("severity")
    if severity not in SEVERITIES:
        row.wrong("severity", "prescribing.formulary.error.one_of", allowed=", ".join(SEVERITIES))
    source = row.text("source", needed=True)
    made = Interaction(code, row.members("members"), row.members("other"), severity, row.words("words"), source)
    if not row.problems:
        contents.interactions[code] = made


def _allergy(row: _Row, contents: Contents) -> None:
    code = _code(row, contents.allergies)
    said = tuple(each.strip() for each in row.text("other", needed=True).split("|") if each.strip())
    made = Allergy(code, row.words("name"), row.members("members"), said)
    if not row.problems:
        contents.allergies[code] = made
