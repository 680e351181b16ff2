"""Running text with the structure that it was sent with: headings and paragraphs, every word kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from health_cloud.core.words import Words
from health_cloud.records.views.content import Section
from health_cloud.records.views.story import Block, Passage

NOTHING = Words()
_MARKED = re.compile(r"#{1,6}\s+(\S.*)")
_FRAMED = re.compile(r"【[^【】]{1,40}】")
_HEADING = 40
"""A line that ends in a colon and is no longer than this heads what follows."""
_EMPTY = re.compile(r"\n[ \t]*\n")


def passage(text: Words, *, name: str = "", heading: Words = NOTHING) -> Passage:
    """Return a text with its blocks."""
    return Passage(name, heading, text, blocks_of(text))


def passages(sections: Iterable[Section]) -> list[Passage]:
    """Return headed pieces as they are shown; what has no text is none."""
    return [passage(each.text, heading=each.heading) for each in sections if each.text != NOTHING]


def blocks_of(text: Words) -> list[Block]:
    """Return headings and paragraphs, none where there is one paragraph or the two languages are built differently."""
    chinese, english = _parsed(text.zh), _parsed(text.en)
    if not chinese or not english:
        alone = chinese or english
        made = [Block(kind, Words(zh=said) if chinese else Words(en=said)) for kind, said in alone]
    elif [kind for kind, _ in chinese] == [kind for kind, _ in english]:
        pairs = zip(chinese, english, strict=True)
        made = [Block(kind, Words(zh=one, en=other)) for (kind, one), (_, other) in pairs]
    else:
        return []
    return made if len(made) > 1 else []


def _parsed(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in _EMPTY.split(text.strip()):
        lines: list[str] = []
        for line in part.splitlines():
            headed = _heading(line.strip())
            if not headed:
                lines.append(line.rstrip())
                continue
            found += _paragraph(lines)
            found.append(("heading", headed))
            lines = []
        found += _paragraph(lines)
    return found


def _heading(line: str) -> str:
    """Return what a line heads with, empty where it is no heading; the marks of Markdown are no words."""
    marked = _MARKED.fullmatch(line)
    if marked:
        return marked[1]
    if _FRAMED.fullmatch(line) or (line.endswith((":", "：")) and 1 < len(line) <= _HEADING):
        return line
    return ""


def _paragraph(lines: list[str]) -> list[tuple[str, str]]:
    text = "\n".join(lines).strip("\n")
    return [("text", text)] if text.strip() else []
