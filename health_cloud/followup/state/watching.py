"""What the screens of follow-up share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from health_cloud.core.actors import Actor
from health_cloud.core.changes import Watch, registry
from health_cloud.core.errors import HealthCloudError, Invalid


def watch(token: str, screen: str, actor: Actor, topics: Iterable[str], opens: str = "") -> None:
    """Note what an open screen shows, so that a change reaches it; at `opens` (ISO text) the clock changes it."""
    instant = datetime.fromisoformat(opens) if opens else None
    registry.watch(Watch(token, screen, actor.session_id, frozenset(topics), opens=instant))


def told(problem: HealthCloudError) -> tuple[str, str, dict[str, str]]:
    """Return (field, key, params) of a problem, for the screen."""
    field = problem.field if isinstance(problem, Invalid) else ""
    return field, problem.key, {name: str(value) for name, value in problem.params.items()}


def place_in(path: str) -> tuple[str, str]:
    """Return (department, physician) in an address `/followup/…/{department}/{physician}`; else nothing."""
    department, physician = (*path.rstrip("/").split("/"), "", "", "", "")[3:5]
    return department, physician
