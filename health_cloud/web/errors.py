"""What happens when something goes wrong in a handler: a word for the person, an id for whoever looks it up.

Nothing internal reaches a browser, and no content reaches the log: of an exception that nobody foresaw the log
keeps its type and the lines of code it came through, not its message, which may hold what a person typed (R18).
"""

from __future__ import annotations

import logging
import secrets
import traceback
from types import TracebackType
from typing import cast

from reflex.event import EventSpec

from health_cloud.core.errors import HealthCloudError
from health_cloud.ui.shell import Shell

logger = logging.getLogger("health_cloud")

_CHATTY = (
    *("reflex_base.event", "reflex.app", "reflex.state"),
    *("socketio", "socketio.server", "engineio", "engineio.server"),
)
"""Loggers that write what a client sent; only what breaks them is kept."""


def quiet_foreign_loggers() -> None:
    """Keep payloads out of the log."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _code_path(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return " < ".join(f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno}" for frame in reversed(frames))


def note_unexpected(exception: BaseException, where: str) -> str:
    """Log an exception without its message; returns the id under which it stands there."""
    number = secrets.token_hex(4)
    logger.error("%s %s in %s at %s", number, type(exception).__name__, where, _code_path(exception.__traceback__))
    return number


def tell_failure(exception: Exception) -> EventSpec:
    """Answer an exception that a handler let through: our own errors in their words, others by an id."""
    if isinstance(exception, HealthCloudError):
        return _told(exception.key, {name: str(value) for name, value in exception.params.items()})
    return _told("web.error.unexpected", {"id": note_unexpected(exception, "event")})


def _told(key: str, params: dict[str, str]) -> EventSpec:
    return cast("EventSpec", Shell.tell(key, params))  # Reflex types what its decorator gives more narrowly than it is


def note_browser_failure(exception: Exception) -> None:
    """Count a failure that a browser reports; its words are the client's and are not kept."""
    logger.warning("browser reports a failure of %d characters", len(str(exception)))
