"""林秀兰: ten years of type 2 diabetes, and what comes with them."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from health_cloud.demo.bodies import bmi, fasting_glucose
from health_cloud.demo.chance import near, working_day
from health_cloud.demo.examinations import Finding, examine, image
from health_cloud.demo.laboratory import Order, report
from health_cloud.demo.panels import biochemistry, lipids, panel, urinalysis
from health_cloud.demo.people import Person
from health_cloud.demo.pharmacy import prescribe
from health_cloud.demo.script import Script, play, read
from health_cloud.demo.stays import plan as next_visit
from health_cloud.demo.story import Story, Visit
from health_cloud.demo.visits import Plan, allergy, check_up, follow_up, measure, note, problem

FOUND = date(2016, 5, 12)
PRESSURE = date(2018, 1, 9)
"""Hypertension since this day."""
NEW_METHOD = date(2019, 6, 1)
NEW_MEDICINE = date(2022, 1, 1)
"""Dapagliflozin instead of acarbose: from here on the urine holds sugar."""
POTASSIUM = date(2023, 8, 8)
"""The critical potassium; valsartan ends here."""
PLAQUE = date(2019, 1, 1)
MICROANEURYSMS = date(2022, 11, 1)
PRINTED = 400
"""Days back for which the printed originals are kept."""

_QUARTERS = ((1, 9), (4, 14), (7, 14), (10, 13))
_HBA1C = {
    2017: "7.2 6.8 6.9 7.0",
    2018: "6.8 6.9 7.0 7.1",
    2019: "7.0 7.1 7.3 7.4",
    2020: "7.6 7.9 7.8 7.6",
    2021: "7.5 7.2 7.1 7.0",
    2022: "6.9 6.9 7.0 7.1",
    2023: "7.3 7.2 7.0 7.1",
    2024: "7.2 7.4 7.5 7.8",
    2025: "7.7 7.6 7.2 7.2",
    2026: "7.0 7.4 7.2 7.1",
}
_LDL = {2017: 2.5, 2018: 2.4, 2019: 2.5, 2020: 2.7, 2021: 2.6, 2022: 2.5, 2023: 2.7, 2024: 2.9, 2025: 3.2, 2026: 3.6}
_TARGET = Decimal("7.0")


def person(seed: int) -> Person:
    """Returns who she is."""
    return Person("lin", ("林", "Lin"), ("秀兰", "Xiulan"), "female", date(1959, 3, 8), seed)


def tell(seed: int, today: date) -> Story:
    """Writes her life down."""
    story, script = Story(person(seed), today), read("lin")
    problem(story, "diabetes", FOUND)
    problem(story, "hyperlipidaemia", FOUND)
    problem(story, "hypertension", PRESSURE)
    allergy(story, FOUND, ("青霉素", "Penicillin"), ("91936005", "J01C"), ("皮疹", "Rash"))
    for day, hba1c in _quarters(story):
        _quarter(story, script, day, hba1c)
    for year in range(FOUND.year + 1, today.year + 1):
        _heart(story, script, working_day(date(year, 9, 20)))
        _eyes(story, script, working_day(date(year, 11, 6)))
        if year >= PRESSURE.year:
            _check_up(story, script, working_day(date(year, 3, 18)))
    play(story, script)
    return story


def _quarters(story: Story) -> Iterator[tuple[date, str]]:
    yield date(2016, 8, 11), "9.8"
    yield date(2016, 11, 10), "8.1"
    for year in range(FOUND.year + 1, story.today.year + 1):
        scripted = _HBA1C.get(year, "").split()
        for index, (month, day) in enumerate(_QUARTERS):
            when = working_day(date(year, month, day))
            drawn = str(near(story.chance("hba1c", year, index), 7.2, 0.2, 1))
            if when < story.today:
                yield when, scripted[index] if scripted else drawn


def _quarter(story: Story, script: Script, day: date, hba1c: str) -> None:
    summer, spring = day.month == _QUARTERS[2][0], day.month == _QUARTERS[1][0]
    advice = "at-target" if Decimal(hba1c) < _TARGET else "above-target"
    plan = Plan(script.text("follow-up"), _diagnoses(day), script.text(advice, hba1c=hba1c))
    seen = follow_up(story, day, "08:00", "wang-ruoxi" if summer else "chen-liyan", plan)
    _body(story, seen)
    _blood(story, script, seen, hba1c)
    if spring:
        ratio = "<3" if day.year in {2018, 2019} else str(near(story.chance(seen.key, "acr"), 16, 4, 0))
        report(story, seen, Order("acr", {"acr": ratio}, clock="08:15", hours=26))
        size = f"{5 + 0.2 * (day.year - PLAQUE.year):.1f}"
        words = ("carotid-findings", "carotid-impression") if day > PLAQUE else ("carotid-clean", "carotid-normal")
        texts = (script.text(words[0], size=size), script.text(words[1]))
        examine(story, seen, Finding("carotid", *texts, clock="10:40", paper=_kept(story, day)))
    prescribe(story, seen, _medicines(day), reason="diabetes")
    next_visit(story, seen, script.text("plan"))


def _blood(story: Story, script: Script, seen: Visit, hba1c: str) -> None:
    new = seen.day >= NEW_METHOD
    methods = {"hba1c": script.text("method-new" if new else "method-old")}
    just_changed = new and seen.day < NEW_METHOD + timedelta(days=92)
    remarks = {"hba1c": script.text("method-changed")} if just_changed else {}
    values, name = {"hba1c": hba1c}, "hba1c"
    if seen.day.month in {4, 8, 10, 11}:
        name = "hba1c-lipids"
        values |= lipids(story, seen, ldl=_LDL.get(seen.day.year, 2.8), triglyceride=1.45, hdl=1.24)
        kidney = panel(story, seen, "kidney", creatinine=_creatinine(seen.day))
        report(story, seen, Order("kidney", kidney, clock="08:05"))
    order = Order(name, values, clock="08:05", hours=32, methods=methods, notes=remarks, paper=_kept(story, seen.day))
    report(story, seen, order)
    glucose = near(story.chance(seen.key, "glucose"), fasting_glucose(Decimal(hba1c)), 0.25, 1)
    report(story, seen, Order("glucose", {"glucose": str(glucose)}, clock="08:05", hours=3))


def _kept(story: Story, day: date) -> bool:
    return (story.today - day).days < PRINTED


def _creatinine(day: date) -> float:
    return 60 + 1.4 * (day.year - FOUND.year)


def _diagnoses(day: date) -> tuple[str, ...]:
    return ("diabetes", "hyperlipidaemia", *(("hypertension",) if day >= PRESSURE else ()))


def _medicines(day: date) -> tuple[str, ...]:
    second = ("acarbose" if day < NEW_MEDICINE else "dapagliflozin",) if day.year > FOUND.year else ()
    pressure = () if day < PRESSURE else ("valsartan",) if day < POTASSIUM else ("amlodipine",)
    return ("metformin", "atorvastatin", *second, *pressure)


def _body(story: Story, seen: Visit) -> None:
    random = story.chance(seen.key, "body")
    weight = near(random, 60.4, 0.6, 1)
    systolic, diastolic = near(random, 132, 4, 0), near(random, 80, 3, 0)
    body = {"weight": weight, "bmi": bmi(Decimal("158.0"), weight), "pulse": near(random, 73, 4, 0)}
    measure(story, seen, **body, systolic=systolic, diastolic=diastolic)


def _heart(story: Story, script: Script, day: date) -> None:
    if day < PRESSURE or day >= story.today:
        return
    seen = follow_up(story, day, "09:20", "ma-xiaodong", Plan(script.text("heart-reason"), ("hypertension",)))
    texts = (script.text("ecg-findings"), script.text("ecg-impression"))
    examine(story, seen, Finding("ecg", *texts, clock="09:40", hours=0.5))


def _eyes(story: Story, script: Script, day: date) -> None:
    if day >= story.today:
        return
    spots = day > MICROANEURYSMS
    plan = Plan(script.text("eye-reason"), ("retinopathy" if spots else "diabetes",))
    seen = follow_up(story, day, "14:00", "zhao-qiming", plan)
    words = ("fundus-findings", "fundus-impression") if spots else ("fundus-clean", "fundus-normal")
    count = max(1, min(3, day.year - MICROANEURYSMS.year))
    texts = (script.text(words[0], count=count), script.text(words[1]))
    examine(story, seen, Finding("fundus", *texts, clock="14:20", hours=1, paper=_kept(story, day)))


def _check_up(story: Story, script: Script, day: date) -> None:
    if day >= story.today:
        return
    title = (f"{day.year} 年度体检", f"Annual check-up {day.year}")
    seen = check_up(story, day, title, ("年度体检", "Annual check-up"))
    _body(story, seen)
    measure(story, seen, height="158.0", waist=near(story.chance(seen.key, "waist"), 85, 1, 0), temperature="36.5")
    moved = {"glucose": 7.9, "ldl": _LDL.get(day.year, 2.8), "creatinine": _creatinine(day)}
    report(story, seen, Order("biochemistry", biochemistry(story, seen, **moved), clock="08:20", hours=5))
    report(story, seen, Order("blood-count", panel(story, seen, "blood-count"), clock="08:20", hours=3))
    sugar = "trace" if day < NEW_MEDICINE else "2+"
    report(story, seen, Order("urinalysis", urinalysis(story, seen, glucose=sugar), clock="08:30", hours=3))
    chest = (script.text("chest-findings"), script.text("chest-impression"))
    image(story, seen, Finding("chest-x-ray", *chest, clock="09:10"))
    abdomen = (script.text("abdomen-findings"), script.text("abdomen-impression"))
    examine(story, seen, Finding("abdomen", *abdomen, clock="09:40"))
    note(story, seen, ("总检结论", "Conclusion"), script.text("check-up-conclusion"), code="51847-2", hours=48)
