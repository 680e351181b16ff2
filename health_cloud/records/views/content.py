"""The content of one version of an entry: what the import writes and the reading screens show.

Everything is as the source gave it. Texts are `Words` (the language that the source lacks stays empty),
times are ISO 8601 text exactly as given (maybe partial), numbers keep their text ("0.010"). Ranges, flags
and specimens are never invented: empty means "not given by the hospital".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache, partial
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from health_cloud.core.words import Words

T = TypeVar("T")
NOTHING = Words()


@dataclass(frozen=True)
class Coding:
    """One code of a code system, e.g. `http://loinc.org` `4548-4`."""

    system: str = ""
    code: str = ""
    display: str = ""


@dataclass(frozen=True)
class Person:
    """Who took part: name and part played (`performer`, `author`, `attender`, `requester`, ...)."""

    name: Words = NOTHING
    role: str = ""


@dataclass(frozen=True)
class Measured:
    """One result or measure.

    Attributes:
        name: as the source calls it.
        codes: codes as given, LOINC first where there is one.
        kind: `quantity`, `text`, `coded`, `range`, `ratio`, `time`, `boolean`, `none` (value absent, see `absent`).
        value: the value's own text, without comparator and unit.
        comparator: `<`, `<=`, `>=`, `>` or empty.
        unit: as printed; `unit_words`: in both languages where the source translates it; `ucum`: its UCUM code.
        words: the value where it is words (coded or text).
        low, high: limits of the reference range as given; `range_words`: the range where it is words.
        flag: `critical_high critical_low high low abnormal normal positive negative resistant intermediate
            susceptible detected` or empty; `flag_code`: interpretation code as given.
        specimen, method, note: as given. `at`: when it was taken or effective.
        status: FHIR status as given. `absent`: why there is no value.
        members: components, panel members or the susceptibilities of an organism.
    """

    name: Words = NOTHING
    codes: tuple[Coding, ...] = ()
    kind: str = "none"
    value: str = ""
    comparator: str = ""
    unit: str = ""
    ucum: str = ""
    unit_words: Words = NOTHING
    words: Words = NOTHING
    low: str = ""
    high: str = ""
    range_words: Words = NOTHING
    flag: str = ""
    flag_code: str = ""
    specimen: Words = NOTHING
    method: Words = NOTHING
    note: Words = NOTHING
    at: str = ""
    status: str = ""
    absent: Words = NOTHING
    source_id: str = ""
    members: tuple[Measured, ...] = ()


@dataclass(frozen=True)
class Medicine:
    """One medicine of a prescription. `dose` is the sentence as given, the parts stand beside it.

    Several dosages stand in `dose` in their order; a part is given where it is the same in all of them. `days` is what
    a supply is reckoned by, `lasts` is how long it lasts as sent where that is no number of days (`3 个月`).
    """

    name: Words = NOTHING
    codes: tuple[Coding, ...] = ()
    dose: Words = NOTHING
    amount: Words = NOTHING
    frequency: Words = NOTHING
    route: Words = NOTHING
    quantity: Words = NOTHING
    days: str = ""
    repeats: str = ""
    reason: Words = NOTHING
    note: Words = NOTHING
    status: str = ""
    from_at: str = ""
    to_at: str = ""
    lasts: Words = NOTHING


@dataclass(frozen=True)
class Item:
    """Something said of a visit or a patient: a diagnosis, procedure, allergy, immunization, plan, goal, ...

    Attributes:
        kind: `diagnosis procedure allergy immunization care_plan goal medicine observation device order note
            measure report document payment ward other`.
        title: its name. `detail`: what else was said, in the source's order.
        at, until: when, as given. `status`: as given. `people`: who.
        certainty: FHIR verification status as given (`refuted`, `unconfirmed`, ...), empty where it is `confirmed`.
    """

    kind: str = "other"
    title: Words = NOTHING
    codes: tuple[Coding, ...] = ()
    detail: tuple[Words, ...] = ()
    at: str = ""
    until: str = ""
    status: str = ""
    severity: str = ""
    people: tuple[Person, ...] = ()
    certainty: str = ""


@dataclass(frozen=True)
class Section:
    """A headed piece of running text: findings, conclusion, chief complaint, a note's chapter.

    Attributes:
        kind: what part of a visit it tells, where its code says so: `complaint history findings done next summary
            conclusion`, else empty.
        at: when it was written, as given.
    """

    heading: Words = NOTHING
    text: Words = NOTHING
    kind: str = ""
    at: str = ""


@dataclass(frozen=True)
class Series:
    """One series of an imaging study."""

    uid: str = ""
    modality: str = ""
    body: Words = NOTHING
    title: Words = NOTHING
    images: int = 0
    at: str = ""
    number: str = ""


@dataclass(frozen=True)
class Paper:
    """An original as the source names it; the import stores its bytes and the reader gets a document id."""

    title: Words = NOTHING
    content_type: str = ""
    at: str = ""
    size: int = 0
    document_id: str = ""
    missing: bool = False
    """The source names it but did not deliver it (an address of its own, or nothing)."""


@dataclass(frozen=True)
class Signature:
    """Who signed an entry that was written here.

    Attributes:
        at: when, ISO text. `factor`: by what second factor: `authenticator`, `recovery`, `passkey`, `provider`.
        digest: SHA-256 of what was signed, as it stands in the ledger.
        reason: why it was signed anew, of a correction.
    """

    name: Words = NOTHING
    at: str = ""
    factor: str = ""
    digest: str = ""
    reason: Words = NOTHING


@dataclass(frozen=True)
class EntryContent:
    """Everything there is of one entry, in the order in which a reader wants it.

    Attributes:
        record_class: one of the six.
        title: what it is.
        status: FHIR status as given.
        category: kind within the class, e.g. the FHIR diagnostic service section.
        occurred, ended, issued: as given.
        place: hospital and department as given, from the narrowest outwards.
        people: who took part.
        reason: why it was done.
        admitted, discharged: of a stay: from where somebody came, and where they went.
        specimen, body_site, device: of what, where and with what an examination was made.
        number: under which number the hospital keeps an imaging study (accession number).
        sections: running text; for a report the conclusion has heading "conclusion" by `findings`/`conclusion` below.
        findings, conclusion: of examinations and imaging.
        results: laboratory results or a check-up's results.
        measures: vital signs and body measures.
        medicines: of a prescription.
        items: all that belongs to a visit or summary, in good order.
        series: of an imaging study.
        papers: originals.
        codes: codes of the whole (report, study).
        missing_results: results that the report names and nobody delivered.
        payment: `settled`, `paid`, empty.
        source_ids: resources that it was made of, `Type/id`.
        signatures: who signed it, where it was written here.
    """

    record_class: str = ""
    title: Words = NOTHING
    status: str = ""
    category: str = ""
    occurred: str = ""
    ended: str = ""
    issued: str = ""
    place: tuple[Words, ...] = ()
    people: tuple[Person, ...] = ()
    reason: Words = NOTHING
    admitted: Words = NOTHING
    discharged: Words = NOTHING
    specimen: Words = NOTHING
    body_site: Words = NOTHING
    device: Words = NOTHING
    number: str = ""
    findings: Words = NOTHING
    conclusion: Words = NOTHING
    sections: tuple[Section, ...] = ()
    results: tuple[Measured, ...] = ()
    measures: tuple[Measured, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    items: tuple[Item, ...] = ()
    series: tuple[Series, ...] = ()
    papers: tuple[Paper, ...] = ()
    codes: tuple[Coding, ...] = ()
    missing_results: int = 0
    payment: str = ""
    group: str = ""
    source_ids: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()


def to_json(content: EntryContent) -> str:
    """Return canonical JSON without what is empty: equal content gives equal text."""
    return json.dumps(_slim(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str, only: Collection[str] = ()) -> EntryContent:
    """Return the content that `to_json` wrote; fields that this version does not know are passed over.

    Args:
        text: what it wrote.
        only: the fields wanted, where not all are.
    """
    raw = json.loads(text)
    return _build(EntryContent, {name: raw[name] for name in only if name in raw} if only else raw)


def _slim(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return [_slim(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    slim = {name: item for name in _names(type(value)) if (item := getattr(value, name))}
    return {name: item if isinstance(item, str) else _slim(item) for name, item in slim.items() if item != NOTHING}


@lru_cache(maxsize=64)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@lru_cache(maxsize=64)
def _makers(kind: type) -> dict[str, Callable[[Any], Any] | None]:
    """Return how each field is made from JSON; nothing where it is taken as it is."""
    hints = get_type_hints(kind)
    return {field.name: _maker(hints[field.name]) for field in fields(kind)}  # pyright: ignore[reportArgumentType]


def _maker(hint: Any) -> Callable[[Any], Any] | None:
    if get_origin(hint) is tuple:
        inner = _maker(get_args(hint)[0])
        return tuple if inner is None else lambda raw: tuple([inner(item) for item in raw])
    return partial(_build, hint) if is_dataclass(hint) and isinstance(hint, type) else None


def _build(kind: type[T], raw: dict[str, Any]) -> T:
    makers = _makers(kind)
    given = {
        name: item if (make := makers[name]) is None else make(item) for name, item in raw.items() if name in makers
    }
    return kind(**given)
