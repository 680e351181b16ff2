"""The demo's own doors: open in the demo, shut elsewhere and beside a real hospital."""

import pytest

from health_cloud.core import db
from health_cloud.core.actors import NOBODY, system
from health_cloud.core.errors import Conflict, Denied
from health_cloud.core.policy import Role
from health_cloud.core.settings import settings
from health_cloud.core.words import Words
from health_cloud.demo import seeding, showing
from health_cloud.identity.service import directory
from tests import people

DOORS = (showing.people, showing.workers, showing.outbox, showing.keys)


def found(code: str, *, demo: bool) -> None:
    db.perform(lambda session, _actor: directory.put_organization(session, code, code, demo=demo), system("test"))


@pytest.mark.parametrize("door", DOORS)
def test_open_in_the_demo(database, door):
    found("songyun", demo=True)
    assert isinstance(db.perform(door, NOBODY), list)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("mode", ["development", "production"])
def test_shut_elsewhere(database, monkeypatch, tmp_path, door, mode):
    monkeypatch.setenv("HEALTH_CLOUD_MODE", mode)
    monkeypatch.setenv("HEALTH_CLOUD_PUBLIC_URL", "https://records.example")
    keys = settings().keys
    elsewhere = tmp_path / "keys.json"
    if keys.exists():
        elsewhere.write_bytes(keys.read_bytes())
    monkeypatch.setenv("HEALTH_CLOUD_KEYS_FILE", str(elsewhere))
    settings.cache_clear()
    with pytest.raises(Denied):
        db.perform(door, NOBODY)


@pytest.mark.parametrize("door", DOORS)
def test_shut_beside_a_real_hospital(database, door):
    found("real", demo=False)
    with pytest.raises(Denied):
        db.perform(door, NOBODY)
    with pytest.raises(Conflict):
        seeding.is_wanted()
    with pytest.raises(Conflict):
        seeding.seed(lambda _word: None)


def test_an_authenticator_code_shown_is_the_one_that_opens(database):
    people.found_town()
    key = people.employee(Role.STAFF, "wang.min", people.at("desk"))
    with db.writing() as session:
        for hospital in session.exec(directory.select(directory.Organization)).all():
            hospital.demo = True
    assert [(shown.login, shown.code) for shown in db.perform(showing.keys, NOBODY)] == [("wang.min", key.code())]
    assert Words.same("wang.min") == db.perform(showing.keys, NOBODY)[0].name
