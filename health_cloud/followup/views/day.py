"""A physician's day: what waits for them, and how long patients waited. Times are ISO text with an offset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from health_cloud.core.words import Words


@dataclass(frozen=True)
class OwedTask:
    """Something owed on a past visit of the physician's own, to be done on its desk (`href`).

    `kind` is `note` (not signed), `seen` (whether somebody came in person is not noted), `returned` (a prescription
    that the pharmacist gave back) or `late` (one that waits long for the pharmacist); `until` is until when it can be.
    """

    id: str
    kind: str
    patient: Words
    at: str
    until: str
    href: str


@dataclass(frozen=True)
class Waited:
    """How long patients waited in the last 30 days: the median in whole minutes, of `count` visits or requests.

    `days` are the medians of each day on which there was one, oldest first, as a sparkline takes them.
    """

    count: int = 0
    minutes: int = 0
    days: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class DayPage:
    """What waits for a physician, and their own waiting times.

    `requests` wait for an answer, the first of them for a visit at `request_at`; `begun` is from the time that was
    agreed on to the beginning of a visit (early ones count as no wait), `answered` from a request to its answer.
    """

    requests: int = 0
    request_at: str = ""
    tasks: tuple[OwedTask, ...] = ()
    begun: Waited = field(default_factory=Waited)
    answered: Waited = field(default_factory=Waited)
