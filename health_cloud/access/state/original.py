"""State of one original under a grant."""

from __future__ import annotations

from typing import ClassVar

import reflex as rx

from health_cloud.access.service.originals import granted_original
from health_cloud.access.state.leased import LeasedPage
from health_cloud.access.views import Leased
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.records.views.original import OriginalPage

_NOTHING = OriginalPage()


class GrantedOriginal(LeasedPage, rx.State):
    """One original of a chart under a grant. When the grant ends, it is emptied before anything else.

    Attributes:
        page: what it is and where its bytes come from.
    """

    page: OriginalPage = _NOTHING

    _part: ClassVar[str] = "original"

    async def _find(self, ground_id: str, entry_id: str, rest: str) -> Leased[OriginalPage]:
        given = (acting(), ground_id, entry_id, rest)
        return await transact(granted_original, *given, screen=self.router.session.client_token)

    def _put(self, page: OriginalPage | None) -> None:
        self.page = page or _NOTHING
