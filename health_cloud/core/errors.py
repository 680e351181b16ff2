"""What can go wrong, said once.

HealthCloudError            key of a text in `texts.toml`, and its parameters
├── Denied                  the policy says no; leaves a refusal in the ledger
├── NotFound                absent, or hidden from this reader: never told apart
├── Invalid                 what was sent is not acceptable; `field` says where
├── Conflict                somebody was faster, or the state has moved on
├── Unproved                far-reaching: a second factor has to be shown first, just now
└── Unavailable             a source, a channel or the database does not answer
"""

from __future__ import annotations

from typing import ClassVar


class HealthCloudError(Exception):
    """A refusal or failure that a person is told about, as the key of a text and its parameters."""

    default_key: ClassVar[str] = "core.error.unexpected"
    action: str = ""
    person_id: str = ""

    def __init__(self, key: str = "", /, **params: str | int) -> None:
        self.key = key or self.default_key
        self.params = params
        super().__init__(self.key)


class Denied(HealthCloudError):
    """The actor may not do this.

    Args:
        key: text for the person; says nothing about what exists.
        action: the refused action (`core.policy.Action` value), for the ledger.
        person_id: whose chart it was about, when known; the refusal goes into that person's chain.
    """

    default_key = "core.error.denied"

    def __init__(self, key: str = "", /, *, action: str = "", person_id: str = "", **params: str | int) -> None:
        super().__init__(key, **params)
        self.action = action
        self.person_id = person_id


class NotFound(HealthCloudError):
    """There is no such thing for this reader.

    Args:
        key: text for the person.
        action: what was tried, when an attempt at somebody's data has to be in the ledger.
        person_id: in whose chart it was looked for.
    """

    default_key = "core.error.not_found"

    def __init__(self, key: str = "", /, *, action: str = "", person_id: str = "", **params: str | int) -> None:
        super().__init__(key, **params)
        self.action = action
        self.person_id = person_id


class Invalid(HealthCloudError):
    """Input that cannot be accepted.

    Args:
        key: text that says what to do.
        field: name of the field it belongs to, empty for the whole form.
    """

    default_key = "core.error.invalid"

    def __init__(self, key: str = "", /, *, field: str = "", **params: str | int) -> None:
        super().__init__(key, **params)
        self.field = field


class Conflict(HealthCloudError):
    """The state has moved on since the person looked."""

    default_key = "core.error.conflict"


class Unproved(HealthCloudError):
    """The act is allowed, but only just after a second factor was shown."""

    default_key = "core.error.unproved"


class Unavailable(HealthCloudError):
    """A source does not answer; `source` names it."""

    default_key = "core.error.unavailable"

    def __init__(self, source: str, key: str = "", /, **params: str | int) -> None:
        super().__init__(key, source=source, **params)
        self.source = source
