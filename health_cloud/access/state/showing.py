"""State of the code that a patient shows: it is made for this screen, and what becomes of it is seen at once."""

from __future__ import annotations

from datetime import datetime

import reflex as rx

from health_cloud.access.state.watching import told, watch
from health_cloud.consent.service import codes
from health_cloud.consent.views import CodeState, NewCode
from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError

_NONE = NewCode()
_WAITS = CodeState()


class ShowingCode(rx.State):
    """One code, until it is read or over.

    Attributes:
        code: what is shown; emptied as soon as it serves nobody any more.
        state: what has become of it.
    """

    code: NewCode = _NONE
    state: CodeState = _WAITS
    ready: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    _code_id: str = ""

    @rx.event
    async def load(self) -> None:
        """Make a code."""
        self.reset()
        await self._make()

    @rx.event
    async def renew(self) -> None:
        """Make another one; the one before it is dead."""
        self.reset()
        await self._make()

    async def _make(self) -> None:
        actor = acting()
        try:
            self.code = await transact(codes.show_code, actor)
        except HealthCloudError as problem:  # a guardian whom this is not given
            _, self.problem, self.params = told(problem)
        else:
            self._code_id = self.code.id
            self._watch(datetime.fromisoformat(self.code.until))
        self.ready = True

    def _watch(self, until: datetime | None) -> None:
        actor = acting()
        topics = (f"person:{actor.subject_id}",)
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, opens=until)

    async def _refresh(self) -> None:
        """Look what has become of it; a code that serves nobody any more is shown to nobody."""
        if not self._code_id:
            return
        self.state = await transact(codes.code_state, acting(), self._code_id)
        waits = not self.state.over and self.state.reader.id == ""
        if waits:
            self._watch(datetime.fromisoformat(self.code.until))
        else:
            self.code = _NONE
            self._watch(None)
