"""What the import makes of the lives that are about identity: two hospitals, nothing released, a death."""

import pytest
from sqlmodel import SQLModel, col, select

from health_cloud.chart.service.visits import visits_for_questions
from health_cloud.core import crypto, db
from health_cloud.core.actors import NOBODY, system
from health_cloud.core.clock import now
from health_cloud.core.settings import settings
from health_cloud.core.words import Words
from health_cloud.demo import seeding, service, showing
from health_cloud.demo.directory import HOSPITALS, MINGHU, SONGYUN
from health_cloud.identity.models import Link, Person
from health_cloud.identity.service import directory, questions, verification
from health_cloud.ingest.service.run import ingest_fhir
from tests import people
from tests.databases import use

CARDS = {card.key: card for card in service.cards(showing.SEED)}


@pytest.fixture(scope="module")
def lives(tmp_path_factory):
    """The three of them in a database of their own, as the demo imports them."""
    with pytest.MonkeyPatch.context() as patched:
        use(patched, tmp_path_factory.mktemp("data"))
        SQLModel.metadata.create_all(db.engine())
        patched.setattr(questions, "_source", [visits_for_questions])
        wanted = tuple(life for life in service.LIVES if _key(life) in {"song", "tao", "jin"})
        patched.setattr(service, "LIVES", wanted)
        for hospital in HOSPITALS.values():
            db.perform(seeding._found, system("test"), hospital)
            paths = service.write(tmp_path_factory.mktemp(hospital.code), showing.SEED, now().date(), hospital)
            ingest_fhir(paths, organization_code=hospital.code)
        yield
    settings.cache_clear()
    crypto.ring.cache_clear()


def _key(life) -> str:
    return life.person(1).key


def begin(key: str, kind: str = "visit_card", number: str = ""):
    visitor = people.at(f"device-{key}")
    card = CARDS[key]
    page = db.perform(
        verification.begin, NOBODY, visitor, "national_id", card.national_id, kind, number or card.visit_card
    )
    return visitor, page


def test_two_hospitals_make_one_person_whom_either_card_names(lives):
    with db.reading() as session:
        held = session.exec(select(Link.person_id).where(col(Link.to_at).is_(None))).all()
    assert (len(held), len(set(held))) == (4, 3), "four records of three people"
    told = db.perform(showing.answers, NOBODY, "song")
    assert [each.kind for each in told] == ["department", "month", "practitioner"]
    social = CARDS["song"].social_security_card
    with db.writing() as session:
        by_card = verification.true_answers(
            session, "national_id", CARDS["song"].national_id, "social_security_card", social
        )
    assert by_card == [(each.kind, each.words, each.month) for each in told], "the demo's answers fit both cards"


def test_who_has_nothing_released_is_let_in_by_the_desk_code_that_the_demo_shows(lives):
    (printed,) = db.perform(showing.answers, NOBODY, "tao")
    assert printed.kind == "desk"
    visitor, page = begin("tao")
    for place in range(len(page.questions)):
        db.perform(verification.answer, NOBODY, visitor, place, questions.FORGOTTEN)
    db.perform(verification.finish_questions, NOBODY, visitor)
    assert db.perform(verification.prove, NOBODY, visitor, printed.words.zh).state == "proved"


def test_who_can_be_asked_gets_no_code(lives):
    assert not any(each.kind == "desk" for each in db.perform(showing.answers, NOBODY, "song"))


def test_who_has_died_is_nobody_to_prove_to_be(lives):
    assert db.perform(showing.answers, NOBODY, "jin") == []
    visitor, page = begin("jin")
    assert len(page.questions) == 3, "as for somebody unknown"
    for place in range(3):
        db.perform(verification.answer, NOBODY, visitor, place, 0)
    db.perform(verification.finish_questions, NOBODY, visitor)
    assert db.perform(verification.prove, NOBODY, visitor, "000000").state != "proved"
    with db.reading() as session:
        died = [each for each in session.exec(select(Person)).all() if each.deceased_at]
    assert len(died) == 1


def test_a_start_seeds_until_every_hospital_has_come_in(database, tmp_path, monkeypatch):
    monkeypatch.setattr(service, "LIVES", ())
    for hospital in (MINGHU, SONGYUN):
        assert seeding.is_wanted(), hospital.code
        db.perform(seeding._found, system("test"), hospital)
        paths = service.write(tmp_path / hospital.code, showing.SEED, now().date(), hospital)[:1]
        ingest_fhir(paths, organization_code=hospital.code)
    assert not seeding.is_wanted()


def test_both_hospitals_are_invented_ones(lives):
    with db.reading() as session:
        assert directory.only_demo(session)
        names = [Words(each.name_zh, each.name_en) for each in session.exec(select(directory.Organization)).all()]
    assert sorted(name.en for name in names) == ["Minghu County Hospital", "Songyun Hospital"]
