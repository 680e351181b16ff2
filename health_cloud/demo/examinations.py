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
    views: tuple[Text, ...] = ()
    """What each of several pictures shows."""
    device: Text = ("", "")
    specimen: Text = ("", "")
    series: tuple[tuple[Text, int], ...] = ()
    """Series of a study with their numbers of images; else it has one."""


_DOPPLER: Text = ("彩色多普勒超声仪", "Colour Doppler ultrasound")
_LEADS: Text = ("12 导联心电图机", "12-lead electrocardiograph")
_CHEST = ("51185008", ("胸部", "Chest"))
KINDS = {
    "gastroscopy": Kind(
        ("胃镜检查", "Gastroscopy"),
        "18751-8",
        ("LP7796-8",),
        "zhou-qihang",
        "endoscopy",
        "stomach",
        views=(("胃体", "Gastric body"), ("胃窦", "Antrum"), ("十二指肠球部", "Duodenal bulb")),
        device=("电子胃镜", "Video gastroscope"),
    ),
    "pathology": Kind(
        ("胃黏膜活检病理", "Gastric biopsy pathology"),
        "11526-1",
        ("SP", "LP7839-6"),
        "he-siyuan",
        "pathology",
        "tissue",
        specimen=("胃黏膜活检组织", "Gastric mucosa, biopsy"),
    ),
    "carotid": Kind(
        ("颈动脉超声", "Carotid ultrasound"), "", ("VUS",), "jiang-yifan", "ultrasound", "ultrasound", device=_DOPPLER
    ),
    "abdomen": Kind(("腹部超声", "Abdominal ultrasound"), "24558-9", ("RUS",), "jiang-yifan", "ultrasound"),
    "heart": Kind(("超声心动图", "Echocardiography"), "42148-7", ("CUS",), "jiang-yifan", "ultrasound"),
    "thyroid": Kind(("甲状腺超声", "Thyroid ultrasound"), "", ("OUS",), "jiang-yifan", "ultrasound"),
    "fundus": Kind(("眼底照相", "Fundus photography"), "", ("OTH",), "zhao-qiming", "ophthalmology", "fundus"),
    "ecg": Kind(
        ("心电图", "Electrocardiogram"), "11524-6", ("EC",), "ma-xiaodong", "cardiology", "trace", device=_LEADS
    ),
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
        ("胸部 CT", "CT chest"),
        "24627-2",
        ("CT", "LP29684-5"),
        "gu-qing",
        "radiology",
        "slice",
        ("CT", 286),
        _CHEST,
        views=(
            ("肺尖层面", "Level of the apices"),
            ("气管分叉层面", "Level of the carina"),
            ("肺底层面", "Level of the bases"),
        ),
        series=((("平扫 5 mm", "Plain, 5 mm"), 58), (("薄层肺窗 1.25 mm", "Lung window, 1.25 mm"), 228)),
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
    "minghu-ecg": Kind(
        ("心电图", "Electrocardiogram"), "11524-6", ("EC",), "du-heng", "cardiology", "trace", device=_LEADS
    ),
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
    pictures = _pictures(story, visit, kind, when)
    return _report(story, visit, finding, (when, issued), {"media": pictures} if pictures else {})


def image(story: Story, visit: Visit, finding: Finding) -> Resource | None:
    """Writes an imaging study and its report, joined by reference and accession number."""
    kind = KINDS[finding.kind]
    when, issued = _times(visit, finding)
    if not story.over(issued):
        return None
    accession = story.key("accession", when.date(), finding.kind)
    study = _study(story, visit, finding.kind, accession, when)
    pictures = _pictures(story, visit, kind, when)
    joined = {"imagingStudy": [reference("ImagingStudy", study)], **({"media": pictures} if pictures else {})}
    written = _report(story, visit, finding, (when, issued), joined)
    written["identifier"] = [_accession(story, accession)]
    return written


def _pictures(story: Story, visit: Visit, kind: Kind, when: datetime) -> list[dict[str, Any]]:
    """Writes the pictures that were taken, each with what it shows."""
    if not kind.picture:
        return []
    return [
        media(story, visit, kind.picture, title, when, number)
        for number, title in enumerate(kind.views or (kind.name,))
    ]


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
            "numberOfSeries": len(_series(kind)),
            "numberOfInstances": count,
            "procedureCode": [concept(kind.name, *_codes(slug, kind))],
            **said("description", kind.name),
            "series": [
                {
                    "uid": _uid(f"{key}/{number}"),
                    "number": number,
                    "modality": coding(DICOM, modality),
                    **said("description", title),
                    "numberOfInstances": images,
                    "bodySite": coding(SNOMED, code, site),
                    "started": (when + timedelta(minutes=2 * (number - 1))).isoformat(),
                    "instance": [
                        {
                            "uid": _uid(f"{key}/{number}/1"),
                            "sopClass": coding("urn:ietf:rfc:3986", f"urn:oid:{_SOP_CLASSES[modality]}"),
                            "number": 1,
                        }
                    ],
                }
                for number, (title, images) in enumerate(_series(kind), 1)
            ],
        },
    )
    return key


def _series(kind: Kind) -> tuple[tuple[Text, int], ...]:
    return kind.series or ((kind.name, kind.modality[1]),)


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
    taken = {"specimen": [_specimen(story, finding.kind, when)]} if kind.specimen[0] else {}
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
            **taken,
            **more,
            **printed,
        },
    )


def _specimen(story: Story, slug: str, when: datetime) -> dict[str, Any]:
    """Writes what was taken and returns a reference to it."""
    key = story.key("specimen", when.date(), slug)
    content = {"status": "available", "type": concept(KINDS[slug].specimen), "subject": story.person.reference}
    story.add("Specimen", key, when, {**content, "collection": {"collectedDateTime": when.isoformat()}})
    return reference("Specimen", key)


def _seen(story: Story, visit: Visit, finding: Finding, times: tuple[datetime, datetime]) -> str:
    """Writes the findings (LOINC 59776-5) that the report carries."""
    when, issued = times
    key, device = story.key("finding", when.date(), finding.kind), KINDS[finding.kind].device
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
            **({"device": said("display", device)} if device[0] else {}),
        },
    )
    return key
