"""Panels with plausible values: each draws around what is usual, moved by what the life says."""

from decimal import Decimal
from random import Random

from health_cloud.demo.analytes import ANALYTES
from health_cloud.demo.bodies import age, egfr, total_cholesterol
from health_cloud.demo.chance import near
from health_cloud.demo.story import Story, Visit

_USUAL: dict[str, tuple[float, float]] = {
    "glucose": (5.1, 0.25),
    "urea": (5.2, 0.6),
    "uric-acid": (300, 22),
    "potassium": (4.3, 0.18),
    "sodium": (141, 1.3),
    "chloride": (103, 1.3),
    "calcium": (2.30, 0.04),
    "alt": (22, 4),
    "ast": (22, 3),
    "ggt": (24, 5),
    "alp": (76, 9),
    "bilirubin": (11.5, 2),
    "albumin": (45.5, 1.4),
    "creatinine": (66, 3),
    "wbc": (6.1, 0.6),
    "rbc": (4.6, 0.12),
    "hemoglobin": (138, 3),
    "hematocrit": (42.5, 0.8),
    "mcv": (90.5, 1.4),
    "platelets": (226, 18),
    "neutrophils": (58, 4),
    "lymphocytes": (32, 3),
    "triglyceride": (1.25, 0.14),
    "hdl": (1.32, 0.05),
    "ldl": (2.6, 0.15),
    "crp": (2.1, 0.8),
    "tsh": (2.1, 0.4),
    "ft4": (16.2, 0.9),
    "urine-ph": (6.0, 0.3),
    "urine-gravity": (1.016, 0.003),
    "nt-probnp": (110, 30),
    "cea": (1.9, 0.4),
    "ferritin": (90, 15),
    "inr": (1.00, 0.04),
    "waist": (80, 1),
    "pulse": (73, 4),
    "systolic": (122, 5),
    "diastolic": (77, 4),
    "breathing": (16, 1),
    "saturation": (98, 0.5),
    "temperature": (36.5, 0.15),
}
_CONTENT = {
    "kidney": ("creatinine", "urea", "uric-acid", "potassium", "sodium", "chloride", "calcium"),
    "liver": ("alt", "ast", "ggt", "alp", "bilirubin", "albumin"),
    "blood-count": (
        "wbc",
        "neutrophils",
        "lymphocytes",
        "rbc",
        "hemoglobin",
        "hematocrit",
        "mcv",
        "platelets",
    ),
    "thyroid": ("tsh", "ft4"),
}


def draw(random: Random, key: str, moved: dict[str, float]) -> str:
    """Draws one value as it is printed, around the usual or around what `moved` says."""
    middle, spread = _USUAL[key]
    return str(near(random, moved.get(key, middle), spread, ANALYTES[key].places))


def panel(story: Story, visit: Visit, name: str, **moved: float) -> dict[str, str]:
    """Returns the values of a panel: kidney, liver, blood-count or thyroid."""
    random = story.chance(visit.key, name)
    moved = {key.replace("_", "-"): value for key, value in moved.items()}
    values = {key: draw(random, key, moved) for key in _CONTENT[name]}
    if name == "kidney":
        values["egfr"] = _egfr(story, visit, values["creatinine"])
    return values


def lipids(story: Story, visit: Visit, **moved: float) -> dict[str, str]:
    """Returns four lipids whose total is the sum of its parts."""
    random = story.chance(visit.key, "lipids")
    values = {key: draw(random, key, moved) for key in ("triglyceride", "hdl", "ldl")}
    total = total_cholesterol(*(Decimal(values[key]) for key in ("hdl", "ldl", "triglyceride")))
    return {
        "ldl": values["ldl"],
        "cholesterol": total,
        "triglyceride": values["triglyceride"],
        "hdl": values["hdl"],
    }


def biochemistry(story: Story, visit: Visit, **moved: float) -> dict[str, str]:
    """Returns the whole profile: glucose, liver, kidney, lipids."""
    random = story.chance(visit.key, "biochemistry")
    whole = {"glucose": draw(random, "glucose", moved)}
    return (
        whole
        | panel(story, visit, "liver", **moved)
        | panel(story, visit, "kidney", **moved)
        | lipids(story, visit, **moved)
    )


def urinalysis(story: Story, visit: Visit, **words: str) -> dict[str, str]:
    """Returns a urinalysis; words tell what is not negative."""
    random = story.chance(visit.key, "urinalysis")
    values = {key: draw(random, key, {}) for key in ("urine-ph", "urine-gravity")}
    for key in ("protein", "glucose", "ketones", "blood", "leukocytes", "nitrite"):
        values[f"urine-{key}"] = words.get(key, "negative")
    return values


def _egfr(story: Story, visit: Visit, creatinine: str) -> str:
    return egfr(Decimal(creatinine), age(story.person.birth, visit.day), story.person.gender)
