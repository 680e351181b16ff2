"""States of one's own medicines: all of them, and one through time."""

from __future__ import annotations

from dataclasses import replace

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.records.service.medicines import medicine_page, medicines_page
from health_cloud.records.state.screen import failure_of, watch
from health_cloud.records.views.medicines import MedicinePage, MedicinesPage

_NOTHING = MedicinesPage()
_NONE = MedicinePage()


class Medicines(rx.State):
    """One's own medicines of now and before.

    Attributes:
        page: everything there is.
        ready: whether it is loaded.
        failure: key of what went wrong; `code` is to be read aloud.
    """

    page: MedicinesPage = _NOTHING
    ready: bool = False
    failure: str = ""
    code: str = ""

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(medicines_page, actor, actor.subject_id)
        except HealthCloudError as problem:
            self.page = _NOTHING
            self.failure, self.code = failure_of(problem)
        else:
            self.page, self.failure, self.code = replace(page, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        self.ready = True


class OneMedicine(rx.State):
    """One medicine of one's own, over all its prescriptions.

    Attributes:
        page: everything there is.
        ready: whether it is loaded.
        failure: `missing`, or key of what went wrong; `code` is to be read aloud.
    """

    page: MedicinePage = _NONE
    ready: bool = False
    failure: str = ""
    code: str = ""

    _entry_id: str = ""
    _place: str = ""

    @rx.event
    async def load(self) -> None:
        """Load the medicine that the address names by its place in a prescription."""
        self.reset()
        prescription, _, self._place = self.router.url.path.rstrip("/").rpartition("/")
        self._entry_id = prescription.rpartition("/")[2]
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page = await transact(medicine_page, actor, actor.subject_id, self._entry_id, self._place)
        except HealthCloudError as problem:
            self.page = _NONE
            self.failure, self.code = failure_of(problem)
        else:
            self.page, self.failure, self.code = replace(page, topics=(), opens=""), "", ""
            watch(self.router.session.client_token, self.get_full_name(), actor, page.topics, page.opens)
        self.ready = True
