"""What stands on an emergency card: read like the summary, through the same door, with a line in the ledger."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from sqlmodel import Session

from health_cloud.card.views import NOTHING, CardLine, CardPart, EmergencyCard, KeptCard
from health_cloud.chart.service import Chart, open_chart
from health_cloud.core.actors import Actor
from health_cloud.core.errors import Denied, Invalid
from health_cloud.core.i18n import say, texts
from health_cloud.core.policy import Action
from health_cloud.core.words import Words
from health_cloud.identity.service import kept
from health_cloud.identity.service.people import person_facts
from health_cloud.records.service.blood import blood_groups
from health_cloud.records.service.reading import opens_next, topics_of
from health_cloud.records.service.summary import note_shown, summary_of
from health_cloud.records.views.medicines import MedicineLine
from health_cloud.records.views.summary import SummaryGroup, SummaryLine, SummaryPage

PARTS: Final = ("name", "birth", "blood", "allergies", "medicines", "problems")
"""What can be chosen of what hospitals know; a contact and a language are typed, and never come here."""
_LISTED: Final = ("blood", "allergies", "medicines", "problems")
_PRESENT: Final = "records.status.active"
"""Everything on the card is: to say it on each line helps nobody."""
MOST = 12
"""So many lines of a kind a helper reads; the card says how many more there are."""
_LABELS: Final = (
    "card.on.title", "card.on.born", "card.on.as_of", "card.on.none", "card.on.left",
    "card.on.more", "card.on.older", "card.on.contact", "card.on.language", "card.on.typed", "card.on.rule",
    "card.on.until", "card.on.name", "card.on.birth", "card.on.blood", "card.on.allergies", "card.on.medicines",
    "card.on.problems", "card.on.registered", "card.on.hidden",
)  # fmt: skip


def card_page(session: Session, actor: Actor) -> EmergencyCard:
    """Return everything that can stand on the actor's own card.

    Raises:
        Denied: not a patient's own affairs, or nothing of this person is shown to anybody.
    """
    return _made(session, actor, PARTS, Action.READ_ENTRIES)


def keep_card(session: Session, actor: Actor, parts: Collection[str]) -> KeptCard:
    """Return what the actor chose for the card on the phone at hand; nothing else is read out.

    Raises:
        Denied: as `card_page`.
        Invalid: nothing chosen, or no such part.
    """
    return KeptCard(_chosen(session, actor, parts, Action.KEEP_CARD), kept.token_of(actor))


def card_now(session: Session, actor: Actor, parts: Collection[str]) -> EmergencyCard:
    """Return what a card of these parts would say by now.

    Raises:
        Denied, Invalid: as `keep_card`.
    """
    return _chosen(session, actor, parts, Action.READ_ENTRIES)


def _chosen(session: Session, actor: Actor, parts: Collection[str], action: Action) -> EmergencyCard:
    if not parts or set(parts) - set(PARTS):
        raise Invalid
    return replace(_made(session, actor, parts, action), topics=(), opens="")


def _made(session: Session, actor: Actor, parts: Collection[str], action: Action) -> EmergencyCard:
    """Read a card. It is its owner's: whoever finds the phone takes it for the record of whoever carries it."""
    if not actor.person_id or actor.for_person_id:
        raise Denied(action=action.value, person_id=actor.subject_id)
    with open_chart(session, actor, actor.person_id, action) as chart:
        chart.detail["parts"] = ",".join(name for name in PARTS if name in parts)
        listed, older = _listed(chart, parts)
        person = person_facts(session, actor.person_id)
        return EmergencyCard(
            person=person.name if "name" in parts else NOTHING,
            born=person.birth_date if "birth" in parts else "",
            parts=listed,
            at=chart.now.isoformat(),
            older=older,
            labels={key.removeprefix("card.on."): _label(key) for key in _LABELS},
            topics=topics_of(chart),
            opens=opens_next(chart),
        )


def _label(key: str) -> Words:
    """Return a text of the card in both languages; the phone fills in what it knows only later."""
    later = {name: f"{{{{{name}}}}}" for name in ("day", "parts", "count")}
    return Words(say(key, "zh", **later), say(key, "en", **later))


def both(key: str) -> Words:
    """Return a text of ours in both languages; what is no key is its source's own word."""
    return Words(say(key, "zh"), say(key, "en")) if key in texts() else Words.same(key)


def _listed(chart: Chart, parts: Collection[str]) -> tuple[list[CardPart], bool]:
    wanted = [name for name in _LISTED if name in parts]
    if not wanted:
        return [], False
    summary, entries = summary_of(chart)
    page = SummaryPage(
        problems=_holding(summary.problems) if "problems" in parts else SummaryGroup(),
        allergies=_holding(summary.allergies) if "allergies" in parts else SummaryGroup(),
        medicines=summary.medicines[:MOST] if "medicines" in parts else [],
        named=_holding(summary.named) if "medicines" in parts else SummaryGroup(),
    )
    note_shown(chart, page, entries)
    lines = {
        "blood": lambda: _blood(chart),
        "allergies": lambda: _said(page.allergies),
        "medicines": lambda: [*map(_medicine, page.medicines), *_said(page.named)],
        "problems": lambda: _said(page.problems),
    }
    whole = {
        "allergies": _count(summary.allergies),
        "medicines": len(summary.medicines) + _count(summary.named),
        "problems": _count(summary.problems),
    }
    made = [(name, lines[name]()) for name in wanted]
    return [
        CardPart(name, both(f"card.on.{name}"), found, max(0, whole.get(name, 0) - len(found))) for name, found in made
    ], summary.older


def _holding(group: SummaryGroup) -> SummaryGroup:
    """Leave what holds and what a hospital says expressly of there being none; what is over helps nobody in haste."""
    return SummaryGroup(current=group.current[:MOST], stated=group.stated)


def _count(group: SummaryGroup) -> int:
    return len(group.current) + len(group.stated) + group.more


def _said(group: SummaryGroup) -> list[CardLine]:
    return [_line(each) for each in (*group.current, *group.stated)]


def _line(line: SummaryLine) -> CardLine:
    status = "records.summary.differ" if line.differ else line.status
    told = [*line.details, *(both(key) for key in (status, line.severity) if key not in ("", _PRESENT))]
    return CardLine(line.title, told, line.newest.organization, line.newest.at)


def _medicine(line: MedicineLine) -> CardLine:
    told = [line.newest.dose] if line.newest.dose != NOTHING else []
    return CardLine(line.name, told, line.newest.organization, line.newest.at)


def _blood(chart: Chart) -> list[CardLine]:
    return [
        CardLine(
            Words(f"{each.name.pick('zh')} {each.value.pick('zh')}", f"{each.name.pick('en')} {each.value.pick('en')}"),
            [both("records.summary.differ")] if each.differ else [],
            each.organization,
            each.at,
        )
        for each in blood_groups(chart)
    ]
