"""Without a session no page with data opens, and a patient's opens no page of work."""

from __future__ import annotations

import re

import pytest

from health_cloud import app as composition
from health_cloud.core.policy import Need
from health_cloud.web.frame import pages_of
from tests.journeys import cast
from tests.journeys.conftest import Opened
from tests.journeys.places import filled

pytestmark = pytest.mark.browser


def test_a_public_visitor_opens_no_page_with_data(opened: Opened) -> None:
    page = opened()
    for place in pages_of(composition.FEATURES):
        if place.need in {Need.ANYONE, Need.DEMO}:
            continue
        page.goto(filled(place.route))
        page.wait_for_url(re.compile("/sign-in|/welcome"))
        text = page.locator("body").inner_text()
        assert not [each for each in ("lin", "sun") if cast.person(each).name.zh in text], place.route


def test_a_patient_opens_no_page_of_work(opened: Opened) -> None:
    page = opened("lin")
    for path in ("/physician", "/physician/ask", "/physician/slots", "/desk"):
        page.goto(path)
        page.wait_for_url(lambda url, path=path: not url.rstrip("/").endswith(path))
