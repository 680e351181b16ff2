"""What grew in a culture, one isolate after another: two of one organism may yield to different antibiotics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from health_cloud.core.i18n import say
from health_cloud.core.words import Words
from health_cloud.records.service.writer import flat
from health_cloud.records.views.content import Measured

NOTHING = Words()
ANSWERS = frozenset({"susceptible", "intermediate", "resistant"})


@dataclass(frozen=True)
class Isolate:
    """One that grew.

    Attributes:
        number: counts those of one name in a report from 1, as the source lists them; 0 where it is the only one.
    """

    organism: Words
    number: int
    culture: Measured

    @property
    def name(self) -> Words:
        """What it is called among the others."""
        if not self.number:
            return self.organism
        key = "records.culture.isolate_of"
        zh = say(key, "zh", organism=self.organism.pick("zh"), number=self.number)
        return Words(zh, say(key, "en", organism=self.organism.pick("en"), number=self.number))


def is_culture(each: Measured) -> bool:
    """Tell whether a result is an organism with its susceptibilities."""
    return any(member.flag in ANSWERS for member in each.members)


def grown(culture: Measured) -> Words:
    """Return the name of what grew."""
    return culture.words if culture.words != NOTHING else culture.name


def tested(culture: Measured) -> dict[str, Measured]:
    """Return what was found of each antibiotic for one isolate; one that was tested twice stands twice."""
    times: Counter[str] = Counter()
    found: dict[str, Measured] = {}
    for member in culture.members:
        if member.flag in ANSWERS:
            key = member.codes[0].code if member.codes else member.name.zh or member.name.en
            times[key] += 1
            found[key if times[key] == 1 else f"{key} {times[key]}"] = member
    return found


def isolates(results: Iterable[Measured]) -> list[Isolate]:
    """Return the isolates whose susceptibilities were tested, in the report's order."""
    cultures = [each for each in flat(results) if is_culture(each)]
    together = Counter(grown(each) for each in cultures)
    times: Counter[Words] = Counter()
    found: list[Isolate] = []
    for each in cultures:
        times[grown(each)] += 1
        found.append(Isolate(grown(each), times[grown(each)] if together[grown(each)] > 1 else 0, each))
    return found


def paired(now: Sequence[Isolate], was: Sequence[Isolate]) -> list[int | None]:
    """Return which isolate of another version each one is: the same organism, by the source's id, else by its order.

    Another organism is another isolate, also under the same id: what was taken for something else is not corrected
    drug by drug.
    """
    found: list[int | None] = [None] * len(now)
    left = dict(enumerate(was))
    for by_id in (True, False):
        for place, each in enumerate(now):
            if found[place] is None:
                same = (number for number, other in left.items() if _is(each, other, by_id=by_id))
                found[place] = next(same, None)
                if (number := found[place]) is not None:
                    del left[number]
    return found


def _is(one: Isolate, other: Isolate, *, by_id: bool) -> bool:
    own, theirs = one.culture.source_id, other.culture.source_id
    return one.organism == other.organism and (own == theirs != "" if by_id else True)
