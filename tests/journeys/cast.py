"""Who acts in the journeys: people of the demo, with accounts set up through the services as their owners would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import BrowserContext
from sqlalchemy import update
from sqlmodel import Session, col

from health_cloud.core import clock, db
from health_cloud.core.actors import NOBODY, Actor, Visitor
from health_cloud.core.i18n import say
from health_cloud.demo import showing
from health_cloud.demo.service import cards
from health_cloud.demo.showing import SEED
from health_cloud.demo.views import DemoAnswer, DemoPerson
from health_cloud.identity.models import Person, SignInSession
from health_cloud.identity.service import activation, lookup, sessions, verification
from tests import people
from tests.people import COMMAND_LINE

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
CLASSES = ("laboratory", "examinations", "prescriptions", "check_ups", "imaging", "medical_records")
PHYSICIAN, STAFF, PHARMACIST = "dr.chen", "records", "pharmacy"


@dataclass
class SignedIn:
    """Somebody with an account. `secret` is what the session's cookie holds."""

    key: people.Key
    secret: str


@dataclass
class Cast:
    """Makes each account at its first use and keeps its one session for every journey."""

    accounts: dict[str, SignedIn] = field(default_factory=dict)

    def enter(self, context: BrowserContext, who: str, url: str) -> None:
        """Give a browser somebody's session."""
        _freshen()
        context.add_cookies([{"name": "session", "value": self.account(who).secret, "url": url}])

    def actor(self, who: str) -> Actor:
        """Return somebody as the services know them: the owner of their session, just proved."""
        secret = self.account(who).secret
        _freshen()
        actor = sessions.actor_of_row(sessions.row_of_secret(secret), Visitor())
        assert actor is not None, who
        return actor

    def comes_back(self, who: str) -> None:
        """Give somebody of work who signed out a session anew, for the journeys that follow."""
        self.accounts[who].secret = db.perform(_entered, COMMAND_LINE, who)

    def account(self, who: str) -> SignedIn:
        """Return somebody of the demo with an account: a person's key, or the login of a work account."""
        if who not in self.accounts:
            self.accounts[who] = _work(who) if who in {PHYSICIAN, STAFF, PHARMACIST} else _patient(who)
        return self.accounts[who]


def person(key: str) -> DemoPerson:
    """Return what somebody of the demo carries in their wallet."""
    return next(each for each in cards(SEED) if each.key == key)


def answers(key: str) -> list[DemoAnswer]:
    """Return somebody's true answers, as the demo's own page tells them."""
    return db.perform(showing.answers, NOBODY, key)


def shown(answer: DemoAnswer, language: Language) -> str:
    """Return how an answer stands on the screen."""
    if not answer.month:
        return answer.words.pick(language)
    year, month = answer.month.split("-")
    return f"{year}年{int(month)}月" if language == "zh" else f"{_MONTHS[int(month) - 1]} {year}"


def _entered(session: Session, _: Actor, login: str) -> str:
    account, visitor = lookup.account_by_identifier(session, login), people.at(f"device-{login}")
    assert account is not None
    return sessions.enter(session, NOBODY, sessions.begin(session, account, visitor, "password"), visitor).secret


def _freshen() -> None:
    """Make one session for all journeys outlive what is fresh and what is idle."""
    with db.writing() as session:
        session.exec(update(SignInSession).values(proved_at=clock.now(), seen_at=clock.now()))


_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def _work(login: str) -> SignedIn:
    visitor = people.at(f"device-{login}")
    activation.claim_account(visitor, login, db.perform(showing.work_code, NOBODY, login).code)
    return _opened(visitor)


def newcomer(key: str) -> DemoPerson:
    """Return somebody as if they had never set up an account, whatever earlier journeys of the same database did."""
    who = person(key)
    with db.writing() as session:
        account = lookup.account_by_identifier(session, who.national_id)
        if account is not None:
            account.state = "new"
            session.add(account)
            session.exec(update(Person).where(col(Person.id) == account.person_id).values(agreed=0))
    return who


def _patient(key: str) -> SignedIn:
    visitor = people.at(f"device-{key}")
    who, true = newcomer(key), answers(key)
    document = "passport" if who.document == "passport" else "national_id"
    page = db.perform(verification.begin, NOBODY, visitor, document, who.national_id, "visit_card", who.visit_card)
    for place, question in enumerate(page.questions):
        right = next(
            option.value
            for option in question.options
            if any((option.month or option.words.zh) == (each.month or each.words.zh) for each in true)
        )
        db.perform(verification.answer, NOBODY, visitor, place, right)
    db.perform(verification.finish_questions, NOBODY, visitor)
    proved = db.perform(verification.prove, NOBODY, visitor, people.sent_code(visitor))
    assert proved.state == "proved", key
    return _opened(visitor)


def _opened(visitor: object) -> SignedIn:
    key = people.set_up(visitor)  # type: ignore[arg-type]
    code = db.perform(activation.enter, NOBODY, visitor)  # type: ignore[arg-type]
    return SignedIn(key, db.perform(sessions.enter, NOBODY, code, visitor).secret)  # type: ignore[arg-type]


__all__ = ["CLASSES", "LANGUAGES", "LOCALES", "PHARMACIST", "PHYSICIAN", "STAFF", "Cast", "SignedIn", "say"]
