"""CDA's narrative block as HTML, element by element; what is not among them gives its text alone."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape
from typing import Final
from xml.etree.ElementTree import Element

_TAGS: Final = {
    "paragraph": "p",
    "p": "p",
    "content": "span",
    "item": "li",
    "caption": "strong",
    "thead": "thead",
    "tbody": "tbody",
    "tfoot": "tfoot",
    "tr": "tr",
    "th": "th",
    "td": "td",
    "sub": "sub",
    "sup": "sup",
    "footnote": "small",
}
_REVISED: Final = {"delete": "del", "insert": "ins"}
"""What became of a piece of text since the version before (CDA R2, 4.3.5.3): a receiver has to tell it apart."""
_STYLES: Final = {"bold": "b", "italics": "i", "underline": "u", "emphasis": "e", "xunderline": "u"}
_ALIGNED: Final = {"right": "r", "center": "c"}
_SPANS: Final = ("colspan", "rowspan")
_WIDEST: Final = 100
_DEEPEST: Final = 60
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_PICTURE_BYTES: Final = 20_000_000


def name_of(element: Element) -> str:
    """Return an element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance]


def kids(element: Element | None, name: str) -> Iterator[Element]:
    """Yield the children of that name."""
    return (each for each in (element if element is not None else ()) if name_of(each) == name)


def inside(element: Element | None, *path: str) -> Element | None:
    """Return the first element on a path."""
    for name in path:
        element = next(kids(element, name), None)
    return element


def said(element: Element | None) -> str:
    """Return the text of an element and of all in it, in one line."""
    return " ".join(" ".join(element.itertext()).split()) if element is not None else ""


def picture_of(value: Element | None) -> str:
    """Return an embedded picture as HTML; nothing where it is none that browsers show."""
    kind = value.get("mediaType", "").lower() if value is not None else ""
    if value is None or kind not in _PICTURES or value.get("representation") != "B64":
        return ""
    try:
        content = base64.b64decode("".join("".join(value.itertext()).split()), validate=True)
    except ValueError:
        return ""
    return f'<img alt="" src="data:{kind};base64,{base64.b64encode(content).decode()}">' if content else ""


class Narrative:
    """Makes HTML of the narratives of one document, whose pictures stand elsewhere in it."""

    def __init__(self, document: Element) -> None:
        self._media = {each.get("ID", ""): each for each in document.iter() if name_of(each) == "observationMedia"}
        self._media |= {
            each.get("ID", ""): found
            for each in document.iter()
            if name_of(each) == "regionOfInterest"
            for found in each.iter()
            if name_of(found) == "observationMedia"
        }
        self._left = _PICTURE_BYTES

        self.revised = False
        """Whether any of it was struck out or put in since the version before."""

    def html(self, text: Element) -> str:
        """Return a narrative block."""
        return "".join(self._inner(text, 0))

    def _inner(self, element: Element, depth: int) -> Iterator[str]:
        if depth > _DEEPEST:
            return
        yield escape(element.text or "")
        for child in element:
            yield from self._one(child, depth + 1, name_of(element))
            yield escape(child.tail or "")

    def _one(self, element: Element, depth: int, within: str) -> Iterator[str]:
        name = name_of(element)
        if name in ("script", "style", ""):  # comments and instructions have no name
            return
        if name == "br":
            yield "<br>"
        elif name == "renderMultiMedia":
            yield from self._pictures(element)
            yield from self._inner(element, depth)
        elif name == "list":
            kind = "ol" if element.get("listType") == "ordered" else "ul"
            yield from self._wrapped(kind, element, depth)
        elif name == "table":
            yield '<div class="wide">'
            yield from self._wrapped("table", element, depth)
            yield "</div>"
        elif name == "caption" and within == "table":
            yield from self._wrapped("caption", element, depth)
        elif name == "content" and (tag := _REVISED.get(element.get("revised", "").strip().lower())):
            self.revised = True
            yield from self._wrapped(tag, element, depth)
        elif name in _TAGS:
            yield from self._wrapped(_TAGS[name], element, depth)
        else:
            yield from self._inner(element, depth)

    def _wrapped(self, tag: str, element: Element, depth: int) -> Iterator[str]:
        yield f"<{tag}{_attributes(tag, element)}>"
        yield from self._inner(element, depth)
        yield f"</{tag}>"

    def _pictures(self, element: Element) -> Iterator[str]:
        for name in element.get("referencedObject", "").split():
            shown = picture_of(inside(self._media.get(name), "value"))
            self._left -= len(shown)
            if self._left > 0:  # one picture named a thousand times is no reason to send it so often
                yield shown


def _attributes(tag: str, element: Element) -> str:
    codes = [_STYLES[each] for each in element.get("styleCode", "").lower().split() if each in _STYLES]
    codes += [_ALIGNED[each] for each in [element.get("align", "").lower()] if each in _ALIGNED]
    made = f' class="{" ".join(codes)}"' if codes else ""
    for name in _SPANS if tag in ("td", "th") else ():
        given = element.get(name, "")
        if given.isascii() and given.isdecimal() and 1 < int(given[:4]) <= _WIDEST:
            made += f' {name}="{int(given[:4])}"'
    return made
