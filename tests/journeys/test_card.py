"""The emergency card: kept sealed on the phone, open without a network, gone when its owner signs out anywhere."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, Route, expect

from health_cloud.core import clock, db
from health_cloud.core.actors import Visitor
from health_cloud.identity.service import sessions
from tests import people
from tests.browsers import axe, until
from tests.cable import Cable
from tests.journeys import cast
from tests.journeys.cast import Cast, Language, say
from tests.journeys.conftest import Opened

pytestmark = pytest.mark.browser

WHO = "sun"
CONTACT, PHONE = "女儿 孙小梅", "138 0013 8000"
_ACTIVE = "navigator.serviceWorker.getRegistration().then(worker => worker?.active?.state === 'activated')"
_BASES = "async () => (await indexedDB.databases()).map(({ name }) => name)"
_ROW = """async (change) => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("emergency-card");
    asked.onsuccess = () => done(asked.result);
  });
  const store = base.transaction("card", "readwrite").objectStore("card");
  const asked = store.get("kept");
  await new Promise((done) => { asked.onsuccess = done; });
  const { key, iv, closed, ...rest } = asked.result;
  if (change) {
    const put = store.put({ ...asked.result, ...change }, "kept");
    await new Promise((done) => { put.onsuccess = done; });
  }
  base.close();
  return rest;
}"""
"""What lies beside the sealed text, after a change of it."""
_EVERYTHING = """async () => {
  const kept = [];
  const bytes = (value) => [...new Uint8Array(value)].map((one) => String.fromCharCode(one)).join("");
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept.push(request.url, await (await cache.match(request)).text());
  }
  for (const store of [localStorage, sessionStorage]) kept.push(JSON.stringify({ ...store }));
  const base = await new Promise((done) => {
    const asked = indexedDB.open("emergency-card");
    asked.onsuccess = () => done(asked.result);
  });
  const rows = await new Promise((done) => {
    const asked = base.transaction("card").objectStore("card").getAll();
    asked.onsuccess = () => done(asked.result);
  });
  base.close();
  const keys = [];
  for (const { key, iv, closed, ...rest } of rows) {
    kept.push(JSON.stringify(rest), bytes(closed), new TextDecoder().decode(closed));
    keys.push([key.extractable, key.algorithm.name, await crypto.subtle.exportKey("raw", key).catch(() => null)]);
  }
  return [kept.join("\\n"), keys];
}"""
"""All that a script finds in the browser's storage, and what it gets of the keys."""


def _kept(opened: Opened, cable: Cable, language: Language = "zh") -> Page:
    """Keep a card as its owner would, in a browser that has the app."""
    page = opened(WHO, "/emergency-card", language, service_workers="allow", proxy={"server": cable.url})
    until(page, _ACTIVE)
    page.reload()
    until(page, "navigator.serviceWorker.controller !== null")
    expect(page.get_by_role("checkbox", name=say("card.on.problems", language))).not_to_be_checked()
    page.get_by_label(say("card.contact_name", language)).fill(CONTACT)
    page.get_by_label(say("card.contact_phone", language)).fill(PHONE)
    expect(page.locator(".ecard")).to_contain_text(CONTACT)
    _keep(page, language)
    return page


def _keep(page: Page, language: Language = "zh") -> None:
    page.get_by_role("button", name=say("card.keep", language)).click()
    expect(page.get_by_role("heading", name=say("card.kept", language))).to_be_focused()


def _stands_on(page: Page, language: Language) -> None:
    """Look at what a helper needs."""
    who, card = cast.person(WHO), page.locator(".ecard")
    expect(card.get_by_role("heading", name=who.name.pick(language), exact=True)).to_be_visible()
    expect(card.locator(".allergies")).to_be_visible()
    expect(card.locator(".medicines li").first).to_be_visible()
    expect(card.locator(".problems")).to_have_count(0)
    expect(card.locator("footer")).to_contain_text(say("card.on.problems", language))  # left off, and said to be
    expect(card.get_by_role("link", name=PHONE)).to_have_attribute("href", "tel:13800138000")
    expect(card.locator(".ecard-of")).to_have_text(re.compile(r"\d{4}"))


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_it_opens_without_a_network_and_nothing_of_it_lies_open(
    opened: Opened, cable: Cable, language: Language, scheme: Literal["light", "dark"]
) -> None:
    page = _kept(opened, cable, language)
    page.emulate_media(color_scheme=scheme)
    _stands_on(page, language)
    assert not axe(page)
    medicine = page.locator(".ecard .medicines b").first.inner_text()
    cable.cut()
    page.context.clear_cookies()  # nobody is signed in any more, as after a night
    page.goto("/")
    page.get_by_role("link", name=say("card.title", language)).click()
    expect(page).to_have_title(say("card.title", language))
    _stands_on(page, language)
    expect(page.locator(".ecard .medicines b").first).to_have_text(medicine)
    assert not axe(page)
    text, keys = page.evaluate(_EVERYTHING)
    who = cast.person(WHO)
    assert not [word for word in (who.name.zh, who.name.en, medicine, CONTACT, PHONE) if word in text]
    assert keys == [[False, "AES-GCM", None]]


def test_it_goes_with_its_owners_sign_ins_at_the_next_contact(opened: Opened, demo: Cast, cable: Cable) -> None:
    page = _kept(opened, cable)
    cable.cut()
    page.goto("/card.html")
    expect(page.locator(".ecard")).to_be_visible()
    _sign_out_everywhere(demo)
    page.reload()
    expect(page.locator(".ecard")).to_be_visible()  # the phone cannot know yet
    cable.mend()
    page.goto("/sign-in")
    until(page, f"(async () => !(await ({_BASES})()).includes('emergency-card'))()")
    page.goto("/card.html")
    expect(page.locator("[data-state=none]")).to_be_visible()
    expect(page.locator(".ecard")).to_have_count(0)
    assert not axe(page)


def _sign_out_everywhere(demo: Cast) -> None:
    """As its owner does on another device."""
    secret = demo.accounts.pop(WHO).secret
    row = sessions.row_of_secret(secret)
    actor = sessions.actor_of_row(row, Visitor())
    assert actor is not None
    db.perform(sessions.sign_out, actor)


def test_another_person_on_the_phone_never_sees_it(opened: Opened, demo: Cast) -> None:
    page = opened(WHO, "/emergency-card")  # without a service worker, which would fetch beside the test
    _keep(page)
    page.context.clear_cookies()
    way_in: list[str] = []
    page.route("**/auth/enter?*", lambda route: (way_in.append(route.request.url), route.fulfill(status=204)))
    _sign_in_as(page, demo, "lin")
    until(page, f"async () => (await ({_ROW})()).doubted")  # from before the cookie is another's
    page.goto("/card.html")
    expect(page.locator(".ecard")).to_be_visible()  # nobody came in: the server vouches for it again
    page.unroute("**/auth/enter?*")
    page.goto(way_in[0])
    until(page, f"(async () => !(await ({_BASES})()).includes('emergency-card'))()")
    page.goto("/emergency-card")
    expect(page.locator(".ecard")).to_contain_text(cast.person("lin").name.zh)  # her own, not kept yet
    expect(page.get_by_role("button", name=say("card.keep", "zh"))).to_be_visible()


def _sign_in_as(page: Page, demo: Cast, who: str) -> None:
    key = demo.account(who).key
    clock.clock.advance(seconds=60)  # an authenticator's code opens once
    page.goto("/sign-in")
    page.get_by_label(say("identity.sign_in.identifier", "zh")).fill(cast.person(who).national_id)
    page.get_by_label(say("identity.sign_in.password", "zh"), exact=True).fill(people.PASSWORD)
    page.get_by_label(say("identity.sign_in.code", "zh")).fill(key.code())
    page.get_by_role("button", name=say("identity.sign_in.enter", "zh"), exact=True).click()


def test_while_it_is_in_doubt_it_stays_shut(opened: Opened, cable: Cable) -> None:
    page = _kept(opened, cable)
    page.goto("/card.html")
    expect(page.locator(".ecard")).to_be_visible()
    page.evaluate("import('/card/store.js').then(({ doubt }) => doubt())")
    cable.cut()
    page.reload()
    expect(page.locator("[data-state=doubted]")).to_be_visible()
    expect(page.locator(".ecard")).to_have_count(0)
    cable.mend()
    page.reload()
    expect(page.locator(".ecard")).to_be_visible()


def test_of_problems_one_chooses_and_news_are_said_once_a_day(opened: Opened) -> None:
    page = opened(WHO, "/emergency-card")
    page.get_by_role("checkbox", name=say("card.on.problems", "zh")).check()
    which = page.get_by_role("group", name=say("card.which", "zh")).get_by_role("checkbox")
    expect(which.first).to_be_checked()
    number = which.count()
    which.first.uncheck()
    _keep(page)
    expect(page.locator(".ecard .problems li")).to_have_count(number - 1)
    expect(page.locator(".ecard .problems")).to_contain_text(say("card.on.hidden", "zh", count=1))
    expect(page.get_by_text(say("card.changed", "zh"))).to_have_count(0)
    news = page.get_by_text(say("web.card", "zh"))
    page.evaluate(_ROW, {"compared": 1})
    page.goto("/")
    until(page, f"async () => (await ({_ROW})()).compared > 1")
    assert not page.evaluate(_ROW)["changed"]
    page.route("**/emergency-card/now?*", _with_another_name)
    page.evaluate(_ROW, {"compared": 1})
    page.goto("/me")
    expect(news).to_be_visible()
    page.get_by_role("link", name=say("web.card_look", "zh"), exact=True).click()
    expect(page.locator(".ecard")).to_be_visible()
    expect(news).to_have_count(0)


def _with_another_name(route: Route) -> None:
    """Let the records say something else by now."""
    answer = route.fetch()
    told = answer.json()
    route.fulfill(response=answer, json={**told, "person": {"zh": "孙伟", "en": "Sun Wei"}})


def test_signing_out_and_one_tap_take_it_away(opened: Opened, demo: Cast) -> None:
    page = opened(WHO, "/emergency-card")
    page.route("**/emergency-card/holds", lambda route: route.abort())  # it is not the server's word that does it
    _keep(page)
    page.get_by_role("button", name=say("card.away", "zh")).click()
    expect(page.get_by_text(say("card.gone", "zh"))).to_be_visible()
    assert "emergency-card" not in page.evaluate(_BASES)
    _keep(page)
    page.goto("/me")
    page.get_by_role("button", name=say("identity.me.sign_out", "zh")).click()
    demo.accounts.pop(WHO)
    expect(page).to_have_url(re.compile("/welcome$"))
    assert "emergency-card" not in page.evaluate(_BASES)
