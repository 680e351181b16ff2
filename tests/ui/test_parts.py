"""The parts as Python gives them: classes of the style sheets, words beside shapes, labels on everything."""

import re
from pathlib import Path

import pytest
import reflex as rx

from health_cloud import app
from health_cloud.core.i18n import later, rooms_apart, texts
from health_cloud.core.words import Words
from health_cloud.identity import pages as identity_pages
from health_cloud.ui import feedback, forms, i18n, kit, layout, marks, navigation, rows
from health_cloud.ui.page import Page
from health_cloud.web.frame import is_lean, pages_of

ROOT = Path(__file__).parents[2]
STYLES = ROOT / "assets" / "styles"
SAID = re.compile(r"hcWords\.t\(\\*[\"']([a-z_.]+)")


def rendered(component: rx.Component) -> str:
    return str(component.render())


def test_a_flag_cannot_go_without_its_word() -> None:
    with pytest.raises(ValueError, match="word"):
        marks.flag("high", " ")


@pytest.mark.parametrize("kind", marks.KINDS)
def test_a_flag_shows_its_word(kind: marks.Kind) -> None:
    assert "raised" in rendered(marks.flag(kind, "raised"))


def test_every_flag_has_a_shape_and_a_colour_of_its_own() -> None:
    source = (ROOT / "health_cloud" / "ui" / "marks.js").read_text()
    for kind in marks.KINDS:
        assert len(re.findall(rf"\b{kind}\b", source)) >= 3, kind


def test_a_text_travels_as_a_key() -> None:
    shown = i18n.t("ui.failed.code", code="7F3K")
    assert 'hcWords.t("ui.failed.code"' in str(shown)
    assert "7F3K" in str(shown)


def test_key_and_placeholders_may_be_vars() -> None:
    class Screen(rx.State):
        problem: str = ""
        params: dict[str, str] = {}  # noqa: RUF012

    shown = i18n.t(Screen.problem, Screen.params)
    data = shown._get_all_var_data()
    assert data is not None
    assert "problem" in str(shown)
    assert "params" in str(shown)
    assert any("useWords" in hook for hook in data.hooks)


def test_words_of_a_source_are_picked_in_the_browser() -> None:
    shown = str(i18n.words(Words(zh="检验", en="Lab")))
    assert "hcWords.pick" in shown
    assert "Lab" in shown


def test_the_catalogues_depend_on_the_texts_alone(tmp_path: Path) -> None:
    first = {name: path.read_text() for name, path in i18n.write_catalogues(tmp_path).items()}
    assert {name: path.read_text() for name, path in i18n.write_catalogues(tmp_path).items()} == first
    assert all('"ui.nav.records"' in text for text in first.values())


def test_a_text_travels_in_one_catalogue(tmp_path: Path) -> None:
    whole = "".join(path.read_text() for path in i18n.write_catalogues(tmp_path).values())
    for room, keys in rooms_apart().items():
        own = (tmp_path / f"catalogues-{room}.js").read_text()
        for key in keys:
            assert f'"{key}' in own, key
            assert f'"{key}"' not in whole, key


def test_a_page_of_reading_names_nothing_that_comes_later() -> None:
    pages = [page for page in pages_of(app.FEATURES) if is_lean(page)]
    named = {key for page in pages for key in SAID.findall(str(page.component().render()))}
    assert {"home.news", "ui.nav.records", "identity.acting.back"} <= named
    assert not named & later()
    assert len(later()) > len(texts()) / 4, "there is a reason for it"


def test_every_page_of_a_room_brings_its_texts() -> None:
    for page in identity_pages.PAGES:
        assert "$/public/catalogues-identity.js" in page.component()._get_all_imports(), page.route


def test_a_field_ties_label_hint_and_error_to_its_input() -> None:
    shown = rendered(forms.field("Card", name="card", hint="9 characters", error="needs a digit"))
    for part in ('htmlFor:"card"', 'id:"card"', "card-hint card-error", 'id:"card-error"', "needs a digit"):
        assert part in shown, part


def test_a_code_field_is_offered_the_code_by_phones() -> None:
    shown = rendered(forms.code_field("验证码"))
    assert "one-time-code" in shown
    assert "numeric" in shown


def test_a_form_for_an_http_route_is_a_plain_form() -> None:
    shown = rendered(layout.post_form(action="/auth/sign-in"))
    assert 'method:"post"' in shown
    assert "onSubmit" not in shown


def test_a_page_has_one_way_in_for_the_keyboard_and_one_main() -> None:
    shown = rendered(layout.page(rx.el.p("x"), heading="记录", tab="records"))
    assert shown.count("'name': '\"main\"'") == 1
    assert shown.count("'name': '\"h1\"'") == 1
    assert "#content" in shown


@pytest.mark.parametrize("role", navigation.NAVIGATION)
def test_each_role_has_its_navigation(role: str) -> None:
    shown = rendered(layout.page(heading="x", role=role, tab=navigation.NAVIGATION[role][0].name))
    for place in navigation.NAVIGATION[role]:
        assert f'"{place.href}"' in shown
    assert '"aria-current":"page"' in shown


def test_a_guest_has_none() -> None:
    assert '"nav"' not in rendered(layout.page(heading="x", role="guest"))


def test_a_row_without_aim_is_no_link() -> None:
    assert "/y" not in rendered(rows.row("x"))
    assert 'to:"/y"' in rendered(rows.row("x", href="/y"))


def test_every_class_of_records_is_named_and_drawn() -> None:
    shown = rendered(rows.classes({"laboratory": "3"}))
    for name in marks.CLASS_ICONS:
        assert f"/records/{name}" in shown
        assert f"ui.class.{name}" in shown


def test_an_error_is_announced() -> None:
    class Form(rx.State):
        problem: str = ""

    assert 'role:"alert"' in rendered(feedback.problem(Form.problem))


@pytest.mark.parametrize("page", kit.PAGES, ids=lambda page: page.route)
def test_the_kit_has_no_inline_style(page: Page) -> None:
    shown = rendered(page.component())
    assert "css:" not in shown
    assert "style:" not in shown


def test_numbers_live_in_the_tokens_alone() -> None:
    text = (STYLES / "app.css").read_text()
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", text)


def test_every_class_used_is_styled() -> None:
    sheets = "".join(path.read_text() for path in STYLES.glob("*.css"))
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", sheets))
    used: set[str] = set()
    for path in (ROOT / "health_cloud").rglob("*.py"):
        for names in re.findall(r'class_name="([\w -]+)"', path.read_text()):
            used |= set(names.split())
    allowed = {"loading"}  # a hook for the tests
    assert used - styled - allowed == set()
