"""Proving who one is: R1, one mistake, equal pages, and what never becomes a question."""

from __future__ import annotations

from health_cloud.core import db
from health_cloud.core.actors import NOBODY
from health_cloud.core.clock import clock
from health_cloud.identity.service import verification
from tests.people import Town, answer_truly, at, begin, prove, sent_code


def test_everything_right_opens(town: Town) -> None:
    assert prove(at(), town.lin).state == "proved"


def test_one_mistake_is_allowed_two_are_not(town: Town) -> None:
    answer_truly(at("a"), begin(at("a"), town.lin), mistakes=1)
    assert db.perform(verification.prove, NOBODY, at("a"), sent_code(at("a"))).state == "proved"
    clock.advance(minutes=1)
    answer_truly(at("b"), begin(at("b"), town.lin), mistakes=2)
    code = sent_code(at("b"))
    assert db.perform(verification.prove, NOBODY, at("b"), code).state == "code"
