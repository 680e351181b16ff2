"""What the first screen waits for: one script before it is painted, and few files besides."""

from __future__ import annotations

import re

import pytest

from health_cloud.web.build import icons_together
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
    assert 'href="/boot.js"' in links[0]
    assert 'fetchPriority="high"' in links[0]
    assert len(links) <= 20
    assert sum("/assets/icons-" in link for link in links) == 1


def test_the_words_of_the_other_language_are_asked_for_by_the_first_script(served: Served) -> None:
    asked = re.findall(r"/assets/catalogues-en-[\w-]+\.js", (served.client / "boot.js").read_text())
    assert len(asked) == 1
    assert (served.client / asked[0].lstrip("/")).exists()
