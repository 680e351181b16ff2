"""谢建平: cancer of the colon from the first blood in the stool to two years after the last chemotherapy."""

from collections.abc import Iterator
from datetime import date, timedelta

from health_cloud.demo.chance import near, working_day
from health_cloud.demo.examinations import Finding, image
from health_cloud.demo.fhir import instant
from health_cloud.demo.laboratory import Order, report
from health_cloud.demo.panels import panel
from health_cloud.demo.people import Person
from health_cloud.demo.pharmacy import order_on_ward, prescribe
from health_cloud.demo.script import Script, play, read
from health_cloud.demo.story import Story, Visit
from health_cloud.demo.visits import Plan, allergy, follow_up, measure, problem, visit

FOUND = date(2023, 10, 17)
CYCLES = (
    (date(2023, 12, 4), "6.12", "58.4", "4.62", "33.1"),
    (date(2023, 12, 25), "5.20", "55.0", "3.90", "28.7"),
    (date(2024, 1, 15), "4.11", "51.2", "3.05", "24.0"),
    (date(2024, 2, 19), "4.86", "54.6", "2.71", "21.8"),
    (date(2024, 3, 11), "3.94", "50.3", "2.44", "19.5"),
    (date(2024, 4, 1), "3.62", "48.8", "2.30", "18.2"),
    (date(2024, 4, 22), "3.70", "47.1", "2.18", "17.6"),
    (date(2024, 5, 13), "3.58", "46.9", "2.05", "17.0"),
)
"""Day of each clinic before chemotherapy, white cells, neutrophils, CEA and CA19-9 on it."""
POSTPONED = date(2024, 2, 5)
"""Too few neutrophils: the fourth cycle had to wait."""
LAST = date(2024, 5, 13)
_CLOSELY = 8
"""Reviews at three months' distance; later ones at six."""


def person(seed: int) -> Person:
    """Returns who he is."""
    return Person("xie", ("谢", "Xie"), ("建平", "Jianping"), "male", date(1961, 8, 30), seed)


def tell(seed: int, today: date) -> Story:
    """Writes his life down."""
    story, script = Story(person(seed), today), read("xie")
    if today > FOUND:
        problem(story, "colon-cancer", FOUND)
        allergy(
            story,
            FOUND,
            ("碘海醇（造影剂）", "Iohexol (contrast medium)"),
            ("293637006", "V08AB"),
            ("荨麻疹", "Urticaria"),
        )
    for number, cycle in enumerate(CYCLES, 1):
        if cycle[0] + timedelta(days=1) < today:
            _cycle(story, script, number, cycle)
    if today > POSTPONED:
        _postponed(story, script)
    for number, day in _reviews(story):
        _review(story, script, number, day)
    play(story, script)
    return story


def _cycle(story: Story, script: Script, number: int, cycle: tuple[date, str, str, str, str]) -> None:
    day, white, neutrophils, cea, ca199 = cycle
    reason = script.text("cycle-reason", number=number)
    plan = Plan(reason, ("colon-cancer", "chemotherapy"), script.text("cycle-note", number=number, white=white))
    seen = follow_up(story, day, "08:30", "ye-lan", plan)
    measure(story, seen, weight=near(story.chance(seen.key, "weight"), 66.5, 0.5, 1), systolic="126", diastolic="78")
    _blood(story, seen, {"wbc": white, "neutrophils": neutrophils})
    report(story, seen, Order("liver", panel(story, seen, "liver", alt=30.0, albumin=41.5), clock="08:40", hours=3))
    if number % 2:
        report(story, seen, Order("tumour-two", {"cea": cea, "ca199": ca199}, clock="08:40", hours=26))
    prescribe(story, seen, ("capecitabine", "ondansetron"), reason="colon-cancer")
    stay = Plan(
        reason,
        ("chemotherapy", "colon-cancer"),
        kind="IMP",
        title=script.text("cycle-title", number=number),
        end=instant(day + timedelta(days=2), "10:00"),
    )
    ward = visit(story, day + timedelta(days=1), "09:00", "ye-lan", stay)
    order_on_ward(story, ward, "oxaliplatin", instant(ward.day, "10:30"), "colon-cancer")


def _blood(story: Story, seen: Visit, values: dict[str, str]) -> None:
    drawn = panel(story, seen, "blood-count", hemoglobin=124.0, rbc=4.15, hematocrit=38.0, mcv=91.5, platelets=168.0)
    rest = str(near(story.chance(seen.key, "lymphocytes"), 90 - float(values["neutrophils"]), 0.8, 1))
    report(story, seen, Order("blood-count", {**drawn, "lymphocytes": rest, **values}, clock="08:40", hours=1.5))


def _postponed(story: Story, script: Script) -> None:
    plan = Plan(script.text("cycle-reason", number=4), ("neutropenia", "colon-cancer"), script.text("postponed"))
    seen = follow_up(story, POSTPONED, "08:30", "ye-lan", plan)
    measure(story, seen, temperature="36.8", weight="65.9")
    _blood(story, seen, {"wbc": "2.14", "neutrophils": "38.3"})
    prescribe(story, seen, ("filgrastim",), reason="neutropenia")


def _reviews(story: Story) -> Iterator[tuple[int, date]]:
    day, number = LAST, 0
    while True:
        number += 1
        day = working_day(day + timedelta(days=91 if number <= _CLOSELY else 182))
        if day + timedelta(days=2) >= story.today:
            return
        yield number, day


def _review(story: Story, script: Script, number: int, day: date) -> None:
    random = story.chance("review", number)
    cea, ca199 = str(near(random, 1.9, 0.2, 2)), str(near(random, 15.5, 1.2, 1))
    plan = Plan(script.text("review-reason"), ("after-cancer",), script.text("review-note", cea=cea))
    seen = follow_up(story, day, "09:00", "ye-lan", plan)
    measure(story, seen, weight=near(random, 69.0, 0.6, 1), systolic="128", diastolic="78")
    report(story, seen, Order("tumour-two", {"cea": cea, "ca199": ca199}, clock="09:10", hours=26))
    report(
        story, seen, Order("blood-count", panel(story, seen, "blood-count", hemoglobin=141.0, rbc=4.7), clock="09:10")
    )
    report(story, seen, Order("liver", panel(story, seen, "liver"), clock="09:10"))
    if number % 2 == 0:
        texts = (script.text("scan-findings"), script.text("scan-impression"))
        image(
            story,
            seen,
            Finding("chest-ct", script.text("lungs-findings"), script.text("lungs-impression"), clock="10:20"),
        )
        image(story, seen, Finding("abdomen-mri", *texts, clock="11:00", hours=5))
