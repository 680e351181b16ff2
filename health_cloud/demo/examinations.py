"""Examinations and imaging: findings, impression, pictures and the printed report."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from health_cloud.demo import paper
from health_cloud.demo.directory import DOCTORS
from health_cloud.demo.fhir import (
    BASE,
    DICOM,
    LOCAL,
    LOINC,
    SNOMED,
    TERMINOLOGY,
    Resource,
    Text,
    coding,
    concept,
    instant,
    reference,
    said,
)
from health_cloud.demo.originals import media, sheet
from health_cloud.demo.story import Story, Visit


@dataclass(frozen=True, slots=True)
class Kind:
    """What is done: name, LOINC (empty: the hospital's own code alone), categories, who does it, its picture."""

    name: Text
    loinc: str
    services: tuple[str, ...]
    """Codes of v2-0074, or LOINC parts where that table has none."""
    doctor: str
    department: str
    picture: str = ""
    modality: tuple[str, int] = ("", 0)
    """DICOM modality and number of images."""
    site: tuple[str, Text] = ("", ("", ""))


_CHEST = ("51185008", ("胸部", "Chest"))
KINDS = {
    "gastroscopy": Kind(("胃镜检查", "Gastroscopy"), "18751-8", ("LP7796-8",), "zhou-qihang", "endoscopy", "stomach"),
    "pathology": Kind(
        ("胃黏膜活检病理", "Gastric biopsy pathology"),
        "11526-1",
        ("SP", "LP7839-6"),
        "he-siyuan",
        "pathology",
        "tissue",
    ),
    "carotid": Kind(("颈动脉超声", "Carotid ultrasound"), "", ("VUS",), "jiang-yifan", "ultrasound", "ultrasound"),
    "abdomen": Kind(("腹部超声", "Abdominal ultrasound"), "24558-9", ("RUS",), "jiang-yifan", "ultrasound"),
    "heart": Kind(("超声心动图", "Echocardiography"), "42148-7", ("CUS",), "jiang-yifan", "ultrasound"),
    "thyroid": Kind(("甲状腺超声", "Thyroid ultrasound"), "", ("OUS",), "jiang-yifan", "ultrasound"),
    "fundus": Kind(("眼底照相", "Fundus photography"), "", ("OTH",), "zhao-qiming", "ophthalmology", "fundus"),
    "ecg": Kind(("心电图", "Electrocardiogram"), "11524-6", ("EC",), "ma-xiaodong", "cardiology", "trace"),
    "nerve-conduction": Kind(("神经传导检查", "Nerve conduction study"), "", ("EN",), "lu-yao", "neurology"),
    "spirometry": Kind(("肺功能检查", "Spirometry"), "", ("PF",), "han-xue", "respiratory"),
    "chest-x-ray": Kind(
        ("胸部 X 线", "Chest X-ray"),
        "36643-5",
        ("RAD", "LP29684-5"),
        "gu-qing",
        "radiology",
        "chest",
        ("DX", 2),
        _CHEST,
    ),
    "chest-ct": Kind(
        ("胸部 CT", "CT chest"), "24627-2", ("CT", "LP29684-5"), "gu-qing", "radiology", "slice", ("CT", 286), _CHEST
    ),
    "lumbar-mri": Kind(
        ("腰椎磁共振", "MRI lumbar spine"),
        "",
        ("NMR", "LP29684-5"),
        "gu-qing",
        "radiology",
        "",
        ("MR", 96),
        ("122496007", ("腰椎", "Lumbar spine")),
    ),
    "knee-x-ray": Kind(
        ("膝关节 X 线", "Knee X-ray"),
        "",
        ("RAD", "LP29684-5"),
        "gu-qing",
        "radiology",
        "",
        ("DX", 2),
        ("72696002", ("膝", "Knee")),
    ),
    "ankle-x-ray": Kind(
        ("踝关节 X 线", "Ankle X-ray"),
        "",
        ("RAD", "LP29684-5"),
        "gu-qing",
        "radiology",
        "",
        ("DX", 2),
        ("344001", ("踝", "Ankle")),
    ),
}
_ABDOMEN = ("818983003", ("腹部", "Abdomen"))
KINDS |= {
    "colonoscopy": Kind(("结肠镜检查", "Colonoscopy"), "18746-8", ("LP7796-8",), "zhou-qihang", "endoscopy", "stomach"),
    "colon-biopsy": Kind(
        ("结肠活检病理", "Colon biopsy pathology"), "11526-1", ("SP", "LP7839-6"), "he-siyuan", "pathology", "tissue"
    ),
    "colon-specimen": Kind(
        ("结肠切除标本病理", "Colectomy pathology"), "11526-1", ("SP", "LP7839-6"), "he-siyuan", "pathology", "tissue"
    ),
    "abdomen-mri": Kind(
        ("腹盆腔磁共振", "MRI abdomen and pelvis"),
        "",
        ("NMR", "LP29684-5"),
        "gu-qing",
        "radiology",
        "",
        ("MR", 184),
        _ABDOMEN,
    ),
    "obstetric": Kind(
        ("产科超声", "Obstetric ultrasound"), "11525-3", ("OUS",), "jiang-yifan", "ultrasound", "ultrasound"
    ),
    "fetal-monitor": Kind(("胎心监护", "Fetal heart monitoring"), "", ("OTH",), "feng-ya", "obstetrics"),
    "coronary": Kind(("冠状动脉造影", "Coronary angiography"), "", ("CTH",), "ma-xiaodong", "cardiology"),
    "minghu-ecg": Kind(("心电图", "Electrocardiogram"), "11524-6", ("EC",), "du-heng", "cardiology", "trace"),
    "minghu-chest": Kind(
        ("胸部 X 线", "Chest X-ray"),
        "36643-5",
        ("RAD", "LP29684-5"),
        "lei-ming",
        "radiology",
        "chest",
        ("DX", 2),
        _CHEST,
    ),
}
_SOP_CLASSES = {
    "DX": "1.2.840.10008.5.1.4.1.1.1.1",
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen and what it means."""

    kind: str
    findings: Text
    impression: Text
    after: int = 0
    """Days after the visit began, in a stay."""
    clock: str = ""
    doctor: str = ""
    status: str = "final"
    hours: float = 2
    paper: bool = False
    """With the printed original."""


def examine(story: Story, visit: Visit, finding: Finding) -> Resource | None:
    """Writes an examination: findings, pictures and the report, which is returned if it is out before today."""
    kind = KINDS[finding.kind]
    when, issued = _times(visit, finding)
    if not story.over(issued):
        return None
    pictures = [media(story, visit, kind.picture, kind.name, when)] if kind.picture else []
    return _report(story, visit, finding, (when, issued), {"media": pictures} if pictures else {})


def image(story: Story, visit: Visit, finding: Finding) -> Resource | None:
    """Writes an imaging study and its report, joined by reference and accession number."""
    kind = KINDS[finding.kind]
    when, issued = _times(visit, finding)
    if not story.over(issued):
        return None
    accession = story.key("accession", when.date(), finding.kind)
    study = _study(story, visit, finding.kind, accession, when)
    pictures = [media(story, visit, kind.picture, kind.name, when)] if kind.picture else []
    joined = {"imagingStudy": [reference("ImagingStudy", study)], **({"media": pictures} if pictures else {})}
    written = _report(story, visit, finding, (when, issued), joined)
    written["identifier"] = [_accession(story, accession)]
    return written


def _times(visit: Visit, finding: Finding) -> tuple[datetime, datetime]:
    """Returns when it was done and when it was reported."""
    day = visit.day + timedelta(days=finding.after)
    when = instant(day, finding.clock) if finding.clock else visit.start
    return when, when + timedelta(hours=finding.hours)


def _accession(story: Story, number: str) -> dict[str, Any]:
    kind = {"coding": [coding(f"{TERMINOLOGY}/v2-0203", "ACSN")]}
    return {"type": kind, "system": story.hospital.system("accession"), "value": number}


def _study(story: Story, visit: Visit, slug: str, accession: str, when: datetime) -> str:
    kind = KINDS[slug]
    modality, count = kind.modality
    key = story.key("study", when.date(), slug)
    code, site = kind.site
    story.add(
        "ImagingStudy",
        key,
        when,
        {
            "identifier": [
                {"system": "urn:dicom:uid", "value": f"urn:oid:{_uid(key)}"},
                _accession(story, accession),
            ],
            "status": "available",
            "modality": [coding(DICOM, modality)],
            **story.about(visit),
            "started": when.isoformat(),
            "numberOfSeries": 1,
            "numberOfInstances": count,
            "procedureCode": [concept(kind.name, *_codes(slug, kind))],
            **said("description", kind.name),
            "series": [
                {
                    "uid": _uid(f"{key}/1"),
                    "number": 1,
                    "modality": coding(DICOM, modality),
                    **said("description", kind.name),
                    "numberOfInstances": count,
                    "bodySite": coding(SNOMED, code, site),
                    "started": when.isoformat(),
                    "instance": [
                        {
                            "uid": _uid(f"{key}/1/1"),
                            "sopClass": coding("urn:ietf:rfc:3986", f"urn:oid:{_SOP_CLASSES[modality]}"),
                            "number": 1,
                        }
                    ],
                }
            ],
        },
    )
    return key


def _uid(name: str) -> str:
    """Returns a DICOM UID derived from a UUID (PS3.5 B.2)."""
    return f"2.25.{uuid5(NAMESPACE_URL, f'{BASE}/{name}').int}"


def _codes(slug: str, kind: Kind) -> list[dict[str, Any]]:
    own = coding(f"{LOCAL}/examination", slug, kind.name)
    return [coding(LOINC, kind.loinc), own] if kind.loinc else [own]


def _report(
    story: Story, visit: Visit, finding: Finding, times: tuple[datetime, datetime], more: dict[str, Any]
) -> Resource:
    kind = KINDS[finding.kind]
    when, issued = times
    doctor = DOCTORS[finding.doctor or kind.doctor]
    seen = _seen(story, visit, finding, (when, issued))
    categories = [coding(LOINC if code.startswith("LP") else f"{TERMINOLOGY}/v2-0074", code) for code in kind.services]
    body = [
        *paper.paragraph(story.pick(("所见：", "Findings:"))),
        *paper.paragraph(story.pick(finding.findings)),
        paper.line(""),
        *paper.paragraph(story.pick(("结论：", "Impression:"))),
        *paper.paragraph(story.pick(finding.impression)),
        paper.line(""),
        paper.line(story.pick((f"报告医师：{doctor.name[0]}", f"Reported by {doctor.name[1]}"))),
    ]
    printed = {"presentedForm": [sheet(story, visit, kind.name, issued, body)]} if finding.paper else {}
    return story.add(
        "DiagnosticReport",
        story.key("exam", when.date(), finding.kind),
        issued,
        {
            "status": finding.status,
            "category": [{"coding": categories}],
            "code": concept(kind.name, *_codes(finding.kind, kind)),
            **story.about(visit),
            "effectiveDateTime": when.isoformat(),
            "issued": issued.isoformat(),
            "performer": [story.hospital.department(kind.department).reference],
            "resultsInterpreter": [doctor.reference],
            "result": [reference("Observation", seen)],
            **said("conclusion", finding.impression),
            **more,
            **printed,
        },
    )


def _seen(story: Story, visit: Visit, finding: Finding, times: tuple[datetime, datetime]) -> str:
    """Writes the findings (LOINC 59776-5) that the report carries."""
    when, issued = times
    key = story.key("finding", when.date(), finding.kind)
    kind = ("imaging", ("影像", "Imaging")) if KINDS[finding.kind].modality[0] else ("exam", ("检查", "Exam"))
    category = concept(kind[1], coding(f"{TERMINOLOGY}/observation-category", kind[0]))
    story.add(
        "Observation",
        key,
        issued,
        {
            "status": finding.status,
            "category": [category],
            "code": concept(("检查所见", "Findings"), coding(LOINC, "59776-5")),
            **story.about(visit),
            "effectiveDateTime": when.isoformat(),
            **said("valueString", finding.findings),
        },
    )
    return key
