"""The screens of one's contacts: changing them, and stopping a change with the code that the old one was sent."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting, visitor
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError, Unproved
from health_cloud.identity.service import contacts
from health_cloud.identity.state.proof import prove_first
from health_cloud.identity.state.trouble import Trouble, text_of
from health_cloud.identity.views import ContactRow, ContactsPage
from health_cloud.notify.service import inbox

_LONGEST = 254


class Contacts(Trouble, rx.State):
    """How one can be reached.

    Attributes:
        lines: phone and e-mail.
        step: empty, `new` (asks for the new contact) or `code` (asks for the code sent there).
        kind: which one is being changed.
        sent_to: where the code went, masked.
        tries: how many codes may still be tried.
        hours: how long a change waits.
        ready: whether the lines have come.
    """

    lines: list[ContactRow] = []  # noqa: RUF012 - Reflex copies defaults
    step: str = ""
    kind: str = ""
    sent_to: str = ""
    tries: int = 0
    hours: int = 72
    ready: bool = False

    _change: str = ""

    @rx.event
    async def load(self) -> None:
        """Show how one can be reached; a code that is waited for is asked for again."""
        self._clear()
        self.step = ""
        await self._refresh()

    @rx.event
    def start(self, kind: str) -> None:
        """Ask for a new contact."""
        self._clear()
        if kind in contacts.KINDS:
            self.kind, self.step = kind, "new"
            self._lead("value")

    @rx.event
    def back(self) -> None:
        """Leave things as they are."""
        self._clear()
        self.step = ""

    @rx.event
    async def begin(self, form: dict[str, Any]) -> None:
        """Send a code to the new contact."""
        self._clear()
        actor = acting()
        try:
            page = await transact(
                contacts.begin, actor, self.kind, text_of(form, "value", _LONGEST), actor.visitor.language
            )
        except Unproved:
            await prove_first(self, Contacts.begin, form=form)
            return
        except HealthCloudError as error:
            self._tell(error, "value")
            return
        self._show(page)
        self._lead("code")

    @rx.event
    async def confirm(self, form: dict[str, Any]) -> None:
        """Judge the code that came there."""
        self._clear()
        before = self.tries
        try:
            page = await transact(contacts.confirm, acting(), self._change, text_of(form, "code"))
        except Unproved:
            await prove_first(self, Contacts.confirm, form=form)
            return
        except HealthCloudError as error:
            self._tell(error, "code")
            return
        self._show(page)
        if page.waiting_id:
            self.problem, self.problem_params = "identity.contacts.error.code", {"count": str(self.tries)}
            self.field = "code"
            self._lead("code")
        elif before == 1 and not any(line.pending for line in page.lines):
            self.problem, self.step = "identity.contacts.error.over", ""
        else:
            self.step = ""
            self._lead()

    @rx.event
    async def cancel(self, change: str) -> None:
        """Stop a change before it takes effect."""
        self._clear()
        try:
            self._show(await transact(contacts.cancel, acting(), change))
        except HealthCloudError as error:
            self._tell(error)
        self.step = ""

    async def _refresh(self) -> None:
        actor = acting()
        self._show(await transact(contacts.page, actor))
        topics = frozenset({inbox.topic(actor.account_id)})
        token = self.router.session.client_token
        registry.watch(Watch(token, self.get_full_name(), actor.session_id, topics))

    def _show(self, page: ContactsPage) -> None:
        self.lines, self.hours, self.tries, self.ready = list(page.lines), page.hours, page.tries, True
        self._change, self.sent_to = page.waiting_id, page.waiting_masked
        if page.waiting_id:
            self.kind, self.step = page.waiting_kind, "code"


class Stopping(Trouble, rx.State):
    """The page on which whoever has the old contact stops a change.

    Attributes:
        ready: whether the form is there: sent before, its answer would be wiped by its own beginning.
        done: whether the change is stopped.
    """

    ready: bool = False
    done: bool = False

    @rx.event
    def fresh(self) -> None:
        """Begin with an empty form."""
        self.reset()
        self.ready = True

    @rx.event
    async def stop(self, form: dict[str, Any]) -> None:
        """Stop the change that this code belongs to."""
        self._clear()
        try:
            await asyncio.to_thread(contacts.stop_by_code, visitor(), text_of(form, "stop_code"))
        except HealthCloudError as error:
            self._tell(error, "stop_code")
            return
        self.done = True
        self._lead()
