"""李沐阳: a child who is growing up, with every vaccination."""

from datetime import date, timedelta
from decimal import Decimal

from health_cloud.demo.bodies import bmi
from health_cloud.demo.chance import working_day
from health_cloud.demo.immunizations import PROGRAMME, vaccinate
from health_cloud.demo.laboratory import Order, report
from health_cloud.demo.panels import panel
from health_cloud.demo.people import Person
from health_cloud.demo.script import Script, play, read
from health_cloud.demo.story import Story
from health_cloud.demo.visits import Plan, check_up, measure, note, visit

_MONTH = 30.44
_GROWTH = (
    (12, "76.5", "10.2"),
    (24, "88.2", "12.9"),
    (36, "96.8", "14.9"),
    (48, "104.1", "16.8"),
    (60, "111.0", "18.7"),
    (72, "117.6", "21.2"),
)
"""Age in months, height in cm and weight in kg, near the median (WHO 2006)."""
_OLD_ENOUGH = 24
"""Months from which the ranges of children of 2 to 11 apply to blood taken."""


def person(seed: int) -> Person:
    """Returns who he is."""
    return Person("li", ("李", "Li"), ("沐阳", "Muyang"), "male", date(2020, 5, 16), seed)


def tell(seed: int, today: date) -> Story:
    """Writes his life down."""
    story, script = Story(person(seed), today), read("li")
    for months, doses in PROGRAMME:
        day = _day(story, months, 3)
        if day < today:
            plan = Plan(script.text("vaccination"), ("immunization",), minutes=30)
            seen = visit(story, day, "14:00", "ding-mei", plan)
            for vaccine, dose in doses:
                vaccinate(story, seen, vaccine, dose)
    for months, height, weight in _GROWTH:
        if _day(story, months, 12) < today:
            _check(story, script, months, height, weight)
    play(story, script)
    return story


def _day(story: Story, months: int, later: int) -> date:
    return working_day(story.person.birth + timedelta(days=round(months * _MONTH) + later))


def _check(story: Story, script: Script, months: int, height: str, weight: str) -> None:
    day = _day(story, months, 12)
    years = months // 12
    title = (f"{years} 岁儿童健康检查", f"Child health check at {years}")
    seen = check_up(story, day, title, script.text("reason"), doctor="fang-qing")
    measure(story, seen, height=height, weight=weight, bmi=bmi(Decimal(height), Decimal(weight)))
    if months >= _OLD_ENOUGH:
        moved = {"hemoglobin": 125.0, "rbc": 4.6, "hematocrit": 37.5, "mcv": 82.0, "platelets": 290.0, "wbc": 7.6}
        shares = {"neutrophils": 46.0, "lymphocytes": 44.0}
        values = panel(story, seen, "blood-count", **moved, **shares)
        report(story, seen, Order("blood-count", values, clock="08:30", hours=2))
    conclusion = script.text("conclusion", height=height, weight=weight)
    note(story, seen, ("健康检查结论", "Conclusion"), conclusion, code="51847-2", hours=1)
