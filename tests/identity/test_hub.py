"""Me leads everywhere and nowhere else: its rows and the pages of one's own are the same."""

from health_cloud.app import FEATURES
from health_cloud.core.i18n import texts
from health_cloud.core.policy import Need
from health_cloud.identity.pages.hub import PLACES, SECTIONS

PAGES = {page.route: page for feature in FEATURES for page in getattr(feature, "PAGES", [])}


def test_each_row_leads_to_a_page_for_those_who_see_it() -> None:
    assert len({place.href for place in PLACES}) == len(PLACES)
    for place in PLACES:
        assert place.section in SECTIONS
        assert PAGES[place.href].need in {place.need, Need.SIGNED_IN}, place.href
        assert {place.key, f"{place.key}_sub"} <= texts().keys(), place.href


def test_each_page_of_ones_own_has_its_row() -> None:
    led_to = {place.href for place in PLACES}
    assert {route for route in PAGES if route.startswith("/me/") and "[" not in route} <= led_to
