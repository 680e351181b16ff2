"""What others may know of messages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OutboxRow:
    """A message of the demo, as it would have arrived. `at` is ISO text."""

    id: str
    channel: str
    address: str
    text: str
    at: str


@dataclass(frozen=True)
class ChannelState:
    """How a channel stands, for `status`: `smtp`, `gateway`, `outbox` or `unset`, and what waits or failed."""

    channel: str
    way: str
    waiting: int
    failed: int
    unsent: int
