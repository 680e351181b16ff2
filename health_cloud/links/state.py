"""States of links: one's own, and one that is being made. What is made is shown once and kept in no State."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import reflex as rx

from health_cloud.consent.service import wishes
from health_cloud.core import clock
from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.core.policy import Need, Scope
from health_cloud.core.vocabulary import RecordClass
from health_cloud.identity.state.proof import prove_first
from health_cloud.links.service import ending, making, own
from health_cloud.links.views import LinkCard, MadeLink, Offer, Wish

_NOTHING = Offer()
_NONE_MADE = MadeLink()
_CLASSES = frozenset(each.value for each in RecordClass)
_PERIODS = {"": 0, "90": 90, "365": 365, "1095": 1095}

HANDLERS = {
    **{f"Links.{name}": Need.PATIENT for name in ("load", "end")},
    **{
        f"NewLink.{name}": Need.PATIENT
        for name in (
            "load",
            "toggle",
            "toggle_summary",
            "toggle_passcode",
            "pick_period",
            "pick_hours",
            "name_it",
            "make",
        )
    },
}


class Links(rx.State):
    """One's own links.

    Attributes:
        cards: those that live, then those that were over last.
        problem, params: what went wrong.
    """

    cards: list[LinkCard] = []  # noqa: RUF012 - Reflex copies defaults
    ready: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    @rx.event
    async def end(self, link_id: str) -> None:
        """End one at once."""
        try:
            await transact(ending.end_link, acting(), link_id if isinstance(link_id, str) else "")
        except HealthCloudError as problem:
            self.problem, self.params = told(problem)
        else:
            self.problem = ""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            self.cards = await transact(own.own_links, actor)
        except HealthCloudError as problem:
            self.problem, self.params = told(problem)
            self.cards, self.ready = [], True
            return
        self.ready = True
        lives = [datetime.fromisoformat(card.until_at) for card in self.cards if card.state == "living"]
        topics = frozenset({f"person:{actor.subject_id}"})
        watch = Watch(
            self.router.session.client_token,
            self.get_full_name(),
            actor.session_id,
            topics,
            None,
            False,
            min(lives, default=None),
        )
        registry.watch(watch)


class NewLink(rx.State):
    """A link that is being made.

    Attributes:
        offered: what there is to show.
        chosen: record classes; `period` is how many days back, empty for all; `entry` one entry instead of classes.
        made: what was made, for the moment in which it goes to the browser.
    """

    offered: Offer = _NOTHING
    hours_offered: list[str] = []  # noqa: RUF012
    summary: bool = True
    chosen: list[str] = []  # noqa: RUF012
    period: str = ""
    hours: str = "24"
    passcode: bool = True
    label: str = ""
    made: MadeLink = _NONE_MADE
    ready: bool = False
    problem: str = ""
    field: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Look up what there is to show, and the entry that the address names."""
        self.reset()
        entry = str(self.router.url.query_parameters.get("entry", ""))
        try:
            self.offered = await transact(making.offer, acting(), entry)
        except HealthCloudError as problem:
            self._tell(problem)
        else:
            self.summary = not self.offered.entry
            self.hours_offered = [str(hours) for hours in making.hours_offered()]
        self.ready = True

    @rx.event
    def toggle_summary(self) -> None:
        """Show the summary or not."""
        self.summary = not self.summary

    @rx.event
    def toggle(self, record_class: str) -> None:
        """Show a class or not."""
        if isinstance(record_class, str) and record_class in _CLASSES:
            self.chosen = sorted(set(self.chosen) ^ {record_class})

    @rx.event
    def pick_period(self, period: str) -> None:
        """Show what happened since so many days ago."""
        if isinstance(period, str) and period in _PERIODS:
            self.period = period

    @rx.event
    def pick_hours(self, hours: str) -> None:
        """Let it live for so long."""
        if hours in self.hours_offered:
            self.hours = hours

    @rx.event
    def toggle_passcode(self) -> None:
        """Ask for a passcode or not."""
        self.passcode = not self.passcode

    @rx.event
    def name_it(self, label: str) -> None:
        """Call it something."""
        self.label = label[:200].strip() if isinstance(label, str) else ""

    @rx.event
    async def make(self) -> AsyncIterator[None]:
        """Make it; it goes to the browser, and nothing of it stays here."""
        self.problem = ""
        try:
            wish = self._wish()
            passcode = making.new_passcode() if self.passcode else ""
            hashed = await asyncio.to_thread(making.hashed_of, passcode)
            made = await transact(making.make_link, acting(), wish, passcode, hashed)
        except Unproved:
            await prove_first(self, NewLink.make)
            return
        except HealthCloudError as problem:
            self._tell(problem)
            return
        self.made = made
        yield
        self.made = _NONE_MADE

    def _wish(self) -> Wish:
        scope = Scope(classes=frozenset())
        if self.chosen and not self.offered.entry:
            days = _PERIODS[self.period]
            first = (clock.now() - timedelta(days=days)).date().isoformat() if days else ""
            scope = wishes.scope_of(self.chosen, (first, ""))
        return Wish(self.summary, scope, self.offered.entry, int(self.hours), self.passcode, self.label)

    def _tell(self, problem: HealthCloudError) -> None:
        self.problem, self.params = told(problem)
        self.field = getattr(problem, "field", "") or ""


def told(problem: HealthCloudError) -> tuple[str, dict[str, str]]:
    """Return the key and the placeholders of what went wrong."""
    return problem.key, {name: str(value) for name, value in problem.params.items()}
