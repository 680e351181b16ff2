"""What the demo page knows of each invented person."""

from dataclasses import dataclass

from health_cloud.core.words import Words


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One card of the demo page; the numbers are invented and open nothing but the demo."""

    key: str
    name: Words
    document: str
    """Kind of the identity document: ``resident_id`` or ``passport``."""
    national_id: str
    visit_card: str
    social_security_card: str
    """Empty for people without one."""
    phone: str
    email: str
    born: str
    story: Words
