"""Visits: outpatient, emergency, check-ups and inpatient stays, with diagnoses, notes and measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from health_cloud.demo.analytes import ANALYTES
from health_cloud.demo.directory import DEPARTMENTS, DOCTORS, Doctor
from health_cloud.demo.fhir import (
    ATC,
    ICD10,
    LOCAL,
    LOINC,
    SNOMED,
    TERMINOLOGY,
    Text,
    coding,
    concept,
    instant,
    quantity,
    reference,
    said,
)
from health_cloud.demo.laboratory import interpretation, reference_range
from health_cloud.demo.medicines import DIAGNOSES
from health_cloud.demo.story import Story, Visit

_CLASSES: dict[str, Text] = {
    "AMB": ("门诊", "ambulatory"),
    "EMER": ("急诊", "emergency"),
    "IMP": ("住院", "inpatient encounter"),
    "VR": ("互联网诊疗", "virtual"),
}
_CHECK_UP = "185349003"
_CHILD_CHECK_UP = "410620009"
_FOLLOW_UP = "185389009"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a visit is, beside when and with whom."""

    reason: Text
    diagnoses: Sequence[str] = ()
    note: Text | None = None
    kind: str = "AMB"
    status: str = "finished"
    title: Text | None = None
    code: str = ""
    minutes: int = 15
    end: datetime | None = None
    """End of a stay; visits last `minutes`."""
    open_end: bool = False
    """Finished, says the source, but it forgot to say when."""


def visit(story: Story, day: date, clock: str, doctor: str, plan: Plan) -> Visit:
    """Writes an encounter with its diagnoses and its note, and returns it."""
    who = DOCTORS[doctor]
    start = instant(day, clock)
    key = story.key("visit", day, who.department.key)
    if who.department.sensitive:
        story.sensitive.add(f"Encounter/{key}")
    resource = story.add("Encounter", key, start, _encounter(story, key, who, start, plan))
    written = Visit(key, day, start, who, who.department, resource)
    for name in plan.diagnoses:
        condition = _diagnosis(story, written, name)
        use = coding(f"{TERMINOLOGY}/diagnosis-role", "AD" if plan.kind == "IMP" else "billing")
        resource.setdefault("diagnosis", []).append(
            {"condition": reference("Condition", condition, DIAGNOSES[name][0]), "use": {"coding": [use]}}
        )
    if plan.note:
        note(story, written, ("门诊病历", "Outpatient note"), plan.note)
    return written


def check_up(story: Story, day: date, title: Text, reason: Text, *, doctor: str = "luo-jing") -> Visit:
    """Writes a check-up; a child's has its own code."""
    child = doctor == "fang-qing"
    code = _CHILD_CHECK_UP if child else _CHECK_UP
    diagnosis = "child-check" if child else "examination"
    plan = Plan(reason, (diagnosis,), title=title, code=code, minutes=120)
    return visit(story, day, "08:00", doctor, plan)


def follow_up(story: Story, day: date, clock: str, doctor: str, plan: Plan) -> Visit:
    """Writes a visit coded as a follow-up."""
    written = visit(story, day, clock, doctor, plan)
    written.resource["type"][0]["coding"].append(coding(SNOMED, _FOLLOW_UP))
    return written


def _encounter(story: Story, key: str, who: Doctor, start: datetime, plan: Plan) -> dict[str, Any]:
    department = who.department
    title = plan.title or _title(plan.kind, department.name)
    codes = [coding(SNOMED, plan.code)] if plan.code else []
    period = {"start": start.isoformat()}
    end = plan.end or start + timedelta(minutes=plan.minutes)
    status = plan.status if story.over(end) else "in-progress"
    if status == "finished" and not plan.open_end:
        period["end"] = end.isoformat()
    content: dict[str, Any] = {
        "identifier": [{"system": story.hospital.system("visit"), "value": key}],
        "status": status,
        "class": coding(f"{TERMINOLOGY}/v3-ActCode", plan.kind, _CLASSES[plan.kind]),
        "type": [concept(title, coding(f"{LOCAL}/visit", f"{department.key}-{plan.kind.lower()}"), *codes)],
        "serviceType": concept(department.name, coding(f"{LOCAL}/department", department.key)),
        "subject": story.person.reference,
        "participant": [
            {
                "type": [{"coding": [coding(f"{TERMINOLOGY}/v3-ParticipationType", "ATND")]}],
                "individual": who.reference,
            }
        ],
        "period": period,
        "reasonCode": [concept(plan.reason)],
        "serviceProvider": department.reference,
    }
    return content


def _title(kind: str, department: Text) -> Text:
    if kind == "IMP":
        return (f"{department[0]}住院", f"{department[1]}, inpatient")
    if kind == "VR":
        return (f"{department[0]}线上复诊", f"{department[1]}, online follow-up")
    if department == DEPARTMENTS["emergency"].name:
        return ("急诊", "Emergency visit")
    if department[0].endswith(("门诊", "部", "中心")):
        return department
    return (f"{department[0]}门诊", f"{department[1]} clinic")


def _diagnosis(story: Story, written: Visit, name: str) -> str:
    text, code = DIAGNOSES[name]
    key = story.key("diagnosis", written.day, name)
    story.add(
        "Condition",
        key,
        written.start,
        {
            **_status("active"),
            "category": [{"coding": [coding(f"{TERMINOLOGY}/condition-category", "encounter-diagnosis")]}],
            "code": concept(text, coding(ICD10, code, text)),
            **story.about(written),
            "recordedDate": written.start.isoformat(),
            "recorder": written.doctor.reference,
        },
    )
    return key


def _status(code: str) -> dict[str, Any]:
    return {
        "clinicalStatus": {"coding": [coding(f"{TERMINOLOGY}/condition-clinical", code)]},
        "verificationStatus": {"coding": [coding(f"{TERMINOLOGY}/condition-ver-status", "confirmed")]},
    }


def note(story: Story, written: Visit, title: Text, text: Text, *, code: str = "34117-2", hours: float = 0.5) -> None:
    """Writes a note; LOINC document types make it one (34117-2 history and examination)."""
    when = written.start + timedelta(hours=hours)
    if not story.over(when):
        return
    story.add(
        "DiagnosticReport",
        story.key("note", when.date(), written.department.key),
        when,
        {
            "status": "final",
            "category": [concept(title, coding(LOINC, code))],
            "code": concept(title, coding(LOINC, code)),
            **story.about(written),
            "effectiveDateTime": when.isoformat(),
            "issued": when.isoformat(),
            "performer": [written.doctor.reference],
            **said("conclusion", text),
        },
    )


def measure(story: Story, written: Visit, **values: str | Decimal) -> None:
    """Writes vital signs; `systolic` and `diastolic` together make one blood pressure."""
    values = {key.replace("_", "-"): value for key, value in values.items()}
    if "systolic" in values:
        _blood_pressure(story, written, {key: values.pop(key) for key in ("systolic", "diastolic")})
    for key, value in values.items():
        analyte = ANALYTES[key]
        content = {
            "code": concept(analyte.name, coding(LOINC, analyte.loinc)),
            **_measured(story, key, value),
        }
        _sign(story, written, key, content)


def state(story: Story, written: Visit, key: str, name: Text, answer: Text) -> None:
    """Writes a measure answered in words, such as eyesight."""
    content = {"code": concept(name, coding(f"{LOCAL}/measure", key)), **said("valueString", answer)}
    _sign(story, written, key, content)


def _blood_pressure(story: Story, written: Visit, values: dict[str, str | Decimal]) -> None:
    parts = [
        {
            "code": concept(ANALYTES[key].name, coding(LOINC, ANALYTES[key].loinc)),
            **_measured(story, key, value),
        }
        for key, value in values.items()
    ]
    content = {"code": concept(("血压", "Blood pressure"), coding(LOINC, "85354-9")), "component": parts}
    _sign(story, written, "blood-pressure", content)


def _measured(story: Story, key: str, value: str | Decimal) -> dict[str, Any]:
    analyte = ANALYTES[key]
    return {
        "valueQuantity": quantity(value, analyte.unit),
        **interpretation(analyte.flag(Decimal(value), story.group)),
        **reference_range(analyte.range_for(story.group), analyte.unit),
    }


def _sign(story: Story, written: Visit, key: str, content: dict[str, Any]) -> None:
    vital = concept(("生命体征", "Vital signs"), coding(f"{TERMINOLOGY}/observation-category", "vital-signs"))
    story.add(
        "Observation",
        story.key("sign", written.day, key),
        written.start,
        {
            "status": "final",
            "category": [vital],
            **story.about(written),
            "effectiveDateTime": written.start.isoformat(),
            "performer": [written.department.reference],
            **content,
        },
    )


def problem(story: Story, name: str, onset: date) -> None:
    """Writes an entry of the problem list, which belongs to no visit."""
    text, code = DIAGNOSES[name]
    category = coding(f"{TERMINOLOGY}/condition-category", "problem-list-item")
    story.add(
        "Condition",
        story.key("problem", onset, name),
        instant(onset, "10:00"),
        {
            **_status("active"),
            "category": [{"coding": [category]}],
            "code": concept(text, coding(ICD10, code, text)),
            "subject": story.person.reference,
            "onsetDateTime": f"{onset:%Y-%m}",
            "recordedDate": f"{onset:%Y-%m-%d}",
        },
    )


def allergy(story: Story, day: date, substance: Text, codes: tuple[str, str], reaction: Text) -> None:
    """Writes an allergy to a medicine; the codes are SNOMED CT and ATC."""
    confirmed = coding(f"{TERMINOLOGY}/allergyintolerance-verification", "confirmed")
    story.add(
        "AllergyIntolerance",
        story.key("allergy", day, codes[1].lower()),
        instant(day, "09:00"),
        {
            "clinicalStatus": {"coding": [coding(f"{TERMINOLOGY}/allergyintolerance-clinical", "active")]},
            "verificationStatus": {"coding": [confirmed]},
            "type": "allergy",
            "category": ["medication"],
            "criticality": "high",
            "code": concept(substance, coding(SNOMED, codes[0]), coding(ATC, codes[1])),
            "patient": story.person.reference,
            "recordedDate": f"{day:%Y-%m-%d}",
            "reaction": [{"manifestation": [concept(reaction)], "severity": "moderate"}],
        },
    )
