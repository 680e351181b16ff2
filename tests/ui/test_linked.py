"""Scripts beside the Python that uses them, linked among the assets."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from health_cloud.ui import linked as linking
from health_cloud.ui import scripts
from health_cloud.ui.linked import linked

PRODUCT = Path(linking.__file__).parents[1]


def test_a_script_is_linked_where_its_module_lies(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert linked(scripts.__file__, "dates.js") == "$/public/external/health_cloud/ui/scripts/dates.js"
    link = tmp_path / "assets/external/health_cloud/ui/scripts/dates.js"
    assert link.readlink() == PRODUCT / "ui/dates.js"


def test_a_link_that_leads_elsewhere_is_set_right(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    link = tmp_path / "assets/external/health_cloud/ui/scripts/dates.js"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "gone.js")
    linked(scripts.__file__, "dates.js")
    assert link.readlink() == PRODUCT / "ui/dates.js"


def test_many_link_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: linked(scripts.__file__, "dates.js"), range(64)))
    assert len(set(made)) == 1
    assert [each.name for each in (tmp_path / "assets/external/health_cloud/ui/scripts").iterdir()] == ["dates.js"]


def test_a_script_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"no_such\.js"):
        linked(scripts.__file__, "no_such.js")
    assert not (tmp_path / "assets").exists()


def test_nobody_lays_the_stack_open_to_link():
    asked = re.compile(r"rx\.asset\([^)]*shared=True")
    sources = [path for path in PRODUCT.rglob("*.py") if path != Path(linking.__file__)]
    assert [str(path) for path in sources if asked.search(path.read_text())] == []
