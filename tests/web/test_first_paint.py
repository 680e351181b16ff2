"""What the first screen waits for: one script before it is painted, and few files besides."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from health_cloud.web.build import ask_early, first_script_inside
from health_cloud.web.bundle import icons_together, lighter, plain, require_classes, without_globals
from tests.served import Served

GROUPS = "          groups: [\n            {"


def test_icons_join_the_groups_that_reflex_has() -> None:
    assert 'test: /lucide-react/, name: "icons"' in icons_together(GROUPS)
    assert icons_together(GROUPS).endswith("            {")


def test_another_configuration_is_not_passed_over_in_silence() -> None:
    with pytest.raises(ValueError, match="groups"):
        icons_together("export default {}")


@pytest.mark.parametrize("name", ["index.html", "sign-in.html"])
def test_a_page_asks_first_for_what_it_waits_for(served: Served, name: str) -> None:
    page = (served.client / name).read_text()
    links = re.findall(r'<link [^>]*rel="(?:preload|modulepreload)"[^>]*>', page)
    assert (served.client / "boot.js").read_text() in page, "a file would be a way there and back, before anything"
    assert "/boot.js" not in page
    assert len(links) <= 20
    assert sum("/assets/icons-" in link for link in links) == 1


def test_the_words_of_the_other_language_are_asked_for_by_the_first_script(served: Served) -> None:
    asked = re.findall(r"/assets/catalogues-en-[\w-]+\.js", (served.client / "boot.js").read_text())
    assert len(asked) == 1
    assert (served.client / asked[0].lstrip("/")).exists()


CONTEXT = """
export const initialStateHashes = ["a1", "b2"]
export const stateSchema = "c3"
    return [ReflexEvent('state.hydrate_and_load', payload)];
"""


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder of Reflex's, with a built page in it."""
    for name, text in {
        "utils/context.jsx": CONTEXT,
        "reflex.json": '{"version": "9"}',
        "client/boot.js": "first();\n",
        "client/assets/manifest-1.js": "window.__reactRouterManifest=" + json.dumps(MANIFEST) + ";",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


MANIFEST = {
    "entry": {"imports": ["/assets/react.js"]},
    "routes": {
        "root": {"id": "root", "path": "", "module": "/assets/root.js", "imports": ["/assets/state.js"]},
        "index": {"id": "index", "module": "/assets/index.js", "imports": []},
        "entry": {
            "id": "entry",
            "path": "records/:cls/:entry",
            "module": "/assets/entry.js",
            "imports": ["/assets/react.js", "/assets/state.js", "/assets/frame.js"],
        },
        "rest": {"id": "rest", "path": "*", "module": "/assets/missing.js", "imports": []},
    },
}


def test_the_first_script_knows_what_will_be_asked(built: Path) -> None:
    ask_early(built / "client", built)
    text = (built / "client" / "boot.js").read_text()
    found = re.search(r"const made = (\{.*\});", text)
    assert text.startswith("first();")
    assert found
    assert json.loads(found[1]) == {
        "event": "state.hydrate_and_load",
        "hashes": ["a1", "b2"],
        "schema": "c3",
        "protocols": ["9"],
        "pages": {"/": [], "/records/:cls/:entry": ["/assets/entry.js", "/assets/frame.js"]},
    }


def test_a_page_that_names_the_first_script_otherwise_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "boot.js").write_text("first();")
    (tmp_path / "offline.html").write_text('<script src="/boot.js"></script>')
    (tmp_path / "index.html").write_text('<link rel="modulepreload"><script src="/boot.js"></script>')
    first_script_inside(tmp_path)
    assert (tmp_path / "index.html").read_text() == '<link rel="modulepreload"><script>first();</script>'
    assert (tmp_path / "offline.html").read_text() == '<script src="/boot.js"></script>'
    with pytest.raises(ValueError, match="index"):
        first_script_inside(tmp_path)


@pytest.mark.parametrize("line", ["initialStateHashes = ", "stateSchema = ", "ReflexEvent"])
def test_another_way_of_asking_is_not_passed_over_in_silence(built: Path, line: str) -> None:
    context = built / "utils" / "context.jsx"
    context.write_text(context.read_text().replace(line, "another "))
    with pytest.raises(ValueError, match=r"\w"):
        ask_early(built / "client", built)


ALIASES = "    alias: [\n      {"
ROOT = """import * as React from "react";
import * as utils_state from "$/utils/state";
    window.__reflex = {
          "react": React,
    "$/utils/state": utils_state,
    };
export default function App() {}
"""


def test_no_layer_lies_between_elements_and_react() -> None:
    assert 'find: "@emotion/react"' in plain(ALIASES)
    assert without_globals(ROOT) == "export default function App() {}\n"
    assert '"react-dom/client": "$/utils/root.js"' in lighter("  plugins: [\n    reactRouter(),")
    for change in (plain, lighter, without_globals):
        with pytest.raises(ValueError, match=r"Reflex|Vite"):
            change("export default {}")


def test_a_component_with_a_style_of_its_own_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "app" / "routes" / "page.jsx"
    page.parent.mkdir(parents=True)
    page.write_text('jsx("p", {className:"row"})')
    require_classes(tmp_path)
    page.write_text('jsx("p", {css:({["color"]:"red"})})')
    with pytest.raises(ValueError, match=r"page\.jsx.*class"):
        require_classes(tmp_path)
