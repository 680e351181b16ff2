"""Who is acting. The gate sets it for each event and request; use cases receive it as their second argument."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from health_cloud.core.errors import Denied
from health_cloud.core.policy import Role
from health_cloud.core.words import Language, Words


@dataclass(frozen=True)
class Visitor:
    """Somebody who is not signed in, as far as the server itself knows.

    Attributes:
        address: network address of the socket or request.
        device: stable random id of the browser (own cookie), for throttling only.
        language: `zh` or `en`.
        agent: what the browser calls itself; only ever shown to the owner of a session, in words.
        session_id: the session that its cookie opens, a locked one too, in which nobody acts; empty for none.
    """

    address: str = ""
    device: str = ""
    language: Language = "zh"
    agent: str = ""
    session_id: str = ""


@dataclass(frozen=True)
class Actor:
    """A signed-in account, or the system itself.

    Attributes:
        account_id: the account; for the system the name of the job.
        role: what the account is.
        person_id: the patient's own person id, else empty.
        organization_id: the hospital a physician or staff member acts for, else empty.
        practitioner_id: the directory entry of a physician, else empty.
        session_id: row id of the session, empty on the command line.
        name: how the account is shown to others.
        name_en: the same in English, empty where it has no other name.
        for_person_id: whose affairs a guardian sees to in this session, else empty.
        proved_at: when a second factor was last shown in this session; nobody knows on the command line.
        for_name: how the person is called for whom a guardian acts.
        for_levels: how far: `read`, and maybe `decide` and `book`.
        ground: id of the one ground that counts on the page where a physician reads; empty for any.
    """

    account_id: str
    role: Role
    person_id: str = ""
    organization_id: str = ""
    practitioner_id: str = ""
    session_id: str = ""
    name: str = ""
    visitor: Visitor = field(default_factory=Visitor)
    name_en: str = ""
    for_person_id: str = ""
    proved_at: datetime | None = None
    for_name: Words = field(default_factory=Words)
    for_levels: tuple[str, ...] = ()
    ground: str = ""

    @property
    def subject_id(self) -> str:
        """Whose affairs it is about: the person a guardian acts for, else the patient; empty for others."""
        return self.for_person_id or self.person_id


NOBODY = Actor(account_id="", role=Role.VISITOR)

_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)
_visitor: ContextVar[Visitor | None] = ContextVar("visitor", default=None)


def act_as(actor: Actor | None, visitor: Visitor | None = None) -> None:
    """Set who acts in this context; only the gate, the command line and tests call it."""
    _actor.set(actor)
    _visitor.set(visitor or (actor.visitor if actor else Visitor()))


def acting() -> Actor:
    """Return the signed-in actor.

    Raises:
        Denied: nobody is signed in.
    """
    actor = _actor.get()
    if actor is None:
        raise Denied("core.error.sign_in")
    return actor


def visitor() -> Visitor:
    """Return where the current event or request comes from, signed in or not."""
    return _visitor.get() or Visitor()


def system(job: str, organization_id: str = "") -> Actor:
    """Return the actor for work that no person started at a screen, named by its job."""
    return Actor(account_id=job, role=Role.SYSTEM, organization_id=organization_id, name=job)
