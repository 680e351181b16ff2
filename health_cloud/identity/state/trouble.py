"""What every form of identity has: one problem at a time, and where the reader stands after a step."""

from __future__ import annotations

import reflex as rx

from health_cloud.core.errors import HealthCloudError, Invalid


class Trouble(rx.State, mixin=True):
    """A problem beside its field, and the focus that goes with it.

    Attributes:
        problem: key of the text, empty when all is well.
        problem_params: its placeholders.
        field: name of the field it belongs to, empty for the whole form.
        focus: id of what receives the focus; `heading` is the page's h1.
        turn: counts up whenever the focus is to move.
    """

    problem: str = ""
    problem_params: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    field: str = ""
    focus: str = ""
    turn: int = 0

    def _clear(self) -> None:
        self.problem, self.problem_params, self.field = "", {}, ""

    def _tell(self, error: HealthCloudError, field: str = "") -> None:
        """Say an error beside its field and lead the reader there."""
        self.problem = error.key
        self.problem_params = {name: str(value) for name, value in error.params.items()}
        self.field = error.field if isinstance(error, Invalid) and error.field else field
        self._lead(self.field)

    def _lead(self, target: str = "heading") -> None:
        if target:
            self.focus, self.turn = target, self.turn + 1


def text_of(form: dict[str, object], name: str, longest: int = 300) -> str:
    """Return one field of a form as text; whatever else a client sends is nothing."""
    value = form.get(name)
    return value[:longest] if isinstance(value, str) else ""
