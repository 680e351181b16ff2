"""Vaccinations: given at a visit to the vaccination clinic, by China's programme or at the family's wish."""

from dataclasses import dataclass

from health_cloud.demo.fhir import LOCAL, Text, coding, concept
from health_cloud.demo.story import Story, Visit

CVX = "http://hl7.org/fhir/sid/cvx"


@dataclass(frozen=True, slots=True)
class Vaccine:
    """Name and CVX code; products that CVX does not list have the hospital's code alone."""

    key: str
    name: Text
    cvx: str = ""


VACCINES = {
    each.key: each
    for each in (
        Vaccine("hepatitis-b", ("乙肝疫苗", "Hepatitis B vaccine"), "08"),
        Vaccine("bcg", ("卡介苗", "BCG"), "19"),
        Vaccine("ipv", ("脊灰灭活疫苗", "Inactivated polio vaccine"), "10"),
        Vaccine("bopv", ("二价脊灰减毒活疫苗", "Bivalent oral polio vaccine"), "178"),
        Vaccine("dtap", ("百白破疫苗", "DTaP"), "20"),
        Vaccine("mmr", ("麻腮风疫苗", "MMR"), "03"),
        Vaccine("encephalitis", ("乙脑减毒活疫苗", "Japanese encephalitis vaccine, live"), ""),
        Vaccine("mena", ("A 群流脑多糖疫苗", "Meningococcal A polysaccharide vaccine"), ""),
        Vaccine("menac", ("A 群 C 群流脑多糖疫苗", "Meningococcal A and C polysaccharide vaccine"), ""),
        Vaccine("hepatitis-a", ("甲肝疫苗", "Hepatitis A vaccine"), "83"),
        Vaccine("varicella", ("水痘疫苗", "Varicella vaccine"), "21"),
        Vaccine("dt", ("白破疫苗", "DT"), "28"),
    )
}

PROGRAMME = (
    (1, (("hepatitis-b", 2),)),
    (2, (("ipv", 1),)),
    (3, (("ipv", 2), ("dtap", 1))),
    (4, (("bopv", 3), ("dtap", 2))),
    (5, (("dtap", 3),)),
    (6, (("hepatitis-b", 3), ("mena", 1))),
    (8, (("mmr", 1), ("encephalitis", 1))),
    (9, (("mena", 2),)),
    (12, (("varicella", 1),)),
    (18, (("dtap", 4), ("mmr", 2), ("hepatitis-a", 1))),
    (24, (("encephalitis", 2),)),
    (36, (("menac", 1),)),
    (48, (("bopv", 4), ("varicella", 2))),
    (72, (("dt", 1), ("menac", 2))),
)
"""Age in months, and which dose of which vaccine is given then (national programme of 2021, and varicella)."""


def vaccinate(story: Story, visit: Visit, vaccine: str, dose: int) -> None:
    """Writes one vaccination."""
    what = VACCINES[vaccine]
    codes = [coding(CVX, what.cvx)] if what.cvx else []
    story.add(
        "Immunization",
        story.key("vaccine", visit.day, vaccine),
        visit.start,
        {
            "status": "completed",
            "vaccineCode": concept(what.name, *codes, coding(f"{LOCAL}/vaccine", vaccine, what.name)),
            "patient": story.person.reference,
            "encounter": visit.reference,
            "occurrenceDateTime": visit.start.isoformat(),
            "primarySource": True,
            "lotNumber": f"DEMO{story.chance(visit.key, vaccine).randrange(10**6):06d}",
            "performer": [{"actor": visit.doctor.reference}],
            "protocolApplied": [{"doseNumberPositiveInt": dose}],
        },
    )
