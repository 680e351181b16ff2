"""The patient's screens: who can see me, and one request to decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import reflex as rx

from health_cloud.access.service.deciding import request_page
from health_cloud.access.state.watching import told, watch
from health_cloud.access.views import RequestPage
from health_cloud.consent.service import decisions, wishes
from health_cloud.consent.views import GrantCard, RequestCard
from health_cloud.core import clock
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.core.policy import Role
from health_cloud.core.words import Words
from health_cloud.identity.service.relations import guardians_of
from health_cloud.identity.state.proof import prove_first
from health_cloud.identity.views import GuardianFace
from health_cloud.ui.shell import Shell

_NOTHING = RequestPage()
_NAMELESS = Words()
_TABS = ("now", "asked")


class Waiting(rx.State):
    """How many requests wait for the patient, on the tab of every screen."""

    @rx.event
    async def load(self) -> None:
        """Count them, and go on counting."""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        if actor.role is not Role.PATIENT:
            return
        if not await transact(decisions.may_decide, actor):
            return  # a guardian who looks after records alone; asking would stand as a refusal in the ledger
        waiting = await transact(decisions.waiting_requests, actor)
        shell = await self.get_state(Shell)
        shell.badges = {**shell.badges, "access": len(waiting)}
        lapses = [clock_time(request.lapses_at) for request in waiting]
        watch(
            self.router.session.client_token,
            self.get_full_name(),
            actor,
            (f"person:{actor.subject_id}",),
            opens=min(lapses, default=None),
        )


class Sharing(rx.State):
    """Who can see my records now, and who asks to.

    Attributes:
        tab: `now` or `asked`.
        grants, requests: what holds, what waits.
        guardians: who sees to the patient's affairs.
        revoked: the grant just revoked, which can be taken back for some seconds.
        revoked_name: whose it was.
        problem, params: what went wrong.
    """

    tab: str = "now"
    grants: list[GrantCard] = []  # noqa: RUF012 - Reflex copies defaults
    requests: list[RequestCard] = []  # noqa: RUF012
    guardians: list[GuardianFace] = []  # noqa: RUF012
    ready: bool = False
    revoked: str = ""
    revoked_name: Words = _NAMELESS
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load both lists; who has picked one while they were on their way stays there."""
        picked = "now" if self.ready else self.tab
        self.reset()
        self.tab = picked
        await self._refresh()

    @rx.event
    def pick(self, tab: str) -> None:
        """Show the other list."""
        self.tab = tab if tab in _TABS else "now"

    @rx.event
    async def revoke(self, grant_id: str) -> None:
        """Revoke at once; the toast offers to take it back."""
        actor = acting()
        try:
            await transact(decisions.revoke_grant, actor, grant_id)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            for grant in self.grants:
                if grant.id == grant_id:
                    self.revoked, self.revoked_name, self.problem = grant_id, grant.grantee.name, ""
        await self._refresh()

    @rx.event
    async def undo(self) -> None:
        """Give the same again."""
        revoked, self.revoked = self.revoked, ""
        if not revoked:
            return
        try:
            await transact(decisions.restore_grant, acting(), revoked)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        await self._refresh()

    @rx.event
    def close_toast(self) -> None:
        """Let the toast go."""
        self.revoked = ""

    async def _refresh(self) -> None:
        actor = acting()
        try:
            grants = await transact(decisions.living_grants, actor)
        except HealthCloudError as problem:  # a guardian whom this is not given
            _, self.problem, self.params = told(problem)
            self.ready = True
            return
        self.guardians = await transact(guardians_of, actor)
        # the id of a person is nobody's business but the server's
        self.grants = [replace(grant, person_id="") for grant in grants]
        self.requests = await transact(decisions.waiting_requests, actor)
        if not self.ready and self.requests and not self.grants:
            self.tab = "asked"
        self.ready = True
        ends = [*(grant.until_at for grant in self.grants), *(face.until for face in self.guardians)]
        until = min((clock_time(end) for end in ends), default=None)
        watch(
            self.router.session.client_token, self.get_full_name(), actor, (f"person:{actor.subject_id}",), until=until
        )


def clock_time(iso: str) -> Any:
    """Read an instant that our own service wrote."""
    from datetime import datetime  # noqa: PLC0415 - Reflex reads this module's names as State types

    return datetime.fromisoformat(iso)


class Deciding(rx.State):
    """One request: narrow it, see what would become visible, decide.

    Attributes:
        page: the request with its counts.
        period_from, period_to: the days given, ISO text or empty.
        hours: for how long.
        offered: durations that are not longer than what was asked.
        ready: whether it is loaded; `gone` when nothing waits under this address.
        refusing: whether the sheet for a word to the asker is open.
        done: `approved` or `denied` when decided here.
        empty: whether no class is chosen, so that there is nothing to agree to.
    """

    keeps_on_reconnect: ClassVar[bool] = True  # counts alone are in it, and what was narrowed must not widen by itself

    page: RequestPage = _NOTHING
    period_from: str = ""
    period_to: str = ""
    hours: str = ""
    offered: list[str] = []  # noqa: RUF012
    ready: bool = False
    gone: bool = False
    refusing: bool = False
    done: str = ""
    until: str = ""
    empty: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    _classes: frozenset[str] = frozenset()
    _request_id: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the request that the address names, as it was asked, or as it was being narrowed."""
        named = self.router.url.path.rstrip("/").rpartition("/")[2]
        midway = named == self._request_id and self.ready and not (self.done or self.gone)
        narrowed = (self._classes, self.period_from, self.period_to, self.hours, self.refusing)
        self.reset()
        self._request_id = named
        await self._show(None)
        request = self.page.request
        self._classes = frozenset(request.classes)
        self.period_from, self.period_to = request.period_from, request.period_to
        self.hours = str(request.hours or "")
        self.offered = [str(hours) for hours in wishes.HOURS if hours <= request.hours]
        if midway and not self.gone:
            self._classes, self.period_from, self.period_to, self.hours, self.refusing = narrowed
            await self._narrow()

    @rx.event
    async def toggle(self, record_class: str) -> None:
        """Give a class or keep it back."""
        if record_class in self.page.request.classes:
            self._classes = self._classes ^ {record_class}
            await self._narrow()

    @rx.event
    async def set_from(self, day: str) -> None:
        """Give only what happened from this day on."""
        self.period_from = day or self.page.request.period_from
        await self._narrow()

    @rx.event
    async def set_to(self, day: str) -> None:
        """Give only what happened until this day."""
        self.period_to = day or self.page.request.period_to
        await self._narrow()

    @rx.event
    def set_hours(self, hours: str) -> None:
        """Give for so long."""
        if hours in self.offered:
            self.hours = hours

    @rx.event
    async def approve(self) -> None:
        """Agree to what is shown."""
        try:
            given = wishes.given(self._classes, (self.period_from, self.period_to), self.hours)
            grant = await transact(decisions.approve_request, acting(), self._request_id, given)
        except Unproved:
            await prove_first(self, Deciding.approve)
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.done, self.until, self.problem = "approved", grant.until_at, ""

    @rx.event
    def ask_word(self) -> None:
        """Offer to say something to the asker before disagreeing."""
        self.refusing = True

    @rx.event
    def keep(self) -> None:
        """Go back to the request."""
        self.refusing = False

    @rx.event
    async def deny(self, form: dict[str, Any]) -> None:
        """Disagree, with or without a word."""
        reply = form.get("reply", "")
        try:
            await transact(decisions.deny_request, acting(), self._request_id, reply if isinstance(reply, str) else "")
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.done, self.problem = "denied", ""
        self.refusing = False

    async def _narrow(self) -> None:
        self.empty = not self._classes
        if not self._classes:
            rows = tuple(replace(row, given=0, chosen=False) for row in self.page.rows)
            self.page = replace(self.page, rows=rows, total=0, fewer=sum(row.asked for row in rows), more=False)
            return
        try:
            await self._show(wishes.given(self._classes, (self.period_from, self.period_to), self.hours))
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)

    async def _show(self, given: Any) -> None:
        actor = acting()
        try:
            self.page = await transact(request_page, actor, self._request_id, given)
        except HealthCloudError:
            self.page, self.gone = _NOTHING, True
        else:
            self.problem, self.gone = "", False
            topics = {f"person:{actor.subject_id}"}
            until = clock.now() + timedelta(days=3)
            watch(self.router.session.client_token, self.get_full_name(), actor, topics, until=until)
        self.ready = True

    async def _refresh(self) -> None:
        if self.done or not self._request_id:
            return
        if self._classes:
            await self._narrow()
        else:
            await self._show(None)
