"""Making a link: what was chosen is read through the door and sealed under a key that goes out with the link alone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, Final

from sqlmodel import Session, func, select

from health_cloud.chart.service import Chart, open_chart
from health_cloud.core import changes, clock
from health_cloud.core.actors import Actor
from health_cloud.core.crypto import blind, seal, seal_text
from health_cloud.core.errors import Conflict, Denied, Invalid
from health_cloud.core.policy import Action
from health_cloud.core.proof import require_fresh
from health_cloud.core.settings import settings
from health_cloud.core.vocabulary import RecordClass
from health_cloud.identity.service import passwords
from health_cloud.identity.service.relations import decision_in
from health_cloud.links.models import Link, LinkFile
from health_cloud.links.service import payload
from health_cloud.links.service.fhir.chosen import chosen_bundle, picked
from health_cloud.links.service.fhir.summary import summary_bundle
from health_cloud.links.service.living import TOKEN, TRIES, living
from health_cloud.links.views import MadeLink, Offer, Wish

HOURS: Final = (1, 24, 72, 168, 720)
LONGEST_LABEL: Final = 80
_LONGEST_FILE = 6_000_000
_LIVING = 20
_DIGITS = 6


def hours_offered() -> list[int]:
    """Return how long a link may live by the hospital's setting, in hours."""
    return [hours for hours in HOURS if hours <= settings().link_days * 24]


def offer(session: Session, actor: Actor, entry_id: str = "") -> Offer:
    """Return what the actor can show; an entry that is named is looked up.

    Raises:
        Denied: not a patient, nor a guardian who decides.
        NotFound: no such entry, or none that the actor sees.
    """
    if not actor.subject_id or not decision_in(session, actor, Action.MAKE_LINK).allowed:
        raise Denied(action=Action.MAKE_LINK.value, person_id=actor.subject_id)
    with open_chart(session, actor, actor.subject_id, Action.COUNT_ENTRIES) as chart:
        counts = {each.record_class: each.count for each in chart.counts()}
        if not entry_id:
            return Offer(counts)
        row = chart.entry(entry_id).row
        return Offer(counts, row.title.zh, row.title.en, row.id)


def new_passcode() -> str:
    """Return a passcode that people can say on the telephone; nobody chooses a birthday."""
    return "".join(secrets.choice("0123456789") for _ in range(_DIGITS))


def make_link(session: Session, actor: Actor, wish: Wish, passcode: str, hashed: str) -> MadeLink:
    """Make a link.

    Args:
        session: the transaction.
        actor: the patient, or a guardian who decides.
        wish: what to show, for how long.
        passcode: what whoever holds it needs besides; empty for none.
        hashed: its hash, which takes a while and is therefore made before.

    Raises:
        Denied: not theirs to show.
        Invalid: nothing chosen, too long, or nothing there; `field` says which.
        Conflict: too many links live already.
        Unproved: no second factor was shown just now, and the hospital asks for one.
    """
    if settings().fresh_for_access:
        require_fresh(actor)
    _check(session, actor, wish)
    token, key, at = payload.new_token(), payload.new_key(), clock.now()
    until = (at + timedelta(hours=wish.hours)).replace(microsecond=0)
    link = Link(
        person_id=actor.subject_id,
        account_id=actor.account_id,
        token=blind(token, TOKEN),
        passcode=hashed,
        summary=wish.summary,
        classes=",".join(name for name in RecordClass if name in wish.scope.classes),
        period_from=wish.scope.period_from,
        period_to=wish.scope.period_to,
        created_at=at,
        until_at=until,
        tries_left=TRIES,
    )
    link.label = seal_text(wish.label, "links_link.label", link.id) if wish.label else None
    with open_chart(session, actor, _subject(actor), Action.MAKE_LINK) as chart:
        chart.detail["link"] = link.id
        files, link.entries = _files(chart, wish)
        link.classes = link.classes or ",".join(sorted(chart.classes) if wish.entry else ())
    session.add(link)
    session.flush()
    for position, content in enumerate(files):
        _keep(session, link.id, position, payload.encrypted(content, key))
    changes.note(session, f"person:{actor.subject_id}")
    code = payload.code_of(token, key, label=wish.label, until=int(until.timestamp()), passcode=bool(passcode))
    whole = payload.viewed(code)
    drawn, size = payload.picture(whole)
    return MadeLink(link.id, whole, code, passcode, drawn, size, until.isoformat(), wish.label)


def hashed_of(passcode: str) -> str:
    """Return the argon2id hash of a passcode; of none, nothing."""
    return passwords.hash_password(passcode) if passcode else ""


def _subject(actor: Actor) -> str:
    if not actor.subject_id:
        raise Denied(action=Action.MAKE_LINK.value)
    return actor.subject_id


def _check(session: Session, actor: Actor, wish: Wish) -> None:
    if not (wish.summary or wish.scope.classes or wish.entry):
        raise Invalid("links.error.nothing", field="what")
    if wish.hours not in hours_offered():
        raise Invalid("links.error.hours", field="hours")
    if len(wish.label) > LONGEST_LABEL:
        raise Invalid("links.error.label", field="label", longest=LONGEST_LABEL)
    count = session.exec(
        select(func.count()).select_from(Link).where(Link.person_id == actor.subject_id, living())
    ).one()
    if count >= _LIVING:
        raise Conflict("links.error.many", most=_LIVING)


def _files(chart: Chart, wish: Wish) -> tuple[list[dict[str, Any]], int]:
    """Return the files of a link, and how many entries were chosen for it."""
    files: list[dict[str, Any]] = []
    entries = picked(chart, wish.scope, wish.entry) if wish.entry or wish.scope.classes else []
    if not wish.summary and not entries:
        raise Invalid("links.error.empty", field="what")
    if wish.summary:
        files.append(summary_bundle(chart))
    if entries:
        files.append(chosen_bundle(chart, entries))
    return files, 1 if wish.entry else len(entries)


def _keep(session: Session, link_id: str, position: int, jwe: str) -> None:
    if len(jwe) > _LONGEST_FILE:
        raise Invalid("links.error.too_much", field="what")
    file = LinkFile(link_id=link_id, position=position)
    file.content = seal(jwe.encode(), "links_file.content", file.id)
    session.add(file)
