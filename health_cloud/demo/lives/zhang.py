"""张雨桐: a check-up every year, and visits that are nobody's business."""

from datetime import date
from decimal import Decimal

from health_cloud.demo.bodies import bmi
from health_cloud.demo.chance import near, working_day
from health_cloud.demo.examinations import Finding, examine, image
from health_cloud.demo.fhir import Text
from health_cloud.demo.laboratory import Order, report
from health_cloud.demo.panels import biochemistry, panel, urinalysis
from health_cloud.demo.people import Person
from health_cloud.demo.script import Script, play, read
from health_cloud.demo.story import Story, Visit
from health_cloud.demo.visits import check_up, measure, note, state

FIRST = 2017
NODULE = 2023
"""The year the thyroid nodule was first seen."""
HEAVY = 2025
"""From this year on weight, waist and liver are above their ranges."""

_HEIGHT = Decimal("158.0")
_WEIGHT = {
    2017: "52.1",
    2018: "52.8",
    2019: "53.4",
    2020: "55.9",
    2021: "56.2",
    2022: "56.0",
    2023: "57.3",
    2024: "58.1",
    2025: "59.8",
    2026: "61.2",
}
_WAIST = {2017: "72", 2018: "72", 2019: "73", 2020: "76", 2021: "77", 2022: "76", 2023: "78", 2024: "80", 2025: "84"}
_PRESSURE = {2024: ("134", "84"), 2025: ("146", "88"), 2026: ("138", "84")}
_RIGHT: Text = ("右眼裸眼视力", "Right eye, uncorrected visual acuity")
_LEFT: Text = ("左眼裸眼视力", "Left eye, uncorrected visual acuity")


def person(seed: int) -> Person:
    """Returns who she is."""
    return Person("zhang", ("张", "Zhang"), ("雨桐", "Yutong"), "female", date(1988, 4, 27), seed)


def tell(seed: int, today: date) -> Story:
    """Writes her life down."""
    story, script = Story(person(seed), today), read("zhang")
    for year in range(FIRST, today.year + 1):
        day = working_day(date(year, 3, 18))
        if day < today:
            _year(story, script, day)
    play(story, script)
    return story


def _year(story: Story, script: Script, day: date) -> None:
    title = (f"{day.year} 年度体检", f"Annual check-up {day.year}")
    seen = check_up(story, day, title, script.text("reason"))
    _body(story, seen)
    heavy, nodule = day.year >= HEAVY, day.year >= NODULE
    moved = {"alt": 52.0, "triglyceride": 1.8, "ldl": 3.3} if heavy else {}
    report(story, seen, Order("biochemistry", biochemistry(story, seen, **moved), clock="08:15", hours=5))
    report(story, seen, Order("blood-count", panel(story, seen, "blood-count"), clock="08:15", hours=3))
    report(story, seen, Order("urinalysis", urinalysis(story, seen), clock="08:25", hours=3))
    report(story, seen, Order("thyroid", panel(story, seen, "thyroid"), clock="08:15", hours=22))
    chest = (script.text("chest-findings"), script.text("chest-impression"))
    image(story, seen, Finding("chest-x-ray", *chest, clock="09:00"))
    size = 3 if day.year == NODULE else 4
    findings = script.text("thyroid-findings", size=size) if nodule else script.text("thyroid-clean")
    impression = script.text("thyroid-impression" if nodule else "thyroid-normal")
    examine(story, seen, Finding("thyroid", findings, impression, clock="09:20"))
    liver = "fatty" if heavy else "abdomen"
    abdomen = (script.text(f"{liver}-findings"), script.text(f"{liver}-impression"))
    examine(story, seen, Finding("abdomen", *abdomen, clock="09:40"))
    conclusion = "heavier" if heavy else "nodule" if day.year == NODULE else "good"
    note(story, seen, ("总检结论", "Conclusion"), script.text(conclusion), code="51847-2", hours=48)


def _body(story: Story, seen: Visit) -> None:
    random = story.chance(seen.key, "body")
    year = seen.day.year
    weight = Decimal(_WEIGHT.get(year, "60.5"))
    drawn = (near(random, 118, 4, 0), near(random, 75, 3, 0))
    systolic, diastolic = _PRESSURE.get(year, drawn)
    measure(
        story,
        seen,
        height=_HEIGHT,
        weight=weight,
        bmi=bmi(_HEIGHT, weight),
        waist=_WAIST.get(year, "86"),
        systolic=systolic,
        diastolic=diastolic,
        pulse=near(random, 72, 3, 0),
    )
    state(story, seen, "acuity-right", _RIGHT, ("0.4", "0.4"))
    state(story, seen, "acuity-left", _LEFT, ("0.5", "0.5"))
