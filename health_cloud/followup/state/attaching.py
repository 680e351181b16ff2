"""The files that were sent before a visit, to its patient and to its physician."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, NotFound
from health_cloud.followup.service import attaching
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import FilesPage

_NOTHING = FilesPage()


class PreparedFiles(rx.State):
    """What was sent before the visit that the address names.

    Attributes:
        page: the files; of no visit where there is none for this reader.
    """

    page: FilesPage = _NOTHING
    ready: bool = False
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    _appointment: str = ""

    @rx.event
    async def load(self) -> None:
        """Load them."""
        self.reset()
        self._appointment = self.router.url.path.rstrip("/").rpartition("/")[2]
        await self._refresh()

    @rx.event
    async def remove(self, file_id: str) -> None:
        """Take one away again."""
        try:
            await transact(attaching.remove_file, acting(), self._appointment, file_id)
        except NotFound:
            self.problem = ""  # it is gone already, or was never there
        except HealthCloudError as problem:
            _, self.problem, self.params = told(problem)
        else:
            self.problem = ""
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            self.page, topics = await transact(attaching.prepared_files, actor, self._appointment)
        except HealthCloudError:
            self.page, topics = _NOTHING, ()
        self.ready = True
        watch(self.router.session.client_token, self.get_full_name(), actor, topics)
