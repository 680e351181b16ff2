"""Searching a formulary: Chinese, initials in pinyin, Latin, code or ATC; what begins so stands first."""

from __future__ import annotations

from health_cloud.core.words import Words
from health_cloud.prescribing.service.checking import stop_of
from health_cloud.prescribing.service.wording import money
from health_cloud.prescribing.views.formulary import Contents, Medicine
from health_cloud.prescribing.views.prescriptions import MedicineOption

_MOST, _LONGEST, _NONE = 12, 40, 9


def search(contents: Contents, query: str) -> list[MedicineOption]:
    """Return medicines that all words of a query fit, at most twelve."""
    words = query[:_LONGEST].casefold().split()
    if not words:
        return []
    ranked = [(_rank(each, words), each) for each in contents.medicines.values()]
    fitting = sorted((each for each in ranked if each[0] < _NONE), key=lambda each: each[0])
    return [_option(each) for _, each in fitting[:_MOST]]


def _rank(medicine: Medicine, words: list[str]) -> int:
    """Return how well a medicine fits: 0 where a name begins so, 9 where it does not."""
    names = [medicine.name.zh, medicine.name.en.casefold(), medicine.pinyin, medicine.code.casefold()]
    whole = " ".join([*names, medicine.atc.casefold(), medicine.strength.casefold()])
    if not all(word in whole for word in words):
        return _NONE
    return 0 if any(name.startswith(words[0]) for name in names) else 1


def _option(medicine: Medicine) -> MedicineOption:
    pack = f"{medicine.pack} {medicine.unit.pick('zh')}", f"{medicine.pack} {medicine.unit.pick('en')}"
    price = money(medicine.price)
    sub = Words(
        " · ".join(filter(None, (medicine.form.pick("zh"), pack[0], f"¥{price}"))),
        " · ".join(filter(None, (medicine.form.pick("en"), pack[1], f"¥{price}"))),
    )
    return MedicineOption(medicine.code, medicine.title, sub, stop_of(medicine))
