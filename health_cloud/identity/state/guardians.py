"""The screens of guardians: who sees to my affairs, to whose I see, and for whom I act now."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.core.ids import is_id
from health_cloud.core.policy import Role
from health_cloud.core.words import Words
from health_cloud.identity.service import guardians
from health_cloud.identity.service.guardians.terms import DAYS, FURTHER, RELATIONS
from health_cloud.identity.state.proof import prove_first
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import GuardianRow, Invitation

_NONE = Invitation()
_NOBODY = GuardianRow("", Words(), "", (), "", "")
_BEYOND = re.compile(r"/(access|ledger)(/[a-z0-9-]+){0,3}")
"""Where a line of news may lead: pages that show the affairs of whom one acts for."""


class Guardians(Trouble, rx.State):
    """One's relations, and an invitation in the making.

    Attributes:
        mine: who sees to my affairs.
        wards: to whose affairs I see.
        inviting: whether the form is open.
        relation, further, days: what it says so far.
        invitation: the code that was just made, shown once.
        taken: a code was just entered.
        meant: to whose affairs a line of news led, nobody's where none did; `then` is the page it is about.
    """

    mine: list[GuardianRow] = []  # noqa: RUF012 - Reflex copies defaults
    wards: list[GuardianRow] = []  # noqa: RUF012
    inviting: bool = False
    relation: str = ""
    further: list[str] = []  # noqa: RUF012
    days: str = "180"
    invitation: Invitation = _NONE
    taken: bool = False
    ready: bool = False
    meant: GuardianRow = _NOBODY
    then: str = ""

    _led: str = ""

    @rx.event
    async def load(self) -> None:
        """Show both sides; first whom a line of news is about, and the way there."""
        self.reset()
        asked = self.router.url.query_parameters
        if is_id(asked.get("for", "")) and _BEYOND.fullmatch(asked.get("then", "")):
            self._led, self.then = asked["for"], asked["then"]
        await self._refresh()

    @rx.event
    def begin(self) -> None:
        """Open the form of an invitation."""
        self._clear()
        self.inviting, self.invitation = True, _NONE

    @rx.event
    def leave(self) -> None:
        """Close the form, or put the code away."""
        self._clear()
        self.inviting, self.invitation, self.relation, self.further = False, _NONE, "", []

    @rx.event
    def pick_relation(self, relation: str) -> None:
        """Say what the other is to me."""
        if relation in RELATIONS:
            self.relation = relation

    @rx.event
    def toggle(self, level: str) -> None:
        """Give a level beyond reading, or keep it back."""
        if level in FURTHER:
            kept = [each for each in self.further if each != level]
            self.further = kept if level in self.further else [*kept, level]

    @rx.event
    def pick_days(self, days: str) -> None:
        """Say for how long."""
        if days in map(str, DAYS):
            self.days = days

    @rx.event
    async def invite(self) -> None:
        """Make the code."""
        self._clear()
        try:
            made = await transact(guardians.invite, acting(), self.relation, list(self.further), self.days)
        except Unproved:
            await prove_first(self, Guardians.invite)
        except HealthCloudError as error:
            self._tell(error)
        else:
            self.inviting, self.invitation, self.relation, self.further = False, made, "", []
            await self._refresh()

    @rx.event
    async def take_up(self, form: dict[str, Any]) -> None:
        """Enter the code that somebody gave me."""
        self._clear()
        self.taken = False
        try:
            await asyncio.to_thread(guardians.take_up, acting(), text_of(form, "code", 60))
        except HealthCloudError as error:
            self._tell(error, "code")
        else:
            self.taken = True
            await self._refresh()

    @rx.event
    async def agree(self, relation_id: str) -> None:
        """Say yes to whoever entered my code."""
        self._clear()
        try:
            await transact(guardians.agree, acting(), relation_id)
        except Unproved:
            await prove_first(self, Guardians.agree, relation_id=relation_id)
        except HealthCloudError as error:
            self._tell(error)
        await self._refresh()

    @rx.event
    async def renew(self, relation_id: str) -> None:
        """Let a relation go on for half a year from now."""
        self._clear()
        try:
            await transact(guardians.renew, acting(), relation_id, "180")
        except Unproved:
            await prove_first(self, Guardians.renew, relation_id=relation_id)
        except HealthCloudError as error:
            self._tell(error)
        await self._refresh()

    @rx.event
    async def end(self, relation_id: str) -> None:
        """End a relation, or say no to it."""
        self._clear()
        try:
            await transact(guardians.end, acting(), relation_id)
        except HealthCloudError as error:
            self._tell(error)
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        page = await transact(guardians.my_relations, actor)
        self.mine, self.wards, self.ready = page.mine, page.wards, True
        self.meant = next((row for row in page.wards if row.id == self._led), _NOBODY)
        if self.invitation.code and not any(row.state == "invited" for row in page.mine):
            self.invitation = _NONE  # it was taken up: the code is worth nothing any more
        self.taken = self.taken and any(row.state == "named" for row in page.wards)  # said until it is answered
        topics = frozenset({f"person:{actor.person_id}"})
        ends = guardians.next_end(page)
        watch = Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics, opens=ends)
        registry.watch(watch)


class Wards(rx.State):
    """For whom I can act, on the first screen.

    Attributes:
        others: living relations in which I see to somebody's affairs.
    """

    others: list[GuardianRow] = []  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Show them."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        if actor.role is not Role.PATIENT:
            return
        page = await transact(guardians.my_relations, actor)
        self.others = [row for row in page.wards if row.state == "living"]
        topics = frozenset({f"person:{actor.person_id}"})
        ends = guardians.next_end(page)
        watch = Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics, opens=ends)
        registry.watch(watch)


HANDLERS_OF_PATIENTS = (
    *(f"Guardians.{name}" for name in ("load", "begin", "leave", "pick_relation", "toggle", "pick_days", "invite")),
    *(f"Guardians.{name}" for name in ("take_up", "agree", "renew", "end")),
    "Wards.load",
)
