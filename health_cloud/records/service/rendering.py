"""From the content of an entry to the parts of its screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from health_cloud.chart.views import EntryRow
from health_cloud.core.i18n import say
from health_cloud.core.words import Words
from health_cloud.records.models import Document
from health_cloud.records.service import kinds
from health_cloud.records.service.passages import passage, passages
from health_cloud.records.views.content import EntryContent, Item, Medicine, Paper, Signature
from health_cloud.records.views.screens import (
    Field,
    ItemGroup,
    ItemLine,
    MedicineCard,
    PaperLine,
)
from health_cloud.records.views.story import Passage

NOTHING = Words()
KINDS = (
    "ward",
    "diagnosis",
    "allergy",
    "procedure",
    "order",
    "medicine",
    "immunization",
    "observation",
    "measure",
    "report",
    "note",
    "care_plan",
    "goal",
    "device",
    "document",
    "other",
    "payment",
)
_KILO, _MEGA = 1024, 1024 * 1024


def fields_of(content: EntryContent, specimen: Words = NOTHING, method: Words = NOTHING) -> list[Field]:
    """Return what else is known of the whole: why, of what, who took part, when it ended."""
    found = [Field(role_of(each.role), each.name) for each in content.people if each.name != NOTHING]
    whole = (
        ("reason", content.reason if not content.medicines or _shared_reason(content) else NOTHING),
        ("admitted", content.admitted),
        ("discharged", content.discharged),
        ("specimen", content.specimen if content.specimen != NOTHING else specimen),
        ("body_site", content.body_site),
        ("method", method),
        ("device", content.device),
        ("number", Words.same(content.number)),
    )
    found = [*(Field(f"records.field.{name}", words) for name, words in whole if words != NOTHING), *found]
    found += [Field("records.source.signed_by", signed_by(each)) for each in content.signatures]
    if content.ended:
        found.append(Field("records.field.ended", at=content.ended))
    if content.issued:
        found.append(Field("records.field.issued", at=content.issued))
    return found


_ROLES = frozenset(
    {"performer", "author", "attender", "requester", "interpreter", "recorder", "referrer", "participant", "custodian"}
)
_SAME_ROLES = {
    "resultsinterpreter": "interpreter",
    "informationsource": "author",
    "asserter": "recorder",
    "primary performer": "performer",
    "admitter": "attender",
    "consultant": "participant",
    "practitioner": "participant",
    "atnd": "attender",  # HL7 ParticipationType
    "adm": "attender",
    "dis": "attender",
    "con": "participant",
    "part": "participant",
    "pprf": "performer",
    "sprf": "performer",
    "ref": "referrer",
    "": "participant",
}


def role_of(role: str) -> str:
    """Return the key of a part played; one that we have no word for is shown as given."""
    name = role.lower()
    name = _SAME_ROLES.get(name, name)
    return f"records.person.{name}" if name in _ROLES else role


def signed_by(signature: Signature) -> Words:
    """Return who signed, and by what second factor."""
    key = f"records.factor.{signature.factor}"
    zh, en = (signature.name.pick("zh"), say(key, "zh")), (signature.name.pick("en"), say(key, "en"))
    return Words("，".join(zh), ", ".join(en))


def passages_of(content: EntryContent) -> list[Passage]:
    """Return the running text: conclusion first, for that is what a reader came for, then findings and the rest."""
    first = [
        passage(content.conclusion, name="records.passage.conclusion"),
        passage(content.findings, name="records.passage.findings"),
    ]
    return [*(each for each in first if each.text != NOTHING), *passages(content.sections)]


def medicines_of(content: EntryContent, through: Sequence[str] = ()) -> list[MedicineCard]:
    """Return the medicines; `through` are the addresses at which each is shown through time."""
    cards = [_medicine(each, content) for each in content.medicines]
    if len(through) != len(cards):
        return cards
    return [replace(card, href=href) for card, href in zip(cards, through, strict=True)]


def _medicine(each: Medicine, content: EntryContent) -> MedicineCard:
    """What is true of all medicines of a prescription stands once, with the whole."""
    parts = (
        ("amount", each.amount),
        ("frequency", each.frequency),
        ("route", each.route),
        ("quantity", each.quantity),
        ("days", lasting(each)),
        ("repeats", Words.same(each.repeats)),
        ("reason", NOTHING if _shared_reason(content) else each.reason),
        ("note", each.note),
    )
    fields = [Field(f"records.medicine.{name}", words) for name, words in parts if words != NOTHING]
    if each.from_at and each.from_at != content.occurred:
        fields.append(Field("records.medicine.from", at=each.from_at))
    if each.to_at:
        fields.append(Field("records.medicine.to", at=each.to_at))
    return MedicineCard(each.name, each.dose, fields)


def lasting(each: Medicine) -> Words:
    """Return how long a supply lasts: as sent, else its days with their unit."""
    if each.lasts != NOTHING or not each.days:
        return each.lasts
    return Words(f"{each.days} 天", f"{each.days} {'day' if each.days == '1' else 'days'}")


def _shared_reason(content: EntryContent) -> bool:
    return len(content.medicines) > 1 and {each.reason for each in content.medicines} == {content.reason}


def groups_of(content: EntryContent) -> list[ItemGroup]:
    """Return what belongs to a visit, by kind; a kind that nobody knows comes with the rest."""
    by_kind: dict[str, list[ItemLine]] = {kind: [] for kind in KINDS}
    for item in content.items:
        by_kind[item.kind if item.kind in by_kind else "other"].append(_item(item))
    return [ItemGroup(kind, items) for kind, items in by_kind.items() if items]


_STATUSES = frozenset(
    {
        "active", "amended", "appended", "cancelled", "completed", "confirmed", "corrected", "current", "final",
        "differential", "finished", "inactive", "not-done", "on-hold", "preliminary", "refuted", "provisional",
        "remission", "resolved", "stopped", "unconfirmed",
    }
)  # fmt: skip


def status_of(status: str) -> str:
    """Return the key of a status's word; a status that we have no word for is shown as given."""
    return f"records.status.{status.replace('-', '_')}" if status in _STATUSES else status


_SEVERITIES = {
    "high": "high",
    "low": "low",
    "severe": "severe",
    "moderate": "moderate",
    "mild": "mild",
    "重度": "severe",
    "中度": "moderate",
    "轻度": "mild",
}
"""Criticality of an allergy, and severity by the first word of its usual names (`Severe (severity modifier)`)."""


def severity_of(severity: str) -> str:
    """Return the key of a word for how bad something is; one that we have no word for is shown as given."""
    first = severity.lower().partition(" ")[0]
    return f"records.severity.{_SEVERITIES[first]}" if first in _SEVERITIES else severity


def _item(item: Item) -> ItemLine:
    return ItemLine(
        title=item.title,
        details=[words for words in item.detail if words != NOTHING],
        at=item.at,
        until=item.until,
        status=status_of(item.certainty or item.status),
        people=[person.name for person in item.people if person.name != NOTHING],
        severity=severity_of(item.severity),
    )


def papers_of(content: EntryContent, documents: Mapping[str, Document], row: EntryRow) -> list[PaperLine]:
    """Return the originals of an entry, those too that the source named without delivering them."""
    where = f"/records/{row.record_class}/{row.id}/original"
    return [_paper(each, documents.get(each.document_id), where) for each in content.papers]


def _paper(paper: Paper, document: Document | None, where: str) -> PaperLine:
    essence = kinds.essence_of(document.content_type if document is not None else paper.content_type)
    return PaperLine(
        title=paper.title,
        kind=kinds.look_of(essence),
        size=size_of(paper.size) if document is not None else "",
        at=paper.at,
        href=f"/documents/{document.id}" if document is not None else "",
        image=document is not None and kinds.look_of(essence) == "image",
        id=document.id if document is not None else "",
        page=f"{where}/{document.id}" if document is not None else "",
    )


def size_of(size: int) -> str:
    """Return how large something is; empty where that is not known."""
    if size <= 0:
        return ""
    if size < _MEGA:
        return f"{max(1, size // _KILO)} KB"
    return f"{size / _MEGA:.1f} MB"
