"""What Me leads to: every page of one's own, by section. A page that exists has its line here, nothing else has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from health_cloud.core.policy import Need

Section = Literal["myself", "security", "family", "app", "rights"]
SECTIONS: Final[tuple[Section, ...]] = ("myself", "security", "family", "app", "rights")


@dataclass(frozen=True)
class Place:
    """One row.

    Attributes:
        section: where it stands.
        key: its text; `<key>_sub` is the second line.
        icon: of Lucide, drawn on a tile.
        href: the page.
        need: who sees it; the page itself asks again.
    """

    section: Section
    key: str
    icon: str
    href: str
    need: Need = Need.SIGNED_IN


PLACES: Final[tuple[Place, ...]] = (
    Place("myself", "identity.me.profile", "id_card", "/me/profile", Need.PATIENT),
    Place("myself", "identity.me.contacts", "phone", "/me/contacts"),
    Place("myself", "identity.me.card", "ambulance", "/emergency-card", Need.PATIENT),
    Place("security", "identity.me.factors", "key_round", "/me/security"),
    Place("security", "identity.me.passkeys", "fingerprint", "/me/passkeys"),
    Place("security", "identity.me.devices", "monitor_smartphone", "/me/sessions"),
    Place("app", "identity.me.notifications", "bell", "/me/notifications"),
    Place("family", "identity.me.guardians", "users", "/me/guardians", Need.PATIENT),
    Place("rights", "identity.me.ledger", "scroll_text", "/ledger", Need.PATIENT),
    Place("rights", "identity.me.notice", "file_check", "/me/notice", Need.PATIENT),
    Place("rights", "identity.me.close", "user_round_x", "/me/close", Need.PATIENT),
)
"""In the order of the sections, and of the rows within them."""
