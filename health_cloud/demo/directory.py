"""The invented hospitals, departments and practitioners: one with two campuses, and a small one elsewhere."""

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


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital: the code under which it is imported, and what it is called."""

    code: str
    name: Text
    campuses: tuple[tuple[str, Text], ...] = ()
    reviewer: str = ""
    """Who reviews the laboratory's reports."""

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to the hospital as organization."""
        return reference("Organization", self.code)

    def department(self, key: str) -> "Department":
        """Returns one of its departments."""
        return DEPARTMENTS[_place(self.code, key)]

    def system(self, name: str) -> str:
        """Returns the name of one of its own systems of numbers."""
        return f"https://fhir.{self.code}.example/sid/{name}"


SONGYUN = Hospital(
    "songyun",
    ("松云医院", "Songyun Hospital"),
    (
        ("east", ("松云医院东院", "Songyun Hospital, East Campus")),
        ("west", ("松云医院西院", "Songyun Hospital, West Campus")),
    ),
    "xu-wenjing",
)
MINGHU = Hospital("minghu", ("明湖县医院", "Minghu County Hospital"), reviewer="kang-ning")
HOSPITALS = {each.code: each for each in (MINGHU, SONGYUN)}
"""In the order of import: the first hospital last, so that it is asked about whichever card somebody shows."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department of one campus; a sensitive one is never a verification question."""

    key: str
    name: Text
    campus: str
    specialty: str = ""
    sensitive: bool = False
    hospital: str = SONGYUN.code

    @property
    def id(self) -> str:
        """Its id in the hospital's feed."""
        return f"{self.hospital}-{self.key}"

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to the department as organization."""
        return reference("Organization", self.id, self.name)


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
    def id(self) -> str:
        """Their id in the hospital's feed."""
        return f"{self.department.hospital}-{self.key}"

    @property
    def reference(self) -> dict[str, Any]:
        """A reference to the practitioner."""
        return reference("Practitioner", self.id, self.name)


def _place(hospital: str, key: str) -> str:
    return key if hospital == SONGYUN.code else f"{hospital}/{key}"


def _department(line: str) -> Department:
    place, chinese, english, campus, specialty, *sensitive = (part.strip() for part in line.split("|"))
    hospital, _, key = place.rpartition("/")
    return Department(key, (chinese, english), campus, specialty, bool(sensitive), hospital or SONGYUN.code)


DEPARTMENTS = {
    _place(each.hospital, each.key): each
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
            "obstetrics|产科|Obstetrics|west|408470005",
            "surgery|普通外科|General Surgery|east|394609007",
            "oncology|肿瘤内科|Medical Oncology|east|394593009",
            "dialysis|血液净化中心|Blood Purification Centre|east|394589003",
            "minghu/cardiology|心血管内科|Cardiology||394579002",
            "minghu/medicine|普通内科|General Medicine||419192003",
            "minghu/emergency|急诊科|Emergency Department||773568002",
            "minghu/rehabilitation|康复科|Rehabilitation||394602003",
            "minghu/tcm|中医科|Traditional Chinese Medicine||",
            "minghu/ophthalmology|眼科|Ophthalmology||394594003",
            "minghu/laboratory|检验科|Laboratory Medicine||394915009",
            "minghu/radiology|放射科|Radiology||394914008",
            "minghu/pharmacy|药剂科|Pharmacy||",
        ),
    )
}
"""By key, those of another hospital than the first by its code too. Specialties are SNOMED CT codes."""


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
            "feng-ya|冯|雅|Feng|Ya|obstetrics|副主任医师|Associate chief physician|female",
            "yan-song|严|松|Yan|Song|surgery|主任医师|Chief physician|male",
            "ye-lan|叶|岚|Ye|Lan|oncology|主任医师|Chief physician|female",
            "kong-lin|孔|林|Kong|Lin|dialysis|主治医师|Attending physician|male",
            "du-heng|杜|衡|Du|Heng|minghu/cardiology|主任医师|Chief physician|male",
            "fan-rong|范|蓉|Fan|Rong|minghu/medicine|主治医师|Attending physician|female",
            "shi-lei|石|磊|Shi|Lei|minghu/emergency|主治医师|Attending physician|male",
            "yuan-qin|袁|琴|Yuan|Qin|minghu/rehabilitation|主治医师|Attending physician|female",
            "gu-yuntao|顾|云涛|Gu|Yuntao|minghu/tcm|副主任医师|Associate chief physician|male",
            "mei-fang|梅|芳|Mei|Fang|minghu/ophthalmology|主治医师|Attending physician|female",
            "kang-ning|康|宁|Kang|Ning|minghu/laboratory|主管技师|Senior technologist|male",
            "lei-ming|雷|鸣|Lei|Ming|minghu/radiology|副主任医师|Associate chief physician|male",
        ),
    )
}

SENSITIVE_DEPARTMENTS = frozenset(each.key for each in DEPARTMENTS.values() if each.sensitive)


def resources(hospital: Hospital = SONGYUN) -> Iterator[Resource]:
    """Yields a hospital, its campuses and departments, its practitioners and their roles."""
    yield _organization(hospital.code, hospital.name, "prov", "")
    for campus, name in hospital.campuses:
        yield _organization(f"{hospital.code}-{campus}", name, "prov", hospital.code)
    for department in DEPARTMENTS.values():
        if department.hospital == hospital.code:
            above = f"{hospital.code}-{department.campus}" if department.campus else hospital.code
            yield _organization(department.id, department.name, "dept", above)
    for doctor in DOCTORS.values():
        if doctor.department.hospital == hospital.code:
            yield _practitioner(doctor, hospital)
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


def _practitioner(doctor: Doctor, hospital: Hospital) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": doctor.id,
        "language": "zh-CN",
        "identifier": [{"system": hospital.system("staff"), "value": doctor.key}],
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
        "id": doctor.id,
        "language": "zh-CN",
        "active": True,
        "practitioner": doctor.reference,
        "organization": department.reference,
        "code": [concept(doctor.title, coding(f"{LOCAL}/title", doctor.title[1].lower().replace(" ", "-")))],
        "specialty": [concept(department.name, *codes)],
    }
