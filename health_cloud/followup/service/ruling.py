"""The rules of online follow-up at a hospital: which version holds, and how its staff change what is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from health_cloud.core import changes, clock, ledger
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Conflict, Denied, Invalid, NotFound
from health_cloud.core.policy import Action, Decision, decide
from health_cloud.followup.models import RuleVersion
from health_cloud.followup.service import rows
from health_cloud.followup.service.eligibility import hospital
from health_cloud.followup.service.eligibility.hospital import Own, OwnDisease, OwnFlag
from health_cloud.followup.service.eligibility.rules import Rules, shipped

FARTHEST = timedelta(days=365)
_DRAFT = 0
_HIGHEST = 2**31 - 1
"""No database has a higher number."""


def rules_topic(organization_id: str) -> str:
    """Return the topic of a hospital's rules."""
    return f"rules:{organization_id}"


def rules_at(session: Session, organization_id: str) -> Rules:
    """Return the rules that hold at a hospital now."""
    row = in_force(session, organization_id)
    return hospital.rules_in(row.body, row.number) if row is not None else shipped()


def own_at(session: Session, organization_id: str) -> Own:
    """Return what a hospital has set and holds now."""
    row = in_force(session, organization_id)
    return hospital.own_from(row.body) if row is not None else hospital.nothing_own()


def rules_of(session: Session, organization_id: str, version: int) -> Rules:
    """Return the rules of a version by which something was judged once; what is shipped where it is of no hospital."""
    row = session.exec(
        select(RuleVersion).where(
            RuleVersion.organization_id == organization_id, RuleVersion.number == version % hospital.PER_SHIPPED
        )
    ).first()
    own = version >= hospital.PER_SHIPPED and row is not None and row.number != _DRAFT
    return hospital.rules_in(row.body, row.number) if own and row is not None else shipped()


def in_force(session: Session, organization_id: str) -> RuleVersion | None:
    """Return the version of the hospital's own that holds now; nothing while it has set nothing."""
    return session.exec(
        select(RuleVersion)
        .where(
            RuleVersion.organization_id == organization_id,
            col(RuleVersion.number) > _DRAFT,
            col(RuleVersion.from_at) <= clock.now(),
        )
        .order_by(col(RuleVersion.number).desc())
        .limit(1)
    ).first()


def drafted(session: Session, organization_id: str) -> tuple[Own, int]:
    """Return what staff are working at and how often it was changed; it begins with what was published last."""
    row = row_of(session, organization_id, _DRAFT)
    if row is not None:
        return hospital.own_from(row.body), row.turn
    last = newest(session, organization_id)
    return (hospital.own_from(last.body) if last is not None else hospital.nothing_own()), 0


def newest(session: Session, organization_id: str) -> RuleVersion | None:
    """Return the version that was published last, whether or not its day has come."""
    return session.exec(
        select(RuleVersion)
        .where(RuleVersion.organization_id == organization_id, col(RuleVersion.number) > _DRAFT)
        .order_by(col(RuleVersion.number).desc())
        .limit(1)
    ).first()


def set_limits(session: Session, actor: Actor, turn: object, months: object, years: object) -> None:
    """Set the months since the last visit in person, and the age below which a child is small.

    Raises:
        Denied: not staff of a hospital.
        Invalid: not a number within its limits.
        Conflict: a colleague has changed it meanwhile.
    """
    _allow(actor)
    own, _ = drafted(session, actor.organization_id)
    limits = hospital.number_of(months, hospital.MONTHS, "months"), hospital.number_of(years, hospital.YEARS, "years")
    _keep(session, actor, turn, replace(own, months=limits[0], years=limits[1]))


def switch_disease(session: Session, actor: Actor, turn: object, name: object) -> None:
    """Take a disease that is shipped off the hospital's list, or put it back.

    Raises:
        Denied: not staff of a hospital.
        NotFound: no such disease.
        Conflict: a colleague has changed it meanwhile.
    """
    _allow(actor)
    if not isinstance(name, str) or name not in shipped().diseases:
        raise NotFound
    own, _ = drafted(session, actor.organization_id)
    without = set(own.without) ^ {name}
    _keep(session, actor, turn, replace(own, without=tuple(sorted(without))))


def add_disease(session: Session, actor: Actor, turn: object, form: dict[str, object]) -> None:
    """Put a disease of the hospital's own on its list: `zh`, `en`, `icd10`, `snomed` of a form.

    Raises:
        Denied: not staff of a hospital.
        Invalid: a name or a code cannot be, or there are none, or too many diseases; `field` says which.
        Conflict: a colleague has changed it meanwhile.
    """
    _allow(actor)
    own, _ = drafted(session, actor.organization_id)
    words = hospital.words_of(form, "zh", "en")
    icd10, snomed = hospital.icd_of(form.get("icd10")), hospital.snomed_of(form.get("snomed"))
    if not icd10 and not snomed:
        raise Invalid("followup.rules.error.no_code", field="icd10")
    if len(own.diseases) >= hospital.MOST_DISEASES:
        raise Invalid("followup.rules.error.many", field="zh", most=hospital.MOST_DISEASES)
    made = OwnDisease(_free_name("own", [each.name for each in own.diseases]), words.zh, words.en, icd10, snomed)
    _keep(session, actor, turn, replace(own, diseases=(*own.diseases, made)))


def drop_disease(session: Session, actor: Actor, turn: object, name: object) -> None:
    """Take a disease of the hospital's own off its list, with what is asked about it alone.

    Raises:
        Denied, NotFound, Conflict: as `switch_disease`.
    """
    _allow(actor)
    own, _ = drafted(session, actor.organization_id)
    kept = tuple(each for each in own.diseases if each.name != name)
    if len(kept) == len(own.diseases):
        raise NotFound
    flags = tuple(each for each in own.flags if each.disease != name)
    _keep(session, actor, turn, replace(own, diseases=kept, flags=flags))


def add_flag(session: Session, actor: Actor, turn: object, form: dict[str, object]) -> None:
    """Ask about a further sign: `sign_zh`, `sign_en`, `urgent` (`yes`), `disease` (empty: of everybody) of a form.

    Raises:
        Denied, Invalid, Conflict: as `add_disease`.
    """
    _allow(actor)
    own, _ = drafted(session, actor.organization_id)
    words = hospital.words_of(form, "sign_zh", "sign_en")
    disease = form.get("disease") or ""
    known = {name for name in shipped().diseases if name not in own.without} | {each.name for each in own.diseases}
    if not isinstance(disease, str) or (disease and disease not in known):
        raise Invalid("followup.rules.error.disease", field="disease")
    if len(own.flags) >= hospital.MOST_FLAGS:
        raise Invalid("followup.rules.error.many", field="sign_zh", most=hospital.MOST_FLAGS)
    name = _free_name("sign", [each.name for each in own.flags])
    made = OwnFlag(name, words.zh, words.en, urgent=form.get("urgent") == "yes", disease=disease)
    _keep(session, actor, turn, replace(own, flags=(*own.flags, made)))


def drop_flag(session: Session, actor: Actor, turn: object, name: object) -> None:
    """Ask no longer about a sign of the hospital's own; the built-in ones are always asked about.

    Raises:
        Denied, NotFound, Conflict: as `switch_disease`.
    """
    _allow(actor)
    own, _ = drafted(session, actor.organization_id)
    kept = tuple(each for each in own.flags if each.name != name)
    if len(kept) == len(own.flags):
        raise NotFound
    _keep(session, actor, turn, replace(own, flags=kept))


def take_up(session: Session, actor: Actor, turn: object, number: object) -> None:
    """Work on from an earlier version, or from what is shipped (0): published, it is a newer one.

    Raises:
        Denied, NotFound, Conflict: as `switch_disease`.
    """
    _allow(actor)
    if not isinstance(number, int) or isinstance(number, bool) or not _DRAFT <= number <= _HIGHEST:
        raise NotFound
    row = row_of(session, actor.organization_id, number) if number > _DRAFT else None
    if row is None and number != _DRAFT:
        raise NotFound
    _keep(session, actor, turn, hospital.own_from(row.body) if row is not None else hospital.nothing_own())


def publish(session: Session, actor: Actor, turn: object, day: object) -> int:
    """Put what was worked at into force from a day on, empty for at once; returns the number of the version.

    Checks by an older version are asked anew. What was published before and has not come yet never comes.

    Raises:
        Denied: not staff of a hospital.
        Invalid: no day, one that is past, or too far; or nothing is different.
        Conflict: a colleague has changed it meanwhile.
    """
    decision = _allow(actor)
    own, known = drafted(session, actor.organization_id)
    if turn != known or isinstance(turn, bool):
        raise Conflict("followup.rules.error.elsewhere")
    last = newest(session, actor.organization_id)
    if own == (hospital.own_from(last.body) if last is not None else hospital.nothing_own()):
        raise Invalid("followup.rules.error.same")
    from_at = _from(session, actor.organization_id, day)
    row = RuleVersion(
        organization_id=actor.organization_id,
        number=(last.number if last is not None else 0) + 1,
        body=hospital.body_of(own),
        from_at=from_at,
        changed_by=actor.account_id,
        changed_at=clock.now(),
    )
    hospital.merged(own, row.number)  # it holds together, or nothing is kept
    draft = row_of(session, actor.organization_id, _DRAFT, locked=True)
    if draft is not None:
        session.delete(draft)
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("followup.rules.error.elsewhere") from None
    detail: dict[str, str | int] = {"version": row.number, "from": from_at.isoformat(), "months": own.months}
    detail |= {"years": own.years, "without": len(own.without), "diseases": len(own.diseases), "signs": len(own.flags)}
    ledger.write(session, actor, Action.MANAGE_RULES, ledger.DONE, decision=decision, detail=detail)
    changes.note(session, rules_topic(actor.organization_id))
    return row.number


def _from(session: Session, organization_id: str, day: object) -> datetime:
    """Return the beginning of a day on the hospital's calendar; now where none is named."""
    now = clock.now()
    if day in ("", None):
        return now
    try:
        chosen = date.fromisoformat(str(day))
    except ValueError:
        raise Invalid("followup.error.day", field="day") from None
    zone = ZoneInfo(rows.zone_of(session, organization_id))
    begins = datetime.combine(chosen, time(), zone)
    if chosen < now.astimezone(zone).date() or begins > now + FARTHEST:
        raise Invalid("followup.error.coming_day", field="day")
    return max(begins.astimezone(now.tzinfo), now)


def _keep(session: Session, actor: Actor, turn: object, own: Own) -> None:
    row = row_of(session, actor.organization_id, _DRAFT, locked=True)
    if turn != (row.turn if row is not None else 0) or isinstance(turn, bool):
        raise Conflict("followup.rules.error.elsewhere")
    row = row or RuleVersion(
        organization_id=actor.organization_id, number=_DRAFT, body="", from_at=clock.now(), changed_by=actor.account_id
    )
    row.body, row.turn = hospital.body_of(own), row.turn + 1
    row.changed_by, row.changed_at = actor.account_id, clock.now()
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("followup.rules.error.elsewhere") from None
    changes.note(session, rules_topic(actor.organization_id))


def row_of(session: Session, organization_id: str, number: int, *, locked: bool = False) -> RuleVersion | None:
    """Return one version of a hospital, 0 for what is worked at."""
    query = select(RuleVersion).where(RuleVersion.organization_id == organization_id, RuleVersion.number == number)
    return session.exec(query.with_for_update() if locked else query).first()


def versions(session: Session, organization_id: str, most: int) -> list[RuleVersion]:
    """Return the published versions, the newest first."""
    query = select(RuleVersion).where(RuleVersion.organization_id == organization_id, col(RuleVersion.number) > _DRAFT)
    return list(session.exec(query.order_by(col(RuleVersion.number).desc()).limit(most)).all())


def _free_name(stem: str, taken: list[str]) -> str:
    return next(f"{stem}_{number}" for number in range(1, len(taken) + 2) if f"{stem}_{number}" not in taken)


def _allow(actor: Actor) -> Decision:
    decision = decide(actor, Action.MANAGE_RULES)
    if not decision.allowed or not actor.organization_id:
        raise Denied(action=Action.MANAGE_RULES.value)
    return decision


def allow(actor: Actor) -> Decision:
    """Return why the actor manages the rules of their hospital.

    Raises:
        Denied: they do not.
    """
    return _allow(actor)
