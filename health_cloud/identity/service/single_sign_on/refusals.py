"""Why a single sign-on ended without a session: what the person reads, and what the ledger keeps."""

from __future__ import annotations

from typing import Final

from health_cloud.core.errors import Invalid

OVER: Final = "over"
DECLINED: Final = "declined"
UNTRUSTED: Final = "untrusted"
SILENT: Final = "silent"
NOBODY: Final = "nobody"
CLOSED: Final = "closed"
ONE_FACTOR: Final = "one_factor"
UNREADY: Final = "unready"
OTHER: Final = "other"

TEXTS: Final[dict[str, str]] = {
    OVER: "identity.single_sign_on.over",
    DECLINED: "identity.single_sign_on.declined",
    UNTRUSTED: "identity.single_sign_on.untrusted",
    SILENT: "identity.single_sign_on.silent",
    NOBODY: "identity.single_sign_on.nobody",
    CLOSED: "identity.single_sign_on.closed",
    ONE_FACTOR: "identity.single_sign_on.one_factor",
    UNREADY: "identity.single_sign_on.unready",
    OTHER: "identity.single_sign_on.somebody_else",
}
"""What went wrong, in words for the person; that is all they are told."""


class Refused(Invalid):
    """A single sign-on that opens nothing.

    Args:
        why: one of `TEXTS`.
        cause: which check, as a word for the ledger; never content.
    """

    def __init__(self, why: str, cause: str) -> None:
        super().__init__(TEXTS[why])
        self.why, self.cause = why, cause
