"""Far-reaching acts ask for a second factor that was shown just now, in this very session."""

from __future__ import annotations

from datetime import timedelta

from health_cloud.core.actors import Actor
from health_cloud.core.clock import now
from health_cloud.core.errors import Unproved
from health_cloud.core.policy import Role
from health_cloud.core.settings import settings


def require_fresh(actor: Actor) -> None:
    """Let a far-reaching act pass if the actor showed a second factor within the last minutes.

    Work of the system itself, the command line included, has no session and no factor: whoever runs it holds
    the machine.

    Raises:
        Unproved: not yet, or too long ago; the screen asks for it and tries again.
    """
    if actor.role is Role.SYSTEM:
        return
    if actor.proved_at is None or now() - actor.proved_at >= timedelta(minutes=settings().fresh_minutes):
        raise Unproved
