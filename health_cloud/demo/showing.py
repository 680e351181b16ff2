"""What the demo's own pages show: cards, the true answers, work accounts. Refused everywhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session

from health_cloud.core import facts
from health_cloud.core.actors import Actor, system
from health_cloud.core.errors import Denied, NotFound
from health_cloud.core.policy import Role
from health_cloud.core.settings import settings
from health_cloud.core.words import Words
from health_cloud.demo.service import ORGANIZATION, cards
from health_cloud.demo.views import DemoAnswer, DemoKey, DemoPerson, DemoWorker
from health_cloud.identity.service import accounts, directory, questions, verification
from health_cloud.identity.service.accounts import Named
from health_cloud.notify.service import sending
from health_cloud.notify.views import OutboxRow

POST_OPENED = "demo.post_opened"
"""Fact: somebody of the demo has begun to work; what they do every week can be put up for them."""

SEED = 1
"""Seed of the people that the first start makes."""

_DOCUMENTS = {"resident_id": "national_id", "passport": "passport"}


@dataclass(frozen=True)
class _Post:
    role: Role
    login: str
    name: Words
    practitioner: str = ""
    title: Words = field(default_factory=Words)


_POSTS = (
    _Post(
        Role.PHYSICIAN,
        "dr.chen",
        Words("陈立言", "Chen Liyan"),
        "songyun-chen-liyan",
        Words("内分泌科", "Endocrinology"),
    ),
    _Post(Role.PHARMACIST, "pharmacy", Words("许静", "Xu Jing"), "", Words("药剂科", "Pharmacy")),
    _Post(Role.STAFF, "records", Words("周敏", "Zhou Min"), "", Words("病案室", "Records department")),
)


def people(session: Session, actor: Actor) -> list[DemoPerson]:
    """Return everybody whom the demo invented."""
    del actor
    _only_in_demo(session)
    return cards(SEED)


def answers(session: Session, actor: Actor, key: str) -> list[DemoAnswer]:
    """Return the true answers to somebody's questions, as verification would draw them now.

    Who has too few visits to be asked about gets what the hospital's desk would print for them; who has died, nothing.

    Raises:
        NotFound: nobody of this key, or not imported.
    """
    del actor
    _only_in_demo(session)
    person = next((each for each in cards(SEED) if each.key == key), None)
    if person is None:
        raise NotFound
    if person.died:
        return []
    told = verification.true_answers(
        session, _DOCUMENTS[person.document], person.national_id, "visit_card", person.visit_card
    )
    known = [DemoAnswer(kind, words, month) for kind, words, month in told]
    if len(known) >= questions.RIGHT_NEEDED:
        return known
    printed = accounts.issue_code(session, system("demo"), Named("", "", person.visit_card, ORGANIZATION))
    return [*known, DemoAnswer("desk", Words.same(printed.code), "")]


def workers(session: Session, actor: Actor) -> list[DemoWorker]:
    """Return the work accounts that the demo can open, without codes."""
    del actor
    _only_in_demo(session)
    return [DemoWorker(post.login, post.role.value, post.name, post.title, "") for post in _POSTS]


def work_code(session: Session, actor: Actor, login: str) -> DemoWorker:
    """Make a work account where it is missing, and an activation code for it.

    Raises:
        NotFound: the demo has no such post.
    """
    del actor
    _only_in_demo(session)
    post = next((each for each in _POSTS if each.login == login), None)
    if post is None:
        raise NotFound
    desk = system("demo")
    if not accounts.exists(session, post.login):
        made = accounts.add_account(
            session,
            desk,
            post.role,
            post.login,
            post.name,
            organization=ORGANIZATION,
            practitioner=_known(session, post.practitioner),
        )
        facts.emit(session, POST_OPENED, account=made.id)
    issued = accounts.issue_code(session, desk, Named(login=post.login))
    return DemoWorker(post.login, post.role.value, post.name, post.title, issued.code)


def outbox(session: Session, actor: Actor) -> list[OutboxRow]:
    """Return what would have been sent to the invented people, newest first."""
    _only_in_demo(session)
    return sending.outbox(session, actor)


def keys(session: Session, actor: Actor) -> list[DemoKey]:
    """Return what the authenticators of all set-up accounts show now."""
    del actor
    _only_in_demo(session)
    return [DemoKey(name, login, code) for name, login, code in accounts.demo_codes(session)]


def _known(session: Session, practitioner: str) -> str:
    return practitioner if practitioner and accounts.has_practitioner(session, ORGANIZATION, practitioner) else ""


def _only_in_demo(session: Session) -> None:
    """Refuse everywhere else, and as soon as the database holds a real hospital."""
    if settings().mode != "demo" or not directory.only_demo(session):
        raise Denied
