"""What the reading screens share: loading, failing, and being told of changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from health_cloud.core.actors import Actor
from health_cloud.core.changes import Watch, registry
from health_cloud.core.clock import now
from health_cloud.core.errors import HealthCloudError, NotFound


def watch(token: str, screen: str, actor: Actor, topics: Iterable[str], opens: str = "") -> None:
    """Note what an open screen shows, so that a change reaches it; a tab has one such screen at a time.

    Args:
        token: the tab.
        screen: full name of the State.
        actor: who looks.
        topics: what it depends on.
        opens: when the clock alone opens more to it, ISO text, empty for never.
    """
    instant = datetime.fromisoformat(opens) if opens else None
    registry.watch(Watch(token, screen, actor.session_id, frozenset(topics), opens=instant))


def code_of(problem: HealthCloudError) -> str:
    """Return a code to read aloud: what failed, and when."""
    kind = type(problem).__name__[:1]
    return f"{kind}{now():%m%d-%H%M}"


def failure_of(problem: HealthCloudError) -> tuple[str, str]:
    """Return what a screen says of a problem: `missing`, or the key of its text; and the code to read aloud."""
    if isinstance(problem, NotFound):
        return "missing", ""
    return problem.key, code_of(problem)
