"""The one clock. Tests freeze it or move it on; nothing else in the product asks the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class Clock:
    """Real time plus an offset, or a frozen instant."""

    offset: timedelta = timedelta()
    frozen: datetime | None = None

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        return (self.frozen or datetime.now(UTC)) + self.offset

    def advance(self, **parts: float) -> None:
        """Move on by `timedelta(**parts)`."""
        self.offset += timedelta(**parts)

    def reset(self) -> None:
        """Return to real time."""
        self.offset, self.frozen = timedelta(), None


clock = Clock()


def now() -> datetime:
    """Return the current instant in UTC, as the clock of this process has it."""
    return clock.now()
