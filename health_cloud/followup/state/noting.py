"""The physician's note beside a visit: its draft, the diagnoses it may be about, templates; the patient's way to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import reflex as rx

from health_cloud.core.actors import acting
from health_cloud.core.changes import Watch, registry
from health_cloud.core.db import transact
from health_cloud.core.errors import Conflict, HealthCloudError, Unproved
from health_cloud.followup.service import noting
from health_cloud.followup.state.watching import told, watch
from health_cloud.followup.views import NotePage, ProblemRow, TemplateRow, WrittenNote
from health_cloud.identity.state.proof import prove_first

_NO_PAGE = NotePage()
_NOT_WRITTEN = WrittenNote()
_TURNS = 1_000_000_000
_ELSEWHERE = "followup.note.error.elsewhere"


class NoteScreen(rx.State, mixin=True):
    """What the parts of the note share.

    Attributes:
        field, problem, params: what was refused and why.
    """

    field: str = ""
    problem: str = ""
    params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults

    def _visit(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _try(self, use_case: Callable[..., Any], *given: Any) -> bool:
        """Do something, and say what was refused; returns whether it was done."""
        try:
            await transact(use_case, acting(), *given)
        except Unproved:
            raise
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            return False
        self.field, self.problem = "", ""
        return True


class NoteDesk(NoteScreen, rx.State):
    """The note of a visit, to its physician.

    Attributes:
        page: the note as the server has it.
        acked: number of the window's last save that was kept.
        conflict: another window has kept something else; what is typed here stays in the window.
        mine, theirs: count up when what is typed is wanted in place of what the server has, or the other way round.
        refused: what the window sent last was not kept.
    """

    page: NotePage = _NO_PAGE
    ready: bool = False
    acked: int = 0
    conflict: bool = False
    mine: int = 0
    theirs: int = 0
    refused: bool = False

    @rx.event
    async def load(self) -> None:
        """Load the note of the visit that the address names."""
        self.reset()
        await self._refresh()

    @rx.event
    async def save(self, visit: str, form: dict[str, Any], base: int, writer: str, turn: int) -> None:
        """Keep what the window has of a visit's note; it sends it again until it is kept or refused.

        A note that is not before the physician any more is kept like the one that is; what was refused of it waits in
        the window, and is told when they come back to it.
        """
        here = visit == self._visit()
        try:
            await transact(noting.save_note, acting(), visit, form, base, writer)
        except HealthCloudError as problem:
            if here:
                self.field, self.problem, self.params = told(problem)
                self.conflict = isinstance(problem, Conflict) and problem.key == _ELSEWHERE
                self.refused = True
        else:
            self.acked = turn if isinstance(turn, int) and 0 <= turn < _TURNS else 0  # pyright: ignore[reportUnnecessaryIsInstance] - a client's word
            if here:
                self.field, self.problem, self.conflict, self.refused = "", "", False, False
        if here:
            await self._refresh()

    @rx.event
    async def keep_mine(self) -> None:
        """Let the window keep what was typed here, in place of what another one has kept."""
        await self._refresh()
        self.problem, self.conflict = "", False
        self.mine += 1

    @rx.event
    async def take_theirs(self) -> None:
        """Let the window show what another one has kept."""
        await self._refresh()
        self.problem, self.conflict, self.refused = "", False, False
        self.theirs += 1

    @rx.event
    async def drop_problem(self) -> None:
        """Let the note be about no diagnosis of the chart."""
        await self._try(noting.drop_problem, self._visit())
        await self._refresh()

    @rx.event
    async def sign(self, mark: str) -> None:
        """Sign what the physician had before them as they pressed (`mark` empty), once they have proved themselves."""
        mark = mark or self.page.mark
        if self.refused or self.conflict:
            return  # what is before them is not what is kept; the screen says so
        try:
            await self._try(noting.sign_note, self._visit(), mark)
        except Unproved:
            await prove_first(self, NoteDesk.sign, mark=mark)
            return
        await self._refresh()

    @rx.event
    async def correct(self) -> None:
        """Begin to correct what is signed."""
        await self._try(noting.correct_note, self._visit())
        await self._refresh()

    @rx.event
    async def leave(self) -> None:
        """Leave the correction."""
        if await self._try(noting.leave_correction, self._visit()):
            self.theirs += 1
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        try:
            page, topics = await transact(noting.note_page, actor, self._visit(), len(self.page.signed))
        except HealthCloudError:
            self.page, self.ready = _NO_PAGE, True
            return
        self.page, self.ready = replace(page, looks_again=""), True
        watch(self.router.session.client_token, self.get_full_name(), actor, topics, page.looks_again)


class NoteProblems(NoteScreen, rx.State):
    """The diagnoses that a note may be about, for as long as they are granted; emptied before anything else.

    Attributes:
        rows: the diagnoses; `ground` the grant they rest on, `until` (ISO) its end.
        open: the list is shown.
    """

    rows: list[ProblemRow] = []  # noqa: RUF012 - Reflex copies defaults
    ground: str = ""
    until: str = ""
    open: bool = False

    @rx.event
    async def ask(self) -> None:
        """Show them."""
        actor, token = acting(), self.router.session.client_token
        self.reset()
        try:
            found, ground, until = await transact(noting.problems, actor, self._visit())
        except HealthCloudError as problem:
            self.field, self.problem, self.params = told(problem)
            return
        topics = frozenset({f"grant:{ground}", f"account:{actor.account_id}"})
        ends = datetime.fromisoformat(until) if until else None
        registry.watch(Watch(token, self.get_full_name(), actor.session_id, topics, until=ends, empties=True))
        self.rows, self.ground, self.until, self.open = list(found), ground, until, True

    @rx.event
    async def choose(self, key: str) -> None:
        """Let the note be about one of them."""
        if await self._try(noting.choose_problem, self._visit(), key):
            self.reset()

    @rx.event
    def close(self) -> None:
        """Close the list."""
        self.reset()

    async def _refresh(self) -> None:
        self.reset()


class Templates(NoteScreen, rx.State):
    """A physician's own templates.

    Attributes:
        rows: by name.
        open: they are shown.
        editing: id of the one whose name is being changed.
    """

    rows: list[TemplateRow] = []  # noqa: RUF012 - Reflex copies defaults
    open: bool = False
    editing: str = ""

    @rx.event
    async def show(self) -> None:
        """Show them."""
        self.reset()
        self.open = True
        await self._refresh()

    @rx.event
    def close(self) -> None:
        """Close them."""
        self.reset()

    @rx.event
    async def insert(self, template_id: str) -> None:
        """Write one into the note, under what it says already."""
        if await self._try(noting.insert_template, self._visit(), template_id):
            self.reset()

    @rx.event
    async def keep(self, form: dict[str, Any]) -> None:
        """Make one of the note as it is."""
        name = form.get("template_name") if isinstance(form, dict) else ""  # pyright: ignore[reportUnnecessaryIsInstance] - a client's word
        await self._try(noting.keep_template, self._visit(), name)
        await self._refresh()

    @rx.event
    def edit(self, template_id: str) -> None:
        """Change the name of one."""
        self.editing = template_id if any(row.id == template_id for row in self.rows) else ""

    @rx.event
    async def rename(self, form: dict[str, Any]) -> None:
        """Call it so."""
        name = form.get("template_name") if isinstance(form, dict) else ""  # pyright: ignore[reportUnnecessaryIsInstance] - a client's word
        if await self._try(noting.rename_template, self.editing, name):
            self.editing = ""
        await self._refresh()

    @rx.event
    async def remove(self, template_id: str) -> None:
        """Remove one."""
        await self._try(noting.remove_template, template_id)
        await self._refresh()

    async def _refresh(self) -> None:
        self.rows = list(await transact(noting.templates_of, acting()))


class AfterVisit(rx.State):
    """What the patient is led to once the physician has signed.

    Attributes:
        note: where it is read, and the proposed next visit.
    """

    note: WrittenNote = _NOT_WRITTEN

    @rx.event
    async def load(self) -> None:
        """Load what was written of the visit that the address names."""
        self.reset()
        await self._refresh()

    async def _refresh(self) -> None:
        actor = acting()
        visit = self.router.url.path.rstrip("/").rpartition("/")[2]
        try:
            self.note, topics = await transact(noting.written_note, actor, visit, self.note.at)
        except HealthCloudError:
            self.note = _NOT_WRITTEN
            return
        watch(self.router.session.client_token, self.get_full_name(), actor, topics)
