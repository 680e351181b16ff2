"""Every screen in the hand: targets that a thumb can hit, the right keyboard, and a console without a complaint."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from health_cloud.core.policy import Need
from tests.browsers import Watched
from tests.journeys.places import filled
from tests.journeys.test_every_screen import PLACES, WHO, Stage, stage

pytestmark = pytest.mark.browser

__all__ = ["stage"]

_TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, textarea')].filter((each) => {
  const target = each.matches('[type=checkbox], [type=radio]') ? each.closest('label') : each.closest('.input');
  const style = getComputedStyle(each);
  if (style.visibility === 'hidden' || each.closest('.skip, .sr, [hidden]')) return false;
  if (each.matches('a') && style.display === 'inline') return false;  // a word in a sentence
  const held = target ?? each;
  held.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = held.getBoundingClientRect();
  if (!box.width || (box.height >= 43.5 && box.width >= 43.5)) return false;
  // It may reach further than it looks
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const across = Math.max(21.5, box.width / 2 - 2);
  return [[x - across, y], [x + across, y], [x, y - 21.5], [x, y + 21.5]].some(
    (point) => !held.contains(document.elementFromPoint(...point)));
}).map((each) => {
  const box = each.getBoundingClientRect();
  return `${Math.round(box.width)}x${Math.round(box.height)} ${each.outerHTML.slice(0, 140)}`;
})"""
_NO_KEYBOARD = """() => [...document.querySelectorAll('input, textarea')].filter((each) => {
  if (each.matches('[type=checkbox], [type=radio], [type=hidden], [type=date], [type=time], [type=file]')) return false;
  if (each.maxLength < 1) return true;  // a field without an end
  return each.matches('input') && !each.getAttribute('autocomplete');
}).map((each) => each.outerHTML.slice(0, 200))"""
_STATUS_OF_THE_PAGE_ITSELF = "status of 404"


@pytest.mark.parametrize("route", sorted(PLACES))
def test_screen_in_the_hand(stage: Stage, route: str) -> None:
    watched, page = Watched(errors=True), stage.page(WHO.get(PLACES[route], ""))
    watched.watch(page)
    if route == "404" or PLACES[route] is Need.DEMO:
        watched.allow.append(_STATUS_OF_THE_PAGE_ITSELF)
    path = filled(route, **stage.parts)
    page.goto(path)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    if not path.startswith("/kit"):  # shows bars as a sample
        expect(page.locator("main .sk")).to_have_count(0)
    small = page.evaluate(_TOO_SMALL)
    dumb = [] if path.startswith("/kit") else page.evaluate(_NO_KEYBOARD)
    page.close()
    watched.verdict()
    assert not small, "\n".join(small)
    assert not dumb, "\n".join(dumb)
