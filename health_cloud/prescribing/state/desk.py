"""States of the prescription on the desk of a visit: what is written, and what the physician was given to see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import reflex as rx

from health_cloud.core.actors import Actor, acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import Conflict, HealthCloudError, Invalid, NotFound, Unproved
from health_cloud.identity.state.proof import prove_first
from health_cloud.prescribing.service import drafting, signing
from health_cloud.prescribing.service.formulary import formulary_topic
from health_cloud.prescribing.service.rows import prescription_topic
from health_cloud.prescribing.views.prescriptions import (
    NO_EARLIER,
    NO_PANE,
    EarlierPage,
    Item,
    MedicineOption,
    Pane,
)

_NO_ITEM = Item("")
_LONGEST = 40


class Prescribing(rx.State):
    """The draft of a visit's prescription, and its way to the pharmacist.

    Attributes:
        pane: how it stands.
        query: what was searched; `options` what was found.
        searching: whether the search is open.
        editing: place of the medicine whose dose is being written, -1 for none; `item` is it as it was.
        explaining: `place:finding` for which a reason is being written, empty for none.
        field: where `problem` belongs.
    """

    pane: Pane = NO_PANE
    query: str = ""
    options: list[MedicineOption] = []  # noqa: RUF012 - Reflex copies defaults
    searching: bool = False
    editing: int = -1
    item: Item = _NO_ITEM
    explaining: str = ""
    ready: bool = False
    missing: bool = False
    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Load what is written in the visit that the address names."""
        self.reset()
        await self._refresh()

    @rx.event
    async def look(self) -> None:
        """Open the search, or close it."""
        self._clear()
        self.searching = not self.searching
        self.query, self.options = "", []

    @rx.event
    async def find(self, form: dict[str, Any]) -> None:
        """Search the hospital's formulary."""
        self._clear()
        typed = form.get("query", "")
        query = typed.strip()[:_LONGEST] if isinstance(typed, str) else ""
        try:
            self.options = await transact(drafting.find_medicine, acting(), self._visit(), query)
        except HealthCloudError as problem:
            self._tell(problem)
        else:
            self.query = query

    @rx.event
    async def add(self, code: str) -> None:
        """Put a medicine on it; its dose is asked for at once."""
        if await self._write(drafting.add_medicine, code):
            self.query, self.options, self.searching = "", [], False
            self._edit(len(self.pane.medicines) - 1)

    @rx.event
    async def renew(self, entry_id: str, place: int) -> None:
        """Copy a medicine from an earlier prescription; what that does not say is asked for."""
        if await self._write(drafting.renew, entry_id, place) and not self.pane.medicines[-1].whole:
            self._edit(len(self.pane.medicines) - 1)

    @rx.event
    async def edit(self, number: int) -> None:
        """Write how a medicine is to be taken."""
        self._clear()
        self._edit(number)

    @rx.event
    async def leave(self) -> None:
        """Leave what is being written as it was."""
        self._clear()
        self.editing, self.item, self.explaining = -1, _NO_ITEM, ""

    @rx.event
    async def write(self, form: dict[str, Any]) -> None:
        """Keep how a medicine is to be taken."""
        if await self._write(drafting.write_item, self.editing, form):
            self.editing, self.item = -1, _NO_ITEM

    @rx.event
    async def drop(self, number: int) -> None:
        """Take a medicine off."""
        if await self._write(drafting.drop_item, number):
            self.editing, self.item, self.explaining = -1, _NO_ITEM, ""

    @rx.event
    async def explain(self, number: int, finding: str) -> None:
        """Ask for the reason why a warning does not stop a medicine."""
        self._clear()
        known = 0 <= number < len(self.pane.medicines)
        if known and any(each.id == finding for each in self.pane.medicines[number].findings):
            self.explaining = f"{number}:{finding}"

    @rx.event
    async def reason(self, form: dict[str, Any]) -> None:
        """Keep the reason."""
        number, _, finding = self.explaining.partition(":")
        place = int(number) if number.isdecimal() else -1
        if await self._write(drafting.give_reason, place, finding, form.get("reason", "")):
            self.explaining = ""

    @rx.event
    async def sign(self, mark: str) -> None:
        """Sign what the physician had before them as they pressed (`mark` empty), after a second factor."""
        mark = mark or self.pane.mark
        self._clear()
        try:
            await transact(signing.look_again, acting(), self._visit(), mark)
            self.pane = await transact(signing.sign, acting(), self._visit(), mark)
        except Unproved:
            await prove_first(self, Prescribing.sign, mark=mark)
            return
        except HealthCloudError as problem:
            self._tell(problem)
            await self._refresh()
            return
        self.editing, self.item, self.explaining, self.searching = -1, _NO_ITEM, "", False

    async def _write(self, use_case: Any, *given: Any) -> bool:
        """Do something to the draft; tells whether it was done. What another screen wrote meanwhile is shown."""
        self._clear()
        try:
            self.pane = await transact(use_case, acting(), self._visit(), self.pane.version, *given)
        except HealthCloudError as problem:
            self._tell(problem)
            if isinstance(problem, Conflict | NotFound):
                await self._refresh()
            return False
        return True

    def _edit(self, number: int) -> None:
        if self.pane.may_write and 0 <= number < len(self.pane.medicines):
            self.editing, self.item, self.explaining = number, self.pane.medicines[number].item, ""

    async def _refresh(self) -> None:
        actor, token = acting(), self.router.session.client_token
        try:
            pane = await transact(drafting.look_at_pane, actor, self._visit(), self.pane.shown)
        except NotFound:
            registry.forget(token, self.get_full_name())
            self.reset()
            self.ready = self.missing = True
            return
        moved = (pane.version, pane.state, pane.ground) != (self.pane.version, self.pane.state, self.pane.ground)
        if moved:
            self.editing, self.item, self.explaining = -1, _NO_ITEM, ""
        self.pane, self.ready = pane, True
        self._watch(actor, token)

    def _watch(self, actor: Actor, token: str) -> None:
        topics = {
            prescription_topic(self.pane.visit),
            formulary_topic(actor.organization_id),
            f"account:{actor.account_id}",
            f"visit:{self.pane.visit}",
            *({f"grant:{self.pane.ground.partition('|')[0]}"} if self.pane.ground else ()),
        }
        until = datetime.fromisoformat(self.pane.until) if self.pane.until and self.pane.may_write else None
        registry.watch(Watch(token, self.get_full_name(), actor.session_id, frozenset(topics), opens=until))

    def _visit(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    def _clear(self) -> None:
        self.field, self.problem, self.params = "", "", {}

    def _tell(self, problem: HealthCloudError) -> None:
        self.field = problem.field if isinstance(problem, Invalid) else ""
        self.problem, self.params = problem.key, {name: str(value) for name, value in problem.params.items()}


class EarlierMedicines(rx.State):
    """What the physician was given to see for prescribing; emptied before anything else when the grant ends."""

    page: EarlierPage = NO_EARLIER
    ready: bool = False

    @rx.event
    async def load(self) -> None:
        """Look at the chart of the visit that the address names."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor, token = acting(), self.router.session.client_token
        visit = self.router.url.path.rstrip("/").rpartition("/")[2]
        try:
            self.page = await transact(drafting.earlier_medicines, actor, visit)
        except HealthCloudError:  # the grant has ended in between, or there is no such visit
            self.page = NO_EARLIER
        self.ready = True
        topics = frozenset({f"account:{actor.account_id}"} if not self.page.ground else {f"grant:{self.page.ground}"})
        until = datetime.fromisoformat(self.page.until) if self.page.until else None
        given = bool(self.page.ground)
        registry.watch(Watch(token, self.get_full_name(), actor.session_id, topics, until=until, empties=given))
