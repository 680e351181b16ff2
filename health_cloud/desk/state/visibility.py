"""State of the desk's first screen: what patients may see."""

from __future__ import annotations

import reflex as rx

from health_cloud.chart.views import ReleaseEffect
from health_cloud.core.actors import Actor, acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Invalid, Unproved
from health_cloud.core.vocabulary import RecordClass
from health_cloud.desk.service import preview
from health_cloud.identity.state.proof import prove_first
from health_cloud.visibility.service import policy_page, publish
from health_cloud.visibility.views import VersionRow

_ALL = tuple(name.value for name in RecordClass)


class Visibility(rx.State):
    """A draft beside the rules in force.

    Attributes:
        version: the version in force that the draft is made from.
        from_date, old_date: first day of the draft, and of the version in force.
        open, was_open: classes open in the draft, and now.
        changed: whether they differ.
        effects: what the draft would change; `gained` and `lost` in sum.
        asking: whether the last question is open.
        published, told_gained, told_lost: what was just published, and its effect.
    """

    version: int = 0
    from_date: str = ""
    old_date: str = ""
    open: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    was_open: list[str] = []  # noqa: RUF012
    versions: list[VersionRow] = []  # noqa: RUF012
    changed: bool = False
    effects: list[ReleaseEffect] = []  # noqa: RUF012
    gained: int = 0
    lost: int = 0
    asking: bool = False
    published: int = 0
    told_gained: int = 0
    told_lost: int = 0
    ready: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load the rules in force as the draft."""
        self.reset()
        await self._refresh()

    @rx.event
    async def toggle(self, record_class: str) -> None:
        """Open or close a class in the draft."""
        if record_class in _ALL:
            chosen = set(self.open) ^ {record_class}
            self.open = [name for name in _ALL if name in chosen]
            await self._weigh()

    @rx.event
    async def set_date(self, day: str) -> None:
        """Open data from this day on in the draft; empty opens all."""
        self.from_date = day[:10]
        await self._weigh()

    @rx.event
    async def discard(self) -> None:
        """Go back to the rules in force."""
        self.reset()
        await self._refresh()

    @rx.event
    def ask(self) -> None:
        """Ask the last question."""
        self.asking = self.changed

    @rx.event
    def keep(self) -> None:
        """Go on with the draft."""
        self.asking = False

    @rx.event
    async def publish(self) -> None:
        """Publish the draft: in force for the very next read."""
        gained, lost = self.gained, self.lost
        self.asking = False
        try:
            version = await transact(publish, acting(), self.version, self.from_date, self.open)
        except Unproved:
            await prove_first(self, Visibility.publish)
            return
        except HealthCloudError as problem:
            self._tell(problem)
            return
        self.changed = False
        await self._refresh()
        self.published, self.told_gained, self.told_lost = version, gained, lost

    async def _weigh(self) -> None:
        self.published, self.field, self.problem = 0, "", ""
        self.changed = (self.from_date, self.open) != (self.old_date, self.was_open)
        if not self.changed:
            self.effects, self.gained, self.lost = [], 0, 0
            return
        try:
            self.effects = await transact(preview, acting(), self.from_date, self.open)
        except HealthCloudError as problem:
            self._tell(problem)
            return
        self.gained = sum(effect.gained for effect in self.effects)
        self.lost = sum(effect.lost for effect in self.effects)

    def _tell(self, problem: HealthCloudError) -> None:
        self.field = problem.field if isinstance(problem, Invalid) else ""
        self.problem = problem.key
        self.params = {name: str(value) for name, value in problem.params.items()}

    async def _refresh(self) -> None:
        actor = acting()
        page = await transact(policy_page, actor)
        self._watch(actor)
        self.versions = list(page.versions)
        if self.changed:  # a draft in the making stays; publishing it will say that the rules have moved on
            return
        self.version, self.from_date, self.old_date = page.version, page.from_date, page.from_date
        self.open = [rule.record_class for rule in page.rules if rule.open]
        self.was_open = [*self.open]
        self.effects, self.gained, self.lost, self.ready = [], 0, 0, True

    def _watch(self, actor: Actor) -> None:
        topics = frozenset({f"organization:{actor.organization_id}"})
        registry.watch(Watch(self.router.session.client_token, self.get_full_name(), actor.session_id, topics))
