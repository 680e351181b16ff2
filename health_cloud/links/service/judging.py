"""Whether a passcode is right: it takes a while on purpose, and therefore happens outside of any transaction."""

from __future__ import annotations

from health_cloud.identity.service import passwords
from health_cloud.links.views import Attempt


def is_right(attempt: Attempt, passcode: str) -> bool:
    """Tell whether this is the link's passcode; a link without one asks for none."""
    return not attempt.passcode or passwords.matches(attempt.passcode, passcode.strip())
