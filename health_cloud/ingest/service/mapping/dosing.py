"""FHIR dosages in plain words: everything that is sent about a dose, its steps in order, nothing that is not sent.

Codes become words where HL7 says what they mean (GTSAbbreviation, EventTiming, RouteOfAdministration, SNOMED CT); any
other stands as it was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from health_cloud.core.words import Words
from health_cloud.ingest.service.mapping import fhir
from health_cloud.ingest.service.mapping.fhir import Json, first, obj, objs, text, words
from health_cloud.ingest.service.mapping.terms import DAYS, MOMENTS, OFTEN, PERIODS, ROUTES
from health_cloud.records.views.content import NOTHING

_AS_NEEDED = ("需要时", "必要时", "按需", "prn", "as needed", "when needed", "if needed", "as required")


def dose(dosages: list[Json]) -> Words:
    """Return what is to be taken as one text, one after the other; empty where its parts alone say everything.

    Dosages of one `sequence` hold together, those of a later one follow by "then" (FHIR R4, Dosage.sequence).
    """
    if len(dosages) == 1:
        only = dosages[0]
        return sentence(only) if words(only, "text") != NOTHING or _asked(only) or _beside(only) else NOTHING
    steps = sorted(dosages, key=_place)
    lines: list[Words] = []
    for number, (_, steps_of_one) in enumerate(groupby(steps, key=_place)):
        said = _semicolon([sentence(each) for each in steps_of_one])
        if said != NOTHING:
            lines.append(_said("然后：{}", "then: {}", said) if number and lines else said)
    return _semicolon(lines)


def _place(dosage: Json) -> int:
    said = text(dosage.get("sequence"))
    return int(said) if said.isascii() and said.isdecimal() else 0


def sentence(dosage: Json) -> Words:
    """Return one dosage: the sentence of the source and what it says beside it, else all of its parts."""
    said = words(dosage, "text")
    if said == NOTHING:
        parts = [amount(dosage), frequency(obj(dosage.get("timing"))), route(dosage.get("route"))]
        parts += [fhir.concept(dosage.get(name)) for name in ("site", "method")]
        return _comma([*parts, *_asked(dosage), *_beside(dosage)])
    whole = f"{said.zh} {said.en}".lower()
    asked = [each for each in _asked(dosage) if not any(word in whole for word in _AS_NEEDED) or each.en not in _PLAIN]
    beside = [
        each for each in _beside(dosage) if not any(part and part.lower() in whole for part in (each.zh, each.en))
    ]
    return _comma([said, *asked, *beside])


_PLAIN = ("as needed",)


def _asked(dosage: Json) -> list[Words]:
    why = fhir.concept(dosage.get("asNeededCodeableConcept"))
    if why != NOTHING:
        return [_said("需要时（{}）", "as needed ({})", why)]
    return [Words("需要时", "as needed")] if dosage.get("asNeededBoolean") is True else []


def _beside(dosage: Json) -> list[Words]:
    """What holds whatever the rest says: instructions, and how much at most."""
    most = [_most(each) for each in objs(dosage.get("maxDosePerPeriod"))]
    at_once, for_life = (quantity_words(dosage.get(f"maxDosePer{name}")) for name in ("Administration", "Lifetime"))
    told = [
        *(fhir.concept(each) for each in objs(dosage.get("additionalInstruction"))),
        words(dosage, "patientInstruction"),
        *most,
        _said("每次最多 {}", "at most {} at once", at_once),
        _said("一生最多 {}", "at most {} in a lifetime", for_life),
    ]
    return [each for each in told if each != NOTHING]


def _most(ratio: Json) -> Words:
    much, within = quantity_words(ratio.get("numerator")), span(ratio.get("denominator"))
    if much == NOTHING:
        return NOTHING
    if within == NOTHING:
        return _said("最多 {}", "at most {}", much)
    return Words(f"{within.pick('zh')}内最多 {much.pick('zh')}", f"at most {much.pick('en')} in {within.pick('en')}")


def together(dosages: list[Json], part: Callable[[Json], Words]) -> Words:
    """Return one part (`amount`, `often`, `way`) of the dosages; none where they do not agree on it.

    What differs from step to step would be wrong beside any of them: it stands in `dose` alone.
    """
    found = [part(each) for each in dosages]
    return found[0] if found and all(each == found[0] for each in found) else NOTHING


def often(dosage: Json) -> Words:
    """Return how often a dosage is taken."""
    return frequency(obj(dosage.get("timing")))


def way(dosage: Json) -> Words:
    """Return by which way a dosage is taken."""
    return route(dosage.get("route"))


def amount(dosage: Json) -> Words:
    """Return how much at once, or how fast: what is sent first where it is sent in several ways."""
    given = first(dosage.get("doseAndRate"))
    return _comma([_much(given, "dose"), _much(given, "rate")])


def _much(given: Json, kind: str) -> Words:
    if f"{kind}Range" in given:
        return range_words(given.get(f"{kind}Range"))
    if f"{kind}Ratio" in given:
        ratio = obj(given.get(f"{kind}Ratio"))
        over, below = quantity_words(ratio.get("numerator")), quantity_words(ratio.get("denominator"))
        return fhir.joined([over, below], " / ", " / ")
    return quantity_words(given.get(f"{kind}Quantity"))


def range_words(value: object) -> Words:
    """Return a Range; one that is open at an end says so."""
    low, high = obj(obj(value).get("low")), obj(obj(value).get("high"))
    below, above = text(low.get("value")), text(high.get("value"))
    if not above:
        return _said("至少 {}", "at least {}", quantity_words(low))
    return quantity_words(high, f"{below}-") if below else _said("最多 {}", "at most {}", quantity_words(high))


def quantity_words(value: object, below: str = "") -> Words:
    """Return a quantity as one text; the unit is as the source translates it, else as it stands.

    Args:
        value: a Quantity.
        below: the lower end, where the quantity is the upper end of a range.
    """
    quantity = obj(value)
    number = f"{below}{text(quantity.get('comparator'))}{text(quantity.get('value'))}"
    unit = words(quantity, "unit")
    if unit == NOTHING:
        unit = Words.same(text(quantity.get("code")))
    if not number and unit == NOTHING:
        return NOTHING
    return Words(f"{number} {unit.pick('zh')}".strip(), f"{number} {unit.pick('en')}".strip())


def span(value: object) -> Words:
    """Return a Duration as it was sent; a UCUM unit of time in words where the source gives none of its own."""
    quantity = obj(value)
    number, code = text(quantity.get("value")), text(quantity.get("code"))
    unit = text(quantity.get("unit"))
    if not number or code not in PERIODS or unit not in ("", code):
        return quantity_words(value)
    return _length(number, code)


def _length(number: str, code: str) -> Words:
    zh, en = PERIODS[code]
    counted = {"周": "周", "月": "个月"}.get(zh, zh)
    return Words(f"{number} {counted}", f"{number} {en}{'' if number in _ONE else 's'}")


def route(value: object) -> Words:
    """Return by which way it is taken, a code of HL7 or SNOMED CT in words where the source gives none."""
    return _coded(value, ROUTES)


def frequency(timing: Json) -> Words:
    """Return how often, when and for how long, as far as it is sent."""
    said = _coded(timing.get("code"), OFTEN)
    repeat = obj(timing.get("repeat"))
    parts = (
        [_bounds(repeat)] if said != NOTHING else [_rate(repeat), *_moments(repeat), _bounds(repeat), _often(repeat)]
    )
    return _comma([said, *parts])


def _rate(repeat: Json) -> Words:
    count, period, unit = (text(repeat.get(name)) for name in ("frequency", "period", "periodUnit"))
    most, longest = text(repeat.get("frequencyMax")), text(repeat.get("periodMax"))
    counted = f"{count or '1'}-{most}" if most else count or "1"
    once = "once" if counted == "1" else "twice" if counted == "2" else f"{counted.replace('-', ' to ')} times"
    if not period:
        return Words(f"{counted} 次", once) if count or most else NOTHING
    if unit not in PERIODS:
        return Words.same(f"{counted} / {period} {unit}".strip())
    zh, en = PERIODS[unit]
    if longest:
        return Words(f"每 {period}-{longest} {zh} {counted} 次", f"{once} every {period} to {longest} {en}s")
    if period in _ONE:
        return Words(f"每{zh} {counted} 次", f"{once} a {en}" if en != "hour" else f"{once} an hour")
    return Words(f"每 {period} {zh} {counted} 次", f"{once} every {period} {en}s")


_ONE = ("1", "1.0")


def _moments(repeat: Json) -> list[Words]:
    offset = text(repeat.get("offset"))
    when = [MOMENTS.get(each, Words.same(each)) for each in _texts(repeat.get("when"))]
    if offset and when:
        when = [_said("{} " + f"{offset} 分钟", f"{offset} minutes " + "{}", each) for each in when]
    days = [DAYS.get(each, Words.same(each)) for each in _texts(repeat.get("dayOfWeek"))]
    clocks = [Words.same(_clock(each)) for each in _texts(repeat.get("timeOfDay"))]
    return [each for each in (fhir.joined(days), fhir.joined(when), fhir.joined(clocks)) if each != NOTHING]


def _clock(said: str) -> str:
    return said.removesuffix(":00") if said.count(":") > 1 else said


def _bounds(repeat: Json) -> Words:
    if "boundsDuration" in repeat:
        return _said("共 {}", "for {}", span(repeat.get("boundsDuration")))
    if "boundsRange" in repeat:
        return _said("共 {}", "for {}", range_words(repeat.get("boundsRange")))
    between = obj(repeat.get("boundsPeriod"))
    start, end = text(between.get("start")), text(between.get("end"))
    begins = Words(f"从 {start} 起", f"from {start}") if start else NOTHING
    ends = Words(f"到 {end} 止", f"until {end}") if end else NOTHING
    return _comma([begins, ends])


def _often(repeat: Json) -> Words:
    """How many times in all, and how long one of them lasts."""
    count, most = text(repeat.get("count")), text(repeat.get("countMax"))
    in_all = f"{count}-{most}" if count and most else count or most
    length, longest = text(repeat.get("duration")), text(repeat.get("durationMax"))
    unit = text(repeat.get("durationUnit"))
    lasts = f"{length}-{longest}" if length and longest else length or longest
    long = _length(lasts, unit) if unit in PERIODS else Words.same(f"{lasts} {unit}".strip())
    return _comma(
        [
            Words(f"总共 {in_all} 次", f"{in_all} times in all") if in_all else NOTHING,
            _said("每次持续 {}", "each lasting {}", long) if lasts else NOTHING,
        ]
    )


def _coded(value: object, known: dict[str, Words]) -> Words:
    """Return what a concept is called; where that is but its code, the words of the code."""
    said = fhir.concept(value)
    codes = [text(each.get("code")) for each in objs(obj(value).get("coding"))]
    meant = next((known[code.upper()] for code in codes if code.upper() in known), NOTHING)
    if meant == NOTHING:
        return said
    raw = {code.upper() for code in codes}
    return meant if said == NOTHING or {said.zh.upper(), said.en.upper()} <= {*raw, ""} else fhir.both(said, meant)


def _texts(value: object) -> list[str]:
    several = value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]
    return [said for each in several if (said := text(each))]  # pyright: ignore[reportUnknownVariableType]


def _said(zh: str, en: str, about: Words) -> Words:
    if about == NOTHING:
        return NOTHING
    return Words(zh.format(about.pick("zh")), en.format(about.pick("en")))


def _comma(parts: Iterable[Words]) -> Words:
    return fhir.joined(parts, "，")


def _semicolon(parts: Iterable[Words]) -> Words:
    return fhir.joined(parts, "；", "; ")
