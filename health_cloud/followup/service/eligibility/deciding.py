"""May this be seen online? A pure function of facts, rules and answers: every check with its evidence and its rule.

Deny by default: what is not known is not met, and then it is said that it is not known (a feed of the hospital is
behind), never that there is nothing.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from health_cloud.core.words import Words
from health_cloud.followup.service.eligibility.rules import CHECKS, Disease, Rules
from health_cloud.followup.views import Check, Verdict
from health_cloud.identity.service.ages import has_reached, is_under
from health_cloud.records.views.content import Coding

MET, NOT_MET, UNKNOWN = "met", "not", "unknown"
EMERGENCY, IN_PERSON, DESK = "emergency", "in_person", "desk"
"""The ways out: call the emergency number, be seen in person, or ask the hospital's desk where something is missing."""
_MONTHS = 12


@dataclass(frozen=True)
class Diagnosis:
    """What a hospital says of a disease.

    Attributes:
        at: when it was said, to order by; `day`: the same as people are told it, maybe partial or empty.
        certain: its source is sure of it, and it holds still.
        visit: it stands in the record of a visit, and not in a list that a hospital keeps.
    """

    name: Words
    codes: tuple[Coding, ...]
    at: str
    hospital_id: str
    certain: bool
    day: str = ""
    visit: bool = True


@dataclass(frozen=True)
class Facts:
    """What the rules judge, of one person and one department.

    Attributes:
        today: the day at the hospital.
        department: its name; `last_visit`: the last day on which the person was seen there in person, if any.
        diagnoses: everything that was said of diseases at visits in person, in any order.
        birth_date: as the hospital has it, maybe partial or empty.
        guardian: somebody who sees to the person's affairs is asking, not the person.
        missing_since: up to when everything of this hospital is here, ISO text, where a feed of it is behind; `missing`
            says that one is.
    """

    today: date
    department: Words
    last_visit: date | None
    diagnoses: tuple[Diagnosis, ...]
    birth_date: str
    guardian: bool
    missing: bool = False
    missing_since: str = ""


@dataclass(frozen=True)
class Answers:
    """What was answered: the disease (empty for something new), symptoms, and whether a controlled medicine is wanted.

    A disease that the rules do not know counts as something new, and a symptom that they do not know as one.
    """

    disease: str
    flags: frozenset[str] = frozenset()
    controlled: bool = False


def eligible(facts: Facts, rules: Rules, answers: Answers) -> Verdict:
    """Judge whether this may be seen online, by every rule."""
    judged = {
        "first": _first(facts),
        "diagnosis": _diagnosis(facts, rules, answers),
        "flags": _flags(rules, answers),
        "recent": _recent(facts, rules),
        "controlled": Check(state=NOT_MET if answers.controlled else MET),
        "child": _child(facts, rules),
    }
    checks = tuple(_named(judged[name], name, rules) for name in CHECKS)
    wanting = [check for check in checks if check.state != MET]
    cited = next((each for each in wanting if each.name == "flags"), wanting[0] if wanting else None)
    disease = rules.diseases.get(answers.disease)
    return Verdict(
        met=not wanting,
        checks=checks,
        cited=cited.name if cited else "",
        way=_way(wanting, rules, answers),
        disease=disease.words if disease else Words(),
        rules_version=rules.version,
    )


def _named(check: Check, name: str, rules: Rules) -> Check:
    return replace(check, name=name, number=rules.texts[name].number, say=f"followup.check.{_said(check, name)}")


def _said(check: Check, name: str) -> str:
    """Return the last part of the key of the text that says a check."""
    if check.state == UNKNOWN and name != "child":
        return "unknown" if check.day else "unknown_since"
    if check.state == MET and name == "diagnosis" and not check.day:
        return "diagnosis.listed"
    if check.state == NOT_MET and name == "diagnosis" and check.what == Words():
        return "diagnosis.new"
    if check.state == NOT_MET and name == "recent" and not check.day:
        return "recent.never"
    return f"{name}.{check.state}"


def _way(wanting: Collection[Check], rules: Rules, answers: Answers) -> str:
    if not wanting:
        return ""
    if any(rules.flags[name].urgent for name in answers.flags if name in rules.flags):
        return EMERGENCY
    return DESK if all(each.state == UNKNOWN for each in wanting) else IN_PERSON


def _first(facts: Facts) -> Check:
    if facts.last_visit is None:
        return _absent(facts, facts.department)
    return Check(state=MET, day=facts.last_visit.isoformat(), what=facts.department)


def _recent(facts: Facts, rules: Rules) -> Check:
    if facts.last_visit is None:
        return _absent(facts, Words.same(str(rules.months)))
    state = MET if facts.last_visit >= months_before(facts.today, rules.months) else NOT_MET
    if state == NOT_MET and facts.missing:
        return _absent(facts, Words.same(str(rules.months)))
    return Check(state=state, day=facts.last_visit.isoformat(), what=Words.same(str(rules.months)))


def _absent(facts: Facts, what: Words) -> Check:
    """Judge where nothing was found: it is not known while a feed of the hospital is behind."""
    return (
        Check(state=UNKNOWN, day=facts.missing_since, what=what) if facts.missing else Check(state=NOT_MET, what=what)
    )


def _diagnosis(facts: Facts, rules: Rules, answers: Answers) -> Check:
    disease = rules.diseases.get(answers.disease)
    if disease is None:
        return Check(state=NOT_MET)
    found = confirmed(facts.diagnoses, disease)
    if found is None:
        return _absent(facts, disease.words)
    return Check(state=MET, day=found.day, what=found.name if found.name != Words() else disease.words)


def confirmed(diagnoses: Iterable[Diagnosis], disease: Disease) -> Diagnosis | None:
    """Return the newest sure word on a disease that its own hospital has not taken back since, by code.

    Of a visit rather than of a list. Where a hospital says two things of one code at the same time, it is not sure.
    """
    said: dict[tuple[str, str], list[Diagnosis]] = {}
    for each in diagnoses:
        for coding in each.codes:
            if disease.is_meant_by(coding):
                said.setdefault((each.hospital_id, coding.code), []).append(each)
    held = [group for group in said.values() if max(group, key=lambda each: (each.at, not each.certain)).certain]
    sure = (each for group in held for each in group if each.certain)
    return max(sure, key=lambda each: (each.visit, each.at), default=None)


def _flags(rules: Rules, answers: Answers) -> Check:
    if not answers.flags:
        return Check(state=MET)
    said = [rules.flags[name].words for name in rules.flags if name in answers.flags]
    return Check(
        state=NOT_MET,
        what=Words("；".join(each.zh for each in said), "; ".join(each.en for each in said)),
    )


def _child(facts: Facts, rules: Rules) -> Check:
    if has_reached(facts.birth_date, rules.child_years, facts.today):
        return Check(state=MET, shown=False)
    if facts.guardian and rules.is_for_children(facts.department):
        return Check(state=MET, what=facts.department)
    under = is_under(facts.birth_date, rules.child_years, facts.today)
    return Check(state=NOT_MET if under else UNKNOWN, what=facts.department)


def months_before(day: date, months: int) -> date:
    """Return the day so many calendar months earlier; of a shorter month its last one."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 - months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
