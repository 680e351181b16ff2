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
    shows: Words
    """The same in a word or two."""
    died: str = ""
    """Day of the death that the hospital reported; nobody signs in as them any more."""


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """A true answer to a verification question: `kind`, and a name or a month (`2026-03`).

    Of kind `desk` it is no answer but the code that the hospital's desk prints for those who cannot be asked.
    """

    kind: str
    words: Words
    month: str


@dataclass(frozen=True, slots=True)
class DemoWorker:
    """A work account of the demo; `code` is its activation code where one was just made."""

    login: str
    role: str
    name: Words
    place: Words
    code: str


@dataclass(frozen=True, slots=True)
class DemoKey:
    """What somebody's authenticator shows now."""

    name: Words
    login: str
    code: str
