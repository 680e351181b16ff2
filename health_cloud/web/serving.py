"""Serving the built product with Granian, on one port."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable

from health_cloud.core import db
from health_cloud.core.errors import Unavailable
from health_cloud.core.settings import settings
from health_cloud.web import tool_chain

_BACKLOG = 4096
_BACKPRESSURE = 8000
_LAST_SECONDS = 10
"""A worker that has not stopped in order by then, as when a socket of its never ends, is stopped."""

Say = Callable[[str], None]


def choose(port: int | None, host: str | None) -> None:
    """Let the command line overrule the environment, for the workers too."""
    if port is not None:
        os.environ["HEALTH_CLOUD_PORT"] = str(port)
    if host is not None:
        os.environ["HEALTH_CLOUD_HOST"] = host
    settings.cache_clear()


def require_free_port() -> None:
    """Make sure that the port can be had, before anything long is begun.

    Raises:
        Unavailable: something else listens there, this user may not, or this machine has no such address.
    """
    now = settings()
    family = socket.AF_INET6 if ":" in now.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((now.host, now.port))
        except PermissionError as problem:
            raise Unavailable("port", "web.run.port_denied", port=now.port) from problem
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise Unavailable("host", "web.run.no_host", host=now.host) from problem
            raise Unavailable("port", "web.run.port_used", port=now.port) from problem


def build_if_changed(say: Say) -> bool:
    """Build the screens if their sources changed; returns whether it did."""
    return tool_chain.build(say)


def serve(say: Say) -> None:
    """Serve until told to stop."""
    tool_chain.prepare(serving=True)
    from granian.constants import Interfaces  # noqa: PLC0415 - after the environment is set
    from granian.log import LogLevels  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    db.engine().dispose()  # workers are forked: a connection that two processes share breaks both
    now = settings()
    say(f"Health Cloud is at {now.public_url or now.origin} (Ctrl+C stops it)")
    Server(
        "health_cloud.app:app",
        address=now.host,
        port=now.port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=now.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=_LAST_SECONDS,
        backlog=_BACKLOG,
        backpressure=_BACKPRESSURE,
        log_level=LogLevels.warning,
    ).serve()
