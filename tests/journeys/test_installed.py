"""The app on a phone's home screen: what installs it, and what it leaves on the phone."""

from __future__ import annotations

import json
import re
import struct
import urllib.request
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from environment import system_browser
from health_cloud.web import headers
from health_cloud.web.tool_chain import CLIENT, ROOT
from tests.browsers import ARGUMENTS, PHONE, Watched, until
from tests.journeys import cast
from tests.journeys.cast import CLASSES, LANGUAGES, LOCALES, Cast, Language, say

pytestmark = pytest.mark.browser

_MANIFESTS = {"zh": "/manifest.webmanifest", "en": "/manifest.en.webmanifest"}
_ACTIVE = "navigator.serviceWorker.getRegistration().then(worker => worker?.active?.state === 'activated')"

Installed = Callable[..., BrowserContext]


@pytest.fixture
def installed(browser: Browser, app_url: str, tmp_path: Path, complaints: Watched) -> Generator[Installed]:
    """Open a browser with a profile on disk, as a phone has: the usual contexts of tests are private windows.

    It keeps pages in its memory of history, which Playwright otherwise turns off and a Chromium without windows lacks.
    """
    made: list[BrowserContext] = []

    def open_(language: Language = "zh", **options: Any) -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / f"profile-{len(made)}",
            executable_path=system_browser(),
            channel=None if system_browser() else "chromium",
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
            viewport=PHONE,
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            base_url=app_url,
            **options,
        )
        context.set_default_timeout(30_000)
        context.on("page", complaints.watch)
        made.append(context)
        return context

    yield open_
    for context in made:
        context.close()


def _manifest(language: str) -> dict[str, Any]:
    return json.loads((CLIENT / _MANIFESTS[language].lstrip("/")).read_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_chromium_would_install_it(demo: Cast, installed: Installed, language: Language) -> None:
    assert demo
    page = installed(language).new_page()
    page.goto("/welcome")
    until(page, _ACTIVE)
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith(_MANIFESTS[language])
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    read = json.loads(found["data"])
    assert read["lang"].startswith(language)
    assert read["short_name"] == say("ui.brand", language)


def test_manifests_differ_in_words_alone() -> None:
    def bare(language: str) -> dict[str, Any]:
        words = {"name", "short_name", "description", "lang"}
        whole = {name: value for name, value in _manifest(language).items() if name not in words}
        return {**whole, "shortcuts": [shortcut["url"] for shortcut in whole["shortcuts"]]}

    assert bare("zh") == bare("en")


def test_icons_are_what_the_manifest_says() -> None:
    icons = _manifest("zh")["icons"]
    assert {icon.get("purpose", "any") for icon in icons} == {"any", "maskable"}
    pictures = [(icon["src"], icon["sizes"]) for icon in icons if icon["type"] == "image/png"]
    for source, sizes in [*pictures, ("/icons/apple-touch.png", "180x180")]:
        head = (ROOT / "assets" / source.lstrip("/")).read_bytes()[:26]
        width, height = struct.unpack(">II", head[16:24])
        assert f"{width}x{height}" == sizes, source
        # Phones cut the corners of these themselves, or put black behind what is transparent
        opaque = head[25] in {0, 2}
        assert opaque or source in {"/icons/192.png", "/icons/512.png"}, source


def test_every_page_names_its_icon(demo: Cast, app_url: str) -> None:
    assert demo
    for path in sorted(CLIENT.rglob("*.html")):
        if path.name == "offline.html":
            continue
        html = path.read_text()
        for part in ('rel="apple-touch-icon"', "viewport-fit=cover"):
            assert part in html, f"{path.name}: {part}"
    with urllib.request.urlopen(f"{app_url}/manifest.webmanifest") as answer:
        assert answer.headers["content-type"].startswith("application/manifest+json")


@pytest.mark.parametrize("language", LANGUAGES)
def test_start_and_shortcuts_lead_somewhere(demo: Cast, installed: Installed, app_url: str, language: Language) -> None:
    context = installed(language)
    demo.enter(context, "lin", app_url)
    page = context.new_page()
    page.goto(_manifest(language)["start_url"])
    expect(page.locator(".classes a")).to_have_count(6)
    for shortcut in _manifest(language)["shortcuts"]:
        page.goto(shortcut["url"])
        expect(page.locator("main .sk")).to_have_count(0)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        assert page.url.endswith(shortcut["url"])
        expect(page.get_by_text(say("web.not_found.title", language))).to_have_count(0)


_KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      kept.push([`cache ${new URL(request.url).pathname}`, await answer.text()]);
    }
  }
  for (const [name, store] of [['local', localStorage], ['session', sessionStorage]])
    for (const key of Object.keys(store)) kept.push([`${name} ${key}`, store.getItem(key)]);
  for (const base of await indexedDB.databases()) kept.push([`indexed ${base.name}`, JSON.stringify(base)]);
  return kept;
}"""


def test_nothing_personal_stays_after_sign_out(demo: Cast, installed: Installed, app_url: str) -> None:
    who = cast.person("zhang")
    context = installed()
    demo.enter(context, "zhang", app_url)
    page = context.new_page()
    page.goto("/")
    until(page, _ACTIVE)
    page.reload()
    until(page, "navigator.serviceWorker.controller !== null")
    read = _everything(page)
    papers = read.pop("papers")
    assert papers
    page.goto("/me")
    page.get_by_role("button", name=say("identity.me.sign_out", "zh")).click()
    demo.accounts.pop("zhang")
    expect(page).to_have_url(f"{app_url}/welcome")
    page.wait_for_load_state("networkidle")  # the page forgets once it runs

    kept = dict(page.evaluate(_KEPT))
    shell = {path.removeprefix("cache ") for path in kept if path.startswith("cache ")}
    worker = (CLIENT / "sw.js").read_text()
    assert shell
    assert shell == set(json.loads(worker.partition("const BUILD = ")[2].partition(" ?? ")[0])["files"])
    assert not any(path.endswith(".html") for path in shell - {"/offline.html", "/card.html"})
    words = {who.national_id, who.visit_card, who.name.zh, who.name.en}.union(*read.values())
    own = {name: text for name, text in kept.items() if not name.startswith("cache ")}
    personal = _personal(words)
    assert {who.national_id, who.visit_card} < personal
    found = [f"{word} in {name}" for name, text in kept.items() for word in personal if word in text]
    assert not found, found
    assert not [name for name in own if name.startswith("indexed")]
    for paper in papers:
        again = "path => fetch(path, {cache: 'only-if-cached', mode: 'same-origin'}).then(() => 'kept', () => 'gone')"
        assert page.evaluate(again, paper) == "gone"


def _everything(page: Page) -> dict[str, set[str]]:
    """Read a list and an entry of each class, and a paper; returns what was on the screens, by class."""
    read: dict[str, set[str]] = {"papers": set()}
    for name in CLASSES:
        page.goto(f"/records/{name}")
        expect(page.locator("main .sk")).to_have_count(0)
        entries = page.locator("main .row[href*='/records/']")
        expect(entries.first.or_(page.locator("main .blank"))).to_be_visible()
        if entries.count() == 0:
            continue
        read[name] = {(entries.first.get_attribute("href") or "").rstrip("/").rpartition("/")[2]}
        entries.first.click()
        expect(page.locator("button.why")).to_be_visible()
        read[name] |= set(page.locator("main .result .name, main .facts dd, main h1").all_inner_texts())
        for paper in page.locator("a[href*='/original/']").all()[:1]:
            paper.click()
            expect(page.locator(".viewer .leaf").first).to_be_visible()
            read["papers"].add(page.locator(".viewer a[href^='/documents/']").get_attribute("href") or "")
    assert len(read) > len(CLASSES) - 2
    return read


def _personal(words: set[str]) -> set[str]:
    """Return the texts on the screens that can only have come from this person's record.

    Words of the product itself (names of classes, `-`) stand in its scripts as well.
    """
    shipped = "".join(path.read_text() for path in (CLIENT / "assets").glob("*.js"))
    return {word for word in words if len(word.strip()) > 1 and word not in shipped}


@pytest.mark.parametrize("forgetting", [False, True], ids=["no-store heeded", "no-store forgotten"])
def test_the_way_back_after_sign_out_shows_nothing(
    demo: Cast, installed: Installed, app_url: str, forgetting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if forgetting:  # as a browser does that heeds it less than Chromium
        monkeypatch.setattr(headers, "_NEVER", "no-cache")
    shown = _sign_out_and_go_back(demo, installed(), app_url)
    for _ in range(2 if forgetting else 0):
        if shown is None:  # the browser may give up a kept page whenever it likes
            shown = _sign_out_and_go_back(demo, installed(), app_url)
    assert (shown is not None) == forgetting
    assert not shown or shown.startswith("hidden")


def _sign_out_and_go_back(demo: Cast, context: BrowserContext, app_url: str) -> str | None:
    """Sign out and go back twice; returns how the body of a kept page was shown again, if one was."""
    demo.enter(context, "zhang", app_url)
    page = context.new_page()
    name = cast.person("zhang").name.zh
    page.goto("/records/laboratory")
    expect(page.locator("main .row[href*='/records/']").first).to_be_visible()
    page.goto("/me")
    expect(page.get_by_text(name).first).to_be_visible()
    page.evaluate(_NOTE_WHAT_IS_SHOWN_AGAIN)
    page.get_by_role("button", name=say("identity.me.sign_out", "zh")).click()
    demo.accounts.pop("zhang")
    expect(page).to_have_url(f"{app_url}/welcome")
    for _ in range(2):
        page.go_back(wait_until="commit")
        expect(page).to_have_url(re.compile("/(sign-in|welcome)$"))
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        assert name not in page.locator("body").inner_text()
        assert page.locator("main .row[href*='/records/']").count() == 0
    return page.evaluate("sessionStorage.getItem('shown-again')")


_NOTE_WHAT_IS_SHOWN_AGAIN = """() => addEventListener('pageshow', event => event.persisted &&
  sessionStorage.setItem('shown-again', getComputedStyle(document.body).visibility), {capture: true})"""
