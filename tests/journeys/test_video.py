"""Patient and physician see each other, each in a browser of their own with a camera that is none."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Page, expect

from environment import CHROMIUM, system_browser
from tests.browsers import ARGUMENTS, axe, until
from tests.journeys.cast import PHYSICIAN, Cast, person, say
from tests.journeys.conftest import Opened
from tests.journeys.test_visits import DESK
from tests.visiting import agreed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]

ALLOWED = ["camera", "microphone"]
_MOVES = """() => { const seen = document.querySelector('.video-them');
  return seen && seen.videoWidth > 0 && seen.getVideoPlaybackQuality().totalVideoFrames > 5; }"""


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Generator[Browser]:
    """Start the whole Chromium: the one without windows knows no cameras."""
    arguments = [*ARGUMENTS, "--use-fake-device-for-media-stream"]
    started = browser.browser_type.launch(executable_path=system_browser(CHROMIUM), args=arguments)
    yield started
    started.close()


def test_both_see_the_other_until_one_hangs_up_or_the_visit_ends(opened: Opened, demo: Cast) -> None:
    visit = agreed(demo.actor(PHYSICIAN), demo.actor("lin"), 5, kind="video")
    patient = opened("lin", "/followup", permissions=ALLOWED)
    patient.locator(f'a[href$="{visit}"]').first.click()  # from another page: that one's document has no camera
    patient.get_by_role("button", name=say("followup.video.check", "zh")).click()
    until(patient, "document.querySelector('.video-them')?.videoWidth > 0")
    until(patient, "document.querySelector('.video-level meter')?.value > 0.05")  # it beeps
    assert axe(patient) == []

    desk = opened(PHYSICIAN, f"/physician/visit/{visit}", permissions=ALLOWED, viewport=DESK)
    desk.get_by_role("button", name=say("followup.visit.begin", "zh")).click()
    _start(desk)
    name = say("access.doctor", "zh", name=demo.actor(PHYSICIAN).name)
    expect(patient.get_by_text(say("followup.video.waits", "zh", name=name))).to_be_visible()
    _start(patient)
    for page in (patient, desk):
        until(page, _MOVES)
        expect(page.get_by_text(say("followup.video.connected", "zh"))).to_be_visible()
    assert axe(desk) == []

    lin = person("lin").name.zh
    patient.get_by_role("button", name=say("followup.video.mic_off", "zh")).click()
    expect(desk.get_by_text(say("followup.video.their_mic", "zh", name=lin))).to_be_visible()
    patient.get_by_role("button", name=say("followup.video.mic_on", "zh")).click()
    expect(desk.get_by_text(say("followup.video.their_mic", "zh", name=lin))).to_have_count(0)

    patient.get_by_role("button", name=say("followup.video.hang_up", "zh")).click()
    expect(desk.locator(".video-box.alone, .video-box.left")).to_be_visible()
    desk.locator(".composer textarea").fill("听得到吗？我们用文字")
    desk.get_by_role("button", name=say("followup.visit.send", "zh")).click()
    expect(patient.locator(".talk")).to_contain_text("我们用文字")

    _start(patient)
    until(patient, _MOVES)
    second = patient.context.new_page()  # another window of the same patient has it now
    second.goto(patient.url)
    _start(second)
    until(second, _MOVES)
    expect(patient.get_by_text(say("followup.video.elsewhere", "zh"))).to_be_visible()

    desk.get_by_role("button", name=say("followup.visit.end", "zh")).click()
    desk.get_by_role("dialog").get_by_role("button", name=say("followup.visit.end", "zh")).click()
    for page in (desk, second):
        expect(page.locator(".video-box")).to_have_count(0, timeout=5_000)
    expect(second.get_by_text(say("followup.visit.closed", "zh"))).to_be_visible()


def test_who_does_not_allow_it_is_told_and_writes_on_and_signing_out_ends_it(
    opened: Opened, demo: Cast, app_url: str
) -> None:
    visit = agreed(demo.actor(PHYSICIAN), demo.actor("lin"), 5, kind="video")
    patient = opened("lin", f"/followup/visit/{visit}")
    desk = opened(PHYSICIAN, f"/physician/visit/{visit}", permissions=ALLOWED, viewport=DESK)
    desk.get_by_role("button", name=say("followup.visit.begin", "zh")).click()
    _start(desk)
    _start(patient)
    expect(patient.get_by_text(say("followup.video.refused", "zh"))).to_be_visible()
    expect(patient.locator(".composer textarea")).to_be_enabled()
    patient.context.grant_permissions(ALLOWED)
    patient.get_by_role("button", name=say("followup.video.again", "zh")).click()
    until(patient, _MOVES)
    until(desk, _MOVES)
    desk.context.request.post("/auth/sign-out", headers={"Origin": app_url})
    expect(patient.locator(".video-box.alone, .video-box.left")).to_be_visible(timeout=5_000)
    demo.comes_back(PHYSICIAN)


def _start(page: Page) -> None:
    page.get_by_role("button", name=say("followup.video.start", "zh")).click()
