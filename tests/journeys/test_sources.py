"""A hospital falls silent while one looks: home and an empty class say so, and it is over when a delivery arrives."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from health_cloud.chart.models import Source
from health_cloud.core import changes, clock, db
from health_cloud.demo.service import ORGANIZATION
from health_cloud.identity.models import Organization
from health_cloud.ingest.service import ingest_fhir
from tests.browsers import axe
from tests.journeys.cast import LANGUAGES, Cast, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

SOON = 15_000


def _promise(cycle: str, ago: timedelta) -> None:
    """Let the hospital's feed be complete up to then, and deliver so often."""
    with db.writing() as session:
        hospital = select(Organization.id).where(Organization.code == ORGANIZATION)
        source = session.exec(select(Source).where(col(Source.organization_id).in_(hospital))).one()
        source.cycle, source.complete_to, source.state = cycle, clock.now() - ago, "whole"
        changes.note(session, f"organization:{source.organization_id}")


@pytest.fixture
def nearly_late(demo: Cast) -> Generator[None]:
    """Five minutes before the hospital's feed has been silent for too long."""
    assert demo
    _promise("day", timedelta(hours=29, minutes=55))
    yield
    clock.clock.reset()
    _promise("none", timedelta())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("nearly_late")
def test_a_silent_source_is_told_and_its_delivery_ends_that(opened: Opened, tmp_path: Path, language: Language) -> None:
    home = opened("ren", "/", language)
    empty = opened("ren", "/records/check_ups", language)
    expect(home.locator(".complete-to")).to_be_visible()
    expect(empty.locator(".blank")).to_contain_text(say("records.empty.text", language))
    expect(_note(home)).to_have_count(0)

    clock.clock.advance(minutes=6)
    for page in (home, empty):
        expect(_note(page)).to_contain_text(say("records.sources.partial", language), timeout=SOON)
        assert axe(page) == []
    expect(home.locator(".classes .n").first).to_have_text(_least(home, language))
    expect(empty.locator(".blank")).to_contain_text(say("records.sources.unsure", language))
    expect(empty.get_by_text(say("records.empty.text", language))).to_have_count(0)

    delivery = tmp_path / "delivery.json"
    practitioner = {"resourceType": "Practitioner", "id": f"new-{language}-{clock.now():%H%M%S%f}"}
    delivery.write_text(json.dumps(practitioner))
    ingest_fhir([delivery], organization_code=ORGANIZATION)
    for page in (home, empty):
        expect(_note(page)).to_have_count(0, timeout=SOON)
    expect(empty.locator(".blank")).to_contain_text(say("records.empty.text", language))


def _note(page: Page) -> Locator:
    return page.locator("main .note.warn")


def _least(page: Page, language: Language) -> str:
    number = "".join(sign for sign in page.locator(".classes .n").first.inner_text() if sign.isdecimal())
    return say("records.sources.least", language, count=number)
