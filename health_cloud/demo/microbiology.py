"""Cultures: organisms, how many, and which antibiotics work (S, I, R with the minimum inhibitory concentration)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from health_cloud.demo.analytes import PANELS
from health_cloud.demo.fhir import (
    LOCAL,
    LOINC,
    SNOMED,
    TERMINOLOGY,
    Text,
    Unit,
    coding,
    concept,
    instant,
    quantity,
    reference,
    said,
)
from health_cloud.demo.laboratory import compose, interpretation, specimen_of
from health_cloud.demo.story import Story, Visit

ORGANISMS: dict[str, tuple[Text, str]] = {
    "e-coli": (("大肠埃希菌", "Escherichia coli"), "112283007"),
    "e-faecalis": (("粪肠球菌", "Enterococcus faecalis"), "78065002"),
    "s-agalactiae": (("无乳链球菌（B 族）", "Streptococcus agalactiae (group B)"), "43492007"),
    "k-pneumoniae": (("肺炎克雷伯菌", "Klebsiella pneumoniae"), "56415008"),
}
"""Names and SNOMED CT codes."""
ANTIBIOTICS: dict[str, tuple[Text, str]] = {
    "penicillin": (("青霉素", "Penicillin"), "18964-7"),
    "clindamycin": (("克林霉素", "Clindamycin"), "18908-4"),
    "ampicillin": (("氨苄西林", "Ampicillin"), "18864-9"),
    "amoxicillin-clavulanate": (("阿莫西林克拉维酸", "Amoxicillin/clavulanate"), "18862-3"),
    "piperacillin-tazobactam": (("哌拉西林他唑巴坦", "Piperacillin/tazobactam"), "18970-4"),
    "ceftriaxone": (("头孢曲松", "Ceftriaxone"), "18895-3"),
    "ceftazidime": (("头孢他啶", "Ceftazidime"), "18893-8"),
    "cefepime": (("头孢吡肟", "Cefepime"), "18879-7"),
    "meropenem": (("美罗培南", "Meropenem"), "18943-1"),
    "amikacin": (("阿米卡星", "Amikacin"), "18860-7"),
    "gentamicin": (("庆大霉素", "Gentamicin"), "18928-2"),
    "levofloxacin": (("左氧氟沙星", "Levofloxacin"), "20629-2"),
    "ciprofloxacin": (("环丙沙星", "Ciprofloxacin"), "18906-8"),
    "trimethoprim": (("复方磺胺甲噁唑", "Trimethoprim/sulfamethoxazole"), "18998-5"),
    "nitrofurantoin": (("呋喃妥因", "Nitrofurantoin"), "18955-5"),
    "fosfomycin": (("磷霉素", "Fosfomycin"), "25596-8"),
    "vancomycin": (("万古霉素", "Vancomycin"), "19000-9"),
}
"""Names and LOINC codes of the susceptibility."""
_MIC = Unit("mg/L", ("mg/L", "mg/L"))
_COUNT = Unit("{CFU}/mL", ("CFU/mL", "CFU/mL"))


def report(story: Story, visit: Visit, culture: Mapping[str, Any]) -> None:
    """Writes a culture and its report.

    `organism` lists what grew: its name, the colony count and the antibiotics tested (``"S <=16"``, ``"R"``).
    Without one the answer is `answer`, e.g. no growth.
    """
    slug = culture["panel"]
    panel = PANELS[slug]
    taken = instant(visit.day, culture["clock"]) + timedelta(days=culture.get("after", 0))
    if not story.over(taken + timedelta(hours=culture["hours"])):
        return
    specimen = specimen_of(story, panel, slug, taken)
    keys = story.keys()
    _version(story, visit, culture, taken, specimen)
    for change in culture.get("amended", ()):
        if story.over(taken + timedelta(hours=change["hours"])):
            with story.again(keys):
                _version(story, visit, {**culture, **change}, taken, specimen)


def _version(story: Story, visit: Visit, culture: Mapping[str, Any], taken: datetime, specimen: str) -> None:
    """Writes the results and the report as they stood when this version was issued."""
    slug = culture["panel"]
    panel = PANELS[slug]
    times = (taken, taken + timedelta(hours=culture["hours"]))
    status = culture.get("status", "final")
    grown = [
        _organism(story, visit, (slug, number), each, times, status, specimen)
        for number, each in enumerate(culture.get("organism", ()), 1)
    ]
    if not grown:
        grown = [_answer(story, visit, slug, culture["answer"], times, status, specimen)]
    written = compose(story, visit, (slug, panel), times, status, specimen, grown)
    if "conclusion" in culture:
        chinese, english = culture["conclusion"]
        written.update(said("conclusion", (chinese, english)))


def _organism(
    story: Story,
    visit: Visit,
    place: tuple[str, int],
    given: Mapping[str, Any],
    times: tuple[datetime, datetime],
    status: str,
    specimen: str,
) -> str:
    slug, number = place
    text, codes = _named(given)
    common = _common(story, visit, times, status, specimen)
    tests = [
        _susceptibility(story, f"{slug}-{number}-{drug}", drug, result, times, common)
        for drug, result in given["tested"].items()
    ]
    key = story.key("result", times[0].date(), f"{slug}-{number}")
    components = []
    if "count" in given:
        digits = given["count"].lstrip(">=")
        components = [
            {
                "code": concept(("菌落计数", "Colony count"), coding(LOCAL + "/analyte", "colony-count")),
                "valueQuantity": quantity(digits, _COUNT, given["count"][: -len(digits)]),
            }
        ]
    story.add(
        "Observation",
        key,
        times[1],
        {
            **common,
            "code": concept(PANELS[slug].name, coding(LOINC, PANELS[slug].loinc)),
            "valueCodeableConcept": concept(text, *codes),
            **interpretation("POS"),
            **({"component": components} if components else {}),
            **({"hasMember": [reference("Observation", each) for each in tests]} if tests else {}),
        },
    )
    return key


def _named(given: Mapping[str, Any]) -> tuple[Text, list[dict[str, Any]]]:
    """Returns the organism's name and codes; what only a smear has shown has no code yet."""
    if "text" in given:
        chinese, english = given["text"]
        return (chinese, english), []
    text, code = ORGANISMS[given["name"]]
    return text, [coding(SNOMED, code, text)]


def _susceptibility(
    story: Story,
    slug: str,
    drug: str,
    result: str,
    times: tuple[datetime, datetime],
    common: dict[str, Any],
) -> str:
    text, code = ANTIBIOTICS[drug]
    flag, _, mic = result.partition(" ")
    digits = mic.lstrip("<>=")
    value = {"valueQuantity": quantity(digits, _MIC, mic[: len(mic) - len(digits)])} if mic else _intrinsic(flag)
    key = story.key("result", times[0].date(), slug)
    story.add(
        "Observation",
        key,
        times[1],
        {
            **common,
            "code": concept(text, coding(LOINC, code)),
            **value,
            **interpretation(flag),
            "method": concept(("微量肉汤稀释法", "Broth microdilution")),
        },
    )
    return key


def _intrinsic(flag: str) -> dict[str, Any]:
    """An antibiotic not measured because the organism never yields to it."""
    return {"valueCodeableConcept": concept(("天然耐药", "Intrinsically resistant"))} if flag == "R" else {}


def _answer(
    story: Story,
    visit: Visit,
    slug: str,
    answer: list[str],
    times: tuple[datetime, datetime],
    status: str,
    specimen: str,
) -> str:
    chinese, english = answer
    key = story.key("result", times[0].date(), slug)
    content = {
        **_common(story, visit, times, status, specimen),
        "code": concept(PANELS[slug].name, coding(LOINC, PANELS[slug].loinc)),
        "valueCodeableConcept": concept((chinese, english)),
    }
    story.add("Observation", key, times[1], content)
    return key


def _common(story: Story, visit: Visit, times: tuple[datetime, datetime], status: str, specimen: str) -> dict[str, Any]:
    category = concept(("检验", "Laboratory"), coding(f"{TERMINOLOGY}/observation-category", "laboratory"))
    return {
        "status": status,
        "category": [category],
        **story.about(visit),
        "effectiveDateTime": times[0].isoformat(),
        "issued": times[1].isoformat(),
        "performer": [story.hospital.department("laboratory").reference],
        "specimen": reference("Specimen", specimen),
    }
