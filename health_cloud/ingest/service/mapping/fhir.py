"""Reading FHIR JSON without trusting its shape: every accessor returns something of the type it promises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from health_cloud.core.words import Words
from health_cloud.records.views.content import NOTHING, Coding, Person

Json = dict[str, Any]

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_EMPTY: Json = {}
_TAG = re.compile(r"<[^>]{0,2000}>")
_SPACE = re.compile(r"\s+")
_LANGUAGES = ("zh", "en")
_LANGUAGE = re.compile(r'(?is)<div\b[^>]{0,200}?\blang="(zh|en)\b[^>]{0,200}>(.{0,60000}?)</div>')


class Ref(NamedTuple):
    """What a reference names: type where it is said, and the id, UUID or last part of an address."""

    type: str
    id: str


def obj(value: Any) -> Json:
    """Return a JSON object, an empty one in place of anything else."""
    return value if isinstance(value, dict) else _EMPTY  # pyright: ignore[reportUnknownVariableType]


def objs(value: Any) -> list[Json]:
    """Return a list of objects; one alone counts as a list of it."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict)]  # pyright: ignore[reportUnknownVariableType]
    return [value] if isinstance(value, dict) else []  # pyright: ignore[reportUnknownVariableType]


def text(value: Any) -> str:
    """Return text without outer space, empty in place of anything that is no primitive."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return ""


def first(value: Any) -> Json:
    """Return the first object of a list."""
    found = objs(value)
    return found[0] if found else _EMPTY


def worded(content: str, other: str = "") -> Words:
    """Put a text under its language: Chinese when it has Chinese characters, else English."""
    if not content:
        return NOTHING
    if _CJK.search(content):
        return Words(zh=content, en=other)
    return Words(zh=other, en=content)


def words(holder: Json, field: str) -> Words:
    """Return a string element in the languages in which the source gives it (translation extension)."""
    content = text(holder.get(field))
    extension = holder.get(f"_{field}")
    if extension is None:
        return worded(content)
    given = worded(content)
    for language, translated in _translations(extension):
        if language.startswith("zh"):
            given = Words(zh=given.zh or translated, en=given.en)
        elif language.startswith("en"):
            given = Words(zh=given.zh, en=given.en or translated)
    return given


def _translations(element: Any) -> Iterator[tuple[str, str]]:
    for extension in objs(obj(element).get("extension")):
        if extension.get("url") == TRANSLATION:
            parts = {text(each.get("url")): each for each in objs(extension.get("extension"))}
            language = text(parts.get("lang", _EMPTY).get("valueCode"))
            content = parts.get("content", _EMPTY)
            yield language.lower(), text(content.get("valueString") or content.get("valueMarkdown"))


def both(one: Words, other: Words) -> Words:
    """Return `one`, completed by the language that only `other` has."""
    if one.zh and one.en:
        return one
    return Words(zh=one.zh or other.zh, en=one.en or other.en)


def codings(concept: Any) -> tuple[Coding, ...]:
    """Return the codes of a concept, LOINC first."""
    found = [
        Coding(text(each.get("system")), text(each.get("code")), text(each.get("display")))
        for each in objs(obj(concept).get("coding"))
    ]
    if len(found) > 1:
        found.sort(key=lambda each: each.system != LOINC)
    return tuple(found)


def codes(concepts: Any) -> set[str]:
    """Return all codes of one or several concepts, whatever their system."""
    return {text(coding.get("code")) for each in objs(concepts) for coding in objs(each.get("coding"))} - {""}


def concept(value: Any) -> Words:
    """Return what a concept is called: its text, completed by its codes' displays, else a code."""
    holder = obj(value)
    said = words(holder, "text")
    for coding in objs(holder.get("coding")):
        if said.zh and said.en:
            break
        said = both(said, words(coding, "display"))
    if said != NOTHING:
        return said
    code = text(first(holder.get("coding")).get("code"))
    return Words.same(code) if code else NOTHING


def concepts(value: Any) -> Words:
    """Return several concepts in one text."""
    return joined([concept(each) for each in objs(value)])


def joined(parts: Iterable[Words], zh: str = "、", en: str = ", ") -> Words:
    """Join texts by the comma of each language; one without a translation stands as it is in both."""
    given = [each for each in parts if each != NOTHING]
    if len(given) <= 1:
        return given[0] if given else NOTHING
    return Words(
        zh.join(each.pick("zh") for each in given) if any(each.zh for each in given) else "",
        en.join(each.pick("en") for each in given) if any(each.en for each in given) else "",
    )


def reasons(resource: Json, look: Callable[[Json, object], Json]) -> Words:
    """Return why something was done: reasons that are codes, and what the others name."""
    named_ones = [
        both(named(each), concept(look(resource, each).get("code"))) for each in objs(resource.get("reasonReference"))
    ]
    return joined([concepts(resource.get("reasonCode")), *named_ones])


def ref(reference: Any) -> Ref | None:
    """Return what a reference names, or nothing when it names nothing by address."""
    return ref_of(text(obj(reference).get("reference")), text(obj(reference).get("type")))


def ref_of(address: str, kind: str = "") -> Ref | None:
    """Read `Type/id`, an absolute address of it, `urn:uuid:`, with or without a version, or `#contained`."""
    if not address:
        return None
    if address.startswith("urn:"):
        return Ref(kind, address.rsplit(":", 1)[-1].lower() if address.startswith("urn:uuid:") else address)
    path = address.partition("/_history/")[0].rstrip("/")
    if "?" in path or path.startswith("#"):
        return Ref(path.partition("?")[0] if "?" in path else kind, path)
    before, _, last = path.rpartition("/")
    return Ref(before.rpartition("/")[2] or kind, last)


def refs(value: Any) -> list[Ref]:
    """Return what several references name."""
    return [found for each in objs(value) if (found := ref(each)) is not None]


def contained(resource: Json, found: Ref) -> Json:
    """Return the contained resource that a reference `#x` names."""
    wanted = found.id.removeprefix("#")
    return next((each for each in objs(resource.get("contained")) if text(each.get("id")) == wanted), _EMPTY)


def human_name(names: Any) -> Words:
    """Return a person's name: official or usual before others, characters and Latin letters where both are given."""
    ranked = sorted(objs(names), key=lambda each: _NAME_USES.get(text(each.get("use")), 3))
    found = NOTHING
    for each in ranked:
        found = both(found, _one_name(each))
    return found


_NAME_USES = {"official": 0, "usual": 1, "": 2}


def _one_name(name: Json) -> Words:
    said = words(name, "text")
    if said != NOTHING:
        return said
    family = text(name.get("family"))
    given = name.get("given")
    parts = [text(each) for each in given] if isinstance(given, list) else [text(given)]  # pyright: ignore[reportUnknownVariableType]
    if _CJK.search(family + "".join(parts)):
        return Words(zh=family + "".join(parts))
    prefix = name.get("prefix")
    titles = [text(each) for each in prefix] if isinstance(prefix, list) else []  # pyright: ignore[reportUnknownVariableType]
    return worded(" ".join(each for each in (*titles, *parts, family) if each))


def notes(value: Any) -> Words:
    """Return annotations in one text, a line each."""
    parts = [words(each, "text") for each in objs(value)]
    return lines(parts)


def lines(parts: Iterable[Words]) -> Words:
    """Join texts line by line, each language for itself."""
    return joined(parts, "\n", "\n")


def narrative(value: Any) -> str:
    """Return the text of an XHTML narrative without its markup."""
    div = text(obj(value).get("div"))
    if not div:
        return ""
    broken = re.sub(r"(?i)<(br|/p|/div|/tr|/li|/h\d|/caption)\s*/?>", "\n", div[:400_000])
    broken = re.sub(r"(?i)</t[dh]>", "  ", broken)
    plain = _TAG.sub("", broken)
    for entity, character in (
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ):
        plain = plain.replace(entity, character)
    return "\n".join(line for each in plain.splitlines() if (line := _SPACE.sub(" ", each).strip()))


def narrated(value: Any) -> Words:
    """Return a narrative in the languages in which its parts are marked (`lang`), else under its own language."""
    inside = text(obj(value).get("div")).partition(">")[2]
    parts: dict[str, list[str]] = {}
    for language, part in _LANGUAGE.findall(inside[:400_000]):
        parts.setdefault(language.lower(), []).append(narrative({"div": part}))
    if len(parts) == len(_LANGUAGES):
        return Words(zh="\n".join(parts["zh"]), en="\n".join(parts["en"]))
    return worded(narrative(value))


def named(reference: Any) -> Words:
    """Return what a reference displays."""
    return words(obj(reference), "display")


def person(name: Words, role: str) -> tuple[Person, ...]:
    """Return somebody who took part, or nobody where there is no name."""
    return (Person(name, role),) if name != NOTHING else ()
