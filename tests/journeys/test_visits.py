"""Patient and physician, each in a browser of their own: waiting, talking, a connection lost, the end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.cast import PHYSICIAN, Cast, person, say
from tests.journeys.conftest import Opened
from tests.visiting import agreed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]

DESK = {"width": 1440, "height": 900}
SAID, LATER, ANSWER = "最近早上空腹血糖都在 7.5 到 8", "晚饭后就坐着，走得少了", "看到了，糖化也比一月高"


def test_from_the_waiting_room_to_the_end_of_the_talk(opened: Opened, demo: Cast) -> None:
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    name = person("lin").name.zh
    visit = agreed(chen, lin, 5)
    queue = opened(PHYSICIAN, "/physician/visits", viewport=DESK)
    here = queue.locator(".queue li").filter(has=queue.locator(f'a[href$="{visit}"]'))
    expect(here).to_contain_text(say("followup.visit.stand.away", "zh"))
    patient = opened("lin", f"/followup/visit/{visit}")
    expect(patient.get_by_text(say("followup.visit.next", "zh"))).to_be_visible()
    expect(here).to_contain_text(say("followup.visit.stand.came", "zh", minutes="0"))  # without a reload
    here.get_by_role("link").click()
    queue.get_by_role("button", name=say("followup.visit.begin", "zh")).click()

    _write(patient, SAID)
    talk = queue.locator(".talk")
    expect(talk).to_contain_text(SAID)
    _write(queue, ANSWER)
    expect(patient.locator(".talk")).to_contain_text(ANSWER)

    patient.context.set_offline(True)  # what is written goes out when the connection is back, once
    _write(patient, LATER)
    expect(patient.locator(".composer .waits")).to_contain_text(LATER)
    patient.get_by_role("textbox").fill("还有一句没写完")
    patient.context.set_offline(False)
    expect(talk).to_contain_text(LATER, timeout=60_000)
    expect(patient.locator(".composer .waits")).to_have_count(0, timeout=60_000)
    expect(patient.get_by_role("textbox")).to_have_value("还有一句没写完")
    expect(talk.locator(".said").filter(has_text=LATER)).to_have_count(1)

    queue.reload()
    expect(talk).to_contain_text(SAID)
    queue.get_by_role("button", name=say("followup.visit.end", "zh")).click()
    queue.get_by_role("dialog").get_by_role("button", name=say("followup.visit.end", "zh")).click()
    expect(patient.get_by_text(say("followup.visit.closed", "zh"))).to_be_visible()
    expect(patient.locator(".composer textarea")).to_have_count(0)
    expect(patient.locator(".composer.over")).to_contain_text("还有一句没写完")  # nothing typed is lost
    expect(talk).to_contain_text(say("followup.visit.came", "zh", name=name))


def _write(page: Page, text: str) -> None:
    page.locator(".composer textarea").fill(text)
    page.get_by_role("button", name=say("followup.visit.send", "zh")).click()
