"""The physician's screens of asking: a request in the making, and what came of those that were sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import reflex as rx

from health_cloud.access.state.watching import told, watch
from health_cloud.consent.service import codes, requests, wishes
from health_cloud.consent.views import QR, TODAY, SentRow, TodaysVisit
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.ids import is_id
from health_cloud.core.vocabulary import RecordClass

_ALL = tuple(name.value for name in RecordClass)


class Asking(rx.State):
    """A request in the making; nothing that was typed stays here.

    Attributes:
        classes: the chosen record classes.
        by: how the patient is named, one of `wishes.WAYS`; `visit` the follow-up of today that was picked.
        lasting: for how long, one of `wishes.LASTINGS`.
        field, problem, params: what to mend, beside its field.
        sent: whether it was sent, whoever holds the card.
        shown: whether a code that the patient shows was read: they are named by it, and nothing more is known of them.
        ready: whether the form may be filled in: what was typed before would be gone with the screen left behind.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # nobody's data is in it, and a class left out must not come back

    shown: bool = False
    classes: list[str] = list(_ALL)  # noqa: RUF012 - Reflex copies defaults
    by: str = wishes.WAYS[0]
    visit: str = ""
    lasting: str = "72"
    purpose: str = "follow_up"
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012
    sent: bool = False
    ready: bool = False

    _code: str = ""
    _token: str = ""

    @rx.event
    def load(self) -> None:
        """Begin anew, but for what was being chosen when the connection was lost."""
        if self.sent:
            self.reset()
        self.ready = True

    @rx.event
    async def scan(self) -> None:
        """Read the code that the address holds; loaded anew, the same address changes nothing more."""
        token = self._named()
        if token == self._token and not self.sent:
            self.ready = True
            return
        self.reset()
        self._token = token
        try:
            self._code = await asyncio.to_thread(codes.read_code, acting(), token)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
        else:
            self.shown = True
        self.by, self.ready = QR, True

    def _named(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    @rx.event
    def toggle(self, record_class: str) -> None:
        """Ask for a class or leave it out."""
        if record_class in _ALL:
            chosen = set(self.classes) ^ {record_class}
            self.classes = [name for name in _ALL if name in chosen]

    @rx.event
    def set_by(self, by: str) -> None:
        """Name the patient in this way."""
        if by in wishes.WAYS:
            self.by, self.visit, self.field, self.problem = by, "", "", ""
            self.shown = by == QR and self._code != ""

    @rx.event
    def pick_visit(self, visit: str) -> None:
        """Name the patient by a follow-up of today."""
        self.visit = visit if is_id(visit) else ""

    @rx.event
    def set_lasting(self, lasting: str) -> None:
        """Ask for so long."""
        if lasting in wishes.LASTINGS:
            self.lasting = lasting

    @rx.event
    def set_purpose(self, purpose: str) -> None:
        """Ask for this."""
        if purpose in wishes.PURPOSES:
            self.purpose = purpose

    @rx.event
    async def send(self, form: dict[str, Any]) -> None:
        """Send the request; the answer is the same whether or not somebody holds the card."""
        try:
            period = (form.get("period_from", ""), form.get("period_to", ""))
            lasting = wishes.lasting_of(self.lasting, form.get("until_day", ""), form.get("until_time", ""))
            card = self._code if self.shown else self.visit if self.by == TODAY else form.get("card", "")
            asked = wishes.asked(card, self.purpose, self.classes, period, lasting, form.get("message", ""), self.by)
            if self.by == QR and not self.shown:  # read only once all else is in order: it can be read but once
                self._code = await asyncio.to_thread(codes.read_code, acting(), card)
                self.shown, asked = True, replace(asked, card=self._code)
            await transact(requests.ask_for_access, acting(), asked)
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            if self.by == QR and self.field == "card":  # over meanwhile: another one can be typed
                self._code, self.shown = "", False
        else:
            self.reset()
            self.sent = self.ready = True


class TodaysVisits(rx.State):
    """The physician's own follow-ups of today, by which they may ask."""

    visits: list[TodaysVisit] = []  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load them."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        self.visits = await transact(requests.own_todays_visits, actor)
        topics = (f"account:{actor.account_id}",)
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, empties=True)


class Sent(rx.State):
    """The physician's requests and open charts."""

    open: list[SentRow] = []  # noqa: RUF012
    others: list[SentRow] = []  # noqa: RUF012
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Load what was asked and what came of it."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        rows = await transact(requests.sent_requests, actor)
        self.open = [row for row in rows if row.state == "open"]
        self.others = [row for row in rows if row.state != "open"]
        self.ready = True
        ends = [datetime.fromisoformat(row.until_at) for row in self.open]
        lapses = [datetime.fromisoformat(row.lapses_at) for row in self.others if row.state == "sent"]
        watch(
            self.router.session.client_token,
            self.get_full_name(),
            actor,
            (f"account:{actor.account_id}",),
            until=min([*ends, *lapses], default=None),
            # names of patients stand here: they go with the grant
            empties=True,
        )
