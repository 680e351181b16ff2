"""What others may know of messages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """What one can choose to be told of, by channel."""

    SECURITY = "security"
    ACCESS = "access"
    APPOINTMENT = "appointment"
    RECORDS = "records"


class Kind(StrEnum):
    """What a message is about; all that is ever said of it outside the app."""

    SIGN_IN = "sign_in"
    FACTOR = "factor"
    CONTACT = "contact"
    RECOVERY = "recovery"
    ATTEMPTS = "attempts"
    ACCOUNT = "account"
    GUARDIAN = "guardian"
    EMERGENCY = "emergency"
    REVIEW = "review"
    ACCESS = "access"
    APPOINTMENT = "appointment"
    RECORDS = "records"

    @property
    def subject(self) -> Subject:
        """What one chooses to be told of, or not: all that concerns the account itself is security."""
        return Subject(self.value) if self.value in tuple(Subject) else Subject.SECURITY


CHANNELS = ("sms", "email", "push")
"""Ways outside the app, in the order in which they are shown."""


@dataclass(frozen=True)
class Reach:
    """Where an owner can be reached outside the app; empty for what is not known."""

    sms: str = ""
    email: str = ""
    language: str = "zh"


@dataclass(frozen=True)
class NewsRow:
    """A line of the inbox. `at` is ISO text; `fresh` until the inbox was looked at."""

    id: str
    kind: str
    key: str
    params: dict[str, str]
    link: str
    at: str
    fresh: bool


@dataclass(frozen=True)
class ChoiceRow:
    """How one wants to be told of one subject: by `sms`, `email`, `push`."""

    subject: str
    sms: bool
    email: bool
    push: bool


@dataclass(frozen=True)
class Quiet:
    """Quiet hours as `HH:MM`; both empty where there are none."""

    begins: str = ""
    ends: str = ""


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
    """How a channel stands, for `status`: `smtp`, `gateway`, `push`, `outbox` or `unset`, and what became of messages.

    `held` were too many for one address.
    """

    channel: str
    way: str
    waiting: int
    failed: int
    unsent: int
    held: int = 0
