"""The patient's screens: who can see me, and who asks to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import reflex as rx

from health_cloud.access.state.watching import told, watch
from health_cloud.access.views import Extension
from health_cloud.consent.service import decisions
from health_cloud.consent.service.changing import extend_grant, longer_by
from health_cloud.consent.service.grants import opened_topic
from health_cloud.consent.views import GrantCard, RequestCard
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.core.policy import Role
from health_cloud.core.words import Words
from health_cloud.identity.service.relations import guardians_of
from health_cloud.identity.state.proof import prove_first
from health_cloud.identity.views import GuardianFace
from health_cloud.ui.shell import Shell

_NAMELESS = Words()
_NO_GRANT = GrantCard()
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
        ended: what is over, and why; a word for what was never opened.
        guardians: who sees to the patient's affairs.
        extending: the grant whose end is being put off; `extensions` what is offered.
        revoked: the grant just revoked, which can be taken back for some seconds.
        revoked_name: whose it was.
        problem, params: what went wrong.
    """

    tab: str = "now"
    grants: list[GrantCard] = []  # noqa: RUF012 - Reflex copies defaults
    requests: list[RequestCard] = []  # noqa: RUF012
    ended: list[GrantCard] = []  # noqa: RUF012
    guardians: list[GuardianFace] = []  # noqa: RUF012
    ready: bool = False
    extending: GrantCard = _NO_GRANT
    extensions: list[Extension] = []  # noqa: RUF012
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
    def ask_longer(self, grant_id: str) -> None:
        """Offer how much longer one of them may last."""
        for grant in self.grants:
            if grant.id == grant_id:
                self.extending, self.extensions = grant, [Extension(*each) for each in longer_by(grant)]

    @rx.event
    def leave_end(self) -> None:
        """Leave its end as it is."""
        self.extending, self.extensions = _NO_GRANT, []

    @rx.event
    async def extend(self, hours: str) -> None:
        """Let it end so many hours later; it takes the same proof as giving it."""
        try:
            await transact(extend_grant, acting(), self.extending.id, hours)
        except Unproved:
            await prove_first(self, Sharing.extend, hours=hours)
            return
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.problem = ""
        self.extending, self.extensions = _NO_GRANT, []
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
        self.ended = [replace(grant, person_id="") for grant in await transact(decisions.ended_grants, actor)]
        if not self.ready and self.requests and not self.grants:
            self.tab = "asked"
        self.ready = True
        ends = [*(grant.until_at for grant in self.grants), *(face.until for face in self.guardians)]
        until = min((clock_time(end) for end in ends), default=None)
        topics = (f"person:{actor.subject_id}", opened_topic(actor.subject_id))
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, until=until)


def clock_time(iso: str) -> Any:
    """Read an instant that our own service wrote."""
    from datetime import datetime  # noqa: PLC0415 - Reflex reads this module's names as State types

    return datetime.fromisoformat(iso)
