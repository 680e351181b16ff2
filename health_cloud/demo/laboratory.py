"""Laboratory reports: specimen, results with range and flag, and the report that carries them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from health_cloud.demo import paper
from health_cloud.demo.analytes import ANALYTES, PANELS, SPECIMENS, WORDS, Analyte, Panel, Range
from health_cloud.demo.directory import DOCTORS
from health_cloud.demo.fhir import (
    LOCAL,
    LOINC,
    SNOMED,
    TERMINOLOGY,
    Resource,
    Text,
    Unit,
    coding,
    concept,
    instant,
    quantity,
    reference,
    said,
)
from health_cloud.demo.originals import sheet
from health_cloud.demo.story import Story, Visit

_FLAGS: dict[str, Text] = {
    "N": ("正常", "Normal"),
    "H": ("偏高", "High"),
    "L": ("偏低", "Low"),
    "HH": ("危急值，偏高", "Critical high"),
    "LL": ("危急值，偏低", "Critical low"),
    "POS": ("阳性", "Positive"),
    "NEG": ("阴性", "Negative"),
    "A": ("异常", "Abnormal"),
    "S": ("敏感", "Susceptible"),
    "I": ("中介", "Intermediate"),
    "R": ("耐药", "Resistant"),
}
_ARROWS = {"H": "↑", "L": "↓", "HH": "↑↑", "LL": "↓↓"}
_ANSWERS: dict[str, tuple[Text, str]] = {
    "negative": (("阴性（-）", "Negative"), "NEG"),
    "trace": (("±", "Trace"), "A"),
    "1+": (("阳性（1+）", "Positive (1+)"), "POS"),
    "2+": (("阳性（2+）", "Positive (2+)"), "POS"),
    "positive": (("阳性（+）", "Positive"), "POS"),
    "type-a": (("A 型", "Group A"), ""),
    "rhesus-positive": (("RhD 阳性", "RhD positive"), ""),
}


@dataclass(frozen=True, slots=True)
class Order:
    """A panel and what came out: numbers as printed (``7.4``, ``>14.0``, ``<3``) or a word (``negative``)."""

    panel: str
    values: dict[str, str]
    after: int = 0
    """Days after the visit began, in a stay."""
    clock: str = ""
    """When the specimen was taken; the start of the visit if empty."""
    hours: float = 6
    """From specimen to the reviewed report."""
    status: str = "final"
    methods: dict[str, Text] = field(default_factory=dict)
    notes: dict[str, Text] = field(default_factory=dict)
    conclusion: Text | None = None
    paper: bool = False
    """With the printed original."""


def report(story: Story, visit: Visit, order: Order) -> Resource | None:
    """Writes a laboratory report and returns it; None if it is not out before today."""
    panel = PANELS[order.panel]
    taken = instant(visit.day + timedelta(days=order.after), order.clock) if order.clock else visit.start
    issued = taken + timedelta(hours=order.hours)
    if not story.over(issued):
        return None
    specimen = specimen_of(story, panel, order.panel, taken)
    results = [
        _result(story, visit, order, key, value, (taken, issued, specimen)) for key, value in order.values.items()
    ]
    written = compose(story, visit, (order.panel, panel), (taken, issued), order.status, specimen, results)
    if order.conclusion:
        written.update(said("conclusion", order.conclusion))
    if order.paper:
        written["presentedForm"] = [sheet(story, visit, panel.name, issued, _printed(story, order))]
    return written


def _printed(story: Story, order: Order) -> list[paper.Line]:
    """Returns the table of the printed report: name, result, unit, range, flag."""
    places = (0.0, 0.5, 0.62, 0.76, 0.92)
    heads = (("项目", "Test"), ("结果", "Result"), ("单位", "Unit"), ("参考范围", "Reference"), ("提示", "Flag"))
    lines = [paper.row([story.pick(head) for head in heads], places, rule=True)]
    for key, value in order.values.items():
        if key in WORDS:
            row = [story.pick(WORDS[key][0]), story.pick(_ANSWERS[value][0]), "", "", ""]
        else:
            analyte = ANALYTES[key]
            limits = reference_range(analyte.range_for(story.group, story.hospital.code), analyte.unit)
            flag = analyte.flag(Decimal(value.lstrip("<>")), story.group, story.hospital.code)
            printed = limits["referenceRange"][0]["text"] if limits else ""
            name = f"{story.pick(analyte.name)} {analyte.short}"
            row = [name, value, story.pick(analyte.unit.printed), printed, _ARROWS.get(flag, "")]
        lines.append(paper.row(row, places))
    return lines


def compose(
    story: Story,
    visit: Visit,
    panel: tuple[str, Panel],
    times: tuple[datetime, datetime],
    status: str,
    specimen: str,
    results: list[str],
) -> Resource:
    """Writes the DiagnosticReport around results that are written already."""
    slug, what = panel
    taken, issued = times
    key = story.key("lab", taken.date(), slug)
    reviewed = {"resultsInterpreter": [DOCTORS[story.hospital.reviewer].reference]} if status != "preliminary" else {}
    return story.add(
        "DiagnosticReport",
        key,
        issued,
        {
            "identifier": [{"system": story.hospital.system("accession"), "value": key}],
            "status": status,
            "category": [
                {
                    "coding": [
                        coding(f"{TERMINOLOGY}/v2-0074", "LAB"),
                        coding(f"{TERMINOLOGY}/v2-0074", what.service),
                    ]
                }
            ],
            "code": concept(what.name, coding(LOINC, what.loinc), coding(f"{LOCAL}/panel", slug, what.name)),
            **story.about(visit),
            "effectiveDateTime": taken.isoformat(),
            "issued": issued.isoformat(),
            "performer": [story.hospital.department("laboratory").reference],
            **reviewed,
            "specimen": [reference("Specimen", specimen)],
            "result": [reference("Observation", each) for each in results],
        },
    )


def specimen_of(story: Story, panel: Panel, slug: str, taken: datetime) -> str:
    """Writes the specimen and returns its id."""
    text, code = SPECIMENS[panel.specimen]
    key = story.key("specimen", taken.date(), slug)
    story.add(
        "Specimen",
        key,
        taken,
        {
            "type": concept(text, coding(SNOMED, code)),
            "subject": story.person.reference,
            "receivedTime": (taken + timedelta(minutes=40)).isoformat(),
            "collection": {"collectedDateTime": taken.isoformat()},
        },
    )
    return key


def _result(
    story: Story, visit: Visit, order: Order, name: str, value: str, made: tuple[datetime, datetime, str]
) -> str:
    taken, issued, specimen = made
    key = story.key("result", taken.date(), f"{order.panel}-{name}")
    content = _number(story, ANALYTES[name], value) if name in ANALYTES else _word(name, value)
    method = {"method": concept(order.methods[name])} if name in order.methods else {}
    remark = {"note": [said("text", order.notes[name])]} if name in order.notes else {}
    category = concept(("检验", "Laboratory"), coding(f"{TERMINOLOGY}/observation-category", "laboratory"))
    story.add(
        "Observation",
        key,
        issued,
        {
            "status": order.status,
            "category": [category],
            **content,
            **story.about(visit),
            "effectiveDateTime": taken.isoformat(),
            "issued": issued.isoformat(),
            "performer": [story.hospital.department("laboratory").reference],
            "specimen": reference("Specimen", specimen),
            **method,
            **remark,
        },
    )
    return key


def _number(story: Story, analyte: Analyte, printed: str) -> dict[str, Any]:
    digits = printed.lstrip("<>")
    comparator = printed[: len(printed) - len(digits)]
    return {
        "code": concept(
            analyte.name,
            *([coding(LOINC, analyte.loinc)] if analyte.loinc else []),
            coding(f"{LOCAL}/analyte", analyte.short, (analyte.short, analyte.short)),
        ),
        "valueQuantity": quantity(digits, analyte.unit, comparator),
        **interpretation(analyte.flag(Decimal(digits), story.group, story.hospital.code)),
        **reference_range(analyte.range_for(story.group, story.hospital.code), analyte.unit),
    }


def _word(name: str, answer: str) -> dict[str, Any]:
    text, short, code = WORDS[name]
    said_as, flag = _ANSWERS[answer]
    return {
        "code": concept(text, coding(LOINC, code), coding(f"{LOCAL}/analyte", short, (short, short))),
        "valueCodeableConcept": concept(said_as),
        **interpretation(flag),
        **({"referenceRange": [said("text", ("阴性", "Negative"))]} if flag else {}),
    }


def interpretation(flag: str) -> dict[str, Any]:
    """Returns `interpretation` for a flag of the v3 code system; nothing for an empty one."""
    if not flag:
        return {}
    words = _FLAGS[flag]
    return {"interpretation": [concept(words, coding(f"{TERMINOLOGY}/v3-ObservationInterpretation", flag, words))]}


def reference_range(limits: Range, unit: Unit) -> dict[str, Any]:
    """Returns `referenceRange`; nothing without limits."""
    low, high = limits
    if low is None and high is None:
        return {}
    sides = {"low": low, "high": high}
    words = f"{low}–{high}" if low is not None and high is not None else f"≥ {low}" if high is None else f"< {high}"
    quantities = {side: quantity(limit, unit) for side, limit in sides.items() if limit is not None}
    return {"referenceRange": [{**quantities, "text": words}]}
