"""State of one's emergency card: what can stand on it. What is chosen, typed and kept is the phone's alone."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.card.service import card_page
from health_cloud.card.views import EmergencyCard
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.policy import Need
from health_cloud.records.state.screen import failure_of, watch

_NOTHING = EmergencyCard()

HANDLERS = {"CardFacts.load": Need.PATIENT}


class CardFacts(rx.State):
    """What hospitals have for one's card.

    Attributes:
        card: everything that can stand on it.
        ready: whether it is loaded.
        failure: key of what went wrong; `code` is to be read aloud.
    """

    card: EmergencyCard = _NOTHING
    ready: bool = False
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Load it; who acts for somebody else is told to do it as themselves, and nothing is read."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        if actor.for_person_id:
            self.card, self.ready = _NOTHING, True
            return
        try:
            card = await transact(card_page, actor)
        except HealthCloudError as problem:
            self.card = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            self.card, self.failure, self.code = replace(card, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, card.topics, card.opens)
        self.ready = True
