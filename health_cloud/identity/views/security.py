"""Sessions, factors and what changed of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entered:
    """A session that has just begun in a browser: the cookie's secret, and the role, which decides where to go."""

    secret: str
    role: str


@dataclass(frozen=True)
class SessionRow:
    """One of a person's own sessions. Times are ISO text.

    Attributes:
        agent: browser and system in words, as far as they are known.
        address: network address at sign-in.
        method: how it began; see `SignInSession.method`.
    """

    id: str
    began: str
    seen: str
    here: bool
    agent: str = ""
    address: str = ""
    method: str = ""


@dataclass(frozen=True)
class SessionEnds:
    """Seconds until a session ends for being left, ends for its age, and locks (-1: never)."""

    idle: int = 0
    total: int = 0
    lock: int = -1


@dataclass(frozen=True)
class FactorChangeRow:
    """A change of how one signs in: `password`, `authenticator` or `recovery`. `at` is ISO text."""

    what: str
    agent: str
    at: str


@dataclass(frozen=True)
class SecurityPage:
    """How somebody signs in; `recovery` counts the codes that are left."""

    password: bool = False
    authenticator: bool = False
    recovery: int = 0
    changes: tuple[FactorChangeRow, ...] = ()


@dataclass(frozen=True)
class AuthenticatorOffer:
    """A new authenticator's key, for its owner's eyes; see `ActivationPage`."""

    secret: str = ""
    address: str = ""
    picture: str = ""
    size: int = 0
    demo_code: str = ""


@dataclass(frozen=True)
class ProofWays:
    """What a person can show to prove once more that it is them."""

    authenticator: bool = False
    passkey: bool = False
    recovery: bool = False
    """Codes are left that have not been used."""
    provider: bool = False
    """The hospital's own sign-in can see the person anew; only where there is no second factor here."""
    demo_code: str = ""
    """What the authenticator shows now; filled in the demo alone."""


@dataclass(frozen=True)
class SecondWays:
    """What a person whom the hospital's own sign-in named can show as the second factor here, beside recovery codes."""

    authenticator: bool = False
    passkey: bool = False


@dataclass(frozen=True)
class PasskeyRow:
    """One of a person's own passkeys. Times are ISO text, `used` empty before the first use."""

    id: str
    name: str
    made: str
    used: str
    backed_up: bool
    """Kept by a service of the device's maker."""
    verifies: bool
    """It verifies the person, so that it signs in alone."""
    doubted: bool
    """Somebody has a copy: it opens nothing any more."""
