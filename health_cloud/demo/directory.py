"""The invented hospital: two campuses, departments and practitioners."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from health_cloud.demo.fhir import (
    LOCAL,
    SNOMED,
    TERMINOLOGY,
    Resource,
    Text,
    coding,
    concept,
    human_name,
    reference,
    said,
)

HOSPITAL: Text = ("松云医院", "Songyun Hospital")
EAST: Text = ("松云医院东院", "Songyun Hospital, East Campus")
WEST: Text = ("松云医院西院", "Songyun Hospital, West Campus")


@dataclass(frozen=True, slots=True)
class Department:
    """A department of one campus; a sensitive one is never a verification question."""

    key: str
    name: Text
    campus: str
    specialty: str = ""
    sensitive: bool = False

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to the department as organization."""
        return reference("Organization", f"songyun-{self.key}", self.name)


@dataclass(frozen=True, slots=True)
class Doctor:
    """A practitioner with one role."""

    key: str
    family: Text
    given: Text
    department: Department
    title: Text
    gender: str

    @property
    def name(self) -> Text:
        """The whole name, family name first."""
        return (self.family[0] + self.given[0], f"{self.family[1]} {self.given[1]}")

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to the practitioner."""
        return reference("Practitioner", f"songyun-{self.key}", self.name)


def _department(line: str) -> Department:
    key, chinese, english, campus, specialty, *sensitive = (part.strip() for part in line.split("|"))
    return Department(key, (chinese, english), campus, specialty, bool(sensitive))


DEPARTMENTS = {
    each.key: each
    for each in map(
        _department,
        (
            "endocrinology|内分泌科|Endocrinology|east|394583002",
            "ophthalmology|眼科|Ophthalmology|east|394594003",
            "gastroenterology|消化内科|Gastroenterology|east|394584008",
            "respiratory|呼吸与危重症医学科|Respiratory and Critical Care Medicine|east|418112009",
            "cardiology|心血管内科|Cardiology|east|394579002",
            "neurology|神经内科|Neurology|east|394591006",
            "urology|泌尿外科|Urology|east|394612005",
            "nephrology|肾内科|Nephrology|east|394589003",
            "orthopaedics|骨科|Orthopaedics|west|394801008",
            "dermatology|皮肤科|Dermatology|west|394582007",
            "emergency|急诊科|Emergency Department|east|773568002",
            "paediatrics|儿科|Paediatrics|west|394537008",
            "psychiatry|精神心理科|Psychiatry and Psychology|west|394587001|sensitive",
            "check-up|体检中心|Health Check-up Centre|west|408443003",
            "international|国际医疗部|International Medical Department|west|408443003",
            "vaccination|预防接种门诊|Vaccination Clinic|west|409968004",
            "laboratory|检验科|Laboratory Medicine|east|394915009",
            "radiology|放射科|Radiology|east|394914008",
            "ultrasound|超声科|Ultrasound|east|394914008",
            "endoscopy|内镜中心|Endoscopy Centre|east|394584008",
            "pathology|病理科|Pathology|east|394915009",
            "pharmacy|药剂科|Pharmacy|east|",
        ),
    )
}
"""Specialties are SNOMED CT codes."""


def _doctor(line: str) -> Doctor:
    key, family, given, latin_family, latin_given, department, chinese, english, gender = line.split("|")
    names = ((family, latin_family), (given, latin_given))
    return Doctor(key, *names, DEPARTMENTS[department], (chinese, english), gender)


DOCTORS = {
    each.key: each
    for each in map(
        _doctor,
        (
            "chen-liyan|陈|立言|Chen|Liyan|endocrinology|主任医师|Chief physician|male",
            "wang-ruoxi|王|若溪|Wang|Ruoxi|endocrinology|副主任医师|Associate chief physician|female",
            "zhao-qiming|赵|启明|Zhao|Qiming|ophthalmology|主任医师|Chief physician|male",
            "zhou-qihang|周|启航|Zhou|Qihang|gastroenterology|副主任医师|Associate chief physician|male",
            "han-xue|韩|雪|Han|Xue|respiratory|主任医师|Chief physician|female",
            "ma-xiaodong|马|晓东|Ma|Xiaodong|cardiology|主任医师|Chief physician|male",
            "lu-yao|陆|遥|Lu|Yao|neurology|副主任医师|Associate chief physician|female",
            "zheng-nan|郑|楠|Zheng|Nan|urology|副主任医师|Associate chief physician|male",
            "bai-lu|白|露|Bai|Lu|nephrology|主任医师|Chief physician|female",
            "liang-jianguo|梁|建国|Liang|Jianguo|orthopaedics|主任医师|Chief physician|male",
            "tang-yue|唐|悦|Tang|Yue|dermatology|主治医师|Attending physician|female",
            "gao-yuan|高|远|Gao|Yuan|emergency|主治医师|Attending physician|male",
            "fang-qing|方|晴|Fang|Qing|paediatrics|副主任医师|Associate chief physician|female",
            "su-wan|苏|婉|Su|Wan|psychiatry|副主任医师|Associate chief physician|female",
            "luo-jing|罗|静|Luo|Jing|check-up|主治医师|Attending physician|female",
            "shen-yiming|沈|一鸣|Shen|Yiming|international|主任医师|Chief physician|male",
            "ding-mei|丁|梅|Ding|Mei|vaccination|主管护师|Senior nurse|female",
            "xu-wenjing|许|文静|Xu|Wenjing|laboratory|主任技师|Chief technologist|female",
            "gu-qing|顾|清|Gu|Qing|radiology|副主任医师|Associate chief physician|male",
            "jiang-yifan|江|一帆|Jiang|Yifan|ultrasound|主治医师|Attending physician|male",
            "he-siyuan|何|思远|He|Siyuan|pathology|主任医师|Chief physician|male",
        ),
    )
}

SENSITIVE_DEPARTMENTS = frozenset(each.key for each in DEPARTMENTS.values() if each.sensitive)


def resources() -> Iterator[Resource]:
    """Yields the hospital, its campuses and departments, its practitioners and their roles."""
    yield _organization("songyun", HOSPITAL, "prov", "")
    yield _organization("songyun-east", EAST, "prov", "songyun")
    yield _organization("songyun-west", WEST, "prov", "songyun")
    for department in DEPARTMENTS.values():
        name = f"songyun-{department.key}"
        yield _organization(name, department.name, "dept", f"songyun-{department.campus}")
    for doctor in DOCTORS.values():
        yield _practitioner(doctor)
        yield _role(doctor)


def _organization(key: str, name: Text, kind: str, parent: str) -> Resource:
    words = {"prov": ("医疗机构", "Healthcare Provider"), "dept": ("科室", "Hospital Department")}[kind]
    return {
        "resourceType": "Organization",
        "id": key,
        "language": "zh-CN",
        "active": True,
        "type": [concept(words, coding(f"{TERMINOLOGY}/organization-type", kind))],
        **said("name", name),
        **({"partOf": reference("Organization", parent)} if parent else {}),
    }


def _practitioner(doctor: Doctor) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": f"songyun-{doctor.key}",
        "language": "zh-CN",
        "identifier": [{"system": "https://fhir.songyun.example/sid/staff", "value": doctor.key}],
        "active": True,
        "name": human_name(doctor.family, doctor.given),
        "gender": doctor.gender,
        "qualification": [{"code": concept(doctor.title)}],
    }


def _role(doctor: Doctor) -> Resource:
    department = doctor.department
    codes = [coding(SNOMED, department.specialty)] if department.specialty else []
    return {
        "resourceType": "PractitionerRole",
        "id": f"songyun-{doctor.key}",
        "language": "zh-CN",
        "active": True,
        "practitioner": doctor.reference,
        "organization": department.reference,
        "code": [concept(doctor.title, coding(f"{LOCAL}/title", doctor.title[1].lower().replace(" ", "-")))],
        "specialty": [concept(department.name, *codes)],
    }
