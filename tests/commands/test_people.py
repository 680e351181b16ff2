"""Accounts from the command line: made, handed a code, disabled, unlocked; each leaves its line in the ledger."""

from __future__ import annotations

import pytest
from sqlmodel import select

from health_cloud.core import db
from health_cloud.core.clock import clock
from health_cloud.core.errors import Invalid
from health_cloud.core.models import LedgerLine
from health_cloud.identity.service import activation
from health_cloud.identity.service.sign_in import sign_in
from tests import people
from tests.commands.conftest import both


@pytest.fixture(autouse=True)
def _steady_clock():
    clock.frozen = clock.now()
    yield
    clock.reset()


@pytest.fixture
def town(installation) -> people.Town:
    installation.run("migrate")
    return people.found_town("songyun")


def add(installation, *more: str):
    return installation.told("people", "add", "staff", "wang", "--name", "王敏", "--name-en", "Wang Min", *more)


def acts() -> list[str]:
    with db.reading() as session:
        return [line.action for line in session.exec(select(LedgerLine).order_by(LedgerLine.at)).all()]


def test_an_account_is_made_and_its_owner_sets_it_up_with_the_code(installation, town):
    made = add(installation)
    assert (made["login"], made["role"], made["state"]) == ("wang", "staff", "new")
    assert made["name"] == {"zh": "王敏", "en": "Wang Min"}
    code = installation.told("people", "code", "--login", "wang")
    assert code["address"].endswith("/activate")
    shown = installation.run("people", "code", "--login", "wang")
    assert "█" in shown.stdout
    later = shown.stdout.splitlines()[-1].split()[0]
    with pytest.raises(Invalid):  # the second code has ended the first
        activation.claim_account(people.at(), "wang", code["code"])
    activation.claim_account(people.at(), "wang", later)
    assert people.set_up(people.at()).recovery


def test_a_physician_has_the_name_of_the_directory(installation, town):
    made = installation.told("people", "add", "physician", "chen", "--practitioner", "chen")
    assert made["name"] == {"zh": "陈立", "en": "Chen Li"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("staff wang --name 王", "taken"),
        ("staff w --name 王", "at least two"),
        ("staff li", "name that patients will see"),
        ("staff li --name 李 --organization H9", "no hospital of this code"),
        ("physician li --practitioner DR-99", "no practitioner of this id"),
    ],
)
def test_what_cannot_be_made_is_said(installation, town, words, sentence):
    add(installation)
    assert sentence in installation.refused("people", "add", *words.split())


@both
def test_disabled_and_opened_again(installation, town):
    key = people.employee(people.Role.STAFF, "wang", people.at())
    clock.advance(seconds=30)  # a code of the authenticator opens once
    people.enter(people.at(), sign_in(people.at(), "wang", people.PASSWORD, key.code()))
    assert installation.told("people", "disable", "--login", "wang") == {"sessions_ended": 1}
    clock.advance(seconds=30)
    with pytest.raises(Invalid):
        sign_in(people.at(), "wang", people.PASSWORD, key.code())
    assert installation.run("people", "unlock", "--login", "wang").output == "Unlocked.\n"
    clock.advance(seconds=30)
    assert sign_in(people.at(), "wang", people.PASSWORD, key.code())
    assert {"identity:account:disable", "identity:account:unlock"} <= set(acts())
    assert installation.run("people", "disable", "--login", "WANG ").output == "Disabled; sessions ended: 1.\n"


@both
def test_a_patient_is_named_by_card_or_number(installation, town):
    for who in (("--visit-card", town.lin.visit_card), ("--national-id", town.lin.national_id)):
        made = installation.told("people", "code", *who)
        assert made["address"].endswith("/verify")
        assert installation.told("people", "unlock", *who) == {"unlocked": True}
    assert "Nobody was found" in installation.refused("people", "code", "--visit-card", "no such card")
    assert "Not found" in installation.refused("people", "disable", "--visit-card", town.lin.visit_card)
