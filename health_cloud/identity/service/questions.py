"""Questions about a person's own visits, with decoys of the same hospital.

They raise or lower suspicion and prove nothing alone (NIST SP 800-63A-4). For numbers that are nobody's the same
questions are made out of the directory alone. All choice comes from an HMAC of the numbers given, so that asking
again shows the same and comparing two attempts teaches nothing. Sensitive departments and visits hidden from the
patient are neither answers nor decoys, and nothing the person has truly visited is ever a decoy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlmodel import Session, col, select

from health_cloud.core.actors import Actor, system
from health_cloud.core.clock import now
from health_cloud.core.crypto import blind
from health_cloud.core.words import Words
from health_cloud.identity.models import Department, Organization, Practitioner
from health_cloud.identity.views import VisitFact, VisitFacts

OPTIONS = 5
FORGOTTEN = -1
OPEN = -2
RIGHT_NEEDED = 2
JOB = "verification"

_SENSITIVE = (
    *("精神", "心理", "性病", "皮肤性病", "艾滋", "生殖", "戒毒", "成瘾", "肿瘤", "计划生育"),
    *("psychiatr", "psycholog", "mental", "venere", "hiv", "addict", "reproduct", "oncolog", "fertility", "abortion"),
)
"""Words in a department's name that keep it out of questions, beside what the hospital itself marks."""

_WITHOUT_VISITS = (
    *("检验", "放射", "超声", "病理", "药剂", "药房", "内镜", "影像", "核医学", "麻醉", "输血", "手术室", "供应室"),
    *("laborator", "radiolog", "ultraso", "patholog", "pharmac", "endoscop", "imaging", "nuclear", "anaesth", "anesth"),
)
"""Departments that nobody visits for themselves: as decoys they would give the true answer away."""

_MONTHS = 12
_YEARS_BACK = (0, 0, 0, 0, 0, 0, 1, 1, 2, 4)


class VisitsSource(Protocol):
    """Where visits come from; the chart lies above this feature, `app.py` plugs it in."""

    def __call__(self, session: Session, actor: Actor, person_id: str, organization_id: str, /) -> VisitFacts:
        """Return what one hospital knows of a person's visits; for nobody's id nothing, at the same cost."""
        ...


@dataclass(frozen=True)
class Drawn:
    """A question as it is kept: `right` is the index of the true option, or -1 where nothing is true."""

    kind: str
    options: tuple[tuple[str, str, str], ...]
    """(Chinese, English, month) each."""
    right: int


def _nothing(session: Session, actor: Actor, person_id: str, organization_id: str, /) -> VisitFacts:
    del session, actor, person_id, organization_id
    return VisitFacts()


_source: list[VisitsSource] = [_nothing]


def plug(source: VisitsSource) -> None:
    """Take visits from here on from this source."""
    _source[0] = source


def hospital_for(session: Session, numbers: str) -> str:
    """Return the hospital that numbers of nobody are asked about."""
    ids = session.exec(select(Organization.id).order_by(col(Organization.created_at))).all()
    return min(ids, key=lambda each: _rank(numbers, "hospital", each), default="")


def draw(session: Session, numbers: str, person_id: str, organization_id: str) -> list[Drawn]:
    """Draw the three questions.

    Args:
        session: a transaction; the reading of visits leaves its own line in the ledger.
        numbers: what was typed, normalised: the seed of every choice.
        person_id: whom the numbers name, empty for nobody.
        organization_id: the hospital asked about.
    """
    seed = blind(numbers, "identity_question.seed")
    facts = _source[0](session, verifier(), person_id, organization_id)
    departments = _departments(session, organization_id)
    doctors = {
        row_id: (name_zh, name_en)
        for row_id, name_zh, name_en, department_id in session.exec(
            select(Practitioner.id, Practitioner.name_zh, Practitioner.name_en, Practitioner.department_id).where(
                col(Practitioner.organization_id) == organization_id
            )
        ).all()
        if (name_zh or name_en) and (department_id is None or department_id in departments)
    }
    last = _last(facts.shown, departments)
    return [
        _named("department", seed, departments, last.department_id if last else "", facts.departments),
        _month(seed, last.month if last else "", facts.months),
        _named("practitioner", seed, doctors, last.practitioner_id if last else "", facts.practitioners),
    ]


def is_sensitive(name_zh: str, name_en: str, *, marked: bool) -> bool:
    """Tell whether a department must not appear in a question."""
    return marked or _names(name_zh, name_en, _SENSITIVE)


def _departments(session: Session, organization_id: str) -> dict[str, tuple[str, str]]:
    """Return the departments that may be spoken of: where patients are seen, none sensitive.

    A feed that names no departments names places; then these are asked about.
    """
    rows = [
        row
        for row in session.exec(select(Department).where(Department.organization_id == organization_id)).all()
        if row.kind != "campus"
        and not is_sensitive(row.name_zh, row.name_en, marked=row.sensitive)
        and not _names(row.name_zh, row.name_en, _WITHOUT_VISITS)
    ]
    proper = [row for row in rows if row.kind == "department"]
    return {row.id: (row.name_zh, row.name_en) for row in (proper if len(proper) >= OPTIONS else rows)}


def _names(name_zh: str, name_en: str, parts: tuple[str, ...]) -> bool:
    return any(part in f"{name_zh} {name_en}".lower() for part in parts)


def verifier() -> Actor:
    """Return the system's own actor for this work."""
    return system(JOB)


def right_answers(questions: Iterable[Drawn], answers: Iterable[int]) -> int:
    """Return how many answers are right; forgotten ones are not."""
    return sum(drawn.right >= 0 and answer == drawn.right for drawn, answer in zip(questions, answers, strict=True))


def answerable(questions: Iterable[Drawn]) -> int:
    """Return how many questions have a true answer."""
    return sum(drawn.right >= 0 for drawn in questions)


def words_of(option: tuple[str, str, str]) -> Words:
    """Return an option's name."""
    return Words(option[0], option[1])


def _last(shown: tuple[VisitFact, ...], departments: dict[str, tuple[str, str]]) -> VisitFact | None:
    """Return the newest visit to a department that may be spoken of."""
    return next((visit for visit in shown if visit.department_id in departments), None)


def _named(kind: str, seed: str, names: dict[str, tuple[str, str]], true_id: str, been: frozenset[str]) -> Drawn:
    true = true_id if true_id in names else ""
    taken = {names[true]} if true else set[tuple[str, str]]()
    picked = [true] if true else []
    for each in sorted(names, key=lambda name: _rank(seed, kind, name)):
        if len(picked) == OPTIONS:
            break
        if each not in been and names[each] not in taken:
            picked.append(each)
            taken.add(names[each])
    picked.sort(key=lambda name: _rank(seed, f"{kind} place", name))
    return Drawn(kind, tuple((*names[each], "") for each in picked), picked.index(true) if true else -1)


def _month(seed: str, true: str, been: frozenset[str]) -> Drawn:
    """Offer five months out of a year around the true one, or around one that could be."""
    current = now().date()
    anchor = _index(true) if true else _plausible(seed, current)
    first = anchor - int(_rank(seed, "year", ""), 16) % _MONTHS
    first = min(first, current.year * 12 + current.month - _MONTHS)
    near = [month for month in range(first, first + _MONTHS) if month != anchor and _text(month) not in been]
    near.sort(key=lambda month: _rank(seed, "month", str(month % 12)))
    picked = sorted([anchor, *near[: OPTIONS - 1]])
    return Drawn("month", tuple(("", "", _text(month)) for month in picked), picked.index(anchor) if true else -1)


def _plausible(seed: str, current: date) -> int:
    """Return a month that moves but once a year, as a true last visit does; some lie years back, as true ones do."""
    drawn = int(_rank(seed, "anchor", ""), 16)
    this = current.year * 12 + current.month - 1
    return this - (this - drawn % _MONTHS) % _MONTHS - _MONTHS * _YEARS_BACK[drawn // _MONTHS % len(_YEARS_BACK)]


def _index(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def _text(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _rank(seed: str, purpose: str, each: str) -> str:
    """Return a stable random order; the seed is an HMAC under a key that nobody outside has."""
    return hashlib.sha256(f"{seed}\x1f{purpose}\x1f{each}".encode()).hexdigest()
