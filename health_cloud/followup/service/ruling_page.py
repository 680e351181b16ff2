"""The hospital's rules for its staff: rule by rule what holds, what is worked at, and what that would have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from health_cloud.core import clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.policy import Action
from health_cloud.core.words import Words
from health_cloud.followup.models import Checked, RuleVersion
from health_cloud.followup.service import checking, rows, ruling
from health_cloud.followup.service.eligibility import hospital
from health_cloud.followup.service.eligibility.deciding import MET, NOT_MET, UNKNOWN, months_before
from health_cloud.followup.service.eligibility.hospital import Own
from health_cloud.followup.service.eligibility.rules import Rules, shipped
from health_cloud.followup.views import Check, Verdict
from health_cloud.followup.views.ruling import (
    HeldRule,
    HospitalRules,
    ListedDisease,
    ListedFlag,
    RuleEffect,
    RuleVersionRow,
)
from health_cloud.identity.service.ages import has_reached
from health_cloud.identity.service.faces import account_card, departments_in
from health_cloud.identity.service.people import birth_date_of_person

OWN_RULES = {"diagnosis": "list", "flags": "add", "recent": "own", "child": "stricter"}
"""Rules in which a hospital sets something, with the last part of the key of what it may set."""
LOOKED = 200
_BEFORE = 20


def rules_page(session: Session, actor: Actor) -> HospitalRules:
    """Return the rules of the actor's hospital.

    Raises:
        Denied: not staff of a hospital.
    """
    ruling.allow(actor)
    organization_id = actor.organization_id
    held = ruling.rules_at(session, organization_id)
    own, turn = ruling.drafted(session, organization_id)
    last = ruling.newest(session, organization_id)
    published = hospital.own_from(last.body) if last is not None else hospital.nothing_own()
    draft = ruling.row_of(session, organization_id, 0)
    zone = rows.zone_of(session, organization_id)
    return HospitalRules(
        version=hospital.said(held.version),
        rules=tuple(_rule(name, held) for name in held.texts),
        months=own.months,
        years=own.years,
        diseases=tuple(_diseases(own)),
        flags=tuple(_flags(own)),
        turn=turn,
        changed=own != published,
        by=account_card(session, draft.changed_by).name if draft is not None else Words(),
        at=rows.local(draft.changed_at, zone) if draft is not None else "",
        history=tuple(_history(session, organization_id, zone)),
        today=rows.today(session, organization_id),
    )


def preview_rules(session: Session, actor: Actor) -> RuleEffect:
    """Tell how many of the hospital's last checks would have ended differently: numbers alone, one line in its ledger.

    They are judged again by what they rested on when they were made. A disease that is new on the list was not to be
    chosen then, and a sign that is new was not asked about: the latter are counted apart.

    Raises:
        Denied: not staff of a hospital.
    """
    decision = ruling.allow(actor)
    own, _ = ruling.drafted(session, actor.organization_id)
    rules = hospital.merged(own, 1)
    named = {department: name for department, name in departments_in(session, actor.organization_id)}  # noqa: C416
    zone = ZoneInfo(rows.zone_of(session, actor.organization_id))
    found = session.exec(
        select(Checked).where(col(Checked.department_id).in_(named)).order_by(col(Checked.made_at).desc()).limit(LOOKED)
    ).all()
    refused = let = asked = 0
    for row in found:
        verdict, answers = checking.kept_in(row)
        known = ruling.rules_of(session, actor.organization_id, row.rules_version)
        may = _would(session, row, verdict, answers.disease, rules, named[row.department_id], zone)
        refused += verdict.met and not may
        let += may and not verdict.met
        asked += {each.name for each in rules.asked_of(answers.disease)} > {
            each.name for each in known.asked_of(answers.disease)
        }
    detail: dict[str, str | int] = {"what": "preview", "looked": len(found), "refused": refused, "let": let}
    ledger.write(session, actor, Action.MANAGE_RULES, ledger.ALLOWED, decision=decision, detail=detail)
    return RuleEffect(ready=True, looked=len(found), refused=refused, let=let, asked=asked)


def _would(
    session: Session, row: Checked, verdict: Verdict, disease: str, rules: Rules, department: Words, zone: ZoneInfo
) -> bool:
    """Judge a check again by what it rested on."""
    today = row.made_at.astimezone(zone).date()
    by_name = {each.name: each for each in verdict.checks}
    states = {name: each.state for name, each in by_name.items()}
    if (day := _day(by_name.get("first"))) is not None:
        kept = states["recent"] == UNKNOWN
        states["recent"] = MET if day >= months_before(today, rules.months) else UNKNOWN if kept else NOT_MET
    if disease not in rules.diseases:
        states["diagnosis"] = NOT_MET
    born = birth_date_of_person(session, row.person_id)
    old_enough = has_reached(born, rules.child_years, today)
    with_guardian = row.account_id != "" and rules.is_for_children(department)
    if old_enough:
        states["child"] = MET
    elif states.get("child") == MET and not with_guardian:
        states["child"] = NOT_MET
    return all(state == MET for state in states.values())


def _day(check: Check | None) -> date | None:
    try:
        return date.fromisoformat(check.day) if check is not None and check.state == MET else None
    except ValueError:
        return None


def _rule(name: str, held: Rules) -> HeldRule:
    text = held.texts[name]
    what = OWN_RULES.get(name, "law")
    return HeldRule(name, text.number, text.text, text.source, name in OWN_RULES, f"followup.rules.why.{what}")


def _diseases(own: Own) -> Iterator[ListedDisease]:
    for each in own.diseases:
        yield ListedDisease(each.name, Words(each.zh, each.en), _codes(each.icd10, each.snomed), own=True)
    for name, disease in shipped().diseases.items():
        codes = _codes(disease.icd10, sorted(disease.snomed))
        yield ListedDisease(name, disease.words, codes, off=name in own.without)


def _codes(icd10: Iterable[str], snomed: Iterable[str]) -> str:
    said = [f"{name} {', '.join(each)}" for name, each in (("ICD-10", icd10), ("SNOMED CT", snomed)) if each]
    return "; ".join(said)


def _flags(own: Own) -> Iterator[ListedFlag]:
    named = {name: each.words for name, each in shipped().diseases.items()}
    named |= {each.name: Words(each.zh, each.en) for each in own.diseases}
    for each in own.flags:
        yield ListedFlag(each.name, Words(each.zh, each.en), each.urgent, own=True, of=named.get(each.disease, Words()))
    for flag in shipped().flags.values():
        yield ListedFlag(flag.name, flag.words, flag.urgent)


def _history(session: Session, organization_id: str, zone: str) -> Iterator[RuleVersionRow]:
    now, held = clock.now(), ruling.in_force(session, organization_id)
    above: list[RuleVersion] = []
    for row in ruling.versions(session, organization_id, _BEFORE):
        if held is not None and row.number == held.number:
            state = "now"
        elif row.from_at > now:
            state = "never" if any(each.from_at <= row.from_at for each in above) else "coming"
        else:
            state = "before"
        above.append(row)
        own = hospital.own_from(row.body)
        yield RuleVersionRow(
            number=row.number,
            state=state,
            from_at=rows.local(row.from_at, zone),
            by=account_card(session, row.changed_by).name,
            at=rows.local(row.changed_at, zone),
            months=own.months,
            years=own.years,
            diseases=len(shipped().diseases) - len(own.without) + len(own.diseases),
            signs=len(own.flags),
        )
