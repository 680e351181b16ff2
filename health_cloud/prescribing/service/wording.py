"""How a dose is written and said, and how an earlier one is read back where it says so itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from health_cloud.core.i18n import say
from health_cloud.core.words import Language, Words
from health_cloud.prescribing.service.checking import number, often_of, text_of
from health_cloud.prescribing.views.formulary import Medicine
from health_cloud.prescribing.views.prescriptions import GivenMedicine, Item

ROUTES: Final = (*("oral", "sublingual", "inhaled", "subcutaneous", "eye", "nasal", "skin", "rectal", "vaginal"),)
TIMINGS: Final = ("before_meals", "with_meals", "after_meals", "morning", "evening", "bedtime", "needed")
OFTEN: Final = ("1/1", "2/1", "3/1", "4/1", "1/2", "1/7", "2/7", "1/30")
_ROUTES_SAID: Final = (
    *(("舌下", "sublingual"), ("皮下", "subcutaneous"), ("吸入", "inhaled"), ("滴眼", "eye"), ("滴双眼", "eye")),
    *(("喷鼻", "nasal"), ("外用", "skin"), ("涂", "skin"), ("直肠", "rectal"), ("阴道", "vaginal"), ("口服", "oral")),
)
_TIMINGS_SAID: Final = (
    *(("餐前", "before_meals"), ("饭前", "before_meals"), ("餐后", "after_meals"), ("饭后", "after_meals")),
    *(("餐中", "with_meals"), ("饭中", "with_meals"), ("随餐", "with_meals"), ("睡前", "bedtime")),
    ("需要时", "needed"),
    *(("早晨", "morning"), ("早上", "morning"), ("晨起", "morning"), ("晚上", "evening")),
)
_LEADING = re.compile(r"\s*(\d{1,4}(?:\.\d{1,3})?)(?!\s*[\d.\-–—~～至到])")
_FREQUENCY = re.compile(r"每 ?(\d{0,2}) ?(天|日|周|月) ?(\d{1,2}) ?次")
_LENGTH = {"天": 1, "日": 1, "周": 7, "月": 30}


def dose_words(item: Item, medicine: Medicine) -> Words:
    """Return the dose as one sentence; what nobody has chosen is left out."""
    return Words(_sentence(item, medicine, "zh"), _sentence(item, medicine, "en"))


def amount_words(item: Item, medicine: Medicine) -> Words:
    """Return what is taken at once."""
    return counted(item.single, medicine)


def frequency_words(item: Item) -> Words:
    """Return how often it is taken."""
    key = f"prescribing.often.{item.often.replace('/', '_in_')}"
    return _both(key) if item.often in OFTEN else Words()


def route_words(item: Item) -> Words:
    """Return by which way it is taken."""
    return _both(f"prescribing.route.{item.route}") if item.route in ROUTES else Words()


def counted(quantity: str, medicine: Medicine) -> Words:
    """Return a number of units, or nothing where it is none."""
    value = number(quantity)
    if value is None:
        return Words()
    said = text_of(value)
    return Words(f"{said} {medicine.unit.pick('zh')}", f"{said} {_plural(medicine.unit.pick('en'), value)}")


def renewed(earlier: GivenMedicine) -> Item:
    """Copy what a physician wrote then; what that does not say itself stays open.

    The dose is read from the parts of the earlier prescription, way and time of day from its sentence. Where that says
    more than one thing (a dose in steps, a range), nobody but the physician says which.
    """
    told = _FREQUENCY.findall(earlier.frequency.zh) or _FREQUENCY.findall(earlier.dose.zh)
    sentence = f"{earlier.route.zh} {earlier.dose.zh}"
    found = _only(f"{int(times)}/{int(every or 1) * _LENGTH[unit]}" for every, unit, times in told)
    days = earlier.days.removesuffix(".0")
    return Item(
        code=earlier.code,
        single=_number_in(earlier.amount.zh),
        often=found if found in OFTEN else "",
        route=_only(route for word, route in _ROUTES_SAID if word in sentence),
        timing=_only(timing for word, timing in _TIMINGS_SAID if word in sentence),
        days=days if days.isdecimal() else "",
        quantity=_number_in(earlier.quantity.zh),
        renews=f"{earlier.entry}/{earlier.place}",
        was=earlier.dose,
    )


def money(hundredths: int) -> str:
    """Return an amount as it is printed."""
    return f"{Decimal(hundredths) / 100:.2f}"


def _only(found: Iterable[str]) -> str:
    """Return what was found where it is one thing; of several none."""
    each = set(found)
    return each.pop() if len(each) == 1 else ""


def _number_in(text: str) -> str:
    found = _LEADING.match(text)
    return text_of(Decimal(found[1])) if found and number(found[1]) else ""


def _sentence(item: Item, medicine: Medicine, language: Language) -> str:
    times, _ = often_of(item)
    parts = [route_words(item).pick(language)]
    if amount := amount_words(item, medicine).pick(language):
        parts.append(say("prescribing.dose.each", language, amount=amount))
    if times:
        parts.append(frequency_words(item).pick(language))
    if item.timing in TIMINGS:
        parts.append(say(f"prescribing.timing.{item.timing}", language))
    if item.days.isdecimal():
        parts.append(say("prescribing.dose.days", language, count=int(item.days)))
    return ("，" if language == "zh" else ", ").join(filter(None, parts))


def _both(key: str) -> Words:
    return Words(say(key, "zh"), say(key, "en"))


def _plural(unit: str, value: Decimal) -> str:
    return f"{unit}s" if value != 1 and unit.isalpha() and unit.islower() and len(unit) > 2 else unit  # noqa: PLR2004
