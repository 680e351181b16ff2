"""Photographs and documents of a visit: sent before it and in it, opened above the page, taken away again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from health_cloud.core import db
from health_cloud.followup import service
from tests.browsers import axe, screenshot
from tests.journeys.cast import PHYSICIAN, Cast, say
from tests.journeys.test_visits import DESK
from tests.visiting import agreed

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

    from tests.journeys.conftest import Opened

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_ahead")]


_DRAWN = """() => {
    const leaf = document.querySelector("dialog canvas");
    return leaf?.width && leaf.getContext("2d").getImageData(leaf.width / 2, leaf.height / 2, 1, 1).data[1] < 200;
}"""


def _file(name: str, kind: str = "JPEG") -> FilePayload:
    picture = Image.new("RGB", (900, 700), (216, 178, 158))
    ImageDraw.Draw(picture).ellipse((300, 220, 560, 470), fill=(178, 74, 66))
    made = io.BytesIO()
    picture.save(made, kind)
    return {"name": name, "mimeType": "image/jpeg" if kind == "JPEG" else "application/pdf", "buffer": made.getvalue()}


def test_sent_before_and_during_a_visit(opened: Opened, demo: Cast) -> None:
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    visit = agreed(chen, lin, 5)
    patient = opened("lin", f"/followup/prepare/{visit}")
    patient.locator("#text").fill("这句还没有存")
    field = patient.locator("input[type=file]")
    field.set_input_files([_file("左膝.jpg"), _file("化验单.pdf", "PDF")])
    shown = patient.get_by_role("button", name=say("followup.attach.open", "zh", name="左膝.jpg"))
    expect(shown).to_be_visible(timeout=20_000)
    expect(patient.get_by_role("button", name=say("followup.attach.open", "zh", name="化验单.pdf"))).to_be_visible()
    expect(patient.locator("#text")).to_have_value("这句还没有存")
    field.set_input_files(
        {"name": "IMG_1.heic", "mimeType": "image/heic", "buffer": bytes(4) + b"ftypheic" + bytes(99)}
    )
    expect(patient.get_by_text(say("followup.attach.error.heic", "zh"))).to_be_visible()
    expect(patient.get_by_role("button", name=say("followup.attach.again", "zh"))).to_have_count(0)
    shown.scroll_into_view_if_needed()
    screenshot(patient, "followup-files")
    assert not axe(patient)
    patient.get_by_role("button", name=say("followup.attach.stop", "zh", name="IMG_1.heic")).click()
    shown.click()
    whole = patient.get_by_role("dialog", name="左膝.jpg")
    expect(whole.locator("img")).to_have_js_property("naturalWidth", 900)
    screenshot(patient, "followup-file-open")
    assert not axe(patient)
    patient.keyboard.press("Escape")
    expect(shown).to_be_focused()
    patient.get_by_role("button", name=say("followup.attach.remove_this", "zh", name="左膝.jpg")).click()
    expect(shown).to_have_count(0)

    _during(opened, patient, demo, visit)


def _during(opened: Opened, patient: Page, demo: Cast, visit: str) -> None:
    """Send on both sides while the visit is open, once without a connection."""
    lin, chen = (demo.actor(who) for who in ("lin", PHYSICIAN))
    db.perform(service.enter_visit, lin, visit)
    desk = opened(PHYSICIAN, f"/physician/visit/{visit}", "en", viewport=DESK, color_scheme="dark")
    desk.get_by_role("button", name=say("followup.visit.begin", "en")).click()
    document = desk.get_by_role("button", name=say("followup.attach.open", "en", name="化验单.pdf"))
    document.click()
    expect(desk.get_by_role("dialog").locator("canvas").first).to_be_visible(timeout=20_000)
    desk.wait_for_function(_DRAWN, timeout=20_000)
    screenshot(desk, "followup-file-open-desk")
    desk.keyboard.press("Escape")
    desk.locator("input[type=file]").set_input_files(_file("knee.jpg"))
    patient.goto(f"/followup/visit/{visit}")
    expect(patient.get_by_role("button", name=say("followup.attach.open", "zh", name="knee.jpg"))).to_be_visible()
    patient.context.set_offline(True)
    patient.locator("input[type=file]").set_input_files(_file("今天.jpg"))
    again = patient.get_by_role("button", name=say("followup.attach.again", "zh"))
    expect(again).to_be_visible()
    patient.context.set_offline(False)
    again.click()
    expect(desk.get_by_role("button", name=say("followup.attach.open", "en", name="今天.jpg"))).to_be_visible()
    screenshot(desk, "followup-files-desk")
    screenshot(patient, "followup-files-talk")
    assert not axe(desk)
    assert not axe(patient)
    db.perform(service.end_visit, chen, visit)
    expect(patient.locator("input[type=file]")).to_have_count(0)
