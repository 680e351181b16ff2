"""What the screens of access share: being told of changes, and saying what went wrong beside the field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from health_cloud.core.actors import Actor
from health_cloud.core.changes import Watch, registry
from health_cloud.core.errors import HealthCloudError, Invalid


def watch(
    token: str,
    screen: str,
    actor: Actor,
    topics: Iterable[str],
    *,
    until: datetime | None = None,
    empties: bool = False,
    opens: datetime | None = None,
) -> None:
    """Note what an open screen shows.

    Args:
        token: the tab.
        screen: full name of the State.
        actor: who looks.
        topics: what it depends on.
        until: first instant at which its ground is over by the clock.
        empties: a change takes the data away before anything else.
        opens: when the clock alone changes what it shows, and nothing has to be taken away for that.
    """
    registry.watch(Watch(token, screen, actor.session_id, frozenset(topics), until, empties, opens))


def told(problem: HealthCloudError) -> tuple[str, str, dict[str, str]]:
    """Return (field, key, params) of a problem, for the screen."""
    field = problem.field if isinstance(problem, Invalid) else ""
    return field, problem.key, {name: str(value) for name, value in problem.params.items()}
