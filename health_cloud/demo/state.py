"""The States of the demo's pages."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.actors import NOBODY
from health_cloud.core.db import transact
from health_cloud.core.errors import HealthCloudError
from health_cloud.core.policy import Need
from health_cloud.demo import showing
from health_cloud.demo.views import DemoAnswer, DemoKey, DemoPerson, DemoWorker
from health_cloud.notify.views import OutboxRow

HANDLERS: dict[str, Need] = {
    "Demo.load": Need.DEMO,
    "Demo.show": Need.DEMO,
    "Demo.work_code": Need.DEMO,
    "DemoOutbox.load": Need.DEMO,
}


class Demo(rx.State):
    """The invented people.

    Attributes:
        people: their cards.
        workers: work accounts, with a code where one was made just now.
        shown: key of the person whose answers are shown.
        answers: those answers.
        problem: key of a text.
    """

    people: list[DemoPerson] = []  # noqa: RUF012 - Reflex copies defaults
    workers: list[DemoWorker] = []  # noqa: RUF012
    shown: str = ""
    answers: list[DemoAnswer] = []  # noqa: RUF012
    problem: str = ""

    @rx.event
    async def load(self) -> None:
        """Show everybody; who was chosen stays chosen."""
        self.problem = ""
        self.people = await transact(showing.people, NOBODY)
        self.workers = await transact(showing.workers, NOBODY)

    @rx.event
    async def show(self, key: str) -> None:
        """Show somebody's true answers."""
        self.problem = ""
        if key == self.shown:
            self.shown, self.answers = "", []
            return
        try:
            self.answers = await transact(showing.answers, NOBODY, key)
        except HealthCloudError as error:
            self.problem = error.key
            self.answers = []
        self.shown = key

    @rx.event
    async def work_code(self, login: str) -> None:
        """Make an activation code for a work account."""
        self.problem = ""
        try:
            made = await transact(showing.work_code, NOBODY, login)
        except HealthCloudError as error:
            self.problem = error.key
            return
        self.workers = [made if each.login == login else each for each in self.workers]


class DemoOutbox(rx.State):
    """What would have been sent."""

    rows: list[OutboxRow] = []  # noqa: RUF012 - Reflex copies defaults
    keys: list[DemoKey] = []  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Show it."""
        self.rows = await transact(showing.outbox, NOBODY)
        self.keys = await transact(showing.keys, NOBODY)
