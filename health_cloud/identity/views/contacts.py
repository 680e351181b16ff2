"""Phone numbers and addresses that are on file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ContactRow:
    """How one can be reached by phone or e-mail; every address masked, every instant ISO text.

    Attributes:
        kind: `phone` or `email`.
        masked: what is used now, empty for none.
        source: `hospital`, `own` or `desk`.
        since: from when on it is used; empty of the hospital's own.
        pending: what will be used from `effective` on, empty for none.
        pending_id: that change.
    """

    kind: str
    masked: str = ""
    source: str = ""
    since: str = ""
    pending: str = ""
    pending_id: str = ""
    effective: str = ""


@dataclass(frozen=True)
class ContactsPage:
    """One's contacts, and the change that waits for its code."""

    lines: tuple[ContactRow, ...] = ()
    waiting_id: str = ""
    waiting_kind: str = ""
    waiting_masked: str = ""
    tries: int = 0
    hours: int = 72
