"""任国华: haemodialysis three times a week since 2013; more than three thousand entries."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from health_cloud.demo.chance import near, working_day
from health_cloud.demo.examinations import Finding, examine, image
from health_cloud.demo.laboratory import Order, report
from health_cloud.demo.people import Person
from health_cloud.demo.pharmacy import prescribe
from health_cloud.demo.script import Script, play, read
from health_cloud.demo.story import Story, Visit
from health_cloud.demo.visits import Plan, follow_up, measure, problem, visit

FIRST = date(2013, 5, 6)
_SESSIONS = (0, 2, 4)
"""Monday, Wednesday, Friday."""
_REVIEWS = (2, 5, 8, 11)
_YEARLY = 5
_HOLIDAY = date(2021, 2, 17)
"""After the long holiday: dates and nuts, and a potassium of 6.6."""
_DRY = 63.5
_LARGER = date(2018, 3, 1)
"""A larger dialyser since this day, and with it a larger dose."""


def person(seed: int) -> Person:
    """Returns who he is."""
    return Person("ren", ("任", "Ren"), ("国华", "Guohua"), "male", date(1966, 4, 5), seed)


def tell(seed: int, today: date) -> Story:
    """Writes his life down."""
    story, script = Story(person(seed), today), read("ren")
    for name in ("kidney-failure", "renal-anaemia", "hypertension"):
        problem(story, name, date(2013, 4, 22))
    problem(story, "hyperparathyroidism", date(2016, 8, 15))
    month = 0
    for day in _days(today):
        seen = _session(story, script, day, monthly=day.month != month)
        if day.month != month:
            month = day.month
            _month(story, script, seen)
    play(story, script)
    return story


def _days(today: date) -> Iterator[date]:
    day = FIRST
    while day < today:
        if day.weekday() in _SESSIONS:
            yield day
        day += timedelta(days=1)


def _session(story: Story, script: Script, day: date, *, monthly: bool) -> Visit:
    title, reason = script.text("session"), script.text("reason")
    plan = Plan(reason, ("kidney-failure",) if monthly else (), title=title, minutes=250)
    return visit(story, day, "07:30", "kong-lin", plan)


def _month(story: Story, script: Script, seen: Visit) -> None:
    """Write what is done at the first session of a month: weighing, blood before dialysis, medicines, review."""
    random = story.chance(seen.key, "month")
    before = near(random, _DRY + 2.4, 0.4, 1)
    measure(story, seen, weight=before, systolic=near(random, 146, 6, 0), diastolic=near(random, 82, 4, 0))
    _bloods(story, script, seen)
    prescribe(story, seen, ("epoetin", "sevelamer", "calcitriol"), reason="kidney-failure")
    if seen.day.month in _REVIEWS:
        _review(story, script, seen.day)


def _bloods(story: Story, script: Script, seen: Visit) -> None:
    random = story.chance(seen.key, "bloods")
    years = (seen.day - FIRST).days / 365.25
    holiday = seen.day.year == _HOLIDAY.year and seen.day.month == _HOLIDAY.month
    haemoglobin = near(random, min(108.0, 86.0 + 14 * years), 3, 0)
    count = {
        "wbc": str(near(random, 6.2, 0.5, 2)),
        "hemoglobin": str(haemoglobin),
        "hematocrit": str(near(random, float(haemoglobin) * 0.305, 0.3, 1)),
        "platelets": str(near(random, 186, 14, 0)),
    }
    report(story, seen, Order("blood-count", count, hours=3))
    chemistry = {
        "potassium": "6.6" if holiday else str(near(random, 5.0, 0.3, 1)),
        "calcium": str(near(random, 2.24, 0.06, 2)),
        "phosphate": str(near(random, 1.85 if years < 4 else 1.62, 0.14, 2)),  # noqa: PLR2004  # sevelamer works
        "urea": str(near(random, 23.5, 1.6, 1)),
        "albumin": str(near(random, 39.6, 0.9, 1)),
    }
    told = {"potassium": script.text("critical")} if holiday else {}
    report(story, seen, Order("dialysis", chemistry, hours=4, notes=told))
    if seen.day.month in _REVIEWS:
        dose = near(random, 1.40 if seen.day >= _LARGER else 1.34, 0.04, 2)
        report(story, seen, Order("dialysis-dose", {"kt-v": str(dose)}, hours=8))
        hormone = near(random, 420 if years < 5 else 290, 28, 0)  # noqa: PLR2004  # calcitriol works
        iron = {"pth": str(hormone), "ferritin": str(near(random, 310, 35, 0))}
        report(story, seen, Order("bone-iron", iron, hours=26))


def _review(story: Story, script: Script, day: date) -> None:
    later = working_day(day + timedelta(days=8))
    later += timedelta(days=later.weekday() in _SESSIONS)
    if later >= story.today:
        return
    plan = Plan(script.text("review-reason"), ("kidney-failure", "renal-anaemia"), script.text("review-note"))
    seen = follow_up(story, later, "14:00", "bai-lu", plan)
    pressure = near(story.chance(seen.key, "pressure"), 138, 4, 0)
    measure(story, seen, weight=Decimal(str(_DRY)), systolic=pressure, diastolic="80")
    if day.month == _YEARLY:
        heart = (script.text("heart-findings"), script.text("heart-impression"))
        examine(story, seen, Finding("heart", *heart, clock="15:00", hours=1))
        chest = (script.text("chest-findings"), script.text("chest-impression"))
        image(story, seen, Finding("chest-x-ray", *chest, clock="15:40", hours=1))
